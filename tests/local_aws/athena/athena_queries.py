"""A way to ask the engine without a server: no tables but those that a query makes of its own values."""

from functools import cache

import duckdb

from local_aws.athena import engine
from local_aws.athena.dialect import athena_reason, parse, translate
from local_aws.athena.errors import FailedQueryError, RefusedQueryError


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
    connection = duckdb.connect()
    engine.prepare(connection, {})
    return connection


def ask(sql: str) -> engine.Result:
    """The result of a query."""
    query = translate(parse(sql), "db", NoTables())
    try:
        return engine.fetch(_database(), query)
    except duckdb.Error as failed:
        raise FailedQueryError(athena_reason(str(failed))) from failed


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
