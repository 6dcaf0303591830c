"""Which type becomes which by itself, and which by CAST (Trino's TypeCoercion and its tables of casts)."""

from __future__ import annotations

from collections.abc import Iterable

from local_aws.athena.sql.analysis.types import (
    ANY,
    MOMENTS,
    NUMBERS,
    TEXTS,
    UNKNOWN,
    VARCHAR,
    WHOLE,
    Type,
    decimal,
    varchar,
)  # fmt: skip

_DIGITS = {"tinyint": 3, "smallint": 5, "integer": 10, "bigint": 19}
_LONGEST_CHAR = 65_536
_OF_TEXT = ("JsonPath", "JoniRegExp", "CodePoints")
_WITH_PRECISION = ("time", "time with time zone", "timestamp", "timestamp with time zone")


def common(kinds: Iterable[Type]) -> Type | None:
    """The type that all of these become; None where there is none."""
    found = UNKNOWN
    for kind in kinds:
        joined = common_of_two(found, kind)
        if joined is None:
            return None
        found = joined
    return found


def common_of_two(left: Type, right: Type) -> Type | None:
    """The type that both become; None where there is none."""
    if right in (left, UNKNOWN):
        return left
    if left == UNKNOWN:
        return right
    if ANY in (left, right):
        return ANY
    if left.base == right.base:
        return _same_base(left, right)
    for one, other in ((left, right), (right, left)):
        coerced = to_base(one, other.base)
        if coerced is not None:
            return _same_base(coerced, other)
    return None


def can_coerce(source: Type, target: Type) -> bool:
    """Whether one type becomes the other by itself."""
    if target == ANY or source in (ANY, UNKNOWN):
        return True
    if {source.base, target.base} == set(TEXTS):  # either way in one version of Trino or another
        return True
    coerced = source if source.base == target.base else to_base(source, target.base)
    if coerced is None:
        return False
    if target.base in ("array", "map", "row"):
        pairs = zip(coerced.arguments, target.arguments, strict=False)
        return len(coerced.arguments) == len(target.arguments) and all(can_coerce(*pair) for pair in pairs)
    return _same_base(coerced, target) == target


def _same_base(left: Type, right: Type) -> Type | None:
    if left.base == "decimal":
        scale = max(_number(left, 1), _number(right, 1))
        whole = max(_number(left, 0) - _number(left, 1), _number(right, 0) - _number(right, 1))
        return decimal(whole + scale, scale)
    if left.base == "varchar":
        return varchar(max(_number(left, 0), _number(right, 0))) if left.numbers and right.numbers else VARCHAR
    if left.base == "char" or left.base in _WITH_PRECISION:
        return Type(left.base, numbers=(max(_number(left, 0), _number(right, 0)),))
    if len(left.arguments) != len(right.arguments):
        return None
    inner = [common_of_two(*pair) for pair in zip(left.arguments, right.arguments, strict=True)]
    known = tuple(kind for kind in inner if kind is not None)
    if len(known) < len(inner):
        return None
    pairs = zip(left.names, right.names, strict=True) if left.names and right.names else ()
    names = tuple(one if one == other else "" for one, other in pairs)
    return Type(left.base, known, left.numbers, names if any(names) else ())


def _number(kind: Type, place: int) -> int:
    found = kind.numbers[place] if place < len(kind.numbers) else 0
    return found if isinstance(found, int) else 0


def to_base(kind: Type, base: str) -> Type | None:
    """What a type becomes by itself when one of that base is wanted; None where it does not."""
    source = kind.base
    found = None
    if source == base:
        found = kind
    elif source in NUMBERS and base in NUMBERS and NUMBERS.index(source) < NUMBERS.index(base):
        found = decimal(_DIGITS[source], 0) if base == "decimal" else Type(base)
    elif source == "date" and base in ("timestamp", "timestamp with time zone"):
        found = Type(base, numbers=(0,))
    elif (source, base) in (("time", "time with time zone"), ("timestamp", "timestamp with time zone")):
        found = Type(base, numbers=kind.numbers)
    elif source == "varchar" and base == "char":
        found = Type("char", numbers=kind.numbers or (_LONGEST_CHAR,))
    elif source in TEXTS and base in _OF_TEXT:
        found = Type(base)
    return found


def is_comparable(kind: Type) -> bool:
    """Whether values of a type can be equal."""
    return kind.base not in ("function", "HyperLogLog") and all(map(is_comparable, kind.arguments))


def is_orderable(kind: Type) -> bool:
    """Whether one value of a type can be less than another."""
    return kind.base not in ("map", "json", "function", "HyperLogLog", "color") and all(
        map(is_orderable, kind.arguments)
    )


# CAST

_SIMPLE = (*NUMBERS, "boolean", *TEXTS, *MOMENTS, "varbinary", "json")
_CASTS: dict[str, tuple[str, ...]] = {
    **dict.fromkeys(NUMBERS, (*NUMBERS, "boolean", *TEXTS, "json")),
    "boolean": (*NUMBERS, "boolean", *TEXTS, "json"),
    "varchar": (*NUMBERS, "boolean", *TEXTS, *MOMENTS, "json", "uuid", "ipaddress", "varbinary"),
    "char": (*NUMBERS, "boolean", *TEXTS, *MOMENTS, "json", "uuid", "ipaddress"),
    "date": ("date", "timestamp", "timestamp with time zone", *TEXTS, "json"),
    "time": ("time", "time with time zone", "timestamp", "timestamp with time zone", *TEXTS, "json"),
    "time with time zone": ("time", "time with time zone", "timestamp", "timestamp with time zone", *TEXTS, "json"),
    "timestamp": (*MOMENTS, *TEXTS, "json"),
    "timestamp with time zone": (*MOMENTS, *TEXTS, "json"),
    "varbinary": ("varbinary", "uuid", "ipaddress"),
    "json": (*NUMBERS, "boolean", *TEXTS, *MOMENTS, "json", "array", "map", "row"),
    **dict.fromkeys(("array", "map", "row"), ("json",)),
}
"""From -> to, of what Trino has; a type that is not here is let through."""


def can_cast(source: Type, target: Type) -> bool:
    """Whether CAST takes one type to the other."""
    if ANY in (source, target) or source == UNKNOWN:
        return True
    nested = ("array", "map", "row")
    if source.base in nested and target.base == source.base:
        pairs = zip(source.arguments, target.arguments, strict=False)
        return len(source.arguments) == len(target.arguments) and all(can_cast(*pair) for pair in pairs)
    if source.base not in _CASTS or target.base not in (*_SIMPLE, *nested):
        return True
    return target.base in _CASTS[source.base]


# Arithmetic


def digits(kind: Type) -> tuple[int, int]:
    """Precision and scale of a decimal, or of the one that holds a whole number."""
    return (_DIGITS[kind.base], 0) if kind.base in WHOLE else (_number(kind, 0), _number(kind, 1))
