"""A ruleset as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field


class DqdlError(ValueError):
    """A ruleset that cannot be read or makes no sense; nothing of it is evaluated."""


@dataclass(frozen=True)
class Number:
    """A number."""

    value: int | float


@dataclass(frozen=True)
class Text:
    """What stands in quotes: a text, a date, a number."""

    value: str


@dataclass(frozen=True)
class Keyword:
    """NULL, EMPTY or WHITESPACES_ONLY."""

    name: str


@dataclass(frozen=True)
class Moment:
    """`now()`, and seconds after it."""

    seconds: float = 0


@dataclass(frozen=True)
class Duration:
    """A number with a unit of time, in seconds."""

    seconds: float


@dataclass(frozen=True)
class Size:
    """A number with a unit of size, in bytes."""

    size: float


@dataclass(frozen=True)
class History:
    """An expression of `last()`, which needs the results of earlier runs."""

    text: str


Value = Number | Text | Keyword | Moment | Duration | Size | History


@dataclass(frozen=True)
class Condition:
    """What a rule's response is compared with.

    Attributes:
        operator: `=`, `!=`, `>`, `<`, `>=`, `<=`, `between`, `in`, `matches`, or one of the last three after `not `.
        values: one for a comparison and `matches`, two for `between`, any number for `in`.
    """

    operator: str
    values: tuple[Value, ...]


@dataclass(frozen=True)
class Rule:
    """A rule that is no combination of others, or an analyzer.

    Attributes:
        type: RowCount, IsComplete, …
        parameters: columns, paths, statements, in their order.
        condition: None where the rule type needs none.
        threshold: of `with threshold`.
        where: Spark SQL that chooses the rows.
        tags: of `with name = value`, as files' rules have them.
        text: the rule as it is written, without labels; blanks outside quotes are single.
        labels: with the default ones.
    """

    type: str
    parameters: tuple[str, ...]
    condition: Condition | None
    threshold: Condition | None
    where: str | None
    tags: Mapping[str, Value]
    text: str
    labels: Mapping[str, str] = field(default_factory=dict)

    def values(self) -> tuple[Value, ...]:
        """All values that its expressions name."""
        return tuple(value for part in (self.condition, self.threshold) if part for value in part.values)


@dataclass(frozen=True)
class Composite:
    """Rules combined with `and` or with `or`."""

    operator: str
    members: tuple[Rule | Composite, ...]
    text: str
    labels: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Ruleset:
    """The rules and analyzers of a document, in their order."""

    rules: tuple[Rule | Composite, ...]
    analyzers: tuple[Rule, ...]
