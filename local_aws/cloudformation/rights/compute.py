"""Lambda (service authorization reference)."""

from __future__ import annotations

from collections.abc import Iterator

from local_aws.cloudformation.rights.naming import arn, listed, own_arn
from local_aws.cloudformation.rights.rights import Rights, changed
from local_aws.emulator import Change, Need


def _function(change: Change) -> str:
    return own_arn(change, "lambda", "function:", "FunctionName")


def _function_of(change: Change) -> str:
    """The function that a resource belongs to, which templates give by name or ARN, with or without a version."""
    properties = change.new or change.old
    named = str(properties.get("FunctionName") or properties.get("TargetFunctionArn") or "*")
    parts = named.split(":")
    name = parts[6] if named.startswith("arn:") and len(parts) > 6 else parts[0]
    return arn("lambda", f"function:{name}")


def _layers(change: Change) -> Iterator[Need]:
    """A function needs the right to each version of a layer that it gets."""
    for layer in listed(change.new, "Layers"):
        if layer not in listed(change.old, "Layers"):
            yield Need("lambda:GetLayerVersion", str(layer))


def _configured(change: Change) -> Iterator[Need]:
    yield from _layers(change)
    if change.verb == "update" and "Code" in changed(change):
        yield Need("lambda:UpdateFunctionCode", _function(change))


def _layer(change: Change) -> str:
    if change.verb == "delete":
        return change.physical_id
    return own_arn(change, "lambda", "layer:", "LayerName")


def _layer_of(change: Change) -> str:
    return str((change.new or change.old).get("LayerVersionArn"))


def _mapping(change: Change) -> str:
    return arn("lambda", f"event-source-mapping:{change.physical_id or '*'}")


COMPUTE = {
    "AWS::Lambda::Function": Rights(
        "lambda",
        _function,
        create="CreateFunction",
        delete="DeleteFunction",
        update="UpdateFunctionConfiguration",
        read="GetFunction",
        parts={
            "CodeSigningConfigArn": "PutFunctionCodeSigningConfig|DeleteFunctionCodeSigningConfig",
            "RecursiveLoop": "PutFunctionRecursionConfig|PutFunctionRecursionConfig",
            "ReservedConcurrentExecutions": "PutFunctionConcurrency|DeleteFunctionConcurrency",
            "RuntimeManagementConfig": "PutRuntimeManagementConfig|PutRuntimeManagementConfig",
        },
        made_with="CodeSigningConfigArn",
        unasked="Code",
        tag="TagResource|UntagResource",
        more=_configured,
    ),
    "AWS::Lambda::Alias": Rights(
        "lambda", _function_of, create="CreateAlias", delete="DeleteAlias", update="UpdateAlias"
    ),
    "AWS::Lambda::Version": Rights("lambda", _function_of, create="PublishVersion", delete="DeleteFunction"),
    "AWS::Lambda::Permission": Rights("lambda", _function_of, create="AddPermission", delete="RemovePermission"),
    "AWS::Lambda::Url": Rights(
        "lambda",
        _function_of,
        create="CreateFunctionUrlConfig",
        delete="DeleteFunctionUrlConfig",
        update="UpdateFunctionUrlConfig",
    ),
    "AWS::Lambda::EventInvokeConfig": Rights(
        "lambda",
        _function_of,
        create="PutFunctionEventInvokeConfig",
        delete="DeleteFunctionEventInvokeConfig",
        update="UpdateFunctionEventInvokeConfig",
    ),
    "AWS::Lambda::EventSourceMapping": Rights(
        "lambda",
        _mapping,
        create="CreateEventSourceMapping",
        delete="DeleteEventSourceMapping",
        update="UpdateEventSourceMapping",
        read="GetEventSourceMapping",
        tag="TagResource|UntagResource",
    ),
    "AWS::Lambda::LayerVersion": Rights(
        "lambda", _layer, create="PublishLayerVersion", delete="DeleteLayerVersion", read="GetLayerVersion"
    ),
    "AWS::Lambda::LayerVersionPermission": Rights(
        "lambda", _layer_of, create="AddLayerVersionPermission", delete="RemoveLayerVersionPermission"
    ),
}
