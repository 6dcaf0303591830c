"""A stack's service role (RoleARN): what CloudFormation does for a stack it does as that role, then and later."""

from __future__ import annotations

import contextvars
import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from local_aws.emulator.identity import (
    RoleUnusableError,
    acting_as,
    assume_role,
    caller_access_key,
    denial,
    request_scope,
)
from local_aws.emulator.protocol import Response

_SESSION_S = 3600
_SERVICE = "cloudformation.amazonaws.com"
_ACTIONS = (
    "CreateStack",
    "UpdateStack",
    "DeleteStack",
    "RollbackStack",
    "ContinueUpdateRollback",
    "CreateChangeSet",
    "ExecuteChangeSet",
)

Params = dict[str, Any]


def act_as_service_roles() -> None:
    """Have stacks with a RoleARN made, changed and deleted as that role; the emulator passes it over.

    Must come after the checks of templates, whose transforms read S3 as that role too.
    """
    from ministack.services import cloudformation

    for action in _ACTIONS:
        cloudformation._ACTION_HANDLERS[action] = _as_role(cloudformation._ACTION_HANDLERS[action])


def _as_role(handler: Callable[[Params], Any]) -> Callable[[Params], Any]:
    from ministack.services.cloudformation import _stacks
    from ministack.services.cloudformation.helpers import _error, _p

    def handle(params: Params) -> Any:
        given, name = str(_p(params, "RoleARN")), _stack_name(str(_p(params, "StackName")))
        role = given or (_stacks.get(name) or {}).get("RoleARN")
        if not role:
            return handler(params)
        refusal = _refusal(given) if given else None
        if refusal:
            refused: Response = _error("AccessDenied", refusal, 403)
            return refused
        try:
            session = assume_role(request_scope(), role, "AWSCloudFormation", _SESSION_S, service_principal=_SERVICE)
        except RoleUnusableError:
            unusable: Response = _error("ValidationError", f"Role {role} is invalid or cannot be assumed", 400)  # real
            return unusable
        with acting_as(session, caller_access_key()):
            response = handler(params)

        def noted(response: Response) -> Response:
            if response[0] < 300 and name in _stacks:
                _stacks[name]["RoleARN"] = role
            return response

        return _later(response, noted) if inspect.isawaitable(response) else noted(response)

    return handle


def _later(response: Awaitable[Response], noted: Callable[[Response], Response]) -> Awaitable[Response]:
    """Note in the caller's context, which ends before the answer is there."""
    context = contextvars.copy_context()

    async def answer() -> Response:
        return context.run(noted, await response)

    return answer()


def _refusal(role: str) -> str | None:
    """Why the caller may not pass the role, or None."""
    denied = denial(caller_access_key(), "iam:PassRole", role, {"iam:PassedToService": _SERVICE})
    return denied and f"User: {denied} is not authorized to perform: iam:PassRole on resource: {role}"


def _stack_name(text: str) -> str:
    """The name of a stack that is given by name or ARN."""
    return text.split("/")[1] if text.startswith("arn:") else text
