"""Writes the clean sales once more by country, so that a query on one country reads that country's file only.

One file a country, unless a country has more rows than `--max_rows_per_file`. The country is then in the name of the
folder (`country=France/`) and not in the file. Spark writes some characters of a folder's name as %XX, and readers turn
them back; for the apostrophe of Cote d'Ivoire see `publish`.
"""

from __future__ import annotations

import json
import sys
import uuid
from typing import TYPE_CHECKING

from publish import check_apart, publish, staging
from pyspark.sql import SparkSession
from pyspark.sql.types import (
    DateType,
    DecimalType,
    IntegerType,
    LongType,
    StringType,
    StructField,
    StructType,
)

if TYPE_CHECKING:
    from pyspark.sql import DataFrame

PARTITION = "country"
MONEY = DecimalType(10, 2)
SILVER = StructType(
    [
        StructField("region", StringType()),
        StructField("country", StringType()),
        StructField("item_type", StringType()),
        StructField("sales_channel", StringType()),
        StructField("order_priority", StringType()),
        StructField("order_date", DateType()),
        StructField("order_id", LongType()),
        StructField("ship_date", DateType()),
        StructField("units_sold", IntegerType()),
        StructField("unit_price", MONEY),
        StructField("unit_cost", MONEY),
        StructField("total_revenue", MONEY),
        StructField("total_cost", MONEY),
        StructField("total_profit", MONEY),
    ]
)


class RepartitionError(Exception):
    """The sales could not be written by country; the table is as it was."""


def read_sales(spark: SparkSession, source_path: str) -> DataFrame:
    """The clean sales.

    Raises:
        RepartitionError: a file there has other columns or types; names the missing and the found.
    """
    check_columns(spark.read.parquet(source_path).schema, source_path)
    return spark.read.schema(SILVER).parquet(source_path)


def check_columns(found: StructType, source_path: str) -> None:
    """Parquet gives nulls for a column that a file lacks: better to fail than to write those.

    Raises:
        RepartitionError: names the columns that are missing, or of another type, and those that were found.
    """
    columns = [f"{field.name} {field.dataType.simpleString()}" for field in found]
    missing = [f"{field.name} {field.dataType.simpleString()}" for field in SILVER]
    missing = [column for column in missing if column not in columns]
    if missing:
        raise RepartitionError(
            f"error: the files in {source_path} are not the clean sales\n"
            f"  seen: missing: {', '.join(missing)}; found: {', '.join(columns) or 'nothing'}\n"
            "  next: run the clean job, or correct --source_path"
        )


def write_by_country(sales: DataFrame, path: str, max_rows_per_file: int) -> None:
    """One folder a country; all rows of a country pass through one task, hence one file until it is full."""
    by_country = sales.repartition(PARTITION).write.partitionBy(PARTITION).mode("overwrite")
    by_country.option("maxRecordsPerFile", max_rows_per_file).parquet(path)


def check_count(read: int, written: int) -> None:
    """No row may be lost or made.

    Raises:
        RepartitionError: the numbers differ.
    """
    if read != written:
        raise RepartitionError(
            "error: the rows do not add up; nothing was replaced\n"
            f"  seen: {read} rows read, {written} written\n"
            "  next: run the job again; if it stays so, it is a fault of this script"
        )


def main() -> None:
    """Read, write by country into staging, count both from the files, put the table in place."""
    from awsglue.utils import getResolvedOptions

    args = getResolvedOptions(sys.argv, ["JOB_NAME", "source_path", "target_path", "max_rows_per_file"])
    source, target = args["source_path"], args["target_path"]
    check_apart(source, target)
    run = args.get("JOB_RUN_ID") or uuid.uuid4().hex
    spark = SparkSession.builder.getOrCreate()

    sales = read_sales(spark, source)
    with staging(target, run) as staged:
        write_by_country(sales, staged, int(args["max_rows_per_file"]))
        rows = spark.read.schema(SILVER).parquet(staged).count()
        check_count(sales.count(), rows)
        keys = publish(staged, target)
    print(json.dumps({"job": args["JOB_NAME"], "rows_written": rows, "files": len(keys)}), flush=True)


if __name__ == "__main__":
    main()
