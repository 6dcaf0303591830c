"""Bodies of uploads on their way in: written to the spool in pieces, hashed on the way, off the event loop."""

from __future__ import annotations

import asyncio
import base64
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

from local_aws.emulator.gate.checksums import ALGORITHMS
from local_aws.emulator.gate.payloads import PayloadError, PayloadReader
from local_aws.emulator.s3.objects.commits import spool_name
from local_aws.emulator.s3.objects.disk_body import DiskBody, new_digest

_PIECE = 1 << 18
"""Bytes that are written at once. Each upload holds a few of them, and clients send dozens of parts at a time."""

Receive = Callable[[], Awaitable[dict[str, Any]]]

threads = ThreadPoolExecutor(4, "objects")
"""Hash, copy and write objects; not asyncio's own, in which queries compute."""


class ClientGone(Exception):  # noqa: N818 - it is nobody's error
    """The client closed the connection before its body was complete."""


class _Arrival:
    """One body in the spool."""

    def __init__(self, reader: PayloadReader, digests: Iterable[str]) -> None:
        self.path = spool_name(".body")
        self._reader = reader
        self._digests = {name: new_digest(name) for name in digests}
        self._number = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)

    def write(self, pieces: list[bytes]) -> None:
        data = self._reader.feed(pieces[0] if len(pieces) == 1 else b"".join(pieces))
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(self._number, rest) :]
        for digest in self._digests.values():
            digest.update(data)

    def finish(self) -> DiskBody:
        self.write([self._reader.close()])
        os.close(self._number)
        self._number = -1
        known = {name: digest.digest() for name, digest in self._digests.items()}
        for name in ALGORITHMS:  # the reader compared these
            value = self._reader.trailers.get(f"x-amz-checksum-{name}")
            if value:
                known[name] = base64.b64decode(value)
        return DiskBody(self.path, known)

    def discard(self) -> None:
        if self._number >= 0:
            os.close(self._number)
            self._number = -1
        Path(self.path).unlink(missing_ok=True)


async def spool_body(receive: Receive, reader: PayloadReader, digests: Iterable[str], limit: int) -> DiskBody:
    """Take a body to its end; what cannot be kept is still read, so that the client hears why.

    Args:
        receive: of ASGI.
        reader: takes the framing off and checks what was signed.
        digests: what is computed on the way.
        limit: bytes on the wire from which on it is refused.

    Raises:
        ClientGone: it broke off.
        PayloadError: it is not what was signed or announced.
        OSError: the disk refused.
    """
    loop = asyncio.get_running_loop()
    arrival = _Arrival(reader, digests)
    writing: asyncio.Future[None] | None = None
    more, size = True, 0
    try:
        while more:
            pieces, more = await _batch(receive)
            size += sum(map(len, pieces))
            check_size(size, limit + limit // 8)  # the framing of chunks counts here
            if writing:
                await writing
            writing = loop.run_in_executor(threads, arrival.write, pieces)
        if writing:
            await writing
        return await loop.run_in_executor(threads, arrival.finish)
    except BaseException as error:
        if writing and not writing.done():
            writing.add_done_callback(lambda _: arrival.discard())
        else:
            arrival.discard()
        if more and isinstance(error, (PayloadError, OSError)):
            await drain(receive)
        raise


def check_size(size: int, limit: int) -> None:
    """Refuse what is larger.

    Raises:
        PayloadError: it is.
    """
    if size > limit:
        raise PayloadError("EntityTooLarge", "Your proposed upload exceeds the maximum allowed size")


async def drain(receive: Receive) -> None:
    """Read a body that is not wanted, so that the client hears why.

    Raises:
        ClientGone: it broke off.
    """
    more = True
    while more:
        _, more = await _batch(receive)


async def _batch(receive: Receive) -> tuple[list[bytes], bool]:
    """About a piece of the body, and whether more comes."""
    pieces, size = [], 0
    while size < _PIECE:
        message = await receive()
        if message["type"] != "http.request":
            raise ClientGone
        pieces.append(message.get("body", b""))
        size += len(pieces[-1])
        if not message.get("more_body", False):
            return pieces, False
    return pieces, True


def wanted_digests(headers: Mapping[str, str], of_upload: str | None) -> set[str]:
    """What S3 will ask of a body: its MD5, the checksums that the headers name, that of its multipart upload."""
    named = {name for name in ALGORITHMS if headers.get(f"x-amz-checksum-{name}")}
    for other in (headers.get("x-amz-sdk-checksum-algorithm"), of_upload):
        named.add((other or "").lower().replace("_", ""))
    trailing = {name.strip().removeprefix("x-amz-checksum-") for name in headers.get("x-amz-trailer", "").split(",")}
    return {"md5"} | {name for name in named if name in ALGORITHMS} - trailing
