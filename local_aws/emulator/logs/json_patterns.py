"""Filter patterns of CloudWatch Logs for events that are JSON: `{ $.latency > 50 && $.path = "/api/*" }`.

User guide, "Using filter patterns to match terms in JSON log events". Unverified: a `*` within a text, and that `=`
compares true and false as texts.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from local_aws.emulator.logs.terms import LogPatternError, expression, regular_expressions
from local_aws.wildcards import Wildcard, literal

_TOKEN = re.compile(
    r"""\s*(?:(?P<selector>\$(?:\.[\w-]+|\.\*|\.?\[(?:\d+|\*|'[^']*'|"[^"]*")\])+)
    |(?P<joint>&&|\|\||\(|\))
    |(?P<operator>!=|>=|<=|=|>|<)
    |(?P<keyword>IS\s+(?:NULL|TRUE|FALSE)\b|NOT\s+EXISTS\b)
    |"(?P<text>(?:[^"\\]|\\.)*)"
    |%(?P<regex>(?:[^%\\]|\\.)+)%
    |(?P<term>[^\s()&|"%]+))""",
    re.VERBOSE | re.DOTALL,
)
_STEP = re.compile(
    r"""\.(?P<name>[\w-]+)|\.(?P<all>\*)|\.?\[(?:(?P<index>\d+)|(?P<every>\*)|'(?P<one>[^']*)'|"(?P<two>[^"]*)")\]"""
)
_TERM = re.compile(r"[\w.*+-]+")
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_MOST_WILDCARDS = 3
_DEEPEST = 32
_INVALID = "Invalid metric filter pattern"

Test = Callable[[Any], bool]


class _Number(float):
    """A number of JSON, with its digits as they were written."""

    text: str

    @classmethod
    def read(cls, text: str) -> _Number:
        number = cls(text)
        number.text = text
        return number


def compile_json(pattern: str) -> Callable[[str], bool]:
    """What a pattern in braces matches.

    Raises:
        LogPatternError: it is none.
    """
    if not pattern.endswith("}"):
        raise LogPatternError(_INVALID)
    regular_expressions(pattern)
    reader = _Reader(pattern[1:-1].strip())
    test = reader.whole()
    if reader.wildcards > _MOST_WILDCARDS:
        raise LogPatternError(f"{_INVALID}: at most {_MOST_WILDCARDS} wildcard selectors are allowed")

    def matches(message: str) -> bool:
        try:
            event = json.loads(message, parse_float=_Number.read, parse_int=_Number.read)
        except (ValueError, RecursionError):
            return False
        return test(event)

    return matches


class _Reader:
    """Reads a pattern: conditions, `&&` before `||`, parentheses."""

    def __init__(self, pattern: str) -> None:
        self._tokens = _tokens(pattern)
        self._place = 0
        self._depth = 0
        self.wildcards = 0

    def whole(self) -> Test:
        test = self._either()
        if self._place < len(self._tokens):
            raise LogPatternError(_INVALID)
        return test

    def _next(self) -> tuple[str, str]:
        return self._tokens[self._place] if self._place < len(self._tokens) else ("", "")

    def _taken(self, token: tuple[str, str]) -> bool:
        found = self._next() == token
        self._place += found
        return found

    def _either(self) -> Test:
        parts = [self._both()]
        while self._taken(("joint", "||")):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else lambda event: any(part(event) for part in parts)

    def _both(self) -> Test:
        parts = [self._one()]
        while self._taken(("joint", "&&")):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else lambda event: all(part(event) for part in parts)

    def _one(self) -> Test:
        if self._taken(("joint", "(")):
            self._depth += 1
            if self._depth > _DEEPEST:
                raise LogPatternError(_INVALID)
            test = self._either()
            self._depth -= 1
            if not self._taken(("joint", ")")):
                raise LogPatternError(_INVALID)
            return test
        kind, selector = self._next()
        if kind != "selector":
            raise LogPatternError(_INVALID)
        self._place += 1
        return self._condition(selector)

    def _condition(self, selector: str) -> Test:
        steps = [_step(found) for found in _STEP.finditer(selector)]
        if steps.count(None) > 1:
            raise LogPatternError(f"{_INVALID}: at most one wildcard selector is allowed in a property selector")
        self.wildcards += steps.count(None)
        kind, word = self._next()
        self._place += 1
        if kind == "keyword":
            word = " ".join(word.split())
            if word == "NOT EXISTS":
                return lambda event: not any(True for _ in _values(event, steps))
            wanted = {"IS NULL": None, "IS TRUE": True, "IS FALSE": False}[word]
            return lambda event: any(value is wanted for value in _values(event, steps))
        if kind != "operator":
            raise LogPatternError(_INVALID)
        value_kind, value = self._next()
        self._place += 1
        test = _comparison(word, value_kind, value)
        return lambda event: any(test(value) for value in _values(event, steps) if _is_scalar(value))


def _tokens(pattern: str) -> list[tuple[str, str]]:
    found, place = [], 0
    while place < len(pattern):
        token = _TOKEN.match(pattern, place)
        if not token or token.lastgroup is None:
            raise LogPatternError(_INVALID)
        found.append((token.lastgroup, token[token.lastgroup]))
        place = token.end()
    return found


def _step(found: re.Match[str]) -> str | int | None:
    """A name, an index, or None for all."""
    if found["index"]:
        return int(found["index"])
    if found["all"] or found["every"]:
        return None
    return found["name"] or found["one"] or found["two"] or ""


def _values(node: Any, steps: list[str | int | None]) -> Iterator[Any]:
    if not steps:
        yield node
        return
    step, rest = steps[0], steps[1:]
    if step is None:
        inside = node.values() if isinstance(node, dict) else node if isinstance(node, list) else ()
        for part in inside:
            yield from _values(part, rest)
    elif isinstance(step, str):
        if isinstance(node, dict) and step in node:
            yield from _values(node[step], rest)
    elif isinstance(node, list) and step < len(node):
        yield from _values(node[step], rest)


def _is_scalar(value: Any) -> bool:
    """A selector of an array, an object or null matches no comparison."""
    return isinstance(value, str | _Number | bool)


def _comparison(operator: str, kind: str, wanted: str) -> Test:
    if operator in ("=", "!="):
        equal = _equality(kind, wanted)
        return equal if operator == "=" else lambda value: not equal(value)
    if kind != "term" or not _NUMBER.fullmatch(wanted):
        raise LogPatternError(f"Invalid character(s) in term '{json.dumps(wanted)}'")
    bound = float(wanted)
    holds: Callable[[float], bool] = {
        ">": lambda value: value > bound,
        "<": lambda value: value < bound,
        ">=": lambda value: value >= bound,
        "<=": lambda value: value <= bound,
    }[operator]
    return lambda value: isinstance(value, _Number) and holds(value)


def _equality(kind: str, wanted: str) -> Test:
    if kind == "regex":
        find = expression(wanted)
        return lambda value: find(_text(value))
    if kind == "term" and not _TERM.fullmatch(wanted):
        raise LogPatternError(f"Invalid character(s) in term '{wanted}'")
    if kind not in ("term", "text"):
        raise LogPatternError(_INVALID)
    if kind == "term" and _NUMBER.fullmatch(wanted):
        number = float(wanted)
        return lambda value: value == number if isinstance(value, _Number) else _text(value) == wanted
    text = re.sub(r"\\(.)", r"\1", wanted) if kind == "text" else wanted
    pattern = Wildcard("*".join(literal(part) for part in text.split("*")))
    return lambda value: pattern.matches(_text(value))


def _text(value: Any) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return value.text if isinstance(value, _Number) else str(value)
