"""Bounds on what templates bring with them: snippets, loops, patterns of parameters."""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Mapping
from typing import Any

from local_aws import templates
from local_aws.emulator.identity import caller_access_key
from local_aws.emulator.templates.documents import (
    URL_BYTES,
    DocumentError,
    Place,
    check_right,
    is_large,
)
from local_aws.emulator.templates.parameters import constraint_error
from local_aws.templates import TemplateError
from local_aws.templates.patterns import PatternError, matches

_MAX_LOOPED = 10_000
"""What the loops of AWS::LanguageExtensions may make, within each other; 500 resources are the most of a template."""

_looped: contextvars.ContextVar[int] = contextvars.ContextVar("looped", default=0)


def bound_templates() -> None:
    """Put the bounds into the emulator's CloudFormation."""
    from ministack.services.cloudformation import engine, language_extensions

    included = (engine._IncludeError, engine._INCLUDE_ERROR)
    engine._parse_snippet = _snippet(*included)
    engine._fetch_include_snippet = _readable_snippet(engine._fetch_include_snippet, *included)
    engine._check_parameter_constraints = _matching(engine._check_parameter_constraints)
    language_extensions._for_each = _counted(language_extensions._for_each, language_extensions._fail)


def _snippet(error_type: type[ValueError], prefix: str) -> Callable[[str], Any]:
    def parse(text: str) -> Any:
        """What AWS::Include takes in; anything but a map has been refused before as the emulator has it."""
        try:
            return templates.read(text)
        except TemplateError as error:
            text = "The specified S3 object's content should be valid Yaml/JSON"
            raise error_type(f"{prefix}{text}") from error

    return parse


def _readable_snippet(fetch: Callable[[Any], Any], error_type: type[ValueError], prefix: str) -> Callable[[Any], Any]:
    def fetch_include_snippet(location: Any) -> Any:
        bucket, _, key = str(location).removeprefix("s3://").partition("/")
        try:
            check_right(Place(bucket, key), caller_access_key())
        except DocumentError as refused:
            raise error_type(f"{prefix}{refused}") from refused  # unverified
        if is_large(bucket, key):
            raise error_type(f"{prefix}The S3 object {location} exceeds {URL_BYTES} bytes.")  # unverified
        return fetch(location)

    return fetch_include_snippet


def _matching(check: Callable[..., None]) -> Callable[..., None]:
    """Match AllowedPattern as Java does, in bounded time."""

    def check_constraints(name: str, declared: Mapping[str, Any], kind: str, value: str) -> None:
        pattern = declared.get("AllowedPattern")
        rest = {member: given for member, given in declared.items() if member != "AllowedPattern"}
        if pattern is not None and kind != "Number":
            listed = kind in ("CommaDelimitedList", "List<Number>")
            try:
                fits = all(
                    matches(str(pattern), one.strip() if listed else one) for one in _members(value, listed=listed)
                )
            except PatternError as error:
                raise ValueError(f"Parameter '{name}' has an invalid AllowedPattern: {error}") from error
            if not fits:
                raise constraint_error(name, declared, f"must match pattern {pattern}")
        check(name, rest, kind, value)

    return check_constraints


def _members(value: str, *, listed: bool) -> list[str]:
    return value.split(",") if listed else [value]


def _counted(loop: Callable[..., list[Any]], fail: Callable[[str], None]) -> Callable[..., list[Any]]:
    """Bound what loops within loops make."""

    def for_each(*args: Any) -> list[Any]:
        made = loop(*args)
        _looped.set(_looped.get() + len(made))
        if _looped.get() > _MAX_LOOPED:
            fail(f"the loops make more than {_MAX_LOOPED} members (on the local AWS)")
        return made

    return for_each
