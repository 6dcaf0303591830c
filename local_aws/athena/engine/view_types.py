"""The columns of a view that is to be made: names and Trino types of what its query gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Protocol

from sqlglot import exp
from sqlglot.expressions import DataType

from local_aws.athena.engine.queries import hidden_of, opened, prepare
from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.dialect import Catalog, TableName, resolve, translate
from local_aws.athena.sql.grammar import type_of
from local_aws.athena.sql.reading import parse
from local_aws.athena.tables.relations import Source, Table
from local_aws.athena.tables.shut import query


class Entries(Catalog, Protocol):
    """What has to be known of the catalog."""

    def entry(self, name: TableName) -> Mapping[str, Any]:
        """A table's entry, or FailedQueryError where there is none."""


def columns_of(sql: str, database: str, catalog: Entries, view: tuple[str, str]) -> tuple[tuple[str, str], ...]:
    """The columns of a query: (name, Trino type) of each.

    Types that the translation does not know are the engine's, asked on tables without rows.

    Args:
        sql: the query.
        database: that of the query's context.
        catalog: where tables are looked up.
        view: database and name of the view that is to be made of the query.

    Raises:
        RefusedQueryError: it cannot be read, or uses something that is not supported here.
        FailedQueryError: it would fail, leaves a column without a name or gives two the same one, or reads the view.
    """
    parsed = parse(sql)
    for place, projection in enumerate(parsed.selects, start=1):
        if not isinstance(projection, exp.Alias | exp.Column | exp.Star | exp.Dot):
            raise FailedQueryError(f"MISSING_COLUMN_NAME: line 1:1: Column name not specified at position {place}")
    resolved = resolve(parsed, database, catalog)
    typed = resolved.query
    if ("GetTable", {"DatabaseName": view[0], "Name": view[1]}) in resolved.reads:
        raise FailedQueryError("VIEW_IS_RECURSIVE: line 1:1: Statement would create a recursive view")
    names = [projection.alias_or_name.lower() for projection in typed.selects]
    twice = next((name for name in names if names.count(name) > 1), None)
    if twice:
        raise FailedQueryError(f"DUPLICATE_COLUMN_NAME: line 1:1: Column name '{twice}' specified more than once")
    kinds = [type_of(projection) for projection in typed.selects]
    if any(trino_types.is_unknown(kind) for kind in kinds):
        asked = _asked(sql, database, catalog)
        kinds = [asked[place] if trino_types.is_unknown(kind) else kind for place, kind in enumerate(kinds)]
    return tuple(zip(names, map(_named, kinds), strict=True))


def _asked(sql: str, database: str, catalog: Entries) -> list[DataType]:
    translation = translate(parse(sql), database, catalog)
    tables: dict[TableName, tuple[Table, list[Source]]] = {
        name: (Table.of(catalog.entry(name)), []) for name in translation.tables
    }
    with opened() as connection:
        prepare(connection, tables, hidden_of(translation))
        kinds = [str(kind) for kind in query(connection, translation.sql).types]
    return [DataType.build("BIGINT" if kind == "HUGEINT" else kind, dialect="duckdb") for kind in kinds]


def _named(kind: DataType) -> str:
    """A type's name, with quotes around a row's fields only where they need them."""
    for name in kind.find_all(exp.Identifier):
        name.set("quoted", not name.name.isidentifier())
    return trino_types.name(kind)
