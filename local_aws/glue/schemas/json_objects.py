"""JSON Schema: whether what a reader asks of an object's properties and an array's items follows from the writer's."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from local_aws.bounded_regex import full_match

Schema = Any
Parts = list[Mapping[str, Any]]
Fits = Callable[[Schema, list[Schema]], bool]
"""(reader's schema, schemas of the writer that hold at once) -> whether the reader takes all that they take."""

Matches = Callable[[str, str], bool]
"""(pattern, name) -> whether the pattern matches somewhere in the name."""


def object_fits(reader: Mapping[str, Any], parts: Parts, fits: Fits, matches: Matches) -> bool:
    """Whether objects of the writer's schemas meet the reader's `required`, `properties` and what goes with these."""
    required = {name for part in parts for name in part.get("required", ())}
    if not required >= set(reader.get("required", ())):
        return False
    named = {name for part in parts for name in part.get("properties", {})}
    for name in sorted(named | (required & set(reader.get("properties", {})))):
        if not all(fits(wanted, _of_property(parts, name, matches)) for wanted in _asked(reader, name, matches)):
            return False
    return _patterns_fit(reader, parts, fits) and _others_fit(reader, parts, fits)


def array_fits(reader: Mapping[str, Any], parts: Parts, fits: Fits) -> bool:
    """Whether arrays of the writer's schemas meet the reader's `items` and `additionalItems`."""
    if "items" not in reader:
        return True
    most = min((part["maxItems"] for part in parts if "maxItems" in part), default=None)
    positions = max([_places(reader), *(_places(part) for part in parts)]) + 1  # the last stands for all after it
    for index in range(positions if most is None else min(positions, int(most))):  # 2.0 is whole, too
        if not fits(_at(reader, index), [_at(part, index) for part in parts]):
            return False
    return True


def _asked(reader: Mapping[str, Any], name: str, matches: Matches) -> list[Schema]:
    """The reader's schemas for a property."""
    asked = [reader["properties"][name]] if name in reader.get("properties", {}) else []
    asked += [schema for pattern, schema in reader.get("patternProperties", {}).items() if matches(pattern, name)]
    return asked or [reader.get("additionalProperties", True)]


def _of_property(parts: Parts, name: str, matches: Matches) -> list[Schema]:
    return [schema for part in parts for schema in _asked(part, name, matches)]


def _patterns_fit(reader: Mapping[str, Any], parts: Parts, fits: Fits) -> bool:
    """Names that only a pattern of the writer's allows: the reader has the same pattern, or takes them as others."""
    for part in parts:
        for pattern, schema in part.get("patternProperties", {}).items():
            wanted = reader.get("patternProperties", {}).get(pattern, reader.get("additionalProperties", True))
            if not fits(wanted, [schema]):
                return False
    return True


def _others_fit(reader: Mapping[str, Any], parts: Parts, fits: Fits) -> bool:
    """Names that the writer does not tell: what the reader asks of such ones in general, not of those it names."""
    written = [part.get("additionalProperties", True) for part in parts]
    if any(schema is False for schema in written):
        return True
    return fits(reader.get("additionalProperties", True), written)


def _places(schema: Mapping[str, Any]) -> int:
    items = schema.get("items")
    return len(items) if isinstance(items, list) else 0


def _at(schema: Mapping[str, Any], index: int) -> Schema:
    items = schema.get("items", True)
    if not isinstance(items, list):
        return items
    return items[index] if index < len(items) else schema.get("additionalItems", True)


def found(pattern: str, name: str) -> bool:
    """Whether a pattern matches somewhere in a name.

    Raises:
        PatternError: it cannot be tried, or not in time.
    """
    return full_match(f"(?s:.*)(?:{pattern})(?s:.*)")(name)
