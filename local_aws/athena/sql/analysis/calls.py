"""Calls of functions, and what is built of parts: arrays, rows, subscripts, fields of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from sqlglot import exp

from local_aws.athena.errors import not_supported
from local_aws.athena.sql.analysis import coercion
from local_aws.athena.sql.analysis.binding import Given, resolve
from local_aws.athena.sql.analysis.choices import attempt, coalesce, nullif
from local_aws.athena.sql.analysis.contexts import TYPE, Context
from local_aws.athena.sql.analysis.expression_texts import text_of
from local_aws.athena.sql.analysis.failures import failure, mismatch, not_resolved
from local_aws.athena.sql.analysis.json_calls import json_call
from local_aws.athena.sql.analysis.signatures import signatures
from local_aws.athena.sql.analysis.types import ANY, BIGINT, INTEGER, UNKNOWN, VARCHAR, Type, array, row
from local_aws.athena.sql.grammar import WRITTEN_CLASS, value_of
from local_aws.athena.sql.json_syntax import NAMES

_SPECIAL = {"coalesce": coalesce, "nullif": nullif, "try": attempt, **dict.fromkeys(NAMES, json_call)}


def _call(context: Context, node: exp.Expr) -> Type:
    assert isinstance(node, exp.Anonymous)  # noqa: S101 - by the table below
    name = node.name.lower()
    if name in _SPECIAL:
        return _SPECIAL[name](context, node)
    if name == "row":
        return row([("", context.type(part)) for part in node.expressions])
    if name in ("all", "any", "some"):
        raise not_supported(f"{name.upper()} of anything but a SELECT")
    if name == "grouping":
        context.unknown(node)
        return INTEGER
    if len(node.expressions) == 1 and isinstance(node.expressions[0], exp.Star):
        return BIGINT if name == "count" else ANY
    if node.meta.get(WRITTEN_CLASS) is exp.AtTimeZone:
        kind = context.type(node.expressions[0])
        if kind.is_known and kind != UNKNOWN and kind.base.partition(" ")[0] not in ("time", "timestamp"):
            wanted = "Type of value must be a time or timestamp with or without time zone"
            raise mismatch(node.expressions[0], f"{wanted} (actual {kind})")
    return call(context, node, name, node.expressions)


def call(context: Context, node: exp.Expr, name: str, arguments: Sequence[exp.Expr]) -> Type:
    """What a function gives for these arguments.

    Raises:
        FailedQueryError: FUNCTION_NOT_FOUND, it takes none such.
    """
    found = signatures().get(name)
    if found is None:
        raise failure("FUNCTION_NOT_FOUND", node, f"Function '{name}' not registered")
    given = [_given(context, argument, found.kind) for argument in _each(arguments)]
    returns = resolve(found.ways, given)
    if returns is not None:
        return returns
    if not all(argument.apply or argument.kind.is_known for argument in given):
        return ANY
    expected = ", ".join(way.shown for way in found.ways)
    raise failure(
        "FUNCTION_NOT_FOUND",
        node,
        f"Unexpected parameters ({', '.join(map(str, given))}) for function {name}. Expected: {expected}",
    )


def _each(arguments: Sequence[exp.Expr]) -> Sequence[exp.Expr]:
    """The arguments; `DISTINCT a, b` is one for sqlglot."""
    if len(arguments) == 1 and isinstance(arguments[0], exp.Distinct) and len(arguments[0].expressions) > 1:
        return arguments[0].expressions
    return arguments


def _given(context: Context, argument: exp.Expr, kind: str) -> Given:
    if isinstance(argument, exp.Lambda):
        names = [part.name.lower() for part in argument.expressions]

        def apply(kinds: Sequence[Type]) -> Type:
            return context.within(dict(zip(names, kinds, strict=True))).type(argument.this)

        return Given(apply=apply, parameters=len(names))
    if isinstance(argument, exp.Distinct) and kind == "scalar":
        raise failure(
            "FUNCTION_NOT_AGGREGATE",
            argument.parent or argument,
            "DISTINCT is not supported for non-aggregation functions",
        )
    for part in argument.find_all(exp.Ordered) if isinstance(argument, exp.Order) else ():
        context.type(part.this)
    value = value_of(value_of(argument))
    if isinstance(value, exp.Distinct):
        return Given()
    found = context.type(value)
    argument.meta[TYPE] = found
    return Given(found)


def _concatenation(context: Context, node: exp.Expr) -> Type:
    return call(context, node, "concat", [node.this, node.expression])


def _filter(context: Context, node: exp.Expr) -> Type:
    condition = node.expression.this
    context.boolean(condition, "Filter expression")
    return context.type(node.this)


def _window(context: Context, node: exp.Expr) -> Type:
    for part in node.args.get("partition_by") or []:
        context.type(part)
    order = node.args.get("order")
    for part in order.expressions if order is not None else []:
        kind = context.type(part.this)
        if not coercion.is_orderable(kind):
            raise mismatch(part.this, f"ORDER BY can only be applied to orderable types (actual: {kind})")
    return context.type(node.this)


def _same_as_inner(context: Context, node: exp.Expr) -> Type:
    return context.type(node.this)


def _list_aggregate(context: Context, node: exp.Expr) -> Type:
    value = value_of(value_of(node.this))
    if isinstance(value, exp.Distinct):
        return VARCHAR
    kind = context.type(value)
    for part in node.this.find_all(exp.Ordered) if isinstance(node.this, exp.Order) else ():
        context.type(part.this)
    if kind.is_known and kind.base != "varchar" and kind != UNKNOWN:
        raise mismatch(node, f"Expected expression of varchar, but '{text_of(value)}' has {kind} type")
    return VARCHAR


def _trim(context: Context, node: exp.Expr) -> Type:
    parts = [node.this] + ([node.expression] if node.args.get("expression") is not None else [])
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(str(node.args.get("position") or ""), "trim")
    return call(context, node, name, parts)


# What is built of parts


def _array(context: Context, node: exp.Expr) -> Type:
    return array(context.same(node.expressions, "All ARRAY elements"))


def _tuple(context: Context, node: exp.Expr) -> Type:
    return row([("", context.type(part)) for part in node.expressions])


def _subscript(context: Context, node: exp.Expr) -> Type:
    base, index = context.type(node.this), node.expressions[0]
    kind = context.type(index)
    if base == ANY:
        return ANY
    if base.base == "row":
        return _row_subscript(base, index, kind)
    wanted = {"array": BIGINT, "map": base.arguments[0] if base.arguments else ANY}.get(base.base)
    if wanted is None or not coercion.can_coerce(kind, wanted):
        raise mismatch(node, f"Cannot use {kind} for subscript of {base}")
    return base.arguments[-1]


def _row_subscript(base: Type, index: exp.Expr, kind: Type) -> Type:
    if not isinstance(index, exp.Literal) or index.is_string:
        raise failure("EXPRESSION_NOT_CONSTANT", index, "Subscript expression on ROW requires a constant index")
    if kind != INTEGER:
        raise mismatch(index, f"Subscript expression on ROW requires integer index, found {kind}")
    place = int(index.name)
    if place < 1:
        raise failure("INVALID_FUNCTION_ARGUMENT", index, f"Invalid subscript index: {place}. ROW indices start at 1")
    if place > len(base.arguments):
        raise failure(
            "INVALID_FUNCTION_ARGUMENT",
            index,
            f"Subscript index out of bounds: {place}, max value is {len(base.arguments)}",
        )
    return base.arguments[place - 1]


def _variable(context: Context, node: exp.Expr) -> Type:
    """A name in the body of a function of the query's own."""
    return context.variables.get(node.name.lower(), ANY)


def _dot(context: Context, node: exp.Expr) -> Type:
    base = context.type(node.this)
    if base == ANY or not isinstance(node.expression, exp.Identifier):
        return ANY
    return field_of(node, base, node.expression.name)


def field_of(node: exp.Expr, base: Type, name: str) -> Type:
    """The type of a row's field.

    Raises:
        FailedQueryError: it is no row, or has no such field, or several.
    """
    if base.base != "row":
        raise mismatch(node.this, f"Expression {text_of(node.this)} is not of type ROW")
    places = [place for place, field in enumerate(base.names) if field == name.lower()]
    if len(places) > 1:
        raise failure("AMBIGUOUS_NAME", node.expression, f"Ambiguous row field reference: {name}")
    if not places:
        raise not_resolved(node, text_of(node).lower())
    return base.arguments[places[0]]


CALLS: dict[Any, Callable[[Context, exp.Expr], Type]] = {
    exp.Anonymous: _call,
    exp.DPipe: _concatenation,
    exp.Filter: _filter,
    exp.Window: _window,
    exp.Paren: _same_as_inner,
    exp.IgnoreNulls: _same_as_inner,
    exp.RespectNulls: _same_as_inner,
    exp.GroupConcat: _list_aggregate,
    exp.Trim: _trim,
    exp.Array: _array,
    exp.Tuple: _tuple,
    exp.Bracket: _subscript,
    exp.Identifier: _variable,
    exp.Dot: _dot,
}
