"""Table functions: TABLE(sequence(…)) as rows of UNNEST (Trino's documentation, "Built-in table functions").

Arguments come by place or by name; what is left out begins at 0 and goes on by 1. Unlike the function of that name it
has no bound: the engine makes the numbers as they are read.
"""

from __future__ import annotations

from sqlglot import exp

from local_aws.athena.errors import RefusedQueryError

_ARGUMENTS = ("start", "stop", "step")
_COLUMN = "sequential_number"
IS_SERIES = "series"
"""Key of an UNNEST's `meta`: of a call of SEQUENCE whose rows are made one by one."""


def as_rows(statement: exp.Expr) -> exp.Expr:
    """A statement with queries in place of its calls of the table function SEQUENCE; it is changed.

    Raises:
        RefusedQueryError: arguments that the function has not, or lacks.
    """
    for table in list(statement.find_all(exp.Table)):
        call = table.this
        if not (isinstance(call, exp.Anonymous) and call.name.upper() == "TABLE" and len(call.expressions) == 1):
            continue
        function = call.expressions[0]
        if isinstance(function, exp.Anonymous) and function.name.lower() == "sequence":
            table.replace(_rows(_given(function), table.args.get("alias")))
    return statement


def _given(function: exp.Anonymous) -> dict[str, exp.Expr]:
    by_name = [part for part in function.expressions if isinstance(part, exp.Kwarg)]
    if by_name and len(by_name) < len(function.expressions):
        raise RefusedQueryError("All arguments must be passed by name or all must be passed positionally")
    if by_name:
        names = [part.this.name.lower() for part in by_name]
        twice = next((name for name in names if names.count(name) > 1), None)
        if twice is not None:
            raise RefusedQueryError(f"Duplicate argument name: {twice.upper()}")
        given = {part.this.name.lower(): part.expression for part in by_name}
    else:
        given = dict(zip(_ARGUMENTS, function.expressions, strict=False))
    unknown = next((name for name in given if name not in _ARGUMENTS), None)
    if unknown is not None:
        raise RefusedQueryError(f"Unexpected argument name: {unknown.upper()}")
    if len(function.expressions) > len(_ARGUMENTS):
        raise RefusedQueryError("Too many arguments. Expected at most 3 arguments")
    if "stop" not in given:
        raise RefusedQueryError("Missing argument: STOP")
    for value in given.values():
        _refuse_unless_constant(value)
    return {"start": exp.Literal.number(0), "step": exp.Literal.number(1), **given}


def _refuse_unless_constant(value: exp.Expr) -> None:
    """An argument is a bigint that is known before the query (Trino's ConstantExpressionVerifier)."""
    if value.find(exp.Query):
        raise RefusedQueryError("Constant expression cannot contain a subquery")
    if value.find(exp.Column):
        raise RefusedQueryError("Constant expression cannot contain column references")
    literal = value.unnest()
    if isinstance(literal, exp.Literal) and not (literal.is_int and not literal.is_string):
        raise RefusedQueryError(f"Cannot cast {literal.sql()} to bigint")


def series(start: str, stop: str, step: str) -> str:
    """The rows of SEQUENCE, for the engine."""
    return f"generate_series({start}, {stop}, step_of_series({start}, {stop}, {step}))"


def _rows(given: dict[str, exp.Expr], alias: exp.Expr | None) -> exp.Subquery:
    numbers = [exp.cast(given[name].copy(), exp.DType.BIGINT) for name in _ARGUMENTS]
    named = exp.TableAlias(this=exp.to_identifier("athena_sequence"), columns=[exp.to_identifier(_COLUMN)])
    rows = exp.Unnest(expressions=[exp.Anonymous(this="sequence", expressions=numbers)], alias=named)
    rows.meta[IS_SERIES] = True
    query = exp.Subquery(this=exp.select(exp.column(_COLUMN)).from_(rows))
    query.set("alias", alias.copy() if alias is not None else None)
    return query
