"""The outcomes of each row: the columns that `rowLevelOutcomes` adds."""

from __future__ import annotations

import functools
import json
import operator
from collections.abc import Callable, Sequence
from typing import Any

from awsgluedq._checks import ROW
from awsgluedq._model import Composite, Rule
from pyspark.sql import functions as F  # noqa: N812

Mark = Callable[[Any, str], Any]

PASS, FAIL, SKIP = "DataQualityRulesPass", "DataQualityRulesFail", "DataQualityRulesSkip"
RESULT = "DataQualityEvaluationResult"


def combined(name: str, marks: Sequence[Mark]) -> Mark:
    """The mark of rules combined with `and` or `or`; a member that leaves a row out passes it (not verified)."""
    connect = operator.and_ if name == "and" else operator.or_

    def mark(data: Any, column: str) -> Any:
        parts = [f"{column}_{place}" for place in range(len(marks))]
        for part, add in zip(parts, marks, strict=True):
            data = add(data, part)
        passes = [F.coalesce(F.col(part), F.lit(True)) for part in parts]  # noqa: FBT003
        return data.withColumn(column, functools.reduce(connect, passes)).drop(*parts)

    return mark


def row_outcomes(
    data: Any, rules: Sequence[tuple[Rule | Composite, Mark | None]], *, skip_filtered: bool, with_labels: bool
) -> Any:
    """The rows with their outcomes.

    Rules without results of rows are among the skipped ones of every row; they do not make a row fail (documented).

    Args:
        data: the primary dataset.
        rules: the rules, each with its mark.
        skip_filtered: whether rows that a rule's `where` leaves out skip it rather than pass (documented).
        with_labels: whether the rules stand there with their labels (how is not verified).
    """
    names = [f"`{name.replace('`', '``')}`" for name in data.columns if name != ROW]
    marks = {place: mark for place, (_, mark) in enumerate(rules) if mark is not None}
    for place, mark in marks.items():
        data = mark(data, f"_dq_{place}")
    texts = [F.lit(_text(rule, with_labels=with_labels)) for rule, _ in rules]
    left_out = SKIP if skip_filtered else PASS

    def listed(kind: str) -> Any:
        found = []
        for place, text in enumerate(texts):
            if place not in marks:
                found += [text] if kind == SKIP else []
                continue
            mark = F.col(f"_dq_{place}")
            is_kind = mark.isNull() if left_out == kind else F.lit(False)  # noqa: FBT003
            if kind in (PASS, FAIL):
                is_kind |= F.coalesce(mark == F.lit(kind == PASS), F.lit(False))  # noqa: FBT003
            found.append(F.when(is_kind, text))
        return F.array_compact(F.array(*found)) if found else F.array().cast("array<string>")

    data = data.select(*names, *[listed(kind).alias(kind) for kind in (PASS, FAIL, SKIP)])
    return data.withColumn(RESULT, F.when(F.size(FAIL) > 0, "Failed").otherwise("Passed"))


def counts(
    rows: Any, rules: Sequence[Rule | Composite], *, with_labels: bool
) -> tuple[list[dict[str, int]], dict[str, int]]:
    """How many rows each rule passes, fails and skips, and how many rows pass and fail: the aggregated metrics."""
    kinds = {"PassedCount": PASS, "FailedCount": FAIL, "SkippedCount": SKIP}
    columns = [
        F.count(F.when(F.array_contains(column, _text(rule, with_labels=with_labels)), 1)).alias(f"{name}_{place}")
        for place, rule in enumerate(rules)
        for name, column in kinds.items()
    ]
    found = rows.agg(
        F.count(F.lit(1)).alias("all"), F.count(F.when(F.col(RESULT) == "Passed", 1)).alias("ok"), *columns
    ).first()
    by_rule = [
        {**{name: found[f"{name}_{place}"] for name in kinds}, "TotalCount": found["all"]}
        for place in range(len(rules))
    ]
    return by_rule, {
        "TotalRowsProcessed": found["all"],
        "PassedRows": found["ok"],
        "FailedRows": found["all"] - found["ok"],
    }


def _text(rule: Rule | Composite, *, with_labels: bool) -> str:
    if not with_labels or not rule.labels:
        return rule.text
    labels = ", ".join(f"{json.dumps(key)}={json.dumps(value)}" for key, value in rule.labels.items())
    return f"{rule.text} labels=[{labels}]"
