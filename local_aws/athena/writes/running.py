"""A statement that writes, from its query to its files in S3 and its entry in the catalog."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

from local_aws import emulator
from local_aws.athena.engine.sessions import Engine, Session
from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from local_aws.athena.executions.metadata import result_metadata
from local_aws.athena.executions.reading import read
from local_aws.athena.executions.running import Catalog, Plan, check_limit
from local_aws.athena.outputs.partitions import Written
from local_aws.athena.outputs.plans import Caller
from local_aws.athena.outputs.properties import partition_columns, shape_of_table, shape_of_unload
from local_aws.athena.rights import check_output, s3_checks
from local_aws.athena.sql import write_statements as statements
from local_aws.athena.sql.dialect import Translation
from local_aws.athena.sql.statements import Kind
from local_aws.athena.sql.write_statements import CreateTableAs, InsertInto, Statement, Unload
from local_aws.athena.values import Column
from local_aws.athena.writes.targets import NewFolder, NewTable, OldTable, Target
from local_aws.emulator import QueryOutcome

KINDS: Mapping[str, Callable[[str, str], Statement]] = {
    "CREATE_TABLE_AS_SELECT": statements.create_table_as,
    "INSERT": statements.insert_into,
    "UNLOAD": lambda sql, _database: statements.unload(sql),
}
"""By SubstatementType: reads a statement, given the database of its context."""

_COUNT = Column("rows", "bigint", 19)
"""What Athena says of a statement that writes: how many rows."""


class Writer:
    """Runs statements that write, their queries on one engine."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def prepare(self, kind: Kind, sql: str, plan: Plan, database: str) -> Callable[[str, str], QueryOutcome]:
        """Read a statement; return what runs it: a function of (execution id, location of the result).

        Raises:
            RefusedQueryError: it cannot be read, is not supported, or the work group does not let it choose its place.
        """
        statement = KINDS[kind.name](sql, database)
        if isinstance(statement, CreateTableAs) and plan.enforced and "external_location" in statement.properties:
            raise RefusedQueryError(
                "The Create Table As Select query failed because it was submitted with an 'external_location' property "
                "to an Athena Workgroup that enforces a centralized output location for all queries. Please remove the "
                "'external_location' property and resubmit the query.",
                "INVALID_INPUT",
            )
        catalog = Catalog(plan.scope, plan.access_key)
        plan.translation, plan.failure, unnamed = self._engine.read(statement.query, database, catalog)
        if unnamed and isinstance(statement, CreateTableAs) and not plan.failure:
            plan.failure = f"MISSING_COLUMN_NAME: line 1:1: Column name not specified at position {unnamed[0]}"
        return partial(self._run, statement, plan)

    def _run(self, statement: Statement, plan: Plan, query_id: str, location: str) -> QueryOutcome:
        if plan.failure or plan.translation is None:
            raise FailedQueryError(plan.failure)
        with plan.scope.entered():
            target = _target(statement, plan, location)
            if not target.begin():
                return _outcome(plan, 0)
            with self._engine.session(query_id) as session:
                with plan.times.planning():
                    reading = read(plan.scope, plan.access_key, plan.translation, session)
                    plan.scanned = reading.scanned
                    check_limit(plan)
                    check_output(plan.scope, plan.access_key, location)
                    session.call("prepare", plan.translation, reading.tables, str(session.folder))
                return self._write(statement, plan, target, session, location)

    def _write(self, statement: Statement, plan: Plan, target: Target, session: Session, location: str) -> QueryOutcome:
        translation: Translation = plan.translation  # type: ignore[assignment]
        found, kinds = session.call("describe", translation)
        names = translation.columns if len(translation.columns) == len(found) else tuple(found)
        for place, length in translation.lengths.items():
            kinds[place] = f"varchar({length})" if kinds[place] == "string" else kinds[place]
        outputs = target.outputs(names, kinds)
        written: list[Written] = []
        count = 0
        if not isinstance(statement, CreateTableAs) or statement.with_data:
            written, count = session.call("write", translation, outputs, len(found), len(target.keys), target.shape)
        session.check()
        manifest = f"{location.removesuffix('.csv')}-manifest.csv"
        with plan.times.publishing():
            uris = _place(plan, target, written, lambda: target.register([file.values for file in written], outputs))
            _put(plan, manifest, "".join(f"{uri}\n" for uri in uris).encode())
            _put(plan, f"{location}.metadata", result_metadata(session.query_id, [_COUNT.to_api()]))
        return _outcome(plan, count, manifest)


def _target(statement: Statement, plan: Plan, location: str) -> Target:
    caller = Caller(plan.scope, plan.access_key)
    if isinstance(statement, Unload):
        keys = partition_columns(statement.properties)
        return NewFolder(caller, statement.place, shape_of_unload(statement.properties), keys)
    if isinstance(statement, InsertInto):
        return OldTable(caller, statement.table, statement.columns)
    if not isinstance(statement, CreateTableAs):
        raise TypeError(statement)
    given = statement.properties
    place = str(given.get("external_location", location))
    return NewTable(
        caller, place, shape_of_table(given), partition_columns(given), statement.table, statement.may_exist
    )


def _place(plan: Plan, target: Target, files: Sequence[Written], register: Callable[[], None]) -> list[str]:
    """Put the files into S3 and tell the catalog; when that fails, take them away again."""
    placed: list[tuple[str, str]] = []
    check_s3 = s3_checks(plan.access_key)
    try:
        for file in files:
            bucket, _, prefix = target.folder(file.values).removeprefix("s3://").partition("/")
            key = f"{prefix}{file.name}"
            check_s3("s3:PutObject", bucket, key)
            _put(plan, f"s3://{bucket}/{key}", file.path)
            placed.append((bucket, key))
        register()
    except BaseException:
        for bucket, key in placed:
            emulator.delete_object(plan.scope, bucket, key)
        raise
    return [f"s3://{bucket}/{key}" for bucket, key in placed]


def _put(plan: Plan, uri: str, body: bytes | Path) -> None:
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    if not emulator.put_object(plan.scope, bucket, key, body, "application/octet-stream"):
        raise FailedQueryError(f"Access denied when writing output to url: {uri}")


def _outcome(plan: Plan, count: int, manifest: str = "") -> QueryOutcome:
    return QueryOutcome(
        "SUCCEEDED",
        columns=[_COUNT.to_api()],
        scanned=plan.scanned,
        header=False,
        update_count=count,
        manifest=manifest,
    )
