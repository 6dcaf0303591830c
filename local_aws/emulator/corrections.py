"""What the emulator gets wrong, put right: each points at the function of the emulator that it wraps."""

from __future__ import annotations

import contextlib
import json
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local_aws.emulator.iam.managed_policies import with_unknown_policies
from local_aws.emulator.identity import Scope, request_scope
from local_aws.emulator.protocol import Response

_SUFFIX = 13
"""Characters that the emulator ends a name with."""

_LONGEST_BUCKET = 63
"""Characters of a bucket's name."""

_RESERVED_STARTS = ("xn--", "sthree-", "amzn-s3-demo-")
_RESERVED_ENDS = ("-s3alias", "--ol-s3", ".mrap", "--x-s3", "--table-s3")
"""S3 user guide, "General purpose bucket naming rules"."""


def name_resources_in_denials() -> None:
    """Have every denial name the resource, as AWS's do; the emulator leaves it out for most services."""
    from ministack.core import iam_actions

    original = iam_actions.access_denied_response

    def access_denied_response(
        service: str, action: str, principal_arn: str, request_id: str, **details: Any
    ) -> Response:
        resource = details.get("resource_arn", "*")
        by_identity = not details.get("message") and not details.get("error_code")
        if by_identity and not details.get("resource_policy_arn") and resource != "*":
            details["message"] = iam_actions.identity_denial_message(
                action,
                principal_arn,
                f'"{resource}"' if service == "s3" else resource,
                details.get("explicit_deny", False),
            )
        if by_identity and not details.get("explicit_deny"):
            said = details.get("message") or iam_actions.identity_denial_message(
                action, principal_arn, resource, explicit_deny=False
            )
            details["message"] = with_unknown_policies(said, principal_arn)
        response: Response = original(service, action, principal_arn, request_id, **details)
        return response

    iam_actions.access_denied_response = access_denied_response


def tell_namespace_of_metrics() -> None:
    """Give policies on PutMetricData the key that AWS gives them, `cloudwatch:namespace`."""
    from ministack.core import iam_actions

    original = iam_actions.request_tag_context

    def request_tag_context(service: str, action: str, body: bytes, params: dict[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = original(service, action, body, params)
        if action == "cloudwatch:PutMetricData":
            context["cloudwatch:namespace"] = _metric_namespace(body, params)
        return context

    iam_actions.request_tag_context = request_tag_context


def _metric_namespace(body: bytes, params: Mapping[str, Any]) -> str:
    """The namespace of a PutMetricData request in any of its three protocols: query, JSON, CBOR."""
    import cbor2

    if "Namespace" in params:
        value = params["Namespace"]
        return str(value[0] if isinstance(value, list) else value)
    with contextlib.suppress(ValueError, EOFError):
        return str((json.loads if body[:1] == b"{" else cbor2.loads)(body).get("Namespace", ""))
    return ""


def keep_full_buckets() -> None:
    """Have CloudFormation fail to delete a bucket that holds anything, as on AWS; the emulator deletes it with all."""
    from ministack.core.responses import get_account_id
    from ministack.services import s3
    from ministack.services.cloudformation import provisioners

    handler = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    original = handler["delete"]

    def delete(physical_id: str, properties: dict[str, Any]) -> None:
        bucket = s3._buckets.get(physical_id)
        versions = any(name == physical_id and kept for (name, _), kept in s3._object_versions.items())
        if bucket and (bucket["objects"] or versions):
            raise ValueError(
                "The bucket you tried to delete is not empty. You must delete all versions in the bucket. "
                "(Service: S3, Status Code: 409)"
            )
        original(physical_id, properties)
        # What is left of its folders would be a bucket again after a restart.
        s3._delete_persisted_bucket(physical_id)
        shutil.rmtree(Path(s3.DATA_DIR, s3._VERSIONS_DIR, get_account_id(), physical_id), ignore_errors=True)

    handler["delete"] = delete


def keep_bucket_names() -> None:
    """Hold buckets of stacks to S3's rules of names, as CreateBucket does; the emulator makes any of them."""
    from ministack.services import s3
    from ministack.services.cloudformation import provisioners

    original = s3._validate_bucket_name

    def valid(name: str) -> bool:
        reserved = name.startswith(_RESERVED_STARTS) or name.endswith(_RESERVED_ENDS)
        return not reserved and not name.endswith("\n") and bool(original(name))

    s3._validate_bucket_name = valid
    handler = provisioners._RESOURCE_HANDLERS["AWS::S3::Bucket"]
    create, update = handler["create"], handler["update"]

    def check(properties: Mapping[str, Any]) -> None:
        name = properties.get("BucketName")
        if name and not (isinstance(name, str) and valid(name)):
            raise ValueError(
                "The specified bucket is not valid. (Service: S3, Status Code: 400, Error Code: InvalidBucketName)"
            )

    def creating(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        check(properties)
        return create(logical_id, properties, stack)

    def updating(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, *rest: Any) -> Any:
        check(new)
        return update(physical_id, old, new, stack, *rest)

    handler.update(create=creating, update=updating)


def name_buckets_of_long_stacks() -> None:
    """Have a bucket that a stack names tell its logical id: of a long name the stack's part is cut, as on AWS."""
    from ministack.services.cloudformation import provisioners

    original = provisioners._physical_name

    def physical_name(stack: str, logical_id: str, *, lowercase: bool = False, max_len: int = 128, **more: Any) -> str:
        name = str(original(stack, logical_id, lowercase=lowercase, max_len=max_len, **more))
        end = f"-{logical_id}-{name[-_SUFFIX:]}"
        if not lowercase or max_len != _LONGEST_BUCKET or len(stack) + len(end) <= max_len or len(end) >= max_len:
            return name
        return f"{stack[: max_len - len(end)]}{end}".lower()

    provisioners._physical_name = physical_name


def search_streams_by_prefix() -> None:
    """Have FilterLogEvents keep to logStreamNamePrefix, which the emulator passes over."""
    from ministack.services import cloudwatch_logs as logs

    original = logs._filter_log_events

    def filter_log_events(parameters: dict[str, Any]) -> Response:
        prefix = parameters.get("logStreamNamePrefix")
        group = logs._log_groups.get(logs._resolve_log_group_name(parameters))
        if prefix and group:
            # An empty list would mean all streams.
            names = [name for name in group["streams"] if name.startswith(prefix)] or [prefix]
            parameters = {**parameters, "logStreamNames": names}
        response: Response = original(parameters)
        return response

    logs._filter_log_events = filter_log_events


def plug_glue_resources(resources: Callable[[str, Mapping[str, Any], Scope], list[str]]) -> None:
    """Name the resources of Glue operations for the IAM check as AWS does (the emulator's own names are wrong).

    Args:
        resources: (operation, parameters, scope) -> ARNs; the emulator checks the first.
    """
    from ministack.core import iam_actions

    original = iam_actions.extract_resource_arn

    def extract_resource_arn(
        service: str, method: str, path: str, headers: dict[str, str], body: bytes, *rest: Any
    ) -> str:
        if service != "glue":
            return str(original(service, method, path, headers, body, *rest))
        operation = headers.get("x-amz-target", "").rpartition(".")[2]
        try:
            parameters = json.loads(body or b"{}")
        except ValueError:
            parameters = {}
        return resources(operation, parameters, request_scope())[0]

    iam_actions.extract_resource_arn = extract_resource_arn
