"""A line of JSON as values: by Python's own parser first, then as leniently as OpenX's SerDe reads.

That SerDe is made of json.org's parser (its repository; the texts and places of errors are those of Athena's user guide
and of public logs): names and texts without quotes or in single ones, `=` and `=>` for `:`, `;` for `,`, commas too
many are read, and what stands behind the document is left out. Hive's SerDe is made of Jackson, which is strict.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import NoReturn

Value = object
"""None, bool, Number, str, a list of values, or a Fields."""

_UNQUOTED_ENDS = frozenset(',:]}/\\"[{;=#')
_ESCAPES = {"b": "\b", "t": "\t", "n": "\n", "f": "\f", "r": "\r", "a": "\a", "v": "\t", **{c: c for c in "\"'\\/"}}
_DEEPEST = 250
TOO_DEEP = f"more than {_DEEPEST} levels (on the local AWS)"
_HALVES = re.compile("[\ud800-\udfff]")


class Number(str):
    """What stands without quotes and is none of true, false and null; in OpenX's JSON not only numbers do."""

    __slots__ = ()


class Fields(dict[str, Value]):
    """An object: name -> value."""


class NoJsonError(Exception):
    """The line is no JSON, or has a name twice; the text is the parser's."""


class Parser:
    """Reads lines.

    Args:
        any_case: whether names that differ in case only are the same.
        lenient: whether to read as OpenX's SerDe does.
    """

    def __init__(self, *, any_case: bool, lenient: bool) -> None:
        self._any_case = any_case
        self._lenient = lenient
        self._decoder = json.JSONDecoder(
            object_pairs_hook=self._fields,
            parse_int=Number,
            parse_float=Number,
            parse_constant=Number if lenient else _no_constant,
            strict=not lenient,
        )

    def read(self, line: str) -> Value:
        """The value of a line.

        Raises:
            NoJsonError: see there.
        """
        line = line.strip(" \t\r\n" if not self._lenient else None)
        try:
            found = self._decoder.decode(line)
            return _paired(found) if "\\u" in line else found
        except RecursionError:
            raise NoJsonError(TOO_DEEP) from None
        except json.JSONDecodeError as error:
            if not self._lenient:
                ended = error.pos >= len(line) or error.msg.startswith("Unterminated string")
                raise NoJsonError(
                    _ended(line) if ended else f"Unexpected character at column {error.pos + 1}"
                ) from None
        return _paired(_Lenient(line, self._fields).document())

    def _fields(self, pairs: Sequence[tuple[str, Value]]) -> Fields:
        found = Fields(pairs)
        if self._any_case:
            lower = {name.lower() for name in found}
            if len(lower) == len(pairs):
                return found
        elif len(found) == len(pairs):
            return found
        seen: set[str] = set()
        for name, _ in pairs:
            known = name.lower() if self._any_case else name
            if known in seen:
                raise NoJsonError(f'Duplicate key "{known}"')
            seen.add(known)
        return found


def _paired(value: Value) -> Value:
    """A value whose texts have no half of a letter of two: such a half is a question mark, as in Java."""
    if isinstance(value, Fields):
        return Fields((str(_paired(name)), _paired(one)) for name, one in value.items())
    if isinstance(value, list):
        return [_paired(one) for one in value]
    if isinstance(value, str) and not isinstance(value, Number):
        return _HALVES.sub("?", value.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass"))
    return value


def _no_constant(name: str) -> NoReturn:
    raise NoJsonError(f"Unexpected character ('{name[0]}')")


def _ended(line: str) -> str:
    """What Jackson says of a line that ends too early; the first half is real (user guide, "Hive JSON SerDe")."""
    opened: list[str] = []
    inside = escaped = False
    for sign in line:
        if inside:
            inside = escaped or sign != '"'
            escaped = sign == "\\" and not escaped
        elif sign == '"':
            inside = True
        elif sign in "{[":
            opened.append(sign)
        elif sign in "}]" and opened:
            opened.pop()
    if inside:
        return "Unexpected end-of-input in VALUE_STRING"
    return f"Unexpected end-of-input: expected close marker for {'ARRAY' if opened[-1:] == ['['] else 'OBJECT'}"


class _Lenient:
    """json.org's parser, which counts the letters that it took for its messages."""

    def __init__(self, text: str, fields: object) -> None:
        self._text = text
        self._place = 0
        self._level = 0
        self._fields = fields

    def document(self) -> Value:
        return self._value()

    def _next(self) -> str:
        """The next letter; "" behind the end, which is counted too."""
        self._place += 1
        return self._text[self._place - 1 : self._place]

    def _clean(self) -> str:
        while (sign := self._next()) and sign <= " ":
            pass
        return sign

    def _failed(self, why: str) -> NoJsonError:
        return NoJsonError(f"{why} at {self._place} [character {self._place + 1} line 1]")

    def _value(self) -> Value:
        sign = self._clean()
        if sign in ('"', "'") and sign:
            return self._string(sign)
        if sign in ("{", "[") and sign:
            self._level += 1
            if self._level > _DEEPEST:
                raise NoJsonError(TOO_DEEP)
            found = self._object() if sign == "{" else self._array()
            self._level -= 1
            return found
        start = self._place - 1
        while sign and sign >= " " and sign not in _UNQUOTED_ENDS:
            sign = self._next()
        self._place -= 1
        text = self._text[start : self._place].strip()
        if not text:
            raise self._failed("Missing value")
        return {"true": True, "false": False, "null": None}.get(text.lower(), Number(text))

    def _string(self, quote: str) -> str:
        found: list[str] = []
        while (sign := self._next()) != quote:
            if not sign:
                raise self._failed("Unterminated string")
            if sign != "\\":
                found.append(sign)
                continue
            sign = self._next()
            if sign == "u":
                digits = self._text[self._place : self._place + 4]
                self._place += 4
                if len(digits) < 4 or not all(one in "0123456789abcdefABCDEF" for one in digits):
                    raise self._failed("Substring bounds error")
                found.append(chr(int(digits, 16)))
            elif sign in _ESCAPES:
                found.append(_ESCAPES[sign])
            else:
                raise self._failed("Illegal escape.")
        return "".join(found)

    def _object(self) -> Fields:
        pairs: list[tuple[str, Value]] = []
        while True:
            sign = self._clean()
            if not sign:
                raise self._failed("A JSONObject text must end with '}'")
            if sign == "}":
                break
            self._place -= 1
            name = self._value()
            sign = self._clean()
            if sign == "=" and self._text[self._place : self._place + 1] == ">":
                self._place += 1
            elif sign not in ("=", ":"):
                raise self._failed("Expected a ':' after a key")
            pairs.append((_name(name), self._value()))
            sign = self._clean()
            if sign == "}":
                break
            if sign not in (";", ","):
                raise self._failed("Expected a ',' or '}'")
        return self._fields(pairs)  # type: ignore[operator,no-any-return]

    def _array(self) -> list[Value]:
        found: list[Value] = []
        if self._clean() == "]":
            return found
        self._place -= 1
        while True:
            if (sign := self._clean()) in (",", ";"):
                self._place -= 1
                found.append(None)
            else:
                self._place -= 1
                found.append(self._value())
            sign = self._clean()
            if sign == "]":
                return found
            if sign not in (",", ";"):
                raise self._failed("Expected a ',' or ']'")
            if self._clean() == "]":
                return found
            self._place -= 1


def _name(value: Value) -> str:
    if isinstance(value, bool) or value is None:
        return str(value).lower().replace("none", "null")
    if isinstance(value, Mapping | list):
        raise NoJsonError("a key is no text")
    return str(value)
