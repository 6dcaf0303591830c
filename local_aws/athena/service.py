"""The operations of Athena that differ from the emulator's: queries in Athena's dialect, work groups as on AWS."""

from __future__ import annotations

import json
from typing import Any

from local_aws import emulator
from local_aws.athena.dialect import (
    FailedQueryError,
    RefusedQueryError,
    athena_reason,
    failing,
    translate,
)
from local_aws.emulator import Handler, Response, Scope


class AthenaService:
    """In front of the emulator's Athena; `next` hands a request on to it."""

    def __init__(self) -> None:
        self.next: Handler

    async def handle(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Response:
        """Answer one request."""
        operation = headers.get("x-amz-target", "").rpartition(".")[2]

        async def hand_on(parameters: dict[str, Any]) -> Response:
            return await self.next(method, path, headers, json.dumps(parameters).encode(), query)

        parameters = json.loads(body or b"{}")
        if operation == "StartQueryExecution":
            return await self._start(parameters, hand_on)
        response = await hand_on(parameters)
        if operation in ("GetQueryExecution", "BatchGetQueryExecution"):
            return _reworded(response)
        return response

    async def _start(self, parameters: dict[str, Any], hand_on: Any) -> Response:
        scope = emulator.request_scope()
        problem = _use_work_group(scope, parameters)
        if problem:
            return _refused(problem, "INVALID_INPUT")
        database = (parameters.get("QueryExecutionContext") or {}).get("Database", "default")
        sql = parameters["QueryString"]
        scanned = 0
        try:
            translation = translate(
                sql, database, lambda table: emulator.table_columns(scope, table.database, table.table)
            )
            engine_sql = translation.sql
            scanned = sum(emulator.table_bytes(scope, table.database, table.table) for table in translation.tables)
        except RefusedQueryError as error:
            return _refused(str(error), "MALFORMED_QUERY")
        except FailedQueryError as error:
            engine_sql = failing(str(error))
        response: Response = await hand_on({**parameters, "QueryString": engine_sql})
        if response[0] == 200:
            emulator.note_query(scope, json.loads(response[2])["QueryExecutionId"], sql, scanned)
        return response


def _use_work_group(scope: Scope, parameters: dict[str, Any]) -> str | None:
    """Have an enforcing work group's settings win over the client's; return what is wrong with the work group."""
    name = parameters.get("WorkGroup", "primary")
    group = emulator.work_group(scope, name)
    if group is None:
        return f"WorkGroup {name} is not found."
    if group.get("State", "ENABLED") != "ENABLED":
        return f"WorkGroup {name} is disabled."
    configuration = group.get("Configuration", {})
    if configuration.get("EnforceWorkGroupConfiguration"):
        parameters.pop("ResultConfiguration", None)
    return None


def _reworded(response: Response) -> Response:
    status, headers, body = response
    answer = json.loads(body)
    for execution in [answer.get("QueryExecution"), *answer.get("QueryExecutions", [])]:
        if execution:
            state = execution["Status"]
            if state.get("State") == "FAILED":
                state["StateChangeReason"] = athena_reason(state.get("StateChangeReason", ""))
            execution["Statistics"]["DataScannedInBytes"] = emulator.scanned_bytes(execution["QueryExecutionId"])
    return status, headers, json.dumps(answer).encode()


def _refused(message: str, code: str) -> Response:
    body = {"__type": "InvalidRequestException", "AthenaErrorCode": code, "Message": message}
    return 400, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(body).encode()
