"""CloudFormation resource types of our own."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Protocol

Made = tuple[str, dict[str, Any]]
"""A resource's physical id and its attributes."""


class ResourceHandler(Protocol):
    """How CloudFormation makes resources of one type; a ValueError's text becomes the status reason."""

    @property
    def replaced_by(self) -> tuple[str, ...]:
        """Properties of the top level whose change gives a resource with another id."""

    def create(self, logical_id: str, properties: Mapping[str, Any], stack: str) -> Made:
        """Make one."""

    def update(self, physical_id: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> Made:
        """Change one in place."""

    def replaces(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        """Whether a change needs a new one."""

    def delete(self, physical_id: str, properties: Mapping[str, Any]) -> None:
        """Delete one; one that is gone is no error."""


replaces: dict[str, Callable[[Mapping[str, Any], Mapping[str, Any]], bool]] = {}
"""Resource type of our own -> (properties before, properties now) -> whether a change needs a new one."""


def plug_resource_type(resource_type: str, handler: ResourceHandler) -> None:
    """Have CloudFormation make a resource type, such as `AWS::Glue::Workflow`, by this handler.

    A replacement is made before the one that it replaces is deleted, in the clean-up after the update.
    """
    from ministack.services.cloudformation import provisioners

    def update(
        physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, logical_id: str | None = None
    ) -> Made:
        if handler.replaces(old, new):
            made = handler.create(logical_id or physical_id, new, stack)
            provisioners._delete_predecessor(handler.delete, physical_id, old)
            return made
        return handler.update(physical_id, old, new)

    provisioners._RESOURCE_HANDLERS[resource_type] = {
        "create": handler.create,
        "update": update,
        "update_with_logical_id": True,
        "delete": handler.delete,
    }
    provisioners._REPLACING_PROPERTIES[resource_type] = handler.replaced_by
    replaces[resource_type] = handler.replaces


def physical_name(stack: str, logical_id: str, longest: int = 255, *, lowercase: bool = False) -> str:
    """The name that CloudFormation gives to a resource whose template gives none."""
    from ministack.services.cloudformation import provisioners

    return str(provisioners._physical_name(stack, logical_id, max_len=longest, lowercase=lowercase))
