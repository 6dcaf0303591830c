"""Scalar values of JSON: as texts, numbers and bytes."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import ROUND_DOWN, ROUND_HALF_UP, Context, Decimal, InvalidOperation

from sqlglot import exp

from local_aws.athena.tables.json_files.moments import NoMomentError, day
from local_aws.athena.tables.json_files.parsing import Number, Value

_DOUBLE = re.compile(r"[+-]?(NaN|Infinity|(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?[dDfF]?)", re.ASCII)
_DECIMAL = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_WIDE = Context(prec=100)
_LARGEST_EXPONENT = 100
_MOST_DIGITS = 40
_T = exp.DType
WHOLE = {_T.TINYINT: 1, _T.SMALLINT: 2, _T.INT: 4, _T.BIGINT: 8}
"""Bytes of the types of whole numbers."""


class BadValueError(Exception):
    """A value that is none of its column's type; the text is Java's."""


def whole(value: Value, kind: exp.DType, *, open_x: bool) -> int:
    """A whole number; one with a point loses what stands behind it.

    Raises:
        BadValueError: it is none, or too large; with Hive's SerDe also where it stands in quotes.
    """
    text = _numeric(value, open_x=open_x)
    try:
        if text.isdigit() and text.isascii() and text[0] != "0":
            found = int(text[:_MOST_DIGITS])
        elif open_x and re.fullmatch("0[xX][0-9a-fA-F]+", text):
            found = int(text[2:], 16)
        elif open_x and re.fullmatch("0[0-7]+", text):
            found = int(text[1:], 8)
        elif re.fullmatch("[+-]?[0-9]{1,40}", text):
            found = int(text)
        else:
            found = int(_number(text).to_integral_value(ROUND_DOWN))
    except (InvalidOperation, OverflowError, ValueError):
        raise BadValueError(f'For input string: "{text}"') from None
    most = 1 << (8 * WHOLE[kind] - 1)
    if not -most <= found < most:
        raise BadValueError(f"Value {found} exceeds the range of {kind.value}")
    return found


def double(value: Value, *, open_x: bool) -> float:
    """A number as a double, or as a float that the column makes of it.

    Raises:
        BadValueError: see `whole`.
    """
    text = _numeric(value, open_x=open_x).strip()
    if text.isascii() and text.replace(".", "", 1).isdigit():
        return float(text)
    if not _DOUBLE.fullmatch(text):
        raise BadValueError(f'For input string: "{text}"' if text else "empty String")
    return float(text.rstrip("dDfF"))


def day_of(value: Value, *, open_x: bool) -> date:
    """A day, by OpenX's SerDe also as the number of days since 1970.

    Raises:
        NoMomentError, BadValueError: it is none.
    """
    text = plain(value)
    try:
        return day(text)
    except NoMomentError:
        if not open_x or not re.fullmatch(r"-?\d{1,9}", text, re.ASCII):
            raise
    try:
        return date(1970, 1, 1) + timedelta(days=int(text))
    except OverflowError:
        raise BadValueError(f'For input string: "{text}"') from None


def _numeric(value: Value, *, open_x: bool) -> str:
    if not open_x and not isinstance(value, Number):
        token = f"VALUE_{str(value).upper()}" if isinstance(value, bool) else "VALUE_STRING"
        raise BadValueError(f"Current token ({token}) not numeric, can not use numeric value accessors")
    return plain(value)


def plain(value: Value) -> str:
    """A text, or what stands in JSON for what is none."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def _number(text: str) -> Decimal:
    if not _DECIMAL.fullmatch(text):
        raise InvalidOperation
    found = Decimal(text)
    if found and abs(found.adjusted()) > _LARGEST_EXPONENT:
        raise OverflowError
    return found


def decimal_of(text: str, digits: int, scale: int) -> Decimal:
    """A decimal, rounded half up.

    Raises:
        BadValueError: it is none, or too large.
    """
    try:
        found = _number(text).quantize(Decimal(1).scaleb(-scale), ROUND_HALF_UP, _WIDE)
    except (InvalidOperation, OverflowError):
        raise BadValueError(f"Cannot convert '{text}' to decimal({digits},{scale}). Value is not a number.") from None
    if len(found.as_tuple().digits) > digits and found:
        raise BadValueError(f"Cannot convert '{text}' to decimal({digits},{scale}). Value too large.")
    return found


def digits_of(kind: exp.DataType) -> tuple[int, int]:
    """Precision and scale of a decimal."""
    given = [int(one.name) for one in kind.expressions]
    return (*given, *(10, 0)[len(given) :])[:2]  # type: ignore[return-value]


def bytes_of(value: Value) -> bytes:
    """A text as bytes of UTF-8."""
    return plain(value).encode("utf-8", "replace")


def from_base64(value: Value) -> bytes:
    """Bytes of base64.

    Raises:
        BadValueError: it is none.
    """
    if isinstance(value, Number | bool):
        raise BadValueError("Unquoted JSON string is not allowed for VARBINARY")
    try:
        return base64.b64decode(str(value), validate=True)
    except ValueError:
        raise BadValueError("Illegal base64 character") from None


def text_of(value: Value) -> str:
    """What stands in a column of text: texts as they are, the rest as JSON without blanks."""
    if isinstance(value, Number):
        return _shown(value)
    if isinstance(value, Mapping | list):
        return _written(value)
    return plain(value)


def _shown(number: Number) -> str:
    """A number as Java's BigDecimal writes it, which is as Python's but for a zero's sign (Trino's OpenX JSON)."""
    if not _DECIMAL.fullmatch(number):
        return str(number)
    found = Decimal(number)
    return str(found if found else abs(found))


def _written(value: Value) -> str:
    if isinstance(value, Mapping):
        return (
            "{"
            + ",".join(f"{json.dumps(name, ensure_ascii=False)}:{_written(one)}" for name, one in value.items())
            + "}"
        )
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    if isinstance(value, Number):
        return _shown(value) if _DECIMAL.fullmatch(value) else json.dumps(str(value), ensure_ascii=False)
    return json.dumps(value, ensure_ascii=False)
