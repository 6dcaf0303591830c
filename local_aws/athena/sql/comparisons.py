"""Operators that Athena refuses and the engine would take: a text with a number, a date with a text, a date plus 1."""

from __future__ import annotations

from collections.abc import Iterator

from sqlglot import exp
from sqlglot.expressions import DataType

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.grammar import position, type_of

_SIGNS: dict[type[exp.Expr], str] = {exp.EQ: "=", exp.NEQ: "<>", exp.GT: ">", exp.GTE: ">=", exp.LT: "<", exp.LTE: "<="}
_ARITHMETIC: dict[type[exp.Expr], str] = {exp.Add: "+", exp.Sub: "-", exp.Mul: "*", exp.Div: "/", exp.Mod: "%"}


def check_comparisons(query: exp.Expr) -> None:
    """Check the operators of an annotated query.

    Raises:
        FailedQueryError: TYPE_MISMATCH, at the first operator whose sides do not go together.
    """
    for node in query.walk():
        for left, sign, right in _mismatches(node):
            raise FailedQueryError(
                f"TYPE_MISMATCH: {position(node)}: Cannot apply operator: {_name(left)} {sign} {_name(right)}"
            )


def _mismatches(node: exp.Expr) -> Iterator[tuple[exp.Expr, str, exp.Expr]]:
    """The pairs of an operator that do not go together; what is not known is let through."""
    for left, sign, right in _compared(node):
        families = trino_types.family(type_of(left)), trino_types.family(type_of(right))
        calculated = type(node) in _ARITHMETIC and trino_types.is_unknown(type_of(node))
        if None not in families and (families[0] != families[1] or calculated):
            yield left, sign, right


def _compared(node: exp.Expr) -> Iterator[tuple[exp.Expr, str, exp.Expr]]:
    sign = _SIGNS.get(type(node)) or _ARITHMETIC.get(type(node))
    if sign:
        yield node.args["this"], sign, node.args["expression"]
    elif isinstance(node, exp.Between):
        yield node.this, ">=", node.args["low"]
        yield node.this, "<=", node.args["high"]
    elif isinstance(node, exp.In):
        for choice in node.expressions:
            yield node.this, "=", choice


def _name(node: exp.Expr) -> str:
    if isinstance(node, exp.Literal) and node.is_string:
        return f"varchar({len(node.this)})"
    kind: DataType = type_of(node)
    return trino_types.name(kind)
