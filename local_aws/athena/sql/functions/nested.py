"""Functions on arrays and maps."""

from __future__ import annotations

from collections.abc import Callable

from sqlglot import exp
from sqlglot.expressions import DataType

from local_aws.athena.errors import not_supported
from local_aws.athena.sql import nested_values, trino_types
from local_aws.athena.sql.analysis.contexts import TYPE
from local_aws.athena.sql.analysis.types import ANY, MONTHS, UNKNOWN, Type
from local_aws.athena.sql.functions.formats import as_text
from local_aws.athena.sql.functions.model import Arguments, Function, Returns, array_of, element, same


def _length(arguments: Arguments) -> str:
    return f"CAST(len({arguments[0].sql}) AS BIGINT)" if _is_array(arguments) else f"cardinality({arguments[0].sql})"


def _is_array(arguments: Arguments) -> bool:
    return trino_types.family(arguments[0].type) != "map"


def _sequence(arguments: Arguments) -> str:
    start, stop = arguments[0], arguments[1]
    if trino_types.family(start.type) != "date":
        step = arguments[2].sql if len(arguments) > 2 else f"CASE WHEN {start.sql} <= {stop.sql} THEN 1 ELSE -1 END"
        return f"bounded_sequence({start.sql}, {stop.sql}, {step})"
    downward = f"CASE WHEN {start.sql} <= {stop.sql} THEN INTERVAL 1 DAY ELSE INTERVAL (-1) DAY END"
    step = arguments[2].sql if len(arguments) > 2 else downward
    if len(arguments) > 2 and arguments[2].node.meta.get(TYPE) == MONTHS:  # each is so many months after the first
        series = f"sequence_of_months({start.sql}, {stop.sql}, {step})"
        return f"CAST({series} AS DATE[])" if trino_types.is_date(start.type) else series
    series = f"bounded_sequence_of_times({start.sql}, {stop.sql}, {step})"
    return f"CAST({series} AS DATE[])" if trino_types.is_date(start.type) else series


def _array_join(arguments: Arguments) -> str:
    """The texts are those of CAST, but for JSON, of which only scalars are joined; NULLs leave an empty text."""
    kind = element([arguments[0].type])
    one = "text_of_json(x, FALSE)" if kind.this == exp.DType.JSON else as_text("x", kind)
    given = [f"{one.sql} IS NOT NULL" for one in arguments]
    if len(arguments) > 2:
        one = f"coalesce({one}, {arguments[2].sql})"
    texts = f"list_transform({arguments[0].sql}, lambda x: {one})"
    joined = f"coalesce(array_to_string({texts}, {arguments[1].sql}), '')"
    return f"CASE WHEN {' AND '.join(given)} THEN {joined} END"


def _match(looked_for: str, found: str, not_found: str) -> str:
    """Whether a condition holds of elements; of three values, as SQL's AND and OR are."""
    results = "list_transform({0}, {1})"
    return (
        f"CASE WHEN list_contains({results}, {looked_for}) THEN {found} "
        f"WHEN len({results}) = list_count({results}) THEN {not_found} END"
    )


def _looking(nested: Callable[[Type, str, str], str], plain: str) -> Callable[[Arguments], str]:
    """A function that looks for an element of an array: `nested` for rows, arrays and maps, else a template."""

    def render(arguments: Arguments) -> str:
        if len(arguments) != 2:
            raise not_supported(f"a search in an array with {len(arguments)} arguments")
        array, element = arguments
        found: Type = array.node.meta.get(TYPE, ANY)
        inner = found.arguments[0] if found.base == "array" else ANY
        if nested_values.is_nested(inner) and element.node.meta.get(TYPE) != UNKNOWN:
            return nested(inner, array.sql, element.sql)
        return plain.format(array.sql, element.sql)

    return render


def _ordering(template: str) -> Callable[[Arguments], str]:
    """What compares the elements of an array."""

    def render(arguments: Arguments) -> str:
        if len(arguments) != 1:
            raise not_supported(f"array_sort with {len(arguments)} arguments")
        found: Type = arguments[0].node.meta.get(TYPE, ANY)
        inner = found.arguments[0] if found.base == "array" else ANY
        array = arguments[0].sql
        if nested_values.is_nested(inner):
            array = nested_values.ordered_elements(inner, array)
        return template.format(array)

    return render


def _element_at(arguments: Arguments) -> str:
    return (
        f"one_of_array({arguments[0]}, {arguments[1]})" if _is_array(arguments) else f"{arguments[0]}[{arguments[1]}]"
    )


def _reduce(arguments: Arguments) -> str:
    """REDUCE's last function is applied to the state that the engine's LIST_REDUCE ends with."""
    values, start, step, last = arguments
    state = f"list_reduce({values.sql}, {step.sql}, {start.sql})"
    if not isinstance(last.node, exp.Lambda):
        return state
    parameter, body = last.sql.removeprefix("LAMBDA ").split(" : ", 1)
    return f"list_transform([{state}], lambda {parameter} : {body})[1]"


def _key_missing(value: str) -> str:
    return f"CASE WHEN list_count({value}) < len({value}) THEN NULL ELSE "


def _repeat(arguments: Arguments) -> str:
    return f"list_transform(range(bounded_count({arguments[1].sql})), lambda i: {arguments[0].sql})"


def _entry(place: int) -> Returns:
    def kind(kinds: list[DataType]) -> DataType:
        inner = kinds[0].expressions if kinds and trino_types.family(kinds[0]) == "map" else []
        return array_of(lambda _: inner[place])([]) if inner else trino_types.UNKNOWN

    return kind


def _map_of(kinds: list[DataType]) -> DataType:
    """A map of an array of keys and one of values."""
    inner = [element([kind]) for kind in kinds]
    return DataType(this=exp.DType.MAP, expressions=[kind.copy() for kind in inner], nested=True)


_WITHOUT_NULL = "len({0}) = list_count({0})"
# The engine says of NULL that it is in no list
_AMONG = "(CASE WHEN x IS NULL THEN list_count({1}) < len({1}) ELSE list_contains({1}, x) END)"
_UNIQUE = "list_filter({0}, lambda x, i: list_position({0}, x) = i)"

NESTED = {
    "cardinality": Function(_length, "bigint"),
    "contains": Function(
        _looking(
            nested_values.contains,
            "CASE WHEN list_contains({0}, {1}) THEN true "
            f"WHEN {{1}} IS NOT NULL AND {_WITHOUT_NULL} THEN false END",
        ),
        "boolean",
    ),
    "element_at": Function(_element_at, element),
    "array_distinct": Function(_UNIQUE.format("{0}"), 0),
    "array_join": Function(_array_join, "varchar"),
    "array_max": Function(_ordering(_key_missing("{0}") + "list_max({0}) END"), element),
    "array_min": Function(_ordering(_key_missing("{0}") + "list_min({0}) END"), element),
    "array_position": Function(
        _looking(
            nested_values.array_position,
            "CASE WHEN {0} IS NOT NULL AND {1} IS NOT NULL THEN coalesce(list_position({0}, {1}), 0) END",
        ),
        "bigint",
    ),
    "array_remove": Function(
        _looking(
            nested_values.array_remove,
            "CASE WHEN {1} IS NOT NULL THEN list_filter({0}, lambda x: x IS DISTINCT FROM {1}) END",
        ),
        0,
    ),
    "array_sort": Function(_ordering("list_sort({0}, 'ASC', 'NULLS LAST')"), 0),
    "array_union": Function(_UNIQUE.format("list_concat({0}, {1})"), 0),
    "array_intersect": Function(f"list_filter({_UNIQUE.format('{0}')}, lambda x: {_AMONG})", 0),
    "array_except": Function(f"list_filter({_UNIQUE.format('{0}')}, lambda x: NOT {_AMONG})", 0),
    "arrays_overlap": Function(
        "CASE WHEN list_has_any(list_filter({0}, lambda x : x IS NOT NULL), {1}) THEN true "
        f"WHEN len({{0}}) = 0 OR len({{1}}) = 0 OR ({_WITHOUT_NULL} AND {_WITHOUT_NULL.replace('0', '1')}) "
        "THEN false END",
        "boolean",
    ),
    "flatten": Function("flatten({0})", element),
    "sequence": Function(_sequence, array_of(0)),
    "slice": Function("part_of_array({0}, {1}, {2})", 0),
    "contains_sequence": Function(
        "(len(list_filter(range(1, CAST(len({0}) - len({1}) + 2 AS BIGINT)), "
        "lambda place : list_slice({0}, place, place + len({1}) - 1) = {1})) > 0)",
        "boolean",
    ),
    "trim_array": Function("shortened_array({0}, {1})", 0),
    "ngrams": Function(
        "CASE WHEN len({0}) <= {1} THEN [{0}] ELSE list_transform(range(1, CAST(len({0}) - {1} + 2 AS BIGINT)), "
        "lambda place : list_slice({0}, place, place + {1} - 1)) END",
        lambda _: trino_types.UNKNOWN,
    ),
    "repeat": Function(_repeat, array_of(0)),
    "zip": Function("list_zip({all})", lambda _: trino_types.UNKNOWN),
    # With a function of the query's own
    "transform": Function("list_transform({0}, {1})", lambda _: trino_types.UNKNOWN),
    "filter": Function("list_filter({0}, {1})", 0),
    "reduce": Function(_reduce, 1),
    "any_match": Function(_match("true", "true", "false"), "boolean"),
    "all_match": Function(_match("false", "false", "true"), "boolean"),
    "none_match": Function(_match("true", "false", "true"), "boolean"),
    "row": Function("row({all})", lambda _: trino_types.UNKNOWN),
    # Maps
    "map": Function({0: "map()", 2: "map({0}, {1})"}, _map_of),
    **same("map_keys", returns=_entry(0)),
    **same("map_values", returns=_entry(1)),
}
