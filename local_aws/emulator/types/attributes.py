"""Attributes of resources that the emulator's types leave out, and what is said of those that nothing tells."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from typing import Any

from local_aws.emulator.types.own_types import Made


def plug_attributes(
    types: Container[str],
    complete: Callable[[str, str, Mapping[str, Any], Mapping[str, Any]], dict[str, Any]],
    unknown: Callable[[str, str], str],
) -> None:
    """Have stacks know more attributes of resources.

    Args:
        types: whose attributes are completed.
        complete: (resource type, physical id, properties, attributes so far) -> all attributes.
        unknown: (resource type, attribute) -> why it is not there; empty where the type does not have it, which is
            then said in AWS's words.
    """
    from ministack.services.cloudformation import engine, provisioners, stacks

    provision, update, message = stacks._provision_resource, stacks._update_resource, engine._unknown_attribute_message

    def provisioned(resource_type: str, logical_id: str, properties: dict[str, Any], *more: Any) -> Made:
        made: Made = provision(resource_type, logical_id, properties, *more)
        if resource_type not in types:
            return made
        return made[0], complete(resource_type, made[0], properties, made[1] or {})

    def updated(resource_type: str, physical_id: str, old: dict[str, Any], new: dict[str, Any], *more: Any) -> Made:
        made: Made = update(resource_type, physical_id, old, new, *more)
        if resource_type not in types or old == new:
            return made
        return made[0], complete(resource_type, made[0], new, made[1] or {})

    def said(resource: dict[str, Any], logical_id: str, attribute: str) -> str:
        return unknown(str(resource.get("ResourceType")), attribute) or str(message(resource, logical_id, attribute))

    for module in (provisioners, stacks):
        module._provision_resource = provisioned
        module._update_resource = updated
    engine._unknown_attribute_message = said
