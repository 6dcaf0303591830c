"""FORMAT, whose format is Java's, and texts of numbers as Java writes them. Pure functions, which the engine calls."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

from sqlglot.expressions import DataType

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql import trino_types

FORMAT = "athena_format"
"""The engine's name of `formatted`."""
JAVA_DOUBLE, JAVA_REAL = "athena_double", "athena_real"
"""The engine's names of `values.java_double` and `values.java_real`."""

_OF_NUMBERS = "dxXofeE"
_DIRECTIVE = re.compile(
    r"%(?:(?P<index>\d+)\$)?(?P<flags>[-#+ 0,(]*)(?P<width>\d+)?(?:\.(?P<precision>\d+))?(?P<kind>[a-zA-Z%])"
)


def as_text(value: str, kind: DataType) -> str:
    """What CAST makes of a value when a text is wanted, for the engine."""
    if kind.this in (DataType.Type.TIMESTAMP, DataType.Type.DATETIME):
        return f"strftime({value}, '%Y-%m-%d %H:%M:%S.%g')"
    if kind.this == DataType.Type.TIMESTAMPTZ:
        return f"strftime({value}, '%Y-%m-%d %H:%M:%S.%g UTC')"
    if trino_types.is_floating(kind):  # the engine writes ordinary ones as Java does
        java = JAVA_REAL if kind.this == DataType.Type.FLOAT else JAVA_DOUBLE
        ordinary = f"({value}) = 0 OR (abs({value}) >= 0.001 AND abs({value}) < 10000000)"
        return f"CASE WHEN {ordinary} THEN CAST({value} AS VARCHAR) ELSE {java}({value}) END"
    if trino_types.is_decimal(kind):  # the engine may leave out the 0 before the point
        return f"regexp_replace(CAST({value} AS VARCHAR), '^(-?)[.]', '\\10.')"
    return f"CAST({value} AS VARCHAR)"


def as_json(value: str, kind: DataType) -> str:
    """What CAST makes of a value when JSON is wanted, for the engine: what is no number is a text."""
    if not trino_types.is_floating(kind):
        return f"to_json({value})"
    number = f"CAST(CAST({value} AS VARCHAR) AS DOUBLE)" if kind.this == DataType.Type.FLOAT else value
    return f"CASE WHEN isfinite({value}) THEN to_json({number}) ELSE to_json({as_text(value, kind)}) END"


def formatted(pattern: str | None, values: Sequence[str | None] | None) -> str | None:
    """A format with its values, as texts: `%s`, `%d`, `%,.2f`, `%05d`, `%x`, `%e`, `%b`, `%n`, `%%`, `%2$s` and such.

    Raises:
        FailedQueryError: INVALID_FUNCTION_ARGUMENT, a value is missing or of another kind than its place;
            NOT_SUPPORTED, a place is of a kind that the local AWS has not, such as a date's.
    """
    if pattern is None or values is None:
        return None
    given, taken = list(values), 0

    def written(found: re.Match[str]) -> str:
        nonlocal taken
        kind = found["kind"]
        if kind in "%n":
            return "%" if kind == "%" else "\n"
        place = int(found["index"]) - 1 if found["index"] else taken
        taken += not found["index"]
        if place >= len(given):
            raise FailedQueryError(f"INVALID_FUNCTION_ARGUMENT: Invalid format string: {pattern}")
        return _padded(_converted(found, given[place], pattern), found)

    return _DIRECTIVE.sub(written, pattern)


def _converted(found: re.Match[str], value: str | None, pattern: str) -> str:
    kind, precision = found["kind"], found["precision"]
    if kind.lower() == "b":
        return "false" if value is None else (value if value in ("true", "false") else "true")
    if value is None:
        return "null"
    if kind.lower() == "s":
        text = value[: int(precision)] if precision else value
        return text.upper() if kind == "S" else text
    if kind not in _OF_NUMBERS:
        raise FailedQueryError(f"NOT_SUPPORTED: %{kind} in FORMAT is not supported by the local AWS")
    try:
        return _number(found, Decimal(value))
    except (InvalidOperation, ValueError):
        raise FailedQueryError(f"INVALID_FUNCTION_ARGUMENT: Invalid format string: {pattern}") from None


def _number(found: re.Match[str], value: Decimal) -> str:
    kind, flags = found["kind"], found["flags"]
    places = int(found["precision"] or 6)
    comma = "," if "," in flags else ""
    if kind in "dxXo":
        whole = int(value)
        if whole != value:
            raise ValueError(value)
        text = f"{abs(whole):{comma}}" if kind == "d" else format(abs(whole), kind)
    elif kind == "f":
        text = f"{abs(value).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP):{comma}f}"
    else:
        text = format(abs(value), f".{places}{kind}")
        text = re.sub(r"([eE][+-])(\d)$", r"\g<1>0\2", text)
    if value < 0:
        return f"({text})" if "(" in flags else f"-{text}"
    return f"+{text}" if "+" in flags else f" {text}" if " " in flags else text


def _padded(text: str, found: re.Match[str]) -> str:
    width = int(found["width"] or 0)
    if "-" in found["flags"]:
        return text.ljust(width)
    if "0" in found["flags"] and found["kind"] in "dfxXo":
        sign = text[:1] if text[:1] in "+-( " else ""
        return sign + text[len(sign) :].rjust(width - len(sign), "0")
    return text.rjust(width)
