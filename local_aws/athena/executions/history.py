"""What is answered of query executions: one, several, all of a work group; results and statistics; their end.

The texts and codes of errors are Athena's (real: measured in public work).
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_aws import emulator
from local_aws.athena.errors import RefusedQueryError, invalid, not_supported
from local_aws.athena.executions.result_files import ResultFileError, page
from local_aws.emulator import Scope

Parameters = dict[str, Any]
_MAX_RESULTS = 1000
_MAX_LISTED = 50
_UNFINISHED = ("QUEUED", "RUNNING")
_ALWAYS: Parameters = {"ResultReuseConfiguration": {"ResultReuseByAgeConfiguration": {"Enabled": False}}}
"""Shown of an execution that says nothing of it (public answers)."""


def existing(scope: Scope, parameters: Parameters) -> dict[str, Any]:
    """The execution of a request.

    Raises:
        RefusedQueryError: there is none.
    """
    query_id = parameters.get("QueryExecutionId", "")
    execution = emulator.query_execution(scope, query_id)
    if execution is None:
        raise RefusedQueryError(f"QueryExecution {query_id} was not found", "QUERY_EXECUTION_NOT_FOUND")
    return execution


def get(scope: Scope, parameters: Parameters) -> Parameters:
    """GetQueryExecution."""
    return {"QueryExecution": _shown(existing(scope, parameters))}


def _shown(execution: dict[str, Any]) -> dict[str, Any]:
    """An execution as it is answered: nothing of ours, nothing empty."""
    public = {name: value for name, value in execution.items() if not name.startswith("_")}
    status = {name: value for name, value in execution["Status"].items() if value not in ("", None)}
    statistics = {name: value for name, value in execution["Statistics"].items() if value != ""}
    statistics["ResultReuseInformation"] = {"ReusedPreviousResult": bool(execution.get("_Reused"))}
    return {**_ALWAYS, **public, "Status": status, "Statistics": statistics}


def get_batch(scope: Scope, parameters: Parameters) -> Parameters:
    """BatchGetQueryExecution."""
    asked = parameters.get("QueryExecutionIds", [])
    found = {query_id: emulator.query_execution(scope, query_id) for query_id in asked}
    return {
        "QueryExecutions": [_shown(execution) for execution in found.values() if execution],
        "UnprocessedQueryExecutionIds": [
            {"QueryExecutionId": query_id, "ErrorCode": "INVALID_INPUT", "ErrorMessage": "QueryExecution was not found"}
            for query_id, execution in found.items()
            if execution is None
        ],
    }


def every(scope: Scope, parameters: Parameters) -> Parameters:
    """ListQueryExecutions of one work group (the primary one where none is named), the newest first."""
    group = parameters.get("WorkGroup", "primary")
    if emulator.work_group(scope, group) is None:
        raise invalid("WorkGroup is not found.")
    executions = list(emulator.query_executions(scope).items())
    found = [query_id for query_id, execution in reversed(executions) if execution["WorkGroup"] == group]
    start = page_start(parameters)
    end = start + min(int(parameters.get("MaxResults") or _MAX_LISTED), _MAX_LISTED)
    return {"QueryExecutionIds": found[start:end]} | ({"NextToken": str(end)} if end < len(found) else {})


def stop(scope: Scope, parameters: Parameters) -> bool:
    """StopQueryExecution: whether it was still running; one that is over stays as it is."""
    status = existing(scope, parameters)["Status"]
    if status["State"] not in _UNFINISHED:
        return False
    status.update(State="CANCELLED", StateChangeReason="Query cancelled by user", CompletionDateTime=time.time())
    return True


def results(scope: Scope, parameters: Parameters) -> Parameters:
    """One page of a result; the names of a query's columns are its first row, which counts (not verified on AWS)."""
    execution = existing(scope, parameters)
    if parameters.get("QueryResultType") == "DATA_MANIFEST":
        raise not_supported("GetQueryResults with QueryResultType DATA_MANIFEST")
    state = execution["Status"]["State"]
    if state == "CANCELLED":
        raise RefusedQueryError("Could not find results", "RESULT_NOT_FOUND")
    if state == "FAILED" and not execution.get("_result"):
        raise RefusedQueryError(
            f"Query did not finish successfully. Final query state: {state}", "INVALID_QUERY_EXECUTION_STATE"
        )
    if state in _UNFINISHED:
        raise RefusedQueryError(f"Query has not yet finished. Current state: {state}", "INVALID_QUERY_EXECUTION_STATE")
    result = execution.get("_result") or {"columns": [], "rows": []}
    most = min(int(parameters.get("MaxResults") or _MAX_RESULTS), _MAX_RESULTS)
    rows, following = _page(scope, execution, result, page_start(parameters), most)
    answer: dict[str, Any] = {
        "ResultSet": {
            "Rows": [{"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]} for row in rows],
            "ResultSetMetadata": {"ColumnInfo": result["columns"]},
        },
    }
    count = result.get("update_count", 0)
    answer |= {} if count is None else {"UpdateCount": count}
    return answer | ({} if following is None else {"NextToken": str(following)})


def _page(
    scope: Scope, execution: dict[str, Any], result: dict[str, Any], start: int, most: int
) -> tuple[list[Any], int | None]:
    """Rows, and the start of those that follow: of a result that is not kept, a place in its file."""
    if result.get("count", 0) > len(result["rows"]):
        bucket, _, key = execution["ResultConfiguration"]["OutputLocation"].removeprefix("s3://").partition("/")
        file = emulator.object_file(scope, bucket, key)
        try:
            return page(Path(file or ""), start, most)
        except ResultFileError:  # it was deleted or written over
            raise RefusedQueryError("Could not find results", "RESULT_NOT_FOUND") from None
    named = result["columns"] and result.get("header", True)
    header = [[column["Label"] for column in result["columns"]]] if named else []
    rows = [*header, *result["rows"]]
    return rows[start : start + most], start + most if start + most < len(rows) else None


def runtime_statistics(scope: Scope, parameters: Parameters) -> Parameters:
    """GetQueryRuntimeStatistics: what was measured; stages and the rows that were read are not known here."""
    execution = existing(scope, parameters)
    statistics, result = execution["Statistics"], execution.get("_result")
    timeline = {name: value for name, value in statistics.items() if name.endswith("TimeInMillis")}
    rows = {"InputBytes": statistics["DataScannedInBytes"]}
    if result:
        rows["OutputRows"] = result.get("update_count") or result.get("count", len(result["rows"]))
    return {"QueryRuntimeStatistics": {"Timeline": timeline, "Rows": rows}}


def page_start(parameters: Parameters) -> int:
    """Where the page of a NextToken begins.

    Raises:
        RefusedQueryError: the token is none of ours.
    """
    token = parameters.get("NextToken") or "0"
    if not token.isdigit():
        raise invalid("Invalid NextToken")
    return int(token)


OPERATIONS: dict[str, Callable[[Scope, Parameters], Parameters]] = {
    "GetQueryExecution": get,
    "BatchGetQueryExecution": get_batch,
    "ListQueryExecutions": every,
    "GetQueryResults": results,
    "GetQueryRuntimeStatistics": runtime_statistics,
}
