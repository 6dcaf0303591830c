"""AWS's built-in JSON classifier, and the custom one, on the beginning of a file.

From tables that crawlers made: the columns are the keys at the top in their order of appearance, lower-cased; the
SerDe's `paths` are the same keys in the data's spelling, sorted; whole numbers are `int` where 32 bits hold them and
`bigint` otherwise; fractions are `double`; a file that is one big array becomes a single column named `array`.

Assumed: field names inside a struct keep their case; a key that was only ever null is a `string`; a value that is now a
text and now a structure is a `string`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from typing import TypeAlias

from local_aws.glue.crawler import hive_types as hive
from local_aws.glue.crawler.schema import Column, Schema

MOST_NESTED = 100
"""How deep objects and arrays, or elements of XML, may be nested; AWS's own bound is not known."""

_INT = range(-(2**31), 2**31)
_LONG = range(-(2**63), 2**63)
_DECODER = json.JSONDecoder()
_BLANK = " \t\r\n\ufeff"
Json: TypeAlias = "bool | int | float | str | list[Json] | dict[str, Json] | None"


@dataclass(frozen=True)
class JsonFound:
    """What the classifier saw; no record means that the text is no JSON."""

    columns: Schema = ()
    paths: tuple[str, ...] = ()
    records: int = 0
    record_size: int = 0
    why: str = ""


def classify_json(text: str) -> JsonFound:
    """Judge the beginning of a text: JSON values one after the other, with or without line ends between them."""
    values, end = read_values(text)
    if not values:
        return JsonFound()
    size = len(text[:end].encode()) // len(values)
    if isinstance(values[0], list):
        if text[end : end + 1] not in ("", "{", "["):  # `[4018] 14 Nov …` is the line of a log
            return JsonFound()
        element = type_of(values[0])
        columns: Schema = (Column("array", element, "the file is one array"),)
        return JsonFound(columns, ("array",), len(values), size, "one array from the first byte to the last")
    objects = [value for value in values if isinstance(value, dict)]
    columns, paths = columns_of(objects)
    return JsonFound(columns, paths, len(values), size, f"{len(objects)} objects in the sample")


def read_values(text: str) -> tuple[list[Json], int]:
    """The complete objects and arrays at the start of a text, up to one nested too deeply, and where they end."""
    values: list[Json] = []
    position = end = _skip(text, 0)
    while position < len(text) and text[position] in "{[":
        try:
            value, after = _DECODER.raw_decode(text, position)
        except (ValueError, RecursionError):
            break
        if _too_deep(value):
            break
        end = after
        values.append(value)
        position = _skip(text, end)
    return values, end


def _too_deep(value: Json) -> bool:
    level: list[Json] = [value]
    for _ in range(MOST_NESTED + 1):
        inside = [node.values() if isinstance(node, dict) else node for node in level if isinstance(node, dict | list)]
        if not inside:
            return False
        level = list(chain.from_iterable(inside))
    return True


def columns_of(objects: Iterable[Mapping[str, Json]]) -> tuple[Schema, tuple[str, ...]]:
    """Columns for the keys of many objects, and the keys sorted as they are spelled."""
    types: dict[str, hive.HiveType] = {}
    seen: dict[str, int] = {}
    why: dict[str, str] = {}
    spelled: set[str] = set()
    total = 0
    for record in objects:
        total += 1
        for key, value in record.items():
            name = key.lower()
            spelled.add(key)
            found = type_of(value)
            known = types.get(name, hive.VOID)
            types[name] = wide = found if known == found else hive.join(known, found)
            if hive.VOID != known != wide:
                why[name] = f", {hive.render(found)} in record {total}, {hive.render(known)} before"
            seen[name] = seen.get(name, 0) + 1
    columns = tuple(
        Column(name, found, f"in {seen[name]} of {total} sampled records{why.get(name, '')}")
        for name, found in types.items()
    )
    return columns, tuple(sorted(spelled))


def type_of(value: Json) -> hive.HiveType:  # noqa: PLR0911 - one return a kind of value
    """The type of one JSON value; null is `void`."""
    match value:
        case None:
            return hive.VOID
        case bool():
            return hive.BOOLEAN
        case int():
            return hive.INT if value in _INT else hive.BIGINT if value in _LONG else hive.DOUBLE
        case float():
            return hive.DOUBLE
        case str():
            return hive.STRING
        case list():
            return hive.Array(_join_all(type_of(element) for element in value))
        case dict():
            return hive.Struct(tuple((key, type_of(field)) for key, field in value.items()))


def _join_all(types: Iterator[hive.HiveType]) -> hive.HiveType:
    joined: hive.HiveType = hive.VOID
    for found in types:
        joined = hive.join(joined, found)
    return joined


def _skip(text: str, position: int) -> int:
    while position < len(text) and text[position] in _BLANK:
        position += 1
    return position
