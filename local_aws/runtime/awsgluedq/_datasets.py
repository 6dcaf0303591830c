"""Rule types on the dataset's columns, and on another dataset as a whole."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from awsgluedq._checks import Check, Scope, Verdict, column_of, judged, name_of
from awsgluedq._conditions import RuleFailure
from awsgluedq._model import DqdlError, Rule
from awsgluedq._predicates import NUMERIC
from pyspark.sql import functions as F  # noqa: N812

_AGGREGATION = re.compile(r"\s*(sum|avg)\s*\(\s*(?:(\w+)\.)?([^()]+?)\s*\)\s*", re.IGNORECASE)


def column_count(scope: Scope, rule: Rule) -> Check:
    """ColumnCount."""
    return Check(lambda _: judged(rule, "Dataset.*.ColumnCount", len(scope.names)))


def column_exists(scope: Scope, rule: Rule) -> Check:
    """ColumnExists."""
    name_of(scope.data, rule.parameters[0])
    return Check(lambda _: Verdict(passed=True))


def column_names(scope: Scope, rule: Rule) -> Check:
    """ColumnNamesMatchPattern: every column's name has a match of the pattern."""
    try:
        pattern = re.compile(rule.parameters[0])
    except re.error as error:
        raise DqdlError(f"{rule.text}: not a regular expression: {error}") from None
    others = [name for name in scope.names if not pattern.search(name)]
    ratio = 1 - len(others) / len(scope.names) if scope.names else 0.0
    reason = f"Columns that do not match the pattern: {', '.join(others)}" if others else None
    metrics = {"Dataset.*.ColumnNamesPatternMatchRatio": ratio}
    return Check(lambda _: Verdict(not others, reason, metrics))


def row_count_match(scope: Scope, rule: Rule) -> Check:
    """RowCountMatch: the primary dataset's rows by those of another."""
    alias = rule.parameters[0]
    other = scope.source(alias)

    def decide(values: Mapping[str, Any]) -> Verdict:
        rows = other.count()
        if not rows:
            raise RuleFailure(f"The data source {alias} has no rows")
        return judged(rule, f"Dataset.{alias}.RowCountMatch", values["rows"] / rows)

    return Check(decide, {"rows": F.count(F.lit(1))})


def schema_match(scope: Scope, rule: Rule) -> Check:
    """SchemaMatch: the part of the primary dataset's columns that another has, of the same type, in any order.

    That the other's further columns do not count is not verified.
    """
    alias = rule.parameters[0]
    others = {name.lower(): kind for name, kind in scope.source(alias).dtypes}
    own = [(name, kind) for name, kind in scope.data.dtypes if name in scope.names]
    same = sum(others.get(name.lower()) == kind for name, kind in own)
    return Check(lambda _: judged(rule, f"Dataset.{alias}.SchemaMatch", same / len(own) if own else None))


def aggregate_match(scope: Scope, rule: Rule) -> Check:
    """AggregateMatch: the first aggregation by the second (documented); `sum` and `avg` of any data source."""
    parts = [_aggregation(rule, text) for text in rule.parameters]
    names = list(dict.fromkeys(name for _, _, name in parts))
    frames = [(scope.source(alias), function, name) for alias, function, name in parts]
    columns = [(data, function(_numeric(data, name))) for data, function, name in frames]

    def decide(_: Mapping[str, Any]) -> Verdict:
        one, other = (data.agg(aggregate.cast("double")).first()[0] for data, aggregate in columns)
        ratio = None if one is None or not other else one / other
        return judged(rule, f"Column.{','.join(names)}.AggregateMatch", ratio)

    return Check(decide)


def _aggregation(rule: Rule, text: str) -> tuple[str, Any, str]:
    found = _AGGREGATION.fullmatch(text)
    if not found:
        raise DqdlError(f'{rule.text}: "{text}" is no aggregation such as "sum(amount)" or "avg(reference.rating)"')
    function = {"sum": F.sum, "avg": F.avg}[found[1].lower()]
    return found[2] or "primary", function, found[3]


def _numeric(data: Any, name: str) -> Any:
    column, kind = column_of(data, name), dict(data.dtypes)[name_of(data, name)]
    if kind.partition("(")[0] not in NUMERIC:
        raise RuleFailure(f"Column {name} is of type {kind}, and AggregateMatch needs numbers")
    return column
