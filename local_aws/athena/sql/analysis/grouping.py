"""Aggregates and window functions: where they may stand, and what a grouped query may name (AggregationAnalyzer)."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlglot import exp

from local_aws.athena.sql.analysis.contexts import FIELD
from local_aws.athena.sql.analysis.expression_texts import text_of
from local_aws.athena.sql.analysis.failures import failure
from local_aws.athena.sql.analysis.scopes import Field
from local_aws.athena.sql.analysis.signatures import kind_of

Key = tuple[Any, ...]


def _calls(node: exp.Expr) -> Iterator[exp.Expr]:
    """The calls within an expression, those of subqueries left out."""
    for part in node.walk(prune=lambda part: isinstance(part, exp.Query)):
        if isinstance(part, exp.Anonymous | exp.GroupConcat | exp.Window):
            yield part


def _is_windowed(call: exp.Expr) -> bool:
    parent = call.parent
    while isinstance(parent, exp.Filter | exp.IgnoreNulls | exp.RespectNulls) and parent.this is call:
        call, parent = parent, parent.parent
    return isinstance(parent, exp.Window) and parent.this is call


def aggregates(node: exp.Expr) -> list[exp.Expr]:
    """The aggregates within an expression that are no window functions."""
    return [
        call
        for call in _calls(node)
        if not isinstance(call, exp.Window)
        and (isinstance(call, exp.GroupConcat) or kind_of(call.name) == "aggregate")
        and not _is_windowed(call)
    ]


def windows(node: exp.Expr) -> list[exp.Expr]:
    """The window functions within an expression."""
    return [call for call in _calls(node) if isinstance(call, exp.Window)]


def check_scalar(node: exp.Expr, clause: str) -> None:
    """Check that a clause has neither aggregates nor window functions."""
    groupings = [call for call in _calls(node) if call.name.lower() == "grouping"]
    found = [*aggregates(node), *windows(node), *groupings]
    if found:
        raise failure(
            "EXPRESSION_NOT_SCALAR",
            node,
            f"{clause} cannot contain aggregations, window functions or grouping operations: {_shown(found)}",
        )


def _shown(nodes: Sequence[exp.Expr]) -> str:
    return f"[{', '.join(map(text_of, nodes))}]"


def check_calls(node: exp.Expr) -> None:
    """Check that aggregates and window functions of an expression stand where they may (texts in part unverified)."""
    for call in _calls(node):
        kind = kind_of(call.name) if isinstance(call, exp.Anonymous) else ""
        if kind == "window" and not _is_windowed(call):
            raise failure("MISSING_OVER", call, f"Window function {call.name.lower()} requires an OVER clause")
        if kind == "scalar" and _is_windowed(call):
            raise failure("FUNCTION_NOT_WINDOW", call, f"Not a window function: {call.name.lower()}")
        if isinstance(call, exp.Window):
            inner = [found for part in _inner(call) for found in windows(part)]
            if inner:
                raise failure(
                    "NESTED_WINDOW",
                    inner[0],
                    "Cannot nest window functions or row pattern measures inside window function arguments",
                )
    for call in aggregates(node):
        name = "listagg" if isinstance(call, exp.GroupConcat) else call.name.lower()
        inside = [found for part in call.iter_expressions() for found in aggregates(part)]
        if inside:
            raise failure(
                "NESTED_AGGREGATION",
                call,
                f"Cannot nest aggregations inside aggregation '{name}': {_shown(inside)}",
            )
        over = [found for part in call.iter_expressions() for found in windows(part)]
        if over:
            raise failure(
                "NESTED_WINDOW", call, f"Cannot nest window functions inside aggregation '{name}': {_shown(over)}"
            )


def _inner(window: exp.Window) -> list[exp.Expr]:
    call = window.this
    while isinstance(call, exp.Filter | exp.IgnoreNulls | exp.RespectNulls):
        call = call.this
    return list(call.iter_expressions())


# What a grouped query may name


def key_of(node: exp.Expr) -> Key:
    """What an expression is, whatever its columns are called."""
    node = node.unalias().unnest()
    if FIELD in node.meta:
        column, *names = node.meta[FIELD]
        return "column", id(column), *names
    if isinstance(node, exp.Identifier):
        return "name", node.name.lower()
    if isinstance(node, exp.Anonymous):
        return "call", node.name.lower(), *map(key_of, node.expressions)
    return type(node), *(_part(value) for _, value in sorted(node.args.items()))


def _part(value: Any) -> Any:
    if isinstance(value, exp.Expr):
        return key_of(value)
    return tuple(map(_part, value)) if isinstance(value, list) else value


def is_grouped(node: exp.Expr, keys: Collection[Key], source: Collection[Field]) -> bool:
    """Whether an expression has one value for a group.

    Args:
        node: the expression, with the columns resolved.
        keys: what the query groups by.
        source: the columns of its FROM; others are of queries around it.
    """
    node = node.unalias()
    if key_of(node) in keys or isinstance(node, exp.Query | exp.GroupConcat):
        return True
    if isinstance(node, exp.Column):
        return _is_key_or_foreign(node, keys, source)
    if isinstance(node, exp.Anonymous | exp.Filter) and not _is_windowed(node):
        call = node.this if isinstance(node, exp.Filter) else node
        if call.name.lower() == "grouping" or kind_of(call.name) == "aggregate" or isinstance(call, exp.GroupConcat):
            return True
    parts = node.expressions if isinstance(node, exp.Anonymous) else node.iter_expressions()
    return all(is_grouped(part, keys, source) for part in parts)


def _is_key_or_foreign(column: exp.Column, keys: Collection[Key], source: Collection[Field]) -> bool:
    """Whether a column is a field of what is grouped by, or of a query around."""
    if FIELD not in column.meta or column.meta[FIELD][0] not in source:
        return True
    found, *names = column.meta[FIELD]
    return any(("column", id(found), *names[:count]) in keys for count in range(len(names)))
