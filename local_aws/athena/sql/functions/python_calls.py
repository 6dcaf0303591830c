"""Functions that the engine has not and Python has: it calls them for each value. Pure functions.

NULL gives NULL. Errors begin with Athena's category.
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import hashlib
import hmac
import math
import re
import struct
import unicodedata
import zlib
from collections.abc import Callable
from decimal import Decimal
from statistics import NormalDist
from typing import Any

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.sql.functions.model import Function

_WHOLE_BOUND = 1 << 63
_PYTHONS = {2: "0b", 8: "0o", 16: "0x"}
"""How Python lets whole numbers of a base begin, and Java does not."""
_FORMS = ("NFC", "NFD", "NFKC", "NFKD")
_SIZES = {unit: 1024**power for power, unit in enumerate(("B", "kB", "MB", "GB", "TB", "PB", "EB", "ZB", "YB"))}
_SOUNDEX = {letter: code for code, letters in enumerate(("AEIOUY", "BFPV", "CGJKQSXZ", "DT", "L", "MN", "R"))
            for letter in letters}  # fmt: skip
_LONGEST_SOUNDEX = 4


def _invalid(text: str) -> FailedQueryError:
    return FailedQueryError(f"INVALID_FUNCTION_ARGUMENT: {text}")


def _normalized(text: str, form: str = "NFC") -> str:
    if form.upper() not in _FORMS:
        raise _invalid(f"Normalization form must be one of [{', '.join(_FORMS)}]")
    return unicodedata.normalize(form.upper(), text)  # type: ignore[arg-type]


def _from_base(text: str, radix: int) -> int:
    """As Java's Long.parseLong: digits and a sign, and neither blanks nor what Python's literals begin with."""
    if not 2 <= radix <= 36:
        raise _invalid("Radix must be between 2 and 36")
    value = None
    digits = re.fullmatch(r"[+-]?([0-9A-Za-z]+)", text)
    if digits and not digits[1].lower().startswith(_PYTHONS.get(radix, " ")):
        with contextlib.suppress(ValueError):
            value = int(text, radix)
    if value is None or not -_WHOLE_BOUND <= value < _WHOLE_BOUND:
        raise _invalid(f"Not a valid base-{radix} number: {text}")
    return value


def _soundex(text: str) -> str:
    """A name's sound: its first letter and three digits; H and W do not part letters of one sound."""
    letters = [letter for letter in text.upper() if letter.isascii() and letter.isalpha()]
    if not letters:
        return ""
    found, before = letters[0], _SOUNDEX.get(letters[0])
    for letter in letters[1:]:
        code = _SOUNDEX.get(letter)
        if code and code != before:
            found += str(code)
        if code is not None:
            before = code
    return found[:_LONGEST_SOUNDEX].ljust(_LONGEST_SOUNDEX, "0")


def _luhn(text: str) -> bool:
    if not re.fullmatch(r"[0-9]*", text):
        raise _invalid("Input string contains non-numeric characters")
    digits = [int(digit) for digit in reversed(text)]
    total = sum(digit if place % 2 == 0 else sum(divmod(2 * digit, 10)) for place, digit in enumerate(digits))
    return bool(text) and total % 10 == 0


def _data_size(text: str) -> str:
    found = re.fullmatch(r"\s*([0-9]+(?:\.[0-9]+)?)([a-zA-Z]+)\s*", text)
    if not found or found[2] not in _SIZES:
        raise _invalid(f"Invalid data size: '{text}'")
    return str(int(Decimal(found[1]) * _SIZES[found[2]]))


def _from_base32(text: str) -> bytes:
    try:
        return base64.b32decode(text)
    except binascii.Error:
        raise _invalid("the text is not base32") from None


def _from_base64url(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error:
        raise _invalid("the text is not base64url") from None


def _unpacked(kind: str) -> Callable[[bytes], Any]:
    def read(value: bytes) -> Any:
        size = struct.calcsize(kind)
        if len(value) != size:
            raise _invalid(f"expected {size}-byte input, but got instead: {len(value)}")
        return struct.unpack(kind, value)[0]

    return read


def _packed(kind: str) -> Callable[[Any], bytes]:
    return lambda value: struct.pack(kind, value)


def _crc32(value: bytes) -> int:
    return zlib.crc32(value)


def _hmac(name: str) -> Callable[[bytes, bytes], bytes]:
    return lambda value, key: hmac.digest(key, value, name)


def _normal_cdf(mean: float, deviation: float, value: float) -> float:
    if deviation <= 0:
        raise _invalid("standardDeviation must be > 0")
    return NormalDist(mean, deviation).cdf(value)


def _inverse_normal_cdf(mean: float, deviation: float, probability: float) -> float:
    if not 0 < probability < 1:
        raise _invalid("p must be in the interval (0, 1)")
    if deviation <= 0:
        raise _invalid("sd must be > 0")
    return NormalDist(mean, deviation).inv_cdf(probability)


def _wilson(sign: int) -> Callable[[int, int, float], float]:
    """The bound of Wilson's score interval of a Bernoulli process."""

    def bound(successes: int, trials: int, z: float) -> float:
        if not 0 <= successes <= trials or trials == 0 or z < 0:
            raise _invalid("number of successes must not be larger than number of trials")
        rate = successes / trials
        middle = rate + z * z / (2 * trials)
        width = z * math.sqrt((rate * (1 - rate) + z * z / (4 * trials)) / trials)
        return (middle + sign * width) / (1 + z * z / trials)

    return bound


def _hamming(left: str, right: str) -> int:
    if len(left) != len(right):
        raise _invalid("The input strings to hamming_distance function must have the same length")
    return sum(one != other for one, other in zip(left, right, strict=True))


def _levenshtein(left: str, right: str) -> int:
    """How many letters are to be changed, added or taken away."""
    before = list(range(len(right) + 1))
    for place, letter in enumerate(left, start=1):
        row = [place]
        for other_place, other in enumerate(right):
            changed = before[other_place] + (letter != other)
            row.append(min(changed, before[other_place + 1] + 1, row[-1] + 1))
        before = row
    return before[-1]


LEFT, RIGHT, RIGHT_ARITHMETIC = "left", "right", "right_arithmetic"


def _shifted(value: int, count: int, bits: int, how: str) -> int:
    """A whole number of so many bits, shifted; by all of them or more nothing, or its sign, is left."""
    if count < 0:
        raise _invalid("Shift must be a non-negative number")
    count = min(count, bits)
    unsigned = value & ((1 << bits) - 1)
    shifted = {LEFT: unsigned << count, RIGHT: unsigned >> count, RIGHT_ARITHMETIC: value >> count}[how]
    low = shifted & ((1 << bits) - 1)
    return low - (1 << bits) if low >> (bits - 1) else low


_TEXT, _BYTES, _LONG, _INT = "VARCHAR", "BLOB", "BIGINT", "INTEGER"
_CALLS: dict[str, tuple[Callable[..., Any], list[str], str, str]] = {
    "normalize": (_normalized, [_TEXT, _TEXT], _TEXT, "varchar"),
    "from_base": (_from_base, [_TEXT, _LONG], _LONG, "bigint"),
    "hamming_distance": (_hamming, [_TEXT, _TEXT], _LONG, "bigint"),
    "soundex": (_soundex, [_TEXT], _TEXT, "varchar"),
    "luhn_check": (_luhn, [_TEXT], "BOOLEAN", "boolean"),
    "parse_data_size": (_data_size, [_TEXT], _TEXT, "decimal(38,0)"),
    "to_base32": (lambda value: base64.b32encode(value).decode(), [_BYTES], _TEXT, "varchar"),
    "from_base32": (_from_base32, [_TEXT], _BYTES, "varbinary"),
    "to_base64url": (lambda value: base64.urlsafe_b64encode(value).decode(), [_BYTES], _TEXT, "varchar"),
    "from_base64url": (_from_base64url, [_TEXT], _BYTES, "varbinary"),
    "crc32": (_crc32, [_BYTES], _LONG, "bigint"),
    "sha512": (lambda value: hashlib.sha512(value).digest(), [_BYTES], _BYTES, "varbinary"),
    **{
        f"hmac_{name}": (_hmac(name), [_BYTES, _BYTES], _BYTES, "varbinary")
        for name in "md5 sha1 sha256 sha512".split()
    },
    "to_big_endian_32": (_packed(">i"), [_INT], _BYTES, "varbinary"),
    "to_big_endian_64": (_packed(">q"), [_LONG], _BYTES, "varbinary"),
    "from_big_endian_32": (_unpacked(">i"), [_BYTES], _INT, "integer"),
    "from_big_endian_64": (_unpacked(">q"), [_BYTES], _LONG, "bigint"),
    "to_ieee754_32": (_packed(">f"), ["FLOAT"], _BYTES, "varbinary"),
    "to_ieee754_64": (_packed(">d"), ["DOUBLE"], _BYTES, "varbinary"),
    "from_ieee754_32": (_unpacked(">f"), [_BYTES], "FLOAT", "real"),
    "from_ieee754_64": (_unpacked(">d"), [_BYTES], "DOUBLE", "double"),
    "normal_cdf": (_normal_cdf, ["DOUBLE"] * 3, "DOUBLE", "double"),
    "inverse_normal_cdf": (_inverse_normal_cdf, ["DOUBLE"] * 3, "DOUBLE", "double"),
    "wilson_interval_lower": (_wilson(-1), [_LONG, _LONG, "DOUBLE"], "DOUBLE", "double"),
    "wilson_interval_upper": (_wilson(1), [_LONG, _LONG, "DOUBLE"], "DOUBLE", "double"),
}
_PREFIX = "athena_"


def _sql(name: str, kinds: list[str]) -> str | dict[int, str]:
    arguments = [f"CAST({{{place}}} AS {kind})" for place, kind in enumerate(kinds)]
    call = f"{_PREFIX}{name}({', '.join(arguments)})"
    if name == "normalize":
        return {1: f"{_PREFIX}normalize({arguments[0]}, 'NFC')", 2: call}
    return f"CAST({call} AS DECIMAL(38,0))" if name == "parse_data_size" else call


PYTHON_CALLS = {name: Function(_sql(name, kinds), returns) for name, (_, kinds, _, returns) in _CALLS.items()}
DISTANCE, FROM_UTF8, SHIFTED = f"{_PREFIX}levenshtein", f"{_PREFIX}from_utf8", f"{_PREFIX}shifted"
"""The engine's names of what other functions are made of."""
ENGINE_CALLS: tuple[tuple[str, Callable[..., Any], list[str], str], ...] = (
    *((f"{_PREFIX}{name}", call, kinds, given) for name, (call, kinds, given, _) in _CALLS.items()),
    (DISTANCE, _levenshtein, [_TEXT, _TEXT], _LONG),
    (FROM_UTF8, lambda value: value.decode(errors="replace"), [_BYTES], _TEXT),
    (SHIFTED, _shifted, [_LONG, _LONG, _INT, _TEXT], _LONG),
)
"""For the engine: name, function, types of its arguments, type of what it gives."""
