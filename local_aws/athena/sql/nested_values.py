"""Comparisons of rows, arrays and maps as Trino has them (RowType, ArrayType and MapType in trino-spi), for the engine.

To the engine a NULL within such a value is a value like others. To Trino it is not known: `=` is NULL where it decides,
and `<` fails where it is met. Pure functions from types and SQL to SQL; a type that is not known is compared as the
engine compares it.
"""

from __future__ import annotations

from collections.abc import Callable

from local_aws.athena.sql.analysis.types import Type

NESTED = ("row", "array", "map")
_ARRAY_FAILS = "error('NOT_SUPPORTED: ARRAY comparison not supported for arrays with null elements')"
_ROW_FAILS = "error('NOT_SUPPORTED: ROW comparison not supported for fields with null elements')"
_ORDER_FAILS = "error('NOT_SUPPORTED: an order of rows or arrays with NULL within is not supported by the local AWS')"
_SUBQUERY_FAILS = (
    "error('NOT_SUPPORTED: IN (SELECT ...) of rows, arrays or maps with NULL within is not supported by the local AWS')"
)


def is_nested(kind: Type) -> bool:
    """Whether values of a type have others within."""
    return kind.base in NESTED and bool(kind.arguments)


def has_map(kind: Type) -> bool:
    """Whether there is a map in it: the engine holds maps of another order for others."""
    return kind.base == "map" or any(map(has_map, kind.arguments))


def once(values: list[str], write: Callable[..., str]) -> str:
    """What `write` makes of values, each of which is calculated once."""
    parts = [f"struct_extract_at(athena_sides, {place + 1})" for place in range(len(values))]
    return f"list_transform([row({', '.join(values)})], lambda athena_sides : {write(*parts)})[1]"


def _fields(kind: Type, *values: str) -> list[tuple[Type, list[str]]]:
    return [
        (field, [f"struct_extract_at({value}, {place})" for value in values])
        for place, field in enumerate(kind.arguments, start=1)
    ]


def _pair(depth: int) -> tuple[str, str, str]:
    name = f"athena_pair_{depth}"
    return name, f"struct_extract_at({name}, 1)", f"struct_extract_at({name}, 2)"


def _all(results: str) -> str:
    """AND of a list of 0 for false, 1 for NULL, 2 for true."""
    return f"(CASE list_min({results}) WHEN 0 THEN false WHEN 1 THEN NULL ELSE true END)"


def _as_number(condition: str) -> str:
    return f"coalesce(2 * CAST({condition} AS INTEGER), 1)"


def equal(kind: Type, left: str, right: str, depth: int = 0) -> str:
    """`=`: true, false or NULL; the sides stand more than once in it."""
    if not is_nested(kind):
        return f"({left} = {right})"
    if kind.base == "row":
        return (
            f"({' AND '.join(equal(field, one, other, depth) for field, (one, other) in _fields(kind, left, right))})"
        )
    if kind.base == "array":
        name, one, other = _pair(depth)
        same = _as_number(equal(kind.arguments[0], one, other, depth + 1))
        zipped = f"list_transform(list_zip({left}, {right}), lambda {name} : {same})"
        lengths = f"len({left})", f"len({right})"
    else:
        name = f"athena_entry_{depth}"
        value = f"map_extract_value({right}, {name}.key)"
        same = _as_number(equal(kind.arguments[1], f"{name}.value", value, depth + 1))
        found = f"CASE WHEN map_contains({right}, {name}.key) THEN {same} ELSE 0 END"
        zipped = f"list_transform(map_entries({left}), lambda {name} : {found})"
        lengths = f"cardinality({left})", f"cardinality({right})"
    return (
        f"(CASE WHEN {lengths[0]} = {lengths[1]} THEN {_all(zipped)} WHEN {lengths[0]} <> {lengths[1]} THEN false END)"
    )


def less(kind: Type, left: str, operator: str, right: str, depth: int = 0) -> str:
    """`<`, `<=`, `>` or `>=`, which fails at a NULL within; the sides stand more than once in it."""
    if kind.base == "array" and kind.arguments:
        body = _less_arrays(kind, left, operator, right, depth)
    elif kind.base == "row" and kind.arguments:
        body = "true" if operator in ("<=", ">=") else "false"
        for field, (one, other) in reversed(_fields(kind, left, right)):
            body = (
                f"CASE WHEN {one} IS NULL OR {other} IS NULL THEN {_ROW_FAILS} "
                f"WHEN {equal(field, one, other, depth)} THEN {body} "
                f"ELSE {less(field, one, operator, other, depth)} END"
            )
    else:
        return f"({left} {operator} {right})"
    return f"(CASE WHEN {left} IS NOT NULL AND {right} IS NOT NULL THEN {body} END)"


def _less_arrays(kind: Type, left: str, operator: str, right: str, depth: int) -> str:
    """The first pair that is not the same decides, or the lengths."""
    element = kind.arguments[0]
    name, one, other = _pair(depth)
    differing = f"list_filter(list_zip({left}, {right}, true), lambda {name} : "
    differing += f"{equal(element, one, other, depth + 1)} IS NOT TRUE)"
    decided = (
        f"CASE WHEN {name} IS NULL THEN len({left}) {operator} len({right}) "
        f"WHEN {one} IS NULL OR {other} IS NULL THEN {_ARRAY_FAILS} "
        f"ELSE {less(element, one, operator, other, depth + 1)} END"
    )
    return f"list_transform([{differing}[1]], lambda {name} : {decided})[1]"


def has_null(kind: Type, value: str, depth: int = 0) -> str:
    """Whether a value is NULL or has a NULL within, at any depth (Trino's INDETERMINATE)."""
    conditions = [f"{value} IS NULL"]
    if kind.base == "row":
        conditions += [has_null(field, parts[0], depth) for field, parts in _fields(kind, value)]
    elif is_nested(kind):
        elements = value if kind.base == "array" else f"map_values({value})"
        name, inner = f"athena_element_{depth}", kind.arguments[-1]
        results = f"list_transform({elements}, lambda {name} : {has_null(inner, name, depth + 1)})"
        conditions.append(f"coalesce(list_contains({results}, true), false)")
    return f"({' OR '.join(conditions)})"


def without_null(kind: Type, value: str, fails: str = _SUBQUERY_FAILS) -> str:
    """The value itself, where it has no NULL within; else the query fails."""
    return f"(CASE WHEN {value} IS NOT NULL AND {has_null(kind, value)} THEN {fails} ELSE {value} END)"


def ordered(kind: Type, value: str) -> str:
    """A value that is put in order: of rows and arrays with NULL within that is refused, other types are left alone.

    Trino fails where it compares such a NULL; where it does not come to that, its order is not told apart here.
    """
    return once([value], lambda one: without_null(kind, one, _ORDER_FAILS)) if is_nested(kind) else value


def identical(kind: Type, left: str, right: str, depth: int = 0) -> str:
    """`IS NOT DISTINCT FROM`, of maps whatever the order of their entries; the sides stand more than once in it."""
    if not has_map(kind):
        return f"({left} IS NOT DISTINCT FROM {right})"
    if kind.base == "row":
        parts = [identical(field, one, other, depth) for field, (one, other) in _fields(kind, left, right)]
        same = " AND ".join(parts)
    elif kind.base == "array":
        name, one, other = _pair(depth)
        pairs = f"list_transform(list_zip({left}, {right}), lambda {name} : {_inner(kind, one, other, depth)})"
        same = f"len({left}) = len({right}) AND NOT list_contains({pairs}, false)"
    else:
        name = f"athena_entry_{depth}"
        inner = _inner(kind, f"{name}.value", f"map_extract_value({right}, {name}.key)", depth)
        found = f"list_transform(map_entries({left}), lambda {name} : map_contains({right}, {name}.key) AND {inner})"
        same = f"cardinality({left}) = cardinality({right}) AND NOT list_contains({found}, false)"
    return f"(CASE WHEN {left} IS NULL OR {right} IS NULL THEN {left} IS NULL AND {right} IS NULL ELSE {same} END)"


def _inner(kind: Type, left: str, right: str, depth: int) -> str:
    return identical(kind.arguments[-1], left, right, depth + 1)


# Functions that look for an element of an array


def _found(kind: Type, array: str, element: str) -> str:
    """For each element 1 where it is the one, 0 where it is not, 2 for NULL, 3 where that is not known."""
    name = "athena_candidate"
    same = equal(kind, name, element)
    known = f"CASE {same} WHEN true THEN 1 WHEN false THEN 0 ELSE 3 END"
    return f"list_transform({array}, lambda {name} : CASE WHEN {name} IS NULL THEN 2 ELSE {known} END)"


def _fails(function: str) -> str:
    return f"error('NOT_SUPPORTED: {function} does not support arrays with elements that are null or contain null')"


def _looked_up(kind: Type, array: str, element: str, write: Callable[[str, str], str]) -> str:
    """What `write` makes of `_found` and of the array, each calculated once."""

    def whole(array: str, element: str) -> str:
        written = write("athena_found", array)
        numbers = f"list_transform([{_found(kind, array, element)}], lambda athena_found : {written})[1]"
        return f"CASE WHEN {array} IS NOT NULL AND {element} IS NOT NULL THEN {numbers} END"

    return once([array, element], whole)


def contains(kind: Type, array: str, element: str) -> str:
    """CONTAINS of an array whose elements are of this type."""

    def write(found: str, _array: str) -> str:
        first = f"list_filter({found}, lambda athena_one : athena_one IN (1, 3))[1]"
        missing = f"CASE WHEN list_contains({found}, 2) THEN NULL ELSE false END"
        return f"CASE {first} WHEN 1 THEN true WHEN 3 THEN {_fails('contains')} ELSE {missing} END"

    return _looked_up(kind, array, element, write)


def array_position(kind: Type, array: str, element: str) -> str:
    """ARRAY_POSITION of an array whose elements are of this type."""

    def write(found: str, _array: str) -> str:
        place = f"list_position(list_transform({found}, lambda athena_one : athena_one IN (1, 3)), true)"
        fails = f"{found}[{place}] = 3"
        return f"CASE WHEN {fails} THEN {_fails('array_position')} ELSE coalesce(CAST({place} AS BIGINT), 0) END"

    return _looked_up(kind, array, element, write)


def array_remove(kind: Type, array: str, element: str) -> str:
    """ARRAY_REMOVE of an array whose elements are of this type."""

    def write(found: str, array: str) -> str:
        kept = f"list_filter({array}, lambda athena_one, place : {found}[place] <> 1)"
        return f"CASE WHEN list_contains({found}, 3) THEN {_fails('array_remove')} ELSE {kept} END"

    return _looked_up(kind, array, element, write)


def ordered_elements(kind: Type, array: str) -> str:
    """An array whose elements, which are of this type, are put in order: see `ordered`."""

    def whole(array: str) -> str:
        unknown = f"athena_one IS NOT NULL AND {has_null(kind, 'athena_one')}"
        found = f"list_contains(list_transform({array}, lambda athena_one : {unknown}), true)"
        return f"CASE WHEN {found} THEN {_ORDER_FAILS} ELSE {array} END"

    return once([array], whole)
