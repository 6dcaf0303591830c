"""Athena's executions, and the catalog that queries read."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable, Mapping, MutableMapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from typing import Any

from local_aws.emulator.identity import Scope, request_scope


@dataclass(frozen=True)
class QueryOutcome:
    """How a query ended.

    Attributes:
        state: SUCCEEDED, FAILED or CANCELLED.
        reason: of one that did not succeed.
        error: its AthenaError.
        columns: ColumnInfo of each column.
        rows: texts, None for NULL.
        scanned: bytes that were read.
        header: whether GetQueryResults begins with the names of the columns.
        update_count: of GetQueryResults; None where it gives none.
        readable: whether GetQueryResults answers although the statement failed.
        manifest: URI of the list of files that the statement wrote.
        row_count: how many rows there are; where `rows` has fewer, the rest is in the result's file only.
        times: of its Statistics, in milliseconds: what goes before the engine, planning, what comes after.
    """

    state: str
    reason: str = ""
    error: Mapping[str, Any] | None = None
    columns: Sequence[Mapping[str, Any]] = ()
    rows: Sequence[Sequence[str | None]] = ()
    scanned: int = 0
    header: bool = True
    update_count: int | None = 0
    readable: bool = False
    manifest: str = ""
    row_count: int = 0
    times: Mapping[str, int] = field(default_factory=dict)


_live_queries: set[str] = set()
"""Ids of the queries that this process started: what else is RUNNING was cut short when an earlier one ended."""


def plug_queries(
    describe: Callable[[str], Mapping[str, Any]],
    run: Callable[[str, str], Awaitable[QueryOutcome]],
    turn: Callable[[], AbstractAsyncContextManager[Any]],
) -> None:
    """Have all statements run by `run`, a function of (execution id, location of the result).

    Both are called in the context of the request that started the statement.

    Args:
        describe: of an execution's id: the parts of the QueryExecution that tell what it is and where its result goes.
        run: runs it.
        turn: what it waits for in the state QUEUED, and holds while it runs.
    """
    from ministack.services import athena

    async def execute(query_id: str, *_: Any) -> None:
        execution = athena._executions[query_id]
        execution.update(describe(query_id))
        _live_queries.add(query_id)
        await _in_turn(execution, query_id, run, turn())

    athena._execute_query = execute
    athena._parse_ddl = lambda _query: None


async def _in_turn(
    execution: dict[str, Any],
    query_id: str,
    run: Callable[[str, str], Awaitable[QueryOutcome]],
    turn: AbstractAsyncContextManager[Any],
) -> None:
    started = time.monotonic()
    async with turn:
        execution["Statistics"]["QueryQueueTimeInMillis"] = max(1, round((time.monotonic() - started) * 1000))
        if execution["Status"]["State"] == "QUEUED":  # not stopped meanwhile
            await _execute(execution, query_id, run)


async def _execute(
    execution: dict[str, Any], query_id: str, run: Callable[[str, str], Awaitable[QueryOutcome]]
) -> None:
    status, statistics = execution["Status"], execution["Statistics"]
    status["State"] = "RUNNING"
    started = time.monotonic()
    outcome = await run(query_id, execution["ResultConfiguration"]["OutputLocation"])
    took_ms = round((time.monotonic() - started) * 1000)
    statistics.update(outcome.times)
    before, after = (outcome.times.get(f"Service{part}TimeInMillis", 0) for part in ("PreProcessing", "Processing"))
    engine_ms = max(outcome.times.get("QueryPlanningTimeInMillis", 0), took_ms - after)
    statistics.update(
        DataScannedInBytes=outcome.scanned,
        EngineExecutionTimeInMillis=engine_ms,
        TotalExecutionTimeInMillis=statistics["QueryQueueTimeInMillis"] + before + engine_ms + after,
        DataManifestLocation=outcome.manifest,
    )
    if status["State"] != "RUNNING":  # stopped meanwhile
        return
    status.update(State=outcome.state, CompletionDateTime=time.time())
    if outcome.state == "SUCCEEDED" or outcome.readable:
        execution["_result"] = {
            "columns": list(outcome.columns),
            "rows": [list(row) for row in outcome.rows],
            "header": outcome.header,
            "update_count": outcome.update_count,
            "count": max(outcome.row_count, len(outcome.rows)),
        }
    if outcome.state != "SUCCEEDED":
        status["StateChangeReason"] = outcome.reason
    if outcome.error:
        status["AthenaError"] = dict(outcome.error)


def query_execution(scope: Scope, execution_id: str) -> dict[str, Any] | None:
    """A query's execution; None where there is none.

    It has a `_result` ("columns", "rows", "header", "update_count") when it succeeded or is readable all the same.
    """
    from ministack.services import athena

    with scope.entered():
        found: dict[str, Any] | None = athena._executions.get(execution_id)
    if found and found["Status"]["State"] in ("QUEUED", "RUNNING") and execution_id not in _live_queries:
        found["Status"].update(State="FAILED", StateChangeReason="The local AWS ended while this ran")
    return found


def work_group(scope: Scope, name: str) -> dict[str, Any] | None:
    """An Athena work group as GetWorkGroup has it, or None."""
    from ministack.services import athena

    with scope.entered():
        athena._ensure_default_workgroup()
        found: dict[str, Any] | None = athena._workgroups.get(name)
        return found


def named_queries(scope: Scope) -> MutableMapping[str, dict[str, Any]]:
    """The named queries of an account and region, by id, in the order in which they were made; a view that may change.

    To be used within a request of that scope.
    """
    from ministack.services import athena

    return _of_this_scope(scope, athena._named_queries)


def prepared_statements(scope: Scope) -> MutableMapping[str, dict[str, Any]]:
    """The prepared statements of an account and region, by `work group/name`; used as `named_queries` is."""
    from ministack.services import athena

    return _of_this_scope(scope, athena._prepared_statements)


def query_executions(scope: Scope) -> MutableMapping[str, dict[str, Any]]:
    """The query executions of an account and region, by id, in the order of their start; used as `named_queries` is."""
    from ministack.services import athena

    return _of_this_scope(scope, athena._executions)


def _of_this_scope(scope: Scope, records: MutableMapping[str, dict[str, Any]]) -> MutableMapping[str, dict[str, Any]]:
    if scope != request_scope():
        raise ValueError(f"records of {scope} asked for in another scope")
    return records


def work_groups(scope: Scope) -> MutableMapping[str, dict[str, Any]]:
    """The work groups of an account and region, by name; used as `named_queries` is."""
    from ministack.services import athena

    athena._ensure_default_workgroup()
    return _of_this_scope(scope, athena._workgroups)


def data_catalogs(scope: Scope) -> MutableMapping[str, dict[str, Any]]:
    """The data catalogs of an account and region, by name; Glue's own is one of them. Used as `named_queries` is."""
    from ministack.services import athena

    athena._ensure_default_data_catalog()
    return _of_this_scope(scope, athena._data_catalogs)


def athena_tags(scope: Scope, arn: str) -> dict[str, str]:
    """The tags of an Athena resource."""
    from ministack.services import athena

    with scope.entered():
        return dict(athena._tags.get(arn, {}))


def set_athena_tags(arn: str, tags: Mapping[str, str]) -> None:
    """Set all tags of an Athena resource; none takes them away."""
    from ministack.services import athena

    if tags:
        athena._tags[arn] = dict(tags)
    else:
        athena._tags.pop(arn, None)


def catalog_has_database(scope: Scope, database: str) -> bool:
    """Whether the Glue catalog has a database."""
    from ministack.services import glue

    with scope.entered():
        return database in glue._databases


def catalog_table(scope: Scope, database: str, table: str) -> dict[str, Any] | None:
    """A table of the Glue catalog as GetTable has it, or None."""
    from ministack.services import glue

    with scope.entered():
        found: dict[str, Any] | None = glue._tables.get(f"{database}/{table}")
        return found


def catalog_tables(scope: Scope) -> dict[str, list[dict[str, Any]]]:
    """Each database of the Glue catalog with its tables and views, by name."""
    from ministack.services import glue

    with scope.entered():
        found: dict[str, list[dict[str, Any]]] = {name: [] for name in sorted(glue._databases)}
        for _, table in sorted(glue._tables.items()):
            found.setdefault(table["DatabaseName"], []).append(table)
        return found


def catalog_partitions(scope: Scope, database: str, table: str) -> list[dict[str, Any]]:
    """The partitions of a table as GetPartitions has them."""
    from ministack.services import glue

    with scope.entered():
        return list(glue._partitions.get(f"{database}/{table}", []))
