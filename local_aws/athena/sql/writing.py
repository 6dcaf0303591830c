"""A typed query, written for the engine (DuckDB): where its operators mean something else, what means the same."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp
from sqlglot.dialects.duckdb import DuckDB
from sqlglot.generators.duckdb import DuckDBGenerator

from local_aws.athena.errors import not_supported
from local_aws.athena.sql import trino_types, zones
from local_aws.athena.sql.analysis.contexts import TYPE
from local_aws.athena.sql.analysis.types import ANY, DAYS, MONTHS, Type
from local_aws.athena.sql.casts import cast
from local_aws.athena.sql.comparing import COMPARISONS
from local_aws.athena.sql.functions import FILTER, FUNCTIONS, PARTS, Argument
from local_aws.athena.sql.functions.formats import as_text
from local_aws.athena.sql.functions.text import WHITE_SPACE
from local_aws.athena.sql.grammar import find_function, type_of, value_of
from local_aws.athena.sql.placing import IS_LITERAL, TYPE_TEXT
from local_aws.athena.sql.table_functions import IS_SERIES, series

_DType = exp.DType


def round_averages(query: exp.Expr) -> None:
    """An average of decimals is one, of the same scale; the engine's is a double."""
    for call in list(query.find_all(exp.Anonymous)):
        if call.name.lower() == "avg" and trino_types.is_decimal(type_of(call)):
            whole: exp.Expr = call
            while isinstance(whole.parent, exp.Filter | exp.Window) and whole.parent.this is whole:
                whole = whole.parent
            kind = type_of(call)
            rounded = exp.Cast(this=whole.copy(), to=kind.copy())
            rounded.type = kind
            whole.replace(rounded)


def _write_call(self: DuckDBGenerator, node: exp.Anonymous) -> str:
    arguments = [_argument(self, part) for part in node.expressions]
    if node.meta.get(zones.WALL) == zones.WRITTEN:
        return f"wall_of_iso8601({arguments[0]})"
    function = find_function(node)
    if function.aggregate and len(arguments) == 1 and isinstance(node.expressions[0], exp.Star):
        return "count(*)"
    written = str(function.render(node.name.lower(), arguments))
    return written if isinstance(node.parent, exp.Filter | exp.Window) else written.replace(FILTER, "")


def _argument(self: DuckDBGenerator, part: exp.Expr) -> Argument:
    kind = trino_types.build("timestamp") if part.meta.get(zones.WALL) else type_of(value_of(part))
    return Argument(zones.as_wanted(self.sql(part), part), kind, part)


def _write_filter(self: DuckDBGenerator, node: exp.Filter) -> str:
    """Within an aggregate that is more than a call of the engine's."""
    call, condition = self.sql(node, "this"), f" FILTER ({self.sql(node, 'expression').strip()})"
    ending = FILTER if isinstance(node.parent, exp.Window) else ""
    return call.replace(FILTER, condition + ending) if FILTER in call else call + condition


def _write_window(self: DuckDBGenerator, node: exp.Window) -> str:
    call = self.sql(node, "this")
    whole = self.window_sql(node)
    return call.replace(FILTER, whole.removeprefix(call)) if FILTER in call else whole


def _write_literal(self: DuckDBGenerator, node: exp.Literal) -> str:
    """A number with a point is a double; the engine's is a decimal."""
    point = not node.is_string and "." in node.name and "e" not in node.name.lower()
    return f"{node.name}e0" if point else self.literal_sql(node)


def _write_division(self: DuckDBGenerator, node: exp.Div) -> str:
    """Integers divide to an integer, decimals to a decimal that is rounded half up, others as IEEE 754 has it."""
    left, right = type_of(node.left), type_of(node.right)
    if trino_types.is_unknown(left) or trino_types.is_unknown(right):
        raise not_supported(f"{node.sql('trino')} where the type of a side is not known; CAST it")
    dividend, divisor = self.sql(node, "this"), self.sql(node, "expression")
    if trino_types.is_floating(left) or trino_types.is_floating(right):
        return f"{dividend} / {divisor}"
    if trino_types.is_integer(left) and trino_types.is_integer(right):
        return f"({dividend}) // ({divisor})"
    scale_1, scale_2 = trino_types.digits(left)[1], trino_types.digits(right)[1]
    scale = max(scale_1, scale_2)
    shifts = f"{10**scale_1}, {10**scale_2}, {10 ** (scale - scale_1 + scale_2)}"
    unit = f"0.{1:0{scale}}" if scale else "1"
    return f"(CAST(divide_decimals({dividend}, {divisor}, {shifts}) AS DECIMAL({38 - scale}, 0)) * {unit})"


def _write_sum(operator: str) -> Callable[[DuckDBGenerator, exp.Binary], str]:
    """A date stays one when an interval is added: the engine makes it a timestamp. The days between two are a time."""

    def write(self: DuckDBGenerator, node: exp.Binary) -> str:
        sql = self.binary(node, operator)
        if trino_types.is_date(type_of(node.left)) and trino_types.is_date(type_of(node.right)):
            return f"to_days(CAST({sql} AS INTEGER))"
        sides = [node.left, node.right]
        moment = next((part for part in sides if part.meta.get(zones.ZONE)), None)
        if moment is not None and any(part.meta.get(TYPE) == MONTHS for part in sides):
            zone, value = zones.zone_of(moment), self.sql(moment)
            walls = [zones.wall_of(value, zone) if part is moment else self.sql(part) for part in sides]
            return zones.moment_of(f"({walls[0]} {operator} {walls[1]})", zone, value)
        if not trino_types.is_date(type_of(node)):
            return sql
        if any(part.meta.get(TYPE) == DAYS and not _is_of_days(part) for part in sides):
            doing = f"{'add' if operator == '+' else 'subtract'} hour, minutes or seconds"
            return f"whole_day({sql}, '{doing} {'to' if operator == '+' else 'from'}')"
        return f"CAST({sql} AS DATE)"

    return write


def _is_of_days(node: exp.Expr) -> bool:
    return isinstance(node, exp.Interval) and node.text("unit").upper() in ("DAY", "WEEK")


def _write_interval(self: DuckDBGenerator, node: exp.Interval) -> str:
    if isinstance(node.this, exp.Neg):
        plain = node.copy()
        plain.set("this", node.this.this.copy())
        return f"(-{self.interval_sql(plain)})"
    if isinstance(node.args.get("unit"), exp.IntervalSpan):
        raise not_supported("an interval of several units")
    return self.interval_sql(node)


def _write_cast(self: DuckDBGenerator, node: exp.Cast) -> str:
    safe = isinstance(node, exp.TryCast)
    argument, target = _argument(self, node.this), node.to
    value, source = argument.sql, argument.type
    if target.this in _NOT_HERE:
        raise not_supported(f"the type {str(target.meta.get(TYPE_TEXT) or target.sql('trino')).lower()}")
    if node.meta.get(zones.MOMENT):
        value = f"'{node.meta[zones.MOMENT]}'"
    elif node.meta.get(IS_LITERAL):
        kind: Type = node.meta.get(TYPE, ANY)
        value = zones.literal(value, kind.base)
    elif node.this.meta.get(zones.WALL) and trino_types.is_text(target):
        value = f"({as_text(value, source)} || ' {zones.zone_of(node.this)}')"
        source = trino_types.build("varchar")
    return cast(value, source, target, self.sql(target), safe=safe)


_NOT_HERE = (_DType.IPADDRESS, _DType.IPPREFIX, _DType.USERDEFINED, _DType.TIMETZ, _DType.GEOMETRY, _DType.HLLSKETCH)


def _write_subscript(self: DuckDBGenerator, node: exp.Bracket) -> str:
    """Athena's subscript fails where the engine's gives NULL."""
    value = self.sql(node, "this")
    place = self.sql(node.expressions[0])
    if trino_types.family(type_of(node.this)) == "row":
        return f"struct_extract_at({value}, {place})"
    name = "value_of_key" if trino_types.family(type_of(node.this)) == "map" else "element_of_array"
    return f"{name}({value}, {place})"


def _write_concatenation(self: DuckDBGenerator, node: exp.DPipe) -> str:
    """As CONCAT."""
    sides = [Argument(self.sql(part), type_of(part), part) for part in (node.left, node.right)]
    return str(FUNCTIONS["concat"].render("concat", sides))


def _write_unnest(self: DuckDBGenerator, node: exp.Unnest) -> str:
    """Several arrays stand side by side, a map is two columns: the engine's UNNEST takes one array."""
    if node.meta.get(IS_SERIES):
        return f"{series(*map(self.sql, node.expressions[0].expressions))} AS {self.sql(node, 'alias')}"
    maps = [trino_types.family(type_of(part)) == "map" for part in node.expressions]
    ordinal = node.args.get("offset")
    if len(maps) == 1 and not maps[0] and not ordinal:
        return self.unnest_sql(node)
    columns, lengths = [], []
    for part, is_map in zip(node.expressions, maps, strict=True):
        value = self.sql(part)
        columns += [f"map_keys({value})", f"map_values({value})"] if is_map else [value]
        lengths.append(f"cardinality({value})" if is_map else f"len({value})")
    if ordinal:
        columns.append(f"generate_series(1, CAST(greatest({', '.join(lengths)}) AS BIGINT))")
    rows = f"(SELECT {', '.join(f'unnest({column})' for column in columns)})"
    alias = node.args.get("alias")
    if alias is None:
        return rows
    named = [*alias.columns, *([ordinal] if isinstance(ordinal, exp.Identifier) else [])]
    names = ", ".join(self.sql(exp.to_identifier(name.name, quoted=True)) for name in named)
    return f"{rows} AS {self.sql(alias, 'this')}" + (f"({names})" if names else "")


def _write_extract(self: DuckDBGenerator, node: exp.Extract) -> str:
    part = node.this.name.lower()
    if part not in PARTS:
        raise not_supported(f"EXTRACT({part.upper()} FROM …)")
    return PARTS[part].render(part, [_argument(self, node.expression)])


def _write_trim(self: DuckDBGenerator, node: exp.Trim) -> str:
    name = {"LEADING": "ltrim", "TRAILING": "rtrim"}.get(node.args.get("position") or "", "trim")
    characters = self.sql(node, "expression") or WHITE_SPACE
    return f"{name}({self.sql(node, 'this')}, {characters})"


def _write_listagg(self: DuckDBGenerator, node: exp.GroupConcat) -> str:
    if node.args.get("on_overflow"):
        raise not_supported("LISTAGG with ON OVERFLOW")
    ordered = node.this
    order = self.sql(exp.Order(expressions=ordered.expressions)) if isinstance(ordered, exp.Order) else ""
    value = ordered.this if isinstance(ordered, exp.Order) else ordered
    return f"listagg({self.sql(value)}, {self.sql(node, 'separator') or chr(39) * 2}{order})"


def _write_ignore_nulls(self: DuckDBGenerator, node: exp.IgnoreNulls) -> str:
    """Athena says it after the call, the engine within."""
    return f"{self.sql(node, 'this').removesuffix(')')} IGNORE NULLS)"


class _Generator(DuckDBGenerator):
    TRANSFORMS = {  # noqa: RUF012
        **DuckDBGenerator.TRANSFORMS,
        **COMPARISONS,
        exp.Anonymous: _write_call,
        exp.Literal: _write_literal,
        exp.Div: _write_division,
        exp.Add: _write_sum("+"),
        exp.Sub: _write_sum("-"),
        exp.Cast: _write_cast,
        exp.TryCast: _write_cast,
        exp.Bracket: _write_subscript,
        exp.Extract: _write_extract,
        exp.Interval: _write_interval,
        exp.Unnest: _write_unnest,
        exp.Filter: _write_filter,
        exp.Window: _write_window,
        exp.ParseJSON: lambda self, node: f"json({self.sql(node, 'this')})",
        exp.DPipe: _write_concatenation,
        exp.Trim: _write_trim,
        exp.GroupConcat: _write_listagg,
        exp.IgnoreNulls: _write_ignore_nulls,
    }


class Engine(DuckDB):
    """The engine's dialect, written from a query that was read as `Athena` and typed."""

    Generator = _Generator
