"""FROM: tables, subqueries, VALUES, UNNEST and joins (Trino's StatementAnalyzer)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlglot import exp

from local_aws.athena.errors import FailedQueryError, not_supported
from local_aws.athena.sql.analysis import coercion
from local_aws.athena.sql.analysis.contexts import Context
from local_aws.athena.sql.analysis.expressions import context_of
from local_aws.athena.sql.analysis.failures import failure, mismatch
from local_aws.athena.sql.analysis.grouping import check_scalar
from local_aws.athena.sql.analysis.scopes import Field, Relation, Scope, joined
from local_aws.athena.sql.analysis.type_texts import UnknownTypeError, parse_type
from local_aws.athena.sql.analysis.types import ANY, BIGINT, UNKNOWN, Type, row
from local_aws.athena.sql.places import WRITTEN_ROW

Tables = Callable[[exp.Table], Relation | None]
"""The columns of a table of the catalog."""


@dataclass(frozen=True)
class Sources:
    """What FROM can name.

    Attributes:
        tables: those of the catalog.
        query: what a query gives, in a scope and with these sources.
        common: the tables of WITH, by name in lower case.
    """

    tables: Tables
    query: Callable[[exp.Expr, Scope | None, Sources], Relation]
    common: Mapping[str, Relation] = field(default_factory=dict)

    def with_common(self, name: str, relation: Relation) -> Sources:
        """With one more table of WITH."""
        return replace(self, common={**self.common, name.lower(): relation})

    def context(self, scope: Scope) -> Context:
        """For expressions in a scope."""
        return context_of(scope, lambda node, inner: self.query(node, inner, self))


def from_clause(select: exp.Select, sources: Sources, outer: Scope | None) -> Relation:
    """What FROM and its joins give."""
    begun = select.args.get("from_")
    first = relation_of(begun.this, sources, outer) if begun is not None else Relation()
    return with_joins(first, select.args.get("joins") or [], sources, outer)


def with_joins(first: Relation, joins: Sequence[exp.Join], sources: Sources, outer: Scope | None) -> Relation:
    """A relation and what is joined to it."""
    found = first
    for join in joins:
        found = _join(found, join, sources, outer)
    return found


def _join(left: Relation, join: exp.Join, sources: Sources, outer: Scope | None) -> Relation:
    if join.method == "NATURAL":
        raise failure("NOT_SUPPORTED", join, "Natural join not supported")
    lateral = isinstance(join.this, exp.Unnest | exp.Lateral)
    right = relation_of(join.this, sources, Scope(left, outer) if lateral else outer)
    condition, using = join.args.get("on"), join.args.get("using")
    if using:
        return _using(left, right, using)
    both = joined((left, right))
    if condition is not None:
        check_scalar(condition, "JOIN clause")
        check_condition(sources.context(Scope(both, outer)), condition, "JOIN ON clause")
    return both


def check_condition(context: Context, node: exp.Expr, clause: str) -> None:
    """Check that a clause's expression is a condition."""
    kind = context.type(node)
    if kind.base not in ("boolean", UNKNOWN.base, ANY.base):
        raise mismatch(node, f"{clause} must evaluate to a boolean: actual type {kind}")


def _using(left: Relation, right: Relation, names: Sequence[exp.Expr]) -> Relation:
    shared = []
    for name in names:
        sides = []
        for relation, side in ((left, "left"), (right, "right")):
            found = [column for column in relation.fields if column.is_named([name.name.lower()])]
            if len(found) > 1:
                raise failure("AMBIGUOUS_NAME", name, f"Column '{name.name}' is ambiguous")
            if not found and not relation.is_open:
                raise failure("COLUMN_NOT_FOUND", name, f"Column '{name.name}' is missing from {side} side of join")
            sides.append(found[0].kind if found else ANY)
        kind = coercion.common(sides)
        if kind is None:
            raise mismatch(name, f"Column types of left and right side are not compatible: {sides[0]}, {sides[1]}")
        shared.append(Field(name.name.lower(), kind))
    taken = {column.name for column in shared}
    rest = [column for column in (*left.fields, *right.fields) if column.name not in taken]
    return Relation((*shared, *rest), left.is_open or right.is_open)


# What is joined


def relation_of(node: exp.Expr, sources: Sources, outer: Scope | None) -> Relation:
    """What a part of FROM gives."""
    found = _unnamed(node, sources, outer)
    alias = node.args.get("alias")
    if isinstance(alias, exp.TableAlias) and alias.this is not None:
        names = [column.name.lower() for column in alias.columns]
        ordinal = node.args.get("offset")
        if isinstance(ordinal, exp.Identifier):  # sqlglot takes it from the list
            names.append(ordinal.name.lower())
        count = len(found.visible())
        if names and not found.is_open and len(names) != count:
            raise failure(
                "MISMATCHED_COLUMN_ALIASES",
                node,
                f"Column alias list has {len(names)} entries but '{alias.name}' has {count} columns available",
            )
        if not (names and found.is_open):
            found = found.named(alias.name.lower(), names)
    joins = node.args.get("joins")
    return with_joins(found, joins, sources, outer) if joins and not isinstance(node, exp.Select) else found


def _unnamed(node: exp.Expr, sources: Sources, outer: Scope | None) -> Relation:
    if isinstance(node, exp.Table):
        found = _table(node, sources)
    elif isinstance(node, exp.Unnest):
        found = _unnest(node, sources, outer)
    elif isinstance(node, exp.Values):
        found = values(node, sources, outer)
    elif isinstance(node, exp.Subquery):
        found = _subquery(node, sources, outer)
    elif isinstance(node, exp.Query):
        found = sources.query(node, outer, sources)
    else:
        found = Relation(is_open=True)
    return found


def _subquery(node: exp.Subquery, sources: Sources, outer: Scope | None) -> Relation:
    view, inner = node.meta.get("view"), node.this
    if view:
        found = _view(node, view, sources)
    elif isinstance(inner, exp.Table | exp.Values | exp.Unnest):
        found = relation_of(inner, sources, outer)
    else:
        found = sources.query(inner, outer, sources)
    return found


def _table(node: exp.Table, sources: Sources) -> Relation:
    if not node.db and node.name.lower() in sources.common:
        return sources.common[node.name.lower()].named(node.name.lower())
    return sources.tables(node) or Relation(is_open=True)


def _view(node: exp.Subquery, view: tuple[str, Sequence[tuple[str, str]]], sources: Sources) -> Relation:
    """A view: its query stands alone, and its columns are those that it was made with."""
    name, columns = view
    try:
        sources.query(node.this, None, replace(sources, common={}))
    except FailedQueryError as error:
        text = str(error).partition(": ")[2]
        raise failure("INVALID_VIEW", node, f"Failed analyzing stored view '{name}': {text}") from error
    qualifier = tuple(name.split("."))
    return Relation(tuple(Field(column.lower(), _stored(kind), qualifier) for column, kind in columns))


def _stored(kind: str) -> Type:
    try:
        return parse_type(kind)
    except UnknownTypeError:
        return ANY


def values(node: exp.Values, sources: Sources, outer: Scope | None) -> Relation:
    """VALUES: the rows have the same types, or become them."""
    context = sources.context(Scope(Relation(), outer))
    found: Type | None = None
    for line in node.expressions:
        kind = _row_of(context, line)
        if found is None:
            found = kind
            continue
        wider = coercion.common_of_two(found, kind)
        if wider is None:
            raise mismatch(node, f"Values rows have mismatched types: {found} vs {kind}")
        found = wider
    if found is None or found == ANY:
        return Relation(is_open=True)
    return Relation(tuple(Field("", kind) for kind in found.arguments))


def _row_of(context: Context, line: exp.Expr) -> Type:
    parts = line.expressions if isinstance(line, exp.Tuple) else [line]
    if len(parts) == 1 and isinstance(parts[0], exp.Tuple):
        parts = parts[0].expressions
    kinds = [context.type(part) for part in parts]
    if len(kinds) == 1 and kinds[0].base == "row" and not line.meta.get(WRITTEN_ROW):
        raise not_supported("VALUES of a row that is not written as (…) or ROW(…)")
    return row([("", kind) for kind in kinds])


def _unnest(node: exp.Unnest, sources: Sources, outer: Scope | None) -> Relation:
    context = sources.context(outer or Scope())
    fields: list[Field] = []
    for part in node.expressions:
        kind = context.type(part)
        if kind == ANY or (kind.base == "array" and kind.arguments[0] == ANY):
            return Relation(is_open=True)
        if kind.base == "map":
            fields.extend(Field("", inner) for inner in kind.arguments)
        elif kind.base == "array":
            fields.append(Field("", kind.arguments[0]))  # a row stays one column on Athena (its user guide)
        else:
            raise failure("INVALID_FUNCTION_ARGUMENT", node, f"Cannot unnest type: {kind}")
    if node.args.get("offset"):
        fields.append(Field("", BIGINT))
    return Relation(tuple(fields))
