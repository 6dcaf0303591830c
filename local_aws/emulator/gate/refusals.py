"""Refusals as each service says them, so that its clients understand."""

from __future__ import annotations

import uuid
from typing import Any
from urllib.parse import parse_qs

from local_aws.emulator.gate.arrivals import Arrival, ForeignRequestError, RefusedError
from local_aws.emulator.protocol import Response


def service_of(arrival: Arrival) -> str:
    """The service, by the emulator's name, that a request is for as far as its headers say."""
    from ministack.core.router import detect_service

    query = parse_qs(arrival.query, keep_blank_values=True)
    service = str(detect_service(arrival.method, arrival.path, arrival.headers, query))
    return "sts" if service == "unknown_query" else service  # one that speaks the same protocol


def answer(error: RefusedError, arrival: Arrival, *, for_s3: bool) -> Response:
    """The answer to a refused request."""
    if isinstance(error, ForeignRequestError):
        return error.status, {"Content-Type": "text/plain; charset=utf-8"}, f"{error.message}\n".encode()
    if for_s3:
        return _of_s3(error, arrival)
    return _of_service(error, arrival, service_of(arrival))


def _of_service(error: RefusedError, arrival: Arrival, service: str) -> Response:
    from ministack.core.iam_actions import _AUTH_FAILURES, access_denied_response
    from ministack.core.responses import fix_error_content_type

    if service == "s3":
        return _of_s3(error, arrival)
    request_id = str(uuid.uuid4())
    status, headers, body = access_denied_response(
        service,
        "",
        "",
        request_id,
        error_code=error.code,
        message=f"{error.message} {error.hint}".strip(),
        headers=arrival.headers,
    )
    fix_error_content_type(service, status, headers)
    if error.code not in _AUTH_FAILURES:
        status = error.status
    return status, {**headers, "x-amzn-requestid": request_id}, body


def _of_s3(error: RefusedError, arrival: Arrival) -> Response:
    from ministack.core.iam_actions import _AUTH_FAILURES
    from ministack.services import s3

    code, status, message = error.code, error.status, error.message
    if code in _AUTH_FAILURES:
        code, status, message = _AUTH_FAILURES[code][3]
    found: tuple[int, dict[str, str], Any] = s3._error(code, f"{message} {error.hint}".strip(), status, arrival.path)
    return found[0], found[1], b"" if arrival.method == "HEAD" else found[2]
