"""What the kinds of filter patterns share: what is wrong with one, and regular expressions in it."""

from __future__ import annotations

import re
from collections.abc import Callable

import regex  # type: ignore[import-untyped] # types-regex is not among the requirements

_SECONDS = 0.5
_ALLOWED = re.compile(r"(?:[A-Za-z0-9 :_#=@/;,\-^$?\[\]{}|*+.]|\\[\x20-\x7e])+")
"""User guide, "Supported regular expressions (regex) syntax"."""

_MOST = 2
_EXPRESSION = re.compile(r"%(?:[^%\\]|\\.)+%", re.DOTALL)
_PHRASE = re.compile(r'"(?:[^"\\]|\\.)*"', re.DOTALL)


class LogPatternError(Exception):
    """A filter pattern is none, or not supported here; the text is for an InvalidParameterException."""


def regular_expressions(pattern: str) -> None:
    """Hold a pattern to AWS's bound of regular expressions in it.

    Raises:
        LogPatternError: there are more (unverified text).
    """
    if len(_EXPRESSION.findall(_PHRASE.sub("", pattern))) > _MOST:
        raise LogPatternError(f"Invalid filter pattern: at most {_MOST} regular expressions are allowed")


def expression(text: str) -> Callable[[str], bool]:
    """What a regular expression finds somewhere in a text.

    Raises:
        LogPatternError: it is none of those that AWS takes (unverified text); while it matches, it takes too long.
    """
    if not _ALLOWED.fullmatch(text):
        raise LogPatternError(f"Invalid character(s) in term '%{text}%'")
    try:
        compiled = regex.compile(text, regex.ASCII, cache_pattern=False)
    except regex.error as error:
        raise LogPatternError(f"Invalid filter pattern: %{text}% is no regular expression") from error

    def found(message: str) -> bool:
        try:
            return compiled.search(message, concurrent=True, timeout=_SECONDS) is not None
        except TimeoutError as error:
            raise LogPatternError(f"%{text}% takes more than {_SECONDS} s (on the local AWS)") from error

    return found
