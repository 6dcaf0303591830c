"""Names and texts in SQL: the only place where they get their quotes, for Athena's SQL and the engine's alike.

Both double a quote that stands within and know no other escape, so that a name or text of any letters stays one.
"""

from __future__ import annotations


def name(text: str) -> str:
    """An identifier."""
    return '"' + text.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"
