"""Where the parts of a query stand in its text."""

from __future__ import annotations

from sqlglot import exp

WRITTEN_ROW = "athena_written_row"
"""Metadata of a row of VALUES that was written as ROW(…): its parts are columns, even a single one that is a row."""
AT = "at"
"""Key of a part's `meta`: (line, column) that Trino tells for it, both from 1."""


def position(node: exp.Expr) -> str:
    """The place of a part of a query, as Athena's messages have it; the query's start where that is not known.

    Trino tells the place of an operator for what has one (`a = b`, `a IN (…)`), else that of the first word.
    """
    line, column = node.meta.get(AT) or _first(node)
    return f"line {line}:{column}"


def _first(node: exp.Expr) -> tuple[int, int]:
    places = [
        (part.meta["line"], part.meta["col"] - (part.meta["end"] - part.meta["start"]))
        for part in node.walk()
        if "col" in part.meta
    ]
    return min(places, default=(1, 1))
