"""What an API calls, it calls with rights: of API Gateway by the function's policy, or of the integration's role.

The emulator calls whatever an integration names past IAM. WebSockets do not come in. Sources: API Gateway's developer
guides, "Control access for invoking an API", "Set up API integration request" and, of the ARN that policies see as
aws:SourceArn, "Lambda function permissions"; of paths with parameters and of stages in it, it is unverified.
"""

from __future__ import annotations

import functools
import json
import logging
import re
from collections.abc import Awaitable, Callable, Mapping
from contextvars import ContextVar
from typing import Any

from local_aws.emulator.identity import RoleSession, RoleUnusableError, Scope, assume_role, denial, request_scope
from local_aws.emulator.protocol import Response

logger = logging.getLogger(__name__)

_SERVICE = "apigateway.amazonaws.com"
_SESSION_S = 900
_ROLE = re.compile(r"arn:aws:iam::[0-9]{12}:role/.+")
_JSON = {"Content-Type": "application/json"}

_CALLING: ContextVar[RoleSession | None] = ContextVar("role of the integration that sends to a queue", default=None)

_OF_QUEUES = frozenset(
    "SendMessage SendMessageBatch ReceiveMessage DeleteMessage DeleteMessageBatch ChangeMessageVisibility "
    "ChangeMessageVisibilityBatch GetQueueAttributes PurgeQueue".split()
)
"""Actions on the queue that an integration names."""

Invoke = Callable[..., Awaitable[Any]]


def ask_for_rights_of_apis() -> None:
    """Have integrations and authorizers call only what they may."""
    from ministack.services import apigateway, apigateway_v1, sqs

    for name in ("_invoke_lambda_proxy_v1", "_invoke_lambda_custom_v1"):
        setattr(apigateway_v1, name, _of_rest_api(getattr(apigateway_v1, name)))
    apigateway_v1._invoke_sqs_v1 = _to_queue(apigateway_v1._invoke_sqs_v1)
    sqs._dispatch = _asking_queue(sqs._dispatch)
    apigateway._invoke_lambda_proxy = _of_http_api(apigateway._invoke_lambda_proxy)
    apigateway_v1._invoke_authorizer_lambda = _authorizer(apigateway_v1._invoke_authorizer_lambda)
    apigateway._invoke_request_authorizer_lambda = _authorizer(apigateway._invoke_request_authorizer_lambda)


def _why_not(scope: Scope, reference: str, credentials: object, source: str) -> str:
    """Why API Gateway may not invoke a function; empty when it may.

    Args:
        scope: of the API.
        reference: ARN or name of a function, with a qualifier or not.
        credentials: of the integration.
        source: what follows the account in the ARN of the API's method, route or authorizer.
    """
    from ministack.core.iam_evaluator import EvalContext, evaluate_resource_policy
    from ministack.services import lambda_svc

    begin = f"{scope.region}:{scope.account_id}"
    arn = reference if reference.startswith("arn:") else f"arn:aws:lambda:{begin}:function:{reference}"
    parts = arn.split(":")
    if not arn.startswith("arn:aws:lambda:") or len(parts) < 7:
        return "it is no ARN of a function"
    action = "lambda:InvokeFunction"
    try:
        with scope.entered():
            if credentials:
                return (
                    f"its role may not {action}" if denial(_session(scope, credentials).access_key, action, arn) else ""
                )
    except RoleUnusableError as error:
        return str(error)
    context = EvalContext(
        principal_arn=_SERVICE,
        principal_type="Service",
        principal_account="",
        action=action,
        resource_arn=arn,
        region=scope.region,
        service_context={
            "aws:sourcearn": f"arn:aws:execute-api:{begin}:{source}",
            "aws:sourceaccount": scope.account_id,
            "aws:principalisawsservice": "true",
        },
    )
    with Scope(parts[4], parts[3]).entered():
        found = lambda_svc.function_policy_for_arn(arn)
        allowed = found and evaluate_resource_policy(found[0], context, service=_SERVICE).decision == "Allow"
    return "" if allowed else f"its policy does not let {_SERVICE} in for {source}"


def _session(scope: Scope, credentials: object) -> RoleSession:
    """The role of an integration.

    Raises:
        RoleUnusableError: it is none that API Gateway can assume.
    """
    if not isinstance(credentials, str) or not _ROLE.fullmatch(credentials):
        raise RoleUnusableError(f"{credentials} is no role")
    return assume_role(scope, credentials, "BackplaneAssumeRoleSession", _SESSION_S, service_principal=_SERVICE)


def _refused(reference: str, problem: str, words: str) -> Response:
    logger.warning("API Gateway: %s was not called: %s", reference, problem)
    return 500, dict(_JSON), json.dumps({"message": words}).encode()


def _of_rest_api(invoke: Invoke) -> Invoke:
    from ministack.services import apigateway_v1

    @functools.wraps(invoke)
    async def asking(integration: Any, api: str, stage: str, record: Any, resource: Any, path: str, method: str,
                     *more: Any, **named: Any) -> Any:  # fmt: skip
        reference = apigateway_v1._extract_lambda_ref_from_integration_uri(integration.get("uri", ""))
        source = f"{api}/{stage}/{method}{resource['path']}"
        problem = _why_not(_scope(named), reference, integration.get("credentials"), source)
        if problem:
            return _refused(reference, problem, "Internal server error")
        return await invoke(integration, api, stage, record, resource, path, method, *more, **named)

    return asking


def _of_http_api(invoke: Invoke) -> Invoke:
    from ministack.services import apigateway

    @functools.wraps(invoke)
    async def asking(integration: Any, api: str, stage: str, path: str, method: str, headers: Any, body: Any,
                     query: Any, route: str = "$default", *more: Any, **named: Any) -> Any:  # fmt: skip
        reference = apigateway._extract_lambda_ref_from_integration_uri(integration.get("integrationUri", ""))
        source = f"{api}/{stage}/{route.replace(' ', '')}"
        problem = _why_not(_scope(named), reference, integration.get("credentialsArn"), source)
        if problem:
            return _refused(reference, problem, "Internal Server Error")
        return await invoke(integration, api, stage, path, method, headers, body, query, route, *more, **named)

    return asking


def _authorizer(invoke: Invoke) -> Invoke:
    @functools.wraps(invoke)
    async def asking(authorizer: Any, event: Any, account: str, region: str) -> Any:
        from ministack.services import apigateway_v1

        reference = apigateway_v1._extract_lambda_ref_from_integration_uri(authorizer.get("authorizerUri", ""))
        identity = authorizer.get("id") or authorizer.get("authorizerId")
        credentials = authorizer.get("authorizerCredentials") or authorizer.get("authorizerCredentialsArn")
        source = f"{_api_of(event)}/authorizers/{identity}"
        problem = _why_not(Scope(account, region), reference, credentials, source)
        if problem:
            _refused(reference, problem, "")
            return None
        return await invoke(authorizer, event, account, region)

    return asking


def _api_of(event: Mapping[str, Any]) -> str:
    """The API whose authorizer is called with this."""
    arn = str(event.get("methodArn") or event.get("routeArn") or "")
    return arn.rpartition(":")[2].partition("/")[0] or str(event.get("requestContext", {}).get("apiId", ""))


def _to_queue(invoke: Invoke) -> Invoke:
    @functools.wraps(invoke)
    async def asking(integration: Any, *more: Any, **named: Any) -> Any:
        uri = str(integration.get("uri", ""))
        try:
            session = _session(_scope(named), integration.get("credentials"))
        except RoleUnusableError as error:
            return _refused(uri, str(error), "Internal server error")
        before = _CALLING.set(session)
        try:
            return await invoke(integration, *more, **named)
        finally:
            _CALLING.reset(before)

    return asking


def _asking_queue(dispatch: Invoke) -> Invoke:
    @functools.wraps(dispatch)
    async def asking(action: str, data: Any, url: str, *more: Any, **named: Any) -> Any:
        from ministack.core.iam_actions import identity_denial_message
        from ministack.services import sqs

        session = _CALLING.get()
        if session:
            if action not in _OF_QUEUES:
                raise sqs._Err("UnsupportedOperation", f"{action} of an API is not supported by the local AWS", 400)
            scope, right = request_scope(), f"sqs:{action.removesuffix('Batch')}"
            arn = f"arn:aws:sqs:{scope.region}:{scope.account_id}:{str(data['QueueUrl']).rpartition('/')[2]}"
            if who := denial(session.access_key, right, arn):
                text = identity_denial_message(right, who, arn, explicit_deny=False)
                raise sqs._Err("AccessDenied", text, 403)
        return await dispatch(action, data, url, *more, **named)

    return asking


def _scope(named: Mapping[str, Any]) -> Scope:
    here = request_scope()
    return Scope(named.get("owner_account_id") or here.account_id, named.get("owner_region") or here.region)
