import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext
from awsglue.context import GlueContext
from awsglue.job import Job

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
glue_context = GlueContext(SparkContext.getOrCreate())
job = Job(glue_context)
job.init(args["JOB_NAME"], args)

dyf = glue_context.create_dynamic_frame.from_options(
    connection_type="dynamodb",
    connection_options={
        "dynamodb.input.tableName": "shop-carts",
        "dynamodb.throughput.read.percent": "1.0",
        "dynamodb.splits": "4",
    },
)
print(dyf.getNumPartitions() >= 1)
dyf.printSchema()
open_carts = dyf.filter(lambda cart: cart["state"] == "open")
glue_context.write_dynamic_frame_from_options(
    frame=open_carts,
    connection_type="dynamodb",
    connection_options={"dynamodb.output.tableName": "shop-open-carts", "dynamodb.throughput.write.percent": "1.0"},
)
dfc = dyf.relationalize("cart", "s3://shop-lake/temp/")
for name in dfc.keys():
    glue_context.write_dynamic_frame.from_options(
        frame=dfc.select(name), connection_type="s3", connection_options={"path": f"s3://shop-lake/carts/{name}/"}, format="json")
job.commit()
