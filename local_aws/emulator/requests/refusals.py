"""Refusals in the form of each of AWS's protocols."""

from __future__ import annotations

import json
import uuid
from xml.sax.saxutils import escape

from local_aws.emulator.protocol import Response
from local_aws.emulator.xml_answers import clean_text


class Refusal(Exception):  # noqa: N818 - the answer to a request, not a failure
    """A request that goes no further.

    Args:
        kind: `serialization`, `missing`, `value`, `unknown`, `absent` or `signature`; each service has its own
            code for it.
        message: the sentence that its caller reads.
        member: of a `value` or a `missing`: the member's name as it is written in the request.
        given: of a `value`: what stood there.
    """

    def __init__(self, kind: str, message: str, member: str = "", given: str = "") -> None:
        super().__init__(message)
        self.kind = kind
        self.message = message
        self.member = member
        self.given = given


_CODES = {
    "json": {
        "serialization": "SerializationException",
        "missing": "ValidationException",
        "value": "ValidationException",
        "unknown": "UnknownOperationException",
        "signature": "InvalidSignatureException",
        "internal": "InternalFailure",
        "absent": "OperationNotSupportedException",
    },
    "query": {
        "serialization": "MalformedInput",
        "missing": "ValidationError",
        "value": "ValidationError",
        "unknown": "InvalidAction",
        "signature": "SignatureDoesNotMatch",
        "internal": "InternalFailure",
        "absent": "OperationNotSupportedException",
    },
    "ec2": {
        "serialization": "InvalidParameterValue",
        "missing": "MissingParameter",
        "value": "InvalidParameterValue",
        "unknown": "InvalidAction",
        "signature": "SignatureDoesNotMatch",
        "internal": "InternalError",
        "absent": "UnsupportedOperation",
    },
    "rest-xml": {
        "serialization": "MalformedXML",
        "missing": "MalformedXML",
        "value": "InvalidArgument",
        "unknown": "MethodNotAllowed",
        "signature": "AuthorizationHeaderMalformed",
        "internal": "InternalError",
        "absent": "OperationNotSupportedException",
    },
}

_OWN = {
    "athena": {"missing": "InvalidRequestException", "value": "InvalidRequestException"},
    "cloudwatch": {"missing": "MissingParameter", "value": "InvalidParameterValue"},
    "logs": {"missing": "InvalidParameterException", "value": "InvalidParameterException"},
    "s3": {"absent": "NotImplemented"},
    "sns": {"missing": "InvalidParameter", "value": "InvalidParameter"},
    "sqs": {"missing": "MissingParameter", "value": "InvalidParameterValue"},
}
"""Codes of services that have others than most (the errors of their models; which is for what is from memory)."""

_S3_MALFORMED = "The XML you provided was not well-formed or did not validate against our published schema"


def code_of(service: str, protocol: str, kind: str) -> str:
    """AWS's code for a refusal of this kind."""
    form = "json" if protocol in ("rest-json", "smithy-rpc-v2-cbor") else protocol
    if service in _OWN and kind in _OWN[service]:
        return _OWN[service][kind]
    return _CODES[form][kind]


def refused(service: str, protocol: str, refusal: Refusal, json_version: str = "1.1") -> Response:
    """The answer to a request that was refused: 400, or 403 where the signature is for something else.

    S3 answers 501 to what it does not implement.
    """
    code, message = code_of(service, protocol, refusal.kind), refusal.message
    if service == "s3" and code == "MalformedXML":
        message = _S3_MALFORMED
    status = {"signature": 403, "internal": 500, "absent": 501 if service == "s3" else 400}.get(refusal.kind, 400)
    more = {}
    if service == "s3" and refusal.kind == "value":
        more = {"ArgumentName": refusal.member, "ArgumentValue": refusal.given}
    return error_response(protocol, status, code, message, service=service, json_version=json_version, more=more)


def error_response(
    protocol: str,
    status: int,
    code: str,
    message: str,
    *,
    service: str = "",
    json_version: str = "1.1",
    more: dict[str, str] | None = None,
) -> Response:
    """An error as the SDKs of this protocol read it."""
    request_id = str(uuid.uuid4())
    if protocol == "smithy-rpc-v2-cbor":
        import cbor2

        headers = {"Content-Type": "application/cbor", "smithy-protocol": "rpc-v2-cbor"}
        return status, headers, cbor2.dumps({"__type": code, "message": message})
    if protocol in ("json", "rest-json"):
        kind = f"application/x-amz-json-{json_version}" if protocol == "json" else "application/json"
        body = {"__type": code, "message": message}
        if service == "athena" and code == "InvalidRequestException":  # as Athena's own answers (real)
            body = {
                "__type": code,
                "AthenaErrorCode": "INVALID_INPUT",
                "ErrorCode": "INVALID_INPUT",
                "Message": message,
            }
        return status, {"Content-Type": kind, "x-amzn-ErrorType": code}, json.dumps(body).encode()
    return status, {"Content-Type": "text/xml"}, _xml(protocol, service, status, code, message, request_id, more or {})


def _xml(
    protocol: str, service: str, status: int, code: str, message: str, request_id: str, more: dict[str, str]
) -> bytes:
    said = f"<Code>{_text(code)}</Code><Message>{_text(message)}</Message>"
    if protocol == "ec2":
        return (
            f"<Response><Errors><Error>{said}</Error></Errors><RequestID>{request_id}</RequestID></Response>".encode()
        )
    if service == "s3":
        said += "".join(f"<{name}>{_text(value)}</{name}>" for name, value in more.items())
        head = '<?xml version="1.0" encoding="UTF-8"?>\n'
        return f"{head}<Error>{said}<RequestId>{request_id}</RequestId></Error>".encode()
    blame = "Sender" if status < 500 else "Receiver"
    error = f"<Error><Type>{blame}</Type>{said}</Error>"
    return f"<ErrorResponse>{error}<RequestId>{request_id}</RequestId></ErrorResponse>".encode()


def _text(value: str) -> str:
    return escape(clean_text(value))
