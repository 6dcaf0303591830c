"""A statement that defines or shows to what runs it, and its result to the file that Athena leaves."""

from __future__ import annotations

from collections.abc import Callable

from local_aws import emulator
from local_aws.athena.ddl import (
    alter,
    databases,
    describe,
    explain,
    partitions,
    repair,
    show,
    show_create,
    tables,
    views,
)
from local_aws.athena.ddl.answers import Action
from local_aws.athena.ddl.catalog import Catalog
from local_aws.athena.errors import FailedQueryError, athena_error
from local_aws.athena.executions.metadata import result_metadata
from local_aws.athena.rights import check_output
from local_aws.athena.sql.statements import DESC_VIEW, Kind
from local_aws.athena.sql.tokens import Words
from local_aws.emulator import QueryOutcome

_OF_HIVE: dict[str, Callable[[Words, Catalog], Action]] = {
    "ALTER_DATABASE_PROPERTIES": databases.alter_database,
    "ALTER_TABLE_ADD_COLUMN": alter.add_columns,
    "ALTER_TABLE_ADD_PARTITION": partitions.add_partitions,
    "ALTER_TABLE_CHANGE_COLUMN": alter.change_column,
    "ALTER_TABLE_DROP_COLUMN": alter.drop_column,
    "ALTER_TABLE_DROP_PARTITION": partitions.drop_partitions,
    "ALTER_TABLE_PROPERTIES": alter.set_properties,
    "ALTER_TABLE_RENAME": alter.rename_table,
    "ALTER_TABLE_RENAME_PARTITION": partitions.rename_partition,
    "ALTER_TABLE_REPLACE_COLUMN": alter.replace_columns,
    "ALTER_TABLE_SET_LOCATION": alter.set_location,
    "CREATE_DATABASE": databases.create_database,
    "CREATE_TABLE": tables.create_table,
    "DESCRIBE_TABLE": describe.describe,
    "DROP_DATABASE": databases.drop_database,
    "DROP_TABLE": tables.drop_table,
    "MSCK_REPAIR": repair.repair_table,
    "SHOW_COLUMNS": show.show_columns,
    "SHOW_CREATE_TABLE": show_create.show_create_table,
    "SHOW_DATABASES": show.show_databases,
    "SHOW_PARTITIONS": show.show_partitions,
    "SHOW_TABLES": show.show_tables,
    "SHOW_TABLE_PROPERTIES": show.show_table_properties,
    "SHOW_VIEWS": show.show_views,
}
_OF_TRINO: dict[str, Callable[[Words, Catalog], Action]] = {
    "CREATE_VIEW": views.create_view,
    "DROP_VIEW": views.drop_view,
    "EXPLAIN": explain.explain,
    "SHOW_CREATE_VIEW": views.show_create_view,
}
READERS = {**_OF_HIVE, **_OF_TRINO}
"""By SubstatementType: (words, the caller's catalog) -> what is to be done."""

_APPLICATION = frozenset(
    (
        *("DESCRIBE_TABLE", "SHOW_CREATE_TABLE", "MSCK_REPAIR", "EXPLAIN"),
        *("ALTER_TABLE_ADD_COLUMN", "ALTER_TABLE_REPLACE_COLUMN"),
    )
)
"""Kinds whose file has the type application/octet-stream rather than binary/octet-stream (real)."""


def prepare(kind: Kind, sql: str, catalog: Catalog) -> tuple[Kind, Callable[[str, str], QueryOutcome]]:
    """Read a statement.

    Returns:
        Its kind, and what runs it: a function of (execution id, location of the result).

    Raises:
        RefusedQueryError: it cannot be read, or is not supported.
    """
    action = READERS[kind.name](Words(sql, trino=kind.name in _OF_TRINO), catalog)
    if isinstance(action, describe.DescribeView):
        kind = DESC_VIEW
    return kind, lambda execution_id, location: _run(kind, action, catalog, execution_id, location)


def _run(kind: Kind, action: Action, catalog: Catalog, execution_id: str, location: str) -> QueryOutcome:
    """Carry a statement out and keep its result at `location`, an object's URI.

    Raises:
        FailedQueryError: the place of the result cannot be written.
    """
    with catalog.scope.entered():
        return _answered(kind, action, catalog, execution_id, location)


def _answered(kind: Kind, action: Action, catalog: Catalog, execution_id: str, location: str) -> QueryOutcome:
    check_output(catalog.scope, catalog.access_key, location)
    try:
        answer = action(catalog)
    except FailedQueryError as error:
        if kind.name in _OF_TRINO:  # leaves no file (real)
            raise
        _keep(catalog, location, str(error).encode(), "application/octet-stream")
        return QueryOutcome("FAILED", str(error), athena_error(str(error)), readable=True, update_count=None)
    text = "\n".join((*(answer.columns if answer.header else ()), *answer.lines))
    _keep(catalog, location, text.encode(), _content_type(kind))
    if answer.columns:
        described = result_metadata(execution_id, answer.column_info())
        _keep(catalog, f"{location}.metadata", described, _content_type(kind))
    return QueryOutcome(
        "SUCCEEDED",
        columns=answer.column_info(),
        rows=[[line] for line in answer.lines],
        header=answer.header,
        update_count=0 if answer.counts else None,
    )


def _content_type(kind: Kind) -> str:
    return "application/octet-stream" if kind.name in _APPLICATION else "binary/octet-stream"


def _keep(catalog: Catalog, location: str, body: bytes, content_type: str) -> None:
    bucket, _, key = location.removeprefix("s3://").partition("/")
    if not emulator.put_object(catalog.scope, bucket, key, body, content_type):
        raise FailedQueryError(f"Access denied when writing output to url: {location}")
