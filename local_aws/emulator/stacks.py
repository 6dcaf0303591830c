"""CloudFormation resource types of our own."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any


def plug_resource_type(
    resource_type: str,
    *,
    create: Callable[..., tuple[str, dict[str, Any]]],
    update: Callable[..., tuple[str, dict[str, Any]]],
    delete: Callable[..., None],
    replaced_by: tuple[str, ...],
) -> None:
    """Have CloudFormation make a resource type by these functions.

    Args:
        resource_type: such as `AWS::Glue::Workflow`.
        create: (logical id, properties, stack name) -> (physical id, attributes).
        update: (physical id, old properties, new properties, stack name) -> the same.
        delete: (physical id, properties).
        replaced_by: properties whose change replaces the resource.
    """
    from ministack.services.cloudformation import provisioners

    provisioners._RESOURCE_HANDLERS[resource_type] = {"create": create, "update": update, "delete": delete}
    provisioners._REPLACING_PROPERTIES[resource_type] = replaced_by


def physical_name(stack: str, logical_id: str) -> str:
    """The name that CloudFormation gives to a resource whose template gives none."""
    from ministack.services.cloudformation import provisioners

    return str(provisioners._physical_name(stack, logical_id, max_len=255))
