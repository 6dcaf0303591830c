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
    passed = sum(outcome.verdict.passed for outcome in rules)
    print(f"Glue Data Quality, {context}: {passed} of {len(rules)} rules passed")
    line = json.dumps(result(rules, analyzers, context, started))
    if is_on(options.get("enableDataQualityResultsPublishing")) and _RESULTS in os.environ:
        with Path(os.environ[_RESULTS]).open("a", encoding="utf-8") as results:
            results.write(f"{line}\n")
    if options.get("resultsS3Prefix"):
        day = datetime.datetime.fromtimestamp(started, datetime.UTC)
        path = f"{str(options['resultsS3Prefix']).rstrip('/')}/{day:year=%Y/month=%m/day=%d}"
        spark.createDataFrame([(line,)], "value string").coalesce(1).write.mode("append").text(path)
    if is_on(options.get("enableDataQualityCloudWatchMetrics")):
        _put_metrics(context, passed, len(rules) - passed)


def is_on(option: Any) -> bool:
    """Whether an option is true; scripts write it as a text too."""
    return str(option).lower() in ("true", "enabled")


def result(rules: Sequence[Outcome], analyzers: Sequence[Outcome], context: str, started: float) -> dict[str, Any]:
    """The results as GetDataQualityResult would show them.

    That S3 has them by date is known; that it has this form, and the names of the folders, are not verified.
    """
    passed = sum(outcome.verdict.passed for outcome in rules)
    return {
        "ResultId": f"dqresult-{uuid.uuid4().hex}",
        "Score": passed / len(rules) if rules else 0.0,
        "EvaluationContext": context,
        "StartedOn": _time(started),
        "CompletedOn": datetime.datetime.now(datetime.UTC).isoformat(),
        "JobName": _argument("JOB_NAME"),
        "JobRunId": _argument("JOB_RUN_ID"),
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


def _put_metrics(context: str, passed: int, failed: int) -> None:
    try:
        import boto3
        from botocore.config import Config
        from botocore.exceptions import BotoCoreError, ClientError
    except ModuleNotFoundError as error:
        warnings.warn(f"Metrics are not in CloudWatch: {error}", stacklevel=2)
        return
    names = {"EvaluationContext": context, "JobName": _argument("JOB_NAME")}  # seen in public walk-throughs
    dimensions = [{"Name": name, "Value": value} for name, value in names.items() if value]
    data = [
        {"MetricName": f"glue.data.quality.rules.{name}", "Dimensions": dimensions, "Value": value, "Unit": "Count"}
        for name, value in (("passed", passed), ("failed", failed))
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
