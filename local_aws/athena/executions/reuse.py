"""Requests that start nothing new: the same ClientRequestToken again, and a result that may be used again."""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from local_aws import emulator
from local_aws.athena.errors import RefusedQueryError, invalid
from local_aws.athena.executions.running import Plan
from local_aws.athena.rights import check_glue, check_s3
from local_aws.emulator import QueryOutcome, Scope

Parameters = dict[str, Any]
_DEFAULT_AGE_MIN = 60
_MAX_AGE_MIN = 10_080
_SECONDS = 60


def request_of(parameters: Parameters) -> dict[str, Any]:
    """The parts of a request that a second one with its token must share (real: no others are compared)."""
    return {
        "QueryString": parameters.get("QueryString", ""),
        "Database": (parameters.get("QueryExecutionContext") or {}).get("Database"),
        "OutputLocation": (parameters.get("ResultConfiguration") or {}).get("OutputLocation"),
    }


def started_before(scope: Scope, parameters: Parameters) -> str | None:
    """The execution that a request with the same ClientRequestToken started, whatever became of it.

    Raises:
        RefusedQueryError: the token is missing, or came with another request (real texts).
    """
    token = parameters.get("ClientRequestToken")
    if token is None:
        raise invalid("clientRequestToken is null or empty")
    for execution_id, execution in emulator.query_executions(scope).items():
        if execution.get("_Token") == token:
            if execution.get("_Request") != request_of(parameters):
                raise RefusedQueryError("Idempotent parameters do not match", "IDEMPOTENT_PARAMETER_MISMATCH")
            return execution_id
    return None


def check_reuse(parameters: Parameters) -> int:
    """The age in minutes up to which an earlier result may be used; 0 where it may not.

    Raises:
        RefusedQueryError: MaxAgeInMinutes is out of range.
    """
    by_age = (parameters.get("ResultReuseConfiguration") or {}).get("ResultReuseByAgeConfiguration") or {}
    if not by_age.get("Enabled"):
        return 0
    age = int(by_age.get("MaxAgeInMinutes", _DEFAULT_AGE_MIN))
    if not 0 <= age <= _MAX_AGE_MIN:
        raise invalid(f"MaxAgeInMinutes must be from 0 to {_MAX_AGE_MIN}. Received: {age}")
    return age


def earlier_result(plan: Plan, parameters: Parameters, location: str) -> Mapping[str, Any] | None:
    """The latest execution whose result stands for a new one's (user guide, "Reuse query results").

    It is of the same query, context, work group and output location, young enough, and its file is still there. That
    ExecutionParameters must be the same is assumed.

    Raises:
        RefusedQueryError: see `check_reuse`.
    """
    age = check_reuse(parameters)
    database = (parameters.get("QueryExecutionContext") or {}).get("Database", "default")
    oldest = time.time() - age * _SECONDS
    for execution in reversed(list(emulator.query_executions(plan.scope).values())) if age else ():
        completed = execution["Status"].get("CompletionDateTime") or 0
        same = (
            execution["Query"] == parameters.get("QueryString")
            and execution["WorkGroup"] == parameters.get("WorkGroup", "primary")
            and execution.get("ExecutionParameters") == parameters.get("ExecutionParameters")
            and execution["QueryExecutionContext"].get("Database") == database
        )
        found: Mapping[str, Any] = execution
        if same and _has_result(plan.scope, execution, location) and completed >= oldest:
            return found
    return None


def _has_result(scope: Scope, execution: Mapping[str, Any], location: str) -> bool:
    place = execution["ResultConfiguration"]["OutputLocation"]
    bucket, _, key = place.removeprefix("s3://").partition("/")
    return (
        execution["Status"]["State"] == "SUCCEEDED"
        and not execution.get("_Reused")
        and bool(execution.get("_result"))
        and place.rpartition("/")[0] == location.rstrip("/")
        and emulator.object_file(scope, bucket, key) is not None
    )


def reuse(plan: Plan, earlier: Mapping[str, Any], _execution_id: str, location: str) -> QueryOutcome:
    """Answer with an earlier result.

    Raises:
        FailedQueryError: the caller may not read the tables' definitions or the result.
    """
    with plan.scope.entered():
        translation = plan.translation
        asked = [*translation.reads] if translation else []
        for name in translation.tables if translation else ():
            asked.append(("GetTable", {"DatabaseName": name.database, "Name": name.table}))
        for operation, parameters in asked:
            check_glue(plan.scope, plan.access_key, operation, parameters)
        bucket, _, key = location.removeprefix("s3://").partition("/")
        check_s3(plan.access_key, "s3:GetObject", bucket, key)
    result = earlier["_result"]
    return QueryOutcome(
        "SUCCEEDED",
        columns=result["columns"],
        rows=result["rows"],
        header=result.get("header", True),
        row_count=result.get("count", 0),
    )
