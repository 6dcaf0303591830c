"""JSON Schema: whether one schema reads what was written with another.

The reader's schema must take every document that the writer's takes. As the developer guide lets optional fields be
added and deleted, a property that the writer's schema does not name counts as absent, though such a document may have
it. What does not follow by the rules here does not fit. All of it is unverified: AWS tells no rules for JSON Schema,
and public reports of them disagree.

Each keyword of the reader must follow from a conjunction of the writer's schemas, the one that `allOf` and the branches
of `anyOf` and `oneOf` make.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local_aws.bounded_regex import PatternError
from local_aws.glue.errors import unsupported
from local_aws.glue.model import GlueError
from local_aws.glue.schemas import json_objects, json_schema
from local_aws.glue.schemas.json_values import follows, types_of, values_of

Schema = Any
Parts = list[Mapping[str, Any]]
"""Schemas that hold at once, none of them with a combinator."""

_MOST_WAYS = 256
_DEEPEST = 64
_MOST_PAIRS = 20_000
_MOST_STEPS = 200_000
"""Schemas, values of enums and patterns that one comparison looks at."""

_STEPS_OF_PATTERN, _STEPS_OF_FAILURE = 50, 20_000

_EQUAL = ("contains", "dependencies", "else", "if", "not", "propertyNames", "then")
"""Keywords that fit only where the writer has the same."""


def reads(reader: Schema, writer: Schema) -> bool:
    """Whether documents of the writer's schema can be read with the reader's.

    Raises:
        GlueError: OperationNotSupportedException for schemas that take too many ways to look at.
    """
    return _Comparison(reader, writer).fits(reader, [writer])


class _Comparison:
    """One reader and one writer; a pair that is being looked at counts as one that fits."""

    def __init__(self, reader: Schema, writer: Schema) -> None:
        self._reader, self._writer = reader, writer
        self._open: set[tuple[int, ...]] = set()
        self._pairs = self._steps = 0

    def fits(self, reader: Schema, writers: list[Schema]) -> bool:
        """Whether a schema takes all that several others take at once."""
        pair = (id(reader), *(id(writer) for writer in writers))
        if pair in self._open:
            return True
        self._pairs += 1
        if len(self._open) > _DEEPEST or self._pairs > _MOST_PAIRS:
            raise _too_large()
        self._open.add(pair)
        try:
            return all(self._takes(reader, parts) for parts in self._ways(writers))
        finally:
            self._open.discard(pair)

    def _count(self, steps: int) -> None:
        self._steps += steps
        if self._steps > _MOST_STEPS:
            raise _too_large()

    def _matches(self, pattern: str, name: str) -> bool:
        """One that cannot be tried counts as matching; of those few are waited for."""
        self._count(_STEPS_OF_PATTERN)
        try:
            return json_objects.found(pattern, name)
        except PatternError:
            self._count(_STEPS_OF_FAILURE)
            return True

    def _ways(self, writers: list[Schema]) -> Iterator[Parts]:
        """The conjunctions that together are what the writers take at once; those that take nothing are left out."""
        choices = [list(self._alternatives(writer, 0)) for writer in writers]
        for count, chosen in enumerate(itertools.product(*choices)):
            if count >= _MOST_WAYS:
                raise unsupported(f"A comparison of JSON schemas with more than {_MOST_WAYS} ways to be valid")
            yield [part for parts in chosen for part in parts]

    def _alternatives(self, writer: Schema, depth: int) -> Iterator[Parts]:
        self._count(1)
        if depth > _DEEPEST:
            raise unsupported("A $ref that leads back to itself")
        if writer is False:
            return
        if writer is True:
            yield [{}]
            return
        if isinstance(writer.get("$ref"), str):  # what stands beside it is not looked at (drafts 4 to 7)
            yield from self._alternatives(json_schema.target(self._writer, writer["$ref"]), depth + 1)
            return
        plain = {name: value for name, value in writer.items() if name not in ("allOf", "anyOf", "oneOf")}
        groups = [[one] for one in writer.get("allOf", ())]
        groups += [writer[name] for name in ("anyOf", "oneOf") if name in writer]
        ways = [[parts for branch in group for parts in self._alternatives(branch, depth + 1)] for group in groups]
        for count, chosen in enumerate(itertools.product(*ways)):
            if count >= _MOST_WAYS:
                raise unsupported(f"A comparison of JSON schemas with more than {_MOST_WAYS} ways to be valid")
            found = [plain, *(part for parts in chosen for part in parts)]
            self._count(len(found))
            yield found

    def _takes(self, reader: Schema, parts: Parts) -> bool:
        schemas = [each for each in (reader, *parts) if isinstance(each, Mapping)]
        self._count(len(schemas) + sum(len(each.get("enum", ())) for each in schemas))
        types = types_of(parts)
        if reader is True or not types:
            return True
        if reader is False:
            return False
        if isinstance(reader.get("$ref"), str):
            return self.fits(json_schema.target(self._reader, reader["$ref"]), list(parts))
        if not all(self._takes(one, parts) for one in reader.get("allOf", ())):
            return False
        for name in ("anyOf", "oneOf"):
            if name in reader and not self._some_takes(reader[name], parts, types):
                return False
        return self._keywords(reader, parts, types)

    def _some_takes(self, branches: list[Schema], parts: Parts, types: frozenset[str]) -> bool:
        """Whether each type of the writer's has a branch that takes it whole."""
        narrowed = ([*parts, {"type": kind}] for kind in sorted(types))
        return any(self._takes(branch, parts) for branch in branches) or (
            len(types) > 1 and all(any(self._takes(branch, one) for branch in branches) for one in narrowed)
        )

    def _keywords(self, reader: Mapping[str, Any], parts: Parts, types: frozenset[str]) -> bool:
        if not follows(reader, parts, types):
            return False
        if values_of(parts) is not None and ("enum" in reader or "const" in reader):
            return True  # few values, and each is among the reader's
        if any(name in reader and all(part.get(name) != reader[name] for part in parts) for name in _EQUAL):
            return False
        fits: Callable[[Schema, list[Schema]], bool] = self.fits
        if "object" in types and not json_objects.object_fits(reader, parts, fits, self._matches):
            return False
        return "array" not in types or json_objects.array_fits(reader, parts, fits)


def _too_large() -> GlueError:
    return unsupported("A comparison of JSON schemas that are so deep or large")
