"""Aggregates, window functions and choices."""

from __future__ import annotations

from sqlglot import exp
from sqlglot.expressions import DataType

from local_aws.athena.errors import not_supported
from local_aws.athena.sql import nested_values, trino_types
from local_aws.athena.sql.analysis.coercion import common
from local_aws.athena.sql.analysis.contexts import TYPE
from local_aws.athena.sql.analysis.types import ANY, UNKNOWN, Type
from local_aws.athena.sql.functions.model import FILTER, Argument, Arguments, Function, Sql, array_of, same
from local_aws.athena.sql.macros import without_errors
from local_aws.athena.sql.quoting import text


def _sum(kinds: list[DataType]) -> DataType:
    kind = kinds[0] if kinds else trino_types.UNKNOWN
    if trino_types.is_integer(kind):
        return trino_types.build("bigint")
    return trino_types.decimal(38, trino_types.digits(kind)[1]) if trino_types.is_decimal(kind) else kind


def _average(kinds: list[DataType]) -> DataType:
    kind = kinds[0] if kinds else trino_types.UNKNOWN
    return trino_types.build("double") if trino_types.is_integer(kind) else kind


def _given(argument: Argument) -> Type:
    """The type that the analyzer found."""
    found: Type = argument.node.meta.get(TYPE, ANY)
    return found


def _type_name(arguments: Arguments) -> str:
    found = _given(arguments[0])
    return text(str(found) if found.is_known else trino_types.name(arguments[0].type))


def _greatest(name: str) -> Function:
    def render(arguments: Arguments) -> str:
        values = [nested_values.ordered(_given(argument), argument.sql) for argument in arguments]
        missing = " OR ".join(f"{value} IS NULL" for value in values)
        return f"CASE WHEN {missing} THEN NULL ELSE {name}({', '.join(values)}) END"

    return Function(render, trino_types.common)


def _extreme(name: str) -> Sql:
    def render(arguments: Arguments) -> str:
        first, rest = arguments[0], "".join(f", {argument}" for argument in arguments[1:])
        value = "" if isinstance(first.node, exp.Distinct) else nested_values.ordered(_given(first), first.sql)
        return f"{name}({value or first.sql}{rest})"

    return render


def _nullif(arguments: Arguments) -> str:
    if len(arguments) != 2:
        raise not_supported(f"nullif with {len(arguments)} arguments")
    kinds = [_given(argument) for argument in arguments]
    kind = common(kinds)
    if kind is None or not nested_values.is_nested(kind) or UNKNOWN in kinds:
        return f"nullif({arguments[0]}, {arguments[1]})"

    def write(one: str, other: str) -> str:
        return f"CASE WHEN {nested_values.equal(kind, one, other)} THEN NULL ELSE {one} END"

    return nested_values.once([argument.sql for argument in arguments], write)


def _of_numbers(name: str) -> Sql:
    """A sum of whole numbers is a bigint or fails, and what is made of reals is one: the engine's are wider."""

    def render(arguments: Arguments) -> str:
        kind = arguments[0].type
        if kind.this == DataType.Type.INTERVAL or str(_given(arguments[0])).startswith("interval"):
            raise not_supported(f"{name} of intervals")
        call = f"{name}({arguments[0]})"
        if name == "sum" and trino_types.is_integer(kind):
            return f"CAST({call}{FILTER} AS BIGINT)"
        return f"CAST({call}{FILTER} AS FLOAT)" if kind.this == DataType.Type.FLOAT else call

    return render


def _aggregate(sql: Sql, returns: object) -> Function:
    return Function(sql, returns, aggregate=True)  # type: ignore[arg-type]


def _of_pairs(name: str) -> Function:
    """NULL where it is no finite number; of reals one."""

    def render(arguments: Arguments) -> str:
        found = f"finite_number({name}({', '.join(argument.sql for argument in arguments)}){FILTER})"
        return f"CAST({found} AS FLOAT)" if arguments[0].type.this == DataType.Type.FLOAT else found

    return _aggregate(render, "double")


_MOMENTS = ("stddev stddev_pop stddev_samp variance var_pop var_samp covar_pop covar_samp kurtosis").split()

# The engine leaves out rows whose first value is NULL
_SEVERAL = f"list_transform({{}}(row({{{{0}}}}), {{{{1}}}}, {{{{2}}}}){FILTER}, lambda one : struct_extract_at(one, 1))"

AGGREGATES = {
    **same("count", "count_if", returns="bigint", aggregate=True),
    "min": _aggregate(_extreme("min"), 0),
    "max": _aggregate(_extreme("max"), 0),
    **same("bool_and", "bool_or", returns="boolean", aggregate=True),
    **same(*_MOMENTS, returns="double", aggregate=True),
    **{name: _of_pairs(name) for name in ("corr", "regr_slope", "regr_intercept")},
    "sum": _aggregate(_of_numbers("sum"), _sum),
    "avg": _aggregate(_of_numbers("avg"), _average),
    "every": _aggregate("bool_and({0})", "boolean"),
    "arbitrary": _aggregate("any_value({0})", 0),
    "any_value": _aggregate("any_value({0})", 0),
    "min_by": _aggregate({2: "arg_min_null({0}, {1})", 3: _SEVERAL.format("arg_min")}, 0),
    "max_by": _aggregate({2: "arg_max_null({0}, {1})", 3: _SEVERAL.format("arg_max")}, 0),
    # Of all values, where the engine's is that of a sample
    "skewness": _aggregate(
        f"(skewness({{0}}){FILTER} * (count({{0}}){FILTER} - 2) "
        f"/ sqrt(CAST(count({{0}}){FILTER} AS DOUBLE) * (count({{0}}){FILTER} - 1)))",
        "double",
    ),
    "array_agg": _aggregate("array_agg({0})", array_of(0)),
    "map_agg": _aggregate(
        f"map_of_pairs(array_agg(struct_pack(k := {{0}}, v := {{1}})){FILTER})", lambda _: trino_types.UNKNOWN
    ),
    "histogram": _aggregate("histogram({0})", lambda _: trino_types.UNKNOWN),
    # Exact, where Athena's are approximations
    "approx_distinct": _aggregate("count(DISTINCT {0})", "bigint"),
    "approx_percentile": _aggregate({2: "quantile_disc({0}, {1})"}, 0),
    "geometric_mean": _aggregate("geomean({0})", "double"),
    "bitwise_and_agg": _aggregate("bit_and({0})", "bigint"),
    "bitwise_or_agg": _aggregate("bit_or({0})", "bigint"),
}

WINDOWS = {
    **same("row_number", "rank", "dense_rank", "ntile", returns="bigint", aggregate=True),
    **same("percent_rank", "cume_dist", returns="double", aggregate=True),
    **same("lag", "lead", "first_value", "last_value", "nth_value", returns=0, aggregate=True),
}

CHOICES = {
    "coalesce": Function("coalesce({all})", trino_types.common),
    "nullif": Function(_nullif, 0),
    "greatest": _greatest("greatest"),
    "least": _greatest("least"),
    "try": Function(lambda arguments: f"TRY({without_errors(arguments[0].sql)})", 0),
    "typeof": Function(_type_name, "varchar"),
    "grouping": Function("grouping({all})", "integer"),
}
