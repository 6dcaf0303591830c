"""The other configurations of a bucket: a template's as the parameters of the operations that set them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.bucket.values import number, one_filter, renamed, truth

Properties = Mapping[str, Any]
Params = dict[str, Any]


def logging(value: Properties) -> Params:
    """Parameters of PutBucketLogging."""
    enabled = {"TargetPrefix": "", **renamed(value, LogFilePrefix=("TargetPrefix", str))}
    enabled |= renamed(value, DestinationBucketName=("TargetBucket", str))
    form = value.get("TargetObjectKeyFormat") or {}
    if form:
        enabled["TargetObjectKeyFormat"] = {
            name: dict(form[name] or {}) for name in ("SimplePrefix", "PartitionedPrefix") if name in form
        }
    return {"BucketLoggingStatus": {"LoggingEnabled": enabled}}


def encryption(value: Properties) -> Params:
    """Parameters of PutBucketEncryption."""
    return {
        "ServerSideEncryptionConfiguration": {
            "Rules": [
                {
                    **renamed(rule, BucketKeyEnabled=("BucketKeyEnabled", truth)),
                    **renamed(
                        rule, ServerSideEncryptionByDefault=("ApplyServerSideEncryptionByDefault", _default_encryption)
                    ),
                    **renamed(rule, BlockedEncryptionTypes=("BlockedEncryptionTypes", dict)),
                }
                for rule in value.get("ServerSideEncryptionConfiguration") or []
            ]
        }
    }


def _default_encryption(value: Properties) -> Params:
    return renamed(value, SSEAlgorithm=("SSEAlgorithm", str), KMSMasterKeyID=("KMSMasterKeyID", str))


def object_lock(value: Properties) -> Params:
    """Parameters of PutObjectLockConfiguration."""
    made: Params = {"ObjectLockEnabled": str(value.get("ObjectLockEnabled", "Enabled"))}
    retention = (value.get("Rule") or {}).get("DefaultRetention")
    if retention:
        made["Rule"] = {
            "DefaultRetention": renamed(retention, Mode=("Mode", str), Days=("Days", number), Years=("Years", number))
        }
    return {"ObjectLockConfiguration": made}


def tiering(value: Properties) -> Params:
    """Parameters of PutBucketIntelligentTieringConfiguration."""
    tiers = [
        renamed(each, Days=("Days", number), AccessTier=("AccessTier", str)) for each in value.get("Tierings") or []
    ]
    made = {"Id": str(value["Id"]), "Status": str(value.get("Status")), "Tierings": tiers}
    return _with_filter("IntelligentTieringConfiguration", value, made)


def metrics(value: Properties) -> Params:
    """Parameters of PutBucketMetricsConfiguration."""
    return _with_filter("MetricsConfiguration", value, {"Id": str(value["Id"])})


def analytics(value: Properties) -> Params:
    """Parameters of PutBucketAnalyticsConfiguration."""
    export = (value.get("StorageClassAnalysis") or {}).get("DataExport")
    analysis: Params = {}
    if export:
        destination = renamed(
            export["Destination"],
            Format=("Format", str),
            BucketAccountId=("BucketAccountId", str),
            BucketArn=("Bucket", str),
            Prefix=("Prefix", str),
        )
        analysis["DataExport"] = {
            **renamed(export, OutputSchemaVersion=("OutputSchemaVersion", str)),
            "Destination": {"S3BucketDestination": destination},
        }
    return _with_filter("AnalyticsConfiguration", value, {"Id": str(value["Id"]), "StorageClassAnalysis": analysis})


def canned(value: Any) -> Params:
    """A canned ACL by the API's name: PublicRead is public-read."""
    return {"ACL": re.sub(r"(?<=[a-z])(?=[A-Z])", "-", str(value)).lower()}


def _with_filter(member: str, value: Properties, made: Params) -> Params:
    found = one_filter(value)
    return {"Id": made["Id"], member: {**made, **({"Filter": found} if found else {})}}


def inventory(value: Properties) -> Params:
    """Parameters of PutBucketInventoryConfiguration."""
    destination = renamed(
        value["Destination"],
        BucketAccountId=("AccountId", str),
        BucketArn=("Bucket", str),
        Format=("Format", str),
        Prefix=("Prefix", str),
    )
    made: Params = {
        "Id": str(value["Id"]),
        "IsEnabled": truth(value.get("Enabled")),
        "Destination": {"S3BucketDestination": destination},
        "Schedule": {"Frequency": str(value.get("ScheduleFrequency"))},
        **renamed(
            value, IncludedObjectVersions=("IncludedObjectVersions", str), OptionalFields=("OptionalFields", list)
        ),
    }
    if value.get("Prefix") is not None:
        made["Filter"] = {"Prefix": str(value["Prefix"])}
    return {"Id": made["Id"], "InventoryConfiguration": made}
