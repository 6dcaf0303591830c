"""Properties of resources are checked when a stack makes or changes them, before the emulator's handlers see them."""

from __future__ import annotations

import re
from typing import Any

from local_aws.emulator.templates.sizes import check_size
from local_aws.templates.property_types import check_properties
from local_aws.templates.property_values import typed

_BUCKET = re.compile(r"[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]")
_LONGEST_S = 3600
"""The most that a custom resource is waited for, in seconds."""


def check_properties_of_resources() -> None:
    """Check the properties of a resource when it is made or changed, as CloudFormation does, and names of buckets."""
    from ministack.services import s3
    from ministack.services.cloudformation import provisioners, stacks

    provision, update = provisioners._provision_resource, provisioners._update_resource

    def check(resource_type: str, logical_id: str, properties: Any) -> None:
        check_size(properties)
        check_properties(resource_type, logical_id, properties)
        if resource_type.startswith("Custom::") or resource_type == "AWS::CloudFormation::CustomResource":
            _check_timeout(properties.get("ServiceTimeout", _LONGEST_S))
        name = properties.get("BucketName") if resource_type == "AWS::S3::Bucket" else None
        if name and not (_BUCKET.fullmatch(str(name)) and s3._validate_bucket_name(str(name))):
            text = "The specified bucket is not valid."
            raise ValueError(f"{text} (Service: Amazon S3; Status Code: 400; Error Code: InvalidBucketName)")

    def provisioned(resource_type: str, logical_id: str, properties: dict[str, Any], *more: Any) -> Any:
        properties = typed(resource_type, properties)
        check(resource_type, logical_id, properties)
        return provision(resource_type, logical_id, properties, *more)

    def updated(
        resource_type: str,
        physical_id: str,
        old: dict[str, Any],
        new: dict[str, Any],
        stack: str,
        logical_id: str | None = None,
        *more: Any,
    ) -> Any:
        old, new = typed(resource_type, old), typed(resource_type, new)
        if old != new:
            check(resource_type, logical_id or physical_id, new)
        return update(resource_type, physical_id, old, new, stack, logical_id, *more)

    for module in (provisioners, stacks):
        module._provision_resource = provisioned
        module._update_resource = updated


def _check_timeout(given: Any) -> None:
    if not str(given).isascii() or not str(given).isdigit() or not 1 <= int(given) <= _LONGEST_S:
        raise ValueError(f"ServiceTimeout must be between 1 and {_LONGEST_S} seconds")  # unverified
