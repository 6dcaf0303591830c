"""A query in Athena's SQL to one for the engine: pure functions.

A query reads tables of the catalog and nothing else; functions, operators and types mean what they mean on Athena
(see grammar.py), or are refused by name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlglot import exp
from sqlglot.errors import SqlglotError
from sqlglot.optimizer.annotate_types import annotate_types
from sqlglot.optimizer.qualify import qualify
from sqlglot.schema import MappingSchema

from local_aws.athena.errors import FailedQueryError, RefusedQueryError, not_supported
from local_aws.athena.sql.analysis.completing import complete
from local_aws.athena.sql.analysis.queries import analyze
from local_aws.athena.sql.analysis.tables import relation_of_table
from local_aws.athena.sql.analysis.zone_flow import follow
from local_aws.athena.sql.column_names import check_having, name_columns, unresolved, written_names
from local_aws.athena.sql.grammar import Athena, type_of
from local_aws.athena.sql.having import resolve_having
from local_aws.athena.sql.hive_types import data_type
from local_aws.athena.sql.inlining import Inlinable, Inliner, Read, check_views
from local_aws.athena.sql.places import position
from local_aws.athena.sql.quoting import name as quoted
from local_aws.athena.sql.reading import parse
from local_aws.athena.sql.scans import Scan, scans_of
from local_aws.athena.sql.writing import Engine, round_averages

CATALOG = "awsdatacatalog"


@dataclass(frozen=True)
class TableName:
    """A table that a query reads, in lower case as the catalog keeps names."""

    database: str
    table: str

    def __str__(self) -> str:
        return f"{CATALOG}.{self.database}.{self.table}"

    @property
    def parts(self) -> tuple[str, str]:
        """Database and table."""
        return self.database, self.table

    @property
    def in_engine(self) -> tuple[str, str]:
        """Schema and name in the engine, which has schemas of its own, such as `temp` and `pg_catalog`."""
        return "athena", f"{len(self.database)}.{self.database}.{self.table}"


@dataclass(frozen=True)
class Translation:
    """A query for the engine.

    Attributes:
        sql: the query.
        tables: those that it reads.
        columns: names of its columns as the query has them.
        scans: what it reads of the tables.
        lengths: of the columns that are varchar(n), which the engine does not tell: by their place.
        reads: what else of the catalog it reads, such as views: the caller needs the right to.
        types: Trino's of its columns, such as `varchar(10)`; "" for one that is not known.
        zones: of the columns that are timestamps with a time zone other than UTC: by their place.
    """

    sql: str
    tables: tuple[TableName, ...]
    columns: tuple[str, ...]
    scans: tuple[Scan, ...] = ()
    reads: tuple[Read, ...] = ()
    lengths: Mapping[int, int] = field(default_factory=dict)
    types: tuple[str, ...] = ()
    zones: Mapping[int, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Resolved:
    """A query with every part resolved and typed.

    Attributes:
        query: it.
        tables: those that it reads.
        reads: what else of the catalog it reads.
        types, zones: of its columns: see Translation.
    """

    query: exp.Query
    tables: tuple[TableName, ...]
    reads: tuple[Read, ...]
    types: tuple[str, ...]
    zones: Mapping[int, str]


class Catalog(Inlinable, Protocol):
    """What a query has to know of the catalog."""

    def has_database(self, name: str) -> bool:
        """Whether there is a database of that name."""

    def columns(self, name: TableName) -> dict[str, str] | None:
        """A table's columns, partition keys last: name -> Hive type; None where there is no such table."""

    def keys(self, name: TableName) -> Collection[str]:
        """Names of a table's partition keys."""


HIDDEN_COLUMNS = {"$path": "string", "$file_size": "bigint", "$file_modified_time": "timestamptz"}
"""Columns that each table has beside its own: a query reads them by name, and `*` leaves them out."""


def translate(query: exp.Query, database: str, catalog: Catalog) -> Translation:
    """Translate a query that was read by `parse`; the query is changed.

    Args:
        query: what to translate.
        database: that of the query's context, for tables named without one.
        catalog: where tables are looked up.

    Raises:
        RefusedQueryError: it uses something that is not supported here.
        FailedQueryError: it names a table or column that is not there, or compares what cannot be compared.
    """
    name_columns(query)
    resolved = resolve(query, database, catalog)
    typed = resolved.query
    check_having(typed)
    scans = scans_of(typed, lambda database, table: catalog.keys(TableName(database, table)))
    lengths = _lengths(typed)
    round_averages(typed)
    _name_for_engine(typed)
    return Translation(
        typed.sql(dialect=Engine, comments=False),
        resolved.tables,
        written_names(typed),
        scans,
        resolved.reads,
        lengths,
        resolved.types,
        resolved.zones,
    )


def _lengths(query: exp.Expr) -> dict[int, int]:
    """The lengths of the texts that a SELECT gives as varchar(n)."""
    kinds = [type_of(part.unalias()) for part in query.selects] if isinstance(query, exp.Select) else []
    return {
        place: int(kind.expressions[0].name)
        for place, kind in enumerate(kinds)
        if kind.this == exp.DType.VARCHAR and kind.expressions
    }


def resolve(query: exp.Query, database: str, catalog: Catalog) -> Resolved:
    """Resolve and type every part of a query that was read by `parse`; the query is changed.

    Raises:
        RefusedQueryError, FailedQueryError: as `translate`.
    """
    inliner = Inliner(catalog, parse)
    inliner.inline(query, database)
    tables = _catalog_tables(query)
    columns = _columns(query, tables, catalog)
    relations = {
        name: relation_of_table((CATALOG, *name.parts), found, HIDDEN_COLUMNS) for name, found in columns.items()
    }
    types = analyze(query, lambda table: relations.get(TableName(table.db, table.name)))
    typed = _typed(query, columns)
    check_views(typed)
    shown = tuple(str(kind) if kind.is_known else "" for kind in types or ())
    return Resolved(typed, tables, tuple(inliner.reads), shown, follow(typed))


def _catalog_tables(query: exp.Query) -> tuple[TableName, ...]:
    """The tables that a query reads: those that have a database; each is written out in full in the query."""
    own = {cte.alias_or_name.lower() for cte in query.find_all(exp.CTE)}
    tables = []
    for table in query.find_all(exp.Table):
        if not table.this.name:
            raise not_supported("a join in brackets that begins so")
        if not isinstance(table.this, exp.Identifier):
            raise RefusedQueryError(f"FUNCTION_NOT_FOUND: Table function '{table.this.name}' not registered")
        if not table.db:
            if table.name.lower() in own:
                continue
            raise FailedQueryError(f"TABLE_NOT_FOUND: {position(table)}: Table '{table.name}' does not exist")
        name = TableName(table.db.lower(), table.name.lower())
        if table.catalog and table.catalog.lower() != CATALOG:
            raise FailedQueryError(f"CATALOG_NOT_FOUND: {position(table)}: Catalog '{table.catalog}' not found")
        if name.database == "information_schema" or "$" in name.table:
            raise not_supported(f"the table {name.database}.{name.table}")
        tables.append(name)
        place = {"this": name.table, "db": name.database}
        for part, text in place.items():
            written = table.args.get(part) or table.this
            table.set(part, exp.to_identifier(text, quoted=True))
            table.args[part].meta.update(written.meta)
        table.set("catalog", None)
    return tuple(dict.fromkeys(tables))


def _name_for_engine(query: exp.Query) -> None:
    for table in query.find_all(exp.Table):
        if table.db:
            schema, name = TableName(table.db, table.name).in_engine
            table.set("db", exp.to_identifier(schema, quoted=True))
            table.set("this", exp.to_identifier(name, quoted=True))


def _columns(query: exp.Query, tables: tuple[TableName, ...], catalog: Catalog) -> dict[TableName, dict[str, str]]:
    """The columns of the tables: name -> Hive type of each."""
    columns = {}
    for name in tables:
        found = catalog.columns(name)
        if found is None:
            missing = f"Table '{name}'" if catalog.has_database(name.database) else f"Schema '{name.database}'"
            code = "TABLE_NOT_FOUND" if catalog.has_database(name.database) else "SCHEMA_NOT_FOUND"
            raise FailedQueryError(f"{code}: {_place_of(query, name)}: {missing} does not exist")
        columns[name] = found
    return columns


def _typed(query: exp.Query, columns: Mapping[TableName, dict[str, str]]) -> exp.Query:
    """The query with every column resolved and every part typed."""
    shown: dict[str, Any] = {}
    schema = MappingSchema(dialect=Athena, visible=shown)
    for name, found in columns.items():
        types = {quoted(column): data_type(kind) for column, kind in (found | HIDDEN_COLUMNS).items()}
        shown.setdefault(name.database, {})[name.table] = list(found)
        schema.add_table(exp.table_(name.table, db=name.database, quoted=True), types, match_depth=False)
    try:
        qualified = qualify(query, schema=schema, dialect=Athena, expand_alias_refs=False)
        resolve_having(qualified, schema)
        typed: exp.Query = annotate_types(qualified, schema=schema, dialect=Athena)
        complete(typed)
    except SqlglotError as error:
        raise unresolved(error, query) from error
    return typed


def _place_of(query: exp.Query, name: TableName) -> str:
    tables = (table for table in query.find_all(exp.Table) if (table.db, table.name) == (name.database, name.table))
    return position(next(tables))
