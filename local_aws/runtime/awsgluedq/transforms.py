"""`from awsgluedq.transforms import EvaluateDataQuality`."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from typing import Any

from awsglue.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsgluedq import _sql
from awsgluedq._checks import ROW, Scope
from awsgluedq._evaluation import Outcome, evaluate, leaves, validate
from awsgluedq._grammar import parse
from awsgluedq._model import DqdlError, Ruleset
from awsgluedq._publishing import publish
from awsgluedq._rows import counts, row_outcomes
from pyspark.errors import IllegalArgumentException
from pyspark.sql import DataFrame
from pyspark.sql import functions as F  # noqa: N812

_OUTCOMES = (
    "Rule string, Outcome string, FailureReason string, EvaluatedMetrics map<string,double>, EvaluatedRule string"
)
_COUNTS = "PassedCount bigint, FailedCount bigint, SkippedCount bigint, TotalCount bigint"
_TOTALS = (
    "TotalRowsProcessed bigint, PassedRows bigint, FailedRows bigint, TotalRulesProcessed bigint, RulesPassed bigint, "
    "RulesFailed bigint"
)
_ADDITIONAL_OPTIONS = {
    "compositeRuleEvaluation.method": ("ROW", "COLUMN"),
    "dataQualityResultsPublishing.strategy": (),
    "observations.scope": (),
    "performanceTuning.caching": (),
    "publishAggregatedMetrics.status": ("ENABLED", "DISABLED"),
    "rowLevelConfiguration.filteredRowLabel": ("SKIPPED", "PASSED"),
    "rowLevelConfiguration.ruleWithLabels": ("ENABLED", "DISABLED"),
}
"""The options that are known, with the values of those that count here."""


class EvaluateDataQuality:
    """Evaluates rules of DQDL on frames."""

    DATA_QUALITY_RULE_OUTCOMES_KEY = "ruleOutcomes"
    """Under which `process_rows` has the outcomes of the rules; what Glue Studio generates uses it."""

    @classmethod
    def apply(
        cls,
        frame: Any,
        ruleset: str,
        publishing_options: Mapping[str, Any] | None = None,
        additional_options: Mapping[str, Any] | None = None,
        additional_data_sources: Mapping[str, Any] | None = None,
        transformation_ctx: str = "",
    ) -> DynamicFrame:
        """The outcome of each rule.

        Args:
            frame: the primary dataset.
            ruleset: DQDL.
            publishing_options: `dataQualityEvaluationContext`, `enableDataQualityCloudWatchMetrics`, `resultsS3Prefix`,
                `enableDataQualityResultsPublishing` (in a job; elsewhere there is no Glue to publish to).
            additional_options: as `process_rows` takes them.
            additional_data_sources: other frames by alias.
            transformation_ctx: the name of the frame.

        Returns:
            A frame with Rule, Outcome (Passed or Failed), FailureReason, EvaluatedMetrics and EvaluatedRule, and with
            Labels where rules have some.

        Raises:
            IllegalArgumentException: the ruleset is no DQDL, a `where` no Spark SQL, an option's value unknown.
        """
        run = Evaluation(frame, ruleset, additional_data_sources, publishing_options, additional_options)
        return run.rule_outcomes(transformation_ctx or "ruleOutcomes")

    def process_rows(
        self,
        frame: Any,
        additional_data_sources: Mapping[str, Any] | None = None,
        ruleset: str = "",
        publishing_options: Mapping[str, Any] | None = None,
        additional_options: Mapping[str, Any] | None = None,
        transformation_ctx: str = "",
    ) -> DynamicFrameCollection:
        """The outcome of each rule and of each row, with arguments as those of `apply`.

        Returns:
            Frames by name: `rowLevelOutcomes`, the rows with the rules that each passes, fails and
            skips; `ruleOutcomes`; `originalData`, the frame as it was; and `aggregatedMetrics` where
            `publishAggregatedMetrics.status` is ENABLED.

        Raises:
            IllegalArgumentException: as `apply`.
        """
        run = Evaluation(frame, ruleset, additional_data_sources, publishing_options, additional_options)
        rows = run.rows()
        frames = {"rowLevelOutcomes": run.frame(rows, "rowLevelOutcomes")}
        if run.options.get("publishAggregatedMetrics.status") == "ENABLED":
            by_rule, totals = counts(rows, [outcome.rule for outcome in run.rules], with_labels=run.with_labels)
            frames[self.DATA_QUALITY_RULE_OUTCOMES_KEY] = run.rule_outcomes("ruleOutcomes", by_rule)
            frames["aggregatedMetrics"] = run.aggregated_metrics(totals)
        else:
            frames[self.DATA_QUALITY_RULE_OUTCOMES_KEY] = run.rule_outcomes("ruleOutcomes")
        frames["originalData"] = frame if isinstance(frame, DynamicFrame) else run.frame(frame, "originalData")
        return DynamicFrameCollection(frames, run.glue_context)


class Evaluation:
    """One evaluation, done and published when it is made; arguments and errors as those of `EvaluateDataQuality.apply`.

    Attributes:
        rules: outcomes of the rules.
        analyzers: metrics of the analyzers.
        started: seconds since the epoch.
        spark: the session.
    """

    def __init__(
        self,
        frame: Any,
        text: str,
        sources: Mapping[str, Any] | None,
        publishing: Mapping[str, Any] | None,
        options: Mapping[str, Any] | None,
    ) -> None:
        self.glue_context = getattr(frame, "glue_ctx", None)
        self.options = dict(options or {})
        self.with_labels = self.options.get("rowLevelConfiguration.ruleWithLabels") == "ENABLED"
        self.started = time.time()
        try:
            _check_options(self.options)
            ruleset = parse(text)
            validate(ruleset)
            read = _dataframe(frame)
            data = _with_rows_told_apart(read, ruleset)
            self.spark = data.sparkSession
            others = {alias: _dataframe(other) for alias, other in (sources or {}).items()}
            self._scope = Scope(data, others, self.started, read)
            by_row = self.options.get("compositeRuleEvaluation.method") == "ROW"
            outcomes = evaluate(self._scope, ruleset, by_row=by_row)
        except DqdlError as error:
            raise IllegalArgumentException(str(error)) from None
        self.rules: list[Outcome] = outcomes[: len(ruleset.rules)]
        self.analyzers: list[Outcome] = outcomes[len(ruleset.rules) :]
        publish(self.spark, self.rules, self.analyzers, publishing or {}, self.started)

    def rows(self) -> Any:
        """The rows with their outcomes, as a DataFrame."""
        return row_outcomes(
            self._scope.data,
            [(outcome.rule, outcome.mark) for outcome in self.rules],
            skip_filtered=self.options.get("rowLevelConfiguration.filteredRowLabel") == "SKIPPED",
            with_labels=self.with_labels,
        )

    def frame(self, data: Any, name: str) -> DynamicFrame:
        """A DataFrame as a DynamicFrame."""
        return DynamicFrame.fromDF(data, self.glue_context, name)

    def rule_outcomes(self, name: str, more: list[dict[str, int]] | None = None) -> DynamicFrame:
        """The rules' outcomes, with the counts of rows where they are given."""
        has_labels = any(outcome.rule.labels for outcome in self.rules)
        schema = _OUTCOMES + (", Labels map<string,string>" if has_labels else "") + (f", {_COUNTS}" if more else "")
        rows = []
        for place, outcome in enumerate(self.rules):
            verdict, text = outcome.verdict, outcome.rule.text
            state = "Passed" if verdict.passed else "Failed"
            labels = [dict(outcome.rule.labels)] if has_labels else []
            number_of_rows = list(more[place].values()) if more else []
            rows.append((text, state, verdict.reason, dict(verdict.metrics), text, *labels, *number_of_rows))
        made = self.spark.createDataFrame(rows, schema) if more else _at_hand(self.spark, rows, schema)
        return self.frame(made.coalesce(1), name)

    def aggregated_metrics(self, totals: Mapping[str, int]) -> DynamicFrame:
        """The counts of rows and rules of the whole evaluation."""
        passed = sum(outcome.verdict.passed for outcome in self.rules)
        row = (*totals.values(), len(self.rules), passed, len(self.rules) - passed)
        return self.frame(self.spark.createDataFrame([row], _TOTALS), "aggregatedMetrics")


def _at_hand(spark: Any, rows: list[tuple[Any, ...]], schema: str) -> DataFrame:
    """A few rows of texts and maps as a DataFrame that costs Spark little, unlike what it makes of Python's rows.

    Args:
        spark: the session.
        rows: without whole numbers, of which Java would not know the size.
        schema: DDL.
    """
    gateway, jvm = spark.sparkContext._gateway, spark._jvm
    row_of, map_of = jvm.org.apache.spark.sql.RowFactory.create, jvm.java.util.LinkedHashMap
    made = jvm.java.util.ArrayList()
    for row in rows:
        values = gateway.new_array(jvm.Object, len(row))
        for place, value in enumerate(row):
            values[place] = _java_map(map_of(), value) if isinstance(value, dict) else value
        made.add(row_of(values))
    session = spark._jsparkSession
    return DataFrame(session.createDataFrame(made, jvm.org.apache.spark.sql.types.StructType.fromDDL(schema)), spark)


def _java_map(made: Any, values: Mapping[str, Any]) -> Any:
    for name, value in values.items():
        made.put(name, value)
    return made


def _dataframe(frame: Any) -> Any:
    return frame.toDF() if isinstance(frame, DynamicFrame) else frame


def _check_options(options: Mapping[str, Any]) -> None:
    for name, value in options.items():
        if name not in _ADDITIONAL_OPTIONS:
            known = ", ".join(_ADDITIONAL_OPTIONS)
            warnings.warn(f"The additional option {name} is not known here; there are: {known}", stacklevel=4)
        elif (values := _ADDITIONAL_OPTIONS[name]) and value not in values:
            raise DqdlError(f"The additional option {name} is {' or '.join(values)}, not {value}")


def _with_rows_told_apart(data: Any, ruleset: Ruleset) -> Any:
    """The dataset, with a column that numbers its rows where a rule needs it; a checkpoint keeps the numbers."""
    if any(_sql.needs_rows(rule) for rule in leaves(ruleset.rules)):
        return data.withColumn(ROW, F.monotonically_increasing_id()).localCheckpoint()
    return data
