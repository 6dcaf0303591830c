"""A statement that writes, from its query to its files in S3 and its entry in the catalog."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path

import duckdb
import pyarrow as pa

from local_aws import emulator
from local_aws.athena.dialect import Translation, athena_reason, parse, translate, unnamed_columns
from local_aws.athena.engine import Engine
from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from local_aws.athena.metadata import result_metadata
from local_aws.athena.reading import read
from local_aws.athena.rights import check_output, check_s3
from local_aws.athena.running import Catalog, Plan, check_limit
from local_aws.athena.statements import Kind
from local_aws.athena.tables import engine_type
from local_aws.athena.values import Column
from local_aws.athena.writes import statements
from local_aws.athena.writes.outputs import Caller, Output
from local_aws.athena.writes.partitions import Written, write_rows
from local_aws.athena.writes.properties import partition_columns, shape_of_table, shape_of_unload
from local_aws.athena.writes.statements import CreateTableAs, InsertInto, Statement, Unload
from local_aws.athena.writes.targets import NewFolder, NewTable, OldTable, Target
from local_aws.athena.writes.types import hive_type
from local_aws.emulator import QueryOutcome

KINDS: Mapping[str, Callable[[str, str], Statement]] = {
    "CREATE_TABLE_AS_SELECT": statements.create_table_as,
    "INSERT": statements.insert_into,
    "UNLOAD": lambda sql, _database: statements.unload(sql),
}
"""By SubstatementType: reads a statement, given the database of its context."""

_VARCHAR = re.compile(r"varchar\((\d+)\)")
_ROWS_AT_ONCE = 100_000
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
        query = parse(statement.query)
        unnamed = unnamed_columns(query) if isinstance(statement, CreateTableAs) else ()
        try:
            plan.translation = translate(query, database, Catalog(plan.scope))
        except FailedQueryError as error:
            plan.failure = str(error)
        if unnamed and not plan.failure:
            plan.failure = f"MISSING_COLUMN_NAME: line 1:1: Column name not specified at position {unnamed[0]}"
        return partial(self._run, statement, plan)

    def _run(self, statement: Statement, plan: Plan, query_id: str, location: str) -> QueryOutcome:
        if plan.failure or plan.translation is None:
            raise FailedQueryError(plan.failure)
        with plan.scope.entered():
            target = _target(statement, plan, location)
            if not target.begin():
                return _outcome(plan, 0)
            reading = read(plan.scope, plan.access_key, plan.translation)
            plan.scanned = reading.scanned
            check_limit(plan)
            check_output(plan.scope, plan.access_key, location)
            work = partial(self._write, statement, plan, target, query_id, location)
            return self._engine.within(query_id, plan.translation, reading.tables, work)

    def _write(
        self,
        statement: Statement,
        plan: Plan,
        target: Target,
        query_id: str,
        location: str,
        connection: duckdb.DuckDBPyConnection,
        folder: Path,
    ) -> QueryOutcome:
        translation: Translation = plan.translation  # type: ignore[assignment]
        relation = connection.sql(translation.sql)
        names = translation.columns if len(translation.columns) == len(relation.columns) else tuple(relation.columns)
        kinds = [hive_type(kind) for kind in relation.types]
        for place, length in translation.lengths.items():
            kinds[place] = f"varchar({length})" if kinds[place] == "string" else kinds[place]
        outputs = target.outputs(names, kinds)
        written: list[Written] = []
        count = 0
        if not isinstance(statement, CreateTableAs) or statement.with_data:
            written, count = _rows(connection, translation, outputs, target, len(relation.columns), folder)
        if self._engine.is_stopped(query_id):
            raise FailedQueryError("Query was cancelled by user")
        manifest = f"{location.removesuffix('.csv')}-manifest.csv"
        uris = _place(plan, target, written, lambda: target.register([file.values for file in written], outputs))
        _put(plan, manifest, "".join(f"{uri}\n" for uri in uris).encode())
        _put(plan, f"{location}.metadata", result_metadata(query_id, [_COUNT.to_api()]))
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


def _rows(
    connection: duckdb.DuckDBPyConnection,
    translation: Translation,
    outputs: Sequence[Output],
    target: Target,
    width: int,
    folder: Path,
) -> tuple[list[Written], int]:
    """Run the query and write its rows aside."""
    places = ", ".join(f"c{place}" for place in range(width))
    columns = ", ".join(f"{_value(output)} AS o{place}" for place, output in enumerate(outputs))
    query = f"SELECT {columns} FROM ({translation.sql}) AS athena_result({places})"  # noqa: S608 - translated, in a cage
    relation = connection.sql(query)
    try:
        reader = relation.to_arrow_reader(_ROWS_AT_ONCE)
        schema = pa.schema([field.with_name(output.name) for field, output in zip(reader.schema, outputs, strict=True)])
        return write_rows(reader, schema, len(target.keys), target.shape, folder)
    except (pa.ArrowException, OSError) as error:  # what the engine says while its rows are taken
        raise FailedQueryError(athena_reason(str(error))) from error


def _value(output: Output) -> str:
    value = "NULL" if output.source is None else f"athena_result.c{output.source}"
    kind = engine_type(output.type)
    if kind == "TIMESTAMP":  # Athena's have milliseconds
        value = f"CAST({value} AS TIMESTAMP_MS)"
    if length := _VARCHAR.fullmatch(output.type):
        refused = "error('INVALID_CAST_ARGUMENT: Cannot truncate non-space characters on INSERT')"
        value = f"CASE WHEN length(rtrim({value})) > {length[1]} THEN {refused} ELSE left({value}, {length[1]}) END"
    return f"CAST({value} AS {kind})"


def _place(plan: Plan, target: Target, files: Sequence[Written], register: Callable[[], None]) -> list[str]:
    """Put the files into S3 and tell the catalog; when that fails, take them away again."""
    placed: list[tuple[str, str]] = []
    try:
        for file in files:
            bucket, _, prefix = target.folder(file.values).removeprefix("s3://").partition("/")
            key = f"{prefix}{file.name}"
            check_s3(plan.access_key, "s3:PutObject", bucket, key)
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
