"""What is told of a difference between a table and its files or partitions."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

FAILS, WRONG, HARMLESS = "fails", "wrong", "harmless"
"""What a query does: it fails, it gives other values than the files have, or it is right."""
ORDER = (FAILS, WRONG, HARMLESS)


@dataclass(frozen=True)
class Difference:
    """One difference.

    Attributes:
        kind: added, removed, retyped, moved, format, header, table.
        column: its name in the catalog, or in the file; "" where it is none of one column.
        text: how they differ, without the file.
        query: FAILS, WRONG or HARMLESS.
        athena: what a query gets: an error with its category, or in words.
    """

    kind: str
    column: str
    text: str
    query: str
    athena: str


@dataclass(frozen=True)
class Found:
    """Differences that are the same in several places (files or partitions), the first of which is named."""

    difference: Difference
    places: Sequence[str]


def grouped(found: Iterable[tuple[str, Difference]]) -> list[Found]:
    """Differences by (place, difference) as those that are the same, what fails first."""
    places: dict[tuple[str, str, str, str], tuple[Difference, list[str]]] = {}
    for place, one in found:
        key = (one.kind, one.column, one.text, one.query)
        places.setdefault(key, (one, []))[1].append(place)
    return sorted((Found(*pair) for pair in places.values()), key=lambda one: ORDER.index(one.difference.query))
