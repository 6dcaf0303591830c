"""Comparisons of a typed query whose sides are rows, arrays or maps, written for the engine: see nested_values.py."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlglot import exp
from sqlglot.generators.duckdb import DuckDBGenerator

from local_aws.athena.errors import not_supported
from local_aws.athena.sql import nested_values
from local_aws.athena.sql.analysis.coercion import common
from local_aws.athena.sql.analysis.contexts import TYPE
from local_aws.athena.sql.analysis.types import ANY, UNKNOWN, Type, of_data_type

_SIGNS: dict[type[exp.Expr], str] = {exp.LT: "<", exp.LTE: "<=", exp.GT: ">", exp.GTE: ">="}
_CHANGING = frozenset(("random", "rand", "uuid", "shuffle"))


def kind_of(node: exp.Expr) -> Type:
    """The type of a part of a typed query."""
    found: Type = node.meta.get(TYPE, ANY)
    if found == ANY and node.type is not None:
        return of_data_type(node.type)
    return found


def nested_kind(*nodes: exp.Expr) -> Type | None:
    """The type as which parts are compared, where that is a row, an array or a map and none of them is NULL alone."""
    kinds = [kind_of(node) for node in nodes]
    if UNKNOWN in kinds or not any(nested_values.is_nested(kind) for kind in kinds):
        return None
    found = common(kinds)
    return found if found is not None and nested_values.is_nested(found) else None


def _is_condition(node: exp.Expr) -> bool:
    """Whether all that counts is that it is true: a condition of WHERE, HAVING or a join, or one of several."""
    while isinstance(node.parent, exp.And | exp.Paren):
        node = node.parent
    return isinstance(node.parent, exp.Where | exp.Having) or (
        isinstance(node.parent, exp.Join) and node.arg_key == "on"
    )


def _is_cheap(node: exp.Expr) -> bool:
    """Whether it may stand twice."""
    calls = (call.name.lower() for call in node.find_all(exp.Anonymous))
    return node.find(exp.Query, exp.Window) is None and _CHANGING.isdisjoint(calls)


def _parts(node: exp.Expr) -> list[exp.Expr] | None:
    """The parts of a row that is written out."""
    node = node.unnest()
    if isinstance(node, exp.Tuple) or (isinstance(node, exp.Anonymous) and node.name.lower() == "row"):
        return list(node.expressions)
    return None


def equality(self: DuckDBGenerator, left: exp.Expr, right: exp.Expr) -> str:
    """`left = right`, of any types."""
    kind = nested_kind(left, right)
    sides = self.sql(left), self.sql(right)
    if kind is None:
        return f"{sides[0]} = {sides[1]}"
    parts, others = _parts(left), _parts(right)
    if parts is not None and others is not None:  # a join goes by each of them
        return f"({' AND '.join(equality(self, *pair) for pair in zip(parts, others, strict=True))})"
    if all(isinstance(node, exp.Column | exp.Identifier) for node in (left, right)):
        return nested_values.equal(kind, *sides)
    return nested_values.once(list(sides), partial(nested_values.equal, kind))


def _write_equality(self: DuckDBGenerator, node: exp.EQ) -> str:
    kind = _kind(node)
    if kind is None:
        return self.binary(node, "=")
    whole = equality(self, node.left, node.right)
    if not _is_condition(node) or nested_values.has_map(kind) or not (_is_cheap(node.left) and _is_cheap(node.right)):
        return whole
    return f"({self.binary(node, '=')} AND {whole})"  # a join goes by the first


def _write_inequality(self: DuckDBGenerator, node: exp.NEQ) -> str:
    return self.binary(node, "<>") if _kind(node) is None else f"(NOT {equality(self, node.left, node.right)})"


def _write_order(self: DuckDBGenerator, node: exp.Binary) -> str:
    operator, kind = _SIGNS[type(node)], _kind(node)
    if kind is None:
        return self.binary(node, operator)
    sides = [self.sql(node.left), self.sql(node.right)]
    return nested_values.once(sides, lambda left, right: nested_values.less(kind, left, operator, right))


def _kind(node: exp.Binary) -> Type | None:
    if isinstance(node.right, exp.Any | exp.All):
        if nested_values.is_nested(kind_of(node.left)):
            raise not_supported(f"{node.right.key.upper()} of rows, arrays or maps")
        return None
    return nested_kind(node.left, node.right)


def _write_between(self: DuckDBGenerator, node: exp.Between) -> str:
    parts = [node.this, node.args["low"], node.args["high"]]
    kind = nested_kind(*parts)
    if kind is None:
        return self.between_sql(node)

    def write(value: str, low: str, high: str) -> str:
        above, below = nested_values.less(kind, value, ">=", low), nested_values.less(kind, value, "<=", high)
        return f"({above} AND {below})"

    return nested_values.once([self.sql(part) for part in parts], write)


def _write_in(self: DuckDBGenerator, node: exp.In) -> str:
    if not nested_values.is_nested(kind_of(node.this)):
        return self.in_sql(node)
    query = node.args.get("query")
    if query is None:
        return f"({' OR '.join(equality(self, node.this, part) for part in node.expressions)})"
    return _in_query(self, node, query)


def _in_query(self: DuckDBGenerator, node: exp.In, query: exp.Expr) -> str:
    """Several columns are compared one by one by the engine; in a row of one column a NULL counts as not known."""
    kind, columns = kind_of(node.this), query.unnest().selects  # type: ignore[attr-defined]
    if kind.base == "row" and len(columns) == len(kind.arguments) and len(columns) > 1:
        if any(map(nested_values.is_nested, kind.arguments)) or _parts(node.this) is None:
            raise not_supported("IN (SELECT …) of several columns with rows, arrays or maps")
        return self.in_sql(node)
    if nested_values.has_map(kind) or not _is_cheap(node.this):
        raise not_supported("IN (SELECT …) of maps, or of what is calculated of subqueries")
    value = self.sql(node.this)
    if _is_condition(node):
        return f"({self.in_sql(node)} AND NOT {nested_values.has_null(kind, value)})"
    checked = nested_values.without_null(kind, "athena_value")
    source = f"{self.sql(query)} AS athena_values(athena_value)"
    return f"({nested_values.without_null(kind, value)} IN (SELECT {checked} FROM {source}))"  # noqa: S608 - of a query


def _write_case(self: DuckDBGenerator, node: exp.Case) -> str:
    if node.this is None or not nested_values.is_nested(kind_of(node.this)):
        return self.case_sql(node)
    branches = [
        f"WHEN {equality(self, node.this, branch.this)} THEN {self.sql(branch, 'true')}" for branch in node.args["ifs"]
    ]
    default = node.args.get("default")
    other = f" ELSE {self.sql(default)}" if default is not None else ""
    return f"CASE {' '.join(branches)}{other} END"


def _write_identity(self: DuckDBGenerator, node: exp.Binary) -> str:
    operator = "IS NOT DISTINCT FROM" if isinstance(node, exp.NullSafeEQ) else "IS DISTINCT FROM"
    kind = nested_kind(node.left, node.right)
    if kind is None or not nested_values.has_map(kind):
        return self.binary(node, operator)
    same = nested_values.once([self.sql(node.left), self.sql(node.right)], partial(nested_values.identical, kind))
    return same if isinstance(node, exp.NullSafeEQ) else f"(NOT {same})"


def _write_ordered(self: DuckDBGenerator, node: exp.Ordered) -> str:
    """Of a DISTINCT, a UNION and a window what they give is ordered as it is: the engine takes nothing else there."""
    select = node.find_ancestor(exp.Select, exp.SetOperation, exp.Subquery, exp.Window)
    kind = kind_of(node.this)
    if not nested_values.is_nested(kind) or not isinstance(select, exp.Select) or select.args.get("distinct"):
        return self.ordered_sql(node)
    written = node.copy()
    written.set("this", exp.Var(this=nested_values.ordered(kind, self.sql(node.this))))
    return self.ordered_sql(written)


COMPARISONS: dict[type[exp.Expr], Any] = {
    exp.EQ: _write_equality,
    exp.NEQ: _write_inequality,
    **dict.fromkeys(_SIGNS, _write_order),
    exp.NullSafeEQ: _write_identity,
    exp.NullSafeNEQ: _write_identity,
    exp.Ordered: _write_ordered,
    exp.Between: _write_between,
    exp.In: _write_in,
    exp.Case: _write_case,
}
