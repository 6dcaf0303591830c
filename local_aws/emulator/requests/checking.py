"""A request, checked by botocore's model of its service before anybody acts on it."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping
from typing import Any

from local_aws.emulator.protocol import Response
from local_aws.emulator.requests.documents import checked_cbor, checked_json
from local_aws.emulator.requests.forms import check_form, fields_of, without_unknown
from local_aws.emulator.requests.models import Model, Operation, load_models, loaded_models
from local_aws.emulator.requests.refusals import Refusal, refused
from local_aws.emulator.requests.rest import Routes, check_address
from local_aws.emulator.requests.xml_bodies import check_xml

OUR_OWN = frozenset({("glue", "ExplainCrawl"), ("iam", "GetUsedRights"), ("sns", "ListPublishedMessages")})
"""Operations that are answered here and are not AWS's."""

_CBOR_PATH = re.compile(r"/service/([^/]+)/operation/([^/]+)/?\Z")
_SIGNED_FOR = re.compile(r"Credential=[^/,]+/[^/,]*/[^/,]*/([^/,]+)/")


class RefusedError(Exception):
    """A request was refused; `response` is what its client is to get."""

    def __init__(self, response: Response) -> None:
        super().__init__()
        self.response = response


async def checked_body(
    service: str, method: str, path: str, headers: Mapping[str, str], body: Any, query: Mapping[str, Any]
) -> Any:
    """Check a request; return its body without null members of JSON and without what the operation does not have.

    Args:
        service: as the emulator names it.
        method: of HTTP.
        path: percent-decoded.
        headers: by lower-case name.
        body: bytes; anything else (a stream of an object's content) is passed on as it is.
        query: name -> value or values.

    Raises:
        RefusedError: the request is refused.
    """
    models = loaded_models(service)
    if models is None:
        models = await asyncio.to_thread(load_models, service)
    if not models:
        return body
    model, protocol = models[0], models[0].protocols[0]
    try:
        protocol, model, name = _meant(models, path, headers, body, query)
        if protocol in ("rest-json", "rest-xml"):
            return _check_rest(models, method, path, headers, body, query)
        if (service, name) in OUR_OWN or protocol not in model.protocols:
            return body
        _check_signature(model, headers)
        operation = model.operation(name)
        if operation is None:
            raise _unknown(protocol, name)
        if protocol == "json":
            return checked_json(operation.input, body)
        if protocol == "smithy-rpc-v2-cbor":
            return checked_cbor(operation.input, body)
        check_form(operation.input, fields_of(query, headers, body), ec2=protocol == "ec2")
        if protocol == "query" and isinstance(query, dict):
            body = without_unknown(operation.input, query, body)
    except Refusal as refusal:
        raise RefusedError(refused(model.name, protocol, refusal, model.json_version)) from refusal
    return body


def operation_of(
    service: str, method: str, path: str, headers: Mapping[str, str], body: Any, query: Mapping[str, Any]
) -> str:
    """The name of the operation of AWS that a request means; "" where AWS has none. The model must be loaded."""
    operation = operation_meant(service, method, path, headers, body, query)[1]
    return operation.name if operation else ""


def operation_meant(
    service: str, method: str, path: str, headers: Mapping[str, str], body: Any, query: Mapping[str, Any]
) -> tuple[str, Operation | None]:
    """The protocol of a request, and the operation of AWS that it means, if any. The model must be loaded."""
    models = loaded_models(service)
    if not models:
        return "", None
    protocol, model, name = _meant(models, path, headers, body, query)
    if protocol not in ("rest-json", "rest-xml"):
        return protocol, model.operation(name)
    return protocol, _routed(models, method, path, headers, query)[1]


def protocol_of(service: str, path: str, headers: Mapping[str, str], query: Mapping[str, Any]) -> tuple[str, str, str]:
    """The protocol in which a request is to be answered, botocore's name of its service, and its version of JSON."""
    models = loaded_models(service)
    if not models:
        return ("rest-xml" if service == "s3" else "json"), service, "1.1"
    protocol, model, _ = _meant(models, path, headers, b"", query)
    return protocol, model.name, model.json_version


def _meant(
    models: tuple[Model, ...], path: str, headers: Mapping[str, str], body: Any, query: Mapping[str, Any]
) -> tuple[str, Model, str]:
    """The protocol, the model and the name of the operation that a request means."""
    model = models[0]
    spoken = {protocol for each in models for protocol in each.protocols}
    if "smithy-rpc-v2-cbor" in spoken:
        called = _CBOR_PATH.match(path)
        if called or headers.get("smithy-protocol") == "rpc-v2-cbor":
            return "smithy-rpc-v2-cbor", model, called[2] if called else ""
    target = headers.get("x-amz-target", "")
    for each in models:
        if "json" in each.protocols and (target or each.protocols[0] == "json"):
            prefix, _, name = target.rpartition(".")
            if not target and "query" in each.protocols:
                break
            if not target and ("Action" in query or (isinstance(body, bytes) and b"Action=" in body)):
                return "query", each, ""  # SQS, which once spoke it: its model does not tell the names of that time
            return "json", each, name if prefix.rpartition(".")[2] == each.target_prefix.rpartition(".")[2] else target
    forms = [each for each in models if {"query", "ec2"} & set(each.protocols)]
    if forms:
        fields = fields_of(query, headers, body if isinstance(body, bytes) else b"")
        if "Action" in fields or not {"rest-json", "rest-xml"} & spoken:
            version = fields.get("Version", "")
            form = next((each for each in forms if each.version == version), forms[0])
            return ("ec2" if "ec2" in form.protocols else "query"), form, fields.get("Action", "")
    rest = next((each for each in models if each.protocols[0].startswith("rest")), model)
    return rest.protocols[0], rest, ""


def _check_rest(
    models: tuple[Model, ...], method: str, path: str, headers: Mapping[str, str], body: Any, query: Mapping[str, Any]
) -> Any:
    model, operation = _routed(models, method, path, headers, query)
    if operation is not None:
        check_address(operation, query, headers)
        return _check_rest_body(model, operation, body) if isinstance(body, bytes) else body
    if models[0].protocols[0] == "rest-json" and isinstance(body, bytes):
        return checked_json(None, body)
    return body


def _routed(
    models: tuple[Model, ...], method: str, path: str, headers: Mapping[str, str], query: Mapping[str, Any]
) -> tuple[Model, Operation | None]:
    for model in models:
        if model.routes is None:
            model.routes = Routes(model)
        operation = model.routes.match(method, path, query, headers)
        if operation is not None:
            return model, operation
    return models[0], None


def _check_rest_body(model: Model, operation: Operation, body: bytes) -> bytes:
    shape, is_json = operation.input, model.protocols[0] == "rest-json"
    if shape is not None and operation.payload:
        required = operation.payload in shape.required
        shape = shape.members[operation.payload]
        is_content = shape.kind != "structure" or shape.traits.get("eventstream")
        if is_content or (not body and not required):
            return body
    elif shape is None or not shape.written:
        return b"" if is_json else body  # what AWS does not read is not handed on
    if is_json:
        return checked_json(shape, body)
    if body:  # what S3 says of no body differs between its operations: the emulator's words stand
        check_xml(shape, body)
    return body


def _check_signature(model: Model, headers: Mapping[str, str]) -> None:
    signed = _SIGNED_FOR.search(headers.get("authorization", ""))
    if signed and signed[1] not in model.signing_names:
        wanted = min(model.signing_names, key=len)
        raise Refusal("signature", f"Credential should be scoped to correct service: '{wanted}'.")


def _unknown(protocol: str, name: str) -> Refusal:
    if protocol in ("query", "ec2"):
        said = f"The action {name} is not valid for this web service." if name else "Missing Action"
        return Refusal("unknown", said)
    return Refusal("unknown", f"Unknown operation: {name[:200]}" if name else "The request names no operation")
