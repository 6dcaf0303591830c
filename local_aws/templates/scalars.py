"""Scalars as texts: what CloudFormation makes of `true`, `08` or `1.10` where a text stands.

YAML is read by version 1.1, as the guide says, and a scalar without quotes becomes a boolean or a number first, then
its text: public reports have `yes` come out as "true", 0300 as "192", 08 as "8.0" and 012345678901 as
"1.2345678901E10", which is how Java writes a double. That a JSON body's 1.10 becomes "1.1" too is unverified.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

_OF_TEXTS = frozenset(
    f"Fn::{name}"
    for name in "Join Sub Split Base64 Cidr FindInMap ImportValue GetAZs Equals Contains EachMemberEquals "
    "EachMemberIn".split()
)
"""Functions whose arguments are texts. Of Fn::If and Fn::ToJsonString the values may be anything."""

_LARGE, _SMALL = 1e7, 1e-3
"""A double of this magnitude and above, or below the other, is written with an exponent."""


def text_of(value: Any) -> Any:
    """A scalar's text; lists and maps stay what they are."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return _text_of_double(value)
    return str(value) if isinstance(value, int) else value


def _text_of_double(number: float) -> str:
    """How Java's Double.toString writes a number."""
    magnitude = abs(number)
    if number != number or magnitude in (float("inf"), 0.0):  # noqa: PLR0124 - not a number
        return str(number)
    if _SMALL <= magnitude < _LARGE:
        text = f"{Decimal(repr(number)):f}"
        return text if "." in text else f"{text}.0"
    digits, exponent = Decimal(repr(number)).as_tuple().digits, Decimal(repr(number)).adjusted()
    written = "".join(map(str, digits)).rstrip("0")
    return f"{'-' if number < 0 else ''}{written[:1]}.{written[1:] or '0'}E{exponent}"


def texts(value: Any) -> Any:
    """All scalars within a value as texts, in new lists and maps."""
    if isinstance(value, Mapping):
        return {name: texts(item) for name, item in value.items()}
    return [texts(item) for item in value] if isinstance(value, list) else text_of(value)


def with_texts(template: Mapping[str, Any]) -> dict[str, Any]:
    """A template whose scalars are texts wherever CloudFormation takes texts, whatever a resource's schema says.

    These are parameters' defaults and allowed values, mappings, outputs, and arguments of functions. Properties are
    left to their schemas: see property_values.py.

    Args:
        template: has been checked.
    """
    done = dict(template)
    if "Parameters" in template:
        done["Parameters"] = {name: _parameter(declared) for name, declared in template["Parameters"].items()}
    for section in ("Mappings", "Outputs"):
        if section in template:
            done[section] = texts(template[section])
    for section in ("Resources", "Conditions", "Rules", "Hooks"):
        if section in template:
            done[section] = _arguments(template[section])
    return done


def _parameter(declared: Any) -> Any:
    if not isinstance(declared, Mapping):
        return declared
    return {name: texts(value) if name in ("Default", "AllowedValues") else value for name, value in declared.items()}


def _arguments(value: Any) -> Any:
    """The arguments of functions as texts."""
    if isinstance(value, list):
        return [_arguments(item) for item in value]
    if not isinstance(value, Mapping):
        return value
    return {name: _argument(name, item) for name, item in value.items()}


def _argument(function: str, value: Any) -> Any:
    if function in _OF_TEXTS:
        return texts(value)
    if function.startswith("Fn::ForEach::") and isinstance(value, list) and len(value) == 3:
        return [value[0], texts(value[1]), _arguments(value[2])]
    return _arguments(value)
