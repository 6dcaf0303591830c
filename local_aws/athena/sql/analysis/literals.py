"""Literals: numbers, texts, NULL, dates and intervals."""

from __future__ import annotations

import datetime as dt
import json
import re
from collections.abc import Callable
from typing import Any

from sqlglot import exp

from local_aws.athena.errors import RefusedQueryError
from local_aws.athena.sql.analysis.contexts import Context
from local_aws.athena.sql.analysis.failures import failure
from local_aws.athena.sql.analysis.types import (
    ANY,
    BIGINT,
    BOOLEAN,
    DATE,
    DAYS,
    DOUBLE,
    INTEGER,
    JSON,
    MONTHS,
    TIMESTAMP_TZ,
    UNKNOWN,
    VARBINARY,
    Type,
    decimal,
    varchar,
)  # fmt: skip
from local_aws.athena.sql.places import position

_LARGEST_INTEGER, _LARGEST_BIGINT = 2**31 - 1, 2**63 - 1
_MONTHS = ("YEAR", "MONTH")


def _literal(_context: Context, node: exp.Expr) -> Type:
    if node.is_string:
        return varchar(len(node.name))
    if not node.name.isdigit():
        return DOUBLE  # AWS, Athena user guide, "Data type examples": 1.234 is a DOUBLE
    number = int(node.name)
    if number > _LARGEST_BIGINT + isinstance(node.parent, exp.Neg):
        raise RefusedQueryError(f"{position(node)}: Invalid numeric literal: {node.name}")
    return INTEGER if number <= _LARGEST_INTEGER else BIGINT


def _interval(_context: Context, node: exp.Expr) -> Type:
    unit = node.args.get("unit")
    name = unit.this.name if isinstance(unit, exp.IntervalSpan) else unit.name if unit is not None else ""
    return MONTHS if name.upper() in _MONTHS else DAYS


# DATE '…' and the like

_DAY = r"[+-]?(?P<year>\d{1,6})-(?P<month>\d{1,2})-(?P<day>\d{1,2})"
_CLOCK = r"(?P<hour>\d{1,2}):(?P<minute>\d{1,2})(?::(?P<second>\d{1,2})(?:\.(?P<fraction>\d{1,12}))?)?"
_ZONE = r"(?P<zone>\s*[+-]\d{1,2}(?::?\d{2})?|\s+[A-Za-z][\w/+-]*|\s*Z)?"
_DATE = re.compile(rf"\s*{_DAY}\s*")
_TIME = re.compile(rf"\s*{_CLOCK}{_ZONE}\s*")
_TIMESTAMP = re.compile(rf"\s*{_DAY}(?:[ T]{_CLOCK})?{_ZONE}\s*")
_DECIMAL = re.compile(r"\s*[+-]?(?P<whole>[\d_]*)(?:\.(?P<fraction>[\d_]*))?\s*")


def typed_literal(node: exp.Expr, kind: Type) -> Type:
    """The type of `DATE '2024-05-01'`: times and decimals have the digits that are written.

    Raises:
        FailedQueryError: INVALID_LITERAL, the text is no such value.
    """
    text = node.this.name
    read = _READERS.get(kind.base)
    if read is None or not (isinstance(node.this, exp.Literal) and node.this.is_string):
        return kind
    found = read(text, kind)
    if found is None:
        raise failure("INVALID_LITERAL", node, f"'{text}' is not a valid {_name(kind)} literal")
    return found


def _name(kind: Type) -> str:
    return kind.base.partition(" ")[0].upper()


def _date(text: str, kind: Type) -> Type | None:
    matched = _DATE.fullmatch(text)
    return kind if matched and _is_day(matched) else None


def _is_day(matched: re.Match[str]) -> bool:
    year, month, day = int(matched["year"]), int(matched["month"]), int(matched["day"])
    try:
        dt.date(2000 + year % 400, month, day)
    except ValueError:
        return False
    return True


def _is_time(matched: re.Match[str]) -> bool:
    return int(matched["hour"] or 0) < 24 and int(matched["minute"] or 0) < 60 and int(matched["second"] or 0) < 60


def _timestamp(text: str, _kind: Type) -> Type | None:
    matched = _TIMESTAMP.fullmatch(text)
    if not matched or not _is_day(matched) or not _is_time(matched):
        return None
    base = "timestamp with time zone" if matched["zone"] else "timestamp"
    return Type(base, numbers=(len(matched["fraction"] or ""),))


def _time(text: str, _kind: Type) -> Type | None:
    matched = _TIME.fullmatch(text)
    if not matched or not _is_time(matched):
        return None
    return Type("time with time zone" if matched["zone"] else "time", numbers=(len(matched["fraction"] or ""),))


def _decimal(text: str, _kind: Type) -> Type | None:
    matched = _DECIMAL.fullmatch(text)
    if not matched or not (matched["whole"] or matched["fraction"]):
        return None
    whole, fraction = matched["whole"].lstrip("0"), matched["fraction"] or ""
    digits = len(whole) + len(fraction)
    return decimal(max(1, digits), len(fraction)) if digits <= 38 else None


def _json(text: str, kind: Type) -> Type | None:
    try:
        json.loads(text)
    except ValueError:
        return None
    return kind


def _number(text: str, kind: Type) -> Type | None:
    return kind if re.fullmatch(r"\s*[+-]?\d+\s*", text) else None


def _char(text: str, _kind: Type) -> Type:
    return Type("char", numbers=(len(text),))


_READERS: dict[str, Callable[[str, Type], Type | None]] = {
    "date": _date,
    "timestamp": _timestamp,
    "timestamp with time zone": _timestamp,
    "time": _time,
    "time with time zone": _time,
    "decimal": _decimal,
    "char": _char,
    "json": _json,
    **dict.fromkeys(("tinyint", "smallint", "integer", "bigint"), _number),
}


def _json_literal(_context: Context, node: exp.Expr) -> Type:
    if not node.args.get("is_literal"):
        return ANY
    if _json(node.this.name, JSON) is None:
        raise failure("INVALID_LITERAL", node, f"'{node.this.name}' is not a valid JSON literal")
    return JSON


LITERALS: dict[Any, Callable[[Context, exp.Expr], Type]] = {
    exp.Literal: _literal,
    exp.Boolean: lambda _context, _node: BOOLEAN,
    exp.Null: lambda _context, _node: UNKNOWN,
    exp.HexString: lambda _context, _node: VARBINARY,
    exp.Interval: _interval,
    exp.ParseJSON: _json_literal,
    exp.CurrentDate: lambda _context, _node: DATE,
    exp.CurrentTimestamp: lambda _context, _node: TIMESTAMP_TZ,
    exp.Localtimestamp: lambda _context, _node: Type("timestamp", numbers=(3,)),
    exp.Localtime: lambda _context, _node: Type("time", numbers=(3,)),
    exp.CurrentTime: lambda _context, _node: Type("time with time zone", numbers=(3,)),
}
