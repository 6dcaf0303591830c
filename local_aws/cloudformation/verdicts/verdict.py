"""The table of a resource type: which of its properties work, and what becomes of the others."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum


class Fate(Enum):
    """What becomes of a property."""

    WORKS = "works"
    KEPT = "kept and shown, not acted upon"
    TEMPLATE_ONLY = "left in the template, not acted upon"
    REFUSED = "refused"


@dataclass(frozen=True)
class Verdicts:
    """One type's properties, by paths such as `Targets/RetryPolicy`; an entry holds for all below it but closer ones.

    Attributes:
        works: those that do here what they do on AWS, separated by blanks.
        kept: those that the service shows as given and does not act upon, separated by blanks.
        template_only: those that do nothing here and that no answer of the service shows, separated by blanks: the
            resource's event names them.
        refused: path -> why it fails the resource.
        tested: whether a test reads each property that works back from the service; where not, those are the
            properties that the emulator's own code reads.
        default: path -> the value that asks for nothing, which is let through although the path is refused.
    """

    works: str = ""
    kept: str = ""
    template_only: str = ""
    refused: Mapping[str, str] = field(default_factory=dict)
    default: Mapping[str, str] = field(default_factory=dict)
    tested: bool = True

    def fates(self) -> dict[str, Fate]:
        """Path -> what becomes of it."""
        listed = ((Fate.WORKS, self.works), (Fate.KEPT, self.kept), (Fate.TEMPLATE_ONLY, self.template_only))
        return {
            **{path: fate for fate, paths in listed for path in paths.split()},
            **dict.fromkeys(self.refused, Fate.REFUSED),
        }


def fate_of(fates: Mapping[str, Fate], path: str) -> Fate | None:
    """What becomes of a property: the entry of the longest path above it, or its own; None where there is none."""
    while path:
        if path in fates:
            return fates[path]
        path = path.rpartition("/")[0]
    return None


def entry_of(fates: Mapping[str, Fate], path: str) -> str:
    """The path of the entry that a property falls under; its own where there is none."""
    found = path
    while found:
        if found in fates:
            return found
        found = found.rpartition("/")[0]
    return path
