"""Where a job writes and how, as its arguments say, and which day it is run for."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

import boto3
from awsglue.dynamicframe import DynamicFrame
from lakejobs import arguments, sinks
from lakejobs.errors import JobError
from lakejobs.publishing import folder

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from awsglue.context import GlueContext
    from lakejobs.arguments import Arguments
    from pyspark.sql import DataFrame

ALL = "all"
PATTERNS = {"%Y": "yyyy", "%m": "MM", "%d": "dd"}
"""Python's way to write a day, and Spark's."""


class OutputError(JobError):
    """An argument makes no sense; nothing was written."""


def _truth(text: str) -> bool:
    if text.lower() not in ("true", "false"):
        raise ValueError("neither true nor false")
    return text.lower() == "true"


def _number(text: str) -> int:
    if int(text) < 1:
        raise ValueError("less than 1")
    return int(text)


def _pattern(text: str) -> str:
    """A format of days, such as %Y%m%d."""
    rest = text
    for part in PATTERNS:
        if rest.count(part) != 1:
            raise ValueError(f"{part} has to be in it once")
        rest = rest.replace(part, "")
    if any(letter.isalpha() or letter in "%'/" for letter in rest):
        raise ValueError(f"beside {', '.join(PATTERNS)} it takes signs such as -, and has {rest!r}")
    return text


OPTIONS: Mapping[str, Callable[[str], object]] = {
    "OUTPUT_BUCKET": str,
    "OUTPUT_DB": str,
    "OUTPUT_TABLE": str,
    "OUTPUT_TABLE_URI": str,
    "CONNECTION_TYPE": str,
    "UPDATE_BEHAVIOR": str,
    "PARTITION_NAME": str,
    "PARTITION_FORMAT": _pattern,
    "OUTPUT_DATA_FORMAT": str,
    "COMPRESSION": str,
    "ENABLE_UPDATE_CATALOG": _truth,
    "NUM_PARTITIONS": _number,
    "RUN_DATE": str,
}
"""What each job of the pipeline takes, beside what it reads; RUN_DATE may be left out."""


class Output(NamedTuple):
    """A job's table, and the day that is written; None for all days."""

    args: Arguments
    day: str | None

    @property
    def partition(self) -> str:
        """The name of the partition key."""
        return str(self.args["PARTITION_NAME"])

    @property
    def spark_pattern(self) -> str:
        """How Spark writes a day as the partition key has it."""
        found = str(self.args["PARTITION_FORMAT"])
        for python, spark in PATTERNS.items():
            found = found.replace(python, spark)
        return found


def read_arguments(*sources: str) -> Output:
    """The arguments of this run; the day is the workflow run's, where it has one, else that of --RUN_DATE, else all.

    Args:
        sources: the options that name what the job reads.

    Raises:
        OutputError: the table lies outside its bucket, or the day is none.
    """
    args = arguments.read({**dict.fromkeys(sources, str), **OPTIONS}, {"RUN_DATE": ALL})
    bucket, uri = args["OUTPUT_BUCKET"], args["OUTPUT_TABLE_URI"]
    if folder(uri).bucket != bucket:
        raise OutputError(
            f"the table {args['OUTPUT_TABLE']} lies outside its bucket",
            f"--OUTPUT_BUCKET {bucket}, --OUTPUT_TABLE_URI {uri}",
            "name a folder of that bucket",
        )
    asked = args["RUN_DATE"]
    if args.workflow_run:
        name, run = args.workflow_run
        properties = boto3.client("glue").get_workflow_run_properties(Name=name, RunId=run)["RunProperties"]
        asked = properties.get(args["PARTITION_NAME"], asked)
    return Output(args, None if asked == ALL else _day(asked, args["PARTITION_FORMAT"]))


def write(context: GlueContext, rows: DataFrame, output: Output) -> int:
    """Make the rows the only ones of the day, or of the table when all days are written; how many there are."""
    args, day = output.args, output.day
    frame = DynamicFrame.fromDF(rows.repartition(args["NUM_PARTITIONS"]), context, args["OUTPUT_TABLE"])
    return sinks.replace(
        context,
        frame,
        args["OUTPUT_TABLE_URI"],
        args["OUTPUT_DB"],
        args["OUTPUT_TABLE"],
        partition_keys=[output.partition],
        partitions=[f"{output.partition}={day}/"] if day else [""],
        settings=sinks.Settings(
            connection_type=args["CONNECTION_TYPE"],
            update_catalog=args["ENABLE_UPDATE_CATALOG"],
            update_behavior=args["UPDATE_BEHAVIOR"],
            data_format=args["OUTPUT_DATA_FORMAT"],
            compression=args["COMPRESSION"],
        ),
    )


def _day(text: str, pattern: str) -> str:
    """A day in the table's own format."""
    try:
        found = datetime.strptime(text, pattern).strftime(pattern)  # noqa: DTZ007 - a day has no zone
    except ValueError as error:
        raise OutputError(f"{text} is no day", str(error), f"give one as {pattern}, or {ALL}") from error
    if found != text:
        raise OutputError(f"{text} is no day", f"{found} is written so", f"give one as {pattern}, or {ALL}")
    return text
