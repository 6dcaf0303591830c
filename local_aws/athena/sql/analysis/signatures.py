"""The signatures of Athena's functions, read from signatures.txt."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files

from local_aws.athena.sql.analysis.type_texts import parse_type
from local_aws.athena.sql.analysis.types import Type

_LINE = re.compile(r"(?P<name>\w+)\((?P<arguments>.*?)\)(?: (?P<variables>[A-Z][\w:, ]*))? -> (?P<returns>.+)")


@dataclass(frozen=True)
class Signature:
    """One way to call a function.

    Attributes:
        name: the function's.
        arguments: what it takes; variables stand for types, lengths, precisions and scales.
        variadic: whether there may be any number of the last one.
        returns: what it gives, in the same variables.
        variables: those of types -> "", "comparable" or "orderable".
        shown: as Trino's messages show it.
    """

    name: str
    arguments: tuple[Type, ...]
    variadic: bool
    returns: Type
    variables: Mapping[str, str] = field(default_factory=dict)
    shown: str = ""

    def takes(self, count: int) -> bool:
        """Whether it can be called with so many arguments."""
        return count >= len(self.arguments) - 1 if self.variadic else count == len(self.arguments)

    def argument(self, place: int) -> Type:
        """What it takes at a place, from 0."""
        return self.arguments[min(place, len(self.arguments) - 1)]


@dataclass(frozen=True)
class Signatures:
    """All of a function's.

    Attributes:
        kind: "scalar", "aggregate" or "window".
        ways: in the order of their texts.
    """

    kind: str
    ways: tuple[Signature, ...]


@cache
def signatures() -> Mapping[str, Signatures]:
    """All functions of Athena, by their names in lower case."""
    text = files("local_aws.athena.sql.analysis").joinpath("signatures.txt").read_text(encoding="utf-8")
    found: dict[str, tuple[str, list[Signature]]] = {}
    kind = ""
    for line in text.splitlines():
        if line.startswith("["):
            kind = line.strip("[]")
        elif line and not line.startswith("#"):
            way = _read(line)
            found.setdefault(way.name, (kind, []))[1].append(way)
    return {
        name: Signatures(kind, tuple(sorted(ways, key=lambda way: way.shown))) for name, (kind, ways) in found.items()
    }


def _read(line: str) -> Signature:
    matched = re.fullmatch(_LINE, line)
    if matched is None:
        raise ValueError(line)
    name, written = matched["name"], matched["arguments"]
    variables = dict(
        (*part.strip().partition(":")[::2],) for part in (matched["variables"] or "").split(",") if part.strip()
    )
    variadic = written.endswith("...")
    texts = _parts(written.removesuffix("..."))
    arguments = tuple(parse_type(part, variables) for part in texts)
    shown = f"{name}({', '.join(texts)}) {matched['variables'] or ''}".strip()
    return Signature(name, arguments, variadic, parse_type(matched["returns"], variables), variables, shown)


def _parts(text: str) -> list[str]:
    """Types, cut at the commas outside of brackets."""
    found, depth = [""], 0
    for letter in text:
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if letter == "," and not depth:
            found.append("")
        else:
            found[-1] += letter
    return [part.strip() for part in found if part.strip()]


def kind_of(name: str) -> str:
    """One of "scalar", "aggregate" and "window"; "" for a function that is not there."""
    found = signatures().get(name.lower())
    return found.kind if found else ""
