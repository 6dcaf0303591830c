"""Rules that a table's rows meet today, as a first ruleset to be edited: what a recommendation run answers.

The types of rules, the range of RowCount (half to twice the rows), `Uniqueness > 0.95`, `ColumnValues <= ` the greatest
number and `ColumnValues in` the values of a column that repeats them are those of a public output of AWS (AWS SDK for
pandas, tutorial 37); rules of standard deviation and length are in other public outputs. When each is recommended, and
the bounds that are not in that output, are unverified: AWS does not say how it finds them.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from awsgluedq._predicates import NUMERIC
from pyspark.sql import functions as F  # noqa: N812

_NESTED = ("array", "map", "struct", "binary")
_UNIQUE = 0.95
_MOST_VALUES = 120
"""A column of more values is not described by them (unverified)."""
_SELDOM = 0.1
"""The part of a column's values that may occur once where it is described by them (unverified)."""
_SPREAD = 0.05
"""How far a standard deviation may go from today's (unverified)."""
_LONGEST_RULE = 2048
"""Characters that a result has for a rule (EvaluatedRule in the API reference)."""


def recommended(data: Any) -> str:
    """A ruleset of DQDL that the rows of a DataFrame pass.

    Raises:
        ValueError: there is no row, or no column.
    """
    kinds = dict(data.dtypes)
    if not kinds:
        raise ValueError("The table has no data to recommend rules from")
    data = data.persist()
    try:
        found = data.agg(*_aggregates(kinds)).first().asDict()
        if not found["rows"]:
            raise ValueError("The table has no rows to recommend rules from")
        rules = [f"RowCount between {found['rows'] // 2} and {found['rows'] * 2}"]
        for place, (name, kind) in enumerate(kinds.items()):
            here = {key: found[f"{key}{place}"] for key in _MEASURES if f"{key}{place}" in found}
            rules += _of_column(data, name, kind, found["rows"], here)
    finally:
        data.unpersist()
    return "Rules = [\n" + ",\n".join(f"    {rule}" for rule in rules if len(rule) <= _LONGEST_RULE) + "\n]"


_MEASURES = ("present", "most", "deviation", "shortest", "longest")


def _aggregates(kinds: dict[str, str]) -> Iterator[Any]:
    """What one pass over all rows tells of each column."""
    yield F.count(F.lit(1)).alias("rows")
    for place, (name, kind) in enumerate(kinds.items()):
        column = _column(name)
        yield F.count(column).alias(f"present{place}")
        if _is(kind, NUMERIC):
            yield F.max(column).alias(f"most{place}")
            yield F.stddev_pop(column).alias(f"deviation{place}")
        elif kind == "string":
            yield F.min(F.length(F.coalesce(column, F.lit("")))).alias(f"shortest{place}")
            yield F.max(F.length(column)).alias(f"longest{place}")


def _of_column(data: Any, name: str, kind: str, rows: int, found: dict[str, Any]) -> Iterator[str]:
    quoted = _quoted(name)
    if quoted is None or not found["present"]:
        return
    share = found["present"] / rows
    yield f"IsComplete {quoted}" if share == 1 else f"Completeness {quoted} >= {math.floor(share * 100) / 100}"
    if _is(kind, _NESTED):
        return
    groups = (
        data.where(_column(name).isNotNull()).groupBy(_column(name).alias("value")).agg(F.count(F.lit(1)).alias("n"))
    )
    counted = groups.agg(F.count("n").alias("distinct"), F.count(F.when(F.col("n") == 1, 1)).alias("once")).first()
    unique = counted["once"] / found["present"] > _UNIQUE
    if unique:
        yield f"Uniqueness {quoted} > {_UNIQUE}"
    values = None
    if kind not in ("float", "double") and counted["distinct"] <= _MOST_VALUES:
        values = _values(groups, kind) if counted["once"] / counted["distinct"] <= _SELDOM else None
    if values and share == 1:
        yield f"ColumnValues {quoted} in [{', '.join(values)}]"
    elif _is(kind, NUMERIC) and share == 1:
        yield from _of_numbers(quoted, found, unique=unique)
    elif kind == "string":
        between = f"between {found['shortest'] - 1} and {found['longest'] + 1}"
        yield f"ColumnLength {quoted} {between if found['shortest'] else '<= ' + str(found['longest'])}"


def _of_numbers(quoted: str, found: dict[str, Any], *, unique: bool) -> Iterator[str]:
    deviation = found["deviation"]
    if deviation and math.isfinite(deviation) and not unique:
        low, high = deviation * (1 - _SPREAD), deviation * (1 + _SPREAD)
        yield f"StandardDeviation {quoted} between {_rounded(low, deviation)} and {_rounded(high, deviation)}"
    if math.isfinite(found["most"]):
        yield f"ColumnValues {quoted} <= {found['most']}"


def _rounded(bound: float, within: float) -> str:
    """A bound with two decimals, or as many digits as keep it apart from what lies within."""
    short = f"{bound:.2f}"
    apart = float(short) < within if bound < within else float(short) > within
    return short if apart else format(Decimal(f"{bound:.6g}"), "f")


def _values(groups: Any, kind: str) -> list[str] | None:
    """The values of a column in quotes, the most frequent first; None where one cannot be written."""
    if kind not in ("string", "boolean") and not _is(kind, NUMERIC):
        return None
    texts = groups.select("n", F.col("value").cast("string").alias("value")).collect()
    ordered = sorted(texts, key=lambda row: (-row["n"], row["value"]))
    quoted = [_quoted(row["value"]) for row in ordered]
    return None if None in quoted else [text for text in quoted if text]


def _quoted(text: str) -> str | None:
    r"""A text of DQDL; None for one that it cannot say: `\"` is its only escape."""
    if text.endswith("\\") or '\\"' in text or not text.isprintable():
        return None
    return '"' + text.replace('"', '\\"') + '"'


def _column(name: str) -> Any:
    return F.col("`" + name.replace("`", "``") + "`")


def _is(kind: str, kinds: tuple[str, ...]) -> bool:
    return kind.partition("(")[0].partition("<")[0] in kinds
