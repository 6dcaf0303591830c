"""Rows that were refused: kept as they were, each with all its reasons and its file.

A job that refuses rows writes them to a table of their own (COLUMNS, or NUMBERED where lines have numbers), so that one
can look at them. When they are too many, it publishes that table alone and fails: `too_many` says so.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F  # noqa: N812 - the name that every Spark example has

from lakejobs.errors import JobError
from lakejobs.schema import Schema

if TYPE_CHECKING:
    from collections.abc import Mapping

    from pyspark.sql import Column, DataFrame

COLUMNS = Schema({"raw_line": "string", "reason": "string", "source_file": "string"})
NUMBERED = Schema({"source_file": "string", "line_number": "bigint", "reason": "string", "raw_line": "string"})
MOST_FREQUENT = 3


class RejectedError(JobError):
    """More rows were rejected than the job may reject."""


def source_file(path: Column) -> Column:
    """The URI of a file from `_metadata.file_path`, which Spark percent-encodes."""
    # All but the plus sign, which url_decode takes for a blank.
    return F.url_decode(F.replace(path, F.lit("+"), F.lit("%2B")))


def text(line: Column) -> Column:
    """A line as parquet takes it: its texts are UTF-8, so bytes that are not show as U+FFFD."""
    return F.decode(line.cast("binary"), "UTF-8")


def is_too_many(counts: Mapping[str, int], max_ratio: float) -> bool:
    """Whether more than this share of the rows that were read was rejected."""
    return counts["rows_rejected"] > max_ratio * counts["rows_read"]


def too_many(
    rejects: DataFrame, counts: Mapping[str, int], max_ratio: float, look_at: str, state: str
) -> RejectedError:
    """The error that says how many, the most frequent reasons, where to look, and what the good table is like."""
    read, refused = counts["rows_read"], counts["rows_rejected"]
    reasons = rejects.groupBy("reason").count().orderBy(F.desc("count"), "reason").limit(MOST_FREQUENT).collect()
    return RejectedError(
        f"{refused} of {read} rows were rejected ({refused / read:.1%}), "
        f"more than --max_rejected_ratio {max_ratio} allows",
        ", ".join(f"{count} x {reason!r}" for reason, count in reasons),
        f"look at the rows in {look_at}; {state}",
    )
