"""Rights that are needed beside the right to a request itself: asked, and refused in AWS's words."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from local_aws.emulator.iam.managed_policies import with_unknown_policies
from local_aws.emulator.identity import caller_access_key, forwarded, request_scope

_SHOWN = {
    "cloudwatch": "CloudWatch",
    "dynamodb": "DynamoDb",
    "events": "EventBridge",
    "logs": "CloudWatchLogs",
    "secretsmanager": "SecretsManager",
    "states": "Sfn",
}
"""Prefix of actions -> the service's name in reasons (public reports), where it is not the prefix with a capital."""


class Need(NamedTuple):
    """A right that is needed.

    Attributes:
        action: such as `iam:CreateRole`.
        resource: ARN, or `*`.
        context: condition keys of the request and their values.
    """

    action: str
    resource: str
    context: Mapping[str, Any] = {}


def check(needs: Iterable[Need]) -> None:
    """Ask for rights of the caller, or of the role that acts for them.

    Raises:
        ValueError: one is missing; the text is AWS's (public reports; of some services unverified).
    """
    for need in needs:
        service = need.action.partition(":")[0]
        said = refusal(need, caller_access_key())
        if said:
            begin = "You are not authorized to perform this operation. " if service == "ec2" else ""
            raise ValueError(f"{begin}{said} (Service: {_SHOWN.get(service, service.capitalize())}, Status Code: 403)")


def refusal(need: Need, access_key: str) -> str:
    """IAM's sentence where whoever has the key lacks a right, "" where they have it."""
    from ministack.core import iam_actions
    from ministack.core.iam_evaluator import AuthError, enforce

    service = need.action.partition(":")[0]
    region = request_scope().region
    context = {**need.context, **forwarded()}
    denied = enforce(access_key, need.action, service, region, resource_arn=need.resource, service_context=context)
    if denied is None:
        return ""
    if isinstance(denied, AuthError):
        return str(denied.message)
    explicit = denied.decision == "Deny"
    who = str(denied.principal_arn)
    if explicit and denied.resource_policy_arn:
        return str(iam_actions._resource_policy_denial(service, need.action, who, denied.resource_policy_arn))
    resource = f'"{need.resource}"' if service == "s3" else need.resource
    said = str(iam_actions.identity_denial_message(need.action, who, resource, explicit))
    return said if explicit else with_unknown_policies(said, who)
