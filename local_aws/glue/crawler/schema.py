"""Columns, and how the schemas of many files and folders become one or stay apart.

The two thresholds are AWS's (knowledge-center article "How does the AWS Glue crawler detect the schema?"): more than
70 % alike, at most five different schemas. What exactly the 70 % is a share of is not published. Here, and unverified:
two schemas are alike when more than 70 % of all their columns are in both, with types that fit; a level of folders is
one table when its largest set of alike schemas holds more than 70 % of the folders ("the majority of schemas at a
folder level", says the developer guide).
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import TypeAlias

from local_aws.glue.crawler.hive_types import VOID, HiveType, compatible, join, render

SIMILAR_ABOVE = 0.7
MAX_CLUSTERS = 5
NAMED = 5
"""Columns that a sentence names before it only counts."""


@dataclass(frozen=True)
class Column:
    """One column: its catalog name (lower case) and its type; why, and seen where, are no part of its identity."""

    name: str
    type: HiveType
    why: str = field(default="", compare=False)
    where: str = field(default="", compare=False)

    @property
    def hive_type(self) -> str:
        """The type as the catalog spells it."""
        return render(self.type)


Schema: TypeAlias = tuple[Column, ...]


def merge(one: Schema, other: Schema) -> Schema:
    """Every column of both, in the order of first appearance, each wide enough for both."""
    if one is other or one == other:
        return one
    merged = {column.name: column for column in one}
    for column in other:
        known = merged.get(column.name)
        merged[column.name] = _widen(known, column) if known else column
    return tuple(merged.values())


def merge_all(schemas: Iterable[Schema], places: Iterable[str] = ()) -> Schema:
    """The merge of all, from the first to the last; with `places`, columns remember where they were seen first."""
    merged: Schema = ()
    seen: set[int] = set()
    for schema, place in zip_longest(schemas, places, fillvalue=""):
        assert isinstance(schema, tuple)  # noqa: S101 - only places may be too few
        if id(schema) in seen or schema == merged:
            continue
        seen.add(id(schema))
        found = located(schema, str(place)) if place else schema
        merged = merge(merged, found) if merged else found
    return merged


def located(schema: Schema, place: str) -> Schema:
    """The same columns, seen at this place."""
    return tuple(Column(column.name, column.type, column.why, place) for column in schema)


def _widen(known: Column, found: Column) -> Column:
    if known.type == found.type:
        return known
    wide = join(known.type, found.type)
    if wide == known.type:
        return known
    if known.type == VOID:
        return found
    one, other = known.where or "one place", found.where or "another"
    reason = f" ({found.why})" if found.why else ""
    return Column(known.name, wide, f"{known.hive_type} in {one} and {found.hive_type} in {other}{reason}")


def similarity(one: Schema, other: Schema) -> float:
    """The share, 0 to 1, of all the columns of both that both have with types that fit each other."""
    if one is other or one == other:
        return 1.0
    left = {column.name: column.type for column in one}
    right = {column.name: column.type for column in other}
    every = left.keys() | right.keys()
    if not every:
        return 1.0
    shared = sum(1 for name in left.keys() & right.keys() if compatible(left[name], right[name]))
    return shared / len(every)


@dataclass(frozen=True)
class Verdict:
    """Whether schemas may be one table, and why; where they may not, `odd` are the places of two that differ."""

    similar: bool
    why: str
    odd: tuple[int, int] | None = None


def judge(schemas: Sequence[Schema]) -> Verdict:
    """Whether these schemas, one a folder or one a file, are similar enough to be one table."""
    clusters = _clusters(schemas)
    if len(clusters) <= 1:
        return Verdict(similar=True, why="all schemas are alike")
    (usual, largest), (odd, _) = sorted(clusters, key=lambda cluster: -cluster[1])[:2]
    example = schemas.index(usual), schemas.index(odd)
    if len(clusters) > MAX_CLUSTERS:
        why = f"{len(clusters)} different schemas, and {MAX_CLUSTERS} is the most for one table"
        return Verdict(similar=False, why=why, odd=example)
    share = f"{largest} of {len(schemas)} have alike schemas"
    if largest / len(schemas) > SIMILAR_ABOVE:
        return Verdict(similar=True, why=f"{share}, more than 70 %")
    return Verdict(similar=False, why=f"{share}, and more than 70 % are needed", odd=example)


def difference(one: Schema, other: Schema, names: tuple[str, str]) -> str:
    """In words what keeps two schemas apart: columns of one only, and types that do not fit."""
    left = {column.name: column for column in one}
    right = {column.name: column for column in other}
    words = [
        f"only {place} has {listed([name for name in mine if name not in theirs])}"
        for place, mine, theirs in ((names[0], left, right), (names[1], right, left))
        if mine.keys() - theirs.keys()
    ]
    words += [
        f"{name} is {left[name].hive_type} in {names[0]} and {right[name].hive_type} in {names[1]}"
        for name in left
        if name in right and not compatible(left[name].type, right[name].type)
    ][:NAMED]
    return "; ".join(words)


def listed(names: Sequence[str]) -> str:
    """The first few names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _clusters(schemas: Sequence[Schema]) -> list[tuple[Schema, int]]:
    """How many schemas each set of alike ones holds; a set is stood for by its most frequent schema."""
    counts = Counter(schemas)
    clusters: list[tuple[Schema, int]] = []
    for schema, count in sorted(counts.items(), key=lambda item: (-item[1], _signature(item[0]))):
        for index, (standing, size) in enumerate(clusters):
            if similarity(standing, schema) > SIMILAR_ABOVE:
                clusters[index] = (standing, size + count)
                break
        else:
            clusters.append((schema, count))
    return clusters


def _signature(schema: Schema) -> tuple[tuple[str, str], ...]:
    return tuple((column.name, column.hive_type) for column in schema)
