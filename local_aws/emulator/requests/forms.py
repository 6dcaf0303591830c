"""Forms: the protocols `query` and `ec2`, where a member is `Name.member.1.Key=value` and all values are text."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl, urlencode

from local_aws.emulator.requests.models import INTEGER_RANGES, Node
from local_aws.emulator.requests.refusals import Refusal
from local_aws.emulator.requests.values import Walk, is_written_moment, lower, missing_sentence

_DEEPEST_NAME = 64
"""Parts that a member's name may have; no operation's model has more than 30."""

_OF_EACH = frozenset(
    {"Action", "Version", "AWSAccessKeyId", "Expires", "SecurityToken", "Signature", "SignatureMethod"}
    | {"SignatureVersion", "Timestamp"}
)
"""Fields of every operation."""

_INTEGER = re.compile(r"[-+]?[0-9]{1,20}\Z", re.ASCII)
_NUMBER = re.compile(r"[-+]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][-+]?[0-9]{1,3})?\Z|-?Infinity\Z|NaN\Z", re.ASCII)


class _Part:
    """A member of a form: its text, and what is below its name."""

    __slots__ = ("below", "text")

    def __init__(self) -> None:
        self.text: str | None = None
        self.below: dict[str, _Part] = {}


def fields_of(query: Mapping[str, Any], headers: Mapping[str, str], body: bytes) -> dict[str, str]:
    """The fields of a request: those of its query string and of its body; the query string wins, and a first value.

    Raises:
        Refusal: the body is no text.
    """
    fields: dict[str, str] = {}
    for name, values in query.items():
        fields.setdefault(name, values[0] if isinstance(values, list) else values)
    kind = headers.get("content-type", "")
    if body and ("x-www-form-urlencoded" in kind or not kind):
        try:
            text = body.decode()
        except UnicodeDecodeError as error:
            raise Refusal("serialization", "The request body is not UTF-8") from error
        for name, value in parse_qsl(text, keep_blank_values=True):
            fields.setdefault(name, value)
    return fields


def check_form(shape: Node | None, fields: Mapping[str, str], *, ec2: bool) -> None:
    """Check the fields of a form by the shape of an operation's input.

    Raises:
        Refusal: a member is missing, or is not as the shape says.
    """
    root = _tree(fields)
    if shape is None:
        return
    walk = Walk()
    _Form(walk, ec2=ec2).structure(shape, root, "")
    if walk.missing:
        name = walk.missing[0]
        sentence = f"The request must contain the parameter {name}" if ec2 else missing_sentence(walk.missing)
        raise Refusal("missing", sentence, name)
    if walk.broken and not ec2:  # EC2 has sentences of its own for each
        raise Refusal("missing", missing_sentence((), (), walk.broken))


def without_unknown(shape: Node | None, query: dict[str, Any], body: bytes) -> bytes:
    """Leave fields out that an operation has not: AWS does not read them, and policies shall not either.

    Args:
        shape: the operation's input.
        query: changed.
        body: of a form.

    Returns:
        The body without them.
    """
    form = _Form(Walk(), ec2=False)
    known = {form.name_of(name, member) for name, member in (shape.members if shape is not None else {}).items()}

    def is_known(field: str) -> bool:
        first = field.partition(".")[0]
        return first in known or first in _OF_EACH or first.lower().startswith("x-amz-")

    for field in [field for field in query if not is_known(field)]:
        del query[field]
    pairs = parse_qsl(body.decode(), keep_blank_values=True)
    kept = [pair for pair in pairs if is_known(pair[0])]
    return body if len(kept) == len(pairs) else urlencode(kept).encode()


def _tree(fields: Mapping[str, str]) -> _Part:
    root = _Part()
    for name, value in fields.items():
        parts = name.split(".")
        if len(parts) > _DEEPEST_NAME:
            raise Refusal("serialization", f"A parameter's name has more than {_DEEPEST_NAME} parts")
        part = root
        for piece in parts:
            part = part.below.setdefault(piece, _Part())
        part.text = value
    return root


class _Form:
    """Goes along a shape and a form."""

    def __init__(self, walk: Walk, *, ec2: bool) -> None:
        self._walk = walk
        self._ec2 = ec2

    def structure(self, node: Node, part: _Part, path: str) -> None:
        if part.text and not part.below:
            raise Refusal("serialization", "Unexpected complex element termination")
        for name, member in node.members.items():
            written = self.name_of(name, member)
            found = part.below.get(written)
            if found is not None and (found.text is not None or found.below):
                self._check(member, found, f"{path}{self._said(written)}")
            elif name in node.required:
                self._walk.missing.append(f"{path}{self._said(written)}")

    def _said(self, written: str) -> str:
        return written if self._ec2 else lower(written)

    def name_of(self, name: str, member: Node) -> str:
        """How a member of a structure is written."""
        traits = member.traits
        if self._ec2:
            if "queryName" in traits:
                return str(traits["queryName"])
            written = str(traits.get("name", name))
            return written[:1].upper() + written[1:]
        if member.kind == "list" and member.traits.get("flattened") and member.item and "name" in member.item.traits:
            return str(member.item.traits["name"])
        return str(traits.get("name", name))

    def _check(self, node: Node, part: _Part, path: str) -> None:
        if node.kind == "structure":
            self.structure(node, part, f"{path}.")
        elif node.kind == "list":
            self._list(node, part, path)
        elif node.kind == "map":
            self._map(node, part, path)
        elif part.text is None:
            raise Refusal("serialization", "Unexpected complex element termination")
        else:
            self._scalar(node.kind, part.text, path)
            self._walk.note_limit(node, part.text, path)

    def _list(self, node: Node, part: _Part, path: str) -> None:
        if part.text and not part.below:
            if self._ec2:  # an old client's way of giving one
                return
            raise Refusal("serialization", "Unexpected list element termination")
        below = part.below
        if not self._ec2 and not node.traits.get("flattened"):
            inner = below.get("member") or below.get(str(node.item.traits.get("name", "member")))
            below = inner.below if inner is not None else {}
        self._walk.note_limit(node, [index for index in below if index.isdecimal()], path)
        for index, item in below.items():
            if index.isdecimal():
                self._check(node.item, item, f"{path}.{index}" if self._ec2 else f"{path}.{index}.member")

    def _map(self, node: Node, part: _Part, path: str) -> None:
        entries = part.below
        if not node.traits.get("flattened"):
            inner = entries.get("entry")
            entries = inner.below if inner is not None else {}
        for index, entry in entries.items():
            value = entry.below.get(str(node.item.traits.get("name", "value")))
            if index.isdecimal() and value is not None:
                self._check(node.item, value, f"{path}.{index}.member")

    def _scalar(self, kind: str, text: str, path: str) -> None:
        if not fits_text(kind, text):
            raise Refusal(
                "value", f"Value ( {text[:100]} ) for parameter {path} is invalid. It is no {kind}", path, text[:100]
            )


def fits_text(kind: str, text: str, moment_format: str = "") -> bool:  # noqa: ARG001 - as botocore's trait names it
    """Whether a text can be read as a value of this kind."""
    if kind in INTEGER_RANGES:
        least, most = INTEGER_RANGES[kind]
        return bool(_INTEGER.match(text)) and least <= int(text) <= most
    if kind in ("float", "double"):
        return bool(_NUMBER.match(text))
    if kind == "boolean":
        return text.lower() in ("true", "false", "1", "0")
    if kind == "timestamp":
        return is_written_moment(text)
    if kind == "blob":
        try:
            base64.b64decode(text)
        except (binascii.Error, ValueError):
            return False
    return True
