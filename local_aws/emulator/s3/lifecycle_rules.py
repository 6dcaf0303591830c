"""What S3 refuses of lifecycle rules.

From the API reference of PutBucketLifecycleConfiguration and the user guide's "Lifecycle configuration elements"; the
texts are those of public errors where one is given, else S3's for MalformedXML.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Rule = Mapping[str, Any]

_MOST_RULES = 1000
_LONGEST_ID = 255
_ACTIONS = (
    "Expiration",
    "Transitions",
    "NoncurrentVersionTransitions",
    "NoncurrentVersionExpiration",
    "AbortIncompleteMultipartUpload",
)
_FILTERS = ("Prefix", "Tag", "ObjectSizeGreaterThan", "ObjectSizeLessThan", "And")
_CLASSES = {"GLACIER", "STANDARD_IA", "ONEZONE_IA", "INTELLIGENT_TIERING", "DEEP_ARCHIVE", "GLACIER_IR"}
_DAYS = (
    ("Expiration", "Days"),
    ("NoncurrentVersionExpiration", "NoncurrentDays"),
    ("AbortIncompleteMultipartUpload", "DaysAfterInitiation"),
)


@dataclass
class LifecycleError(Exception):
    """A refusal: S3's code, and its text where that is not the one of the code."""

    code: str
    message: str = ""


def check_rules(rules: Sequence[Rule]) -> None:
    """Check the rules of a configuration, each as botocore's model has it.

    Raises:
        LifecycleError: MalformedXML or InvalidArgument.
    """
    if not 1 <= len(rules) <= _MOST_RULES:
        raise LifecycleError("MalformedXML")
    for rule in rules:
        _check_form(rule)
        _check_days(rule)
    names = [rule["ID"] for rule in rules if rule.get("ID")]
    if any(len(name) > _LONGEST_ID for name in names):
        raise LifecycleError("InvalidArgument", "ID length should not exceed allowed limit of 255")
    if len(set(names)) < len(names):
        raise LifecycleError("InvalidArgument", "Rule ID must be unique. Found same ID for more than one rule")


def _check_form(rule: Rule) -> None:
    filtered = rule.get("Filter")
    found = [name for name in _FILTERS if name in (filtered or {})]
    transitions = [*rule.get("Transitions", []), *rule.get("NoncurrentVersionTransitions", [])]
    wrong = (
        rule.get("Status") not in ("Enabled", "Disabled")
        or ("Prefix" in rule) == (filtered is not None)  # exactly one of them
        or len(found) > 1
        or ("And" in (filtered or {}) and _members(filtered["And"]) < 2)  # type: ignore[index]
        or not any(rule.get(action) for action in _ACTIONS)
        or any(each.get("StorageClass") not in _CLASSES for each in transitions)
        or any(("Days" in each) == ("Date" in each) for each in rule.get("Transitions", []))
        or ("Expiration" in rule and len(rule["Expiration"]) != 1)
    )
    if wrong:
        raise LifecycleError("MalformedXML")


def _members(both: Mapping[str, Any]) -> int:
    return len(both) - 1 + len(both["Tags"]) if "Tags" in both else len(both)


def _check_days(rule: Rule) -> None:
    for action, member in _DAYS:
        if rule.get(action, {}).get(member, 1) <= 0:
            raise LifecycleError("InvalidArgument", f"'{member}' for {action} action must be a positive integer")
    dates = [each["Date"] for each in [rule.get("Expiration", {}), *rule.get("Transitions", [])] if "Date" in each]
    if any((date.hour, date.minute, date.second, date.microsecond) != (0, 0, 0, 0) for date in dates):
        raise LifecycleError("InvalidArgument", "'Date' must be at midnight GMT")
