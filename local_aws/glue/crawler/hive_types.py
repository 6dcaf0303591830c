"""The types of the Glue Data Catalog, and what two of them become when the data holds both.

`join` is a least upper bound: commutative, associative and idempotent for everything but the order of a struct's
fields, which is the order of first appearance. Its rungs:

    void  <  tinyint < smallint < int < bigint  <  double  <  string
                                        float   <  double
                                  decimal(p,s)  <  double  (when 38 digits do not hold both)
    boolean, date, timestamp, binary, array, map, struct   <  string

AWS documents no such table. That whole and fractional numbers meet in `double` and that everything else meets in
`string` is assumed from the catalog types that crawlers are seen to write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import TypeAlias

MAX_PRECISION = 38
_DECIMAL = re.compile(r"decimal\((\d+),\s*(\d+)\)")


@dataclass(frozen=True)
class Primitive:
    """A type that is one word: `bigint`, `string`, `void`."""

    name: str


@dataclass(frozen=True)
class Decimal:
    """`decimal(precision,scale)`."""

    precision: int
    scale: int


@dataclass(frozen=True)
class Array:
    """`array<element>`."""

    element: HiveType


@dataclass(frozen=True)
class Map:
    """`map<key,value>`."""

    key: HiveType
    value: HiveType


@dataclass(frozen=True)
class Struct:
    """`struct<name:type,…>`; field names keep the case that the data has."""

    fields: tuple[tuple[str, HiveType], ...]


HiveType: TypeAlias = Primitive | Decimal | Array | Map | Struct

VOID = Primitive("void")
BOOLEAN = Primitive("boolean")
TINYINT = Primitive("tinyint")
SMALLINT = Primitive("smallint")
INT = Primitive("int")
BIGINT = Primitive("bigint")
FLOAT = Primitive("float")
DOUBLE = Primitive("double")
DATE = Primitive("date")
TIMESTAMP = Primitive("timestamp")
BINARY = Primitive("binary")
STRING = Primitive("string")

LONGEST = 131_072
"""Characters of a column's type (Glue's model, ColumnTypeString)."""

MOST = 10 * LONGEST
"""Characters of the types of all columns of a schema together; ours."""

_WHOLE = (TINYINT, SMALLINT, INT, BIGINT)
_DIGITS = {TINYINT: 3, SMALLINT: 5, INT: 10, BIGINT: 19}


def render(hive_type: HiveType) -> str:
    """The type as the catalog spells it; what never showed a value is a `string`."""
    return "".join(pieces(hive_type))


def pieces(hive_type: HiveType) -> Iterator[str]:
    """What `render` gives, piece by piece: a type with one part at many places has far more text than parts."""
    waiting: list[HiveType | str] = [hive_type]
    while waiting:
        match waiting.pop():
            case str(piece):
                yield piece
            case Primitive(name) as word:
                yield "string" if word == VOID else name
            case Decimal(precision, scale):
                yield f"decimal({precision},{scale})"
            case Array(element):
                waiting += [">", element, "array<"]
            case Map(key, value):
                waiting += [">", value, ",", key, "map<"]
            case Struct(()):
                yield "string"
            case Struct(fields):
                waiting.append(">")
                for name, field in reversed(fields[1:]):
                    waiting += [field, f",{name}:"]
                waiting += [fields[0][1], f"struct<{fields[0][0]}:"]


def length(hive_type: HiveType, most: int) -> int:
    """The number of characters that `render` gives; where these are more than `most`, some number above it."""
    found = 0
    for piece in pieces(hive_type):
        found += len(piece)
        if found > most:
            break
    return found


def parse(text: str) -> HiveType:
    """The type that the catalog spells so; what is none of those here (varchar(10) …) is kept as it is."""
    text = text.strip()
    word, _, inside = text.partition("<") if text.endswith(">") else (text, "", "")
    parts = _parts(inside[:-1])
    match word.strip().lower(), parts:
        case "array", [element]:
            return Array(parse(element))
        case "map", [key, value]:
            return Map(parse(key), parse(value))
        case "struct", _ if inside:
            fields = (part.partition(":") for part in parts)
            return Struct(tuple((name.strip(), parse(field)) for name, _, field in fields))
    found = _DECIMAL.fullmatch(text.lower())
    return Decimal(int(found[1]), int(found[2])) if found else Primitive(text)


def _parts(text: str) -> list[str]:
    """The text cut at the commas that stand outside all brackets."""
    parts, depth = [""], 0
    for character in text:
        depth += (character in "<(") - (character in ">)")
        if character == "," and not depth:
            parts.append("")
        else:
            parts[-1] += character
    return parts


def is_number(hive_type: HiveType) -> bool:
    """Whether the type holds numbers."""
    return hive_type in _WHOLE or hive_type in (FLOAT, DOUBLE) or isinstance(hive_type, Decimal)


def compatible(one: HiveType, other: HiveType) -> bool:
    """Whether one column can hold both without becoming a mere `string`."""
    return one == other or VOID in (one, other) or join(one, other) != STRING


def join(one: HiveType, other: HiveType) -> HiveType:  # noqa: PLR0911 - one return a rung
    """The narrowest type that holds the values of both."""
    if other in (one, VOID):
        return one
    if one == VOID:
        return other
    if is_number(one) and is_number(other):
        return _join_numbers(one, other)
    match one, other:
        case Array(left), Array(right):
            return Array(join(left, right))
        case Map(left_key, left_value), Map(right_key, right_value):
            return Map(join(left_key, right_key), join(left_value, right_value))
        case Struct(left_fields), Struct(right_fields):
            return Struct(_join_fields(left_fields, right_fields))
    return STRING


def _join_numbers(one: HiveType, other: HiveType) -> HiveType:
    if isinstance(one, Primitive) and isinstance(other, Primitive):
        if one in _WHOLE and other in _WHOLE:
            return max(one, other, key=_WHOLE.index)
        return DOUBLE
    if {one, other} & {FLOAT, DOUBLE}:
        return DOUBLE
    left, right = _as_decimal(one), _as_decimal(other)
    scale = max(left.scale, right.scale)
    precision = max(left.precision - left.scale, right.precision - right.scale) + scale
    return Decimal(precision, scale) if precision <= MAX_PRECISION else DOUBLE


def _as_decimal(number: HiveType) -> Decimal:
    if isinstance(number, Decimal):
        return number
    assert isinstance(number, Primitive)  # noqa: S101 - the caller has left only decimals and whole numbers
    return Decimal(_DIGITS[number], 0)


def _join_fields(
    left: tuple[tuple[str, HiveType], ...], right: tuple[tuple[str, HiveType], ...]
) -> tuple[tuple[str, HiveType], ...]:
    merged = dict(left)
    for name, field in right:
        merged[name] = join(merged[name], field) if name in merged else field
    return tuple(merged.items())
