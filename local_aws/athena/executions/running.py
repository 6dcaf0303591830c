"""Runs the plan of a query: has its files found, hands them to the engine, keeps the result."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

from local_aws import emulator
from local_aws.athena.engine.queries import Result
from local_aws.athena.engine.sessions import Engine
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.executions.metadata import result_metadata
from local_aws.athena.executions.reading import read
from local_aws.athena.executions.times import Times
from local_aws.athena.links import refuse_links
from local_aws.athena.rights import check_glue, check_output
from local_aws.athena.sql.dialect import TableName, Translation
from local_aws.athena.sql.information import partition_rows, schema_rows
from local_aws.athena.sql.inlining import Rows
from local_aws.athena.sql.views import View
from local_aws.athena.tables.relations import Table
from local_aws.emulator import QueryOutcome, Scope
from local_aws.glue.catalog.visible import listed

_INFORMATION = "information_schema"


class LimitExceededError(Exception):
    """The query reads more than its work group allows; the text is Athena's."""


@dataclass
class Plan:
    """A query that was accepted.

    Attributes:
        scope: account and region of the caller.
        access_key: of the caller.
        cutoff: bytes that the work group lets a query read.
        enforced: whether the work group says where results go.
        measured: name of the work group, where it publishes metrics.
        translation: the query for the engine, unless it is known to fail.
        failure: why it fails.
        scanned: bytes that it reads, once that is known.
        times: what its parts take.
    """

    scope: Scope
    access_key: str
    cutoff: int | None = None
    enforced: bool = False
    measured: str = ""
    translation: Translation | None = None
    failure: str = ""
    scanned: int = 0
    times: Times = field(default_factory=Times)


def check_limit(plan: Plan) -> None:
    """Check what a query reads.

    Raises:
        LimitExceededError: its work group allows less.
    """
    if plan.cutoff and plan.scanned > plan.cutoff:
        raise LimitExceededError("Query cancelled! : Bytes scanned limit was exceeded")


class Catalog:
    """The Glue catalog of one account and region, as a translation asks it in a caller's name.

    Nothing is told of a table on which the caller has no glue:GetTable, not even whether it is there.

    Args:
        scope: account and region.
        access_key: the caller's.
    """

    def __init__(self, scope: Scope, access_key: str) -> None:
        self._scope, self._access_key = scope, access_key

    def has_database(self, name: str) -> bool:
        """Whether there is a database of that name.

        Raises:
            RefusedQueryError: it stands for one elsewhere.
        """
        found = emulator.CatalogRecords(self._scope).database(name)
        refuse_links(found or {})
        return found is not None

    def entry(self, name: TableName) -> Mapping[str, Any]:
        """A table's entry.

        Raises:
            FailedQueryError: there is no such table, or the caller may not know.
        """
        found = self._entry(name.database, name.table)
        if found is None:
            raise FailedQueryError(f"TABLE_NOT_FOUND: line 1:1: Table '{name}' does not exist")
        return found

    def columns(self, name: TableName) -> dict[str, str] | None:
        """A table's columns, partition keys last: name -> Hive type; None where there is no such table."""
        entry = self._entry(name.database, name.table)
        if entry is None:
            return None
        table = Table.of(entry)
        return {**table.columns, **table.keys}

    def keys(self, name: TableName) -> Collection[str]:
        """Names of a table's partition keys."""
        entry = self._entry(name.database, name.table) or {}
        return [key["Name"].lower() for key in entry.get("PartitionKeys") or []]

    def view(self, database: str, name: str) -> View | None:
        """A view, or None where there is none of that name."""
        if database == _INFORMATION or "$" in name:
            return None
        entry = self._entry(database, name)
        refuse_links(entry or {})
        return View.of(entry) if entry and entry.get("TableType") == "VIRTUAL_VIEW" else None

    def rows_of(self, database: str, name: str) -> Rows | None:
        """The rows of a table of `information_schema`, or of `table$partitions`; None where there is no such."""
        if database == _INFORMATION:
            with self._scope.entered():
                known = emulator.catalog_tables(self._scope)
                return schema_rows(name, {one: listed(self._access_key, one, found) for one, found in known.items()})
        table, _, what = name.partition("$")
        entry = self._entry(database, table) if what == "partitions" else None
        if entry is None or not entry.get("PartitionKeys"):
            return None
        return partition_rows(entry, emulator.catalog_partitions(self._scope, database, table))

    def _entry(self, database: str, table: str) -> dict[str, Any] | None:
        with self._scope.entered():
            check_glue(self._scope, self._access_key, "GetTable", {"DatabaseName": database, "Name": table})
        return emulator.catalog_table(self._scope, database, table)


class Runner:
    """Runs plans on one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def run(self, plan: Plan, query_id: str, location: str) -> QueryOutcome:
        """Run a query and keep its result at `location`.

        Raises:
            FailedQueryError: with the reason.
            LimitExceededError: it would read too much.
        """
        if plan.failure or plan.translation is None:
            raise FailedQueryError(plan.failure)
        with plan.scope.entered(), self._engine.session(query_id) as session:
            with plan.times.planning():
                reading = read(plan.scope, plan.access_key, plan.translation, session)
                plan.scanned = reading.scanned
                check_limit(plan)
                check_output(plan.scope, plan.access_key, location)
                session.call("prepare", plan.translation, reading.tables, str(session.folder))
            result = session.call("fetch", plan.translation)
            session.check()
            with plan.times.publishing():
                return _kept(plan, query_id, location, result)


def _kept(plan: Plan, query_id: str, location: str, result: Result) -> QueryOutcome:
    """Write the result's CSV file, and the file beside it that describes its columns."""
    bucket, _, key = location.removeprefix("s3://").partition("/")
    if result.file is None:
        raise ValueError("a result without its file")
    columns = [column.to_api() for column in result.columns]
    described = result_metadata(query_id, columns)
    written = emulator.put_object(plan.scope, bucket, key, result.file, "application/octet-stream")
    written &= emulator.put_object(plan.scope, bucket, f"{key}.metadata", described, "application/octet-stream")
    if not written:
        raise FailedQueryError(f"Access denied when writing output to url: {location}")
    return QueryOutcome(
        "SUCCEEDED",
        columns=columns,
        rows=result.rows,
        scanned=plan.scanned,
        row_count=result.count,
    )
