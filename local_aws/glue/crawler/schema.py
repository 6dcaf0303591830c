"""Columns, and how the schemas of many files and folders become one or stay apart.

The two thresholds are AWS's (knowledge-center article "How does the AWS Glue crawler detect the schema?"): more than
70 % alike, at most five different schemas. What exactly the 70 % is a share of is not published. Here, and unverified:
two schemas are alike when more than 70 % of all their columns are in both, with types that fit; a level of folders is
one table when its largest set of alike schemas holds more than 70 % of the folders ("the majority of schemas at a
folder level", says the developer guide).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from local_aws.glue.crawler.hive_types import VOID, HiveType, compatible, join, render

SIMILAR_ABOVE = 0.7
MAX_CLUSTERS = 5


@dataclass(frozen=True)
class Column:
    """One column: its catalog name (lower case), its type, and why it has that type (no part of its identity)."""

    name: str
    type: HiveType
    why: str = field(default="", compare=False)

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


def merge_all(schemas: Iterable[Schema]) -> Schema:
    """The merge of all, from the first to the last."""
    merged: Schema = ()
    seen: set[int] = set()
    for schema in schemas:
        if id(schema) not in seen:
            seen.add(id(schema))
            merged = merge(merged, schema) if merged else schema
    return merged


def _widen(known: Column, found: Column) -> Column:
    if known.type == found.type:
        return known
    wide = join(known.type, found.type)
    if wide == known.type:
        return known
    if known.type == VOID:
        return found
    return Column(known.name, wide, f"{known.hive_type} in one place and {found.hive_type} in another")


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
    """Whether schemas may be one table, and why."""

    similar: bool
    why: str


def judge(schemas: Sequence[Schema]) -> Verdict:
    """Whether these schemas, one a folder or one a file, are similar enough to be one table."""
    sizes = _cluster_sizes(schemas)
    largest = max(sizes, default=0)
    if len(sizes) <= 1:
        return Verdict(similar=True, why="all schemas are alike")
    if len(sizes) > MAX_CLUSTERS:
        return Verdict(
            similar=False, why=f"{len(sizes)} different schemas, and {MAX_CLUSTERS} is the most for one table"
        )
    share = f"{largest} of {len(schemas)} have alike schemas"
    if largest / len(schemas) > SIMILAR_ABOVE:
        return Verdict(similar=True, why=f"{share}, more than 70 %")
    return Verdict(similar=False, why=f"{share}, and more than 70 % are needed")


def _cluster_sizes(schemas: Sequence[Schema]) -> list[int]:
    """How many schemas each set of alike ones holds; a set is stood for by its most frequent schema."""
    counts: dict[Schema, int] = {}
    for schema in schemas:
        counts[schema] = counts.get(schema, 0) + 1
    clusters: list[tuple[Schema, int]] = []
    for schema, count in sorted(counts.items(), key=lambda item: (-item[1], _signature(item[0]))):
        for index, (standing, size) in enumerate(clusters):
            if similarity(standing, schema) > SIMILAR_ABOVE:
                clusters[index] = (standing, size + count)
                break
        else:
            clusters.append((schema, count))
    return [size for _, size in clusters]


def _signature(schema: Schema) -> tuple[tuple[str, str], ...]:
    return tuple((column.name, column.hive_type) for column in schema)
