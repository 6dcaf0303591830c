"""Silver to gold: the answer of one SQL file as a table.

The job runs any of them: `--name largest_stocks` makes gold_largest_stocks of gold/largest_stocks.sql, at
`<gold_path>largest_stocks/`. The SQL is one SELECT over the silver tables by their names, in Spark's dialect; write
what Athena takes too, and it can be tried there first. A file that is no valid SELECT fails the job; the table stays.
gold_athena.py makes the same tables by Athena.
"""

from __future__ import annotations

import re
from typing import Any

import boto3
from gold_queries import GoldError, query
from lakejobs import arguments, counts
from lakejobs.catalog_tables import put_table
from lakejobs.schema import Schema
from lakejobs.tables import replace
from pyspark.errors import AnalysisException, ParseException
from pyspark.sql import SparkSession

SILVER = "silver_"


def register(spark: SparkSession, glue: Any, database: str, sql: str) -> list[str]:
    """Make the silver tables that the SQL names known to Spark; which there are in the catalog."""
    pages = glue.get_paginator("get_tables").paginate(DatabaseName=database, Expression=f"{SILVER}.*")
    tables = {one["Name"]: one["StorageDescriptor"]["Location"] for page in pages for one in page["TableList"]}
    for name, location in tables.items():
        if re.search(rf"\b{re.escape(name)}\b", sql, re.IGNORECASE):
            spark.read.parquet(location).createOrReplaceTempView(name)
    return sorted(tables)


def ask(spark: SparkSession, sql: str, name: str, known: list[str]) -> Any:
    """The answer as a frame.

    Raises:
        GoldError: the text is no SELECT, or names what is not there.
    """
    try:
        return spark.sql(f"SELECT * FROM ({sql}\n)")  # noqa: S608 - in brackets: a query, whatever it holds
    except (AnalysisException, ParseException) as error:
        raise GoldError(
            f"the query {name} cannot be asked",
            next(line for line in str(error).splitlines() if line.strip()),
            f"correct gold/{name}.sql; the silver tables are {', '.join(known) or 'none yet'}",
        ) from error


def main() -> None:
    """Ask, put the table in place by way of staging, keep the catalog up to date."""
    args = arguments.read(dict.fromkeys(("name", "queries", "gold_path", "database"), str))
    name = args["name"]
    sql = query(boto3.client("s3"), args["queries"], name)
    glue, spark = boto3.client("glue"), SparkSession.builder.getOrCreate()
    answer = ask(spark, sql, name, register(spark, glue, args["database"], sql))
    target = f"{args['gold_path']}{name}/"
    rows = replace(answer, target, args.run)
    put_table(glue, args["database"], f"gold_{name}", target, Schema(dict(answer.dtypes)))
    counts.log({"rows_written": rows}, args)


if __name__ == "__main__":
    main()
