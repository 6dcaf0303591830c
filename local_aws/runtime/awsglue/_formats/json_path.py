"""The JsonPath of Glue: `$`, `.name`, `['name']`, `[0]`, and `*` where a name or a number can be.

These are the operators that the developer guide lists for JSON classifiers ("Writing JSON custom classifiers"); that
awsglue's `jsonPath` takes no others is assumed.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

_STEP = re.compile(
    r"""\.([^.\[\]*]+)                                       # .name
    | \[(?:'((?:[^'\\]|\\.)+)'|"((?:[^"\\]|\\.)+)")\]         # ['name'], ["name"]
    | \[(-?[0-9]{1,9})\]                                     # [0]
    | (\[\*\]|\.\*)""",
    re.VERBOSE,
)


def compiled(path: str | None) -> Callable[[Any], list[Any]]:
    """A function that finds what a path leads to; without a path it is the value itself.

    Raises:
        NotImplementedError: the path has another step, such as a filter or `..`.
    """
    steps: list[str | int | None] = []
    rest = (path or "$").strip()
    rest = rest[1:] if rest.startswith("$") else f".{rest}"
    while rest:
        match = _STEP.match(rest)
        if match is None:
            raise NotImplementedError(
                f"jsonPath {path!r} is not supported here at {rest!r}: use names, indexes and [*], then Filter"
            )
        name, single, double, index, _ = match.groups()
        quoted = re.sub(r"\\(.)", r"\1", single or double or "")
        steps.append(name or quoted or (int(index) if index else None))
        rest = rest[match.end() :]

    def select(value: Any) -> list[Any]:
        found = [value]
        for step in steps:
            found = [inner for one in found for inner in _followed(one, step)]
        return found

    return select


def _followed(value: Any, step: str | int | None) -> list[Any]:
    if isinstance(value, dict):
        return list(value.values()) if step is None else [value[step]] if step in value else []
    if not isinstance(value, list):
        return []
    if step is None:
        return value
    return [value[step]] if isinstance(step, int) and -len(value) <= step < len(value) else []
