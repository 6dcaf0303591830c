"""A way to ask the engine without a server: no tables but those that a query makes of its own values."""

import tempfile
from functools import cache
from pathlib import Path

import duckdb
import pyarrow as pa

from local_aws.athena.engine import operations
from local_aws.athena.engine import queries as engine
from local_aws.athena.engine.limits import Limits
from local_aws.athena.errors import FailedQueryError, RefusedQueryError
from local_aws.athena.sql.dialect import translate
from local_aws.athena.sql.engine_errors import athena_reason
from local_aws.athena.sql.reading import parse


class NoViews:
    """The part of a catalog that has neither views nor tables of its own rows."""

    def view(self, _database: str, _name: str) -> None:
        return None

    def rows_of(self, _database: str, _name: str) -> None:
        return None


class NoTables(NoViews):
    """A catalog with one database that is empty."""

    def has_database(self, name: str) -> bool:
        return name == "db"

    def columns(self, _name: object) -> None:
        return None

    def keys(self, _name: object) -> tuple[str, ...]:
        return ()


@cache
def _database() -> duckdb.DuckDBPyConnection:
    connection = engine.opened()
    engine.prepare(connection, {})
    return connection


def ask(sql: str) -> engine.Result:
    """The result of a query."""
    query = translate(parse(sql), "db", NoTables())
    try:
        return engine.fetch(_database(), query)
    except (duckdb.Error, pa.ArrowException, OSError) as failed:
        raise FailedQueryError(athena_reason(str(failed))) from failed


def run_here(query, tables, folder):
    """The result of a translated query over tables with files, run in this process."""
    folder.mkdir(exist_ok=True)
    place = Path(tempfile.mkdtemp(dir=folder))
    work = operations.Work(Limits(4 << 30), NoTables())
    operations.OPERATIONS["prepare"](work, query, tables, str(place))
    return work.run(lambda connection: engine.fetch(connection, query))


def value(expression: str) -> str | None:
    """What one expression gives, as Athena writes it."""
    return ask(f"SELECT {expression}").rows[0][0]


def error(sql: str) -> str:
    """The message with which a query is refused or fails; "" when it succeeds."""
    try:
        ask(sql)
    except (RefusedQueryError, FailedQueryError) as refused:
        return str(refused)
    return ""
