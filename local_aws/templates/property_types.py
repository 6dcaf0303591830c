"""Values of properties against the registry's schemas, which cfn-lint brings: texts, lists and maps in their places.

CloudFormation turns scalars into each other, so that a text may stand for a number; what a scalar is worth is left to
the service.
"""

from __future__ import annotations

import functools
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.templates import registry

_CALLED = {"string": "String", "integer": "Integer", "number": "Number", "boolean": "Boolean"}
_POLICIES = ("AssumeRolePolicyDocument", "PolicyDocument")
_WITH_POLICIES = ("AWS::IAM::", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy")


def check_properties(resource_type: str, logical_id: str, properties: Any, *, unknown: bool = False) -> None:
    """Refuse properties that hold a list or map where a text stands, or the other way round.

    Args:
        resource_type: such as `AWS::S3::Bucket`; types without a schema are passed over.
        logical_id: the resource's name in its template.
        properties: with all functions worked out.
        unknown: whether those are refused that the schema does not have.

    Raises:
        ValueError: the reason for the resource's failure, in the words of CloudFormation.
    """
    schema = registry.schema(resource_type)
    found = list(_wrong(schema, schema, properties, "#", ())) if schema else []
    if schema and unknown and not found:
        found = list(_unknown(schema, schema, properties, "#", ()))
    if found:
        text = "\n".join(found[:20])
        raise ValueError(f"Properties validation failed for resource {logical_id} with message:\n{text}")
    if resource_type.startswith(_WITH_POLICIES):
        _check_policies(properties)


def _child(node: Mapping[str, Any], name: str) -> Mapping[str, Any] | None:
    """The schema of an object's member, by its name or by a pattern of names."""
    found = node.get("properties", {}).get(name)
    if found is None:
        patterns = node.get("patternProperties", {})
        found = next((child for pattern, child in patterns.items() if _matches(pattern, name)), None)
    return found if isinstance(found, Mapping) else None


def _followed(
    schema: Mapping[str, Any], node: Mapping[str, Any], seen: tuple[str, ...]
) -> tuple[Mapping[str, Any], tuple[str, ...]]:
    """The definition that a node refers to, and those that led here."""
    reference = str(node.get("$ref", ""))
    if not reference:
        return node, seen
    return schema.get("definitions", {}).get(reference.rpartition("/")[2], {}), (*seen, reference)


@dataclass(frozen=True, slots=True)
class Tagging:
    """How resources of a type are tagged.

    Attributes:
        name: the property.
        is_map: whether it is a map; else it is a list of Key and Value.
        system: whether CloudFormation adds tags of its own; None where the schema does not say.
    """

    name: str
    is_map: bool
    system: bool | None


@functools.cache
def tagging(resource_type: str) -> Tagging | None:
    """How resources of a type are tagged; None for those that are not, and types without a schema."""
    schema = registry.schema(resource_type)
    told = schema.get("tagging", {})
    name = str(told.get("tagProperty", "/properties/Tags")).rpartition("/")[2]
    node = schema.get("properties", {}).get(name)
    if node is None or told.get("taggable") is False or schema.get("taggable") is False:
        return None
    node, _ = _followed(schema, node, ())
    return Tagging(name, "array" not in str(node.get("type")), told.get("cloudFormationSystemTags"))


def _check_policies(value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _check_policies(item)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if name in _POLICIES and isinstance(item, str) and not _is_policy(item):
                told = "(Service: Iam, Status Code: 400, Error Code: MalformedPolicyDocument)"
                raise ValueError(f"This policy contains invalid Json {told}")
            _check_policies(item)


def _is_policy(text: str) -> bool:
    try:
        return isinstance(json.loads(text), dict)
    except (ValueError, RecursionError):
        return False


def _wrong(
    schema: Mapping[str, Any], node: Mapping[str, Any], value: Any, path: str, seen: tuple[str, ...]
) -> Iterator[str]:
    if node.get("$ref") in seen and not isinstance(value, (Mapping, list)):
        return
    node, seen = _followed(schema, node, seen)
    types = node.get("type", ())
    types = (types,) if isinstance(types, str) else tuple(types)
    if types and not _fits(value, types):
        yield f"{path}: expected type: {_expected(types)}, found: {_found(value)}"
    elif isinstance(value, Mapping):
        for name, item in value.items():
            child = node.get("properties", {}).get(name)
            if isinstance(child, Mapping):
                yield from _wrong(schema, child, item, f"{path}/{name}", seen)
    elif isinstance(value, list) and isinstance(node.get("items"), Mapping):
        for number, item in enumerate(value):
            yield from _wrong(schema, node["items"], item, f"{path}/{number}", seen)


def _unknown(
    schema: Mapping[str, Any], node: Mapping[str, Any], value: Any, path: str, seen: tuple[str, ...]
) -> Iterator[str]:
    node, seen = _followed(schema, node, seen)
    if isinstance(value, list) and isinstance(node.get("items"), Mapping):
        for number, item in enumerate(value):
            yield from _unknown(schema, node["items"], item, f"{path}/{number}", seen)
    if not isinstance(value, Mapping):
        return
    read_only = schema.get("readOnlyProperties", ()) if path == "#" else ()
    for name, item in value.items():
        child = _child(node, name)
        if f"/properties/{name}" in read_only:
            yield f"{path}: Encountered unsupported property {name}"  # unverified: how AWS says it
        elif child is not None:
            yield from _unknown(schema, child, item, f"{path}/{name}", seen)
        elif not _is_open(node, name):
            yield f"{path}: extraneous key [{name}] is not permitted"


def _is_open(node: Mapping[str, Any], name: str) -> bool:
    """Whether an object may have a member that its schema does not name."""
    if node.get("additionalProperties") is not False:
        return True
    return any(_matches(pattern, name) for pattern in node.get("patternProperties", {}))


def _matches(pattern: str, name: str) -> bool:
    """Whether a name matches; patterns of another dialect (of Unicode's classes) let all names through."""
    try:
        return bool(re.search(pattern, name))
    except re.error:
        return True


def _fits(value: Any, types: tuple[str, ...]) -> bool:
    if isinstance(value, Mapping):
        return "object" in types
    if isinstance(value, list):
        return "array" in types
    return any(one not in ("object", "array") for one in types)


def _expected(types: tuple[str, ...]) -> str:
    """The type that a text or, without one, a structure is to have."""
    kinds = {**_CALLED, "object": "JSONObject", "array": "JSONArray"}
    return next((kinds[one] for one in types if one in kinds), types[0])


def _found(value: Any) -> str:
    if isinstance(value, Mapping):
        return "JSONObject"
    if isinstance(value, list):
        return "JSONArray"
    return "Boolean" if isinstance(value, bool) else "String" if isinstance(value, str) else "Integer"
