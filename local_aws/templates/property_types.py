"""Values of properties against the registry's schemas, which cfn-lint brings: texts, lists and maps in their places.

CloudFormation turns scalars into each other, so that a text may stand for a number; what a scalar is worth is left to
the service.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.templates import registry

_CALLED = {"string": "String", "integer": "Integer", "number": "Number", "boolean": "Boolean"}
_POLICIES = ("AssumeRolePolicyDocument", "PolicyDocument")
_WITH_POLICIES = ("AWS::IAM::", "AWS::S3::BucketPolicy", "AWS::SNS::TopicPolicy", "AWS::SQS::QueuePolicy")


def check_properties(resource_type: str, logical_id: str, properties: Any) -> None:
    """Refuse properties that hold a list or map where a text stands, or the other way round.

    Args:
        resource_type: such as `AWS::S3::Bucket`; types without a schema are passed over.
        logical_id: the resource's name in its template.
        properties: with all functions worked out.

    Raises:
        ValueError: the reason for the resource's failure, in the words of CloudFormation.
    """
    schema = registry.schema(resource_type)
    found = list(_wrong(schema, schema, properties, "#", ())) if schema else []
    if found:
        text = "\n".join(found[:20])
        raise ValueError(f"Properties validation failed for resource {logical_id} with message:\n{text}")
    if resource_type.startswith(_WITH_POLICIES):
        _check_policies(properties)


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
    reference = str(node.get("$ref", ""))
    if reference:
        if reference in seen and not isinstance(value, (Mapping, list)):
            return
        node = schema.get("definitions", {}).get(reference.rpartition("/")[2], {})
        seen = (*seen, reference)
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
