"""The rules for all expressions, and those for columns and subqueries."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from sqlglot import exp

from local_aws.athena.errors import not_supported
from local_aws.athena.sql.analysis.calls import CALLS, field_of
from local_aws.athena.sql.analysis.choices import CHOICES
from local_aws.athena.sql.analysis.contexts import FIELD, Context
from local_aws.athena.sql.analysis.failures import ambiguous, not_resolved
from local_aws.athena.sql.analysis.literals import LITERALS
from local_aws.athena.sql.analysis.predicates import PREDICATES
from local_aws.athena.sql.analysis.scopes import Scope
from local_aws.athena.sql.analysis.types import ANY, Type, row


def _column(context: Context, node: exp.Expr) -> Type:
    if not isinstance(node, exp.Column) or isinstance(node.this, exp.Star):
        return ANY
    parts = [part.name.lower() for part in node.parts]
    if parts[0] in context.variables:
        return ANY
    # `a.b.c` is a column of a table, or a field of a column: the longest name that there is
    for length in range(len(parts), 0, -1):
        found = context.scope.find(parts[:length])
        if found is None:
            return ANY
        if not found:
            continue
        if len(found) > 1:
            raise ambiguous(node, ".".join(parts))
        node.meta[FIELD] = (found[0], *parts[length:])
        if length == len(parts):
            return found[0].kind
        return _field(node, found[0].kind, parts[length:], length)
    if parts[-1].startswith("$"):
        raise not_supported(f'the column "{parts[-1]}"')
    raise not_resolved(node, ".".join(parts))


def _field(node: exp.Column, kind: Type, names: list[str], known: int) -> Type:
    for place, name in enumerate(names):
        if kind == ANY:
            return ANY
        before = node.parts[: known + place]
        base = exp.Dot.build([part.copy() for part in before]) if len(before) > 1 else before[0].copy()
        access = exp.Dot(this=base, expression=node.parts[known + place].copy())
        access.meta.update(node.meta)
        kind = field_of(access, kind, name)
    return kind


def _alias(context: Context, node: exp.Expr) -> Type:
    return context.type(node.this)


def _subquery(context: Context, node: exp.Expr) -> Type:
    """A scalar subquery; one with several columns is a row (Trino since 352)."""
    found = context.query(node, context.scope)
    columns = found.visible()
    if found.is_open or not columns:
        return ANY
    return columns[0].kind if len(columns) == 1 else row([(column.name, column.kind) for column in columns])


RULES: Mapping[Any, Callable[[Context, exp.Expr], Type]] = {
    **LITERALS,
    **PREDICATES,
    **CHOICES,
    **CALLS,
    exp.Column: _column,
    exp.Alias: _alias,
    **dict.fromkeys((exp.Subquery, exp.Select, exp.Union, exp.Except, exp.Intersect), _subquery),
}


def context_of(scope: Scope, query: Callable[[exp.Expr, Scope], object]) -> Context:
    """The context of an expression that stands in a scope."""
    return Context(scope, query, RULES)  # type: ignore[arg-type]
