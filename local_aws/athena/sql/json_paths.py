"""Paths of SQL/JSON, as json_query, json_value and json_exists have them, and what these give. Pure functions.

Trino's documentation, "JSON functions and operators": `lax` (the mode where none is said) takes arrays apart and wraps
single items as they are needed, and passes over what is not there; `strict` makes an error of it. Filters and methods
of paths are refused by name.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from local_aws.athena.errors import not_supported

_MODE = re.compile(r"\s*(?:(lax|strict)\s+)?\$")
_MEMBER = re.compile(r'\s*\.\s*(?:(?P<name>[^\W\d]\w*)|"(?P<quoted>(?:[^"]|"")*)"|(?P<any>\*))(?P<call>\s*\()?')
_SUBSCRIPT = re.compile(r"\s*\[(?P<inside>[^\]]*)\]")
_RANGE = re.compile(r"\s*(?P<low>\d+|last(?:\s*-\s*\d+)?)(?:\s+to\s+(?P<high>\d+|last(?:\s*-\s*\d+)?))?\s*")

EMPTY, FAILED, NULL, VALUE = "e", "f", "n", "v"
"""How what `evaluate` gives begins: nothing was found, it failed, it is NULL, it is what follows."""


class PathError(Exception):
    """A path does not fit the value (strict), or the value is no JSON."""


class InvalidPathError(Exception):
    """A text is no path."""


_Step = Callable[[Any, bool], Iterator[Any]]


@dataclass(frozen=True)
class Path:
    """A path.

    Attributes:
        lax: its mode.
        steps: what each of its parts makes of an item.
    """

    lax: bool
    steps: tuple[_Step, ...]

    def items(self, value: Any) -> list[Any]:
        """The items of a value that it leads to.

        Raises:
            PathError: it does not fit.
        """
        found = [value]
        for step in self.steps:
            found = [inner for item in found for inner in step(item, self.lax)]
        return found


@lru_cache(maxsize=512)
def path_of(text: str) -> Path:
    """Read a path.

    Raises:
        InvalidPathError: it is none.
        RefusedQueryError: it has a filter, a method or a variable.
    """
    begun = _MODE.match(text)
    if begun is None:
        raise InvalidPathError(text)
    place, steps = begun.end(), []
    while text[place:].strip():
        if re.match(r"\s*\?", text[place:]):
            raise not_supported("a JSON path with a filter")
        member, subscript = _MEMBER.match(text, place), _SUBSCRIPT.match(text, place)
        found = member or subscript
        if found is None:
            raise InvalidPathError(text)
        if member is not None:
            if member["call"]:
                raise not_supported(f"the method {member['name']} of a JSON path")
            name = member["name"] if member["quoted"] is None else member["quoted"].replace('""', '"')
            steps.append(_all_members if member["any"] else _member(name))
        elif subscript is not None:
            steps.append(_elements(text, subscript["inside"]))
        place = found.end()
    return Path(begun[1] != "strict", tuple(steps))


def _unwrapped(item: Any, lax: bool) -> Iterator[Any]:  # noqa: FBT001 - one word says it
    return iter(item) if lax and isinstance(item, list) else iter((item,))


def _member(name: str) -> _Step:
    def step(item: Any, lax: bool) -> Iterator[Any]:  # noqa: FBT001
        for one in _unwrapped(item, lax):
            if isinstance(one, dict) and name in one:
                yield one[name]
            elif not lax:
                raise PathError(f"missing member '{name}' in JSON object")

    return step


def _all_members(item: Any, lax: bool) -> Iterator[Any]:  # noqa: FBT001
    for one in _unwrapped(item, lax):
        if isinstance(one, dict):
            yield from one.values()
        elif not lax:
            raise PathError("invalid item type. Expected: OBJECT")


def _elements(text: str, inside: str) -> _Step:
    if inside.strip() == "*":
        ranges = None
    else:
        matched = [_RANGE.fullmatch(part) for part in inside.split(",")]
        ranges = [(part["low"], part["high"] or part["low"]) for part in matched if part is not None]
        if len(ranges) < len(matched):
            raise InvalidPathError(text)

    def step(item: Any, lax: bool) -> Iterator[Any]:  # noqa: FBT001
        if not isinstance(item, list):
            if not lax:
                raise PathError("invalid item type. Expected: ARRAY")
            item = [item]
        if ranges is None:
            yield from item
        for low, high in ranges or ():
            first, last = _place(low, item), _place(high, item)
            if not lax and not 0 <= first <= last < len(item):
                raise PathError(f"invalid array subscript: [{first}, {last}]")
            yield from item[max(0, first) : last + 1]

    return step


def _place(text: str, items: list[Any]) -> int:
    if not text.startswith("last"):
        return int(text)
    return len(items) - 1 - int(text.partition("-")[2] or 0)


# What the functions give


def evaluate(value: str | None, call: str) -> str | None:
    """What one of the functions finds in a text.

    Args:
        value: the text; NULL gives NULL.
        call: JSON of the call: `name`, `path`, and for json_query `wrapper` and `quotes`.

    Returns:
        One of the letters EMPTY, FAILED, NULL and VALUE; the last one with what was found behind it.
    """
    if value is None:
        return None
    asked = _call(call)
    try:
        found = path_of(asked["path"]).items(json.loads(value))
    except (PathError, ValueError, RecursionError):
        return FAILED
    if asked["name"] == "json_exists":
        return VALUE + ("true" if found else "false")
    return _scalar(found) if asked["name"] == "json_value" else _query(found, asked)


@lru_cache(maxsize=512)
def _call(text: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(text)
    return found


def _scalar(found: list[Any]) -> str:
    if not found:
        return EMPTY
    if len(found) > 1 or isinstance(found[0], dict | list):
        return FAILED
    if found[0] is None:
        return NULL
    return VALUE + (found[0] if isinstance(found[0], str) else json.dumps(found[0]))


def _query(found: list[Any], asked: dict[str, Any]) -> str:
    if not found:
        return EMPTY
    wrapper = asked.get("wrapper", "WITHOUT")
    if wrapper == "UNCONDITIONAL" or (
        wrapper == "CONDITIONAL" and (len(found) > 1 or not isinstance(found[0], dict | list))
    ):
        return VALUE + _written(found)
    if len(found) > 1:
        return FAILED
    if asked.get("quotes") == "OMIT" and isinstance(found[0], str):
        return VALUE + found[0]
    return VALUE + _written(found[0])


def _written(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
