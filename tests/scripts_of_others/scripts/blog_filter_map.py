import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job

COUNTRIES = {"Lyon": "France", "Osaka": "Japan", "Accra": "Ghana"}

def enrich(rec):
    rec["phone_count"] = len(rec["phones"]) if rec["phones"] else 0
    rec["address"]["country"] = COUNTRIES.get(rec["address"]["city"], "unknown")
    rec["initials"] = "".join(part[0] for part in rec["name"].split())
    del rec["since"]
    rec["fax"] = None
    return rec

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
glueContext = GlueContext(SparkContext())
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

dyf = glueContext.create_dynamic_frame.from_options("s3", {"paths": ["s3://shop-landing/customers/"]}, "json")
with_email = Filter.apply(frame = dyf, f = lambda x: x["email"].endswith("@example.com"))
print("with email:", with_email.count())
nobody = Filter.apply(frame = dyf, f = lambda x: x["no_such_field"] > 1)
print("nobody:", nobody.count())
enriched = Map.apply(frame = dyf, f = enrich, transformation_ctx = "enriched")
print("errors:", enriched.errorsCount())
clean = DropNullFields.apply(frame = enriched, transformation_ctx = "clean")
clean.printSchema()

glueContext.write_dynamic_frame.from_options(frame = with_email, connection_type = "s3", connection_options = {"path": "s3://shop-lake/with_email/"}, format = "json")
glueContext.write_dynamic_frame.from_options(frame = clean, connection_type = "s3", connection_options = {"path": "s3://shop-lake/enriched/"}, format = "json")
job.commit()
