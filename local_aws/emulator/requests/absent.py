"""What AWS has and the local AWS has not: operations of services that are answered here, and whole services.

The emulator says of both that there is no such thing. AWS has no words for it: codes and sentences are ours, in the
form that clients of the service read.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from local_aws.emulator.protocol import Response
from local_aws.emulator.requests.checking import operation_of, protocol_of
from local_aws.emulator.requests.models import full_name, load_models
from local_aws.emulator.requests.refusals import Refusal, refused

_MOST_BYTES = 2048
"""Of an answer that says no more than that an action is unknown."""

_UNKNOWN = re.compile(
    rb"InvalidAction|UnknownOperationException|Unknown [\w /]{0,40}(?:action|operation|path|endpoint|route|target)\b|"
    rb"No route for|Unsupported (?:method|route|operation|\w+ path|\w+ request)|"
    rb"is not valid for this (?:web service|endpoint)|Operation '\w+' not implemented",
    re.IGNORECASE,
)
"""How the emulator's services say that they have no handler (a test holds each to it that pipelines use)."""

_XML_SERVICES = frozenset({"cloudfront", "route53", "s3", "s3control"})
"""Services that speak REST with XML."""

_ELSEWHERE = {
    "aps": "amp",
    "execute-api": "apigatewaymanagementapi",
    "geo": "location",
    "mobiletargeting": "pinpoint",
    "profile": "customer-profiles",
    "sagemaker-featurestore": "sagemaker-featurestore-runtime",
}
"""Names that services sign with -> botocore's, where the two differ."""


def named(
    service: str,
    method: str,
    path: str,
    headers: Mapping[str, str],
    body: Any,
    query: Mapping[str, Any],
    said: Response,
) -> Response:
    """The emulator's answer, or in its place a refusal by name where it does not know an operation that AWS has."""
    content = said[2]
    if not isinstance(content, bytes) or len(content) > _MOST_BYTES or not _UNKNOWN.search(content):
        return said
    operation = operation_of(service, method, path, headers, body, query)
    if not operation:
        return said
    protocol, name, json_version = protocol_of(service, path, headers, query)
    return _refusal(protocol, name, f"{operation} is not supported by the local AWS", json_version)


def not_simulated(service: str, headers: Mapping[str, str]) -> Response:
    """The answer to a request for a service that is not answered here at all.

    Args:
        service: as the request is signed for it.
        headers: of the request, by lower-case name.
    """
    name = _ELSEWHERE.get(service, service)
    models = load_models(name)
    protocol, json_version = _protocol(name, headers), "1.1"
    if models:
        protocol, json_version = models[0].protocols[0], models[0].json_version
        if headers.get("smithy-protocol") == "rpc-v2-cbor":
            protocol = "smithy-rpc-v2-cbor"
    shown = full_name(name)
    shown = f"{shown} ({service})" if shown else f"The service {service}"
    return _refusal(protocol, name, f"{shown} is not simulated by the local AWS", json_version)


def _protocol(service: str, headers: Mapping[str, str]) -> str:
    """The protocol of a service of which botocore has no model under this name."""
    if headers.get("smithy-protocol") == "rpc-v2-cbor":
        return "smithy-rpc-v2-cbor"
    if "x-www-form-urlencoded" in headers.get("content-type", ""):
        return "query"
    if headers.get("x-amz-target"):
        return "json"
    return "rest-xml" if service in _XML_SERVICES else "rest-json"


def _refusal(protocol: str, service: str, said: str, json_version: str) -> Response:
    return refused(service, protocol, Refusal("absent", said), json_version)
