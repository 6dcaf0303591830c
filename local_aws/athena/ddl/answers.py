"""What a statement that shows or defines gives. A row is one text: its columns stand in it with tabs between (real)."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

WIDTH = 20
"""Hive fills names, types and comments up to this many characters (real)."""


@dataclass(frozen=True)
class Answer:
    """The result of a statement.

    Attributes:
        lines: the rows, and the lines of the result file.
        columns: names of the columns; none for what only defines.
        type: of all the columns: `string` where Hive answers, `varchar` where Athena does (real).
        counts: whether GetQueryResults gives an UpdateCount of 0 (real: not for DESCRIBE, SHOW CREATE TABLE, DDL).
        header: whether the first row is the columns' names, as for EXPLAIN.
    """

    lines: tuple[str, ...] = ()
    columns: tuple[str, ...] = ()
    type: str = "string"
    counts: bool = False
    header: bool = False

    @classmethod
    def of(cls, text: Iterable[str], *columns: str, type: str = "string", counts: bool = True) -> Answer:  # noqa: A002
        """Rows of these texts; a line feed within one begins another row (real)."""
        lines = tuple(line for part in text for line in part.split("\n"))
        return cls(lines, columns, type, counts)

    def column_info(self) -> list[dict[str, Any]]:
        """The columns as GetQueryResults answers them (real)."""
        return [
            {
                "CatalogName": "hive",
                "SchemaName": "",
                "TableName": "",
                "Name": name,
                "Label": name,
                "Type": self.type,
                "Precision": 0,
                "Scale": 0,
                "Nullable": "UNKNOWN",
                "CaseSensitive": False,
            }
            for name in self.columns
        ]


NOTHING = Answer()
"""The answer of a statement that only defines."""


def padded(text: str) -> str:
    """A text as Hive fills it up."""
    return text.ljust(WIDTH)
