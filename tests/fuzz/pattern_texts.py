"""Texts that match the patterns of botocore's models."""

from __future__ import annotations

import functools
import re
from collections.abc import Sequence
from re import _constants as kinds  # type: ignore[attr-defined] # the parts of a pattern, as Python's own parser has them
from re import _parser as parser  # type: ignore[attr-defined]
from typing import Any

import regex

_JAVA = {
    r"\uD800\uDC00-\uDBFF\uDFFF": r"\U00010000-\U0010FFFF",
    r"[\w-": r"[\w\-",
    r"\p{L}": "a-zA-Z",
    r"\p{N}": "0-9",
    r"\p{Z}": " ",
    r"\p{P}": "_",
    r"\p{M}": "",
    r"\p{S}": "+",
    r"\p{ASCII}": "[a-z]",
    r"\p{Print}": "[a-z]",
    r"\p{Alnum}": "a-z0-9",
    r"\p{Graph}": "a-z",
}


@functools.cache
def text_of(pattern: str, least: int, most: int) -> str | None:
    """A text of `least` to `most` characters that matches the whole pattern, or None where none was found."""
    pattern = _python(pattern)
    try:
        parts, compiled = parser.parse(pattern), regex.compile(pattern)
    except re.error:
        return None
    for plain in ("fuzz", "fuzz".ljust(least, "z")[:most], "1", "1.0", "us-east-1", "000000000000"):
        if compiled.fullmatch(plain) and least <= len(plain) <= most:
            return plain
    for more in (0, 1, 2, 3, 4, 8, least):
        text = "".join(_made(parts, more))
        if least <= len(text) <= most and compiled.fullmatch(text):
            return text
    return None


def matches(pattern: str, text: str) -> bool:
    """Whether a text matches the whole of a model's pattern."""
    return regex.compile(_python(pattern)).fullmatch(text) is not None


def _python(pattern: str) -> str:
    for java, python in _JAVA.items():
        pattern = pattern.replace(java, python)
    return pattern


def _made(parts: Sequence[tuple[Any, Any]], more: int) -> list[str]:
    return [text for kind, detail in parts for text in _part(kind, detail, more)]


def _part(kind: Any, detail: Any, more: int) -> list[str]:  # noqa: PLR0911 - one return a kind of part
    if kind is kinds.LITERAL:
        return [chr(detail)]
    if kind is kinds.IN:
        return [_member(detail)]
    if kind in (kinds.ANY, kinds.NOT_LITERAL):
        return ["a"]
    if kind in (kinds.MAX_REPEAT, kinds.MIN_REPEAT):
        low, high, inside = detail
        return _made(inside, more) * min(max(low, more), high)
    if kind is kinds.BRANCH:
        return _made(detail[1][0], more)
    if kind is kinds.SUBPATTERN:
        return _made(detail[-1], more)
    return []


def _member(choices: Sequence[tuple[Any, Any]]) -> str:
    for letter in "a1A-_/. ":
        code = ord(letter)
        inside = any(
            (kind is kinds.LITERAL and detail == code)
            or (kind is kinds.RANGE and detail[0] <= code <= detail[1])
            or (kind is kinds.CATEGORY and re.fullmatch(_CATEGORIES.get(detail, "x"), letter))
            for kind, detail in choices
        )
        if inside != (choices[0][0] is kinds.NEGATE):
            return letter
    kind, detail = choices[0]
    return chr(detail if kind is kinds.LITERAL else detail[0])


_CATEGORIES = {kinds.CATEGORY_DIGIT: r"\d", kinds.CATEGORY_WORD: r"\w", kinds.CATEGORY_NOT_SPACE: r"\S"}
_CATEGORIES |= {kinds.CATEGORY_SPACE: r"\s", kinds.CATEGORY_NOT_DIGIT: r"\D", kinds.CATEGORY_NOT_WORD: r"\W"}
