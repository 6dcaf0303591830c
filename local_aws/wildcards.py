"""Wildcards of IAM, SNS and S3, and of LIKE: `*` stands for any characters, newlines among them, `?` for one.

A pattern is split at its stars; each piece between two of them is looked for once, the leftmost place being as good as
any later one. So the time is at most the product of the two lengths, whatever the pattern: `*a*a*a*a*b` cannot hang.
"""

from __future__ import annotations

import re
from functools import lru_cache

_TOKEN = re.compile(r"\$\{([*?$])\}|(\*)|(\?)|([^*?$]+|\$)")
"""`${*}`, `${?}` and `${$}` are the characters themselves (IAM user guide, "Policy variables", predefined ones)."""

_CACHED = 4096


class Wildcard:
    """A pattern, ready to be compared.

    Args:
        pattern: the text; without `escapes`, `${*}` and its kind have no meaning of their own.
        single: whether `?` stands for any one character.
        escapes: whether `${*}`, `${?}` and `${$}` stand for `*`, `?` and `$`.
    """

    __slots__ = ("_head", "_middle", "_tail", "_tail_length")

    def __init__(self, pattern: str, *, single: bool = True, escapes: bool = True) -> None:
        pieces: list[list[str]] = [[]]
        length = 0
        for found in _TOKEN.finditer(pattern):
            escaped, star, one, text = found.groups()
            if star:
                pieces.append([])
                length = 0
                continue
            literal = text or (escaped if escapes else found[0]) or "?"
            pieces[-1].append("." if one and single else re.escape(literal))
            length += 1 if one and single else len(literal)
        head, *rest = ("".join(piece) for piece in pieces)
        self._head = re.compile(head, re.DOTALL)
        self._middle = tuple(re.compile(piece, re.DOTALL) for piece in rest[:-1] if piece)
        self._tail = re.compile(rest[-1], re.DOTALL) if rest else None
        self._tail_length = length

    def matches(self, value: str) -> bool:
        """Whether the whole of a text is what the pattern says."""
        if self._tail is None:
            return self._head.fullmatch(value) is not None
        found = self._head.match(value)
        for piece in self._middle:
            if found is None:
                return False
            found = piece.search(value, found.end())
        end = len(value) - self._tail_length
        return found is not None and found.end() <= end and self._tail.match(value, end) is not None


@lru_cache(_CACHED)
def _compiled(pattern: str) -> Wildcard:
    return Wildcard(pattern)


@lru_cache(_CACHED)
def _stars(pattern: str) -> Wildcard:
    return Wildcard(pattern, single=False, escapes=False)


def matches(value: str, pattern: str) -> bool:
    """Compare as IAM does, case included."""
    return pattern == "*" or _compiled(pattern).matches(value)


def matches_any_case(value: str, pattern: str) -> bool:
    """Compare as IAM compares actions."""
    return pattern == "*" or _compiled(pattern.lower()).matches(value.lower())


def matches_stars(value: str, pattern: str) -> bool:
    """Compare where only `*` has a meaning."""
    return _stars(pattern).matches(value)


def literal(text: str) -> str:
    """The pattern that matches this text alone."""
    return re.sub(r"[*?$]", lambda found: f"${{{found[0]}}}", text)


def unescaped(pattern: str) -> str:
    """The text that a pattern without wildcards stands for."""
    return re.sub(r"\$\{([*?$])\}", r"\1", pattern)


def like(pattern: str) -> Wildcard:
    """A pattern of SQL's LIKE: `%` stands for any characters, `_` for one."""
    return Wildcard(literal(pattern).replace("%", "*").replace("_", "?"))
