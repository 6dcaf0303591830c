"""What a query reads that is no table with files: views, `information_schema` and `"table$partitions"`.

Each becomes a part of the query itself, before the query is typed. Pure functions of the query and the catalog.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

from sqlglot import exp
from sqlglot.optimizer.scope import traverse_scope

from local_aws.athena.errors import FailedQueryError, not_supported
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.grammar import type_of
from local_aws.athena.sql.places import position
from local_aws.athena.sql.quoting import name as quoted
from local_aws.athena.sql.quoting import text as text_of
from local_aws.athena.sql.views import View

Read = tuple[str, Mapping[str, Any]]
"""An operation of Glue's and its parameters, which the caller needs the right to."""


class Inlinable(Protocol):
    """What has to be known of the catalog."""

    def view(self, database: str, name: str) -> View | None:
        """A view, or None where there is none of that name."""

    def rows_of(self, database: str, name: str) -> Rows | None:
        """The rows of `information_schema.name` or of `name` = `table$partitions`; None where there is no such."""


@dataclass(frozen=True)
class Rows:
    """A table whose rows are the catalog's own.

    Attributes:
        columns: (name, Trino type) of each.
        rows: texts, None for NULL.
        reads: what the caller needs the right to.
    """

    columns: Sequence[tuple[str, str]]
    rows: Sequence[Sequence[str | None]]
    reads: Sequence[Read] = ()


@dataclass
class Inliner:
    """Inlines into one query.

    Attributes:
        catalog: where names are looked up.
        parse: reads the text of a query.
        reads: what the caller needs the right to, beside the tables.
    """

    catalog: Inlinable
    parse: Callable[[str], exp.Query]
    reads: list[Read] = field(default_factory=list)

    def inline(self, query: exp.Query, database: str, within: tuple[tuple[str, str], ...] = ()) -> None:
        """Change a query: every table that it names gets its database, unless it is one of the query's own.

        Args:
            query: is changed.
            database: for tables named without one.
            within: the views that the query is a part of.

        Raises:
            FailedQueryError: a view reads itself, or is no view of Athena's.
            RefusedQueryError: a view's query uses something that is not supported here.
        """
        for table in list(_foreign_tables(query)):
            name = ((table.db or database).lower(), table.name.lower())
            if not table.db:
                table.set("db", exp.to_identifier(name[0], quoted=True))
                table.args["db"].meta.update(table.this.meta)
            if not table.catalog or table.catalog.lower() == "awsdatacatalog":
                self._inline_table(table, name, within)

    def _inline_table(self, table: exp.Table, name: tuple[str, str], within: tuple[tuple[str, str], ...]) -> None:
        view = self.catalog.view(*name)
        if view is not None:
            if name in within:
                raise FailedQueryError(f"VIEW_IS_RECURSIVE: {position(table)}: View '{_full(name)}' is recursive")
            self.reads.append(("GetTable", {"DatabaseName": name[0], "Name": name[1]}))
            query = self.parse(view.sql)
            self.inline(query, view.database, (*within, name))
            _replace(table, query, [column for column, _ in view.columns], (_full(name), view.columns))
            return
        found = self.catalog.rows_of(*name)
        if found is not None:
            self.reads.extend(found.reads)
            query = self.parse(_select(found))
            _replace(table, query, [column for column, _ in found.columns], None)


def _foreign_tables(query: exp.Query) -> Iterable[exp.Table]:
    """The tables of a query that are none of its own WITH."""
    for scope in traverse_scope(query):
        own = {name.lower() for name in scope.cte_sources}
        for table in scope.tables:
            if isinstance(table.this, exp.Identifier) and (table.db or table.name.lower() not in own):
                yield table


def _full(name: tuple[str, str]) -> str:
    return f"awsdatacatalog.{name[0]}.{name[1]}"


def _replace(table: exp.Table, query: exp.Query, columns: Iterable[str], view: object) -> None:
    if table.args.get("sample"):
        raise not_supported("TABLESAMPLE of a view")
    alias = table.args.get("alias")
    named = alias.this if alias is not None else exp.to_identifier(table.name, quoted=True)
    given = alias.columns if alias is not None else []
    names = given or [exp.to_identifier(column, quoted=True) for column in columns]
    made = exp.Subquery(this=query, alias=exp.TableAlias(this=named, columns=names))
    made.meta.update(table.this.meta, view=view)
    for part in ("joins", "laterals"):
        if table.args.get(part):
            made.set(part, table.args[part])
    table.replace(made)


def _select(found: Rows) -> str:
    casts = ", ".join(
        f"CAST(c{place} AS {kind}) AS {quoted(column)}" for place, (column, kind) in enumerate(found.columns)
    )
    width = range(len(found.columns))
    rows = found.rows or [[None for _ in width]]
    lines = ", ".join("(" + ", ".join("NULL" if cell is None else text_of(cell) for cell in row) + ")" for row in rows)
    wanted = "" if found.rows else " WHERE false"
    cells = ", ".join(f"c{place}" for place in width)
    return f"SELECT {casts} FROM (VALUES {lines}) AS t({cells}){wanted}"  # noqa: S608 - texts are quoted


def check_views(query: exp.Expr) -> None:
    """Check in a typed query that what it reads of views is still what they were made of.

    Raises:
        FailedQueryError: a view's tables have changed under it.
    """
    for part in query.find_all(exp.Subquery):
        if not part.meta.get("view"):
            continue
        name, columns = part.meta["view"]
        selected = part.this.selects
        stale = f"VIEW_IS_STALE: {position(part)}: View '{name}' is stale or in invalid state: "
        if len(selected) != len(columns):
            raise FailedQueryError(f"{stale}it has {len(columns)} columns, its query gives {len(selected)}")
        for place, (found, (column, kind)) in enumerate(zip(selected, columns, strict=True)):
            wanted, given = trino_types.family(trino_types.build(kind)), trino_types.family(type_of(found))
            if wanted and given and wanted != given:
                raise FailedQueryError(
                    f"{stale}column [{found.alias_or_name}] of type {trino_types.name(type_of(found))} projected from "
                    f"query view at position {place} cannot be coerced to column [{column}] of type {kind} stored in "
                    "view definition"
                )
