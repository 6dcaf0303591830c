"""Values of JSON and CBOR, checked by a shape of a model: their types, their bounds, and what is missing."""

from __future__ import annotations

import base64
import binascii
import contextlib
from collections.abc import Callable, Sequence
from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Any

from local_aws.emulator.requests.constraints import Constraints, problem
from local_aws.emulator.requests.limits import broken_limit
from local_aws.emulator.requests.models import INTEGER_RANGES, Node
from local_aws.emulator.requests.refusals import Refusal

DEEPEST = 128
"""Levels that a document may be nested: DynamoDB's 32 take 67. AWS's own bound is unverified."""

_MOST_TOLD = 10
"""Values beyond their bounds that a sentence tells of; AWS's number is unverified."""

_EPOCH_RANGE_S = (-62_135_596_800, 253_402_300_799)
"""The years 1 to 9999, in seconds since 1970."""

_NESTING = frozenset({dict, list})
"""What documents nest; nothing that reads them makes others."""

_NOT_NUMBERS = frozenset({"NaN", "Infinity", "-Infinity"})

_WORDS = {
    "string": "a String",
    "integer": "an Integer",
    "long": "a Long",
    "float": "a Float",
    "double": "a Double",
    "boolean": "a Boolean",
    "timestamp": "milliseconds since epoch",
    "blob": "a Blob",
    "character": "a Character",
    "byte": "a Byte",
    "short": "a Short",
    "bigdecimal": "a BigDecimal",
    "biginteger": "a BigInteger",
}


class Walk:
    """One document on its way along a shape.

    Attributes:
        missing: the paths of required members that are not there, as AWS writes them.
        broken: what AWS says of values that break a constraint, or are beyond their bounds.
        changed: whether null members were taken out: AWS reads them as absent.
    """

    def __init__(self, *, binary: bool = False) -> None:
        self.missing: list[str] = []
        self.nulls: list[str] = []
        self.broken: list[str] = []
        self.changed = False
        self._binary = binary

    def check(self, node: Node, value: Any, path: str = "") -> None:
        """Check one value; a null member of a structure is taken out of it.

        Raises:
            Refusal: a value is of another type than the shape's.
        """
        kind = node.kind
        if kind == "structure":
            self._structure(node, value, path)
        elif kind == "list":
            self._list(node, value, path)
        elif kind == "map":
            self._map(node, value, path)
        elif kind != "document":
            self._scalar(node, value)
        if node.limits is not None:
            self.note_limit(node, value, path.rstrip("."))
        if node.constraints is not None:
            for said in node.constraints.broken(value):
                self.broken.append(problem(path, value, node, said, secret=node.constraints.secret))

    def note_limit(self, node: Node, value: Any, path: str) -> None:
        """Note what is wrong with the size of a value of the right type."""
        broken = broken_limit(node, value, path)
        if broken:
            self.broken.append(broken)

    def _structure(self, node: Node, value: Any, path: str) -> None:
        if type(value) is not dict:
            raise _unexpected(value)
        members, nulls = node.written, []
        for name, item in value.items():
            if item is None:
                nulls.append(name)
                continue
            member = members.get(name)
            free = member is not None and member.limits is None and member.constraints is None
            if member is not None and not (free and type(item) is str and member.kind == "string"):
                self.check(member, item, f"{path}{lower(name)}.")
        for name in nulls:
            del value[name]
            self.changed = True
        for name in node.needed:
            if name not in value:
                self.missing.append(path + lower(name))

    def _list(self, node: Node, value: Any, path: str) -> None:
        if type(value) is not list:
            raise _unexpected(value)
        plain, texts = node.item.kind == "string" and not node.item.limits, node.item.texts
        for index, item in enumerate(value, start=1):
            if item is None:
                self.nulls.append(path.rstrip("."))
            elif not ((plain and type(item) is str) or (texts and _is_one_text(item, texts))):
                self.check(node.item, item, f"{path}{index}.member.")
        self._each(node, node.item.constraints if plain else None, value, value, path, "Member must satisfy constraint")

    def _map(self, node: Node, value: Any, path: str) -> None:
        if type(value) is not dict:
            raise _unexpected(value)
        plain, texts = node.item.kind == "string" and not node.item.limits, node.item.texts
        for name, item in value.items():
            if not isinstance(name, str):
                raise _unexpected(name)
            if item is None:
                self.nulls.append(path.rstrip("."))
            elif not ((plain and type(item) is str) or (texts and _is_one_text(item, texts))):
                self.check(node.item, item, f"{path}{name}.member.")
        self._each(node, node.key, list(value), value, path, "Map keys must satisfy constraint")
        limits = node.item.constraints if plain else None
        self._each(node, limits, list(value.values()), value, path, "Map value must satisfy constraint")

    def _each(
        self, node: Node, limits: Constraints | None, entries: list[Any], whole: Any, path: str, must: str
    ) -> None:
        """Texts in lists and maps: AWS tells of all together."""
        if limits is None:
            return
        if not limits.hold_for([entry for entry in entries if type(entry) is str]):
            self.broken.append(problem(path, whole, node, f"{must}: [{limits.every()}]", secret=limits.secret))

    def _scalar(self, node: Node, value: Any) -> None:
        kind = node.kind
        if isinstance(value, dict | list):
            raise _unexpected(value)
        if kind in ("string", "character"):
            fits = isinstance(value, str)
        elif kind == "boolean":
            fits = isinstance(value, bool)
        elif kind in INTEGER_RANGES:
            fits = _is_integer(value, *INTEGER_RANGES[kind])
        elif kind in ("float", "double"):
            fits = _is_number(value) or (isinstance(value, str) and value in _NOT_NUMBERS)
        elif kind == "timestamp":
            fits = self._is_moment(node, value)
        elif kind == "blob":
            fits = isinstance(value, bytes) if self._binary else _is_base64(value)
        else:
            fits = True
        if not fits:
            raise Refusal("serialization", f"{_token(value)} can not be converted to {_WORDS.get(kind, kind)}")

    def _is_moment(self, node: Node, value: Any) -> bool:
        if self._binary:
            return isinstance(value, datetime) or _is_epoch(value)
        if isinstance(value, str):
            return node.traits.get("timestampFormat", "unixTimestamp") != "unixTimestamp" and is_written_moment(value)
        return _is_epoch(value)


def missing_sentence(missing: Sequence[str], nulls: Sequence[str] = (), broken: Sequence[str] = ()) -> str:
    """AWS's sentence about members that are not there, null in lists and maps, and what breaks constraints.

    "" when all is well.
    """
    must = "failed to satisfy constraint: Member must not be null"
    problems = [f"Value null at '{path}' {must}" for path in missing]
    problems += [f"Value '[null]' at '{path}' {must}" for path in nulls]
    problems += broken[:_MOST_TOLD]
    if not problems:
        return ""
    plural = "" if len(problems) == 1 else "s"
    return f"{len(problems)} validation error{plural} detected: {'; '.join(problems)}"


def _is_one_text(value: Any, texts: frozenset[str]) -> bool:
    """Whether this is a structure of one member that is a text and may be any: as most values of DynamoDB are."""
    if type(value) is not dict or len(value) != 1:
        return False
    ((name, text),) = value.items()
    return type(text) is str and name in texts


def lower(name: str) -> str:
    """A member's name as AWS's sentences write it."""
    return name[:1].lower() + name[1:]


def check_depth(document: Any) -> None:
    """Refuse a document that is nested too deeply, or that refers to itself, as CBOR's may.

    Raises:
        Refusal: it is.
    """
    level: list[Any] = [document]
    seen, count = set[int](), 0
    for _ in range(DEEPEST):
        children = [child for value in level for child in (value.values() if isinstance(value, dict) else value)]
        level = [child for child in children if type(child) in _NESTING]
        count += len(level)
        seen.update(map(id, level))
        if len(seen) < count:
            raise Refusal("serialization", "A value stands at more than one place")
        if not level:
            return
    raise Refusal("serialization", f"The document is nested more than {DEEPEST} levels deep")


def is_written_moment(text: str) -> bool:
    """Whether this is a moment as ISO 8601 or HTTP write it, or in seconds since 1970."""
    readers: tuple[Callable[[str], Any], ...] = (
        lambda text: _is_epoch(float(text)),
        datetime.fromisoformat,
        parsedate_to_datetime,
    )
    for read in readers:
        with contextlib.suppress(ValueError, TypeError, IndexError, OverflowError):
            if read(text):
                return True
    return False


def _is_integer(value: Any, least: int, most: int) -> bool:
    if isinstance(value, float):
        return value.is_integer() and least <= value <= most
    return isinstance(value, int) and not isinstance(value, bool) and least <= value <= most


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and abs(value) <= 1.8e308


def _is_epoch(value: Any) -> bool:
    least, most = _EPOCH_RANGE_S
    return isinstance(value, int | float) and not isinstance(value, bool) and least <= value <= most


def _is_base64(value: Any) -> bool:
    if not isinstance(value, str):
        return False
    try:
        base64.b64decode(value)
    except (binascii.Error, ValueError):
        return False
    return True


def _unexpected(value: Any) -> Refusal:
    if isinstance(value, list):
        return Refusal("serialization", "Start of list found where not expected")
    if isinstance(value, dict):
        return Refusal("serialization", "Start of structure or map found where not expected.")
    return Refusal("serialization", "Unexpected token received from parser")


def _token(value: Any) -> str:
    if isinstance(value, bool):
        return "TRUE_VALUE" if value else "FALSE_VALUE"
    if isinstance(value, int | float):
        return "NUMBER_VALUE"
    return "STRING_VALUE"
