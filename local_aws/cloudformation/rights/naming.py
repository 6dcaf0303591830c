"""ARNs of what a stack makes, changes and deletes, as policies name them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws import emulator
from local_aws.emulator import Change

ANY = "*"
_LONGEST = 255


def arn(service: str, resource: str, *, regional: bool = True) -> str:
    """The ARN of a resource of the stack's account and region, such as `role/r` of `iam`."""
    scope = emulator.request_scope()
    region = scope.region if regional and service != "iam" else ""
    return f"arn:aws:{service}:{region}:{scope.account_id}:{resource}"


def given(change: Change, name: str) -> Any:
    """A property as it is after the change, or as it was where there is no after."""
    return (change.new if change.verb != "delete" else change.old).get(name)


def name_of(change: Change, name: str, longest: int = _LONGEST) -> str:
    """What a resource is called: its physical id, the template's name, or the one that CloudFormation makes up."""
    if change.physical_id:
        return change.physical_id
    declared = given(change, name)
    return str(declared) if declared else emulator.physical_name(change.stack, change.logical_id, longest)


def own_arn(change: Change, service: str, before: str, name: str) -> str:
    """The ARN of a resource whose name follows a text: `function:` and FunctionName."""
    if change.physical_id.startswith("arn:"):
        return change.physical_id
    return arn(service, before + name_of(change, name))


def listed(properties: Mapping[str, Any], name: str) -> list[Any]:
    """A property that is a list, or nothing."""
    found = properties.get(name)
    return found if isinstance(found, list) else []


def tags_of(properties: Mapping[str, Any], name: str = "Tags") -> dict[str, str]:
    """Tags by their keys, without those that CloudFormation adds, which need no right."""
    found = properties.get(name) or {}
    pairs = found.items() if isinstance(found, Mapping) else ((tag.get("Key"), tag.get("Value", "")) for tag in found)
    return {str(key): str(value) for key, value in pairs if not str(key).startswith("aws:")}
