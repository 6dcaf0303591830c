"""The error of a request whose changes cannot be saved: the service's own internal error, in its protocol."""

from __future__ import annotations

import json
from xml.sax.saxutils import escape

from local_aws.emulator.protocol import Response

_CODES = {
    "athena": "InternalServerException",
    "dynamodb": "InternalServerError",
    "events": "InternalException",
    "glue": "InternalServiceException",
    "iam": "ServiceFailure",
    "kms": "KMSInternalException",
    "lambda": "ServiceException",
    "logs": "ServiceUnavailableException",
    "monitoring": "InternalServiceError",
    "s3": "InternalError",
    "secretsmanager": "InternalServiceError",
    "sns": "InternalError",
    "ssm": "InternalServerError",
}
"""Of a service's name in a signature, as the service's API reference lists it."""

_COMMON = "InternalFailure"
"""Of "Common Error Types", which every service answers."""

_QUERY_SERVICES = frozenset(
    {"autoscaling", "cloudformation", "ec2", "elasticloadbalancing", "iam", "rds", "sns", "sts"}
)


def refusal(service: str, request_id: str, text: str, *, as_xml: bool) -> Response:
    """HTTP 500 in the protocol of the request."""
    code = _CODES.get(service, _COMMON)
    if service == "s3":
        body = (
            f'<?xml version="1.0" encoding="UTF-8"?>\n<Error><Code>{code}</Code><Message>{escape(text)}</Message>'
            f"<RequestId>{escape(request_id)}</RequestId></Error>"
        )
    elif as_xml:
        body = (
            f"<ErrorResponse><Error><Type>Receiver</Type><Code>{code}</Code><Message>{escape(text)}</Message></Error>"
            f"<RequestId>{escape(request_id)}</RequestId></ErrorResponse>"
        )
        if service == "ec2":
            body = (
                f"<Response><Errors><Error><Code>{code}</Code><Message>{escape(text)}</Message></Error></Errors>"
                f"<RequestID>{escape(request_id)}</RequestID></Response>"
            )
    else:
        body = json.dumps({"__type": code, "message": text, "Message": text})
        headers = {"Content-Type": "application/x-amz-json-1.1", "x-amzn-errortype": code}
        return 500, {**headers, "x-amzn-requestid": request_id}, body.encode()
    return 500, {"Content-Type": "application/xml", "x-amzn-requestid": request_id}, body.encode()


def speaks_xml(service: str, body: bytes) -> bool:
    """Whether a request is of a query protocol, or of S3."""
    return service in _QUERY_SERVICES or service == "s3" or b"Action=" in body[:4096]
