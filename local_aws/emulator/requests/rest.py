"""REST: which operation a method and an address mean, and what of it stands in the address and the headers."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.emulator.requests.forms import fits_text
from local_aws.emulator.requests.models import Model, Operation
from local_aws.emulator.requests.refusals import Refusal
from local_aws.emulator.requests.values import lower, missing_sentence

_TYPED = ("integer", "long", "boolean", "float", "double")

_LABEL = re.compile(r"\{([^}]+)\}")


@dataclass(frozen=True)
class _Route:
    """An operation's address.

    Attributes:
        pattern: what the path must match.
        loose: the same where a label's value has slashes, as an ARN may: the path is decoded when it comes here.
        fixed: query parameters that must be there, with the value that they must have, if any.
        needed: names of query parameters without which the operation cannot be meant.
        needed_headers: the same of headers.
        weight: the more of the address is fixed, the closer is the match.
    """

    operation: Operation
    pattern: re.Pattern[str]
    loose: re.Pattern[str]
    fixed: tuple[tuple[str, str], ...]
    needed: tuple[str, ...]
    needed_headers: tuple[str, ...]
    weight: tuple[int, bool, int]


class Routes:
    """The addresses of a model's operations."""

    def __init__(self, model: Model) -> None:
        self._model = model
        self._by_method: dict[tuple[str, int], list[_Route]] = {}
        for name in sorted(model.operation_names):
            operation = model.described(name)
            route = _route(operation, model.name)
            path = operation.uri.partition("?")[0]
            slashes = -1 if "+}" in path else path.strip("/").count("/")
            self._by_method.setdefault((operation.method, slashes), []).append(route)

    def match(self, method: str, path: str, query: Mapping[str, Any], headers: Mapping[str, str]) -> Operation | None:
        """The operation that a request means; None when no address is like it."""
        slashes = path.strip("/").count("/")
        near = [*self._by_method.get((method, slashes), ()), *self._by_method.get((method, -1), ())]
        found = [route for route in near if route.pattern.match(path) and _fits(route, query, headers)]
        if not found:
            fewer = [route for number in range(slashes) for route in self._by_method.get((method, number), ())]
            found = [route for route in fewer if route.loose.match(path) and _fits(route, query, headers)]
        return self._model.operation(max(found, key=_weight).operation.name) if found else None


def _weight(route: _Route) -> tuple[int, bool, int]:
    return route.weight


def _fits(route: _Route, query: Mapping[str, Any], headers: Mapping[str, str]) -> bool:
    return (
        all(name in query and (not value or first(query[name]) == value) for name, value in route.fixed)
        and all(name in query for name in route.needed)
        and all(name in headers for name in route.needed_headers)
    )


def _route(operation: Operation, service: str) -> _Route:
    path, _, query = operation.uri.partition("?")
    strict, loose, at = "", "", 0
    for label in _LABEL.finditer(path):
        text = re.escape(path[at : label.start()])
        strict += text + ("(?s:.+)" if label[1].endswith("+") else "[^/]+")
        loose += text + "(?s:.+)"
        at = label.end()
    end = re.escape(path[at:].rstrip("/")) + r"/?\Z"
    fixed = tuple(
        (name, value) for name, _, value in (part.partition("=") for part in query.split("&") if part) if name != "x-id"
    )
    needed, needed_headers = _needed(operation) if service == "s3" else ((), ())
    weight = (len(fixed) + len(needed) + len(needed_headers), not operation.deprecated, len(_LABEL.sub("", path)))
    return _Route(operation, re.compile(strict + end), re.compile(loose + end), fixed, needed, needed_headers, weight)


def _needed(operation: Operation) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What sets S3's operations of one address apart: UploadPart has an uploadId, CopyObject a source."""
    query, headers = [], []
    for name in operation.shape.required_members if operation.shape is not None else ():
        traits = operation.shape.members[name].serialization
        written = str(traits.get("name", name))
        if traits.get("location") == "querystring":
            query.append(written)
        elif traits.get("location") == "header":
            headers.append(written.lower())
    return tuple(query), tuple(headers)


def check_address(operation: Operation, query: Mapping[str, Any], headers: Mapping[str, str]) -> None:
    """Check the numbers and booleans that stand in the query string and in headers, and required ones of the query.

    Raises:
        Refusal: one is missing or no such value.
    """
    if operation.input is None:
        return
    for name, member in operation.input.members.items():
        location = member.traits.get("location")
        written = str(member.traits.get("name", name))
        if location == "querystring":
            if written not in query and name in operation.input.required:
                raise Refusal("missing", missing_sentence([lower(name)]), written)
            given = first(query[written]) if written in query else None
        elif location == "header":
            given = headers.get(written.lower())
        else:
            continue
        if given is not None and member.kind in _TYPED and not fits_text(member.kind, given):
            if given == "" and location == "querystring":
                continue
            said = f"Value '{given[:100]}' at '{written}' is no {member.kind}"
            if member.kind in ("integer", "long"):
                said = f"Provided {written} not an integer or within integer range"
            raise Refusal("value", said, written, given[:100])


def first(value: Any) -> str:
    """The first value of a query parameter."""
    return str(value[0] if value else "") if isinstance(value, list) else str(value)
