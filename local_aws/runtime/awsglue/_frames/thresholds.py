"""How many error records are too many, and the error records themselves as rows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from awsglue._frames.frame import Errors, Frame


class ErrorThresholdError(Exception):
    """A transformation made more error records than it may.

    Attributes:
        python_traceback: that of the first of them, where a Python function raised it; else empty.
    """

    def __init__(self, said: str, python_traceback: str = "") -> None:
        super().__init__(said)
        self.python_traceback = python_traceback


def count_errors(errors: Iterable[Errors]) -> int:
    """How many error records there are; computes them."""
    return sum(int(found.rows.count()) for found in errors)


def check_thresholds(made: Sequence[Errors], after: Frame, stage: float, total: float) -> None:
    """Fail where more error records are than a limit allows; no limit, or 0, allows any (developer guide).

    Args:
        made: the errors of the last step, held to `stage`.
        after: what the step gave; its errors are those of all steps, held to `total`.
        stage: how many error records may be.
        total: likewise.

    Raises:
        ErrorThresholdError: says how many there were, and the first (Glue's own text is not known).
    """
    if stage:
        _check("stage", made, stage)
    if total:
        _check("total", after.errors, total)


def assert_none(errors: Sequence[Errors]) -> None:
    """Fail if there is an error record; see `check_thresholds`."""
    _check("total", errors, 0)


def _check(which: str, errors: Sequence[Errors], limit: float) -> None:
    count = count_errors(errors)
    if count > limit:
        message, trace, _ = next(first for found in errors for first in found.rows.take(1))
        records = "1 error record" if count == 1 else f"{count} error records"
        said = f"{records}, and the {which} error threshold is {limit:g}; the first: {message}"
        raise ErrorThresholdError(said, trace)


def error_records(frame: Frame) -> Frame:
    """The error records as rows of one struct `error`."""
    session = frame.data.sparkSession
    rows = session.sparkContext.emptyRDD()
    for found in frame.errors:
        name = found.transformation
        rows = rows.union(found.rows.map(lambda error, name=name: ((name, *error),)))
    schema = "error struct<transformation:string,msg:string,stackTrace:string,dynamicRecord:string>"
    return Frame.of(session.createDataFrame(rows, schema))
