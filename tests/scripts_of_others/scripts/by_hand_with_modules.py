import json
import os
import sys

from awsglue.context import GlueContext
from awsglue.utils import getResolvedOptions
from pyspark.context import SparkContext

from shoplib.rules import rate_of
import shop_constants

args = getResolvedOptions(sys.argv, ["JOB_NAME", "config"])
with open(args["config"]) as f:
    config = json.load(f)

glueContext = GlueContext(SparkContext.getOrCreate())


def with_tax(record):
    record["gross"] = round(record["quantity"] * record["unit_price"] * (1 + rate_of(record["region"])), 4)
    return record


orders = glueContext.create_dynamic_frame.from_catalog(database=config["database"], table_name=config["table"])
taxed = orders.map(f=with_tax).select_fields(config["fields"])
glueContext.write_dynamic_frame.from_options(
    frame=taxed, connection_type="s3", connection_options={"path": shop_constants.TARGET}, format="json")

local = os.path.join("/tmp", args["JOB_NAME"] + ".txt")
with open(local, "w") as f:
    f.write(str(taxed.count()))
import boto3
boto3.client("s3").upload_file(local, "shop-lake", "taxed_count.txt")
os.remove(local)
