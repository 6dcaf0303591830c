"""Silver to gold: the answer of one SQL file as a table.

The job runs any of them: `--name largest_stocks` makes gold_largest_stocks of gold/largest_stocks.sql, at
`<gold_path>largest_stocks/`. The SQL is one SELECT over the silver tables by their names, in Spark's dialect; write what
Athena takes too, and it can be tried there first. A file that is no valid SELECT fails the job, and the table stays.
"""

from __future__ import annotations

import json
import re
import sys
import uuid

import boto3
from publish import publish, staging
from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import SparkSession
from tables import put_table

NAME = re.compile(r"[a-z][a-z0-9_]*")
SILVER = "silver_"


class GoldError(Exception):
    """A gold table could not be made; it is as it was."""


def query(s3: object, queries: str, name: str) -> str:
    """The SQL of that name, without the semicolon at its end.

    Raises:
        GoldError: the name is none, or there is no such file.
    """
    bucket, _, prefix = queries.removeprefix("s3://").partition("/")
    key = f"{prefix}{name}.sql"
    if not NAME.fullmatch(name):
        raise GoldError(
            f"error: {name!r} is no name of a gold table\n"
            "  seen: a name has small letters, digits and _\n"
            "  next: correct --name, or the list in the state machine"
        )
    try:
        text = s3.get_object(Bucket=bucket, Key=key)["Body"].read().decode()  # type: ignore[attr-defined]
    except s3.exceptions.NoSuchKey as error:  # type: ignore[attr-defined]
        raise GoldError(
            f"error: there is no query {name}\n"
            f"  seen: no object s3://{bucket}/{key}\n"
            "  next: write that file and run deploygluescripts, or correct --name"
        ) from error
    return text.strip().removesuffix(";")


def register(spark: SparkSession, glue: object, database: str) -> list[str]:
    """Make the silver tables of the catalog known to Spark by their names; which they are."""
    pages = glue.get_paginator("get_tables").paginate(  # type: ignore[attr-defined]
        DatabaseName=database, Expression=f"{SILVER}.*"
    )
    tables = {one["Name"]: one["StorageDescriptor"]["Location"] for page in pages for one in page["TableList"]}
    for name, location in tables.items():
        spark.read.parquet(location).createOrReplaceTempView(name)
    return sorted(tables)


def main() -> None:
    """Ask, write into staging, put the table in place, keep the catalog up to date."""
    from awsglue.utils import getResolvedOptions

    args = getResolvedOptions(sys.argv, ["JOB_NAME", "name", "queries", "gold_path", "database"])
    run, name = args.get("JOB_RUN_ID") or uuid.uuid4().hex, args["name"]
    sql = query(boto3.client("s3"), args["queries"], name)
    glue, spark = boto3.client("glue"), SparkSession.builder.getOrCreate()
    known = register(spark, glue, args["database"])
    target = f"{args['gold_path']}{name}/"
    try:
        answer = spark.sql(f"SELECT * FROM ({sql}\n)")  # within brackets: a query, whatever the file holds
    except (AnalysisException, ParseException) as error:
        raise GoldError(
            f"error: the query {name} cannot be asked\n"
            f"  seen: {str(error).splitlines()[0]}\n"
            f"  next: correct gold/{name}.sql; the silver tables are {', '.join(known) or 'none yet'}"
        ) from error
    with staging(target, run) as staged:
        answer.write.parquet(staged)
        rows = spark.read.parquet(staged).count()
        publish(staged, target)
    put_table(glue, args["database"], f"gold_{name}", target, answer.dtypes)
    print(json.dumps({"job": args["JOB_NAME"], "table": f"gold_{name}", "rows_written": rows}), flush=True)


if __name__ == "__main__":
    main()
