import sys
import boto3
from awsglue.utils import getResolvedOptions
from awsglue.context import GlueContext
from awsglue.job import Job
from pyspark.context import SparkContext

args = getResolvedOptions(sys.argv, ["JOB_NAME", "source-path", "target_path", "files"])
glue_context = GlueContext(SparkContext())
job = Job(glue_context)
job.init(args["JOB_NAME"], args)

many = glue_context.create_dynamic_frame.from_options(
    connection_type="s3",
    connection_options={
        "paths": [args["source_path"]],
        "recurse": True,
        "exclusions": '["**.tmp", "**/_*"]',
        "groupFiles": "inPartition",
        "groupSize": "10485760",
    },
    format="json",
    format_options={"jsonPath": "$.records[*]"},
)
print("rows", many.count())
few = many.repartition(int(args["files"]))
glue_context.write_dynamic_frame.from_options(
    frame=few, connection_type="s3", connection_options={"path": args["target_path"]},
    format="glueparquet", format_options={"compression": "gzip"})

bucket, _, prefix = args["target_path"].removeprefix("s3://").partition("/")
names = [entry["Key"] for entry in boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix)["Contents"]]
print("files", len(names))
job.commit()
