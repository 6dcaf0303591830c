"""Turns the raw sales CSV into a typed table without duplicates, and keeps every row that it refuses, with the reason.

What becomes of a row:

* written: all fourteen columns are there and can be read as their type. Texts lose the blanks around them. Numbers are
  plain digits, with a sign if need be: no thousands separator, no exponent. Negative ones are taken (a loss is a profit
  below zero); what a number should be is not for this job to say. An amount has at most two decimals: rounding would
  change the books. Dates are M/d/yyyy or MM/dd/yyyy from 1900 to 2099.
* rejected: anything else. The line goes to a table of its own as it was, with all its reasons and its file.
* duplicate: equal to a written row in all fourteen columns *after* parsing; 1/2/2014 and 01/02/2014 are the same day.

Hence rows read = rows written + rows rejected + duplicates. The job checks that it is so before it replaces anything,
then logs the four, puts them as CloudWatch metrics, and leaves them as properties of the workflow run it belongs to.

One record is one line: no text in this data has a line break, and a record that is broken by one is rejected. Blank
lines, and headers repeated within a file (exports glued together), are no rows.

When more rows are rejected than `--max_rejected_ratio` allows, the rejected ones are published, so that one can look at
them, the sales table stays as it was, and the job fails.

The rules of raw.dqdl and silver.dqdl are evaluated on the rows before they are published. Where a hard one fails, no
table is replaced, and the job fails.

With `--catalog_database` the job keeps the sales table there; without it a crawler does.
"""

from __future__ import annotations

import csv
import re
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING
from urllib.parse import unquote

import boto3
from lakejobs import arguments, catalog_tables, counts, quality
from lakejobs import rejected as rejections
from lakejobs.concurrent import at_once
from lakejobs.errors import JobError
from lakejobs.publishing import check_apart, publish, staging
from lakejobs.schema import Schema
from lakejobs.tables import fit_shuffles, store
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession
from pyspark.sql import functions as F  # noqa: N812 - the name that every Spark example has
from sales_schema import METRICS, SALES, SILVER_TABLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from lakejobs.arguments import Arguments
    from pyspark.sql import Column, DataFrame

SILVER = SALES.spark
COLUMNS = SALES.names
LINE = Schema({"raw_line": "string", "source_file": "string"})
TABLE_AS_WAS = "the sales table is as it was"
FOR_GOOD = "If the source has changed for good, change SALES in sales_schema.py with it"
MOST = 0.5
"""A column that so large a part of the rows cannot be read as its type is of another type now, not full of errors."""

# RFC 4180: a field in quotes may hold commas, and quotes if they are doubled. The possessive `*+` makes Java's regular
# expressions loop where they would otherwise recurse: no line is too long.
QUOTED_FIELD = ' *+"([^"]*+(?:""[^"]*+)*+)" *+'
PLAIN_FIELD = '([^",]*+)'
FIELD = f",(?:{QUOTED_FIELD}|{PLAIN_FIELD})"
UNUSED = "\u0001"

WHOLE_NUMBER = "^[+-]?[0-9]+$"
AMOUNT = "^[+-]?[0-9]+([.][0-9]{1,2})?$"
AMOUNT_TOO_PRECISE = "^[+-]?[0-9]+[.][0-9]{3,}$"
DATE = "^[0-9]{1,2}/[0-9]{1,2}/(19|20)[0-9]{2}$"
# SQL that makes a value, or null, of a text. `try_cast` neither raises nor depends on ANSI mode; `to_date` would depend
# on the time parser policy, whose default ends the job on 2/30/2015.
VALUES = {
    "string": lambda text: f"if({text} = '' or contains({text}, '\ufffd'), null, {text})",
    "bigint": lambda text: f"try_cast({text} as bigint)",
    "int": lambda text: f"try_cast({text} as int)",
    "decimal(10,2)": lambda text: f"if({text} rlike '{AMOUNT}', try_cast({text} as decimal(10,2)), null)",
    "date": lambda text: (
        f"if({text} rlike '{DATE}', try_cast(concat(right({text}, 4), '-', substring_index({text}, '/', 1), '-', "
        f"substring_index(substring_index({text}, '/', 2), '/', -1)) as date), null)"
    ),
}
# SQL that tells why a text which is not blank has no value.
COMPLAINTS = {
    "string": lambda _: "'not valid UTF-8'",
    "bigint": lambda text: f"if({text} rlike '{WHOLE_NUMBER}', 'too large', 'not a whole number')",
    "int": lambda text: f"if({text} rlike '{WHOLE_NUMBER}', 'too large', 'not a whole number')",
    "decimal(10,2)": lambda text: (
        f"case when {text} rlike '{AMOUNT}' then 'more than eight digits before the point' "
        f"when {text} rlike '{AMOUNT_TOO_PRECISE}' then 'more than two decimals' else 'not a number' end"
    ),
    "date": lambda text: f"if({text} rlike '{DATE}', 'no such day', 'not a date (M/d/yyyy, 1900 to 2099)')",
}


NUMBER_OF_FIELDS = "coalesce(size(fields), -1)"
# What is wrong with a line as a whole: its fields cannot be told apart then, and it is the only reason.
LINE_REASON = (
    "case when fields is null then 'line: quotes out of place' "
    f"when {NUMBER_OF_FIELDS} != {len(COLUMNS)} "
    f"then concat('line: ', {NUMBER_OF_FIELDS}, ' fields instead of {len(COLUMNS)}') end"
)


class CleanError(JobError):
    """The sales could not be cleaned; the table is as it was."""


def read_lines(spark: SparkSession, source_path: str) -> DataFrame:
    """Every line of every file below the path that is neither blank nor a header: raw_line, source_file (URL-encoded).

    Raises:
        CleanError: there is no file, or one without the header of the sales.
    """
    try:
        lines = spark.read.text(source_path, recursiveFileLookup=True)
    except AnalysisException as error:
        if error.getErrorClass() != "PATH_NOT_FOUND":
            raise
        raise _no_sales(source_path, "no such folder") from error
    headers = first_lines(spark, sorted(lines.inputFiles()))
    if not headers:
        raise _no_sales(source_path, "the folder holds no file")
    check_headers(headers)
    is_header = F.col("value").isin(sorted(set(headers.values())))
    is_blank = F.trim("value") == ""
    return lines.where(~is_header & ~is_blank).select(
        F.col("value").alias("raw_line"), F.col("_metadata.file_path").alias("source_file")
    )


def first_lines(spark: SparkSession, files: list[str]) -> dict[str, str]:
    """The first line of each file; the files as Spark names them: URL-encoded."""

    def first_line(file: str) -> str:
        path = re.sub(r"([{}\[\]*?\\])", r"\\\1", unquote(file))  # else Spark takes these for wildcards
        row = spark.read.text(path).first()
        return row["value"] if row else ""

    with ThreadPoolExecutor(8) as pool:
        return dict(zip(files, pool.map(first_line, files), strict=True))


def check_headers(headers: dict[str, str]) -> None:
    """Each file must start with the fourteen columns in their order; case, and what stands between words, is free.

    Raises:
        CleanError: names the first file that does not, the columns that it lacks and those that it has.
    """
    for file, line in headers.items():
        names = next(csv.reader([line[:4096]], skipinitialspace=True), [])
        found = [re.sub(r"[^a-z0-9]+", "_", name.strip().lower()) for name in names]
        if found != COLUMNS:
            raise CleanError(
                f"{unquote(file)} does not start with the columns of the sales; {TABLE_AS_WAS}",
                f"{'; '.join(SALES.differences(found))}; found: {', '.join(names)[:500] or 'nothing'}",
                f"the first line has to name {', '.join(COLUMNS)}; correct the file or take it away. {FOR_GOOD}",
            )


def split_fields(line: Column) -> Column:
    """The fields of a line as an array of texts; null when its quotes are out of place."""
    blanks_only = F.replace(line, F.lit("\t"), F.lit(" "))
    with_comma = F.concat(F.lit(","), blanks_only)
    unquoted = F.replace(F.regexp_replace(with_comma, FIELD, f"{UNUSED}$1$2"), F.lit('""'), F.lit('"'))
    return F.when(
        ~line.contains('"'), F.split(blanks_only, ",", -1)
    ).when(  # nearly all lines, hence the cheap way first
        with_comma.rlike(f"^(?:{FIELD})++$"), F.split(F.substr(unquoted, F.lit(2)), UNUSED, -1)
    )


def parse(lines: DataFrame) -> DataFrame:
    """The fourteen columns typed; raw_line and source_file only where the row has to be rejected."""
    fields = lines.select(split_fields(lines.raw_line).alias("fields"), *LINE)
    texts = fields.selectExpr(
        *[f"trim(get(fields, {position})) as {name}" for position, name in enumerate(COLUMNS)],
        f"{NUMBER_OF_FIELDS} != {len(COLUMNS)} as is_broken",
        *LINE,
    )
    values = texts.selectExpr(*[f"{VALUES[SALES[name]](name)} as {name}" for name in COLUMNS], "is_broken", *LINE)
    is_rejected = " or ".join(["is_broken", *[f"{name} is null" for name in COLUMNS]])
    return values.selectExpr(*COLUMNS, *[f"if({is_rejected}, {name}, null) as {name}" for name in LINE])


def accepted(parsed: DataFrame) -> DataFrame:
    """The rows that have all their values."""
    return parsed.where("raw_line is null").selectExpr(*COLUMNS)


def rejected(parsed: DataFrame) -> DataFrame:
    """The other rows: the line as it was, every reason, and the URI of its file."""
    refused = parsed.where("raw_line is not null").withColumn("fields", split_fields(parsed.raw_line))
    texts = [f"trim(get(fields, {position})) as {name}_text" for position, name in enumerate(COLUMNS)]
    reasons = ", ".join(_reason(name) for name in COLUMNS)
    return refused.selectExpr("*", *texts).select(
        rejections.text(F.col("raw_line")).alias("raw_line"),
        F.expr(f"coalesce({LINE_REASON}, concat_ws('; ', {reasons}))").alias("reason"),
        rejections.source_file(F.col("source_file")).alias("source_file"),
    )


def _reason(name: str) -> str:
    """SQL that tells why this column has no value; null when it has one."""
    text = f"{name}_text"
    why = f"if({text} = '', 'missing', {COMPLAINTS[SALES[name]](text)})"
    return f"if({name} is null, concat('{name}: ', {why}), null)"


def drop_duplicates(rows: DataFrame) -> tuple[DataFrame, int]:
    """Each row once, and how many were dropped.

    Equal rows have the same order_id, and few rows share theirs with another: only those are compared in all columns.
    Grouping all rows by fourteen columns would send the whole table through a shuffle.
    """
    shared_ids = rows.groupBy("order_id").count().where("count > 1").select("order_id").persist()
    shared_ids.count()  # now Spark knows how few they are, and joins without moving the rows
    collapsed = rows.join(shared_ids, "order_id", how="left_semi").groupBy(*COLUMNS).agg(F.count("*").alias("copies"))
    collapsed = collapsed.persist()
    dropped = collapsed.agg(F.coalesce(F.sum(F.col("copies") - 1), F.lit(0))).first()[0]
    alone = rows.join(shared_ids, "order_id", how="left_anti").selectExpr(*COLUMNS)
    # Few rows, spread over all shuffle partitions: rebalanced, they make one file instead of two hundred.
    return alone.unionByName(collapsed.selectExpr(*COLUMNS).hint("rebalance")), dropped


def stored(frame: DataFrame, path: str) -> tuple[DataFrame, int]:
    """The frame written and read back, and its rows."""
    written = store(frame, path)
    return written, written.count()


def main() -> None:
    """Parse once into staging, sort out the rejected rows and the duplicates, then put both tables in place."""
    paths = {"source_path": str, "target_path": str, "rejected_path": str}
    kinds = {**paths, "max_rejected_ratio": float, "quality_path": str, "catalog_database": str}
    args = arguments.read(kinds, {"catalog_database": ""})
    source, target, rejected_path = (args[name] for name in paths)
    check_apart(source, target, rejected_path)
    spark = SparkSession.builder.getOrCreate()

    with staging(target, args.run) as staged, staging(rejected_path, args.run) as staged_rejects:
        lines = read_lines(spark, source)
        fit_shuffles(lines)
        parsed = store(parse(lines), f"{staged}parsed/")
        (rejects, refused), read, (unique, dropped) = at_once(
            lambda: stored(rejected(parsed), f"{staged_rejects}table/"),
            parsed.count,
            lambda: drop_duplicates(accepted(parsed)),
        )
        rows = {"rows_read": read, "rows_written": 0, "rows_rejected": refused, "rows_duplicate": dropped}
        if not read:
            raise _no_sales(source, "headers only")
        if rejections.is_too_many(rows, args["max_rejected_ratio"]):
            error = _too_many(rejects, rows, args)  # reads what publishing moves away
            publish(f"{staged_rejects}table/", rejected_path)
            raise error
        (clean, rows["rows_written"]), _ = at_once(
            lambda: stored(unique, f"{staged}table/"),
            lambda: quality.gate(parsed, "raw.dqdl", args, stage="raw", results=args["quality_path"]),
        )
        counts.check_sum(rows)
        quality.gate(clean, "silver.dqdl", args, stage="silver", results=args["quality_path"])
        publish(f"{staged_rejects}table/", rejected_path)
        publish(f"{staged}table/", target)
    if args["catalog_database"]:
        catalog_tables.put_table(boto3.client("glue"), args["catalog_database"], SILVER_TABLE, target, SALES)
    counts.report(rows, args, namespace=METRICS, prefix="clean")


def _too_many(rejects: DataFrame, rows: Mapping[str, int], args: Arguments) -> rejections.RejectedError:
    look_at = f"{args['rejected_path']} (table silver_sales_rejected)"
    changed = retyped(rejects, rows["rows_read"])
    state = f"{TABLE_AS_WAS}. Of another type now: {', '.join(changed)}. {FOR_GOOD}" if changed else TABLE_AS_WAS
    return rejections.too_many(rejects, rows, args["max_rejected_ratio"], look_at, state)


def retyped(rejects: DataFrame, rows_read: int) -> list[str]:
    """The columns that most of the rows cannot be read as their type, for example `units_sold (int)`."""
    complaints = {name: F.col("reason").rlike(f"(^|; ){name}: (?!missing)") for name in COLUMNS}
    found = rejects.agg(*[F.count_if(is_one).alias(name) for name, is_one in complaints.items()]).first()
    return [f"{name} ({SALES[name]})" for name in COLUMNS if found and found[name] > MOST * rows_read]


def _no_sales(source_path: str, seen: str) -> CleanError:
    return CleanError(
        f"no sales in {source_path}", f"{seen}; {TABLE_AS_WAS}", "see whether the extract job ran, and wrote there"
    )


if __name__ == "__main__":
    main()
