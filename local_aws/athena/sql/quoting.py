"""Names and texts in SQL: the only place where they get their quotes, for Athena's SQL and the engine's alike.

Both double a quote that stands within and know no other escape, so that a name or text of any letters stays one.
"""

from __future__ import annotations

import re

_SPACED_BYTES = re.compile(r"\b(X)'([0-9A-F\s]*\s[0-9A-F\s]*)'", re.IGNORECASE)


def name(text: str) -> str:
    """An identifier."""
    return '"' + text.replace('"', '""') + '"'


def text(value: str) -> str:
    """A text literal."""
    return "'" + value.replace("'", "''") + "'"


def with_plain_bytes(sql: str) -> str:
    """A statement with `X'68 65'` as `X'6865' `, which sqlglot's tokenizer takes, all else in its place."""

    def closed_up(found: re.Match[str]) -> str:
        return f"{found[1]}'{''.join(found[2].split())}'{re.sub(chr(92) + 'S', '', found[2])}"

    return re.sub(_SPACED_BYTES, closed_up, sql)
