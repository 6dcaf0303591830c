"""Writes the clean sales once more by country, so that a query on one country reads that country's file only.

One file a country, unless a country has more rows than `--max_rows_per_file`. The country is then in the name of the
folder (`country=France/`) and not in the file. Spark writes some characters of a folder's name as %XX, and readers turn
them back; for the apostrophe of Cote d'Ivoire see lakejobs' `publishing`.

The rules of gold.dqdl are evaluated on what was written, before it is published: where a hard one fails, the table
stays as it was.

With `--catalog_database` the job keeps the table and its partitions there; without it a crawler does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import boto3
from lakejobs import arguments, catalog_tables, counts, quality
from lakejobs.concurrent import at_once
from lakejobs.publishing import check_apart, publish, staging
from lakejobs.tables import store
from pyspark.sql import SparkSession
from sales_schema import GOLD_TABLE, METRICS, PARTITION, SALES

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import DataFrame

SILVER = SALES.spark


def read_sales(spark: SparkSession, source_path: str) -> DataFrame:
    """The clean sales.

    Raises:
        SchemaError: a file there has other columns or types; names the missing and the found.
    """
    found = spark.read.parquet(source_path).schema
    SALES.check(found, source_path, "run the clean job, or correct --source_path")
    return spark.read.schema(SILVER).parquet(source_path)


def write_by_country(sales: DataFrame, path: str, max_rows_per_file: int) -> DataFrame:
    """One folder a country, in it one file until that is full; what was written, read back."""
    return store(sales, path, [PARTITION], max_rows_per_file)


def keep_catalog(database: str, target: str, keys: Sequence[str]) -> None:
    """Keep the gold table, with a partition for each country that has a file."""
    glue, columns, folders = boto3.client("glue"), SALES.without(PARTITION), catalog_tables.folders_of(keys, target)
    catalog_tables.put_table(glue, database, GOLD_TABLE, target, columns, SALES.only([PARTITION]))
    catalog_tables.put_partitions(glue, database, GOLD_TABLE, target, columns, folders)


def main() -> None:
    """Read, write by country into staging, count both from the files, put the table in place, then the metric."""
    kinds = {"source_path": str, "target_path": str, "max_rows_per_file": int, "quality_path": str}
    args = arguments.read({**kinds, "catalog_database": str}, {"catalog_database": ""})
    source, target = args["source_path"], args["target_path"]
    check_apart(source, target)
    spark = SparkSession.builder.getOrCreate()

    sales = read_sales(spark, source)
    with staging(target, args.run) as staged:
        written = write_by_country(sales, staged, args["max_rows_per_file"])
        rows, read, _ = at_once(
            written.count,
            sales.count,
            lambda: quality.gate(written, "gold.dqdl", args, stage="gold", results=args["quality_path"]),
        )
        counts.check_sum({"rows_read": read, "rows_written": rows})
        keys = publish(staged, target)
    if args["catalog_database"]:
        keep_catalog(args["catalog_database"], target, keys)
    counts.log({"rows_written": rows, "files": len(keys)}, args)
    counts.measure({"rows_written": rows}, args, namespace=METRICS)


if __name__ == "__main__":
    main()
