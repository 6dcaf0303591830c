"""What a rule needs to be evaluated, and what it is evaluated on."""

from __future__ import annotations

import functools
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from awsgluedq._conditions import RuleFailure, holds, share_passed, unmet
from awsgluedq._model import DqdlError, Rule
from pyspark.errors import AnalysisException
from pyspark.errors import IllegalArgumentException as _IllegalArgument
from pyspark.sql import functions as F  # noqa: N812

ROW = "_dq_row"
"""The column that tells the rows of the primary dataset apart, where a rule needs it."""


@dataclass(frozen=True)
class Verdict:
    """What a rule says of the dataset.

    Attributes:
        passed: whether it holds.
        reason: why not.
        metrics: EvaluatedMetrics.
    """

    passed: bool
    reason: str | None = None
    metrics: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Check:
    """How a rule is evaluated.

    Attributes:
        decide: the verdict, from the values of the aggregates.
        aggregates: over the primary dataset; those of all rules are computed in one pass.
        mark: adds a boolean column of a name to the primary dataset: whether a row passes, null where the rule's
            `where` leaves it out. None for a rule without results of rows.
    """

    decide: Callable[[Mapping[str, Any]], Verdict]
    aggregates: Mapping[str, Any] = field(default_factory=dict)
    mark: Callable[[Any, str], Any] | None = None


@dataclass(frozen=True)
class Frequencies:
    """How often values occur: rows with a value, distinct values, values that occur once, entropy (None of no rows)."""

    rows: int
    distinct: int
    unique: int
    entropy: float | None


class Scope:
    """The datasets that rules are evaluated on.

    Args:
        data: the primary dataset, a DataFrame.
        sources: other DataFrames by alias.
        now: seconds since the epoch.
        read: the primary dataset as it was read, of which Spark knows the files.
    """

    def __init__(self, data: Any, sources: Mapping[str, Any], now: float, read: Any) -> None:
        self.data = data
        self.read = read
        self.sources = dict(sources)
        self.now = now
        self.names = [name for name in data.columns if name != ROW]
        self.frequencies = functools.cache(self._frequencies)

    def source(self, alias: str) -> Any:
        """The DataFrame of an alias; that of `primary` is the primary dataset."""
        if alias == "primary":
            return self.data.drop(ROW)
        if alias not in self.sources:
            known = ", ".join(self.sources) or "none"
            raise RuleFailure(f"There is no data source {alias}; additional_data_sources has: {known}")
        return self.sources[alias]

    def column(self, name: str) -> Any:
        """The expression of a column of the primary dataset."""
        return column_of(self.data, name)

    def kind(self, name: str) -> str:
        """The type of a column of the primary dataset, as DataFrame.dtypes names it."""
        return dict(self.data.dtypes)[name_of(self.data, name)]

    def chosen(self, where: str | None) -> Any:
        """Whether a row meets a `where`; null is no."""
        return F.lit(True) if where is None else F.expr(where)  # noqa: FBT003

    def check_where(self, rule: Rule) -> None:
        """See whether Spark takes a rule's `where`.

        Raises:
            IllegalArgumentException: it does not; the text is the documented one.
        """
        if rule.where is None:
            return
        try:
            self.data.where(rule.where)
        except AnalysisException as error:
            raise _IllegalArgument(f"Rule {rule.text} has provided an invalid where clause :\n{error}") from None

    def _frequencies(self, names: tuple[str, ...], where: str | None) -> Frequencies:
        columns = [self.column(name) for name in names]
        groups = (
            self.data.where(self.chosen(where))
            .where(any_value(columns))
            .groupBy(*columns)
            .agg(F.count(F.lit(1)).alias("n"))
        )
        found = groups.agg(
            F.coalesce(F.sum("n"), F.lit(0)).alias("rows"),
            F.count("n").alias("distinct"),
            F.count(F.when(F.col("n") == 1, 1)).alias("unique"),
            (F.log(F.sum("n")) - F.sum(F.col("n") * F.log("n")) / F.sum("n")).alias("entropy"),
        ).first()
        return Frequencies(found["rows"], found["distinct"], found["unique"], found["entropy"])


def name_of(data: Any, name: str) -> str:
    """A column's name as the DataFrame writes it; Spark's names do not tell case apart.

    Raises:
        RuleFailure: there is no such column; the text is documented.
    """
    for found in data.columns:
        if found.lower() == name.lower() and found != ROW:
            return found
    raise RuleFailure(f"Input data does not include column {name}!")


def column_of(data: Any, name: str) -> Any:
    """The expression of a column, whatever characters its name has."""
    return F.col("`" + name_of(data, name).replace("`", "``") + "`")


def any_value(columns: list[Any]) -> Any:
    """Whether one of some columns is not null."""
    return functools.reduce(operator.or_, [column.isNotNull() for column in columns])


def measured(rule: Rule, metric: str, aggregate: Any) -> Check:
    """A rule whose response is one aggregate of the primary dataset."""
    return Check(lambda values: judged(rule, metric, values["value"]), {"value": aggregate})


def judged(rule: Rule, metric: str, response: float | None) -> Verdict:
    """The verdict of a rule on its response, None where there was nothing to compute it from."""
    if response is None:
        return Verdict(passed=False, reason=f"There are no values to compute {metric} from")
    response = float(response)
    passed = rule.condition is None or holds(rule.condition, response)
    return Verdict(passed, None if passed else unmet(response), {metric: response})


def counted(chosen: Any, passes: Any) -> dict[str, Any]:
    """Aggregates of a rule on rows: those it looks at, and those that pass."""
    return {"total": F.count(F.when(chosen, 1)), "passing": F.count(F.when(chosen & passes, 1))}


def marked(chosen: Any, passes: Any) -> Callable[[Any, str], Any]:
    """A Check's `mark` of two expressions."""
    return lambda data, name: data.withColumn(name, F.when(chosen, passes))


def ratio_of(values: Mapping[str, Any]) -> float:
    """The part of the rows that pass, from the aggregates of `counted`.

    Raises:
        RuleFailure: there are no rows (that the rule then fails is not verified).
    """
    if not values["total"]:
        raise RuleFailure("There are no rows to look at")
    return float(values["passing"]) / float(values["total"])


def enough_rows(rule: Rule, metric: str, ratio: float) -> Verdict:
    """The verdict of a rule on rows: all must pass, or as many as its threshold says."""
    passed = ratio == 1 if rule.threshold is None else holds(rule.threshold, ratio)
    return Verdict(passed, None if passed else share_passed(ratio), {metric: ratio})


def columns_list(text: str) -> list[str]:
    """Names in one parameter, separated by commas, in braces or not."""
    names = [name.strip() for name in text.strip().strip("{}").split(",") if name.strip()]
    if not names:
        raise DqdlError(f'"{text}" names no column')
    return names
