"""ReplicationConfiguration: a template's rules as the API's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.bucket.values import number, renamed, tags

Properties = Mapping[str, Any]
Params = dict[str, Any]


def replication(value: Properties) -> Params:
    """Parameters of PutBucketReplication."""
    rules = [_replication_rule(rule) for rule in value.get("Rules") or []]
    return {"ReplicationConfiguration": {"Role": str(value.get("Role")), "Rules": rules}}


def _replication_rule(rule: Properties) -> Params:
    made = renamed(rule, Id=("ID", str), Priority=("Priority", number), Prefix=("Prefix", str))
    made |= renamed(
        rule,
        DeleteMarkerReplication=("DeleteMarkerReplication", dict),
        SourceSelectionCriteria=("SourceSelectionCriteria", dict),
        Destination=("Destination", _replica),
        Filter=("Filter", _replication_filter),
    )
    return {**made, "Status": str(rule.get("Status"))}


def _replication_filter(value: Properties) -> Params:
    both = value.get("And")
    if both:
        return {"And": renamed(both, Prefix=("Prefix", str), TagFilters=("Tags", tags))}
    return renamed(value, Prefix=("Prefix", str), TagFilter=("Tag", lambda tag: tags([tag])[0]))


def _replica(value: Properties) -> Params:
    return renamed(
        value,
        Bucket=("Bucket", str),
        Account=("Account", str),
        StorageClass=("StorageClass", str),
        AccessControlTranslation=("AccessControlTranslation", dict),
        EncryptionConfiguration=(
            "EncryptionConfiguration",
            lambda given: renamed(given, ReplicaKmsKeyID=("ReplicaKmsKeyID", str)),
        ),
        ReplicationTime=(
            "ReplicationTime",
            lambda given: renamed(given, Status=("Status", str), Time=("Time", _minutes)),
        ),
        Metrics=(
            "Metrics",
            lambda given: renamed(given, Status=("Status", str), EventThreshold=("EventThreshold", _minutes)),
        ),
    )


def _minutes(value: Properties) -> Params:
    return {"Minutes": number(value["Minutes"])}
