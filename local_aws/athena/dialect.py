"""A query in Athena's SQL to one for the engine, and the engine's errors to Athena's: pure functions.

A query reads tables of the catalog and nothing else; functions, operators and types mean what they mean on Athena
(see grammar.py), or are refused by name.
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

from local_aws.athena import trino_types
from local_aws.athena.comparisons import check_comparisons
from local_aws.athena.errors import FailedQueryError, RefusedQueryError, not_supported
from local_aws.athena.grammar import Athena, Engine, find_function, position

CATALOG = "awsdatacatalog"


@dataclass(frozen=True)
class TableName:
    """A table that a query reads, in lower case as the catalog keeps names."""

    database: str
    table: str

    def __str__(self) -> str:
        return f"{CATALOG}.{self.database}.{self.table}"


@dataclass(frozen=True)
class Translation:
    """A query for the engine, the tables that it reads, and the names of its columns as the query has them."""

    sql: str
    tables: tuple[TableName, ...]
    columns: tuple[str, ...]


Columns = Callable[[TableName], Mapping[str, str] | None]
"""Looks up a table's columns, partition keys last: name -> Hive type; None where there is no such table."""


def is_table_ddl(sql: str) -> bool:
    """Whether a statement creates or drops a table without a query: the embedded Athena has a parser for these two."""
    try:
        statement = sqlglot.parse_one(sql, read="athena")
    except (ParseError, TokenError):
        return False
    return (
        isinstance(statement, exp.Create | exp.Drop)
        and statement.args.get("kind") == "TABLE"
        and not isinstance(statement.args.get("expression"), exp.Query)
    )


def parse(sql: str) -> exp.Query:
    """Read one query.

    Raises:
        RefusedQueryError: it does not parse, is more than one statement, is no query, or calls a function that
            there is not.
    """
    try:
        statements = [statement for statement in sqlglot.parse(sql, read=Athena) if statement is not None]
    except (ParseError, TokenError) as error:
        raise RefusedQueryError(_syntax_error(error)) from error
    if len(statements) != 1:
        raise RefusedQueryError(f"Only one sql statement is allowed. Got: {len(statements)}")
    statement = statements[0]
    if not isinstance(statement, exp.Query):
        raise not_supported(_kind(statement))
    for call in statement.find_all(exp.Anonymous):
        if not isinstance(call.parent, exp.Table):
            find_function(call)
    _check_unnest(statement)
    return statement


def translate(query: exp.Query, database: str, columns: Columns) -> Translation:
    """Translate a query that was read by `parse`; the query is changed.

    Args:
        query: what to translate.
        database: that of the query's context, for tables named without one.
        columns: the catalog.

    Raises:
        RefusedQueryError: it uses something that is not supported here.
        FailedQueryError: it names a table or column that is not there, or compares what cannot be compared.
    """
    _name_columns(query)
    tables = _catalog_tables(query, database)
    typed = _typed(query, tables, columns)
    check_comparisons(typed)
    return Translation(typed.sql(dialect=Engine), tables, _written_names(typed))


def _name_columns(query: exp.Query) -> None:
    """Name the columns that have no name as Athena does: `_col0`, `_col1`, … by position."""
    select = _first_select(query)
    if select is None:
        return
    for place, projection in enumerate(select.expressions):
        if isinstance(projection, exp.Alias):
            projection.args["alias"].meta["written"] = projection.alias
        elif not isinstance(projection, exp.Column | exp.Star | exp.Dot):
            projection.replace(exp.alias_(projection.copy(), f"_col{place}"))


def _first_select(query: exp.Expr) -> exp.Select | None:
    while isinstance(query, exp.SetOperation | exp.Subquery):
        query = query.this
    return query if isinstance(query, exp.Select) else None


def _written_names(query: exp.Expr) -> tuple[str, ...]:
    """Names of the result's columns: an alias as it was written, a column's own as the catalog has it."""
    select = _first_select(query)
    if select is None:
        return ()
    aliases = [projection.args.get("alias") for projection in select.expressions]
    return tuple(
        alias.meta.get("written", alias.name) if isinstance(alias, exp.Identifier) else projection.alias_or_name
        for alias, projection in zip(aliases, select.expressions, strict=True)
    )


def _catalog_tables(query: exp.Query, database: str) -> tuple[TableName, ...]:
    """The tables that a query reads, each written out in full in the query."""
    common = {cte.alias_or_name.lower() for cte in query.find_all(exp.CTE)}
    tables = []
    for table in query.find_all(exp.Table):
        if not isinstance(table.this, exp.Identifier):
            raise RefusedQueryError(f"FUNCTION_NOT_FOUND: Table function '{table.this.name}' not registered")
        name = TableName((table.db or database).lower(), table.name.lower())
        if not table.db and name.table in common:
            continue
        if table.catalog and table.catalog.lower() != CATALOG:
            raise FailedQueryError(f"CATALOG_NOT_FOUND: {position(table)}: Catalog '{table.catalog}' not found")
        tables.append(name)
        table.set("this", exp.to_identifier(name.table, quoted=True))
        table.set("db", exp.to_identifier(name.database, quoted=True))
        table.set("catalog", None)
    return tuple(dict.fromkeys(tables))


def _typed(query: exp.Query, tables: tuple[TableName, ...], columns: Columns) -> exp.Expr:
    """The query with every column resolved and every part typed."""
    schema = MappingSchema(dialect=Athena)
    for name in tables:
        found = columns(name)
        if found is None:
            raise FailedQueryError(f"TABLE_NOT_FOUND: line 1:1: Table '{name}' does not exist")
        types = {column: exp.DataType.build(kind, dialect="hive") for column, kind in found.items()}
        schema.add_table(exp.table_(name.table, db=name.database, quoted=True), types, match_depth=False)
    try:
        qualified = qualify(query, schema=schema, dialect=Athena, expand_alias_refs=False)
        return annotate_types(qualified, schema=schema, dialect=Athena)
    except OptimizeError as error:
        raise FailedQueryError(_resolution_error(str(error))) from error
    except SqlglotError as error:
        raise FailedQueryError(f"SYNTAX_ERROR: {error}") from error


def _check_unnest(query: exp.Query) -> None:
    for unnest in query.find_all(exp.Unnest):
        if len(unnest.expressions) > 1:
            raise not_supported("UNNEST of several arrays at once")


def _resolution_error(text: str) -> str:
    column = re.search(r"Column '\"?([^'\"]+)\"?' could not be resolved(?:.*?Line: (\d+), Col: (\d+))?", text)
    if column:
        start = int(column[3] or len(column[1])) - len(column[1]) + 1  # sqlglot names the last character
        return f"COLUMN_NOT_FOUND: line {column[2] or 1}:{start}: Column '{column[1]}' cannot be resolved"
    return f"SYNTAX_ERROR: {text}"


_DIVISION_BY_ZERO = "Division by zero in expression"
_UNKNOWN_FUNCTION = re.compile(r"Catalog Error: (?:\w+ )?Function with name (\S+) does not exist")
_RAISED = "Invalid Input Error: "


def athena_reason(engine_error: str) -> str:
    """Reword an error of the engine as Athena words it, where that is known; others keep the engine's words."""
    text = engine_error.partition("\n\nLINE ")[0].strip()
    if _DIVISION_BY_ZERO in text:
        return "DIVISION_BY_ZERO: Division by zero"
    if text.startswith(("Conversion Error: ", "Out of Range Error: ")):
        kind, _, detail = text.partition(": ")
        code = "INVALID_CAST_ARGUMENT" if kind == "Conversion Error" else "NUMERIC_VALUE_OUT_OF_RANGE"
        return f"{code}: {detail}"
    return text.removeprefix(_RAISED)


def _syntax_error(error: Exception) -> str:
    details = getattr(error, "errors", None)
    if details:
        first = details[0]
        return f"line {first['line']}:{first['col']}: {first['description']} near '{first['highlight']}'"
    return str(error)


def _kind(statement: exp.Expr) -> str:
    if isinstance(statement, exp.Command):
        return str(statement.this).upper()
    return " ".join(word for word in (statement.key.upper(), statement.args.get("kind")) if word)
