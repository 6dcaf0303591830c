"""JSON Schema: whether what a reader asks of single values follows from what a writer's schemas ask."""

from __future__ import annotations

import json
import math
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

_TYPES = frozenset({"array", "boolean", "integer", "null", "number", "object", "string"})
_BOUNDS = {"string": "Length", "array": "Items", "object": "Properties"}
_FEW = {"boolean": (False, True), "null": (None,)}

Parts = list[Mapping[str, Any]]


def types_of(parts: Parts) -> frozenset[str]:
    """The types that values of several schemas at once may have: `number` stands for its integers too."""
    found = _TYPES - {"integer"}
    for part in parts:
        if "type" in part:
            allowed = _listed(part["type"])
            kept = found & allowed
            if "integer" in allowed and "number" in found:
                kept |= {"integer"}
            if "number" in allowed and "integer" in found:
                kept |= {"integer"}
            found = kept - {"integer"} if "number" in kept else kept
    values = values_of(parts, whole=False)
    return found if values is None else frozenset(kind for kind in found if any(_is(kind, each) for each in values))


def values_of(parts: Parts, *, whole: bool = True) -> list[Any] | None:
    """The values that schemas with `enum` or `const` allow, or booleans and null; None where there are any others.

    Args:
        parts: the schemas.
        whole: whether types with few values count too.
    """
    found: list[Any] | None = None
    for part in parts:
        for values in ([part["const"]] if "const" in part else None, part.get("enum")):
            if values is not None:
                found = values if found is None else _common(values, found)
    if found is None and whole:
        types = types_of(parts)
        if types <= _FEW.keys():
            return [value for kind in types for value in _FEW[kind]]
    return found


def follows(reader: Mapping[str, Any], parts: Parts, types: frozenset[str]) -> bool:
    """Whether values of these types and schemas meet the reader's `type`, `enum`, bounds and the like."""
    return _type_follows(reader, types) and _values_follow(reader, parts) and _bounds_follow(reader, parts, types)


def _type_follows(reader: Mapping[str, Any], types: frozenset[str]) -> bool:
    if "type" not in reader:
        return True
    allowed = _listed(reader["type"])
    return types <= (allowed | {"integer"} if "number" in allowed else allowed)


def _values_follow(reader: Mapping[str, Any], parts: Parts) -> bool:
    allowed = [[reader["const"]]] if "const" in reader else []
    allowed += [reader["enum"]] if "enum" in reader else []
    if not allowed:
        return True
    written = values_of(parts)
    if written is None:
        return False
    texts = {text_of(each) for each in written}
    return all(texts <= {text_of(each) for each in values} for values in allowed)


def _bounds_follow(reader: Mapping[str, Any], parts: Parts, types: frozenset[str]) -> bool:
    for kind, what in _BOUNDS.items():
        if kind in types:
            least = max((part.get(f"min{what}", 0) for part in parts), default=0)
            most = min((part[f"max{what}"] for part in parts if f"max{what}" in part), default=None)
            if reader.get(f"min{what}", 0) > least:
                return False
            if f"max{what}" in reader and (most is None or most > reader[f"max{what}"]):
                return False
    if types & {"number", "integer"} and not _numbers_follow(reader, parts, types):
        return False
    if "string" in types and not all(_same(name, reader, parts) for name in ("pattern", "format")):
        return False
    return "array" not in types or not reader.get("uniqueItems") or any(part.get("uniqueItems") for part in parts)


def _numbers_follow(reader: Mapping[str, Any], parts: Parts, types: frozenset[str]) -> bool:
    for name, sign in (("minimum", 1), ("maximum", -1)):
        wanted = _limit(reader, name, sign)
        written = [limit for limit in (_limit(part, name, sign) for part in parts) if limit is not None]
        if wanted is not None and (not written or max(written) < wanted):
            return False
    if "multipleOf" not in reader:
        return True
    steps = [part["multipleOf"] for part in parts if "multipleOf" in part] + ([1] if "number" not in types else [])
    return any(_is_multiple(step, reader["multipleOf"]) for step in steps)


def _limit(schema: Mapping[str, Any], name: str, sign: int) -> tuple[Decimal, bool] | None:
    """The tightest bound as (value, whether it is exclusive), the larger the tighter; draft 4 has a boolean for it."""
    exclusive = schema.get(f"exclusive{name.capitalize()}")
    found = []
    if name in schema:
        found.append((sign * Decimal(str(schema[name])), exclusive is True))
    if exclusive is not None and not isinstance(exclusive, bool):
        found.append((sign * Decimal(str(exclusive)), True))
    return max(found, default=None)


def _same(name: str, reader: Mapping[str, Any], parts: Parts) -> bool:
    return name not in reader or any(part.get(name) == reader[name] for part in parts)


def _listed(types: Any) -> frozenset[str]:
    return frozenset([types] if isinstance(types, str) else types)


def _is_multiple(number: float, of: float) -> bool:
    """Whether one number is a multiple of another; one that is too large for a float is so of itself alone."""
    if number == of:
        return True
    return math.inf not in (number, of) and (Fraction(str(number)) / Fraction(str(of))).denominator == 1


def _common(values: list[Any], others: list[Any]) -> list[Any]:
    texts = {text_of(each) for each in others}
    return [each for each in values if text_of(each) in texts]


def text_of(value: Any) -> str:
    """The same for two values that are equal as JSON has it: 1.0 is 1, and true is not."""
    return json.dumps(json.loads(json.dumps(value), parse_float=_number), sort_keys=True)


def _number(text: str) -> float:
    number = float(text)
    return int(number) if number.is_integer() else number


def _is(kind: str, value: Any) -> bool:
    if isinstance(value, bool) or value is None:
        return kind == ("null" if value is None else "boolean")
    if isinstance(value, int | float):
        return kind == "number" or (kind == "integer" and float(value).is_integer())
    if isinstance(value, str):
        return kind == "string"
    return kind == ("array" if isinstance(value, list) else "object")
