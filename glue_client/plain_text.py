r"""Text from data, made harmless for a terminal: nothing in it moves the cursor, hides text or changes its order.

What a terminal would carry out is written out instead, as Python writes it in a string: `\x1b`, `\u202e`. So nothing
is lost, and nothing is taken for an order. A line feed and a tab are layout, and stay where the caller lets them.
"""

import json
import unicodedata
from collections.abc import Callable

LAYOUT = "\n\t"
HARMFUL = ("Cc", "Cf", "Cs", "Zl", "Zp")
"""Unicode's categories of what is carried out rather than shown: controls (C0, DEL, C1), formats (bidirectional marks,
overrides and isolates, zero-width characters, tags), lone surrogates, separators of lines and paragraphs."""


class _Shown(dict[int, str | int]):
    """A table for str.translate that looks a character up when it is first met."""

    def __init__(self, kept: str, escape: Callable[[str], str]) -> None:
        super().__init__()
        self._kept, self._escape = kept, escape

    def __missing__(self, code: int) -> str | int:
        character = chr(code)
        harmless = character in self._kept or unicodedata.category(character) not in HARMFUL
        self[code] = code if harmless else self._escape(character)
        return self[code]


def _as_in_python(character: str) -> str:
    return character.encode("unicode_escape").decode("ascii")


_LINES, _ONE_LINE = _Shown(LAYOUT, _as_in_python), _Shown("", _as_in_python)
_JSON = _Shown(LAYOUT, lambda character: json.dumps(character)[1:-1])


def plain(text: str, *, one_line: bool = False) -> str:
    """The text with what a terminal would carry out written out; with `one_line` also line feeds and tabs."""
    if text.isascii() and text.isprintable():
        return text
    return text.translate(_ONE_LINE if one_line else _LINES)


def plain_json(document: str) -> str:
    """A JSON document with these characters escaped as JSON does it: the same data, and still JSON."""
    return document.translate(_JSON)
