"""What the store's silver jobs share: texts made clean, categories filled, rows sorted into good and rejected ones.

A silver job says what it makes of its source as a list of `Column`s; `refine` does it, and `main` is the whole job:
read bronze, refine, put both tables in place, keep the catalog up to date. What becomes of a row:

* written: its columns have their types. Texts lose underscores (they stand for blanks), doubled blanks and those around
  them; a text of which nothing is left is null, and a missing category is the one that most rows of the product have.
* rejected: a column that must have a value has none. The row is kept as JSON, as it came, with all reasons and its file.
* duplicate: equal to a written row in all columns.

Hence rows read = rows written + rows rejected + duplicates, which the job checks before it replaces anything.
"""

from __future__ import annotations

import json
import sys
import uuid
from typing import TYPE_CHECKING, NamedTuple

import boto3
from publish import check_apart, publish, staging
from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - the name that every Spark example has
from tables import put_table

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyspark.sql import Column as Expression
    from pyspark.sql import DataFrame

REJECTED = ("raw_row", "reason", "source_file")


class LakeError(Exception):
    """A table could not be made; it is as it was."""


class Column(NamedTuple):
    """A column of a silver table.

    Attributes:
        name: in the table.
        kind: Spark's name of its type.
        value: an expression over the source; None for the source's column of that name.
        complaint: why a row without a value is rejected; None where it may be missing.
    """

    name: str
    kind: str
    value: Expression | None = None
    complaint: str | None = None


def clean(text: str | Expression) -> Expression:
    """A text without underscores, doubled blanks and blanks around it; null when nothing is left."""
    blanks = F.trim(F.regexp_replace(F.translate(text, "_\t", "  "), " +", " "))
    return F.nullif(blanks, F.lit(""))


def filled(category: str, product: str) -> Expression:
    """The category, where it is missing the one that most rows of the same product have (of two equals the last)."""
    of_product = Window.partitionBy(clean(F.col(product).cast("string")))
    votes = F.count(clean(category)).over(Window.partitionBy(clean(F.col(product).cast("string")), clean(category)))
    named = F.when(clean(category).isNotNull(), F.struct(votes.alias("votes"), clean(category).alias("name")))
    return F.coalesce(clean(category), F.max(named).over(of_product)["name"])


def refine(bronze: DataFrame, columns: Sequence[Column]) -> DataFrame:
    """The columns of the silver table, with `raw_row`, `reason` and `source_file`; `reason` is null for a good row."""
    raw = F.to_json(F.struct(*[F.col(f"`{name}`") for name in bronze.columns]), {"ignoreNullFields": "false"})
    values = [(F.col(one.name) if one.value is None else one.value).cast(one.kind).alias(one.name) for one in columns]
    typed = bronze.select(*values, raw.alias("raw_row"), F.col("_metadata.file_path").alias("source_file"))
    reasons = [F.when(F.col(one.name).isNull(), f"{one.name}: {one.complaint}") for one in columns if one.complaint]
    return typed.withColumn("reason", F.nullif(F.concat_ws("; ", *reasons), F.lit("")))


def read(spark: SparkSession, path: str, needed: Sequence[str]) -> DataFrame:
    """The parquet files of a source.

    Raises:
        LakeError: a column is missing there; names it and those that were found.
    """
    bronze = spark.read.parquet(path)
    missing = [name for name in needed if name not in bronze.columns]
    if missing:
        raise LakeError(
            f"error: the files in {path} are not this job's source\n"
            f"  seen: missing: {', '.join(missing)}; found: {', '.join(bronze.columns) or 'nothing'}\n"
            "  next: correct the files, or --source_path"
        )
    return bronze


def main(needed: Sequence[str], columns: Callable[[], Sequence[Column]]) -> None:
    """Refine one source into its silver table and the table of its rejected rows."""
    from awsglue.utils import getResolvedOptions

    options = ["JOB_NAME", "source_path", "target_path", "rejected_path", "database", "table"]
    args = getResolvedOptions(sys.argv, options)
    target, rejected_path, run = args["target_path"], args["rejected_path"], args.get("JOB_RUN_ID") or uuid.uuid4().hex
    check_apart(args["source_path"], target, rejected_path)
    spark = SparkSession.builder.getOrCreate()
    described = columns()
    names = [one.name for one in described]
    with staging(target, run) as staged, staging(rejected_path, run) as staged_rejects:
        rows = refine(read(spark, args["source_path"], needed), described).persist()
        rejected = rows.where("reason IS NOT NULL").select(*REJECTED)
        good = rows.where("reason IS NULL").select(*names)
        good.distinct().write.parquet(f"{staged}table/")
        rejected.write.parquet(f"{staged_rejects}table/")
        written = spark.read.parquet(f"{staged}table/")
        counts = {
            "rows_read": rows.count(),
            "rows_written": written.count(),
            "rows_rejected": spark.read.parquet(f"{staged_rejects}table/").count(),
        }
        counts["rows_duplicate"] = good.count() - counts["rows_written"]
        check_sum(counts)
        publish(f"{staged_rejects}table/", rejected_path)
        publish(f"{staged}table/", target)
    glue = boto3.client("glue")
    put_table(glue, args["database"], args["table"], target, good.dtypes)
    put_table(glue, args["database"], f"{args['table']}_rejected", rejected_path, rejected.dtypes)
    print(json.dumps({"job": args["JOB_NAME"], **counts}), flush=True)


def check_sum(counts: dict[str, int]) -> None:
    """No row may be lost or made.

    Raises:
        LakeError: rows read are not rows written + rejected + duplicates.
    """
    read_rows, *parts = counts.values()
    if read_rows != sum(parts):
        raise LakeError(
            "error: the rows do not add up; nothing was replaced\n"
            f"  seen: {json.dumps(counts)}: the first has to be the sum of the others\n"
            "  next: run the job again; if it stays so, it is a fault of this script"
        )
