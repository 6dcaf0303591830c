"""A Deny in a bucket's policy holds for the root user too, but for the policy itself (S3's API reference).

The emulator lets root pass whatever a policy says. Who works here works as root, and would never meet such a policy.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from local_aws.emulator.iam.decisions import Asked, after_each

_OF_POLICIES = frozenset({"s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"})
"""What nobody can lock the root user out of."""


def deny_root_too() -> None:
    """Have policies of buckets asked about what root does."""
    after_each(_look)


def _look(found: Any, asked: Asked) -> Any:
    from ministack.core import iam_evaluator

    # Without a key it is an anonymous request, which S3 decides on, or one of the emulator's own.
    is_root = found is None and bool(asked.access_key) and iam_evaluator.is_root_access_key(asked.access_key)
    if not is_root or asked.service != "s3" or asked.action in _OF_POLICIES:
        return found
    return _denied(asked.action, asked.region, asked.resource, asked.given)


def _denied(action: str, region: str, resource: str, given: Mapping[str, Any]) -> Any:
    """The denial of a bucket's policy, or None."""
    from ministack.core import iam_evaluator
    from ministack.core.responses import get_account_id

    policy = iam_evaluator._resource_policy("s3", resource)
    if policy is None:
        return None
    account = get_account_id()
    context = {key.lower(): value for key, value in given.items()}
    context.setdefault("aws:tagkeys", None)
    asked = iam_evaluator.EvalContext(
        principal_arn=f"arn:aws:iam::{account}:root",
        principal_type="Root",
        principal_account=account,
        action=action,
        resource_arn=resource,
        region=region,
        service_context=context,
    )
    result = iam_evaluator.evaluate_resource_policy(policy[0], asked)
    if result.decision != "Deny":
        return None
    result.principal_arn, result.resource_policy_arn = asked.principal_arn, resource
    return result
