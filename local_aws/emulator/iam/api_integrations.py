"""Integrations of APIs that could reach nothing are refused when they are made, and keep the role that they are given.

The emulator takes any, passes over the role of those of HTTP and WebSocket APIs, and reaches functions, queues of REST
APIs and HTTP addresses alone.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local_aws.emulator.protocol import Response

_NO_ROLE = "Role ARN must be specified for AWS integrations"
"""Of public reports."""

_SUBTYPE = "An integration with an integrationSubtype is not supported by the local AWS"


def check_integrations() -> None:
    """Put this before what makes integrations, by calls and in stacks."""
    from ministack.services import apigateway, apigateway_v1
    from ministack.services.cloudformation import provisioners

    apigateway_v1._put_integration = _putting(apigateway_v1._put_integration, apigateway_v1._v1_error)
    apigateway._create_integration = _keeping(apigateway._create_integration, apigateway._apigw_error)
    apigateway._update_integration = _keeping(apigateway._update_integration, apigateway._apigw_error)
    provisioners._apigw_v2_integration_props = _with_credentials(provisioners._apigw_v2_integration_props)
    handler = provisioners._RESOURCE_HANDLERS["AWS::ApiGateway::Method"]
    handler.update({verb: _method(handler[verb]) for verb in ("create", "update")})


def _problems(kind: object, uri: object, credentials: object) -> Iterator[str]:
    """What of an integration of a REST API fails it."""
    from ministack.services import apigateway_v1

    parts = apigateway_v1._parse_service_integration_uri(uri)
    if kind not in ("AWS", "AWS_PROXY") or not parts or parts[1] == "lambda":
        return
    if not credentials:
        yield _NO_ROLE
    elif kind == "AWS_PROXY" or parts[1:3] != ("sqs", "path"):
        yield f"An integration of type {kind} with {parts[1]}:{parts[2]} is not supported by the local AWS"


def _putting(put: Callable[..., Response], error: Callable[..., Response]) -> Callable[..., Response]:
    @functools.wraps(put)
    def checking(api: str, resource: str, method: str, data: Mapping[str, Any]) -> Response:
        for problem in _problems(data.get("type"), data.get("uri"), data.get("credentials")):
            return error("BadRequestException", problem, 400)
        return put(api, resource, method, data)

    return checking


def _method(work: Callable[..., Any]) -> Callable[..., Any]:
    """Methods of stacks, whose integrations the emulator puts without looking whether it can."""

    @functools.wraps(work)
    def checking(*given: Any) -> Any:
        properties = [each for each in given if isinstance(each, Mapping)][-1]
        integration = properties.get("Integration") or {}
        for problem in _problems(integration.get("Type"), integration.get("Uri"), integration.get("Credentials")):
            raise ValueError(f"{problem} (Service: ApiGateway, Status Code: 400)")
        return work(*given)

    return checking


def _keeping(work: Callable[..., Response], error: Callable[..., Response]) -> Callable[..., Response]:
    """Integrations of HTTP and WebSocket APIs keep their role, which the emulator passes over."""

    @functools.wraps(work)
    def keeping(api: str, *more: Any) -> Response:
        from ministack.services import apigateway

        data = more[-1]
        if data.get("integrationSubtype"):
            return error("BadRequestException", _SUBTYPE, 400)
        answer = work(api, *more)
        if answer[0] >= 300 or "credentialsArn" not in data:
            return answer
        told = json.loads(answer[2])
        record = apigateway._integrations[api][told["integrationId"]]
        record["credentialsArn"] = told["credentialsArn"] = data["credentialsArn"]
        return answer[0], answer[1], json.dumps(told).encode()

    return keeping


def _with_credentials(properties_of: Callable[[Any], dict[str, Any]]) -> Callable[[Any], dict[str, Any]]:
    @functools.wraps(properties_of)
    def read(properties: Mapping[str, Any]) -> dict[str, Any]:
        if properties.get("IntegrationSubtype"):
            raise ValueError(_SUBTYPE)
        return {**properties_of(properties), "credentialsArn": properties.get("CredentialsArn", "")}

    return read
