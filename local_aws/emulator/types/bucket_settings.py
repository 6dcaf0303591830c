"""AWS::S3::Bucket: what a template says and the emulator passes over is handed on."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from local_aws.emulator.identity import request_scope

Properties = Mapping[str, Any]
Apply = Callable[[str, Properties, Properties], None]


def plug_bucket_settings(check: Callable[[Properties], None], apply: Apply) -> None:
    """Have CloudFormation set what a template says of a bucket and the emulator passes over.

    Args:
        check: (properties); raises ValueError for one that cannot be, before there is a bucket.
        apply: (bucket, properties before, properties now), after the emulator's own create and update; raises
            ValueError, whose text becomes the status reason.
    """
    from ministack.services.cloudformation import provisioners

    handler = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    create, update, delete = handler["create"], handler["update"], handler["delete"]

    def creating(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        check(properties)
        bucket, attributes = create(logical_id, properties, stack)
        try:
            apply(bucket, {}, properties)
        except BaseException:
            delete(bucket, properties)
            raise
        return bucket, attributes | _more_attributes(bucket)

    def updating(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, *rest: Any) -> Any:
        check(new)
        bucket, attributes = update(physical_id, old, new, stack, *rest)
        apply(bucket, old if bucket == physical_id else {}, new)
        return bucket, attributes | _more_attributes(bucket)

    handler.update(create=creating, update=updating)


def _more_attributes(bucket: str) -> dict[str, str]:
    return {"DualStackDomainName": f"{bucket}.s3.dualstack.{request_scope().region}.amazonaws.com"}
