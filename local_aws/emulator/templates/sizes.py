"""How large the values may become that functions, loops and snippets of a template make.

A few hundred bytes of functions within functions make gigabytes. CloudFormation takes no processed template of more
than 1 MB (quotas); that a text which a function makes, and a resource's properties, are bounded is the local AWS's.
"""

from __future__ import annotations

import contextvars
import re
from collections import Counter
from collections.abc import Callable, Mapping
from typing import Any

MOST_OF_A_TEXT = 1 << 20
"""Characters of one text that a function makes."""

MOST_OF_A_RESOURCE = 4 << 20
"""Characters of a resource's properties."""

MOST_OF_TRANSFORMS = 4 << 20
"""Characters and values that loops and snippets put into a template."""

_FEW = 8
"""References of a Fn::Sub that cannot make much of texts that are bounded themselves."""

_REFERENCE = re.compile(r"\$\{([^!}][^}]*)\}")

Resolve = Callable[..., Any]

_spent: contextvars.ContextVar[list[int]] = contextvars.ContextVar("spent")
"""What the transforms of the template at hand have put in so far; a list, as they share it."""


def bound_sizes() -> None:
    """Put the bounds around the emulator's functions. Must come after what puts others in their place."""
    from ministack.services.cloudformation import changesets, engine, handlers, language_extensions, stacks

    resolve = _bounded(engine._resolve_refs)
    for module in (engine, handlers, changesets, stacks):
        module._resolve_refs = resolve
    language_extensions._expand = _charged(language_extensions._expand, language_extensions._fail)
    language_extensions._value = _short(language_extensions._value, language_extensions._fail)
    engine._fetch_include_snippet = _counted(engine._fetch_include_snippet, engine._IncludeError)
    engine._apply_transforms = apply = _beginning(engine._apply_transforms)
    for module in (handlers, changesets):
        module._apply_transforms = apply


def check_size(properties: Any) -> None:
    """Refuse a resource whose properties are too large.

    Raises:
        ValueError: they are; the text is the resource's status reason.
    """
    if size_of(properties) > MOST_OF_A_RESOURCE:
        raise ValueError(f"The properties have more than {MOST_OF_A_RESOURCE} characters, the most of the local AWS")


def size_of(value: Any) -> int:
    """Characters of all texts and names within a value, and one for each value."""
    if isinstance(value, str):
        return len(value) + 1
    if isinstance(value, Mapping):
        return sum(len(str(name)) + size_of(item) for name, item in value.items()) + 1
    return sum(map(size_of, value)) + 1 if isinstance(value, list) else 1


def _bounded(resolve: Resolve) -> Resolve:
    def resolved(value: Any, *more: Any) -> Any:
        if not isinstance(value, dict):
            return resolve(value, *more)
        if "Fn::Join" in value:
            value = {**value, "Fn::Join": _joinable(value["Fn::Join"], lambda items: resolved(items, *more))}
        elif "Fn::Sub" in value:
            _check_substitution(value["Fn::Sub"], lambda item: resolve(item, *more))
        found = resolve(value, *more)
        if isinstance(found, str):
            _check_length(len(found))
        return found

    return resolved


def _joinable(argument: Any, resolve: Resolve) -> Any:
    """The arguments of Fn::Join with the list worked out, where what they make is small enough."""
    if not isinstance(argument, list) or len(argument) != 2:
        return argument
    items = resolve(argument[1])
    if isinstance(items, list):
        _check_length(sum(len(str(item)) for item in items) + len(str(argument[0])) * len(items))
    return [argument[0], items]


def _check_substitution(argument: Any, resolve: Resolve) -> None:
    text, given = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
    names = Counter(_REFERENCE.findall(text)) if isinstance(text, str) else Counter[str]()
    if names.total() <= _FEW or not isinstance(given, Mapping):
        return
    _check_length(
        sum(count * len(str(resolve(given.get(name, {"Fn::Sub": f"${{{name}}}"})))) for name, count in names.items())
    )


def _check_length(length: int) -> None:
    if length > MOST_OF_A_TEXT:
        raise ValueError(
            f"Template error: a function makes a text of more than {MOST_OF_A_TEXT} characters, the local AWS's most"
        )


def _beginning(apply: Callable[..., Any]) -> Callable[..., Any]:
    def apply_transforms(*args: Any, **named: Any) -> Any:
        token = _spent.set([0])
        try:
            return apply(*args, **named)
        finally:
            _spent.reset(token)

    return apply_transforms


def _spend(size: int) -> bool:
    """Whether there is room for so much more."""
    spent = _spent.get([0])
    spent[0] += size
    return spent[0] <= MOST_OF_TRANSFORMS


_TOO_MUCH = f"the transforms make more than {MOST_OF_TRANSFORMS} characters (on the local AWS)"


def _charged(expand: Resolve, fail: Callable[[str], None]) -> Resolve:
    """Count what a loop's fragment becomes, value by value, before it is made."""

    def expanded(node: Any, bindings: Any, *more: Any, **named: Any) -> Any:
        if bindings and not _spend(len(node) + 1 if isinstance(node, str) else 1):
            fail(_TOO_MUCH)
        return expand(node, bindings, *more, **named)

    return expanded


def _short(value_of: Resolve, fail: Callable[[str], None]) -> Resolve:
    def value(node: Any, bindings: Any, context: Any) -> Any:
        if isinstance(node, dict) and "Fn::Join" in node:
            node = {**node, "Fn::Join": _joinable_early(node["Fn::Join"], bindings, context, value)}
        found = value_of(node, bindings, context)
        if isinstance(found, str) and isinstance(node, dict) and len(found) > MOST_OF_A_TEXT:
            fail(_TOO_MUCH)
        return found

    def _joinable_early(argument: Any, bindings: Any, context: Any, resolve: Resolve) -> Any:
        try:
            return _joinable(argument, lambda items: resolve(items, bindings, context))
        except ValueError as error:
            if not str(error).startswith("Template error"):
                raise
            fail(_TOO_MUCH)

    return value


def _counted(fetch: Callable[[Any], Any], error_type: type[Exception]) -> Callable[[Any], Any]:
    def fetch_include_snippet(location: Any) -> Any:
        snippet = fetch(location)
        if not _spend(size_of(snippet)):
            raise error_type(_TOO_MUCH)
        return snippet

    return fetch_include_snippet
