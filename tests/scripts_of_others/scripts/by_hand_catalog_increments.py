import sys
from awsglue.transforms import *
from awsglue.utils import getResolvedOptions
from awsglue.context import GlueContext
from awsglue.job import Job
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME"])
glueContext = GlueContext(SparkContext.getOrCreate())
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

clicks = glueContext.create_dynamic_frame.from_catalog(
    database="shop", table_name="clicks", transformation_ctx="clicks",
    additional_options={"boundedFiles": "100"})
print("new", clicks.count())
if len(clicks.toDF().head(1)) > 0:
    sink = glueContext.getSink(
        connection_type="s3", path="s3://shop-lake/clicks_by_page/", enableUpdateCatalog=True,
        updateBehavior="UPDATE_IN_DATABASE", partitionKeys=["page"], transformation_ctx="sink")
    sink.setCatalogInfo(catalogDatabase="shop", catalogTableName="clicks_by_page")
    sink.setFormat("json")
    sink.writeFrame(clicks)
job.commit()
