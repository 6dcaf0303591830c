"""Which columns can be named where (Trino's Scope, RelationType and Field)."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from local_aws.athena.sql.analysis.types import Type


@dataclass(frozen=True, eq=False)
class Field:
    """A column of a relation: itself and no other.

    Attributes:
        name: in lower case; "" for none.
        kind: its type.
        qualifier: what may stand before its name, from the outermost on: an alias, or catalog, database and table.
        hidden: whether `*` leaves it out.
    """

    name: str
    kind: Type
    qualifier: tuple[str, ...] = ()
    hidden: bool = False

    def is_named(self, names: Sequence[str]) -> bool:
        """Whether these names, the column's last, mean it."""
        before = tuple(names[:-1])
        return names[-1] == self.name and (not before or self.qualifier[-len(before) :] == before)


@dataclass(frozen=True, eq=False)
class Relation:
    """What a part of FROM, or a query, gives.

    Attributes:
        fields: its columns.
        is_open: whether it may have others that are not known here.
    """

    fields: tuple[Field, ...] = ()
    is_open: bool = False

    def visible(self) -> list[Field]:
        """The columns that `*` stands for."""
        return [column for column in self.fields if not column.hidden]

    def named(self, alias: str, names: Sequence[str] = ()) -> Relation:
        """The same under an alias, and its columns under other names."""
        shown = self.visible()
        fields = [
            Field(names[place] if names else column.name, column.kind, (alias,)) for place, column in enumerate(shown)
        ]
        hidden = [Field(column.name, column.kind, (alias,), hidden=True) for column in self.fields if column.hidden]
        return Relation((*fields, *hidden), self.is_open)


def joined(relations: Iterable[Relation]) -> Relation:
    """Relations side by side."""
    parts = list(relations)
    return Relation(tuple(column for part in parts for column in part.fields), any(part.is_open for part in parts))


@dataclass(frozen=True, eq=False)
class Scope:
    """Where expressions stand: a relation, within what stands around it."""

    relation: Relation = field(default_factory=Relation)
    outer: Scope | None = None

    def find(self, names: Sequence[str]) -> list[Field] | None:
        """The columns that these names mean, in the innermost scope that has any; None where it may have them."""
        found = [column for column in self.relation.fields if column.is_named(names)]
        if found:
            return found
        if self.relation.is_open:
            return None
        return self.outer.find(names) if self.outer else []
