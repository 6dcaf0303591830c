"""Comparisons, conditions and arithmetic."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.analysis import coercion
from local_aws.athena.sql.analysis.contexts import Context
from local_aws.athena.sql.analysis.failures import mismatch
from local_aws.athena.sql.analysis.types import (
    ANY,
    BOOLEAN,
    DAYS,
    DOUBLE,
    MOMENTS,
    NUMBERS,
    REAL,
    TEXTS,
    UNKNOWN,
    VARCHAR,
    WHOLE,
    Type,
    decimal,
    row,
)  # fmt: skip

# Trino has no operators of their own for <>, > and >=: its messages name the one that it uses (ExpressionAnalyzer)
_SIGNS: dict[type[exp.Expr], str] = {
    exp.EQ: "=", exp.NEQ: "=", exp.LT: "<", exp.GT: "<", exp.LTE: "<=", exp.GTE: "<=",
    exp.NullSafeEQ: "IS DISTINCT FROM", exp.NullSafeNEQ: "IS DISTINCT FROM",
}  # fmt: skip
_ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}
_INTERVALS = ("interval day to second", "interval year to month")


def _cannot(node: exp.Expr, left: Type, sign: str, right: Type) -> FailedQueryError:
    return mismatch(node, f"Cannot apply operator: {left} {sign} {right}")


def _comparison(context: Context, node: exp.Expr) -> Type:
    left, other = context.type(node.this), node.expression
    if isinstance(other, exp.Any | exp.All):
        return _quantified(context, node, left, other)
    right = context.type(other)
    sign = _SIGNS[type(node)]
    joined = coercion.common_of_two(left, right)
    fits = coercion.is_orderable if sign in ("<", "<=") else coercion.is_comparable
    if joined is None or not fits(joined):
        raise _cannot(node, left, sign, right)
    return BOOLEAN


def _quantified(context: Context, node: exp.Expr, left: Type, other: exp.Expr) -> Type:
    inner = other.this
    if isinstance(inner, exp.Subquery | exp.Query):
        _same_as_subquery(context, node, left, inner)
    else:
        context.type(inner)
    return BOOLEAN


def _same_as_subquery(context: Context, node: exp.Expr, left: Type, query: exp.Expr) -> None:
    found = context.query(query, context.scope)
    if found.is_open:
        return
    given = left if left.base == "row" else row([("", left)])
    wanted = row([(column.name, column.kind) for column in found.visible()])
    if ANY not in (left, wanted) and coercion.common_of_two(given, wanted) is None:
        raise mismatch(node, f"Value expression and result of subquery must be of the same type: {given} vs {wanted}")


def _between(context: Context, node: exp.Expr) -> Type:
    value, low, high = (context.type(node.args[part]) for part in ("this", "low", "high"))
    joined = coercion.common((value, low, high))
    if joined is None or not coercion.is_orderable(joined):
        raise mismatch(node, f"Cannot check if {value} is BETWEEN {low} and {high}")
    return BOOLEAN


def _in(context: Context, node: exp.Expr) -> Type:
    query = node.args.get("query")
    if query is not None:
        _same_as_subquery(context, node, context.type(node.this), query)
    elif node.args.get("field") is not None or node.args.get("unnest") is not None:
        return BOOLEAN
    else:
        context.same([node.this, *node.expressions], "IN value and list items")
    return BOOLEAN


def _like(context: Context, node: exp.Expr) -> Type:
    for part, what in ((node.this, "Left side of LIKE expression"), (node.expression, "Pattern for LIKE expression")):
        if context.type(part).base not in TEXTS:
            context.coerce(part, VARCHAR, what)
    return BOOLEAN


def _escape(context: Context, node: exp.Expr) -> Type:
    context.type(node.this)
    context.coerce(node.expression, VARCHAR, "Escape for LIKE expression")
    pattern, sign = node.this.args.get("expression"), node.expression
    if isinstance(sign, exp.Literal) and isinstance(pattern, exp.Literal):
        _check_escapes(pattern.name, sign.name)
    return BOOLEAN


def _check_escapes(pattern: str, sign: str) -> None:
    """As Trino's LikeFunctions, which says so when it runs."""
    if len(sign) != 1:
        raise FailedQueryError("INVALID_FUNCTION_ARGUMENT: Escape string must be a single character")
    if re.fullmatch(rf"(?:[^{re.escape(sign)}]|{re.escape(sign)}[%_{re.escape(sign)}])*", pattern, re.DOTALL) is None:
        raise FailedQueryError(
            "INVALID_FUNCTION_ARGUMENT: Escape character must be followed by '%', '_' or the escape character itself"
        )


def _is(context: Context, node: exp.Expr) -> Type:
    context.type(node.this)
    return BOOLEAN


def _not(context: Context, node: exp.Expr) -> Type:
    if isinstance(node.this, exp.Is):
        return context.type(node.this)
    return context.boolean(node.this, "Value of logical NOT expression")


def _logical(context: Context, node: exp.Expr) -> Type:
    for term in (node.this, node.expression):
        context.boolean(term, "Logical expression term")
    return BOOLEAN


def _exists(context: Context, node: exp.Expr) -> Type:
    context.query(node.this, context.scope)
    return BOOLEAN


# Arithmetic


def _arithmetic(context: Context, node: exp.Expr) -> Type:
    left, right = context.type(node.this), context.type(node.expression)
    found = _calculated(type(node), left, right)
    if found is None:
        raise _cannot(node, left, _ARITHMETIC[type(node)], right)
    return found


def _calculated(operator: type[exp.Expr], left: Type, right: Type) -> Type | None:
    if ANY in (left, right):
        return ANY
    if UNKNOWN in (left, right):
        other = right if left == UNKNOWN else left
        return other if other == UNKNOWN or other.base in NUMBERS else ANY if _is_of_time(other) else None
    if _is_of_time(left) or _is_of_time(right):
        return _moved(operator, left, right)
    if left.base not in NUMBERS or right.base not in NUMBERS:
        return None
    wider = left if NUMBERS.index(left.base) >= NUMBERS.index(right.base) else right
    if wider.base in (*WHOLE, REAL.base, DOUBLE.base):
        return wider
    return decimal(*trino_types.decimal_digits(operator, coercion.digits(left), coercion.digits(right)))


def _is_of_time(kind: Type) -> bool:
    return kind.base in (*MOMENTS, *_INTERVALS)


def _moved(operator: type[exp.Expr], left: Type, right: Type) -> Type | None:
    """Moments and intervals: moved, multiplied, or the time between two."""
    if operator is exp.Sub and left.base in MOMENTS and right.base in MOMENTS:
        return DAYS if coercion.common_of_two(left, right) is not None else None
    if operator in (exp.Add, exp.Sub):
        if left.base == right.base and left.base in _INTERVALS:
            return left
        if right.base in _INTERVALS and left.base in MOMENTS:
            return left
        return right if operator is exp.Add and left.base in _INTERVALS and right.base in MOMENTS else None
    if operator in (exp.Mul, exp.Div) and left.base in _INTERVALS and right.base in NUMBERS:
        return left
    return right if operator is exp.Mul and right.base in _INTERVALS and left.base in NUMBERS else None


def _negation(context: Context, node: exp.Expr) -> Type:
    kind = context.type(node.this)
    if kind not in (ANY, UNKNOWN) and kind.base not in (*NUMBERS, *_INTERVALS):
        raise mismatch(node, f"Cannot negate {kind}")
    return kind


PREDICATES: dict[Any, Callable[[Context, exp.Expr], Type]] = {
    **dict.fromkeys(_SIGNS, _comparison),
    **dict.fromkeys(_ARITHMETIC, _arithmetic),
    exp.Neg: _negation,
    exp.Between: _between,
    exp.In: _in,
    exp.Like: _like,
    exp.Escape: _escape,
    exp.Is: _is,
    exp.Not: _not,
    exp.And: _logical,
    exp.Or: _logical,
    exp.Exists: _exists,
}
