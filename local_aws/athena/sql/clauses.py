"""Clauses that several of Hive's statements have: properties, and specs of partitions."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from local_aws.athena.sql.tokens import Words

_T = TypeVar("_T")

Spec = dict[str, str]
"""Partition key, in lower case -> value, as its text."""

_COMPARISONS = {
    "<=": ("<", "="),
    ">=": (">", "="),
    "<>": ("<", ">"),
    "!=": ("!", "="),
    "<": ("<",),
    ">": (">",),
    "=": ("=",),
}


def read_properties(words: Words) -> dict[str, str]:
    """`('key' = 'value', …)`."""

    def pair() -> tuple[str, str]:
        key = words.text()
        words.expect("=")
        return key, words.text()

    return dict(_bracketed(words, pair))


def read_spec(words: Words) -> Spec:
    """`(key = 'value', …)`."""

    def pair() -> tuple[str, str]:
        key = words.name()
        words.expect("=")
        return key, words.literal()

    return dict(_bracketed(words, pair))


def read_conditions(words: Words) -> list[tuple[str, str, str]]:
    """`(key < 'value', …)`: key in lower case, sign, value as text."""

    def condition() -> tuple[str, str, str]:
        key = words.name()
        sign = next((sign for sign, parts in _COMPARISONS.items() if words.take(*parts)), "")
        if not sign:
            words.fail()
        return key, sign, words.literal()

    return _bracketed(words, condition)


def _bracketed(words: Words, read: Callable[[], _T]) -> list[_T]:
    words.expect("(")
    found = [read()]
    while words.take(","):
        found.append(read())
    words.expect(")")
    return found
