"""CustomSql: Spark SQL on the datasets, `primary` and the aliases of the others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any

from awsgluedq._checks import ROW, Check, Scope, Verdict, enough_rows, judged, ratio_of
from awsgluedq._conditions import RuleFailure
from awsgluedq._model import DqdlError, Rule
from pyspark.errors import AnalysisException
from pyspark.sql import functions as F  # noqa: N812

_SELECT = re.compile(r"\s*select\s+(?!distinct\b)", re.IGNORECASE)


def custom_sql(scope: Scope, rule: Rule) -> Check:
    """CustomSql.

    With a condition the statement gives one number. Without one it selects the rows that pass, of which there are
    enough when all do, or as many as the threshold says (a part of 1; documented examples have greater ones too).
    """
    if rule.condition is not None and rule.threshold is not None:
        raise DqdlError(f"{rule.text}: CustomSql takes a condition or a threshold, not both")
    return _number(scope, rule) if rule.condition is not None else _rows(scope, rule)


def needs_rows(rule: Rule) -> bool:
    """Whether a rule needs a column that tells the primary dataset's rows apart."""
    return rule.type == "CustomSql" and rule.condition is None


def _number(scope: Scope, rule: Rule) -> Check:
    result = _run(scope, rule.parameters[0], scope.source("primary"))
    if len(result.columns) != 1:
        raise RuleFailure(f"The statement must give one number; it gives the columns {', '.join(result.columns)}")

    def decide(_: Mapping[str, Any]) -> Verdict:
        rows = result.take(2)
        if len(rows) != 1:
            raise RuleFailure(f"The statement must give one number; it gives {'no' if not rows else 'several'} rows")
        try:
            value = None if rows[0][0] is None else float(rows[0][0])
        except (TypeError, ValueError):
            raise RuleFailure(f"The statement must give one number; it gives {rows[0][0]!r}") from None
        return judged(rule, "Dataset.*.CustomSQL", value)

    return Check(decide)


def _rows(scope: Scope, rule: Rule) -> Check:
    passing = _selected(scope, rule.parameters[0])

    def decide(values: Mapping[str, Any]) -> Verdict:
        ratio = ratio_of({**values, "passing": passing.count()})
        return enough_rows(rule, "Dataset.*.CustomSQL.Compliance", ratio)

    def mark(data: Any, name: str) -> Any:
        joined = data.join(passing.withColumn(name, F.lit(True)), ROW, "left")  # noqa: FBT003
        return joined.withColumn(name, F.coalesce(F.col(name), F.lit(False)))  # noqa: FBT003

    return Check(decide, {"total": F.count(F.lit(1))}, mark)


def _selected(scope: Scope, statement: str) -> Any:
    """The rows of the primary dataset that a statement selects, by the column that tells them apart."""
    plain = _run(scope, statement, scope.data)
    if ROW in plain.columns:
        return plain.select(ROW).distinct()
    started = _SELECT.match(statement)
    if started:
        try:
            named = f"{started[0]}{ROW}, {statement[started.end() :]}"
            return _run(scope, named, scope.data).select(ROW).distinct()
        except RuleFailure:
            pass
    raise RuleFailure(
        "The statement does not say which rows of primary pass: select its columns, without distinct, group by or "
        "with, or compare a number"
    )


def _run(scope: Scope, statement: str, primary: Any) -> Any:
    spark = primary.sparkSession
    with _views(spark, {"primary": primary, **scope.sources}):
        try:
            return spark.sql(statement.strip().rstrip(";"))
        except AnalysisException as error:
            raise RuleFailure(str(error)) from None


@contextmanager
def _views(spark: Any, frames: Mapping[str, Any]) -> Iterator[None]:
    """Temporary views; the script's own of the same names are there again afterwards."""
    catalog = spark._jsparkSession.sessionState().catalog()  # the public one asks the Data Catalog
    hidden = {name: spark.table(name) for name in frames if catalog.getTempView(name).isDefined()}
    for name, data in frames.items():
        data.createOrReplaceTempView(name)
    try:
        yield
    finally:
        for name in frames:
            spark.catalog.dropTempView(name)
        for name, data in hidden.items():
            data.createOrReplaceTempView(name)
