"""What the store's silver jobs share: texts made clean, categories filled, rows sorted into good and rejected ones.

A silver job says what it makes of its source as a list of `Column`s; `refine` does it, and `main` is the whole job:
read bronze, refine, put both tables in place, keep the catalog up to date. What becomes of a row:

* written: its columns have their types. Texts lose underscores (they stand for blanks), doubled blanks and those
  around them; a text of which nothing is left is null. A missing category is the one that most rows of the product
  have.
* rejected: a column that must have a value has none. The row is kept as JSON, as it came, with its reasons and file.
* duplicate: equal to a written row in all columns.

Hence rows read = rows written + rows rejected + duplicates, which the job checks before it replaces anything. When more
are rejected than `--max_rejected_ratio` allows, the rejected ones are published, the table stays, and the job fails.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import boto3
from lakejobs import arguments, counts
from lakejobs import rejected as rejections
from lakejobs.catalog_tables import put_table
from lakejobs.errors import JobError
from lakejobs.publishing import check_apart, publish, staging
from lakejobs.schema import Schema
from lakejobs.tables import store
from pyspark.sql import SparkSession, Window
from pyspark.sql import functions as F  # noqa: N812 - the name that every Spark example has

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from pyspark.sql import Column as Expression
    from pyspark.sql import DataFrame

REJECTED = rejections.COLUMNS


class LakeError(JobError):
    """A silver table could not be made; it is as it was."""


class Column(NamedTuple):
    """A column of a silver table.

    Attributes:
        name: in the table.
        kind: its type, as the catalog writes it.
        value: an expression over the source; None for the source's column of that name.
        complaint: why a row without a value is rejected; None where it may be missing.
    """

    name: str
    kind: str
    value: Expression | None = None
    complaint: str | None = None


def schema(columns: Sequence[Column]) -> Schema:
    """The columns of the table, for files and catalog alike."""
    return Schema({one.name: one.kind for one in columns})


def clean(text: str | Expression) -> Expression:
    """A text without underscores, doubled blanks and blanks around it; null when nothing is left."""
    blanks = F.trim(F.regexp_replace(F.translate(text, "_\t", "  "), " +", " "))
    return F.nullif(blanks, F.lit(""))


def filled(category: str, product: str) -> Expression:
    """The category; where it is missing the one that most rows of the same product have (of two equals the last)."""
    key = clean(F.col(product).cast("string"))
    votes = F.count(clean(category)).over(Window.partitionBy(key, clean(category)))
    named = F.when(clean(category).isNotNull(), F.struct(votes.alias("votes"), clean(category).alias("name")))
    return F.coalesce(clean(category), F.max(named).over(Window.partitionBy(key))["name"])


def refine(bronze: DataFrame, columns: Sequence[Column]) -> DataFrame:
    """The columns of the silver table, with `raw_line`, `reason` and `source_file`; `reason` is null for a good row."""
    raw = F.to_json(F.struct(*[F.col(f"`{name}`") for name in bronze.columns]), {"ignoreNullFields": "false"})
    values = [(F.col(one.name) if one.value is None else one.value).cast(one.kind).alias(one.name) for one in columns]
    file = rejections.source_file(F.col("_metadata.file_path"))
    typed = bronze.select(*values, raw.alias("raw_line"), file.alias("source_file"))
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
            f"the files in {path} are not this job's source",
            f"missing: {', '.join(missing)}; found: {', '.join(bronze.columns) or 'nothing'}",
            "correct the files, or --source_path",
        )
    return bronze


def main(needed: Sequence[str], columns: Callable[[], Sequence[Column]]) -> None:
    """Refine one source into its silver table and the table of its rejected rows."""
    paths = dict.fromkeys(("source_path", "target_path", "rejected_path"), str)
    args = arguments.read({**paths, "database": str, "table": str, "max_rejected_ratio": float})
    source, target, rejected_path = (args[name] for name in paths)
    check_apart(source, target, rejected_path)
    spark = SparkSession.builder.getOrCreate()
    described = columns()
    table, rejects_table = args["table"], f"{args['table']}_rejected"
    with staging(target, args.run) as staged, staging(rejected_path, args.run) as staged_rejects:
        refined = refine(read(spark, source, needed), described)
        rows = store(refined, f"{staged}refined/")
        rejects = store(rows.where("reason IS NOT NULL").select(*REJECTED), f"{staged_rejects}table/")
        good = rows.where("reason IS NULL").select(*schema(described))
        all_rows, with_reason = rows.agg(F.count("*"), F.count("reason")).first()
        found = {"rows_read": all_rows, "rows_written": 0, "rows_rejected": rejects.count()}
        if rejections.is_too_many(found, args["max_rejected_ratio"]):
            look_at = f"{rejected_path} (table {rejects_table})"
            error = rejections.too_many(
                rejects, found, args["max_rejected_ratio"], look_at, f"the table {table} is as it was"
            )
            publish(f"{staged_rejects}table/", rejected_path)
            raise error
        found["rows_written"] = store(good.distinct(), f"{staged}table/").count()
        found["rows_duplicate"] = all_rows - with_reason - found["rows_written"]
        counts.check_sum(found)
        publish(f"{staged_rejects}table/", rejected_path)
        publish(f"{staged}table/", target)
    glue = boto3.client("glue")
    put_table(glue, args["database"], rejects_table, rejected_path, REJECTED)
    put_table(glue, args["database"], table, target, schema(described))
    counts.log(found, args)
