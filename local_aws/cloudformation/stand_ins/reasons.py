"""What stack events and DescribeStackResource say of a resource that is not simulated."""

from __future__ import annotations

from local_aws.emulator import NOT_SIMULATED


def reason(resource_type: str) -> str:
    """The reason for a resource of a type that this machine has not."""
    return f"{NOT_SIMULATED}: the local AWS has no {resource_type}; properties were checked, nothing runs behind it"
