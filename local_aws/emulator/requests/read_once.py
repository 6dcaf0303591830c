"""The JSON of a request, read once: by whom it is checked. IAM's questions about it look at what was read then.

The handler of DynamoDB, whose requests come by the thousand, takes it over; those of other services read the body anew.
"""

from __future__ import annotations

import json
from typing import Any

_last: tuple[bytes, Any] | None = None
"""The body that was checked last, and what it says; another request's only means that a body is read again."""


def keep(body: bytes, document: Any) -> None:
    """Keep what a body says, for those who look at it before the request is handled."""
    global _last  # noqa: PLW0603 - one for the process: there is one event loop
    _last = (body, document)


def let_go(body: Any) -> None:
    """The request is handled: nobody looks at it any more."""
    global _last  # noqa: PLW0603
    if _last is not None and _last[0] is body:
        _last = None


class _Json:
    """The module `json` as those see it who look at what was read; with `takes` the first of them has it for itself."""

    def __init__(self, *, takes: bool) -> None:
        self._takes = takes

    def __getattr__(self, name: str) -> Any:
        return getattr(json, name)

    def loads(self, body: Any, **named: Any) -> Any:
        """As json.loads; of the body that was checked last what was read then."""
        last = _last
        if last is None or last[0] is not body or named:
            return json.loads(body, **named)
        if self._takes:
            let_go(body)
        return last[1]


def read_bodies_once() -> None:
    """Have a checked body of a request not be read again.

    Contract: `iam_actions` reads bodies by `json.loads`, and changes nothing of what it gets; DynamoDB's handler reads
    its body so, once.
    """
    from ministack.core import iam_actions
    from ministack.services import dynamodb

    iam_actions.json = _Json(takes=False)
    dynamodb.json = _Json(takes=True)
