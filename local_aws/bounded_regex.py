"""Regular expressions that somebody else wrote, matched in bounded time and without keeping other threads waiting.

Python's own `re` can take for ever for a pattern such as `(a+)+b`, and nothing else runs meanwhile.
"""

from __future__ import annotations

import re
from collections.abc import Callable

import regex  # type: ignore[import-untyped] # types-regex is not among the requirements

_SECONDS = 0.5
"""What one match may take; whoever asks for many ends with the first that takes longer."""


class PatternError(ValueError):
    """A pattern is none, or takes too long; the text says which."""


def full_match(pattern: str, *, any_case: bool = False) -> Callable[[str], bool]:
    """What a pattern matches from the first character to the last, a newline being a character as others are.

    Raises:
        PatternError: it is none; of what is returned, it took too long.
    """
    matched = groups(pattern, any_case=any_case)
    return lambda text: matched(text) is not None


def groups(pattern: str, *, any_case: bool = False) -> Callable[[str], tuple[str | None, ...] | None]:
    """As `full_match`, with the texts of the pattern's groups; None where a text does not match.

    Raises:
        PatternError: see there.
    """
    try:
        re.compile(pattern)  # its words for what is wrong, and what it does not know is not known
        compiled = regex.compile(pattern, regex.DOTALL | (regex.IGNORECASE if any_case else 0), cache_pattern=False)
    except (re.error, regex.error, OverflowError, RecursionError) as error:
        raise PatternError(str(error)) from error

    def matched(text: str) -> tuple[str | None, ...] | None:
        try:
            found = compiled.fullmatch(text, concurrent=True, timeout=_SECONDS)
        except TimeoutError as error:
            raise PatternError(f"matching takes more than {_SECONDS:g} s (on the local AWS)") from error
        return None if found is None else tuple(found.groups())

    return matched
