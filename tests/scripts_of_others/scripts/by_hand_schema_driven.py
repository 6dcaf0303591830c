import sys
from datetime import datetime

from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame, DynamicFrameReader, DynamicFrameWriter
from awsglue.gluetypes import ArrayType, StructType
from awsglue.job import Job
from awsglue.transforms import ApplyMapping, Map
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
sc = SparkContext()
glueContext = GlueContext(sc)
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

customers = glueContext.create_dynamic_frame.from_options("s3", {"paths": ["s3://shop-landing/customers/"]}, "json", {}, "customers")


def flat_names(schema, prefix=""):
    for field in schema:
        if isinstance(field.dataType, StructType):
            yield from flat_names(field.dataType, prefix + field.name + ".")
        elif not isinstance(field.dataType, ArrayType):
            yield prefix + field.name, field.dataType.typeName()


mappings = [(name, kind, "cust_" + name.replace(".", "_"), kind) for name, kind in flat_names(customers.schema())]
flat = ApplyMapping.apply(frame=customers, mappings=sorted(mappings))
print([field.name for field in flat.schema().fields])


def typed(rec):
    rec["cust_since"] = datetime.strptime(rec["cust_since"], "%Y-%m-%d")
    rec["years"] = [rec["cust_since"].year, 2025]
    rec["source"] = {"system": "crm", "rank": len(rec["cust_name"]) / 2}
    if "cust_email" not in rec:
        rec["cust_email"] = "none"
    return rec


dated = Map.apply(frame=flat, f=typed)
dated.printSchema()
df = dated.toDF()
print(dict(df.dtypes)["cust_since"], dict(df.dtypes)["years"])
df.select("cust_customer_id", df.cust_since.cast("date").alias("since"), "years", "source.rank", "cust_email").write.mode("append").parquet("s3://shop-lake/typed_customers/")

inline = glueContext.create_dynamic_frame.from_rdd(sc.parallelize([{"k": "a", "v": 1}, {"k": "b", "v": 2}]), "inline")
also = glueContext.create_dynamic_frame_from_rdd(spark_rows := glueContext.spark_session.createDataFrame([("c", 3)], ["k", "v"]).rdd, "also")
together = inline.union(also)
glueContext.write_dynamic_frame.from_options(together, "s3", {"path": "s3://shop-lake/inline"}, "csv", {"writeHeader": False, "separator": "\t"})
job.commit()
