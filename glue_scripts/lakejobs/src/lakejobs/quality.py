"""A gate before a table is published: rules of DQDL on its rows, by Glue Data Quality.

A rule that fails stops the job, so that what it would have published stays as it was. One with the label severity=soft
warns only:

    Rules = [
        IsComplete "order_id",
        ColumnValues "profit" >= 0 labels=["severity"="soft"]
    ]

The outcomes are in the job's log, in Glue's results (GetDataQualityResult, EventBridge, CloudWatch) and as a row of
JSON a rule in S3, for a table with the columns COLUMNS.
"""

from __future__ import annotations

import json
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3

from lakejobs.errors import JobError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import DataFrame

    from lakejobs.arguments import Arguments

SOFT, HARD = "soft", "hard"
MOST_TOLD = 5


class QualityError(JobError):
    """A hard rule failed."""


class Outcome(NamedTuple):
    """What became of a rule: `severity` hard or soft, `outcome` Passed or Failed."""

    rule: str
    severity: str
    outcome: str
    reason: str | None
    metrics: dict[str, float]


COLUMNS = ("job", "run", "stage", "evaluated_at", *Outcome._fields)
"""Texts, but for evaluated_at (a timestamp in UTC) and metrics (map<string,double>)."""


def gate(frame: DataFrame, rules: str, args: Arguments, *, stage: str, results: str) -> list[Outcome]:
    """Evaluate rules on the rows that are about to be published.

    Args:
        frame: the rows.
        rules: the file with the rules, as --extra-files brings it.
        args: of the job.
        stage: what the rows are, such as `silver`: EvaluationContext of the result.
        results: s3:// folder for the rows of COLUMNS; the role needs s3:PutObject there, cloudwatch:PutMetricData in
            the namespace `Glue Data Quality`, and glue:PublishDataQuality on AWS.

    Raises:
        QualityError: a hard rule failed.
    """
    outcomes = evaluate(frame, Path(rules).read_text(encoding="utf-8"), stage)
    keep(outcomes, args, stage, results)
    for outcome in outcomes:
        if outcome.outcome != "Passed":
            print(f"{stage}: {outcome.severity} rule failed: {outcome.rule}: {outcome.reason}", flush=True)
    failed = [one for one in outcomes if one.severity == HARD and one.outcome != "Passed"]
    if failed:
        hard = sum(one.severity == HARD for one in outcomes)
        raise QualityError(
            f"{len(failed)} of {hard} hard rules on the {stage} rows failed; no table was replaced",
            "; ".join(f"{one.rule}: {one.reason}" for one in failed[:MOST_TOLD]),
            f"correct the source, or the rules in {rules}, and run again",
        )
    return outcomes


def evaluate(frame: DataFrame, ruleset: str, context: str) -> list[Outcome]:
    """The outcome of each rule, published as Glue's results under a context."""
    from awsglue.context import GlueContext
    from awsglue.dynamicframe import DynamicFrame
    from awsgluedq.transforms import EvaluateDataQuality

    glue_context = GlueContext(frame.sparkSession.sparkContext)
    found = EvaluateDataQuality.apply(
        frame=DynamicFrame.fromDF(frame, glue_context, context),
        ruleset=ruleset,
        publishing_options={
            "dataQualityEvaluationContext": context,
            "enableDataQualityCloudWatchMetrics": True,
            "enableDataQualityResultsPublishing": True,
        },
    )
    return [_outcome(row.asDict()) for row in found.toDF().collect()]


def _outcome(row: dict[str, Any]) -> Outcome:
    """A row of Glue's; without labels, which there are where a rule has some, every rule is hard."""
    severity = (row.get("Labels") or {}).get("severity", HARD)
    return Outcome(
        row["Rule"],
        SOFT if severity == SOFT else HARD,
        row["Outcome"],
        row.get("FailureReason"),
        dict(row.get("EvaluatedMetrics") or {}),
    )


def keep(outcomes: Sequence[Outcome], args: Arguments, stage: str, results: str) -> None:
    """Write the outcomes as an object of JSON lines; that of a retry takes the place of the first."""
    now = datetime.now(timezone.utc)  # noqa: UP017 - the wheel is for Python 3.9 too
    moment = now.strftime("%Y-%m-%d %H:%M:%S.%f")[:-3]
    about = {"job": args.job, "run": args.run, "stage": stage, "evaluated_at": moment}
    lines = "".join(json.dumps({**about, **outcome._asdict()}) + "\n" for outcome in outcomes)
    bucket, _, prefix = f"{results.removeprefix('s3://').rstrip('/')}/".partition("/")
    boto3.client("s3").put_object(Bucket=bucket, Key=f"{prefix}{args.run}-{stage}.json", Body=lines.encode())
