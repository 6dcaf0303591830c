"""Objects on their way out: sent in pieces while the client takes them, from the file as it was when they began."""

from __future__ import annotations

import asyncio
import contextlib
import re
from collections.abc import Mapping
from contextvars import ContextVar
from typing import Any

from local_aws.emulator.protocol import Response
from local_aws.emulator.s3.objects.disk_body import PIECE, DiskBody
from local_aws.emulator.s3.objects.spooling import Receive, threads
from local_aws.emulator.s3.objects.store import complete_record

IN_MEMORY = PIECE
"""Bytes up to which an answer is sent in one go."""

_RANGE = re.compile(r"bytes=(?:\d+-\d*|-\d+)")

_streaming: ContextVar[bool] = ContextVar("streaming", default=False)
"""Whether who asks for an object takes a file; the other parts of the emulator take bytes."""


def read_objects_from_disk() -> None:
    """Replace how the emulator's S3 reads objects for others, and put its ranges right."""
    from ministack.services import s3

    for name in ("_get_object_data", "serve_cloudfront_origin_fetch"):
        setattr(s3, name, _as_bytes(getattr(s3, name)))
    s3._get_object = _getting(s3._get_object)
    attributes, head = s3._get_object_attributes, s3._head_object

    def get_object_attributes(bucket: str, key: str, *args: Any) -> Response:
        _complete(bucket, key)
        answer: Response = attributes(bucket, key, *args)
        return answer

    def head_object(bucket: str, key: str, *args: Any, **kwargs: Any) -> Response:
        _complete(bucket, key)
        answer: Response = head(bucket, key, *args, **kwargs)
        return answer

    s3._get_object_attributes, s3._head_object = get_object_attributes, head_object


@contextlib.contextmanager
def taking_files() -> Any:
    """Have GetObject answer with a body on disk."""
    token = _streaming.set(True)
    try:
        yield
    finally:
        _streaming.reset(token)


def answer_body(body: Any) -> Any:
    """A body as the emulator sends it."""
    from ministack.core.responses import StreamingResponse

    if not isinstance(body, DiskBody):
        return body
    if len(body) <= IN_MEMORY:
        return bytes(body)

    async def run(send: Any, receive: Receive) -> None:
        gone = asyncio.ensure_future(_client_gone(receive))
        try:
            await _send_pieces(body, send, gone)
        finally:
            gone.cancel()

    return StreamingResponse(run)


def _getting(original: Any) -> Any:
    def get_object(bucket: str, key: str, headers: dict[str, str], query: dict[str, Any] | None = None) -> Any:
        query = query or {}
        given = headers.get("range", "")
        if given and not _RANGE.fullmatch(given):  # one that is not understood is passed over (RFC 9110, 14.2)
            headers = {name: value for name, value in headers.items() if name != "range"}
        _complete(bucket, key)
        answer = original(bucket, key, headers, query)
        if answer[0] == 200 and "versionId" in query and isinstance(answer[2], DiskBody):
            answer = _range_of_version(bucket, key, headers, answer)
        if not _streaming.get() and isinstance(answer[2], DiskBody):
            answer = (*answer[:2], bytes(answer[2]))
        return answer

    return get_object


def _range_of_version(bucket: str, key: str, headers: Mapping[str, str], answer: Any) -> Any:
    """The emulator answers a version whole."""
    from ministack.services import s3

    _, described, body = answer
    if not headers.get("range"):
        return answer
    found = s3._parse_range(headers["range"], len(body))
    if found is None:
        error = {"Content-Type": "application/xml", "Content-Range": f"bytes */{len(body)}"}
        return 416, error, s3._xml_body(s3._range_error_xml(bucket, key))
    start, end = found
    described = {name: value for name, value in described.items() if not name.startswith("x-amz-checksum-")}
    described |= {"Content-Length": str(end + 1 - start), "Content-Range": f"bytes {start}-{end}/{len(body)}"}
    return 206, described, body[start : end + 1]


def _as_bytes(original: Any) -> Any:
    """For those who read an object into memory, such as the code of a function."""

    def read(*args: Any, **kwargs: Any) -> Any:
        found = original(*args, **kwargs)
        if isinstance(found, tuple) and isinstance(found[2], DiskBody):
            return (*found[:2], bytes(found[2]))
        return bytes(found) if isinstance(found, DiskBody) else found

    return read


def _complete(bucket: str, key: str) -> None:
    from ministack.services import s3

    complete_record(bucket, key, (s3._buckets.get(bucket) or {"objects": {}})["objects"].get(key))


async def _send_pieces(body: DiskBody, send: Any, gone: asyncio.Future[None]) -> None:
    loop = asyncio.get_running_loop()
    offset = 0
    reading = loop.run_in_executor(threads, body.read, 0, PIECE)
    while offset < len(body):
        piece = await reading
        offset += len(piece)
        if not piece:
            raise OSError("a stored object ends before its end")
        if gone.done():
            return
        if offset < len(body):
            reading = loop.run_in_executor(threads, body.read, offset, PIECE)
        await send({"type": "http.response.body", "body": piece, "more_body": offset < len(body)})


async def _client_gone(receive: Receive) -> None:
    with contextlib.suppress(asyncio.CancelledError):
        while (await receive())["type"] != "http.disconnect":
            pass
