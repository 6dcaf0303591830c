r"""Reads a ruleset from DQDL.

Documented are the blocks Rules, Analyzers and DefaultLabels, constants, comments from `#` to the end of the line, and
the expressions. Not verified: a parameter may stand without quotes (the documentation writes some so), only `\"` is an
escape in quotes (so that regular expressions keep their backslashes), and `and` binds closer than `or`.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Any

from lark import Lark, Token, Transformer, v_args
from lark.exceptions import UnexpectedInput, VisitError

from ._model import (
    Composite,
    Condition,
    DqdlError,
    Duration,
    History,
    Keyword,
    Moment,
    Number,
    Rule,
    Ruleset,
    Size,
    Text,
    Value,
)

_GRAMMAR = Path(__file__).with_name("dqdl.lark")
_SECONDS = {"second": 1, "minute": 60, "hour": 3600, "day": 86400, "week": 604800}
_BYTES = {"B": 1, "KB": 1024, "MB": 1024**2, "GB": 1024**3, "TB": 1024**4}
_READABLE = {
    "LPAR": "(",
    "RPAR": ")",
    "LSQB": "[",
    "RSQB": "]",
    "COMMA": ",",
    "EQUAL": "=",
    "COMPARISON": "a comparison",
    "STRING": "a text in quotes",
    "NUMBER": "a number",
    "NAME": "a name",
    "CONSTANT": "a constant",
    "KEYWORD": "NULL, EMPTY or WHITESPACES_ONLY",
    "BOOLEAN": "true or false",
    "RULES": "Rules",
    "ANALYZERS": "Analyzers",
    "DEFAULT_LABELS": "DefaultLabels",
    "TIME_UNIT": "a unit of time",
    "SIZE_UNIT": "a unit of size",
    "PLUS": "+",
    "MINUS": "-",
    "STAR": "*",
    "SLASH": "/",
    "$END": "the end",
}
_BLANKS = re.compile(r'("(?:[^"\\]|\\.)*")|#[^\n]*|\s+', re.DOTALL)
_MOST_LABELS, _LABEL_KEY, _LABEL_VALUE = 10, 128, 256


def parse(text: str) -> Ruleset:
    """Read a document.

    Raises:
        DqdlError: it is no DQDL; the text says line, column, what was found and what could stand there.
    """
    try:
        tree = _parser().parse(text)
    except UnexpectedInput as error:
        raise DqdlError(_explained(error, text)) from None
    try:
        found: Ruleset = _Reader(text).transform(tree)
    except VisitError as error:
        if isinstance(error.orig_exc, DqdlError):
            raise error.orig_exc from None
        raise
    return found


@functools.cache
def _parser() -> Lark:
    return Lark(_GRAMMAR.read_text(encoding="utf-8"), parser="lalr", propagate_positions=True)


def _explained(error: UnexpectedInput, text: str) -> str:
    expected = getattr(error, "accepts", None) or getattr(error, "expected", None) or getattr(error, "allowed", None)
    names = sorted({_READABLE.get(name, name.lower()) for name in expected or ()})
    token = getattr(error, "token", None)
    if token is not None and token.type == "$END":
        found, line, column = "the end of the text", text.count("\n") + 1, len(text) - text.rfind("\n")
    else:
        place = error.pos_in_stream or 0
        found = repr(str(token) if token is not None else text[place : place + 1])
        line, column = error.line, error.column
    return f"The ruleset is not valid DQDL: line {line}, column {column}: found {found}, expected {' or '.join(names)}"


def _unquoted(token: str) -> str:
    return token[1:-1].replace('\\"', '"')


def _single_blanks(text: str) -> str:
    return _BLANKS.sub(lambda found: found[1] or " ", text).strip()


class _Reader(Transformer[Any, Ruleset]):
    """Makes the tree a Ruleset; constants are known before the rules that name them, as the tree has their order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self._text = text
        self._constants: dict[str, str] = {}
        self._labels: dict[str, str] = {}
        self._rules: list[Any] = []
        self._analyzers: list[Rule] = []

    def start(self, _: Any) -> Ruleset:
        if not self._rules and not self._analyzers:
            raise DqdlError("The ruleset has neither Rules nor Analyzers, as in Rules = [ RowCount > 0 ]")
        rules = tuple(replace(rule, labels=self._with_defaults(rule)) for rule in self._rules)
        return Ruleset(rules, tuple(self._analyzers))

    def _with_defaults(self, rule: Rule | Composite) -> dict[str, str]:
        labels = {**self._labels, **rule.labels}
        if len(labels) > _MOST_LABELS:
            raise DqdlError(f"The rule {rule.text} has {len(labels)} labels; there may be {_MOST_LABELS}")
        return labels

    def constant(self, children: list[Any]) -> None:
        self._constants[children[0]] = _unquoted(children[1])

    def default_labels(self, children: list[Any]) -> None:
        self._labels = children[1]

    def rules(self, children: list[Any]) -> None:
        if self._rules:
            raise DqdlError("The ruleset is not valid DQDL: it has Rules twice")
        self._rules = children[1:]

    def analyzers(self, children: list[Any]) -> None:
        self._analyzers = children[1:]

    def labels(self, children: list[Any]) -> dict[str, str]:
        return dict(children)

    def label(self, children: list[Any]) -> tuple[str, str]:
        key, value = map(_unquoted, children)
        if not key or len(key) > _LABEL_KEY or len(value) > _LABEL_VALUE:
            raise DqdlError(
                f"The label {key!r} = {value!r} is not valid: keys have 1 to {_LABEL_KEY} characters, "
                f"values up to {_LABEL_VALUE}"
            )
        return key, value

    def labelled(self, children: list[Any]) -> Any:
        rule, *rest = children
        return replace(rule, labels=rest[-1] or {})

    @v_args(meta=True)
    def any_of(self, meta: Any, children: list[Any]) -> Any:
        return self._combined("or", meta, children)

    @v_args(meta=True)
    def all_of(self, meta: Any, children: list[Any]) -> Any:
        return self._combined("and", meta, children)

    def _combined(self, operator: str, meta: Any, children: list[Any]) -> Any:
        members = [child for child in children if not isinstance(child, Token)]
        return members[0] if len(members) == 1 else Composite(operator, tuple(members), self._source(meta))

    @v_args(meta=True)
    def group(self, meta: Any, children: list[Any]) -> Any:
        return replace(children[1], text=self._source(meta))

    def _source(self, meta: Any) -> str:
        return _single_blanks(self._text[meta.start_pos : meta.end_pos])

    @v_args(meta=True)
    def simple(self, meta: Any, children: list[Any]) -> Rule:
        name, *parts = children
        tails: dict[Any, Any] = dict(part for part in parts if isinstance(part, tuple))
        return Rule(
            type=str(name),
            parameters=tuple(part for part in parts if isinstance(part, str)),
            condition=next((part for part in parts if isinstance(part, Condition)), None),
            threshold=tails.pop("threshold", None),
            where=tails.pop("where", None),
            tags={tag: value for (_, tag), value in tails.items()},
            text=self._source(meta),
        )

    def parameter(self, children: list[Any]) -> str:
        token = children[0]
        if token.type == "CONSTANT":
            return self._constant(token)
        return _unquoted(token) if token.type == "STRING" else str(token)

    def _constant(self, token: str) -> str:
        if token[1:] not in self._constants:
            raise DqdlError(f'The constant {token} is not defined; define it before Rules: {token[1:]} = "..."')
        return self._constants[token[1:]]

    def where(self, children: list[Any]) -> tuple[str, str]:
        return "where", _unquoted(children[1])

    def threshold(self, children: list[Any]) -> tuple[str, Condition]:
        return "threshold", children[2]

    def tag(self, children: list[Any]) -> tuple[tuple[str, str], Value]:
        return ("tag", str(children[1])), children[2]

    def comparison(self, children: list[Any]) -> Condition:
        return Condition(str(children[0]), (children[1],))

    def between(self, children: list[Any]) -> Condition:
        return self._maybe_not("between", children)

    def one_of(self, children: list[Any]) -> Condition:
        return self._maybe_not("in", children)

    def matches(self, children: list[Any]) -> Condition:
        return self._maybe_not("matches", children)

    def _maybe_not(self, operator: str, children: list[Any]) -> Condition:
        values = tuple(child for child in children if child is not None and not isinstance(child, Token))
        return Condition(operator if children[0] is None else f"not {operator}", values)

    def number(self, children: list[Any]) -> Number:
        return _number(children[0])

    def duration(self, children: list[Any]) -> Duration:
        return Duration(_number(children[0]).value * _SECONDS[children[1].lower().removesuffix("s")])

    def size(self, children: list[Any]) -> Size:
        return Size(_number(children[0]).value * _BYTES[children[1]])

    def negative(self, children: list[Any]) -> Value:
        return self.arithmetic([Number(0), Token("MINUS", "-"), children[1]])

    def text(self, children: list[Any]) -> Text:
        return Text(_unquoted(children[0]))

    def constant_text(self, children: list[Any]) -> Text:
        return Text(self._constant(children[0]))

    def boolean(self, children: list[Any]) -> Text:
        return Text(children[0].lower())

    def keyword(self, children: list[Any]) -> Keyword:
        return Keyword(children[0].upper())

    def parentheses(self, children: list[Any]) -> Value:
        value: Value = children[1]
        return value

    @v_args(meta=True)
    def call(self, meta: Any, children: list[Any]) -> Value:
        if children[0] == "now" and children[2] is None:
            return Moment()
        if children[0] == "last" or any(isinstance(child, History) for child in children):
            return History(self._source(meta))
        raise DqdlError(f"{self._source(meta)} is not an expression of DQDL; functions are now() and those of last()")

    def arithmetic(self, children: list[Any]) -> Value:
        left, sign, right = children
        if isinstance(left, History) or isinstance(right, History):
            return History(f"{_shown(left)} {sign} {_shown(right)}")
        if isinstance(left, Moment) and isinstance(right, Duration) and sign in ("+", "-"):
            return Moment(left.seconds + (right.seconds if sign == "+" else -right.seconds))
        if isinstance(left, Number) and isinstance(right, Number):
            return Number(_calculated(left.value, sign, right.value))
        raise DqdlError(f"{_shown(left)} {sign} {_shown(right)} cannot be calculated in DQDL")


def _calculated(left: float, sign: str, right: float) -> float:
    if sign == "/":
        if not right:
            raise DqdlError(f"{left} / 0 cannot be calculated in DQDL")
        return left / right
    return {"+": left + right, "-": left - right, "*": left * right}[sign]


def _number(text: str) -> Number:
    return Number(int(text) if text.isdigit() else float(text))


def _shown(value: Value) -> str:
    shown: Iterable[Any] = vars(value).values()
    return ", ".join(map(str, shown))
