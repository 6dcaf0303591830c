"""Values of properties in the types of the registry's schemas: CloudFormation turns scalars into each other.

A parameter is a text, and so is what a function makes; a property of type Boolean takes "true", one of type String
takes 5. Free-form JSON stays as it is, but for Glue's, which is maps of texts, and for custom resources, which get
texts alone (seen in public reports).
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from local_aws.templates.registry import schema as schema_of
from local_aws.templates.scalars import text_of, texts

_BOOLEANS = {"true": True, "false": False}
_MAPS_OF_TEXTS = ("AWS::Glue::",)
_TEXT = {"type": "string"}
_CUSTOM = ("Custom::", "AWS::CloudFormation::CustomResource")

Schema = Mapping[str, Any]


def typed(resource_type: str, properties: Any) -> Any:
    """Properties, with all functions worked out, in the types of their schema.

    What fits no type of its schema stays as it is.

    Args:
        resource_type: such as `AWS::S3::Bucket`; types without a schema are passed over.
        properties: are not changed.
    """
    if resource_type.startswith(_CUSTOM):
        return texts(properties)
    schema = schema_of(resource_type)
    if not schema:
        return properties
    return _typed(schema, schema, properties, free=texts if resource_type.startswith(_MAPS_OF_TEXTS) else None)


def _typed(schema: Schema, node: Any, value: Any, *, free: Any) -> Any:
    if not isinstance(node, Mapping):
        return value
    reference = str(node.get("$ref", ""))
    if reference:
        node = schema.get("definitions", {}).get(reference.rpartition("/")[2], {})
    if isinstance(value, Mapping):
        return _typed_map(schema, node, value, free=free)
    if isinstance(value, list):
        return [_typed(schema, node.get("items"), item, free=free) for item in value]
    types = node.get("type", ())
    kinds = [one for one in ([types] if isinstance(types, str) else types) if one not in ("object", "array", "null")]
    return _scalar(kinds[0], value) if len(kinds) == 1 else value


def _typed_map(schema: Schema, node: Schema, value: Mapping[str, Any], *, free: Any) -> Any:
    members, patterns = node.get("properties"), node.get("patternProperties")
    if not members and not patterns:
        return free(value) if free else value
    others = next(iter(patterns.values())) if patterns else None
    if isinstance(others, Mapping) and isinstance(others.get("type"), list) and "string" in others["type"]:
        others = _TEXT  # cfn-lint lets any scalar stand in a map of texts
    return {name: _typed(schema, (members or {}).get(name, others), item, free=free) for name, item in value.items()}


def _scalar(kind: str, value: Any) -> Any:
    if kind == "string":
        return text_of(value)
    if kind == "integer" and isinstance(value, float) and value.is_integer():
        return int(value)
    if not isinstance(value, str):
        return value
    if kind == "boolean":
        return _BOOLEANS.get(value.lower(), value)
    try:
        number = int(value) if kind == "integer" or value.strip("+-").isdigit() else float(value)
    except ValueError:
        return value
    return number if math.isfinite(number) else value
