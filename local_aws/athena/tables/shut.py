"""A database of the engine that is shut: it reads the files that it is told of, and runs queries.

What its SQL says does not matter then: it can neither open another file, nor write one, nor load code, nor change this.
That a statement is a query is asked of the engine's own parser, since COPY could write to a file that may be read.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import duckdb

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql.macros import MACROS
from local_aws.athena.sql.quoting import name, text

_FIRST = (
    "SET autoinstall_known_extensions = false",
    "SET autoload_known_extensions = false",
    "SET allow_community_extensions = false",
    "SET python_enable_replacements = false",
    "SET TimeZone = 'UTC'",
    # It moves a TRY_CAST into the CSV reader, where a field that does not fit is an error rather than NULL.
    "SET disabled_optimizers = 'type_pushdown'",
    "SET parquet_metadata_cache = true",  # footers are read for a view, and for the query of it
)


def opened(threads: int | None = None) -> duckdb.DuckDBPyConnection:
    """A new database with the macros that translated queries need, which `shut` shuts.

    Args:
        threads: that it works with; without it one a core.
    """
    return _opened({"threads": threads} if threads else {})


def opened_without_threads() -> duckdb.DuckDBPyConnection:
    """The same, for processes that are split off this one: threads would be missing there; see `of_this_process`."""
    return _opened({"threads": 1, "async_threads": 0})


def _opened(settings: dict[str, int]) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(config={name: str(value) for name, value in settings.items()})
    for statement in (*_FIRST, *(f"CREATE MACRO {macro}" for macro in MACROS)):
        connection.execute(statement)
    return connection


def of_this_process(before: duckdb.DuckDBPyConnection, *, threads: bool = True) -> duckdb.DuckDBPyConnection:
    """A connection to a database that was opened without threads, before this process was split off.

    Its random numbers are its own: those of the connection from before would be the same in all such processes.

    Args:
        before: keeps the database, which is not shut; nothing else is to be done with it, and it stays open: the engine
            cannot take the database apart in another process than it was opened in.
        threads: whether the database gets what is usual of them.
    """
    connection = before.cursor()  # which has not the settings of the other
    for statement in (*_FIRST, *(("RESET threads", "RESET async_threads") if threads else ())):
        connection.execute(statement)
    return connection


def shut(
    connection: duckdb.DuckDBPyConnection,
    paths: Sequence[str] = (),
    folder: Path | None = None,
    memory: int = 0,
    disk: int = 0,
) -> None:
    """Shut a database for good.

    Args:
        connection: to the database, as `opened` gave it.
        paths: of the files that may be read.
        folder: for what does not fit in memory; without it nothing is written.
        memory: bytes that the engine may count on; 0 for its own default.
        disk: bytes that may lie in the folder.
    """
    bounds = [f"SET temp_directory = {text(str(folder) if folder else '')}"]
    bounds += [f"SET memory_limit = '{memory}B'"] if memory else []
    bounds += [f"SET max_temp_directory_size = '{disk}B'"] if folder else []
    allowed = ", ".join(map(text, paths))
    last = (f"SET allowed_paths = [{allowed}]", "SET enable_external_access = false", "SET lock_configuration = true")
    for statement in (*bounds, *last):
        connection.execute(statement)


def query(
    connection: duckdb.DuckDBPyConnection, sql: str, parameters: Sequence[Any] | None = None
) -> duckdb.DuckDBPyRelation:
    """One query, which runs when its rows are asked for; its parameters are the values of its question marks.

    Raises:
        FailedQueryError: it is no query, or more than one statement.
        duckdb.Error: the engine refuses it.
    """
    _check(connection, sql, duckdb.StatementType.SELECT)
    return connection.sql(sql, params=parameters)


def make_view(connection: duckdb.DuckDBPyConnection, schema: str, view: str, sql: str) -> None:
    """Make a view of a query.

    Raises:
        FailedQueryError, duckdb.Error: as `query`.
    """
    _check(connection, sql, duckdb.StatementType.SELECT)
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {name(schema)}")
    connection.execute(f"CREATE VIEW {name(schema)}.{name(view)} AS {sql}")


def _check(connection: duckdb.DuckDBPyConnection, sql: str, kind: duckdb.StatementType) -> None:
    found = [statement.type for statement in connection.extract_statements(sql)]
    if found != [kind]:
        raise FailedQueryError("GENERIC_INTERNAL_ERROR: the engine of the local AWS runs one query and nothing else")
