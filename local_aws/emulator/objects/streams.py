"""Requests to S3 that bring a body which is not small: which they are, and how the emulator gets it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from local_aws.emulator.objects.arrivals import (
    ClientGone,
    Receive,
    drain,
    small_body,
    spool_body,
    threads,
    wanted_digests,
)
from local_aws.emulator.objects.bodies import PIECE, DiskBody
from local_aws.emulator.objects.store import INTERNAL_ERROR
from local_aws.emulator.objects.uploads import find_upload
from local_aws.emulator.payloads import UNSIGNED, PayloadError, PayloadReader, VerifiedSignature

IN_MEMORY = PIECE
"""Bytes up to which a body goes through memory, which is quicker."""

LARGEST_PUT = 5 << 30
"""Bytes of one PUT: S3 API reference, PutObject and UploadPart."""

LARGEST_DOCUMENT = 2 << 20
"""Bytes of a document of S3's operations, such as the 1,000 keys of DeleteObjects: a bound of our own (AWS's is
unverified)."""

LARGEST_FORM = 64 << 20
"""Bytes of a browser's form with a file in it, which goes through memory: a bound of our own (5 GiB on AWS)."""

_SUBRESOURCES = frozenset({"annotation", "tagging", "retention", "legal-hold", "acl", "torrent", "restore"})

_MALFORMED = PayloadError(
    "MalformedXML", "The XML you provided was not well-formed or did not validate against our published schema"
)
_TOO_LARGE = PayloadError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")


class StreamReceive:
    """ASGI's receive of a request to S3, of which the emulator's reader of bodies gets one on disk."""

    def __init__(self, receive: Receive, scope: Mapping[str, Any], signature: VerifiedSignature | None) -> None:
        self._receive = receive
        self._query = _query(scope)
        self._streams = takes_stream(scope)
        self._signature = signature
        self.body: DiskBody | None = None

    async def __call__(self) -> dict[str, Any]:
        return await self._receive()

    async def read(self, headers: dict[str, str]) -> bytes | DiskBody:
        """The body, decoded and checked; trailing headers and the caller's encoding are put into `headers`.

        Raises:
            ClientGone, PayloadError, OSError: see `spool_body`.
        """
        length = headers.get("x-amz-decoded-content-length") or headers.get("content-length") or "0"
        try:
            reader = PayloadReader(self._signature or _unverified(headers), headers)
        except PayloadError:
            await drain(self._receive)
            raise
        if not self._streams:
            form = headers.get("content-type", "").startswith("multipart/form-data")
            limit, error = (LARGEST_FORM, _TOO_LARGE) if form else (LARGEST_DOCUMENT, _MALFORMED)
            body: bytes | DiskBody = await small_body(self._receive, reader, limit, error)
        else:
            if length.isdecimal() and int(length) > LARGEST_PUT:
                raise _TOO_LARGE
            upload = find_upload((self._query.get("uploadId") or [""])[0]) or {}
            digests = wanted_digests(headers, upload.get("checksum_algorithm"))
            body = self.body = await spool_body(self._receive, reader, digests)
        _decoded(reader, headers)
        return body

    def discard(self) -> None:
        """Take the body's file in the spool away; what became an object has another name."""
        if self.body:
            Path(self.body.path).unlink(missing_ok=True)


def takes_stream(scope: Mapping[str, Any]) -> bool:
    """Whether a request puts an object or a part that is not small: its body goes to disk as it comes."""
    if scope["method"] != "PUT":
        return False
    headers = scope_headers(scope)
    length = headers.get("content-length", "")
    if (length.isdecimal() and int(length) <= IN_MEMORY) or (not length and "transfer-encoding" not in headers):
        return False
    return is_object_write(scope, headers)


def is_object_write(scope: Mapping[str, Any], headers: Mapping[str, str]) -> bool:
    """Whether a PUT's body is an object's or a part's."""
    query = _query(scope)
    if not is_s3(scope, headers, query) or "x-amz-copy-source" in headers or _SUBRESOURCES & query.keys():
        return False
    return bool(_key(scope["path"], headers))


def is_s3(scope: Mapping[str, Any], headers: Mapping[str, str], query: Mapping[str, Any]) -> bool:
    """Whether the emulator takes a request to S3's data plane."""
    from ministack import app

    path = scope["path"]
    if path.startswith(("/_", "/v20180820/", "/iceberg")):
        return False
    return bool(app.detect_service(scope["method"], path, headers, query) == "s3")


def scope_headers(scope: Mapping[str, Any]) -> dict[str, str]:
    """The headers of a request, names in lower case."""
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _key(path: str, headers: Mapping[str, str]) -> str:
    from ministack import app

    rest = path.lstrip("/")
    return rest if app._extract_s3_vhost_bucket(headers.get("host", "")) else rest.partition("/")[2]


def _query(scope: Mapping[str, Any]) -> dict[str, list[str]]:
    return parse_qs(scope.get("query_string", b"").decode("latin-1"), keep_blank_values=True)


def _unverified(headers: Mapping[str, str]) -> VerifiedSignature:
    """What the body is said to be, where the signature is looked at later."""
    return VerifiedSignature("", headers.get("x-amz-content-sha256") or UNSIGNED)


def _decoded(reader: PayloadReader, headers: dict[str, str]) -> None:
    """The headers as they would be without the framing of aws-chunked."""
    for name, value in reader.trailers.items():
        headers.setdefault(name, value)
    if reader.chunked and "content-encoding" in headers:
        kept = [each.strip() for each in headers.pop("content-encoding").split(",") if each.strip() != "aws-chunked"]
        if any(kept):
            headers["content-encoding"] = ", ".join(kept)


def read_bodies() -> None:
    """Have the emulator's reader of bodies take a request's own."""
    from ministack import app

    original = app._read_request_body

    async def read_request_body(receive: Any, method: str, headers: dict[str, str]) -> Any:
        if not isinstance(receive, StreamReceive):
            return await original(receive, method, headers)
        try:
            return await receive.read(headers)
        except ClientGone:
            raise app._RequestBodyDisconnected from None

    app._read_request_body = read_request_body


async def serve(
    application: Any, scope: Mapping[str, Any], receive: Receive, send: Any, signature: VerifiedSignature | None = None
) -> None:
    """Serve a request of which `streams` says so."""
    arriving = StreamReceive(receive, scope, signature)
    try:
        await application(scope, arriving, send)
    except PayloadError as error:
        await _refuse(send, error.code, error.message, error.status)
    except OSError:
        await _refuse(send, "InternalError", INTERNAL_ERROR, 500)
    finally:
        arriving.discard()


def streams(scope: Mapping[str, Any]) -> bool:
    """Whether `serve` is to serve a request: one to S3 whose body is not small, an object's or not."""
    if scope["method"] not in ("PUT", "POST"):
        return False
    headers = scope_headers(scope)
    length = headers.get("content-length", "")
    if (length.isdecimal() and int(length) <= IN_MEMORY) or (not length and "transfer-encoding" not in headers):
        return False
    if headers.get("x-amz-content-sha256", "").startswith("STREAMING-AWS4-"):
        return False  # the emulator checks the signatures of chunks itself, of a body in memory
    return is_s3(scope, headers, _query(scope))


async def _refuse(send: Any, code: str, message: str, status: int) -> None:
    from ministack.services import s3

    status, headers, body = s3._error(code, message, status)
    sent = {**headers, "Content-Length": str(len(body))}
    await send(
        {
            "type": "http.response.start",
            "status": status,
            "headers": [(name.encode(), value.encode()) for name, value in sent.items()],
        }
    )
    await send({"type": "http.response.body", "body": body})
