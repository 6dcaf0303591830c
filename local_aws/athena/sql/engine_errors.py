"""What the engine says, in Athena's words: the one place through which its texts go.

No text of the engine reaches a user. The sentences are those of Trino's operators and functions where the value is
known (its VarcharOperators, DateOperators, DecimalCasts, BigintOperators, …); else they say in words of the local AWS
what is wrong, and the engine's own text goes to the log.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Callable

from local_aws.athena.errors import INTERNAL

_logger = logging.getLogger(__name__)

_OWN = re.compile(r"(?:[^'\"]*?(?:Error|Exception): )*((?:[A-Z]+_)+[A-Z]+: .*)", re.DOTALL)
"""A sentence that begins with a category: raised by a macro or a function of the local AWS."""

_WHOLE = {"INT8": "tinyint", "INT16": "smallint", "INT32": "integer", "INT64": "bigint", "INT128": "bigint"}
_CAST_NAMES = {
    "INT8": "TINYINT", "INT16": "SMALLINT", "INT32": "INT", "INT64": "BIGINT", "BOOL": "BOOLEAN", "FLOAT": "REAL",
    "DOUBLE": "DOUBLE",
}  # fmt: skip
_TIMES = {"date": "date", "timestamp": "timestamp", "time": "time"}


def _not_cast(found: re.Match[str]) -> str:
    kind = found["kind"]
    if kind.startswith("DECIMAL"):
        ending = "too large." if re.fullmatch(r"\s*[+-]?[\d.]+\s*", found["value"]) else "is not a number."
        return f"INVALID_CAST_ARGUMENT: Cannot cast VARCHAR '{found['value']}' to {_decimal(kind)}. Value {ending}"
    if kind == "UUID":
        return f"INVALID_CAST_ARGUMENT: Cannot cast value to UUID: {found['value']}"
    name = _CAST_NAMES.get(kind)
    return f"INVALID_CAST_ARGUMENT: Cannot cast '{found['value']}' to {name}" if name else _KINDS["Conversion"]


def _decimal(kind: str) -> str:
    return kind.replace(",", ", ")


def _decimal_too_large(found: re.Match[str]) -> str:
    kind = _WHOLE.get(found["kind"])
    return f"INVALID_CAST_ARGUMENT: Cannot cast '{found['value']}' to {kind.upper()}" if kind else _KINDS["Conversion"]


def _too_large_for_decimal(found: re.Match[str]) -> str:
    return f"INVALID_CAST_ARGUMENT: Cannot cast '{found['value']}' to {_decimal(found['kind'])}"


def _out_of_range(found: re.Match[str]) -> str:
    kind = _WHOLE.get(found["kind"])
    return f"INVALID_CAST_ARGUMENT: Out of range for {kind}: {found['value']}" if kind else _KINDS["Out of Range"]


def _overflow(found: re.Match[str]) -> str:
    kind = _WHOLE.get(found["kind"])
    if kind is None:
        return "NUMERIC_VALUE_OUT_OF_RANGE: Decimal overflow"
    return f"NUMERIC_VALUE_OUT_OF_RANGE: {kind} {found['what']} overflow: {found['values']}"


def _no_moment(found: re.Match[str]) -> str:
    return f"INVALID_CAST_ARGUMENT: Value cannot be cast to {found['kind']}: {found['value']}"


_SAYINGS: tuple[tuple[str, str | Callable[[re.Match[str]], str]], ...] = (
    (r"Division by zero in expression", "DIVISION_BY_ZERO: Division by zero"),
    (r"Could not convert string (?P<q>['\"])(?P<value>.*)(?P=q) to (?P<kind>\w+(?:\([\d,]+\))?)", _not_cast),
    (r"Could not cast value (?P<value>\S+) to (?P<kind>DECIMAL\([\d,]+\))", _too_large_for_decimal),
    (r"Casting value \"(?P<value>[^\"]*)\" to type (?P<kind>DECIMAL\([\d,]+\)) failed", _too_large_for_decimal),
    (r"Failed to cast decimal value (?P<value>\S+) to type (?P<kind>\w+)", _decimal_too_large),
    (r"Type INT128 with value (?P<value>\S+) can't be cast because .* destination type INT64",
     lambda found: f"NUMERIC_VALUE_OUT_OF_RANGE: bigint addition overflow: {found['value']}"),
    (r"Type \w+ with value (?P<value>\S+) can't be cast because .* destination type (?P<kind>\w+)", _out_of_range),
    (r"Overflow in (?P<what>\w+) of (?P<kind>\w+)(?:\(\d+\))? \((?P<values>.*?)\)", _overflow),
    (r"invalid (?P<kind>date|timestamp|time) field format: \"(?P<value>.*?)\"", _no_moment),
    (r"(?P<kind>date|timestamp|time) field value out of range: \"(?P<value>.*?)\"", _no_moment),
    (r"Could not parse string \"(?P<value>.*?)\" according to format",
     lambda found: f"INVALID_FUNCTION_ARGUMENT: Invalid format: \"{found['value']}\""),
    (r"Malformed JSON .*Input: \"(?P<value>.*)\"",
     lambda found: f"INVALID_FUNCTION_ARGUMENT: Cannot convert value to JSON: '{found['value']}'"),
    (r"Failed to cast value to \w+: (?P<value>.*)",
     lambda found: f"INVALID_CAST_ARGUMENT: Cannot cast JSON '{found['value']}'"),
    (r"Map keys must be unique", "INVALID_FUNCTION_ARGUMENT: Duplicate map keys are not allowed"),
    (r"Map keys can not be NULL", "INVALID_FUNCTION_ARGUMENT: map key cannot be null"),
    (r"map key list does not align", "INVALID_FUNCTION_ARGUMENT: Key and value arrays must be the same length"),
    (r"More than one row returned by a subquery",
     "SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows"),
    (r"Strings must be of equal length",
     "INVALID_FUNCTION_ARGUMENT: The input strings to hamming_distance function must have the same length"),
    (r"Could not decode string .* as base64", "INVALID_FUNCTION_ARGUMENT: the text is not base64"),
    (r"Invalid input for hex digit", "INVALID_FUNCTION_ARGUMENT: the text is not hexadecimal"),
    (r"QUANTILE can only take parameters", "INVALID_FUNCTION_ARGUMENT: Percentile must be between 0 and 1"),
    (r"Invalid UTF8 Codepoint (?P<value>\S+)",
     lambda found: f"INVALID_FUNCTION_ARGUMENT: Not a valid Unicode code point: {found['value']}"),
    (r"missing \)|no argument for repetition|invalid (?:escape|perl|character class|repetition)|bad repetition",
     "INVALID_FUNCTION_ARGUMENT: a regular expression is not valid"),
)  # fmt: skip
"""What the engine says (a pattern), and what a user is told."""

_KINDS = {
    "Conversion": "INVALID_CAST_ARGUMENT: a value cannot be cast to the type that the query asks for",
    "Out of Range": "NUMERIC_VALUE_OUT_OF_RANGE: a value is out of the range of its type",
    "Invalid Input": "INVALID_FUNCTION_ARGUMENT: a function does not take the value of an argument",
    **dict.fromkeys(
        ("Binder", "Catalog", "Parser", "Not implemented", "Syntax", "Invalid Type", "Mismatch Type", "Dependency"),
        "NOT_SUPPORTED: a part of this query is not supported by the local AWS",
    ),
}
"""What a user is told of the other errors, by the engine's name for them."""


def athena_reason(engine_error: str) -> str:
    """What a user is told of an error of the engine."""
    text = engine_error.partition("\n\nLINE ")[0].strip()
    own = _OWN.match(text)
    if own:
        return own[1].strip()
    for pattern, told in _SAYINGS:
        found = re.search(pattern, text, re.DOTALL)
        if found:
            return told if isinstance(told, str) else told(found)
    _logger.warning("the engine says: %s", text)
    return _KINDS.get(text.partition(" Error: ")[0], INTERNAL)
