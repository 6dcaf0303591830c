"""CASE, IF, COALESCE, NULLIF, TRY, CAST, and what is written as a call but is none."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sqlglot import exp
from sqlglot.expressions import DataType

from local_aws.athena.sql.analysis import coercion
from local_aws.athena.sql.analysis.contexts import Context
from local_aws.athena.sql.analysis.failures import mismatch
from local_aws.athena.sql.analysis.literals import typed_literal
from local_aws.athena.sql.analysis.type_texts import UnknownTypeError, parse_type
from local_aws.athena.sql.analysis.types import ANY, BIGINT, MOMENTS, Type, of_data_type
from local_aws.athena.sql.placing import IS_LITERAL, TYPE_TEXT


def _case(context: Context, node: exp.Expr) -> Type:
    branches, default = node.args["ifs"], node.args.get("default")
    if node.this is None:
        for branch in branches:
            context.boolean(branch.this, "CASE WHEN clause")
    else:
        _simple_case(context, node)
    results = [branch.args["true"] for branch in branches] + ([default] if default is not None else [])
    return context.same(results, "All CASE results")


def _simple_case(context: Context, node: exp.Expr) -> None:
    operand = found = context.type(node.this)
    for branch in node.args["ifs"]:
        kind = context.type(branch.this)
        joined = coercion.common_of_two(found, kind)
        if joined is None:
            raise mismatch(
                branch.this, f"CASE operand type does not match WHEN clause operand type: {operand} vs {kind}"
            )
        found = joined


def _if(context: Context, node: exp.Expr) -> Type:
    context.boolean(node.this, "IF condition")
    first, other = context.type(node.args["true"]), node.args.get("false")
    if other is None:
        return first
    second = context.type(other)
    found = coercion.common_of_two(first, second)
    if found is None:
        raise mismatch(node, f"Result types for IF must be the same: {first} vs {second}")
    return found


def coalesce(context: Context, node: exp.Anonymous) -> Type:
    """COALESCE."""
    return context.same(node.expressions, "All COALESCE operands")


def nullif(context: Context, node: exp.Anonymous) -> Type:
    """NULLIF."""
    if len(node.expressions) != 2:
        return context.unknown(node)
    first, second = map(context.type, node.expressions)
    if coercion.common_of_two(first, second) is None:
        raise mismatch(node, f"Types are not comparable with NULLIF: {first} vs {second}")
    return first


def attempt(context: Context, node: exp.Anonymous) -> Type:
    """TRY."""
    kinds = [context.type(part) for part in node.expressions]
    return kinds[0] if len(kinds) == 1 else ANY


def _cast(context: Context, node: exp.Expr) -> Type:
    if node.meta.get(IS_LITERAL):
        return typed_literal(node, written_type(node))
    source, target = context.type(node.this), written_type(node)
    if not coercion.can_cast(source, target):
        raise mismatch(node, f"Cannot cast {source} to {target}")
    return target


def written_type(node: exp.Expr) -> Type:
    """The type that a CAST names.

    Raises:
        FailedQueryError: Trino has none of that name (its category is unverified on Athena).
    """
    kind: DataType = node.args["to"]
    text = kind.meta.get(TYPE_TEXT)
    if text is None:
        return of_data_type(kind)
    try:
        return parse_type(text)
    except UnknownTypeError as error:
        raise mismatch(node, f"Unknown type: {error}") from None


def _extract(context: Context, node: exp.Expr) -> Type:
    kind = context.type(node.expression)
    if kind.is_known and kind.base not in (*MOMENTS, "interval day to second", "interval year to month"):
        raise mismatch(
            node.expression,
            f"Type of argument to extract must be DATE, TIME, TIMESTAMP, or INTERVAL (actual {kind})",
        )
    return BIGINT


CHOICES: dict[Any, Callable[[Context, exp.Expr], Type]] = {
    exp.Case: _case,
    exp.If: _if,
    exp.Cast: _cast,
    exp.TryCast: _cast,
    exp.Extract: _extract,
}
