"""Athena's operations on queries; those on work groups, named queries and catalogs go on to the emulator."""

from __future__ import annotations

import asyncio
import contextlib
import contextvars
import json
import logging
import threading
import time
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

from local_aws import emulator, happenings
from local_aws.athena import catalogs, ddl, tags, writes
from local_aws.athena.engine.limits import Limits
from local_aws.athena.engine.sessions import Engine
from local_aws.athena.errors import (
    INTERNAL,
    AbsentError,
    FailedQueryError,
    MetadataError,
    RefusedQueryError,
    athena_error,
    invalid,
    not_supported,
)
from local_aws.athena.executions import history, metrics
from local_aws.athena.executions.reuse import earlier_result, request_of, reuse, started_before
from local_aws.athena.executions.running import Catalog, LimitExceededError, Plan, Runner
from local_aws.athena.groups import definitions, named_queries, prepared_statements
from local_aws.athena.groups import settings as group_settings
from local_aws.athena.groups.prepared_statements import PreparedStatements
from local_aws.athena.rights import as_athena
from local_aws.athena.sql.parameters import placeholders
from local_aws.athena.sql.statements import Kind, kind_of
from local_aws.emulator import Handler, QueryOutcome, Response, Scope

Out = TypeVar("Out")

logger = logging.getLogger(__name__)

_STARTED: ContextVar[_Started] = ContextVar("the statement that is being started")
_MAX_QUERY_BYTES = 262_144
_OF_METADATA = "GetDataCatalog, GetDatabase, GetTableMetadata, ListDataCatalogs, ListDatabases, ListTableMetadata"
PASSED_OVER = {
    "DeleteCatalogOnly": "is about catalogs of type FEDERATED, which are not there",
    f"WorkGroup of {_OF_METADATA}": "is asked for by IAM Identity Center alone",
    "MaxResults and NextToken of ListTagsForResource": "a page has 75 tags at least, a resource 50 at most",
}
"""Members of requests that nothing reads here, and why nobody misses them."""

_SHOWN_AGAIN = ("ExecutionParameters", "ResultReuseConfiguration")

Parameters = dict[str, Any]

_ANSWERS: dict[str, Callable[[Scope, Parameters], Parameters]] = {
    **history.OPERATIONS,
    **definitions.OPERATIONS,
    **catalogs.OPERATIONS,
    **named_queries.OPERATIONS,
    **prepared_statements.OPERATIONS,
}


@dataclass(frozen=True)
class _Started:
    """A statement that was accepted.

    Attributes:
        kind: of statement.
        plan: whose it is, and what it reads.
        location: where results go, with a slash at its end.
        work: runs it: (execution id, location of the result) -> outcome.
        noted: other parts of the QueryExecution; those that begin with `_` are not shown.
    """

    kind: Kind
    plan: Plan
    location: str
    work: Callable[[str, str], QueryOutcome]
    noted: Mapping[str, Any] = field(default_factory=dict)


def _described(execution_id: str) -> dict[str, Any]:
    """The parts of a QueryExecution that depend on the kind of statement."""
    started = _STARTED.get()
    return {
        "StatementType": started.kind.type,
        "SubstatementType": started.kind.name,
        "ResultConfiguration": {
            "OutputLocation": started.kind.output(started.location, execution_id),
            **started.noted.get("_Encryption", {}),
        },
        **started.noted,
    }


class AthenaService:
    """In front of the emulator's Athena; `next` hands a request on to it.

    Args:
        folder: for files of running queries.
        limits: of each query.
    """

    def __init__(self, folder: Path, limits: Limits) -> None:
        self.next: Handler
        self._engine = Engine(folder, limits)
        self._engine.warm()
        self._turns = asyncio.Semaphore(self._engine.limits.at_once)
        self._runner = Runner(self._engine)
        self._writer = writes.Writer(self._engine)
        emulator.plug_queries(_described, self._run, self._turn)

    async def handle(
        self, method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Response:
        """Answer one request that the emulator has authenticated and authorised."""
        operation = headers.get("x-amz-target", "").rpartition(".")[2]

        try:
            parameters = json.loads(body or b"{}")
            scope = emulator.request_scope()
            if operation in _ANSWERS:
                with as_athena():
                    return _answer(200, _ANSWERS[operation](scope, parameters))
            if operation in tags.OPERATIONS:
                tags.check(scope, operation, parameters)
            if operation == "StopQueryExecution":
                return _answer(200, self._stop(scope, parameters))
            if operation == "StartQueryExecution":
                if known := started_before(scope, parameters):
                    return _answer(200, {"QueryExecutionId": known})
                access_key = emulator.request_access_key(headers)
                started, parameters = await _in_thread(self._prepared, scope, access_key, parameters)
                if known := started_before(scope, parameters):  # meanwhile
                    return _answer(200, {"QueryExecutionId": known})
                _STARTED.set(started)
            return await self.next(method, path, headers, json.dumps(parameters).encode(), query)
        except (RefusedQueryError, AbsentError, MetadataError, ValueError) as error:
            return _refused(error)

    def _stop(self, scope: Scope, parameters: Parameters) -> Parameters:
        if history.stop(scope, parameters):
            self._engine.interrupt(parameters["QueryExecutionId"])
        return {}

    def _turn(self) -> contextlib.AbstractAsyncContextManager[Any]:
        """What a statement waits for: those that read data run so many at a time."""
        return self._turns if _STARTED.get().kind.name in prepared_statements.KINDS else contextlib.nullcontext()

    def _prepared(self, scope: Scope, access_key: str, parameters: Parameters) -> tuple[_Started, Parameters]:
        """Check a StartQueryExecution: what it starts, and what the emulator is to start. Off the event loop."""
        sql = parameters.get("QueryString", "")
        if parameters.get("EngineConfiguration"):
            raise not_supported("StartQueryExecution with EngineConfiguration (provisioned capacity)")
        if len(sql.encode()) > _MAX_QUERY_BYTES:
            raise invalid(f"Query string exceeds the maximum of {_MAX_QUERY_BYTES} bytes")
        group = group_settings.settings_of(scope, parameters)
        location = group_settings.output_location(group, parameters)
        measured = group_settings.measured(group, parameters)
        plan = Plan(scope, access_key, group_settings.cutoff(group), group_settings.is_enforced(group), measured)
        with plan.times.preprocessing():
            started = self._with_values(parameters, plan, location)
        noted: Parameters = {"_Token": parameters["ClientRequestToken"], "_Request": request_of(parameters)}
        noted["_Encryption"] = group_settings.encryption(group, parameters)
        noted["QueryExecutionContext"] = parameters.get("QueryExecutionContext") or {}
        noted |= {part: parameters[part] for part in _SHOWN_AGAIN if part in parameters}
        earlier = earlier_result(plan, parameters, location)
        if earlier and started.kind.name == "SELECT" and not plan.failure:
            noted |= {"_Reused": True, "ResultConfiguration": earlier["ResultConfiguration"]}
            started = replace(started, work=partial(reuse, plan, earlier))
        return replace(started, noted=noted), {**parameters, "ResultConfiguration": {"OutputLocation": location}}

    def _with_values(self, parameters: Parameters, plan: Plan, location: str) -> _Started:
        """What runs a request's statement, with values in place of its `?`."""
        sql, values = parameters.get("QueryString", ""), parameters.get("ExecutionParameters")
        context = parameters.get("QueryExecutionContext") or {}
        # Athena takes a name in backticks too: awswrangler gives it so.
        database = context.get("Database", "default").strip("`").lower()
        if database == (context.get("Database") or "").lower() == "default":
            catalogs.make_default(plan.scope)
        kind = kind_of(sql)
        statements = PreparedStatements(
            plan.scope, plan.access_key, parameters.get("WorkGroup", "primary"), self._engine
        )
        try:
            group_settings.check_catalog(plan.scope, context)
            if kind.name == "PREPARE":
                return _Started(kind, plan, location, statements.prepare(sql))
            if kind.name == "DEALLOCATE":
                return _Started(kind, plan, location, statements.deallocate(sql))
            if kind.name == "EXECUTE":
                sql = statements.statement(sql, values)
            elif kind.name in prepared_statements.KINDS:
                sql = self._engine.bound(sql, values) if placeholders(sql) else sql
        except FailedQueryError as error:
            plan.failure = str(error)
            return _Started(kind, plan, location, partial(self._runner.run, plan))
        return self._statement(sql, plan, database, location)

    def _statement(self, sql: str, plan: Plan, database: str, location: str) -> _Started:
        """What runs a statement: one branch a family of statements."""
        kind = kind_of(sql)
        if kind.name in ddl.READERS:
            kind, work = ddl.prepare(kind, sql, ddl.Catalog(plan.scope, plan.access_key, database, self._engine))
            return _Started(kind, plan, location, work)
        if kind.name in writes.KINDS:
            return _Started(kind, plan, location, self._writer.prepare(kind, sql, plan, database))
        if kind.name == "SELECT":
            catalog = Catalog(plan.scope, plan.access_key)
            plan.translation, plan.failure, _ = self._engine.read(sql, database, catalog)
            return _Started(kind, plan, location, partial(self._runner.run, plan))
        raise not_supported(kind.name.replace("_", " "))

    async def _run(self, query_id: str, location: str) -> QueryOutcome:
        """Carry out what the request started, and tell of it."""
        began = time.monotonic()
        outcome, started = await self._outcome(query_id, location), _STARTED.get()
        metrics.publish(started.plan.scope, started.plan.measured, started.kind.type, outcome.scanned)
        sql = str(started.noted.get("_Request", {}).get("QueryString", query_id))
        happenings.tell("query", sql, outcome.state, time.monotonic() - began, outcome.reason)
        return outcome

    async def _outcome(self, query_id: str, location: str) -> QueryOutcome:
        outcome = await self._ended(query_id, location)
        return replace(outcome, times=_STARTED.get().plan.times.to_api())

    async def _ended(self, query_id: str, location: str) -> QueryOutcome:
        plan, work = _STARTED.get().plan, _STARTED.get().work
        try:
            return await _in_thread(work, query_id, location)
        except LimitExceededError as error:
            return QueryOutcome("CANCELLED", str(error), scanned=plan.scanned)
        except (FailedQueryError, RefusedQueryError) as error:
            return QueryOutcome("FAILED", str(error), athena_error(str(error)), scanned=plan.scanned)
        except Exception:
            logger.exception("query %s", query_id)
            return QueryOutcome("FAILED", INTERNAL, athena_error(INTERNAL), scanned=plan.scanned)


async def _in_thread(work: Callable[..., Out], *arguments: Any) -> Out:
    """Run as Athena, in a thread that does not keep the process alive: a long query never delays the server's end."""
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Out] = loop.create_future()
    with as_athena():
        context = contextvars.copy_context()

    def settle(outcome: Out | None, error: Exception | None) -> None:
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


def _answer(status: int, body: dict[str, Any]) -> Response:
    return status, {"Content-Type": "application/x-amz-json-1.1"}, json.dumps(body).encode()


def _refused(error: Exception) -> Response:
    """What a refused request is answered; the code of an InvalidRequestException comes under two names (real)."""
    if isinstance(error, RefusedQueryError):
        code = {"AthenaErrorCode": error.code, "ErrorCode": error.code}
        return _answer(400, {"__type": "InvalidRequestException", **code, "Message": str(error)})
    names = {AbsentError: "ResourceNotFoundException", MetadataError: "MetadataException"}
    name = names.get(type(error), "SerializationException")
    return _answer(400, {"__type": name, "Message": str(error)})
