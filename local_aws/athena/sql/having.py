"""The columns of HAVING, resolved: sqlglot resolves them only where aliases of the select list may stand there too."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.optimizer.resolver import Resolver
from sqlglot.optimizer.scope import Scope, traverse_scope
from sqlglot.schema import MappingSchema


def resolve_having(query: exp.Expr, schema: MappingSchema) -> None:
    """Name the table of each column in HAVING that has none; one that no table has stays as it is.

    Args:
        query: qualified but for these; changed.
        schema: the columns of its tables.
    """
    for scope in traverse_scope(query):
        having = scope.expression.args.get("having")
        if having is not None:
            _resolve(scope, having, Resolver(scope, schema))


def _resolve(scope: Scope, having: exp.Expr, resolver: Resolver) -> None:
    for column in having.find_all(exp.Column):
        if not column.table and column.parent_select is scope.expression:
            table = resolver.get_table(column)
            if table is not None:
                column.set("table", table)
