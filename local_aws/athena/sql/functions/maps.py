"""Functions on maps, and those that take two arrays side by side."""

from __future__ import annotations

from local_aws.athena.errors import not_supported
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.functions.model import Argument, Arguments, Function, same

_ENTRY = "athena_entry"
_UNKNOWN = lambda _: trino_types.UNKNOWN  # noqa: E731 - the analyzer knows


def _applied(function: Argument, *values: str) -> str:
    """What a function of the query's own gives for these values; the engine's take one value of a list each."""
    head, _, body = function.sql.removeprefix("LAMBDA ").partition(" : ")
    names = [name.strip(" ()") for name in head.split(",")]
    if not function.sql.startswith("LAMBDA ") or len(names) != len(values):
        raise not_supported(f"a function that is not written as {len(values)} names -> an expression")
    for name, value in reversed(list(zip(names, values, strict=True))):
        body = f"list_transform([{value}], lambda {name} : {body})[1]"
    return body


def _of_entries(entries: str, made: str) -> str:
    return f"list_transform({entries}, lambda {_ENTRY} : {made})"


def _transform_values(arguments: Arguments) -> str:
    entries, function = arguments
    value = _applied(function, f"{_ENTRY}.key", f"{_ENTRY}.value")
    return f"map_from_entries({_of_entries(f'map_entries({entries})', f'row({_ENTRY}.key, {value})')})"


def _transform_keys(arguments: Arguments) -> str:
    entries, function = arguments
    key = _applied(function, f"{_ENTRY}.key", f"{_ENTRY}.value")
    return f"map_from_entries({_of_entries(f'map_entries({entries})', f'row({key}, {_ENTRY}.value)')})"


def _map_filter(arguments: Arguments) -> str:
    entries, function = arguments
    condition = _applied(function, f"{_ENTRY}.key", f"{_ENTRY}.value")
    return f"map_from_entries(list_filter(map_entries({entries}), lambda {_ENTRY} : {condition}))"


def _zip_with(arguments: Arguments) -> str:
    """The shorter of the arrays is filled up with NULL."""
    left, right, function = arguments
    return _of_entries(f"list_zip({left}, {right})", _applied(function, f"{_ENTRY}[1]", f"{_ENTRY}[2]"))


def _map_concat(arguments: Arguments) -> str:
    """NULL as soon as one map is; the engine's leaves NULLs out."""
    maps = [part.sql for part in arguments]
    known = " AND ".join(f"{part} IS NOT NULL" for part in maps)
    return f"CASE WHEN {known} THEN map_concat({', '.join(maps)}) END" if len(maps) > 1 else maps[0]


def _split_to_map(arguments: Arguments) -> str:
    """Each entry is cut at the first of its delimiters."""
    text, entry, value = arguments
    cut = f"strpos({_ENTRY}, {value})"
    whole = f"CASE WHEN {cut} = 0 THEN error('INVALID_FUNCTION_ARGUMENT: Key-value delimiter must appear exactly once "
    whole += f"in each entry. Bad input: ''' || {_ENTRY} || '''') ELSE left({_ENTRY}, {cut} - 1) END"
    pair = f"row({whole}, substr({_ENTRY}, {cut} + length({value})))"
    parts = f"list_filter(string_split({text}, {entry}), lambda part : part <> '')"
    return f"map_from_entries({_of_entries(parts, pair)})"


MAPS = {
    "map_concat": Function(_map_concat, 0),
    "map_entries": Function(
        lambda arguments: _of_entries(f"map_entries({arguments[0]})", f"row({_ENTRY}.key, {_ENTRY}.value)"), _UNKNOWN
    ),
    "map_filter": Function(_map_filter, 0),
    "transform_keys": Function(_transform_keys, _UNKNOWN),
    "transform_values": Function(_transform_values, _UNKNOWN),
    "zip_with": Function(_zip_with, _UNKNOWN),
    "split_to_map": Function(_split_to_map, "map(varchar, varchar)"),
    **same("map_from_entries", returns=_UNKNOWN),
}
