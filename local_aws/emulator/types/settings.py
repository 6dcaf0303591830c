"""The emulator's own CloudFormation types: what a template says and they pass over is handed on or refused."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Properties = Mapping[str, Any]
Apply = Callable[[str, Properties, Properties], None]

_NOTES: dict[tuple[str, str], str] = {}
"""(stack, logical id) -> what the event that ends its making is to say."""


def plug_settings(resource_type: str, apply: Apply) -> None:
    """Have CloudFormation set more of a resource after the emulator's own create and update.

    Args:
        resource_type: such as `AWS::IAM::Role`.
        apply: (physical id, properties before, properties now); raises ValueError, whose text becomes the status
            reason. A resource that it fails while it is made is deleted again.
    """
    from ministack.services.cloudformation import provisioners

    handler = provisioners._RESOURCE_HANDLERS[resource_type]
    create, update, delete = handler["create"], handler.get("update"), handler["delete"]

    def creating(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        made = create(logical_id, properties, stack)
        try:
            apply(made[0], {}, properties)
        except BaseException:
            delete(made[0], properties)
            raise
        return made

    def updating(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, *rest: Any) -> Any:
        made = update(physical_id, old, new, stack, *rest) if update else (physical_id, {})
        apply(made[0], old if made[0] == physical_id else {}, new)
        return made

    handler.update(create=creating, **({"update": updating} if update else {}))


def plug_verdicts(
    check: Callable[[str, str, Properties], None],
    noted: Callable[[str, Properties], str],
) -> None:
    """Have each resource's properties checked before it is made or changed, and its event say what does nothing here.

    Args:
        check: (resource type, logical id, properties); raises ValueError, whose text becomes the status reason.
        noted: (resource type, properties) -> what the event says that ends its making, or nothing.
    """
    from ministack.services.cloudformation import provisioners, stacks

    provision, update, add_event = stacks._provision_resource, stacks._update_resource, stacks._add_event

    def consider(resource_type: str, logical_id: str, properties: Properties, stack: str) -> None:
        check(resource_type, logical_id, properties)
        note = noted(resource_type, properties)
        if note:
            _NOTES[stack, logical_id] = note

    def provisioned(resource_type: str, logical_id: str, properties: dict[str, Any], stack: str, *more: Any) -> Any:
        consider(resource_type, logical_id, properties, stack)
        return provision(resource_type, logical_id, properties, stack, *more)

    def updated(
        resource_type: str,
        physical_id: str,
        old: dict[str, Any],
        new: dict[str, Any],
        stack: str,
        logical_id: str | None = None,
        *more: Any,
    ) -> Any:
        if old != new:
            consider(resource_type, logical_id or physical_id, new, stack)
        return update(resource_type, physical_id, old, new, stack, logical_id, *more)

    def event(
        stack_id: str,
        stack: str,
        logical_id: str,
        resource_type: str,
        status: str,
        reason: str = "",
        *more: Any,
        **named: Any,
    ) -> None:
        if status.endswith(("_COMPLETE", "_FAILED")):
            note = _NOTES.pop((stack, logical_id), "")
            reason = ". ".join(filter(None, (reason, note))) if status.endswith("_COMPLETE") else reason
        add_event(stack_id, stack, logical_id, resource_type, status, reason, *more, **named)

    for module in (provisioners, stacks):
        module._provision_resource = provisioned
        module._update_resource = updated
    stacks._add_event = event
