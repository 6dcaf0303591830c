import csv
import io
import json
import sys
from collections import defaultdict

import boto3
from awsglue.utils import getResolvedOptions

args = getResolvedOptions(sys.argv, ["bucket", "report_key"])
s3 = boto3.client("s3")

totals = defaultdict(float)
paginator = s3.get_paginator("list_objects_v2")
for page in paginator.paginate(Bucket="shop-landing", Prefix="orders/"):
    for entry in page.get("Contents", []):
        body = s3.get_object(Bucket="shop-landing", Key=entry["Key"])["Body"].read().decode("utf-8")
        for row in csv.DictReader(io.StringIO(body)):
            totals[row["customer_id"]] += int(row["quantity"]) * float(row["unit_price"])

out = io.StringIO()
writer = csv.writer(out)
writer.writerow(["customer_id", "revenue"])
for customer, revenue in sorted(totals.items()):
    writer.writerow([customer, f"{revenue:.2f}"])
boto3.resource("s3").Object(args["bucket"], args["report_key"]).put(Body=out.getvalue().encode("utf-8"))

glue = boto3.client("glue")
table = glue.get_table(DatabaseName="shop", Name="orders_by_year")["Table"]
print(json.dumps({"partition_keys": [key["Name"] for key in table["PartitionKeys"]]}))
