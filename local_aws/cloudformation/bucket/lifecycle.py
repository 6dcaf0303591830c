"""LifecycleConfiguration: a template's rules as the API's."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.cloudformation.bucket.values import moment, number, one_filter, renamed, truth

Properties = Mapping[str, Any]
Params = dict[str, Any]


def lifecycle(value: Properties) -> Params:
    """Parameters of PutBucketLifecycleConfiguration."""
    return {"LifecycleConfiguration": {"Rules": [_rule(rule) for rule in value.get("Rules") or []]}}


def _rule(rule: Properties) -> Params:
    expiration = renamed(
        rule,
        ExpirationInDays=("Days", number),
        ExpirationDate=("Date", moment),
        ExpiredObjectDeleteMarker=("ExpiredObjectDeleteMarker", truth),
    )
    old = _noncurrent_expiration(rule)
    transitions = [*_singly(rule, "Transition"), *(rule.get("Transitions") or [])]
    noncurrent = [*_singly(rule, "NoncurrentVersionTransition"), *(rule.get("NoncurrentVersionTransitions") or [])]
    parts: Params = {
        "Expiration": expiration,
        "NoncurrentVersionExpiration": old,
        "Transitions": [_transition(each) for each in transitions],
        "NoncurrentVersionTransitions": [_noncurrent_transition(each) for each in noncurrent],
        "AbortIncompleteMultipartUpload": renamed(
            rule.get("AbortIncompleteMultipartUpload") or {}, DaysAfterInitiation=("DaysAfterInitiation", number)
        ),
    }
    made = {"Status": str(rule.get("Status")), "Filter": one_filter(rule, sizes=True)}
    made |= renamed(rule, Id=("ID", str))
    return made | {name: part for name, part in parts.items() if part}


def _singly(rule: Properties, name: str) -> list[Properties]:
    return [rule[name]] if rule.get(name) else []


def _transition(value: Properties) -> Params:
    return renamed(
        value,
        TransitionInDays=("Days", number),
        TransitionDate=("Date", moment),
        StorageClass=("StorageClass", str),
    )


def _noncurrent_transition(value: Properties) -> Params:
    return renamed(
        value,
        TransitionInDays=("NoncurrentDays", number),
        NewerNoncurrentVersions=("NewerNoncurrentVersions", number),
        StorageClass=("StorageClass", str),
    )


def _noncurrent_expiration(rule: Properties) -> Params:
    if rule.get("NoncurrentVersionExpiration"):
        return renamed(
            rule["NoncurrentVersionExpiration"],
            NoncurrentDays=("NoncurrentDays", number),
            NewerNoncurrentVersions=("NewerNoncurrentVersions", number),
        )
    return renamed(rule, NoncurrentVersionExpirationInDays=("NoncurrentDays", number))
