"""Rule types on how often values occur: one pass for each set of columns. Null is no value (not verified)."""

from __future__ import annotations

import functools
import operator
from collections.abc import Mapping
from typing import Any

from awsgluedq._checks import Check, Frequencies, Scope, Verdict, any_value, judged
from awsgluedq._conditions import RuleFailure, holds, unmet
from awsgluedq._model import Condition, Number, Rule
from pyspark.sql import Window
from pyspark.sql import functions as F  # noqa: N812


def uniqueness(scope: Scope, rule: Rule) -> Check:
    """Uniqueness and IsUnique: the part of the rows whose value occurs once."""
    names = rule.parameters
    required = rule.condition or (Condition("=", (Number(1),)) if rule.type == "IsUnique" else None)

    def decide(_: Mapping[str, Any]) -> Verdict:
        ratio = _ratio(_found(scope, rule))
        passed = required is None or holds(required, ratio)
        return Verdict(passed, None if passed else unmet(ratio), {_metric(names, "Uniqueness"): ratio})

    return Check(decide, mark=functools.partial(_mark_unique, scope, rule))


def primary_key(scope: Scope, rule: Rule) -> Check:
    """IsPrimaryKey: every row has all columns of the key, and no two rows have the same key."""
    complete = functools.reduce(operator.and_, [scope.column(name).isNotNull() for name in rule.parameters])
    chosen = scope.chosen(rule.where)

    def decide(values: Mapping[str, Any]) -> Verdict:
        ratio = _ratio(_found(scope, rule))
        metrics = {_metric(rule.parameters, "Uniqueness"): ratio}
        if values["nulls"]:
            reason = f"{values['nulls']} rows have no value in a column of the key"
            return Verdict(passed=False, reason=reason, metrics=metrics)
        return Verdict(ratio == 1, None if ratio == 1 else unmet(ratio), metrics)

    def mark(data: Any, name: str) -> Any:
        return _mark_unique(scope, rule, data, name).withColumn(name, F.col(name) & complete)

    return Check(decide, {"nulls": F.count(F.when(chosen & ~complete, 1))}, mark)


def distinct_values(scope: Scope, rule: Rule) -> Check:
    """DistinctValuesCount."""
    metric = _metric(rule.parameters, rule.type)
    return _of_frequencies(scope, rule, lambda found: judged(rule, metric, found.distinct))


def unique_value_ratio(scope: Scope, rule: Rule) -> Check:
    """UniqueValueRatio: values that occur once by distinct values (documented)."""
    metric = _metric(rule.parameters, rule.type)

    def ratio(found: Frequencies) -> Verdict:
        return judged(rule, metric, found.unique / found.distinct if found.distinct else None)

    check = _of_frequencies(scope, rule, ratio)
    return Check(check.decide, mark=functools.partial(_mark_unique, scope, rule))


def entropy(scope: Scope, rule: Rule) -> Check:
    """Entropy, with the natural logarithm (not verified)."""
    metric = _metric(rule.parameters, rule.type)
    return _of_frequencies(scope, rule, lambda found: judged(rule, metric, found.entropy))


def _of_frequencies(scope: Scope, rule: Rule, verdict: Any) -> Check:
    for name in rule.parameters:
        scope.column(name)
    return Check(lambda _: verdict(_found(scope, rule)))


def _found(scope: Scope, rule: Rule) -> Frequencies:
    return scope.frequencies(rule.parameters, rule.where)


def _ratio(found: Frequencies) -> float:
    if not found.rows:
        raise RuleFailure("There are no values to look at")
    return found.unique / found.rows


def _metric(names: tuple[str, ...], metric: str) -> str:
    return f"{'Column' if len(names) == 1 else 'Multicolumn'}.{','.join(names)}.{metric}"


def _mark_unique(scope: Scope, rule: Rule, data: Any, name: str) -> Any:
    columns, chosen = [scope.column(one) for one in rule.parameters], scope.chosen(rule.where)
    value = any_value(columns)
    count = F.count(F.when(chosen & value, 1)).over(Window.partitionBy(*columns))
    return data.withColumn(name, F.when(chosen, ~value | (count == 1)))
