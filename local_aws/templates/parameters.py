"""The declarations of parameters."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from local_aws.templates.errors import TemplateError

_MEMBERS = frozenset(
    "Type Default NoEcho AllowedPattern AllowedValues MaxLength MinLength MaxValue MinValue Description "
    "ConstraintDescription".split()
)
_PLAIN = ("String", "Number", "CommaDelimitedList")
_OF_AWS = re.compile(r"AWS::(EC2|Route53|SSM)::[A-Za-z]+(::[A-Za-z]+)*")
_TEXTS = ("AllowedPattern", "ConstraintDescription", "Description", "Type")
_BOUNDS = ("MinLength", "MaxLength", "MinValue", "MaxValue")


def check_parameters(parameters: Mapping[str, Any]) -> None:
    """Refuse declarations of parameters that CloudFormation refuses whatever their values are.

    Raises:
        TemplateError: says which.
    """
    for name, declared in parameters.items():
        if name.startswith("Fn::Transform"):
            continue
        if not (name.isascii() and name.isalnum()):
            raise TemplateError(f"Template format error: Parameter name {name[:255]} is non alphanumeric.")
        if declared is None:
            raise TemplateError(f"[/Parameters/{name}] 'null' values are not allowed in templates")
        if not isinstance(declared, Mapping):
            raise TemplateError(f"Template format error: [/Parameters/{name}] Any Parameters member must be an object.")
        _check_members(name, declared)


def _check_members(name: str, declared: Mapping[str, Any]) -> None:
    for member, value in declared.items():
        if member not in _MEMBERS:
            raise TemplateError(f"Invalid template parameter property '{member}'")
        if value is None:
            raise TemplateError(f"[/Parameters/{name}/{member}] 'null' values are not allowed in templates")
    if "Type" not in declared:
        raise TemplateError("Template format error: Every Parameters object must contain a Type member.")
    _check_values(declared)
    _check_bounds(name, declared)
    for member in ("Default", "Description", "ConstraintDescription"):
        if any(ord(character) < 32 and character not in "\t\n\r" for character in str(declared.get(member, ""))):
            raise TemplateError(f"Template format error: [/Parameters/{name}/{member}] has control characters")


def _check_values(declared: Mapping[str, Any]) -> None:
    for member in _TEXTS:
        if not isinstance(declared.get(member, ""), str):
            raise TemplateError(f"Template format error: Every {member} member must be a string.")
    if not _is_type(declared["Type"]):
        raise TemplateError(f"Template format error: Unrecognized parameter type: {declared['Type'][:80]}")
    if isinstance(declared.get("Default", ""), (list, Mapping)):
        raise TemplateError("Template format error: Every Default member must be a string.")
    allowed = declared.get("AllowedValues", [])
    if not isinstance(allowed, list) or any(isinstance(one, (list, Mapping)) for one in allowed):
        raise TemplateError("Template format error: Every AllowedValues member must be a list.")
    if str(declared.get("NoEcho", False)).lower() not in ("true", "false"):
        raise TemplateError("Template format error: Every NoEcho member must be a boolean.")  # unverified


def _is_type(text: str) -> bool:
    inner = re.fullmatch(r"AWS::SSM::Parameter::Value<(.+)>", text)
    text = inner[1] if inner else text
    listed = re.fullmatch(r"List<(.+)>", text)
    if listed:
        return listed[1] == "Number" or bool(inner and listed[1] == "String") or bool(_OF_AWS.fullmatch(listed[1]))
    return text in _PLAIN or bool(_OF_AWS.fullmatch(text))


def _check_bounds(name: str, declared: Mapping[str, Any]) -> None:
    for member in _BOUNDS:
        if member not in declared:
            continue
        value = declared[member]
        try:
            number = None if isinstance(value, (bool, list, Mapping)) else float(value)
            if number is not None and member.endswith("Length"):
                number = int(value) if int(value) >= 0 else None
        except (ValueError, OverflowError):
            number = None
        if number is None or number != number:  # noqa: PLR0124 - not a number
            raise TemplateError(f"Template format error: [/Parameters/{name}/{member}] must be a number")  # unverified
