"""Mathematical and bitwise functions."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp
from sqlglot.expressions import DataType

from local_aws.athena.sql import trino_types
from local_aws.athena.sql.functions.model import Arguments, Function, same
from local_aws.athena.sql.functions.python_calls import LEFT, RIGHT, RIGHT_ARITHMETIC, SHIFTED

_BITS = {"TINYINT": 8, "SMALLINT": 16, "INT": 32, "BIGINT": 64}


def _whole(kinds: list[DataType]) -> DataType:
    """The type of a number without its fraction."""
    if kinds and trino_types.is_decimal(kinds[0]):
        precision, scale = trino_types.digits(kinds[0])
        return trino_types.decimal(precision - scale + min(scale, 1), 0)
    return kinds[0] if kinds else trino_types.UNKNOWN


def _to_whole(name: str) -> Callable[[Arguments], str]:
    """The engine makes whole numbers doubles."""
    return lambda arguments: (
        arguments[0].sql if trino_types.is_integer(arguments[0].type) else f"{name}({arguments[0]})"
    )


def _rounded(kinds: list[DataType]) -> DataType:
    """ROUND keeps the scale of a decimal when it is told the number of places."""
    if len(kinds) < 2 or not trino_types.is_decimal(kinds[0]):
        return _whole(kinds)
    precision, scale = trino_types.digits(kinds[0])
    return trino_types.decimal(precision + 1, scale)


def _round(arguments: Arguments) -> str:
    first = arguments[0]
    kind = _rounded([argument.type for argument in arguments])
    call = f"round({', '.join(argument.sql for argument in arguments)})"
    return f"CAST({call} AS {kind.sql('duckdb')})" if trino_types.is_decimal(first.type) else call


def _truncate(arguments: Arguments) -> str:
    number = arguments[0].sql
    if len(arguments) == 1:
        return f"trunc({number})"
    power = f"power(10, {arguments[1].sql})"
    cut = f"(trunc({number} * {power}) / {power})"
    kind = arguments[0].type
    return f"CAST({cut} AS {kind.sql('duckdb')})" if trino_types.is_decimal(kind) else cut


def _sign(arguments: Arguments) -> str:
    kind = arguments[0].type
    sign = f"sign({arguments[0].sql})"
    return sign if trino_types.is_unknown(kind) else f"CAST({sign} AS {kind.sql('duckdb')})"


def _width_bucket(arguments: Arguments) -> str:
    if len(arguments) == 2:
        return f"CAST(len(list_filter({arguments[1]}, lambda edge : edge <= {arguments[0]})) AS BIGINT)"
    value, first, last, count = (f"CAST({argument} AS DOUBLE)" for argument in arguments)
    place = f"({value} - {first}) / ({last} - {first})"
    return (
        f"CAST(CASE WHEN {place} < 0 THEN 0 WHEN {place} >= 1 THEN {count} + 1 ELSE floor({count} * {place}) + 1 END "
        "AS BIGINT)"
    )


def _random(arguments: Arguments) -> str:
    if not arguments:
        return "random()"
    low, high = ("0", arguments[0].sql) if len(arguments) == 1 else (arguments[0].sql, arguments[1].sql)
    bound = f"random_bound({low}, {high})"
    return f"CAST(floor({low} + random() * ({bound} - {low})) AS BIGINT)"


def _shift(how: str) -> Callable[[Arguments], str]:
    """Bits are shifted within the type of the value."""

    def render(arguments: Arguments) -> str:
        value, count = arguments
        kind = value.type.sql("duckdb") if trino_types.is_integer(value.type) else "BIGINT"
        return f"CAST({SHIFTED}(CAST({value} AS BIGINT), CAST({count} AS BIGINT), {_BITS[kind]}, '{how}') AS {kind})"

    return render


NUMBERS = {
    **same("abs", returns=0),
    **same("sqrt", "exp", "ln", "log10", "degrees", "radians", "pi", returns="double"),
    **same("sin", "cos", "tan", "asin", "acos", "atan", "atan2", "sinh", "cosh", "tanh", returns="double"),
    "ceil": Function(_to_whole("ceil"), _whole),
    "ceiling": Function(_to_whole("ceil"), _whole),
    "floor": Function(_to_whole("floor"), _whole),
    "round": Function(_round, _rounded),
    "truncate": Function(_truncate, lambda kinds: kinds[0] if len(kinds) == 2 else _whole(kinds)),
    "mod": Function("({0} % {1})", lambda kinds: trino_types.arithmetic(exp.Mod, *kinds[:2])),
    "power": Function("power({0}, {1})", "double"),
    "pow": Function("power({0}, {1})", "double"),
    # As Java calculates them
    "log": Function("(ln({1}) / ln({0}))", "double"),
    "log2": Function("(ln({0}) / ln(2))", "double"),
    "cbrt": Function("cube_root(CAST({0} AS DOUBLE))", "double"),
    "e": Function("exp(1)", "double"),
    "infinity": Function("CAST('Infinity' AS DOUBLE)", "double"),
    "nan": Function("CAST('NaN' AS DOUBLE)", "double"),
    "is_nan": Function("isnan({0})", "boolean"),
    "is_finite": Function("isfinite({0})", "boolean"),
    "is_infinite": Function("isinf({0})", "boolean"),
    "sign": Function(_sign, 0),
    "random": Function(_random, lambda kinds: trino_types.build("bigint" if kinds else "double")),
    "rand": Function(_random, lambda kinds: trino_types.build("bigint" if kinds else "double")),
    "to_base": Function(
        "(CASE WHEN {0} < 0 THEN '-' ELSE '' END || lower(to_base(abs({0}), CAST({1} AS INTEGER))))", "varchar"
    ),
    "width_bucket": Function(_width_bucket, "bigint"),
    "bit_count": Function(
        "CAST(CASE WHEN {1} >= 64 THEN bit_count(CAST({0} AS BIGINT)) "
        "ELSE bit_count(CAST({0} AS BIGINT) & ((CAST(1 AS BIGINT) << CAST({1} AS INTEGER)) - 1)) END AS BIGINT)",
        "bigint",
    ),
    "bitwise_and": Function("(({0}) & ({1}))", "bigint"),
    "bitwise_or": Function("(({0}) | ({1}))", "bigint"),
    "bitwise_xor": Function("xor({0}, {1})", "bigint"),
    "bitwise_not": Function("(~({0}))", "bigint"),
    "bitwise_left_shift": Function(_shift(LEFT), 0),
    "bitwise_right_shift": Function(_shift(RIGHT), 0),
    "bitwise_right_shift_arithmetic": Function(_shift(RIGHT_ARITHMETIC), 0),
}
