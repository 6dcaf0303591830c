"""Queries: WITH, SELECT, UNION and its like, ORDER BY (Trino's StatementAnalyzer)."""

from __future__ import annotations

from sqlglot import exp

from local_aws.athena.sql.analysis import coercion
from local_aws.athena.sql.analysis.contexts import TYPE, Context
from local_aws.athena.sql.analysis.expression_texts import text_of
from local_aws.athena.sql.analysis.failures import failure, mismatch
from local_aws.athena.sql.analysis.group_checks import Origin, check_distinct, check_groups, group_by
from local_aws.athena.sql.analysis.grouping import (
    check_calls,
    check_scalar,
    windows,
)
from local_aws.athena.sql.analysis.relations import (
    Sources,
    Tables,
    check_condition,
    from_clause,
    relation_of,
    values,
)  # fmt: skip
from local_aws.athena.sql.analysis.scopes import Field, Relation, Scope
from local_aws.athena.sql.analysis.types import Type


def analyze(query: exp.Query, tables: Tables) -> tuple[Type, ...] | None:
    """Type a query; each part's type is kept in its `meta` (see contexts.py).

    Args:
        query: as it was read, with views inlined; every table of the catalog has its database.
        tables: the columns of a table of the catalog.

    Returns:
        The types of its columns; None where it is not known which it has.

    Raises:
        FailedQueryError: Trino refuses it.
    """
    found = _query(query, None, Sources(tables, _query))
    return None if found.is_open else tuple(column.kind for column in found.visible())


def _query(node: exp.Expr, outer: Scope | None, sources: Sources) -> Relation:
    sources = _with(node, outer, sources)
    if isinstance(node, exp.Select):
        return _select(node, outer, sources)
    if isinstance(node, exp.SetOperation):
        found = _set_operation(node, outer, sources)
    elif isinstance(node, exp.Values):
        found = values(node, sources, outer)
    else:
        found = relation_of(node, sources, outer)
    _order(node, sources.context(Scope(found, outer)), len(found.visible()))
    return found


def _with(node: exp.Expr, outer: Scope | None, sources: Sources) -> Sources:
    clause = node.args.get("with_")
    recursive = clause is not None and clause.args.get("recursive")
    for table in clause.expressions if clause is not None else []:
        alias = table.args["alias"]
        names = [column.name.lower() for column in alias.columns]
        if recursive:
            found = Relation(is_open=True)
        else:
            found = _query(table.this, outer, sources)
            count = len(found.visible())
            if names and not found.is_open and len(names) != count:
                raise failure(
                    "MISMATCHED_COLUMN_ALIASES",
                    table,
                    f"WITH column alias list has {len(names)} entries but WITH query({alias.name}) has {count} columns",
                )
        if not (found.is_open and names):
            found = found.named(alias.name.lower(), names)
        sources = sources.with_common(alias.name, found)
    return sources


def _set_operation(node: exp.SetOperation, outer: Scope | None, sources: Sources) -> Relation:
    left, right = _query(node.this, outer, sources), _query(node.expression, outer, sources)
    if left.is_open or right.is_open:
        return Relation(is_open=True)
    name = node.key.upper()
    ours, theirs = left.visible(), right.visible()
    if len(ours) != len(theirs):
        raise mismatch(node, f"{name} query has different number of fields: {len(ours)}, {len(theirs)}")
    fields = []
    for place, (one, other) in enumerate(zip(ours, theirs, strict=True), start=1):
        kind = coercion.common_of_two(one.kind, other.kind)
        if kind is None:
            raise mismatch(node, f"column {place} in {name} query has incompatible types: {one.kind}, {other.kind}")
        fields.append(Field(one.name, kind))
    return Relation(tuple(fields))


# SELECT


def _select(node: exp.Select, outer: Scope | None, sources: Sources) -> Relation:
    source = from_clause(node, sources, outer)
    context = sources.context(Scope(source, outer))
    where = node.args.get("where")
    if where is not None:
        check_scalar(where.this, "WHERE clause")
        check_condition(context, where.this, "WHERE clause")
    columns, is_open, origins = _columns(node, source, context)
    output = Relation(columns, is_open)
    keys = group_by(node, context, origins)
    having = node.args.get("having")
    if having is not None:
        check_condition(context, having.this, "HAVING clause")
        check_calls(having.this)
        if windows(having.this):
            raise failure("NESTED_WINDOW", having.this, "HAVING clause cannot contain window functions")
    named = {column.name: column for column in reversed(output.visible()) if column.name}
    ordering = sources.context(Scope(Relation(tuple(named.values())), context.scope))
    _order(node, ordering, len(output.visible()) if not output.is_open else 0)
    check_distinct(node, output, set(source.fields))
    check_groups(node, keys, source)
    return output


def _columns(node: exp.Select, source: Relation, context: Context) -> tuple[tuple[Field, ...], bool, list[Origin]]:
    """The columns of the output, whether there may be others, and what each is made of."""
    fields: list[Field] = []
    origins: list[Origin] = []
    is_open = False
    for item in node.expressions:
        value = item.unalias()
        if isinstance(value, exp.Star) or (isinstance(value, exp.Column) and isinstance(value.this, exp.Star)):
            found, known = (
                (source.visible(), not source.is_open) if isinstance(value, exp.Star) else _all_of(value, context.scope)
            )
            fields.extend(Field(column.name, column.kind) for column in found)
            origins.extend(found)
            is_open |= not known
        else:
            kind = context.type(value)
            item.meta[TYPE] = kind
            check_calls(value)
            fields.append(Field(_name_of(item), kind))
            origins.append(value)
            is_open |= isinstance(value, exp.Dot) and isinstance(value.expression, exp.Star)
    return tuple(fields), is_open, origins


def _name_of(item: exp.Expr) -> str:
    """A column's name; "" for one that has none."""
    if isinstance(item, exp.Dot):
        return str(item.expression.name).lower()
    return item.alias_or_name.lower() if isinstance(item, exp.Alias | exp.Column) else ""


def _all_of(star: exp.Column, scope: Scope | None) -> tuple[list[Field], bool]:
    """The columns of `t.*`, and whether they are all known."""
    names = tuple(part.name.lower() for part in star.parts[:-1])
    while scope is not None:
        found = [column for column in scope.relation.visible() if column.qualifier[-len(names) :] == names]
        if found:
            return found, True
        if scope.relation.is_open:
            return [], False
        scope = scope.outer
    return [], False


def _order(node: exp.Expr, context: Context, count: int) -> None:
    order = node.args.get("order")
    for part in order.expressions if order is not None else []:
        value = part.this
        if isinstance(value, exp.Literal) and not value.is_string:
            if count and not (value.name.isdigit() and 1 <= int(value.name) <= count):
                raise failure(
                    "INVALID_COLUMN_REFERENCE", value, f"ORDER BY position {value.name} is not in select list"
                )
            continue
        kind = context.type(value)
        check_calls(value)
        if not coercion.is_orderable(kind):
            raise mismatch(
                value, f"Type {kind} is not orderable, and therefore cannot be used in ORDER BY: {text_of(value)}"
            )
