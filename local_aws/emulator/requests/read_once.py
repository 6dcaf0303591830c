"""The JSON of a request, read once for all that only look at it: IAM's questions read the body of one several times."""

from __future__ import annotations

import json
from typing import Any

_last: tuple[bytes, Any] | None = None
"""The body that was checked last, and what it says; another request's only means that a body is read again."""


def keep(body: bytes, document: Any) -> None:
    """Keep what a body says, for those who look at it before the request is handled."""
    global _last  # noqa: PLW0603 - one for the process: there is one event loop
    _last = (body, document)


def let_go() -> None:
    """The request goes to its handler, which changes and keeps what it reads."""
    global _last  # noqa: PLW0603
    _last = None


class _Json:
    """The module `json` as IAM's questions see it."""

    def __getattr__(self, name: str) -> Any:
        return getattr(json, name)

    def loads(self, body: Any, **named: Any) -> Any:
        """As json.loads; of the body that was checked last what was read then."""
        last = _last
        if last is not None and last[0] is body and not named:
            return last[1]
        return json.loads(body, **named)


def read_bodies_once() -> None:
    """Have the emulator's questions to IAM read a checked body no more.

    Contract: `iam_actions` reads bodies by `json.loads`, and changes nothing of what it gets.
    """
    from ministack.core import iam_actions

    iam_actions.json = _Json()
