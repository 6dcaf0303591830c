import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
sc = SparkContext()
glueContext = GlueContext(sc)
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

messages = glueContext.create_dynamic_frame.from_options(
    connection_type="s3",
    connection_options={"paths": ["s3://shop-landing/messages/"]},
    format="csv",
    format_options={"withHeader": True, "separator": ";", "quoteChar": "'"},
)
unboxed = Unbox.apply(frame=messages, path="payload", format="json")
unboxed.printSchema()
flat = UnnestFrame.apply(frame=unboxed)
mapped = ApplyMapping.apply(frame=flat, mappings=[
    ("id", "string", "id", "int"),
    ("`payload.device.name`", "string", "device", "string"),
    ("`payload.reading`", "double", "reading", "double"),
])
glueContext.write_dynamic_frame.from_options(frame=mapped, connection_type="s3", connection_options={"path": "s3://shop-lake/readings"}, format="json")
job.commit()
