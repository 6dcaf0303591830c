"""Athena's operations on queries; those on work groups, named queries and catalogs go on to the emulator."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import json
import logging
import threading
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass
from functools import partial
from typing import Any

from local_aws import emulator
from local_aws.athena import ddl, named_queries, writes
from local_aws.athena.dialect import parse, translate
from local_aws.athena.engine import Engine
from local_aws.athena.errors import FailedQueryError, RefusedQueryError, athena_error, not_supported
from local_aws.athena.running import Catalog, LimitExceededError, Plan, Runner
from local_aws.athena.statements import Kind, kind_of
from local_aws.emulator import Handler, QueryOutcome, Response, Scope

logger = logging.getLogger(__name__)

_STARTED: ContextVar[_Started] = ContextVar("the statement that is being started")
_MAX_QUERY_BYTES = 262_144
_MAX_RESULTS = 1000

Parameters = dict[str, Any]


class _InvalidRequestError(Exception):
    """What InvalidRequestException says."""

    def __init__(self, message: str, code: str = "INVALID_INPUT") -> None:
        super().__init__(message)
        self.code = code


@dataclass(frozen=True)
class _Started:
    """A statement that was accepted.

    Attributes:
        kind: of statement.
        plan: whose it is, and what it reads.
        location: where results go, with a slash at its end.
        work: runs it: (execution id, location of the result) -> outcome.
    """

    kind: Kind
    plan: Plan
    location: str
    work: Callable[[str, str], QueryOutcome]


def _described(execution_id: str) -> dict[str, Any]:
    """The parts of a QueryExecution that depend on the kind of statement."""
    started = _STARTED.get()
    return {
        "StatementType": started.kind.type,
        "SubstatementType": started.kind.name,
        "ResultConfiguration": {"OutputLocation": started.kind.output(started.location, execution_id)},
    }


class AthenaService:
    """In front of the emulator's Athena; `next` hands a request on to it."""

    def __init__(self) -> None:
        self.next: Handler
        self._engine = Engine(emulator.scratch_folder("queries"))
        self._runner = Runner(self._engine)
        self._writer = writes.Writer(self._engine)
        emulator.plug_queries(_described, self._run)

    async def handle(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Response:
        """Answer one request that the emulator has authenticated and authorised."""
        operation = headers.get("x-amz-target", "").rpartition(".")[2]

        try:
            parameters = json.loads(body or b"{}")
            scope = emulator.request_scope()
            if operation in _ANSWERS:
                return _answer(200, _ANSWERS[operation](scope, parameters))
            if operation == "StartQueryExecution":
                parameters = self._prepared(scope, emulator.request_access_key(headers), parameters)
            elif operation == "StopQueryExecution":
                self._engine.interrupt(_execution(scope, parameters)["QueryExecutionId"])
            return await self.next(method, path, headers, json.dumps(parameters).encode(), query)
        except _InvalidRequestError as error:
            return _refused(str(error), error.code)
        except RefusedQueryError as error:
            return _refused(str(error), error.code)
        except ValueError as error:
            return _answer(400, {"__type": "SerializationException", "Message": str(error)})

    def _prepared(self, scope: Scope, access_key: str, parameters: Parameters) -> Parameters:
        """Check a StartQueryExecution, leave in the context what it starts; return what the emulator is to start."""
        sql = parameters.get("QueryString", "")
        if len(sql.encode()) > _MAX_QUERY_BYTES:
            raise _InvalidRequestError(f"Query string exceeds the maximum of {_MAX_QUERY_BYTES} bytes")
        group = _work_group(scope, parameters)
        location = _output_location(group, parameters)
        # Athena takes a name in backticks too: awswrangler gives it so.
        database = (parameters.get("QueryExecutionContext") or {}).get("Database", "default").strip("`").lower()
        limit = group.get("BytesScannedCutoffPerQuery")  # a template's number may come as text
        plan = Plan(scope, access_key, cutoff=int(limit) if limit else None, enforced=_is_enforced(group))
        _STARTED.set(self._statement(sql, plan, database, location))
        return {**parameters, "ResultConfiguration": {"OutputLocation": location}}

    def _statement(self, sql: str, plan: Plan, database: str, location: str) -> _Started:
        """What runs a statement: one branch a family of statements."""
        kind = kind_of(sql)
        if kind.name in ddl.READERS:
            kind, work = ddl.prepare(kind, sql, ddl.Catalog(plan.scope, plan.access_key, database))
            return _Started(kind, plan, location, work)
        if kind.name in writes.KINDS:
            return _Started(kind, plan, location, self._writer.prepare(kind, sql, plan, database))
        if kind.name == "SELECT":
            query = parse(sql)
            try:
                plan.translation = translate(query, database, Catalog(plan.scope))
            except FailedQueryError as error:
                plan.failure = str(error)
            return _Started(kind, plan, location, partial(self._runner.run, plan))
        raise not_supported(kind.name.replace("_", " "))

    async def _run(self, query_id: str, location: str) -> QueryOutcome:
        """Carry out what the request started."""
        plan, work = _STARTED.get().plan, _STARTED.get().work
        try:
            return await _in_thread(work, query_id, location)
        except LimitExceededError as error:
            return QueryOutcome("CANCELLED", str(error), scanned=plan.scanned)
        except (FailedQueryError, RefusedQueryError) as error:
            return QueryOutcome("FAILED", str(error), athena_error(str(error)), scanned=plan.scanned)
        except Exception as error:
            logger.exception("query %s", query_id)
            reason = f"GENERIC_INTERNAL_ERROR: {error}"
            return QueryOutcome("FAILED", reason, athena_error(reason), scanned=plan.scanned)


async def _in_thread(work: Callable[..., QueryOutcome], *arguments: Any) -> QueryOutcome:
    """Run in a thread that does not keep the process alive, so that a long query never delays the server's end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[QueryOutcome] = loop.create_future()
    context = contextvars.copy_context()

    def settle(outcome: QueryOutcome | None, error: Exception | None) -> None:
        if error is None:
            done.set_result(outcome)  # type: ignore[arg-type]
        else:
            done.set_exception(error)

    def run() -> None:
        outcome, failed = None, None
        try:
            outcome = context.run(work, *arguments)
        except Exception as error:  # noqa: BLE001 - raised where the query is awaited
            failed = error
        with contextlib.suppress(RuntimeError):  # the server has ended
            loop.call_soon_threadsafe(settle, outcome, failed)

    threading.Thread(target=run, daemon=True).start()
    return await done


# Work groups


def _work_group(scope: Scope, parameters: Parameters) -> dict[str, Any]:
    """The settings of the work group of a request."""
    name = parameters.get("WorkGroup", "primary")
    group = emulator.work_group(scope, name)
    if group is None:
        raise _InvalidRequestError(f"WorkGroup {name} is not found.")
    if group.get("State", "ENABLED") != "ENABLED":
        raise _InvalidRequestError(f"WorkGroup {name} is disabled.")
    settings: dict[str, Any] = group.get("Configuration") or {}
    return settings


def _output_location(group: dict[str, Any], parameters: Parameters) -> str:
    """Where results go, with a slash at its end: an enforcing work group's settings win over the client's."""
    given = (parameters.get("ResultConfiguration") or {}).get("OutputLocation")
    own = _own_location(group)
    location = own if _is_enforced(group) else given or own
    if not location:
        raise _InvalidRequestError(
            "No output location provided. An output location is required either through the Workgroup result "
            "configuration setting or as an API input."
        )
    if not location.startswith("s3://"):
        raise _InvalidRequestError(f"outputLocation is not a valid S3 path. Received: {location}")
    return f"{location.rstrip('/')}/"


def _is_enforced(group: dict[str, Any]) -> bool:
    """Whether a work group says where results go."""
    return bool(group.get("EnforceWorkGroupConfiguration") and _own_location(group))


def _own_location(group: dict[str, Any]) -> str | None:
    return (group.get("ResultConfiguration") or {}).get("OutputLocation")


# What is answered


def _execution(scope: Scope, parameters: Parameters) -> dict[str, Any]:
    query_id = parameters.get("QueryExecutionId", "")
    execution = emulator.query_execution(scope, query_id)
    if execution is None:
        raise _InvalidRequestError(f"QueryExecution {query_id} was not found")
    return execution


def _shown(execution: dict[str, Any]) -> dict[str, Any]:
    """An execution as it is answered: nothing of ours, nothing empty."""
    public = {name: value for name, value in execution.items() if not name.startswith("_")}
    status = {name: value for name, value in execution["Status"].items() if value not in ("", None)}
    statistics = {name: value for name, value in execution["Statistics"].items() if value != ""}
    return {**public, "Status": status, "Statistics": statistics}


def _shown_batch(scope: Scope, parameters: Parameters) -> dict[str, Any]:
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


def _results(scope: Scope, parameters: Parameters) -> dict[str, Any]:
    """One page of a result; the names of a query's columns are its first row, which counts (not verified on AWS)."""
    execution = _execution(scope, parameters)
    state = execution["Status"]["State"]
    if state in ("FAILED", "CANCELLED") and not execution.get("_result"):
        raise _InvalidRequestError(
            f"Query did not finish successfully. Final query state: {state}", "INVALID_QUERY_EXECUTION_STATE"
        )
    if state not in ("SUCCEEDED", "FAILED"):
        raise _InvalidRequestError(
            f"Query has not yet finished. Current state: {state}", "INVALID_QUERY_EXECUTION_STATE"
        )
    result = execution.get("_result") or {"columns": [], "rows": []}
    named = result["columns"] and result.get("header", True)
    header = [[column["Label"] for column in result["columns"]]] if named else []
    rows, start = [*header, *result["rows"]], _page_start(parameters)
    end = start + min(int(parameters.get("MaxResults") or _MAX_RESULTS), _MAX_RESULTS)
    answer: dict[str, Any] = {
        "ResultSet": {
            "Rows": [
                {"Data": [{} if cell is None else {"VarCharValue": cell} for cell in row]} for row in rows[start:end]
            ],
            "ResultSetMetadata": {"ColumnInfo": result["columns"]},
        },
    }
    count = result.get("update_count", 0)
    answer |= {} if count is None else {"UpdateCount": count}
    return answer | ({"NextToken": str(end)} if end < len(rows) else {})


def _page_start(parameters: Parameters) -> int:
    token = parameters.get("NextToken") or "0"
    if not token.isdigit():
        raise _InvalidRequestError("Invalid NextToken")
    return int(token)


_ANSWERS: dict[str, Callable[[Scope, Parameters], Parameters]] = {
    "GetQueryExecution": lambda scope, parameters: {"QueryExecution": _shown(_execution(scope, parameters))},
    "BatchGetQueryExecution": _shown_batch,
    "GetQueryResults": _results,
    **named_queries.OPERATIONS,
}


def _answer(status: int, body: dict[str, Any]) -> Response:
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(body).encode()


def _refused(message: str, code: str) -> Response:
    return _answer(400, {"__type": "InvalidRequestException", "AthenaErrorCode": code, "Message": message})
