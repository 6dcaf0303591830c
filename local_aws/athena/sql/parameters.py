"""Values for the `?` of a statement: those of ExecutionParameters, and those of EXECUTE … USING."""

from __future__ import annotations

from collections.abc import Sequence

import sqlglot
from sqlglot import exp
from sqlglot.errors import SqlglotError

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql.grammar import Athena
from local_aws.athena.sql.quoting import text as quoted
from local_aws.athena.sql.tokens import Words


def placeholders(sql: str) -> list[int]:
    """Where the `?` of a statement stand; those in texts, names and comments are none."""
    return Words(sql, trino=True).placeholders()


def filled(sql: str, values: Sequence[str]) -> str:
    """A statement with expressions in place of its `?`.

    Raises:
        FailedQueryError: INVALID_PARAMETER_USAGE, there are more or fewer of them (Trino's words).
    """
    places = placeholders(sql)
    if len(places) != len(values):
        raise FailedQueryError(
            f"INVALID_PARAMETER_USAGE: line 1:1: Incorrect number of parameters: expected {len(places)} but found "
            f"{len(values)}"
        )
    for place, value in reversed(list(zip(places, values, strict=True))):
        sql = f"{sql[:place]}{value}{sql[place + 1 :]}"
    return sql


def bound(sql: str, values: Sequence[str] | None) -> str:
    """A statement with its ExecutionParameters; values for a statement without `?` are passed over (real).

    Raises:
        FailedQueryError: see `filled`.
    """
    return filled(sql, [as_expression(value) for value in values or ()]) if placeholders(sql) else sql


def as_expression(value: str) -> str:
    """A value of ExecutionParameters as SQL: an expression without names as it is, anything else as a text (real)."""
    try:
        expression = _expression(value)
    except SqlglotError:
        expression = None
    if expression is None or expression.find(exp.Column, exp.Query):
        return quoted(value)
    return _in_brackets(value, expression)


def constant(value: str) -> str:
    """An expression of USING.

    Raises:
        FailedQueryError: it cannot be read, or names a column.
    """
    try:
        expression = _expression(value)
    except SqlglotError:
        expression = None
    if expression is None:
        raise FailedQueryError(f"SYNTAX_ERROR: line 1:1: mismatched input '{value}'")
    if expression.find(exp.Column, exp.Query):
        raise FailedQueryError(
            "EXPRESSION_NOT_CONSTANT: line 1:1: Constant expression cannot contain column references"
        )
    return _in_brackets(value, expression)


def _in_brackets(value: str, expression: exp.Expr) -> str:
    return value if isinstance(expression, exp.Literal | exp.Null | exp.Boolean) else f"({value})"


def _expression(value: str) -> exp.Expr | None:
    """A text as one expression; None where it is not that and nothing else."""
    tokens = Athena().tokenize(value)
    if any(token.comments for token in tokens):
        return None
    statements = sqlglot.parse(f"SELECT {value}", read=Athena)
    select = statements[0] if len(statements) == 1 else None
    if not isinstance(select, exp.Select) or len(select.expressions) != 1:
        return None
    only = not any(part for name, part in select.args.items() if name != "expressions")
    found: exp.Expr = select.expressions[0]
    return found if only and not isinstance(found, exp.Alias | exp.Star) else None
