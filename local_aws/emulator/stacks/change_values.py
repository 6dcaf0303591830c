"""DescribeChangeSet with IncludePropertyValues: what a resource is before and after, and each value that changes.

Shapes are those of public records of real change sets: one detail a value, with its path through mappings. That a list
is one value, and how long ones are cut on AWS, is unverified; here nothing is cut.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any
from xml.sax.saxutils import escape

from local_aws.emulator.protocol import Response

Params = dict[str, Any]

_CHANGES = re.compile(rb"<Changes>.*</Changes>", re.DOTALL)
_MISSING = object()


def show_values(describe: Callable[[Params], Response]) -> Callable[[Params], Response]:
    """Have the answer tell values where the request asks for them."""
    from ministack.services.cloudformation import changesets
    from ministack.services.cloudformation.helpers import _p

    def handle(params: Params) -> Response:
        status, headers, body = describe(params)
        if status != 200 or str(_p(params, "IncludePropertyValues")).lower() != "true":
            return status, headers, body
        _id, found = changesets._find_change_set(_p(params, "ChangeSetName"), _p(params, "StackName"))
        changes = [{"Type": "Resource", "ResourceChange": _valued(one["ResourceChange"])} for one in found["Changes"]]
        told = _element("Changes", changes).encode()
        return status, headers, _CHANGES.sub(lambda _match: told, body)

    return handle


def _valued(change: Mapping[str, Any]) -> dict[str, Any]:
    before, after = (
        json.loads(change.get(name) or "{}").get("Properties", {}) for name in ("BeforeContext", "AfterContext")
    )
    details = [one for detail in change.get("Details", []) for one in _with_values(detail, before, after)]
    return {**change, "Scope": change.get("Scope", []), "Details": details}


def _with_values(detail: Mapping[str, Any], before: Any, after: Any) -> Iterator[Mapping[str, Any]]:
    target = detail["Target"]
    name = target.get("Name", "")
    found = list(_leaves(before.get(name, _MISSING), after.get(name, _MISSING), f"/Properties/{name}")) if name else []
    for path, old, new in found:
        kind = "Add" if old is _MISSING else "Remove" if new is _MISSING else "Modify"
        more = {"Path": path, "AttributeChangeType": kind}
        more |= {key: _text(one) for key, one in (("BeforeValue", old), ("AfterValue", new)) if one is not _MISSING}
        yield {**detail, "Target": {**target, **more}}
    if not found:
        yield detail


def _leaves(old: Any, new: Any, path: str) -> Iterator[tuple[str, Any, Any]]:
    if isinstance(old, dict) and isinstance(new, dict):
        for key in sorted({*old, *new}):
            yield from _leaves(old.get(key, _MISSING), new.get(key, _MISSING), f"{path}/{key}")
    elif old != new:
        yield path, old, new


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, separators=(",", ":"))


def _element(name: str, value: Any) -> str:
    """An element of an answer; without a value there is none."""
    if isinstance(value, Mapping):
        inner = "".join(_element(key, one) for key, one in value.items())
    elif isinstance(value, list):
        inner = "".join(_element("member", one) for one in value)
    else:
        inner = escape(str(value))
    return f"<{name}>{inner}</{name}>" if inner or isinstance(value, list) else ""
