"""What a crawl finds out, one sentence each: the crawl's log and `explaincrawl` are two ways to print the same list."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

UNDER_LOG = "it differs from the catalog, and UpdateBehavior LOG leaves it"
CANNOT_MERGE = "Cannot merge new columns"
"""How the reasons of two changes begin; the second is AWS's text (real)."""

Kind = Literal["target", "object", "folder", "table", "column", "format", "partition", "advice", "note"]


@dataclass(frozen=True)
class Finding:
    """One thing that a crawl found out.

    Attributes:
        kind: what `subject` is; `format` tells of a table's files, `advice` what to do, `note` anything else.
        subject: an s3:// address, a table, or `table.column`.
        text: the sentence as the crawl's log has it.
        becomes: what the catalog makes of it: `table x`, `partition of x`, `nothing`, a column's type, a format.
        why: the reason alone.
        level: the log's own word: INFO or WARN.
    """

    kind: Kind
    subject: str
    text: str
    becomes: str = ""
    why: str = ""
    level: str = "INFO"

    @property
    def line(self) -> str:
        """The log's line."""
        return f"{self.level} : {self.text}"


Tell: TypeAlias = Callable[[Finding], None]


def advice(subject: str, text: str) -> Finding:
    """A sentence that says what to do."""
    return Finding("advice", subject, text, level="WARN")
