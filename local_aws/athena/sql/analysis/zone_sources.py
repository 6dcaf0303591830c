"""Where time zones come from: literals, functions that name one, and texts."""

from __future__ import annotations

import re

from sqlglot import exp
from sqlglot.expressions import DataType

from local_aws.athena.errors import not_supported
from local_aws.athena.sql import trino_types, zones
from local_aws.athena.sql.placing import IS_LITERAL
from local_aws.athena.sql.zones import CHECKED, MOMENT, WALL, WRITTEN

_DType = exp.DType
COMPARE = (
    exp.EQ, exp.NEQ, exp.LT, exp.LTE, exp.GT, exp.GTE, exp.NullSafeEQ, exp.NullSafeNEQ, exp.Between, exp.In, exp.Is,
    exp.Any, exp.All,
)  # fmt: skip
COMPARING_CALLS = frozenset("to_unixtime count approx_distinct typeof grouping".split())
WALL_CALLS = frozenset(
    """year quarter month week week_of_year year_of_week yow day day_of_month day_of_week dow day_of_year doy hour
    minute second millisecond date date_format format_datetime last_day_of_month""".split()
)
_NAMING = {"at_timezone": 1, "with_timezone": 1, "from_unixtime": 1}
"""Functions that name a zone: at which place."""
_ISO = "from_iso8601_timestamp"
_ISO_OFFSET = re.compile(r"[^T]*T.*?(?P<zone>Z|[+-]\d{2}(?::?\d{2})?)?")
_ENDS_IN_UTC = re.compile(r"(?:UTC|GMT|Z|[+-]00?(?::?00)?)\s*$")
_PARTS_OF_HOUR = {"HOUR": 60, "MINUTE": 1}


def is_source(node: exp.Expr) -> bool:
    """Whether a part may give moments of a zone that none of its own parts has."""
    if isinstance(node, exp.Anonymous):
        name = node.name.lower()
        return name == _ISO or (name in _NAMING and len(node.expressions) > 1)
    return isinstance(node, exp.Cast) and any(part.this == _DType.TIMESTAMPTZ for part in node.to.find_all(DataType))


def source_zone(node: exp.Expr) -> str:
    """The zone that a source gives; "" for UTC.

    Raises:
        RefusedQueryError: it is not known, or cannot be kept.
    """
    found = _of_cast(node) if isinstance(node, exp.Cast) else _of_call(node)
    return "" if found == "UTC" else found


def _of_call(node: exp.Expr) -> str:
    name, arguments = node.name.lower(), node.expressions
    if name == _ISO:
        return _of_iso(node)
    if name == "from_unixtime" and len(arguments) > 2:
        hours, minutes = map(_number, arguments[1:3])
        return zones.of_minutes(hours * 60 + minutes)
    zone = arguments[1]
    if isinstance(zone, exp.Interval):
        return zones.of_minutes(_interval(zone))
    if not (isinstance(zone, exp.Literal) and zone.is_string):
        raise not_supported(f"{name} with a time zone that is not a literal")
    return zones.canonical(zone.name)


def _number(node: exp.Expr) -> int:
    inner = node.this if isinstance(node, exp.Neg) else node
    if not (isinstance(inner, exp.Literal) and inner.name.isdigit()):
        raise not_supported("from_unixtime with hours and minutes that are not literals")
    return -int(inner.name) if inner is not node else int(inner.name)


def _interval(node: exp.Interval) -> int:
    """The minutes of `INTERVAL '2' HOUR` or such."""
    unit = node.args.get("unit")
    size = _PARTS_OF_HOUR.get(unit.name.upper()) if isinstance(unit, exp.Var) else None
    value = node.this.this if isinstance(node.this, exp.Neg) else node.this
    if size is None or not (isinstance(value, exp.Literal) and re.fullmatch(r"[+-]?\d+", value.name)):
        raise not_supported("a time zone that is such an interval")
    return int(value.name) * size * (-1 if value is not node.this else 1)


def _of_iso(node: exp.Expr) -> str:
    text = node.expressions[0]
    if not (isinstance(text, exp.Literal) and text.is_string):
        return _of_text(node, text)
    found = _ISO_OFFSET.fullmatch(text.name)
    return zones.canonical(found["zone"]) if found and found["zone"] else _of_text(node, text)


def _of_cast(node: exp.Cast) -> str:
    value = node.this
    if node.to.this != _DType.TIMESTAMPTZ:
        _check_nested(node)
        return "UTC"
    if isinstance(value, exp.Literal) and value.is_string:
        found = zones.read(value.name)
        if found is not None:
            node.meta[MOMENT], zone = found
            return zone
    if node.meta.get(IS_LITERAL) and not _ENDS_IN_UTC.search(value.name):
        raise not_supported(f"the moment '{value.name}'")
    if node.meta.get(IS_LITERAL) or isinstance(value, exp.Null):
        return "UTC"
    kind = value.type
    if trino_types.family(kind) == "date":
        return "UTC"
    if kind is not None and trino_types.is_text(kind):
        return _of_text(node, value)
    raise not_supported("a cast of such a value to a timestamp with a time zone")


def _check_nested(node: exp.Cast) -> None:
    """Texts within arrays, maps and rows are not read one by one."""
    kind = node.this.type
    parts = list(kind.find_all(DataType)) if kind is not None else []
    unread = ("text", "json", None)
    is_plain = parts and not any(trino_types.family(part) in unread for part in parts)
    if not is_plain and not isinstance(node.this, exp.Null):
        raise not_supported("a cast to timestamps with a time zone within another type")


# Texts of data


def _of_text(node: exp.Expr, text: exp.Expr) -> str:
    """A moment of a text is in UTC, unless what stands around it takes it with any zone."""
    if _counts_as_instant(node):
        return "UTC"
    if isinstance(node, exp.Anonymous) and _counts_as_wall(node):
        node.meta[WALL] = WRITTEN
        return "UTC"
    outer = node.find_ancestor(exp.Anonymous)
    while outer is not None:
        if outer.name.lower() == "try":  # what ends a query is NULL there
            raise not_supported("a text that is read as a timestamp with a time zone within TRY")
        outer = outer.find_ancestor(exp.Anonymous)
    text.meta[CHECKED] = True
    return "UTC"


def _counts_as_instant(node: exp.Expr) -> bool:
    outer = node.parent
    if isinstance(outer, exp.Anonymous):
        return outer.name.lower() in (*COMPARING_CALLS, "at_timezone")
    return isinstance(outer, COMPARE)


def _counts_as_wall(node: exp.Expr) -> bool:
    outer = node.parent
    if isinstance(outer, exp.Anonymous):
        return outer.name.lower() in WALL_CALLS and outer.expressions[0] is node
    if isinstance(outer, exp.Cast):
        return trino_types.family(outer.to) in ("date", "time") and outer.to.this != _DType.TIMESTAMPTZ
    return isinstance(outer, exp.Extract)
