r"""Grok: lines of text as fields, by named regular expressions (developer guide, "Writing grok custom classifiers").

`%{NAME}` stands for a pattern of that name, `%{NAME:field}` for one whose text is a field, `%{NAME:field:type}` for a
field of a type. A line fits where the pattern is found anywhere in it, as Trino's GrokSerDe has it. Fields of one name
are one field. Quotes around a field's text go, as there.

Assumed: `date` and `datetime` are texts; inside an expression `\1` counts groups that patterns bring.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import regex  # type: ignore[import-untyped] # types-regex is not among the requirements

from .grok_patterns import PATTERNS

TYPES = ("string", "byte", "boolean", "double", "short", "int", "long", "float")
_TEXT_TYPES = ("date", "datetime")
_SECONDS = 0.5
"""What one line may take."""

_MOST_LETTERS = 100_000
_DEEPEST = 40
_UNWANTED = "UNWANTED"
_TOKEN = re.compile(r"\\.|%\{|\(\?P?<(?![=!])(?P<name>[^>]+)>", re.DOTALL)
_PART = re.compile(r"(?P<pattern>\w+)(?::(?P<field>[^:;=]+)(?:[:;](?P<type>[^:;=]+)(?:[:;][^=]*)?)?)?(?:=(?P<own>.*))?")
_DEFINED = re.compile(r"\s*(\w+)\s+(.*)")


class GrokError(ValueError):
    """A pattern is none, or a line takes too long; the text says which."""


@dataclass(frozen=True)
class Field:
    """A field: its name as the pattern spells it, and one of TYPES."""

    name: str
    type: str


class Grok:
    """A grok pattern, ready to match.

    Args:
        pattern: the pattern of a line.
        custom: further patterns, one a line: a name, a blank, a regular expression.

    Attributes:
        fields: in the order in which the pattern has them.

    Raises:
        GrokError: it names a pattern that is not defined, itself, or a type that is none; it is no regular expression,
            or too large.
    """

    def __init__(self, pattern: str, custom: str = "") -> None:
        found = _Expansion({**PATTERNS, **definitions(custom)})
        expression = found.expand(pattern, 0)
        try:
            self._compiled = regex.compile(expression, regex.V1 | regex.ASCII, cache_pattern=False)
        except (regex.error, OverflowError, RecursionError) as error:
            raise GrokError(f"The grok pattern {pattern!r} is no regular expression: {error}") from error
        self._pattern = pattern
        self.fields = tuple(found.fields.values())
        places = {name: place for place, name in enumerate(found.fields)}
        self._groups = [(group, places[name]) for group, name in enumerate(found.groups)]

    def match(self, line: str) -> list[str | None] | None:
        """The texts of a line's fields, None for those that take no part; None where the line does not fit.

        Raises:
            GrokError: it takes too long.
        """
        try:
            found = self._compiled.search(line, concurrent=True, timeout=_SECONDS)
        except TimeoutError as error:
            raise GrokError(
                f"The grok pattern {self._pattern!r} takes more than {_SECONDS:g} s with one line"
            ) from error
        if found is None:
            return None
        texts: list[str | None] = [None] * len(self.fields)
        for group, place in self._groups:
            text = found[f"grok{group}"]
            if text is not None:
                texts[place] = _unquoted(text)
        return texts


def definitions(custom: str) -> dict[str, str]:
    """Name -> expression of custom patterns; lines that define nothing are passed over, as `#` remarks are."""
    lines = (_DEFINED.fullmatch(line) for line in custom.splitlines() if not line.lstrip().startswith("#"))
    return {found[1]: found[2] for found in lines if found}


class _Expansion:
    """A pattern on its way to a regular expression.

    Attributes:
        groups: the field's name of each group, by the group's number.
        fields: the fields by name.
    """

    def __init__(self, known: Mapping[str, str]) -> None:
        self._known = dict(known)
        self._letters = 0
        self.groups: list[str] = []
        self.fields: dict[str, Field] = {}

    def expand(self, text: str, depth: int) -> str:
        if depth > _DEEPEST:
            raise GrokError(f"A grok pattern stands in itself, or is nested more than {_DEEPEST} times")
        parts, position = [], 0
        while token := _TOKEN.search(text, position):
            parts.append(text[position : token.start()])
            position = token.end()
            if token["name"]:
                parts.append(self._group(token["name"], "string"))
            elif token[0] == "%{":
                position = _closing(text, token.end())
                parts.append(self._named(text[token.end() : position - 1], depth))
            else:
                parts.append(token[0])
        parts.append(text[position:])
        expression = "".join(parts)
        self._letters += len(expression)
        if self._letters > _MOST_LETTERS:
            raise GrokError(f"A grok pattern has more than {_MOST_LETTERS:,} letters with the patterns that it names")
        return expression

    def _named(self, text: str, depth: int) -> str:
        part = _PART.fullmatch(text.strip())
        if part is None:
            raise GrokError(f"%{{{text}}} is no grok pattern")
        if part["own"] is not None:
            self._known[part["pattern"]] = part["own"]
        if part["pattern"] not in self._known:
            raise GrokError(f"Pattern {part['pattern']} is not defined.")  # Trino's text
        field = (part["field"] or _UNWANTED).strip()
        opening = "(?:" if field == _UNWANTED else self._group(field, (part["type"] or "string").strip())
        return f"{opening}{self.expand(self._known[part['pattern']], depth + 1)})"

    def _group(self, name: str, kind: str) -> str:
        if kind not in (*TYPES, *_TEXT_TYPES):
            raise GrokError(f"The field {name} has the type {kind}, which is none of {', '.join(TYPES)}")
        self.fields.setdefault(name, Field(name, "string" if kind in _TEXT_TYPES else kind))
        self.groups.append(name)
        return f"(?P<grok{len(self.groups) - 1}>"


def _closing(text: str, start: int) -> int:
    """Where the `}` ends that closes a `%{`."""
    depth = 1
    for position in range(start, len(text)):
        depth += (text[position] == "{") - (text[position] == "}")
        if not depth:
            return position + 1
    raise GrokError(f"%{{{text[start:]} has no closing }}")


def _unquoted(text: str) -> str:
    if text in ('"', "'"):
        return ""
    return text[1:-1] if text[:1] in ('"', "'") and text[:1] == text[-1:] else text
