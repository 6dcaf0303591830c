"""Rule types on the values of one column, or of two: completeness, values, lengths, statistics, freshness."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping
from typing import Any

from awsgluedq._checks import Check, Scope, Verdict, counted, enough_rows, judged, marked, measured, ratio_of
from awsgluedq._conditions import RuleFailure, holds, unmet
from awsgluedq._model import Condition, DqdlError, Duration, Number, Rule, Text
from awsgluedq._predicates import NUMERIC, TEMPORAL, predicate
from pyspark.sql import functions as F  # noqa: N812


def completeness(scope: Scope, rule: Rule) -> Check:
    """Completeness and IsComplete: the part of the rows that have a value."""
    name = rule.parameters[0]
    chosen, passes = scope.chosen(rule.where), scope.column(name).isNotNull()
    required = rule.condition or (Condition("=", (Number(1),)) if rule.type == "IsComplete" else None)

    def decide(values: Mapping[str, Any]) -> Verdict:
        ratio = ratio_of(values)
        passed = required is None or holds(required, ratio)
        return Verdict(passed, None if passed else unmet(ratio), {f"Column.{name}.Completeness": ratio})

    return Check(decide, counted(chosen, passes), marked(chosen, passes))


def values(scope: Scope, rule: Rule) -> Check:
    """ColumnValues; numbers compared without a threshold report the least and the greatest value."""
    name = rule.parameters[0]
    column, kind = scope.column(name), scope.kind(name).partition("(")[0]
    if rule.condition is None and kind not in NUMERIC:
        return lengths(scope, rule)  # documented of the analyzer
    if rule.condition is None or _is_numeric(rule, kind):
        return _bounded(scope, rule, column if kind in NUMERIC else column.cast("double"), ("Minimum", "Maximum"))
    chosen = scope.chosen(rule.where)
    passes = predicate(column, kind, rule.condition, scope.now)
    metric = f"Column.{name}.ColumnValues.Compliance"
    by_share = rule.threshold is not None or kind in TEMPORAL

    def decide(found: Mapping[str, Any]) -> Verdict:
        ratio = ratio_of(found)
        verdict = enough_rows(rule, metric, ratio)
        if verdict.passed or by_share:
            return verdict
        return Verdict(passed=False, reason=unmet(None if found["nulls"] else ratio), metrics=verdict.metrics)

    nulls = F.count(F.when(chosen & column.isNull() & ~passes, 1))
    return Check(decide, {**counted(chosen, passes), "nulls": nulls}, marked(chosen, passes))


def _is_numeric(rule: Rule, kind: str) -> bool:
    if rule.condition is None or rule.condition.operator.endswith(("in", "matches")) or kind in TEMPORAL:
        return False
    return rule.threshold is None and all(
        isinstance(value, Number) or (isinstance(value, Text) and kind in NUMERIC) for value in rule.condition.values
    )


def lengths(scope: Scope, rule: Rule) -> Check:
    """ColumnLength; a null is as long as an empty text (documented)."""
    length = F.coalesce(F.length(scope.column(rule.parameters[0]).cast("string")), F.lit(0))
    return _bounded(scope, rule, length, ("MinimumLength", "MaximumLength"))


def _bounded(scope: Scope, rule: Rule, column: Any, names: tuple[str, str]) -> Check:
    """A condition that every row's number must meet, reported as its least and greatest value."""
    chosen = scope.chosen(rule.where)
    low, high = (f"Column.{rule.parameters[0]}.{name}" for name in names)
    aggregates = {"low": F.min(F.when(chosen, column)), "high": F.max(F.when(chosen, column))}
    if rule.condition is None:
        return Check(lambda found: Verdict(passed=True, metrics=_bounds(found, low, high)), aggregates)
    condition = rule.condition
    kind = "int" if "Length" in names[0] else scope.kind(rule.parameters[0])
    passes = predicate(column, kind, condition, scope.now)
    metric = f"Column.{rule.parameters[0]}.{rule.type}.Compliance"

    def decide(found: Mapping[str, Any]) -> Verdict:
        verdict = enough_rows(rule, metric, ratio_of(found))
        bounds = _bounds(found, low, high)
        if rule.threshold is not None:
            return Verdict(verdict.passed, verdict.reason, {**bounds, **verdict.metrics})
        if verdict.passed:
            return Verdict(passed=True, metrics=bounds)
        unmet_bounds = [value for value in (found["high"], found["low"]) if value is not None]
        seen = next((value for value in unmet_bounds if not holds(condition, float(value))), None)
        if seen is None and not found["nulls"]:
            return Verdict(passed=False, reason=verdict.reason, metrics=bounds)
        return Verdict(passed=False, reason=unmet(seen), metrics=bounds)

    nulls = F.count(F.when(chosen & column.isNull() & ~passes, 1))
    return Check(decide, {**aggregates, **counted(chosen, passes), "nulls": nulls}, marked(chosen, passes))


def _bounds(found: Mapping[str, Any], low: str, high: str) -> dict[str, float]:
    return {name: float(found[key]) for name, key in ((low, "low"), (high, "high")) if found[key] is not None}


_STATISTICS = {"Mean": F.avg, "Sum": F.sum, "StandardDeviation": F.stddev_pop}


def statistic(scope: Scope, rule: Rule) -> Check:
    """Mean, Sum and StandardDeviation (that of a population: not verified)."""
    number = _number(scope, rule, rule.parameters[0])
    metric = f"Column.{rule.parameters[0]}.{rule.type}"
    return measured(rule, metric, _STATISTICS[rule.type](F.when(scope.chosen(rule.where), number)))


def correlation(scope: Scope, rule: Rule) -> Check:
    """ColumnCorrelation: Pearson's."""
    chosen = scope.chosen(rule.where)
    one, other = (F.when(chosen, _number(scope, rule, name)) for name in rule.parameters)
    return measured(rule, f"Multicolumn.{','.join(rule.parameters)}.ColumnCorrelation", F.corr(one, other))


def _number(scope: Scope, rule: Rule, name: str) -> Any:
    column, kind = scope.column(name), scope.kind(name)
    if kind.partition("(")[0] not in NUMERIC:
        raise RuleFailure(f"Column {name} is of type {kind}, and {rule.type} needs numbers")
    return column


_DATA_TYPES = {
    "boolean": "boolean",
    "date": "date",
    "timestamp": "timestamp",
    "integer": "int",
    "long": "bigint",
    "float": "float",
    "double": "double",
}


def data_type(scope: Scope, rule: Rule) -> Check:
    """ColumnDataType: the part of the values that read as a type.

    Not verified: null is of none, whole numbers have no fraction, and Boolean is true or false.
    """
    name, condition = rule.parameters[0], rule.condition
    if condition is None or condition.operator not in ("=", "!=", "in", "not in"):
        raise DqdlError(f"{rule.text}: ColumnDataType is compared with =, !=, in or not in")
    types = [_spark_type(value) for value in condition.values]
    column, chosen = scope.column(name), scope.chosen(rule.where)
    castable = functools.reduce(operator.or_, [_reads_as(column.cast("string"), kind) for kind in types])
    passes = castable if condition.operator in ("=", "in") else ~castable
    metric = f"Column.{name}.ColumnDataType.Compliance"
    return Check(lambda found: enough_rows(rule, metric, ratio_of(found)), counted(chosen, passes))


def _reads_as(text: Any, kind: str) -> Any:
    pattern = {"int": r"^\s*[+-]?\d+\s*$", "bigint": r"^\s*[+-]?\d+\s*$", "boolean": "(?i)^(true|false)$"}.get(kind, "")
    return F.coalesce(text.cast(kind).isNotNull() & text.rlike(pattern), F.lit(False))  # noqa: FBT003


def _spark_type(value: Any) -> str:
    if not isinstance(value, Text) or value.value.lower() not in _DATA_TYPES:
        known = ", ".join(name.capitalize() for name in _DATA_TYPES)
        shown = next(iter(vars(value).values()))
        raise DqdlError(f"ColumnDataType knows {known}, not {shown!r}")
    return _DATA_TYPES[value.value.lower()]


def freshness(scope: Scope, rule: Rule) -> Check:
    """DataFreshness: the age of a column's dates, in hours or days; null does not pass (documented)."""
    name, condition = rule.parameters[0], rule.condition
    if condition is None or not all(isinstance(value, Duration) for value in condition.values):
        raise DqdlError(f"{rule.text}: DataFreshness is compared with hours or days, as in <= 24 hours")
    seconds = Condition(condition.operator, tuple(Number(value.seconds) for value in condition.values))
    age = F.lit(scope.now) - scope.column(name).cast("timestamp").cast("double")
    chosen, passes = scope.chosen(rule.where), predicate(age, "double", seconds, scope.now) & age.isNotNull()
    metric = f"Column.{name}.DataFreshness.Compliance"
    return Check(
        lambda found: enough_rows(rule, metric, ratio_of(found)), counted(chosen, passes), marked(chosen, passes)
    )


def row_count(scope: Scope, rule: Rule) -> Check:
    """RowCount."""
    count = F.count(F.when(scope.chosen(rule.where), 1))
    return Check(lambda found: judged(rule, "Dataset.*.RowCount", found["value"]), {"value": count})
