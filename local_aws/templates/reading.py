"""A template's text as maps, lists and scalars: bounded, whatever is written."""

from __future__ import annotations

import json
import math
from typing import Any, NoReturn

from local_aws.templates.errors import MAX_DEPTH, TemplateError, too_deep, twice
from local_aws.templates.yaml_reading import read_yaml

MAX_VALUES = 200_000
"""Maps, lists and scalars of a template: those of a template of 1 MB and 500 resources are far fewer."""

_MAX_REFERENCES = 60
_MAX_OPEN = 1000
"""Beginnings of variables in a text that nothing ends: each would be looked for to the end of the text."""


def read(text: str) -> dict[str, Any]:
    """Read a template in JSON or YAML.

    Raises:
        TemplateError: it is not well-formed, has aliases, a key twice, is no map, or is too deep or too large.
    """
    value = _json(text.strip()) if text.lstrip().startswith("{") else read_yaml(text.rstrip())
    if not isinstance(value, dict):
        raise TemplateError("Template format error: unsupported structure.")
    _check_size(value)
    return value


# JSON


def _json(text: str) -> Any:
    try:
        return json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except RecursionError:
        too_deep()
    except json.JSONDecodeError as error:
        place = f"(line {error.lineno}, column {error.colno})"
        raise TemplateError(f"Template format error: JSON not well-formed. {place}") from error
    except TemplateError:
        raise
    except ValueError as error:  # an integer of thousands of digits
        raise TemplateError("Template format error: JSON not well-formed.") from error


def _no_constant(name: str) -> NoReturn:
    raise TemplateError(f"Template format error: JSON not well-formed: {name}")  # unverified


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        seen: set[str] = set()
        for name, _value in pairs:
            if name in seen:
                twice(name)
            seen.add(name)
    return found


# Both


def _check_size(root: dict[str, Any]) -> None:
    """Bound depth and number of values, and refuse what no text can hold: half characters, numbers without end."""
    pending: list[tuple[Any, int]] = [(root, 1)]
    count = 0
    while pending:
        value, depth = pending.pop()
        count += 1
        if count > MAX_VALUES:
            raise TemplateError(f"Template format error: more than {MAX_VALUES} values (on the local AWS)")
        if isinstance(value, dict):
            if depth > MAX_DEPTH:
                too_deep()
            for name, item in value.items():
                _check_text(name)
                pending.append((item, depth + 1))
        elif isinstance(value, list):
            if depth > MAX_DEPTH:
                too_deep()
            pending += [(item, depth + 1) for item in value]
        elif isinstance(value, str):
            _check_text(value)
        elif isinstance(value, float) and not math.isfinite(value):
            raise TemplateError("Template format error: a number is not finite")  # unverified


def _check_text(text: str) -> None:
    if not text.isascii() and any("\ud800" <= character <= "\udfff" for character in text):
        raise TemplateError("Template format error: JSON not well-formed.")
    references = text.count("{{resolve:")
    if references > _MAX_REFERENCES:
        what = f"Number of dynamic references, {references}, is greater than maximum allowed, {_MAX_REFERENCES}"
        raise TemplateError(f"Template format error: {what}")
    rest = text[text.rfind("}") + 1 :]
    if rest.count("${") + rest.count("&{") > _MAX_OPEN:
        raise TemplateError(f"Template format error: more than {_MAX_OPEN} variables without an end (on the local AWS)")
