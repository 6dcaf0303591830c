"""Upsert: the rows of a delivery replace those of the same key in the lake."""
import sys

import boto3
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME", "TempDir"])
glueContext = GlueContext(SparkContext.getOrCreate())
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

TARGET = "s3://shop-lake/stock/"
STAGED = args["TempDir"].rstrip("/") + "/stock/"

current = glueContext.create_dynamic_frame.from_options("s3", {"paths": [TARGET]}, format="json")
delivery = glueContext.create_dynamic_frame.from_options(
    "s3", {"paths": ["s3://shop-landing/stock_delivery/"]}, format="json"
)
merged = current.mergeDynamicFrame(stage_dynamic_frame=delivery, primary_keys=["sku"], transformation_ctx="merged")

# not over the files that are being read: to a place of its own first
glueContext.write_dynamic_frame.from_options(merged, "s3", {"path": STAGED}, format="json")
staged = glueContext.create_dynamic_frame.from_options("s3", {"paths": [STAGED]}, format="json")
staged = DynamicFrame.fromDF(staged.toDF().cache(), glueContext, "staged")
print("rows", staged.count())

glueContext.purge_s3_path(TARGET, {"retentionPeriod": 0})
glueContext.write_dynamic_frame.from_options(staged.repartition(1), "s3", {"path": TARGET}, format="json")
found = boto3.client("s3").list_objects_v2(Bucket="shop-lake", Prefix="stock/")
print("files", found["KeyCount"])
job.commit()
