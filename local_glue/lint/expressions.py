"""Expressions of templates taken apart, without a look at what they stand for (values.py)."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from glue_client.intrinsics import PLACE

Path_ = tuple[str | int, ...]
"""A place in a template, as cfn-lint has them: keys and numbers from the template's top."""

NO_VALUE = {"Ref": "AWS::NoValue"}


def branches(node: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Any]]:
    """The branches of Fn::If, each with its place; what is no Fn::If is its only branch. AWS::NoValue is left out."""
    if isinstance(node, dict) and len(node) == 1:
        if node == NO_VALUE:
            return
        choice = node.get("Fn::If")
        if isinstance(choice, list) and len(choice) == 3:
            for place in (1, 2):
                yield from branches(choice[place], (*path, "Fn::If", place))
            return
    yield path, node


def named_in(node: Any) -> Iterator[str]:
    """The names that an expression refers to."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref":
                yield str(value)
            elif key == "Fn::Sub":
                text, *rest = value if isinstance(value, list) and value else [value]
                yield from (place[2].strip() for place in PLACE.finditer(str(text)))
                yield from (name for one in rest for name in named_in(one))
            else:
                yield from named_in(value)
    elif isinstance(node, list):
        for one in node:
            yield from named_in(one)


def items(node: Any, path: Path_ = ()) -> Iterator[tuple[Path_, Mapping[str, Any]]]:
    """The mappings of a list, each with its place, through each Fn::If."""
    for place, found in branches(node, path):
        for number, one in enumerate(found if isinstance(found, list) else []):
            yield from ((where, each) for where, each in branches(one, (*place, number)) if isinstance(each, dict))


def variants(node: Any) -> list[Any]:
    """What an expression is with its Fn::If decided: one way, or two where they ask one condition.

    None where they ask several, of which some may exclude each other.
    """
    conditions = set(_conditions(node))
    return [] if len(conditions) > 1 else [_decided(node, place) for place in ((1, 2) if conditions else (1,))]


def _conditions(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        choice = node.get("Fn::If")
        if isinstance(choice, list) and choice:
            yield str(choice[0])
        node = list(node.values())
    for one in node if isinstance(node, list) else []:
        yield from _conditions(one)


def _decided(node: Any, place: int) -> Any:
    """A tree with one branch of each Fn::If, and without what that leaves out."""
    if isinstance(node, dict):
        choice = node.get("Fn::If")
        if isinstance(choice, list) and len(choice) == 3:
            return _decided(choice[place], place)
        found = {key: _decided(value, place) for key, value in node.items()}
        return {key: value for key, value in found.items() if value != NO_VALUE}
    if isinstance(node, list):
        return [one for one in (_decided(each, place) for each in node) if one != NO_VALUE]
    return node


def shown(text: str) -> str:
    """A text as a sentence has it: what is open by its name alone, without the file that it is of."""
    return re.sub(r"\$\{(Fn::\w+):.*\}", r"${\1}", re.sub(r"\$\{(?!AWS::|Fn::)[^{}]*:([\w.]+)\}", r"${\1}", text))


def is_known(text: str) -> bool:
    """Whether nothing in a text is left open until a deployment."""
    return "${" not in text
