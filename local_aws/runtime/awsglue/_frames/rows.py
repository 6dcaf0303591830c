"""Rows told apart, sampled, and moved between partitions."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from functools import reduce
from typing import Any

from awsglue._frames.frame import Frame

_OPERATORS: dict[str, Callable[[Any, Any], Any]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "=": operator.eq,
    "==": operator.eq,
    "!=": operator.ne,
}


def split(frame: Frame, comparisons: Mapping[str, Mapping[str, Any]]) -> tuple[Frame, Frame]:
    """The rows for which all comparisons hold, and the others; nothing holds of null.

    Args:
        frame: the rows.
        comparisons: path -> operator -> value (developer guide, "splitRows"; `==` is not in it).

    Raises:
        ValueError: a field or an operator does not exist.
    """
    from pyspark.sql import functions

    tests = []
    for path, wanted in comparisons.items():
        place = frame.find(path)
        if place is None and not frame.schema.fields:
            continue  # of no records no field is known
        if place is None:
            names = ", ".join(field.name for field in frame.schema.fields)
            raise ValueError(f"there is no field {path!r} to compare; there are {names}")
        for sign, value in wanted.items():
            if sign not in _OPERATORS:
                raise ValueError(f"{sign!r} is no comparison; there are {' '.join(_OPERATORS)}")
            tests.append(_OPERATORS[sign](place.column, functions.lit(value)))
    holds = functions.coalesce(reduce(operator.and_, tests, functions.lit(True)), functions.lit(False))  # noqa: FBT003
    return frame.with_data(frame.data.filter(holds)), frame.with_data(frame.data.filter(~holds))


def repartitioned(frame: Frame, count: int) -> Frame:
    """The same rows in this many partitions."""
    return frame.with_data(frame.data.repartition(count))


def coalesced(frame: Frame, count: int, *, shuffle: bool) -> Frame:
    """The same rows in at most this many partitions; with a shuffle, in exactly as many."""
    return repartitioned(frame, count) if shuffle else frame.with_data(frame.data.coalesce(count))
