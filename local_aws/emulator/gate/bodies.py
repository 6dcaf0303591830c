"""The bodies of requests: read within bounds, held against what was signed, and handed on."""

from __future__ import annotations

import asyncio
from typing import Any

from local_aws.emulator.gate.arrivals import Arrival, RefusedError
from local_aws.emulator.gate.payloads import PayloadError, PayloadReader, VerifiedSignature

MAX_BODY_BYTES = 70 * 1024 * 1024
"""Of a request that is no upload of an object: the largest that a service takes is a Lambda function's 50 MB of zip,
which base 64 makes 70 MB."""

SMALL_BODY_BYTES = 1024 * 1024
"""An object up to this size goes through memory, which is quicker."""

IDLE_S = 60
"""A client that sends nothing of its body for so long is given up."""

_DRAIN_BYTES = 1024 * 1024
_DRAIN_S = 2

_OBJECT_QUERY = frozenset({"partnumber", "uploadid", "x-id"})


class GoneError(Exception):
    """The client went away before its request was whole."""


def takes_stream(scope: dict[str, Any]) -> bool:
    """Whether a request that came through the gate uploads an object or a part that is not small: to disk, unread."""
    arrival: Arrival = scope["local_aws.arrival"]
    length = arrival.header("content-length")
    small = length.isdecimal() and int(length) <= SMALL_BODY_BYTES
    if small or not scope["local_aws.for_s3"]:
        return False
    _, _, key = scope["path"][1:].partition("/")
    names = {part.partition("=")[0].lower() for part in arrival.query.split("&") if part}
    others = {name for name in names - _OBJECT_QUERY if not name.startswith("x-amz-")}
    others -= {"awsaccesskeyid", "signature", "expires"}
    return arrival.method == "PUT" and bool(key) and not others and "x-amz-copy-source" not in arrival.lines


def is_form(arrival: Arrival) -> bool:
    """Whether a request is an HTML form that uploads a file."""
    return arrival.header("content-type").lower().startswith("multipart/form-data") and not arrival.query


class Body:
    """The body of one request, as ASGI's `receive` gives it, but impatient."""

    def __init__(self, receive: Any) -> None:
        self._receive = receive
        self.ended = False

    async def receive(self) -> dict[str, Any]:
        """The next message; until the body has ended it must come within `IDLE_S`.

        Raises:
            RefusedError: nothing came.
        """
        if self.ended:
            return dict(await self._receive())
        try:
            async with asyncio.timeout(IDLE_S):
                message: dict[str, Any] = await self._receive()
        except TimeoutError:
            raise RefusedError(
                400,
                "RequestTimeout",
                "Your socket connection to the server was not read from or written to within the timeout period. "
                "Idle connections will be closed.",
            ) from None
        self.ended = message["type"] != "http.request" or not message.get("more_body", False)
        return message

    async def read(self, limit: int = MAX_BODY_BYTES, reader: PayloadReader | None = None) -> bytes:
        """All of it, as it was sent.

        Args:
            limit: in bytes.
            reader: is fed with it.

        Raises:
            RefusedError: it is longer, or not what was signed.
            GoneError: the client left.
        """
        pieces: list[bytes] = []
        size = 0
        try:
            while not self.ended:
                message = await self.receive()
                if message["type"] == "http.disconnect":
                    raise GoneError
                piece: bytes = message.get("body", b"")
                size += len(piece)
                if size > limit:
                    raise RefusedError(
                        413, "RequestEntityTooLarge", f"The request is larger than the {limit} bytes that are taken"
                    )
                if piece:
                    pieces.append(piece)
                    if reader:
                        reader.feed(piece)
            if reader:
                reader.close()
        except PayloadError as error:
            raise RefusedError(error.status, error.code, error.message) from error
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def drain(self) -> None:
        """Take a little of what is still to come, so that a client that is still sending reads its answer."""
        taken = 0
        try:
            async with asyncio.timeout(_DRAIN_S):
                while not self.ended and taken < _DRAIN_BYTES:
                    message = await self._receive()
                    taken += len(message.get("body", b""))
                    self.ended = message["type"] != "http.request" or not message.get("more_body", False)
        except TimeoutError:
            return

    def replayed(self, content: bytes) -> Any:
        """A `receive` that gives the body again, then what really comes."""
        waiting = [{"type": "http.request", "body": content, "more_body": False}]

        async def receive() -> Any:
            return waiting.pop() if waiting else await self._receive()

        return receive


def reader_of(signature: VerifiedSignature, arrival: Arrival) -> PayloadReader:
    """What a body is read with.

    Raises:
        RefusedError: the headers announce a body of a kind that is not known.
    """
    try:
        return PayloadReader(signature, arrival.headers)
    except PayloadError as error:
        raise RefusedError(error.status, error.code, error.message) from error
