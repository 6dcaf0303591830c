"""Uploads that go to disk as they come: how the emulator gets their bodies."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs

from local_aws.emulator.gate.arrivals import RefusedError
from local_aws.emulator.gate.payloads import PayloadError, PayloadReader
from local_aws.emulator.s3.objects.disk_body import DiskBody
from local_aws.emulator.s3.objects.spooling import ClientGone, Receive, check_size, spool_body, wanted_digests
from local_aws.emulator.s3.objects.undo import INTERNAL_ERROR
from local_aws.emulator.s3.objects.uploads import find_upload

LARGEST_PUT = 5 << 30
"""Bytes of one PUT: S3 API reference, PutObject and UploadPart."""


class _Upload:
    """ASGI's receive of an upload, which the emulator's reader of bodies asks for its body on disk."""

    def __init__(self, receive: Receive, scope: Mapping[str, Any], reader: PayloadReader) -> None:
        self._receive = receive
        self._query = parse_qs(scope.get("query_string", b"").decode("latin-1"))
        self._reader = reader
        self.body: DiskBody | None = None

    async def __call__(self) -> dict[str, Any]:
        return await self._receive()

    async def read(self, headers: dict[str, str]) -> DiskBody:
        """The body, decoded and checked; trailing headers and the caller's encoding are put into `headers`."""
        length = headers.get("x-amz-decoded-content-length") or headers.get("content-length") or ""
        check_size(int(length) if length.isdecimal() else 0, LARGEST_PUT)
        upload = find_upload((self._query.get("uploadId") or [""])[0]) or {}
        digests = wanted_digests(headers, upload.get("checksum_algorithm"))
        self.body = await spool_body(self._receive, self._reader, digests, LARGEST_PUT)
        for name, value in self._reader.trailers.items():
            headers.setdefault(name, value)
        if self._reader.chunked and "content-encoding" in headers:
            given = [each.strip() for each in headers.pop("content-encoding").split(",")]
            if kept := [each for each in given if each and each != "aws-chunked"]:
                headers["content-encoding"] = ", ".join(kept)
        return self.body

    def discard(self) -> None:
        """Take the body's file in the spool away; what became an object has another name."""
        if self.body:
            Path(self.body.path).unlink(missing_ok=True)


def read_bodies() -> None:
    """Have the emulator's reader of bodies take an upload's body on disk."""
    from ministack import app

    original = app._read_request_body

    async def read_request_body(receive: Any, method: str, headers: dict[str, str]) -> Any:
        if not isinstance(receive, _Upload):
            return await original(receive, method, headers)
        try:
            return await receive.read(headers)
        except ClientGone:
            raise app._RequestBodyDisconnected from None

    app._read_request_body = read_request_body


async def serve(application: Any, scope: Mapping[str, Any], receive: Receive, send: Any, reader: PayloadReader) -> None:
    """Serve the upload of an object or a part, whose body has not been read.

    Args:
        application: the emulator.
        scope: of ASGI.
        receive: of ASGI.
        send: of ASGI.
        reader: takes the framing off the body and checks what was signed.

    Raises:
        RefusedError: the body is not what was signed or announced, or cannot be kept.
    """
    upload = _Upload(receive, scope, reader)
    try:
        await application(scope, upload, send)
    except PayloadError as error:
        raise RefusedError(error.status, error.code, error.message) from error
    except OSError as error:
        raise RefusedError(500, "InternalError", INTERNAL_ERROR) from error
    finally:
        upload.discard()
