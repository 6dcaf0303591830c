"""The events that Glue puts on EventBridge's default bus: their details, as the developer guide's samples show them.

(Developer guide, "Automating AWS Glue with EventBridge"; EventBridge user guide, "AWS Glue events".)
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from local_aws import emulator
from local_aws.emulator import Scope
from local_aws.glue.model import Crawl, JobRun

_JOB_MESSAGES = {
    "SUCCEEDED": ("INFO", "Job run succeeded"),
    "STOPPED": ("INFO", "Job run stopped"),
    "TIMEOUT": ("WARN", "Job run timed out"),
}
_OF_TABLE = frozenset(
    (
        "UpdateTable CreatePartition BatchCreatePartition UpdatePartition BatchUpdatePartition DeletePartition "
        "BatchDeletePartition"
    ).split()
)
_OF_DATABASE = frozenset(
    "CreateDatabase UpdateDatabase DeleteDatabase CreateTable DeleteTable BatchDeleteTable".split()
)


def job_ended(scope: Scope, run: JobRun) -> None:
    """Emit "Glue Job State Change" for a run that is SUCCEEDED, FAILED, TIMEOUT or STOPPED."""
    severity, message = _JOB_MESSAGES.get(
        run.JobRunState,
        (
            "ERROR",
            f"JobName:{run.JobName} and JobRunId:{run.Id} failed to execute with exception {run.ErrorMessage}",
        ),
    )
    detail = {
        "jobName": run.JobName,
        "severity": severity,
        "state": run.JobRunState,
        "jobRunId": run.Id,
        "message": message,
    }
    emulator.put_event(scope, "Glue Job State Change", detail)


def job_delayed(scope: Scope, run: JobRun) -> None:
    """Emit "Glue Job Run Status" for a run that takes longer than its NotifyDelayAfter (minutes) allows."""
    detail = {
        "jobName": run.JobName,
        "severity": "INFO",
        "notificationCondition": run.NotificationProperty,
        "state": run.JobRunState,
        "jobRunId": run.Id,
        "message": f"Job is in {run.JobRunState} state",
        "startedOn": _iso(run.StartedOn),
    }
    emulator.put_event(scope, "Glue Job Run Status", detail)


def data_quality_evaluated(scope: Scope, result: Mapping[str, Any]) -> None:
    """Emit "Data Quality Evaluation Results Available" for a DataQualityResult of a job, or of a run on a table.

    The members are those of the developer guide ("Setting up alerts, deployments, and scheduling"); that `resultId` is
    so written, as public code reads it, and that one failed rule makes the state FAILED, is not verified.
    """
    outcomes = [rule["Result"] for rule in result["RuleResults"]]
    detail = {
        "context": _of_table_run(scope, result) if "RulesetEvaluationRunId" in result else _of_job_run(result),
        "resultId": result["ResultId"],
        "rulesetNames": [result["RulesetName"]] if "RulesetName" in result else [],
        "state": "FAILED" if "FAIL" in outcomes else "SUCCEEDED",
        "score": result["Score"],
        "rulesSucceeded": outcomes.count("PASS"),
        "rulesFailed": outcomes.count("FAIL"),
        "rulesSkipped": 0,
    }
    emulator.put_event(scope, "Data Quality Evaluation Results Available", detail, source="aws.glue-dataquality")


def _of_job_run(result: Mapping[str, Any]) -> dict[str, Any]:
    return {
        "contextType": "GLUE_JOB",
        "jobId": result["JobRunId"],
        "jobName": result["JobName"],
        "evaluationContext": result.get("EvaluationContext"),
    }


def _of_table_run(scope: Scope, result: Mapping[str, Any]) -> dict[str, Any]:
    table = next(iter(result["DataSource"].values()))
    return {
        "contextType": "GLUE_DATA_CATALOG",
        "runId": result["RulesetEvaluationRunId"],
        "databaseName": table["DatabaseName"],
        "tableName": table["TableName"],
        "catalogId": table.get("CatalogId") or scope.account_id,
    }


def crawl_started(scope: Scope, crawl: Crawl) -> None:
    """Emit "Glue Crawler State Change" with state Started."""
    _crawler_event(scope, crawl, "Started", {"startTime": _iso(crawl.StartedOn)})


def crawl_ended(scope: Scope, crawl: Crawl) -> None:
    """Emit "Glue Crawler State Change" for a crawl that SUCCEEDED or FAILED; no event is documented for CANCELLED."""
    link = f"https://{scope.region}.console.aws.amazon.com/cloudwatch/home?region={scope.region}#logEventViewer:"
    link += f"group={crawl.LogGroup};stream={crawl.LogStream}"
    if crawl.State == "FAILED":
        _crawler_event(scope, crawl, "Failed", {"errorMessage": crawl.ErrorMessage or "", "cloudWatchLogLink": link})
    elif crawl.State == "SUCCEEDED":
        ended = crawl.CompletedOn or crawl.StartedOn
        counts = {_camel(name): str(count) for name, count in crawl.Summary.items()}
        detail = {
            **counts,
            "runningTime (sec)": str(round(ended - crawl.StartedOn)),
            "completionDate": _iso(ended),
            "warningMessage": "N/A",
            "cloudWatchLogLink": link,
        }
        _crawler_event(scope, crawl, "Succeeded", detail)


def _crawler_event(scope: Scope, crawl: Crawl, state: str, more: Mapping[str, Any]) -> None:
    detail = {
        "accountId": scope.account_id,
        "crawlerName": crawl.CrawlerName,
        "state": state,
        "message": f"Crawler {state}",
        **more,
    }
    emulator.put_event(scope, "Glue Crawler State Change", detail)


def scheduled_crawl_failed(scope: Scope, crawler: str, message: str) -> None:
    """Emit "Scheduled Crawler Invocation Failure"; the members of its detail are not verified."""
    detail = {"accountId": scope.account_id, "crawlerName": crawler, "errorMessage": message, "severity": "ERROR"}
    emulator.put_event(scope, "Scheduled Crawler Invocation Failure", detail)


def catalog_changed(scope: Scope, operation: str, params: Mapping[str, Any]) -> None:
    """Emit the catalog event that an operation causes, if it causes one.

    Args:
        scope: the caller's account and region.
        operation: such as `BatchCreatePartition`.
        params: of the request that succeeded.
    """
    prefix = f"arn:aws:glue:{scope.region}:{scope.account_id}"
    if operation in _OF_TABLE:
        database, table = params["DatabaseName"], params.get("TableName") or params["TableInput"]["Name"]
        detail = {"databaseName": database, "tableName": table, "typeOfChange": operation}
        changed = [f"[{', '.join(values)}]" for values in _partitions(params)]
        if changed:
            detail["changedPartitions"] = changed
        emulator.put_event(
            scope, "Glue Data Catalog Table State Change", detail, [f"{prefix}:table/{database}/{table}"]
        )
    elif operation in _OF_DATABASE:
        database = params.get("DatabaseName") or params.get("Name") or params["DatabaseInput"]["Name"]
        detail = {"databaseName": database, "typeOfChange": operation}
        resources = [f"{prefix}:database/{database}"]
        if operation.endswith("Table"):
            tables = params.get("TablesToDelete") or [params.get("Name") or params["TableInput"]["Name"]]
            detail["changedTables"] = tables
            resources = [f"{prefix}:table/{database}/{table}" for table in tables]
        emulator.put_event(scope, "Glue Data Catalog Database State Change", detail, resources)


def _partitions(params: Mapping[str, Any]) -> list[list[str]]:
    """The values of the partitions that a request changes."""
    entries = [
        *params.get("PartitionInputList", []),
        *params.get("PartitionsToDelete", []),
        *(entry["PartitionInput"] for entry in params.get("Entries", [])),
    ]
    if "PartitionInput" in params:
        entries.append(params["PartitionInput"])
    elif "PartitionValues" in params:
        entries.append({"Values": params["PartitionValues"]})
    return [entry["Values"] for entry in entries]


def _camel(name: str) -> str:
    first, *rest = name.split("_")
    return first + "".join(word.capitalize() for word in rest)


def _iso(moment: float) -> str:
    return datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
