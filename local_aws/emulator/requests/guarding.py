"""Requests on their way through the emulator: checked before, and what a handler cannot take refused.

A request that is well-formed and still makes a handler of the emulator stumble over a value is refused as invalid, and
the place is logged: AWS would answer 400 or carry it out, never 500. What fails on this machine (a full disk) stays an
internal error, with a body in the form that the service's clients read.
"""

from __future__ import annotations

import asyncio
import logging
import re
import traceback
import zlib
from collections.abc import Awaitable, Callable, MutableMapping
from contextvars import ContextVar
from typing import Any, NoReturn

from local_aws.emulator.gate import arrivals
from local_aws.emulator.gate.bodies import GoneError
from local_aws.emulator.gate.payloads import PayloadError
from local_aws.emulator.identity import note_caller
from local_aws.emulator.protocol import Handler, Response
from local_aws.emulator.requests import read_once
from local_aws.emulator.requests.absent import named, not_simulated
from local_aws.emulator.requests.checking import RefusedError, checked_body, protocol_of
from local_aws.emulator.requests.models import is_service_name
from local_aws.emulator.requests.passed_roles import UNASKED, refused_to_pass
from local_aws.emulator.requests.refusals import Refusal, code_of, error_response, refused

logger = logging.getLogger(__name__)

_STUMBLES = (ArithmeticError, AttributeError, LookupError, RecursionError, SyntaxError, TypeError, ValueError, re.error)
"""What code raises that took a value for something else; a full disk or a lost file is an OSError."""

_MOST_INFLATED_BYTES = 64 * 2**20
"""Of a compressed request. AWS's bounds are lower and differ (1 MB for metrics); this one keeps memory."""

_BEFORE_DISPATCH = frozenset({"rds-data", "ses"})
"""Services of which the emulator answers some requests before it looks for their handler."""

_NOT_INTERNAL = {
    ("kms", b"requires the cryptography package"): (
        "UnsupportedOperationException",
        "Keys for signing and asymmetric encryption are not simulated on the local AWS",
    ),
    ("servicediscovery", b"Failed to create Route53 hosted zone"): (
        "InvalidInput",
        "No hosted zone can be made of this name and VPC",
    ),
}
"""(service, part of its answer) -> code and sentence, where the emulator answers 500 to what a request asks for."""

STUMBLED: ContextVar[bool] = ContextVar("whether a handler stumbled over the request that is served", default=False)

_OF_THE_GATE = (PayloadError, arrivals.RefusedError, GoneError)
"""A body that ends badly while it is read: the gate answers."""

_GUARDED = "_local_aws_guarded"

Asgi = Callable[[dict[str, Any], Any, Any], Awaitable[None]]


def guarded(service: str, handler: Handler) -> Handler:
    """A handler whose stumbles over a request are refusals of the request."""
    if getattr(handler, _GUARDED, False):
        return handler

    async def handle(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Response:
        try:
            if UNASKED.get():
                UNASKED.set(False)
                if refusal := refused_to_pass(service, method, path, headers, body, query):
                    return refusal
            response = await handler(method, path, headers, body, query)
            if response[0] < 400:
                return response
            response = named(service, method, path, headers, body, query, response)
            return _not_internal(service, response) if response[0] >= 500 else response
        except _OF_THE_GATE:
            raise
        except Exception as error:  # noqa: BLE001 - each kind is answered
            return failure(service, path, headers, query, error)
        finally:
            read_once.let_go(body)

    setattr(handle, _GUARDED, True)
    return handle


def _not_internal(service: str, response: Response) -> Response:
    for (name, part), (code, said) in _NOT_INTERNAL.items():
        if name == service and isinstance(response[2], bytes) and part in response[2]:
            return error_response("json", 400, code, said, service=service)
    return response


def guard_handlers() -> None:
    """Guard all handlers of the emulator, and check requests to S3 that name the bucket in the host."""
    from ministack import app
    from ministack.core import router

    router._is_aws_service_name = is_service_name
    for service, handler in app.SERVICE_HANDLERS.items():
        app.SERVICE_HANDLERS[service] = guarded(service, handler)
    original = app._handle_special_data_plane_request

    async def special(
        method: str, path: str, headers: dict[str, str], body: Any, query: dict[str, Any], request_id: str, **more: Any
    ) -> Response | None:
        bucket = _bucket_of_host(headers)
        try:
            if bucket:
                await checked_body("s3", method, f"/{bucket}{path}", headers, body, query)
                note_caller(headers)
                refusal = refused_to_pass("s3", method, f"/{bucket}{path}", headers, body, query)
            elif (service := _service(method, path, headers, query)) in _BEFORE_DISPATCH:
                body = await checked_body(service, method, path, headers, body, query)
                note_caller(headers)
                refusal = refused_to_pass(service, method, path, headers, body, query)
            else:
                refusal = None
            response: Response | None = refusal or await original(
                method, path, headers, body, query, request_id, **more
            )
            return response
        except RefusedError as error:
            return error.response
        except _OF_THE_GATE:
            raise
        except Exception as error:  # noqa: BLE001 - each kind is answered
            return failure("s3" if bucket else _service(method, path, headers, query), path, headers, query, error)

    app._handle_special_data_plane_request = special


async def checked(method: str, path: str, headers: dict[str, str], body: Any, query: dict[str, Any]) -> Any:
    """Check a request; return its body as the handler is to see it.

    Raises:
        RefusedError: the request is refused, with the answer.
    """
    service = ""
    try:
        service = _service(method, path, headers, query, body)
        if is_service_name(service) and not _is_answered(service):
            return await _refuse_service(service, headers)
        if service != "s3" and isinstance(body, bytes) and "gzip" in headers.get("content-encoding", "").lower():
            body = _inflated(service, path, headers, body, query)
        return await checked_body(service, method, path, headers, body, query)
    except RefusedError:
        raise
    except _OF_THE_GATE:
        raise
    except Exception as error:
        raise RefusedError(failure(service, path, headers, query, error)) from error


async def _refuse_service(service: str, headers: dict[str, str]) -> NoReturn:
    raise RefusedError(await asyncio.to_thread(not_simulated, service, headers))


def _is_answered(service: str) -> bool:
    from ministack import app

    return service in app.SERVICE_HANDLERS


async def dispatched(
    dispatch: Callable[..., Awaitable[Response]],
    method: str,
    path: str,
    headers: dict[str, str],
    body: Any,
    query: dict[str, Any],
    request_id: str,
) -> Response:
    """Hand a request to the emulator's `dispatch`; whatever happens, there is an answer."""
    UNASKED.set(True)
    try:
        return await dispatch(method, path, headers, body, query, request_id)
    except _OF_THE_GATE:
        raise
    except Exception as error:  # noqa: BLE001 - each kind is answered
        return failure(_service(method, path, headers, query, body), path, headers, query, error)


def answered(app: Asgi) -> Asgi:
    """An ASGI application that answers where `app` raises, and refuses addresses that are no text."""

    async def call(scope: dict[str, Any], receive: Any, send: Any) -> None:
        if scope["type"] != "http":
            await app(scope, receive, send)
            return
        started = False

        async def noting(message: MutableMapping[str, Any]) -> None:
            nonlocal started
            started = started or message["type"] == "http.response.start"
            await send(message)

        headers = {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}
        try:
            scope["query_string"].decode()
        except UnicodeDecodeError:
            refusal = Refusal("value", "The query string is not UTF-8", "query", "")
            await _send(send, refused(*_form(headers), refusal))
            return
        try:
            await app(scope, receive, noting)
        except _OF_THE_GATE:
            raise
        except Exception as error:
            if started:
                raise
            await _send(send, failure("", scope["path"], headers, {}, error))

    return call


def failure(service: str, path: str, headers: dict[str, str], query: dict[str, Any], error: Exception) -> Response:
    """The answer to a request that made code raise this."""
    try:
        protocol, name, json_version = protocol_of(service, path, headers, query)
    except Exception:  # noqa: BLE001 - an answer there is in any case
        (name, protocol), json_version = _form(headers), "1.1"
    if not service:
        name, protocol = _form(headers)
    place = traceback.extract_tb(error.__traceback__)[-1:]
    where = f"{place[0].filename.rpartition('site-packages/')[2]}:{place[0].lineno}" if place else "?"
    if isinstance(error, _STUMBLES):
        STUMBLED.set(True)
        kind = type(error).__name__
        logger.error("%s: a request was refused because of %s: %.300s (%s)", service, kind, error, where)
        said = "A value of the request cannot be used: it is of another kind than its member asks for, or names nothing"
        return error_response(
            protocol, 400, code_of(name, protocol, "value"), said, service=name, json_version=json_version
        )
    logger.error("%s: a request failed (%s)", service, where, exc_info=error)
    code = code_of(name, protocol, "internal")
    return error_response(
        protocol, 500, code, f"The local AWS failed: {error}", service=name, json_version=json_version
    )


def _form(headers: dict[str, str]) -> tuple[str, str]:
    """The service and the protocol of an answer to a request of which only the headers are known."""
    if headers.get("smithy-protocol"):
        return "", "smithy-rpc-v2-cbor"
    if headers.get("x-amz-target") or "json" in headers.get("content-type", ""):
        return "", "json"
    if "x-www-form-urlencoded" in headers.get("content-type", ""):
        return "", "query"
    return "s3", "rest-xml"


def _service(method: str, path: str, headers: dict[str, str], query: dict[str, Any], body: Any = b"") -> str:
    from ministack import app

    params = app._routing_params(method, path, headers, body, query) if isinstance(body, bytes) else query
    return str(app.detect_service(method, path, headers, params))


def _bucket_of_host(headers: dict[str, str]) -> str:
    from ministack import app

    host = headers.get("host", "")
    bucket = app._extract_s3_vhost_bucket(host)
    if not bucket or app._S3_VHOST_EXCLUDE_RE.search(host) or bucket in app._NON_S3_VHOST_NAMES:
        return ""
    return str(bucket)


def _inflated(service: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> bytes:
    try:
        inflater = zlib.decompressobj(zlib.MAX_WBITS | 16)
        inflated = inflater.decompress(body, _MOST_INFLATED_BYTES)
        whole = inflater.eof
    except zlib.error:
        whole = False
    if not whole:
        protocol, name, json_version = protocol_of(service, path, headers, query)
        refusal = Refusal("serialization", "The compressed request body is damaged or too large")
        raise RefusedError(refused(name, protocol, refusal, json_version))
    left = [part.strip() for part in headers["content-encoding"].split(",") if part.strip().lower() != "gzip"]
    headers.pop("content-encoding")
    if left:
        headers["content-encoding"] = ", ".join(left)
    return inflated


async def _send(send: Any, response: Response) -> None:
    status, headers, body = response
    lines = [(name.encode(), value.encode()) for name, value in headers.items()]
    lines.append((b"content-length", str(len(body)).encode()))
    await send({"type": "http.response.start", "status": status, "headers": lines})
    await send({"type": "http.response.body", "body": body})
