"""What is looked at once IAM has decided on a request: the emulator has no such place."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Asked(NamedTuple):
    """What IAM decided on.

    Attributes:
        access_key: of who asked; empty for an anonymous request, and for one of the emulator's own.
        action: as in a policy.
        service: whose action it is.
        region: where.
        resource: ARN, or `*`.
        given: condition keys of the request.
    """

    access_key: str
    action: str
    service: str
    region: str
    resource: str
    given: Mapping[str, Any]


def after_each(look: Callable[[Any, Asked], Any]) -> None:
    """Have each decision looked at: `look` gets it (None where it allows) and gives the one that holds.

    Who comes later sees what those before made of it.
    """
    from ministack.core import iam_evaluator

    original = iam_evaluator.enforce

    @functools.wraps(original)
    def enforce(
        access_key_id: str,
        iam_action: str,
        service: str,
        region: str,
        resource_arn: str = "*",
        service_context: dict[str, Any] | None = None,
    ) -> Any:
        found = original(access_key_id, iam_action, service, region, resource_arn, service_context)
        return look(found, Asked(access_key_id, iam_action, service, region, resource_arn, service_context or {}))

    iam_evaluator.enforce = enforce
