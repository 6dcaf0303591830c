"""Drift of stacks: how a type's resources are now, for CloudFormation to compare with what their template sets."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any

Properties = Mapping[str, Any]
Read = Callable[[str, Properties], Properties | None]
"""(physical id, properties of the template) -> those that it has now, in the template's shape; None for one that is
gone. What it raises becomes the reason of UNKNOWN."""


def plug_drift(resource_type: str, read: Read, properties: Iterable[str]) -> None:
    """Have DetectStackDrift look at a type.

    Args:
        resource_type: such as `AWS::Glue::Job`.
        read: how one is now.
        properties: those of the top level that `read` tells.
    """
    from ministack.services.cloudformation import drift

    drift._DRIFT_READERS[resource_type] = (read, frozenset(properties))
