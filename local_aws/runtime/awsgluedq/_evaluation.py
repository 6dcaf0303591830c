"""A ruleset's outcomes on the datasets.

The aggregates of all rules over the primary dataset are one pass; rules that group, join or look at other datasets and
files have passes of their own.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from awsgluedq import _columns, _datasets, _files, _references, _sql, _unique
from awsgluedq._checks import Check, Scope, Verdict
from awsgluedq._conditions import RuleFailure, share_passed
from awsgluedq._model import Composite, DqdlError, History, Rule, Ruleset
from awsgluedq._rows import combined
from pyspark.sql import functions as F  # noqa: N812


@dataclass(frozen=True)
class RuleType:
    """A rule type.

    Attributes:
        check: makes the Check of a rule.
        least: how many parameters it takes at least.
        most: and at most.
        condition: `needed`, `none`, or `optional`.
        analyzer: whether it may stand among the Analyzers.
        where: whether it takes a `where`.
        ratio: whether its outcome relies on a ratio, so that a composite rule of rows cannot have it (documented).
    """

    check: Callable[[Scope, Rule], Check]
    least: int = 1
    most: int = 1
    condition: str = "needed"
    analyzer: bool = False
    where: bool = True
    ratio: bool = False


_MANY = 1000
TYPES = {
    "AggregateMatch": RuleType(_datasets.aggregate_match, 2, 2, where=False),
    "ColumnCorrelation": RuleType(_columns.correlation, 2, 2, analyzer=True),
    "ColumnCount": RuleType(_datasets.column_count, 0, 0, analyzer=True, where=False),
    "ColumnDataType": RuleType(_columns.data_type),
    "ColumnExists": RuleType(_datasets.column_exists, condition="none", where=False),
    "ColumnLength": RuleType(_columns.lengths, analyzer=True),
    "ColumnNamesMatchPattern": RuleType(_datasets.column_names, condition="none", where=False),
    "ColumnValues": RuleType(_columns.values, analyzer=True),
    "Completeness": RuleType(_columns.completeness, analyzer=True, ratio=True),
    "CustomSql": RuleType(_sql.custom_sql, condition="optional", where=False),
    "DataFreshness": RuleType(_columns.freshness),
    "DatasetMatch": RuleType(_references.dataset_match, 2, 3, where=False, ratio=True),
    "DistinctValuesCount": RuleType(_unique.distinct_values, analyzer=True),
    "Entropy": RuleType(_unique.entropy, analyzer=True),
    "FileFreshness": RuleType(_files.freshness, 0, where=False),
    "FileMatch": RuleType(_files.match, 1, 2, condition="optional", where=False),
    "FileSize": RuleType(_files.size, 0, where=False),
    "FileUniqueness": RuleType(_files.uniqueness, 0, where=False),
    "IsComplete": RuleType(_columns.completeness, condition="none"),
    "IsPrimaryKey": RuleType(_unique.primary_key, 1, _MANY, condition="none"),
    "IsUnique": RuleType(_unique.uniqueness, condition="none"),
    "Mean": RuleType(_columns.statistic, analyzer=True),
    "ReferentialIntegrity": RuleType(_references.referential_integrity, 2, 2, ratio=True),
    "RowCount": RuleType(_columns.row_count, 0, 0, analyzer=True),
    "RowCountMatch": RuleType(_datasets.row_count_match, where=False),
    "SchemaMatch": RuleType(_datasets.schema_match, where=False),
    "StandardDeviation": RuleType(_columns.statistic, analyzer=True),
    "Sum": RuleType(_columns.statistic, analyzer=True),
    "UniqueValueRatio": RuleType(_unique.unique_value_ratio, analyzer=True),
    "Uniqueness": RuleType(_unique.uniqueness, 1, _MANY, analyzer=True, ratio=True),
}
REFUSED = {
    "DetectAnomalies": "it needs the results of earlier runs, which are not kept here",
    "AllStatistics": "name the analyzers that you need one by one",
    "Distribution": "its frequencies have no place in the results here",
}


@dataclass(frozen=True)
class Outcome:
    """A rule with its verdict, and the mark of its Check; rows skip a rule that cannot be evaluated (not verified)."""

    rule: Rule | Composite
    verdict: Verdict
    mark: Callable[[Any, str], Any] | None


def validate(ruleset: Ruleset) -> None:
    """See whether every rule is of a known type and has what its type takes.

    Raises:
        DqdlError: one has not; the text names it.
    """
    for rule in leaves(ruleset.rules):
        _validate(rule)
    for analyzer in ruleset.analyzers:
        if analyzer.type in REFUSED:
            raise DqdlError(f"The analyzer {analyzer.type} is not supported here: {REFUSED[analyzer.type]}")
        if analyzer.type not in TYPES or not TYPES[analyzer.type].analyzer:
            known = ", ".join(name for name, kind in TYPES.items() if kind.analyzer)
            raise DqdlError(f"{analyzer.type} is no analyzer that is supported here; there are: {known}")
        if analyzer.condition or analyzer.threshold:
            raise DqdlError(f"{analyzer.text}: an analyzer has no expression to compare with")
        _validate(analyzer, analyzer=True)


def _validate(rule: Rule, *, analyzer: bool = False) -> None:
    if rule.type in REFUSED:
        return
    if rule.type not in TYPES:
        hint = next((f"; did you mean {name}?" for name in TYPES if name.lower() == rule.type.lower()), "")
        raise DqdlError(f"{rule.text}: there is no rule type {rule.type}{hint or '; there are: ' + ', '.join(TYPES)}")
    kind = TYPES[rule.type]
    if rule.type == "RowCount" and rule.parameters:
        return  # documented once with a column, RowCount "id" > 100, which says nothing
    if not kind.least <= len(rule.parameters) <= kind.most:
        wanted = kind.least if kind.least == kind.most else f"{kind.least} to {kind.most}"
        raise DqdlError(f"{rule.text}: {rule.type} takes {wanted} parameters, not {len(rule.parameters)}")
    if kind.condition == "needed" and rule.condition is None and not analyzer:
        raise DqdlError(f"{rule.text}: {rule.type} needs an expression to compare with, such as > 0.9")
    if kind.condition == "none" and rule.condition is not None:
        raise DqdlError(f"{rule.text}: {rule.type} takes no expression to compare with")
    if rule.where is not None and not kind.where:
        raise DqdlError(f"Where clause is not supported for rule type: {rule.type}")  # real


def evaluate(scope: Scope, ruleset: Ruleset, *, by_row: bool) -> list[Outcome]:
    """The outcomes of the rules, and after them those of the analyzers, in their order.

    Args:
        scope: the datasets.
        ruleset: what `validate` found good.
        by_row: whether composite rules look at each row as a whole (`compositeRuleEvaluation.method` is ROW).
    """
    found = _judged(scope, [*leaves(ruleset.rules), *ruleset.analyzers])
    return [_outcome(scope, rule, found, by_row=by_row) for rule in (*ruleset.rules, *ruleset.analyzers)]


def leaves(rules: Iterable[Rule | Composite]) -> Iterator[Rule]:
    """The rules that are no combinations, also those inside combinations."""
    for rule in rules:
        if isinstance(rule, Composite):
            yield from leaves(rule.members)
        else:
            yield rule


def _judged(scope: Scope, rules: list[Rule]) -> dict[int, Outcome]:
    """Outcomes by the identity of the rule: one pass for all aggregates, then each rule decides."""
    checks = [_check(scope, rule) for rule in rules]
    aggregates = {
        f"{place}.{name}": column
        for place, check in enumerate(checks)
        if isinstance(check, Check)
        for name, column in check.aggregates.items()
    }
    row = (
        scope.data.agg(*[column.alias(f"_{place}") for place, column in enumerate(aggregates.values())]).first()
        if aggregates
        else ()
    )
    values = dict(zip(aggregates, row, strict=True))
    outcomes = {}
    for place, (rule, check) in enumerate(zip(rules, checks, strict=True)):
        if isinstance(check, Verdict):
            outcomes[id(rule)] = Outcome(rule, check, None)
            continue
        try:
            verdict = check.decide({name: values[f"{place}.{name}"] for name in check.aggregates})
            outcomes[id(rule)] = Outcome(rule, verdict, check.mark)
        except RuleFailure as failure:
            outcomes[id(rule)] = Outcome(rule, Verdict(passed=False, reason=str(failure)), None)
    return outcomes


def _check(scope: Scope, rule: Rule) -> Check | Verdict:
    if rule.type in REFUSED:
        return Verdict(passed=False, reason=f"{rule.type} is not supported here: {REFUSED[rule.type]}")
    past = next((value for value in rule.values() if isinstance(value, History)), None)
    if past is not None:
        reason = f"{past.text} needs the results of earlier runs, which are not kept here; compare with a number"
        return Verdict(passed=False, reason=reason)
    scope.check_where(rule)
    try:
        return TYPES[rule.type].check(scope, rule)
    except RuleFailure as failure:
        return Verdict(passed=False, reason=str(failure))


def _outcome(scope: Scope, rule: Rule | Composite, found: Mapping[int, Outcome], *, by_row: bool) -> Outcome:
    if isinstance(rule, Rule):
        return found[id(rule)]
    members = [_outcome(scope, member, found, by_row=False) for member in rule.members]
    marks = [member.mark for member in members]
    mark = None if None in marks else combined(rule.operator, marks)
    if by_row:
        failed = next((member.verdict.reason for member in members if member.mark is None), None)
        return Outcome(rule, _of_rows(scope, rule, mark, failed), mark)
    passed = (all if rule.operator == "and" else any)(member.verdict.passed for member in members)
    reasons = [member.verdict.reason for member in members if member.verdict.reason]
    metrics = {name: value for member in members for name, value in member.verdict.metrics.items()}
    return Outcome(rule, Verdict(passed, None if passed else " ".join(reasons), metrics), mark)


def _of_rows(scope: Scope, rule: Composite, mark: Callable[[Any, str], Any] | None, failed: str | None) -> Verdict:
    """The verdict of a composite rule that every row must pass; `failed` is what a member without a mark says."""
    unfit = [
        leaf.type
        for leaf in leaves(rule.members)
        if leaf.threshold is not None or (leaf.type in TYPES and TYPES[leaf.type].ratio)
    ]
    if unfit or mark is None:
        why = f"{unfit[0]} relies on a ratio or a threshold" if unfit else failed or "a member has no results of rows"
        return Verdict(passed=False, reason=f"The rule cannot be evaluated by row: {why}")
    ratio = mark(scope.data, "_dq_passes").agg(F.avg(F.col("_dq_passes").cast("int"))).first()[0]
    if ratio is None:
        return Verdict(passed=False, reason="There are no rows to look at")
    return Verdict(ratio == 1, None if ratio == 1 else share_passed(ratio))
