"""Athena's SQL to DuckDB's, and DuckDB's errors to Athena's: pure functions.

sqlglot knows both dialects. What is added here keeps a query to what Athena would let it do: it reads tables of the
catalog and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

import sqlglot
from sqlglot import exp
from sqlglot.errors import OptimizeError, ParseError, SqlglotError, TokenError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

CATALOG = "awsdatacatalog"
_PASSED_DDL = (exp.Create, exp.Drop)
_UNKNOWN_COLUMN = re.compile(r'Binder Error: (?:Referenced|Table "\S+" does not have a) column (?:named )?"([^"]+)"')
_UNKNOWN_FUNCTION = re.compile(r"Catalog Error: (?:Scalar|Aggregate|Table) Function with name (\S+) does not exist")
_RAISED = "Invalid Input Error: "


class RefusedQueryError(Exception):
    """Athena refuses the query at once (InvalidRequestException); the text is for its Message."""


class FailedQueryError(Exception):
    """Athena takes the query and then fails it; the text is for its StateChangeReason."""


@dataclass(frozen=True)
class TableName:
    """A table that a query reads, in lower case as the catalog keeps names."""

    database: str
    table: str

    def __str__(self) -> str:
        return f"{CATALOG}.{self.database}.{self.table}"


@dataclass(frozen=True)
class Translation:
    """A statement for the engine, and the tables of the catalog that it reads."""

    sql: str
    tables: tuple[TableName, ...]


Columns = Callable[[TableName], Mapping[str, str] | None]
"""Looks up a table's columns, partition keys last: name -> Hive type; None where there is no such table."""


def translate(sql: str, database: str, columns: Columns) -> Translation:
    """Translate one statement.

    Args:
        sql: in Athena's dialect.
        database: that of the query's context, for tables named without one.
        columns: the catalog.

    Raises:
        RefusedQueryError: it does not parse, is more than one statement, or of a kind that is not supported here.
        FailedQueryError: it names a table or column that is not there.
    """
    statement = _parse(sql)
    if isinstance(statement, _PASSED_DDL) and _is_table_ddl(statement):
        return Translation(sql, ())  # the engine has a parser of its own for these two
    if not isinstance(statement, exp.Query):
        raise RefusedQueryError(f"{_kind(statement)} is not supported by the local AWS; SELECT is")
    _name_columns(statement)
    tables = _catalog_tables(statement, database)
    return Translation(_typed(statement, tables, columns).sql(dialect="duckdb"), tables)


def _name_columns(statement: exp.Query) -> None:
    """Name the columns that have no name as Athena does: `_col0`, `_col1`, … by position."""
    select = statement.this if isinstance(statement, exp.Subquery) else statement
    while isinstance(select, exp.SetOperation):
        select = select.this
    if isinstance(select, exp.Select):
        for position, projection in enumerate(select.expressions):
            if not isinstance(projection, exp.Alias | exp.Column | exp.Star | exp.Dot):
                projection.replace(exp.alias_(projection.copy(), f"_col{position}"))


def _catalog_tables(statement: exp.Query, database: str) -> tuple[TableName, ...]:
    """The tables that a statement reads, each written out in full in the statement."""
    ctes = {cte.alias_or_name.lower() for cte in statement.find_all(exp.CTE)}
    tables = []
    for table in statement.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            raise RefusedQueryError(f"FUNCTION_NOT_FOUND: Table function '{table.this.sql()}' not registered")
        name = TableName((table.db or database).lower(), table.name.lower())
        if not table.db and name.table in ctes:
            continue
        if table.catalog and table.catalog.lower() != CATALOG:
            raise RefusedQueryError(f"CATALOG_NOT_FOUND: Catalog '{table.catalog}' not found")
        tables.append(name)
        table.set("this", exp.to_identifier(name.table, quoted=True))
        table.set("db", exp.to_identifier(name.database, quoted=True))
        table.set("catalog", None)
    return tuple(dict.fromkeys(tables))


def _typed(statement: exp.Query, tables: tuple[TableName, ...], columns: Columns) -> exp.Expr:
    """The statement with every column resolved and typed, so that for instance integers divide as Athena's do."""
    schema = MappingSchema(dialect="athena")
    for name in tables:
        found = columns(name)
        if found is None:
            raise FailedQueryError(f"TABLE_NOT_FOUND: line 1:1: Table '{name}' does not exist")
        types = {column: exp.DataType.build(kind, dialect="hive") for column, kind in found.items()}
        schema.add_table(exp.table_(name.table, db=name.database, quoted=True), types, match_depth=False)
    try:
        qualified = qualify(statement, schema=schema, dialect="athena", quote_identifiers=True, identify=True)
        return annotate_types(qualified, schema=schema, dialect="athena")
    except OptimizeError as error:
        raise FailedQueryError(_resolution_error(str(error))) from error
    except SqlglotError as error:
        raise FailedQueryError(f"SYNTAX_ERROR: {error}") from error


def _resolution_error(text: str) -> str:
    column = re.search(r"Column '\"?([^'\"]+)\"?' could not be resolved(?:.*?Line: (\d+), Col: (\d+))?", text)
    if column:
        start = int(column[3] or len(column[1])) - len(column[1]) + 1  # sqlglot names the last character
        return f"COLUMN_NOT_FOUND: line {column[2] or 1}:{start}: Column '{column[1]}' cannot be resolved"
    return f"SYNTAX_ERROR: {text}"


def failing(reason: str) -> str:
    """A statement that fails with this reason: Athena reports such errors when the query runs, not when it is sent."""
    text = reason.replace("'", "''")
    return f"SELECT error('{text}')"


def athena_reason(engine_error: str) -> str:
    """Reword an error of the engine as Athena words it, where that is known; others stay as they are."""
    if engine_error.startswith(_RAISED):
        return engine_error.removeprefix(_RAISED)
    if column := _UNKNOWN_COLUMN.search(engine_error):
        return f"COLUMN_NOT_FOUND: line 1:1: Column '{column[1]}' cannot be resolved"
    if function := _UNKNOWN_FUNCTION.search(engine_error):
        return f"FUNCTION_NOT_FOUND: line 1:1: Function '{function[1]}' not registered"
    return engine_error


def _parse(sql: str) -> exp.Expr:
    try:
        statements = [statement for statement in sqlglot.parse(sql, read="athena") if statement is not None]
    except (ParseError, TokenError) as error:
        raise RefusedQueryError(_syntax_error(error)) from error
    if len(statements) != 1:
        raise RefusedQueryError(f"Only one sql statement is allowed. Got: {len(statements)}")
    return statements[0]


def _syntax_error(error: Exception) -> str:
    details = getattr(error, "errors", None)
    if details:
        first = details[0]
        return f"line {first['line']}:{first['col']}: {first['description']} near '{first['highlight']}'"
    return str(error)


def _is_table_ddl(statement: exp.Expr) -> bool:
    return statement.args.get("kind") == "TABLE" and not isinstance(statement.args.get("expression"), exp.Query)


def _kind(statement: exp.Expr) -> str:
    if isinstance(statement, exp.Command):
        return str(statement.this).upper()
    return statement.key.upper()
