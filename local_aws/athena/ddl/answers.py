"""What a statement that shows or defines gives. A row is one text: its columns stand in it with tabs between (real)."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from local_aws.athena.ddl.catalog import Catalog

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
    def of(cls, texts: Iterable[str], *columns: str, type: str = "string", counts: bool = True) -> Answer:  # noqa: A002
        """Rows of these texts; a line feed within one begins another row (real)."""
        return cls(tuple(line for text in texts for line in text.split("\n")), columns, type, counts)

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


Action = Callable[[Catalog], Answer]
"""What a statement is to do, once it is read."""

NOTHING = Answer()
"""The answer of a statement that only defines."""


def padded(text: str) -> str:
    """A text as Hive fills it up."""
    return text.ljust(WIDTH)
