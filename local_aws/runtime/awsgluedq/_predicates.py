"""Expressions of DQDL on each row: the value of a column as a boolean Spark column.

Documented: null passes `!=` and `not in` alone, unless NULL is among their values; `between` leaves its bounds out,
`not between` leaves them in the range. Not verified: `matches` looks for the pattern anywhere and takes no empty match.
"""

from __future__ import annotations

import datetime
import functools
import operator
from typing import Any

from awsgluedq._conditions import COMPARISONS, RuleFailure
from awsgluedq._model import Condition, Keyword, Moment, Number, Text, Value
from pyspark.sql import functions as F  # noqa: N812 - its usual name

NUMERIC = ("tinyint", "smallint", "int", "bigint", "float", "double", "decimal")
TEMPORAL = ("date", "timestamp", "timestamp_ntz")


def predicate(column: Any, kind: str, condition: Condition, now: float) -> Any:
    """Whether a column's value meets a condition; never null.

    Args:
        column: Spark's expression.
        kind: the name of its type, as in DataFrame.dtypes.
        condition: the condition.
        now: seconds since the epoch.

    Raises:
        RuleFailure: a value of the condition cannot be compared with the column's type.
    """
    kind = kind.partition("(")[0]
    return F.coalesce(_nullable(column, kind, condition, now), F.lit(False))  # noqa: FBT003 - Spark's own


def _nullable(column: Any, kind: str, condition: Condition, now: float) -> Any:
    name, values = condition.operator, condition.values
    if name in ("=", "!=", "in", "not in"):
        found = [F.coalesce(_equal(column, kind, value, now), F.lit(False)) for value in values]  # noqa: FBT003
        is_one = functools.reduce(operator.or_, found)
        return is_one if name in ("=", "in") else ~is_one
    if name.endswith("matches"):
        if not isinstance(values[0], Text):
            raise RuleFailure(f"{name} needs a regular expression in quotes")
        match = F.regexp_extract(column.cast("string"), values[0].value, 0)
        return match != "" if name == "matches" else match == ""
    if name in COMPARISONS:
        left, right = _pair(column, kind, values[0], now)
        return COMPARISONS[name](left, right)
    low, high = values
    if isinstance(low, Moment) and isinstance(high, Moment) and low.seconds > high.seconds:
        low, high = high, low  # documented so for files: between now() and (now() - 45 minutes)
    (left, least), (_, most) = (_pair(column, kind, value, now) for value in (low, high))
    return (left > least) & (left < most) if name == "between" else (left < least) | (left > most)


def _equal(column: Any, kind: str, value: Value, now: float) -> Any:
    if isinstance(value, Keyword):
        text = column.cast("string")
        return {"NULL": column.isNull(), "EMPTY": text == "", "WHITESPACES_ONLY": text.rlike(r"^\s+$")}[value.name]
    left, right = _pair(column, kind, value, now)
    return left == right


def _pair(column: Any, kind: str, value: Value, now: float) -> tuple[Any, Any]:
    """The column and the value as two columns that Spark compares as DQDL means it."""
    if isinstance(value, Moment):
        return column.cast("timestamp"), F.timestamp_seconds(F.lit(now + value.seconds))
    if isinstance(value, Text) and kind in TEMPORAL:
        return column.cast("timestamp"), F.lit(_date(value.value)).cast("timestamp")
    if isinstance(value, Text) and kind in NUMERIC:
        try:
            return column, F.lit(float(value.value))
        except ValueError:
            raise RuleFailure(f'"{value.value}" is no number, and the column is {kind}') from None
    if isinstance(value, Text):
        return column.cast("string"), F.lit(value.value)
    if isinstance(value, Number) and kind not in TEMPORAL:
        return (column if kind in NUMERIC else column.cast("double")), F.lit(value.value)
    shown = next(iter(vars(value).values()))
    raise RuleFailure(f"{shown!r} cannot be compared with a column of type {kind}")


def _date(text: str) -> str:
    try:
        datetime.datetime.fromisoformat(text)
    except ValueError:
        raise RuleFailure(f'"{text}" is no date such as "2022-06-30"') from None
    return text
