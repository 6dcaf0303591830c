"""The sales' stacks on a local AWS with filled tables: rows of the sample's generator, cleaned in plain Python."""

import io
import json
from datetime import date
from decimal import Decimal
from itertools import groupby

import pyarrow as pa
import pyarrow.parquet as pq

from samples.sales import write_csv
from tests.local_aws.aws_server import ACCOUNT, REGION, wait_until

DATABASE = "etl_poc_database"
CRAWLERS = ("etl-raw-crawler", "etl-silver-crawler", "etl-gold-crawler")
COLUMNS = (
    "region country item_type sales_channel order_priority order_date order_id ship_date units_sold unit_price "
    "unit_cost total_revenue total_cost total_profit"
).split()
MONEY = pa.decimal128(10, 2)
TYPES = {
    **dict.fromkeys(COLUMNS, pa.string()),
    **dict.fromkeys(("order_date", "ship_date"), pa.date32()),
    "order_id": pa.int64(),
    "units_sold": pa.int32(),
    **dict.fromkeys(COLUMNS[9:], MONEY),
}


def bucket(purpose):
    return f"etl-poc-{purpose}-{ACCOUNT}-{REGION}"


def deploy(aws, root, stacks, **given):
    """Create stacks of cloudformation/; `given` are parameters of the last one."""
    cloudformation = aws("cloudformation")
    for stack in stacks:
        values = json.loads((root / "cloudformation" / f"{stack}.json").read_text())
        named = given if stack == stacks[-1] else {}
        kept = [one for one in values if one["ParameterKey"] not in named]
        cloudformation.create_stack(
            StackName=stack,
            TemplateBody=(root / "cloudformation" / f"{stack}.yml").read_text(),
            Parameters=[*kept, *({"ParameterKey": key, "ParameterValue": value} for key, value in named.items())],
            Capabilities=["CAPABILITY_NAMED_IAM"],
        )
        waiter = cloudformation.get_waiter("stack_create_complete")
        waiter.wait(StackName=stack, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300})


def outputs(aws, stack):
    (found,) = aws("cloudformation").describe_stacks(StackName=stack)["Stacks"]
    return {one["OutputKey"]: one["OutputValue"] for one in found["Outputs"]}


def rows_of(text):
    """The rows of a CSV of good rows, typed."""
    return [_row(line.split(",")) for line in text.splitlines()[1:]]


def _row(cells):
    texts = [cell.strip() for cell in cells]
    row = dict(zip(COLUMNS, texts, strict=True))
    for name in ("order_date", "ship_date"):
        month, day, year = map(int, row[name].split("/"))
        row[name] = date(year, month, day)
    row |= {name: int(row[name]) for name in ("order_id", "units_sold")}
    return row | {name: Decimal(row[name]) for name in COLUMNS[9:]}


def _parquet(rows, columns):
    buffer = io.BytesIO()
    schema = pa.schema([(name, TYPES[name]) for name in columns])
    pq.write_table(pa.Table.from_pylist([{name: row[name] for name in columns} for row in rows], schema), buffer)
    return buffer.getvalue()


def fill(aws, rows=3_000, seed=11):
    """Put rows into raw, silver and gold, and have the crawlers make their tables; return them."""
    stream = io.BytesIO()
    write_csv(stream, rows, seed, duplicates=0, bad=0)
    found = rows_of(stream.getvalue().decode())
    s3, glue = aws("s3"), aws("glue")
    s3.put_object(Bucket=bucket("data-raw"), Key="sales/a.csv", Body=stream.getvalue())
    s3.put_object(Bucket=bucket("data-silver"), Key="sales/a.parquet", Body=_parquet(found, COLUMNS))
    gold = [name for name in COLUMNS if name != "country"]
    for country, part in groupby(sorted(found, key=lambda row: row["country"]), key=lambda row: row["country"]):
        key = f"sales/country={country}/a.parquet"
        s3.put_object(Bucket=bucket("data-gold"), Key=key, Body=_parquet(list(part), gold))
    for name in CRAWLERS:
        glue.start_crawler(Name=name)
    for name in CRAWLERS:
        crawler = wait_until(
            lambda name=name: glue.get_crawler(Name=name)["Crawler"], lambda one: one["State"] == "READY", 60
        )
        assert crawler["LastCrawl"]["Status"] == "SUCCEEDED", crawler
    return found


def ask(athena, sql, group, **more):
    """Run a query to its end; "" when it succeeds, else what became of it, and the execution's id."""
    try:
        started = athena.start_query_execution(
            QueryString=sql, QueryExecutionContext={"Database": DATABASE}, WorkGroup=group, **more
        )["QueryExecutionId"]
    except athena.exceptions.ClientError as error:
        return str(error), None
    status = wait_until(
        lambda: athena.get_query_execution(QueryExecutionId=started)["QueryExecution"]["Status"],
        lambda status: status["State"] not in ("QUEUED", "RUNNING"),
        60,
    )
    failed = status["State"] != "SUCCEEDED"
    return f"{status['State']}: {status.get('StateChangeReason')}" if failed else "", started


def results(athena, execution_id):
    """The rows of a result as texts, without the header where there is one."""
    pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=execution_id)
    return [[cell.get("VarCharValue") for cell in row["Data"]] for page in pages for row in page["ResultSet"]["Rows"]]
