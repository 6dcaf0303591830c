import sys
import time

import boto3
from awsglue.utils import getResolvedOptions

args = getResolvedOptions(sys.argv, ["database", "output"])
athena = boto3.client("athena")


def run_query(sql):
    query_id = athena.start_query_execution(
        QueryString=sql,
        QueryExecutionContext={"Database": args["database"]},
        ResultConfiguration={"OutputLocation": args["output"]},
    )["QueryExecutionId"]
    while True:
        status = athena.get_query_execution(QueryExecutionId=query_id)["QueryExecution"]["Status"]
        if status["State"] in ("SUCCEEDED", "FAILED", "CANCELLED"):
            break
        time.sleep(1)
    if status["State"] != "SUCCEEDED":
        raise Exception(status.get("StateChangeReason"))
    return athena.get_query_results(QueryExecutionId=query_id)["ResultSet"]["Rows"]


rows = run_query("SELECT region, sum(quantity) AS quantity FROM orders_by_year WHERE year = '2024' GROUP BY region ORDER BY region")
for row in rows[1:]:
    print(",".join(cell["VarCharValue"] for cell in row["Data"]))
