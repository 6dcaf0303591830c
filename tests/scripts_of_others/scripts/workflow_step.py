import sys

import boto3
from awsglue.context import GlueContext
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME", "WORKFLOW_NAME", "WORKFLOW_RUN_ID"])
sc = SparkContext()
glueContext = GlueContext(sc)
job = Job(glueContext)
job.init(args["JOB_NAME"], args)

glue_client = boto3.client("glue")
workflow_params = glue_client.get_workflow_run_properties(
    Name=args["WORKFLOW_NAME"], RunId=args["WORKFLOW_RUN_ID"]
)["RunProperties"]

year = workflow_params["year"]
frame = glueContext.create_dynamic_frame.from_catalog(
    database="shop", table_name="orders_by_year", push_down_predicate=f"year='{year}'"
)
workflow_params["rows"] = str(frame.count())
glue_client.put_workflow_run_properties(
    Name=args["WORKFLOW_NAME"], RunId=args["WORKFLOW_RUN_ID"], RunProperties=workflow_params
)
job.commit()
