"""Results to where `publishing_options` say: Glue, S3 and CloudWatch. What cannot be published is warned of."""

from __future__ import annotations

import datetime
import json
import os
import sys
import uuid
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from awsgluedq._evaluation import Outcome
from awsgluedq._model import Rule

_NAMESPACE = "Glue Data Quality"
_RESULTS = "GLUE_DATA_QUALITY_RESULTS_FILE"
"""Environment variable: the file for results that GetDataQualityResult shows, a JSON object a line; unset in tests."""


def publish(
    spark: Any, rules: Sequence[Outcome], analyzers: Sequence[Outcome], options: Mapping[str, Any], started: float
) -> None:
    """Publish the outcomes.

    Args:
        spark: the session that writes to `resultsS3Prefix`.
        rules: outcomes of the rules.
        analyzers: metrics of the analyzers.
        options: `publishing_options` of the script.
        started: seconds since the epoch.
    """
    context = str(options.get("dataQualityEvaluationContext") or "default_context")
    print(f"Glue Data Quality, {context}: {_passed(rules)} of {len(rules)} rules passed")
    line = json.dumps(result(rules, analyzers, context, started))
    if is_on(options.get("enableDataQualityResultsPublishing")):
        leave(line)
    if options.get("resultsS3Prefix"):
        write(spark, line, str(options["resultsS3Prefix"]), started)
    if is_on(options.get("enableDataQualityCloudWatchMetrics")):
        names = {"EvaluationContext": context, "JobName": _argument("JOB_NAME")}  # seen in public walk-throughs
        put_metrics({name: value for name, value in names.items() if value}, rules)


def leave(line: str) -> None:
    """Leave a result as JSON where the server finds it when the run ends."""
    if _RESULTS in os.environ:
        with Path(os.environ[_RESULTS]).open("a", encoding="utf-8") as results:
            results.write(f"{line}\n")


def write(spark: Any, line: str, prefix: str, started: float) -> None:
    """Write a result as JSON to S3, in the folder of the day on which it was begun (seconds since the epoch)."""
    day = datetime.datetime.fromtimestamp(started, datetime.UTC)
    path = f"{prefix.rstrip('/')}/{day:year=%Y/month=%m/day=%d}"
    spark.createDataFrame([(line,)], "value string").coalesce(1).write.mode("append").text(path)


def _passed(rules: Sequence[Outcome]) -> int:
    return sum(outcome.verdict.passed for outcome in rules)


def is_on(option: Any) -> bool:
    """Whether an option is true; scripts write it as a text too."""
    return str(option).lower() in ("true", "enabled")


def result(
    rules: Sequence[Outcome], analyzers: Sequence[Outcome], context: str | None, started: float
) -> dict[str, Any]:
    """The results as GetDataQualityResult would show them; those on a table have no context.

    That S3 has them by date is known; that it has this form, and the names of the folders, are not verified.
    """
    return {
        "ResultId": f"dqresult-{uuid.uuid4().hex}",
        "Score": _passed(rules) / len(rules) if rules else 0.0,
        "StartedOn": _time(started),
        "CompletedOn": datetime.datetime.now(datetime.UTC).isoformat(),
        **(_of_job(context) if context is not None else {}),
        "RuleResults": [
            {
                "Name": f"Rule_{place}",
                "Description": outcome.rule.text,
                **({"EvaluationMessage": outcome.verdict.reason} if outcome.verdict.reason else {}),
                "Result": "PASS" if outcome.verdict.passed else "FAIL",
                "EvaluatedMetrics": dict(outcome.verdict.metrics),
                "EvaluatedRule": outcome.rule.text,
                "Labels": dict(outcome.rule.labels),
            }
            for place, outcome in enumerate(rules, 1)
        ],
        "AnalyzerResults": [
            {
                "Name": f"Analyzer_{place}",
                "Description": outcome.rule.text,
                **({"EvaluationMessage": outcome.verdict.reason} if outcome.verdict.reason else {}),
                "EvaluatedMetrics": dict(outcome.verdict.metrics),
            }
            for place, outcome in enumerate(analyzers, 1)
            if isinstance(outcome.rule, Rule)
        ],
    }


def _of_job(context: str) -> dict[str, Any]:
    return {
        "EvaluationContext": context,
        "JobName": _argument("JOB_NAME"),
        "JobRunId": _argument("JOB_RUN_ID"),
    }


def put_metrics(names: Mapping[str, str], rules: Sequence[Outcome]) -> None:
    """Put how many rules passed and failed, under dimensions of these names.

    Those of a table are Ruleset, Table, Database and CatalogId in public dashboards of AWS.
    """
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
    except ModuleNotFoundError as error:
        warnings.warn(f"Metrics are not in CloudWatch: {error}", stacklevel=2)
        return
    dimensions = [{"Name": name, "Value": value} for name, value in names.items()]
    passed = _passed(rules)
    data = [
        {"MetricName": f"glue.data.quality.rules.{name}", "Dimensions": dimensions, "Value": value, "Unit": "Count"}
        for name, value in (("passed", passed), ("failed", len(rules) - passed))
    ]
    try:
        client = boto3.client("cloudwatch", config=Config(connect_timeout=5, retries={"total_max_attempts": 1}))
        client.put_metric_data(Namespace=_NAMESPACE, MetricData=data)
    except (BotoCoreError, ClientError) as error:
        warnings.warn(f"Metrics are not in CloudWatch: {error}", stacklevel=2)


def _time(seconds: float) -> str:
    return datetime.datetime.fromtimestamp(seconds, datetime.UTC).isoformat()


def _argument(name: str) -> str | None:
    """An argument of the job, as Glue gives it to the script."""
    for flag, value in zip(sys.argv, sys.argv[1:], strict=False):
        if flag == f"--{name}":
            return value
    return os.environ.get(name)
