"""Records and scoped keys as text, and back. Values are the emulator's own JSON, with its marks for bytes."""

from __future__ import annotations

import ast
import json
from typing import Any

_MARK = '"__'
"""Begins each of the emulator's marks; what has none is read without looking for them, which is far faster."""


def _default(value: Any) -> Any:
    from ministack.core import persistence

    return persistence._json_default(value)


_dumps = json.JSONEncoder(default=_default, separators=(",", ":")).encode


def to_text(value: Any) -> str:
    """A value as JSON; raises TypeError or ValueError for one that cannot be."""
    return _dumps(value)


def from_text(text: str) -> Any:
    """The value of a text that `to_text` made."""
    if _MARK not in text:
        return json.loads(text)
    from ministack.core import persistence

    return json.loads(text, object_hook=persistence._json_object_hook)


def key_text(key: Any) -> str:
    """A scoped key as text: account and region in front; None, of a store that is one value, is ""."""
    if key is None:
        return ""
    *scope, name = key
    if isinstance(name, str) and _is_unicode(name):
        return "\0".join([*scope, f"s{name}"])
    return "\0".join([*scope, f"r{name!a}"])


def _is_unicode(name: str) -> bool:
    try:
        name.encode()
    except UnicodeEncodeError:  # half of a surrogate pair
        return False
    return True


def key_of(text: str, parts: int) -> Any:
    """The scoped key of a text; `parts` is how many parts its scope has."""
    if not parts:
        return None
    *scope, name = text.split("\0", parts)
    return (*scope, name[1:] if name.startswith("s") else ast.literal_eval(name[1:]))
