"""AWS::S3::Bucket: the configurations of a template as the operations of S3 that set them.

The emulator makes the bucket, its versioning, CORS, website, notifications and public access block; what it passes
over is put here, after each create and update. Names differ between the registry's schema and the API: a template's
`ExpirationInDays` is the API's `Expiration.Days`. What a template no longer has is taken away.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws import emulator
from local_aws.cloudformation.bucket.configurations import (
    analytics,
    canned,
    encryption,
    inventory,
    logging,
    metrics,
    object_lock,
    tiering,
)
from local_aws.cloudformation.bucket.lifecycle import lifecycle
from local_aws.cloudformation.bucket.replication import replication
from local_aws.cloudformation.bucket.values import tags, truth
from local_aws.cloudformation.resource_type import ResourceType, value_at

Properties = Mapping[str, Any]
Params = dict[str, Any]


@dataclass(frozen=True)
class _Setting:
    """One property, and the operation that sets it.

    Attributes:
        name: the property.
        resource: the sub-resource of S3 that it becomes.
        operation: what sets it.
        params: the property's value -> the operation's parameters.
        several: whether the property is a list, each entry of which is set by its Id.
        without: the parameters that a bucket has which no longer has the property; None where it is deleted.
    """

    name: str
    resource: str
    operation: str
    params: Callable[[Any], Params]
    several: bool = False
    without: Params | None = None


def check(properties: Properties) -> None:
    """Refuse by name what this machine has not.

    Raises:
        ValueError: the text is the resource's status reason.
    """
    for path, why in BUCKET.refused.items():
        if value_at(properties, path) not in (None, {}, []):
            raise ValueError(f"AWS::S3::Bucket with {path.replace('/', '.')} is not supported: {why}")


def apply(bucket: str, old: Properties, new: Properties) -> None:
    """Set what the template says of a bucket, and take away what it said before.

    Raises:
        ValueError: S3 refuses a configuration; the text is the resource's status reason.
    """
    _lock(bucket, old, new)
    for setting in _SETTINGS:
        before, now = old.get(setting.name), new.get(setting.name)
        if setting.several:
            _apply_several(bucket, setting, before or [], now or [])
        elif now is not None:
            _put(bucket, setting, now)
        elif before is not None and setting.without is not None:
            emulator.put_bucket_configuration(bucket, setting.operation, setting.without)
        elif before is not None:
            emulator.delete_bucket_configuration(bucket, setting.resource)


def _lock(bucket: str, old: Properties, new: Properties) -> None:
    """ObjectLockEnabled: versioning is on with it; it is never taken away again (user guide)."""
    if truth(new.get("ObjectLockEnabled")) and not truth(old.get("ObjectLockEnabled")):
        for operation, params in (
            ("PutBucketVersioning", {"VersioningConfiguration": {"Status": "Enabled"}}),
            ("PutObjectLockConfiguration", object_lock({})),
        ):
            emulator.put_bucket_configuration(bucket, operation, params)


def _apply_several(bucket: str, setting: _Setting, before: list[Any], now: list[Any]) -> None:
    kept = {str(each["Id"]) for each in now}
    for gone in {str(each["Id"]) for each in before} - kept:
        emulator.delete_bucket_configuration(bucket, setting.resource, gone)
    for each in now:
        _put(bucket, setting, each)


def _put(bucket: str, setting: _Setting, value: Any) -> None:
    if setting.name == "LoggingConfiguration":
        value = {"DestinationBucketName": bucket, **value}  # without one it is the bucket itself (template reference)
        if not emulator.bucket_exists(emulator.request_scope(), value["DestinationBucketName"]):
            raise ValueError("The target bucket for logging does not exist (InvalidTargetBucketForLogging)")
    reason = emulator.put_bucket_configuration(bucket, setting.operation, setting.params(value))
    if reason:
        raise ValueError(f"{reason} (Service: S3, Status Code: 400)")


_VERSIONING = "VersioningConfiguration"

_SETTINGS = (
    _Setting(
        _VERSIONING,
        "versioning",
        "PutBucketVersioning",
        lambda value: {_VERSIONING: {"Status": str(value.get("Status"))}},
        without={_VERSIONING: {"Status": "Suspended"}},
    ),
    _Setting("LifecycleConfiguration", "lifecycle", "PutBucketLifecycleConfiguration", lifecycle),
    _Setting("Tags", "tagging", "PutBucketTagging", lambda value: {"Tagging": {"TagSet": tags(value)}}),
    _Setting("LoggingConfiguration", "logging", "PutBucketLogging", logging, without={"BucketLoggingStatus": {}}),
    _Setting(
        "AccelerateConfiguration",
        "accelerate",
        "PutBucketAccelerateConfiguration",
        lambda value: {"AccelerateConfiguration": {"Status": str(value.get("AccelerationStatus"))}},
        without={"AccelerateConfiguration": {"Status": "Suspended"}},
    ),
    _Setting(
        "OwnershipControls",
        "ownershipControls",
        "PutBucketOwnershipControls",
        lambda value: {
            "OwnershipControls": {
                "Rules": [{"ObjectOwnership": str(rule.get("ObjectOwnership"))} for rule in value.get("Rules") or []]
            }
        },
    ),
    _Setting("AccessControl", "acl", "PutBucketAcl", canned, without={"ACL": "private"}),
    _Setting("ReplicationConfiguration", "replication", "PutBucketReplication", replication),
    _Setting("BucketEncryption", "encryption", "PutBucketEncryption", encryption),
    _Setting("ObjectLockConfiguration", "object-lock", "PutObjectLockConfiguration", object_lock),
    _Setting(
        "IntelligentTieringConfigurations",
        "intelligent-tiering",
        "PutBucketIntelligentTieringConfiguration",
        tiering,
        several=True,
    ),
    _Setting("MetricsConfigurations", "metrics", "PutBucketMetricsConfiguration", metrics, several=True),
    _Setting("AnalyticsConfigurations", "analytics", "PutBucketAnalyticsConfiguration", analytics, several=True),
    _Setting("InventoryConfigurations", "inventory", "PutBucketInventoryConfiguration", inventory, several=True),
)

_KEPT = "kept and shown, not carried out"

BUCKET = ResourceType(
    name="AWS::S3::Bucket",
    service="s3",
    create="",
    delete="",
    differs={
        "AccelerateConfiguration": _KEPT,
        "AnalyticsConfigurations": _KEPT,
        "IntelligentTieringConfigurations": _KEPT,
        "InventoryConfigurations": _KEPT,
        "LifecycleConfiguration/Rules": f"checked and {_KEPT}",
        "LoggingConfiguration": _KEPT,
        "MetricsConfigurations": _KEPT,
    },
    refused={
        "AbacStatus": "policies do not see tags of buckets",
        "BucketNamePrefix": "there are no regional namespaces of an account",
        "BucketNamespace": "there are no regional namespaces of an account",
        "LifecycleConfiguration/TransitionDefaultMinimumObjectSize": "rules are not carried out",
        "MetadataConfiguration": "there are no S3 tables",
        "MetadataTableConfiguration": "there are no S3 tables",
        "ObjectLockConfiguration/Rule/DefaultRetention/DefaultEventHold": "there are no event holds",
    },
)
"""What docs/fidelity.md tells of the type, which the emulator makes."""
