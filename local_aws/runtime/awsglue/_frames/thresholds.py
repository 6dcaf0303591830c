"""How many error records are too many, and the error records themselves as rows."""

from __future__ import annotations

from collections.abc import Iterable

from awsglue._frames.frame import Errors, Frame


class ErrorThresholdError(Exception):
    """A transformation made more error records than it may."""


def count_errors(errors: Iterable[Errors]) -> int:
    """How many error records there are; computes them."""
    return sum(int(found.rows.count()) for found in errors)


def check_thresholds(before: Frame | None, after: Frame, stage: float, total: float) -> None:
    """Fail where a limit is given and reached: `stage` for the errors of the last step, `total` for all.

    Raises:
        ErrorThresholdError: says how many there were (Glue's own text is not known).
    """
    if stage and (before is None or len(after.errors) > len(before.errors)):
        _check("stage", count_errors(after.errors[-1:]), stage)
    if total:
        _check("total", count_errors(after.errors), total)


def _check(which: str, count: int, limit: float) -> None:
    if count >= limit:
        raise ErrorThresholdError(f"{count} error records, and the {which} error threshold is {limit:g}")


def error_records(frame: Frame) -> Frame:
    """The error records as rows of one struct `error`."""
    session = frame.data.sparkSession
    rows = session.sparkContext.emptyRDD()
    for found in frame.errors:
        name = found.transformation
        rows = rows.union(found.rows.map(lambda error, name=name: ((name, *error),)))
    schema = "error struct<transformation:string,msg:string,stackTrace:string,dynamicRecord:string>"
    return Frame.of(session.createDataFrame(rows, schema))
