"""The body of a signed request, read piece by piece: its framing taken off, its hash and signatures checked.

    reader = PayloadReader(signature, headers)
    for piece in body:
        file.write(reader.feed(piece))
    reader.close()              # only now is what was written known to be what was signed

Nothing of the body is kept: memory does not grow with it. The rules are those of the S3 API reference, "Signature
calculations for the authorization header: transferring payload in multiple chunks" and "Including trailing headers".
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from local_aws.emulator.gate.checksums import ALGORITHMS, checksum

UNSIGNED = "UNSIGNED-PAYLOAD"
SIGNED_CHUNKS = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD"
SIGNED_CHUNKS_TRAILER = "STREAMING-AWS4-HMAC-SHA256-PAYLOAD-TRAILER"
UNSIGNED_CHUNKS_TRAILER = "STREAMING-UNSIGNED-PAYLOAD-TRAILER"
_CHUNKED = frozenset({SIGNED_CHUNKS, SIGNED_CHUNKS_TRAILER, UNSIGNED_CHUNKS_TRAILER})

_MAX_LINE = 8192
"""Bytes of the line before a chunk, or of a trailing header: a bound of our own."""

_MAX_TRAILERS = 16

_EMPTY_SHA256 = hashlib.sha256(b"").hexdigest()
_HEX_SHA256 = re.compile(r"[0-9a-f]{64}")
_CHUNK_LINE = re.compile(rb"([0-9a-fA-F]{1,16})(?:;chunk-signature=([0-9a-f]{64}))?")
_TRAILER_LINE = re.compile(rb"([A-Za-z0-9-]+):[ \t]*([!-~](?:[ -~]*[!-~])?)[ \t]*")

_SIGNATURE_MISMATCH = (
    "The request signature we calculated does not match the signature you provided. Check your key and signing method."
)


@dataclass(frozen=True)
class VerifiedSignature:
    """The signature of a request's headers, which was found right before its body was read."""

    access_key: str
    """Empty for an anonymous request."""

    payload: str
    """What the body is said to be: its SHA-256 in hex, `UNSIGNED-PAYLOAD` or one of the `STREAMING-` kinds."""

    value: str = ""
    """The signature in hex: the seed of the chunks' signatures."""

    key: bytes = b""
    """The signing key of `scope`."""

    date: str = ""
    """As `20260131T235959Z`."""

    scope: str = ""
    """As `20260131/eu-west-1/s3/aws4_request`."""


class PayloadError(Exception):
    """A body that is not what was signed or announced; code, message and HTTP status are S3's."""

    def __init__(self, code: str, message: str, status: int = 400) -> None:
        super().__init__(f"{code}: {message}")
        self.code = code
        self.message = message
        self.status = status


class PayloadReader:
    """Takes a body as it comes and gives it as it was meant.

    Args:
        signature: of the request's headers.
        headers: the request's, names in lower case.

    Raises:
        PayloadError: the headers announce a body that cannot be read.
    """

    def __init__(self, signature: VerifiedSignature, headers: Mapping[str, str]) -> None:
        self.trailers: dict[str, str] = {}
        """The headers that came behind the body, complete once `close` has returned; names in lower case."""
        self._signature = signature
        self._kind = signature.payload
        self._previous = signature.value
        self._chunked = self._kind in _CHUNKED
        self._length = 0
        self._announced = _announced_length(headers) if self._chunked else None
        self._hash = hashlib.sha256()
        self._line = bytearray()
        self._left = 0
        self._chunk_signature = ""
        self._read = self._chunk_line
        self._expected_trailers = _names(headers.get("x-amz-trailer", "")) if self._kind.endswith("-TRAILER") else set()
        self._checksums = {f"x-amz-checksum-{name}": checksum(name) for name in _algorithms(self._expected_trailers)}
        if not self._chunked and self._kind != UNSIGNED and not _HEX_SHA256.fullmatch(self._kind):
            raise PayloadError(
                "InvalidArgument",
                f"x-amz-content-sha256 must be {UNSIGNED}, {UNSIGNED_CHUNKS_TRAILER}, {SIGNED_CHUNKS}, "
                f"{SIGNED_CHUNKS_TRAILER} or a valid sha256 value.",
            )

    @property
    def chunked(self) -> bool:
        """Whether the body has the framing of aws-chunked, which is taken off."""
        return self._chunked

    def feed(self, data: bytes) -> bytes:
        """Take the next bytes of the body; return what they decode to, which may be nothing.

        Raises:
            PayloadError: the framing or a chunk's signature is wrong.
        """
        if not self._chunked:
            if self._kind != UNSIGNED:
                self._hash.update(data)
            self._length += len(data)
            return data
        rest, decoded = memoryview(data), []
        while rest:
            piece, rest = self._read(rest)
            if piece:
                decoded.append(piece)
        return decoded[0] if len(decoded) == 1 else b"".join(decoded)

    def close(self) -> bytes:
        """Say that the body has ended; return what is left to be decoded (always nothing so far).

        Raises:
            PayloadError: the body ended early, or is not what its hash, trailing checksum or announced length says.
        """
        if self._chunked:
            self._close_chunks()
        elif self._kind != UNSIGNED and self._hash.hexdigest() != self._kind:
            raise PayloadError(
                "XAmzContentSHA256Mismatch",
                "The provided 'x-amz-content-sha256' header does not match what was computed.",
            )
        return b""

    def _close_chunks(self) -> None:
        if self._read != self._nothing_more:
            raise _incomplete("The request body terminated unexpectedly")
        if self._announced is not None and self._announced != self._length:
            raise _incomplete(
                "You did not provide the number of bytes specified by the x-amz-decoded-content-length HTTP header"
            )
        for name, found in self._checksums.items():
            _check_digest(name, self.trailers.get(name, ""), found.b64digest())

    # The states: each takes what is left of the input and returns (what it decodes to, what is left now).

    def _take_line(self, rest: memoryview) -> tuple[bytes | None, memoryview]:
        """Gather up to a line's end (a bare LF ends a line too, as trailers have been seen); None while it lacks."""
        end = bytes(rest[: _MAX_LINE + 1]).find(b"\n")
        taken = rest[:] if end < 0 else rest[: end + 1]
        if len(self._line) + len(taken) > _MAX_LINE:
            raise _incomplete("The request body has a chunk whose header is not well-formed")
        self._line += taken
        rest = rest[len(taken) :]
        if end < 0:
            return None, rest
        line = bytes(self._line).removesuffix(b"\n").removesuffix(b"\r")
        self._line.clear()
        return line, rest

    def _chunk_line(self, rest: memoryview) -> tuple[bytes, memoryview]:
        line, rest = self._take_line(rest)
        if line is None:
            return b"", rest
        found = _CHUNK_LINE.fullmatch(line)
        if not found or bool(found[2]) != self._chunks_signed:
            raise _incomplete("The request body has a chunk whose header is not well-formed")
        self._left = int(found[1], 16)
        self._chunk_signature = (found[2] or b"").decode()
        self._hash = hashlib.sha256()
        if self._announced is not None and self._length + self._left > self._announced:
            raise _incomplete("The request body is longer than the x-amz-decoded-content-length HTTP header says")
        if self._left:
            self._read = self._chunk_data
        else:
            self._check_chunk()
            self._read = self._trailer_line if self._kind.endswith("-TRAILER") else self._last_line
        return b"", rest

    def _chunk_data(self, rest: memoryview) -> tuple[bytes, memoryview]:
        data = bytes(rest[: self._left])
        self._left -= len(data)
        self._length += len(data)
        if self._chunks_signed:
            self._hash.update(data)
        for each in self._checksums.values():
            each.update(data)
        if not self._left:
            self._check_chunk()
            self._read = self._chunk_end
        return data, rest[len(data) :]

    def _chunk_end(self, rest: memoryview) -> tuple[bytes, memoryview]:
        line, rest = self._take_line(rest)
        if line:
            raise _incomplete("The request body has a chunk that is longer than its header says")
        if line is not None:
            self._read = self._chunk_line
        return b"", rest

    def _last_line(self, rest: memoryview) -> tuple[bytes, memoryview]:
        line, rest = self._take_line(rest)
        if line:
            raise _incomplete("The request body goes on behind its last chunk")
        if line is not None:
            self._read = self._nothing_more
        return b"", rest

    def _trailer_line(self, rest: memoryview) -> tuple[bytes, memoryview]:
        line, rest = self._take_line(rest)
        if line is None:
            return b"", rest
        if not line:
            self._check_trailers()
            self._read = self._nothing_more
            return b"", rest
        found = _TRAILER_LINE.fullmatch(line)
        name = found[1].decode().lower() if found else ""
        if not found or name in self.trailers or len(self.trailers) >= _MAX_TRAILERS:
            raise _bad_trailer()
        self.trailers[name] = found[2].decode()
        return b"", rest

    @staticmethod
    def _nothing_more(rest: memoryview) -> tuple[bytes, memoryview]:
        raise _incomplete(f"The request body goes on behind its last chunk, by {len(rest)} bytes or more")

    @property
    def _chunks_signed(self) -> bool:
        return self._kind != UNSIGNED_CHUNKS_TRAILER

    def _check_chunk(self) -> None:
        if self._chunks_signed:
            self._check_link("AWS4-HMAC-SHA256-PAYLOAD", self._chunk_signature, _EMPTY_SHA256, self._hash.hexdigest())

    def _check_trailers(self) -> None:
        given = self.trailers.pop("x-amz-trailer-signature", "")
        if set(self.trailers) != self._expected_trailers:
            raise _bad_trailer()
        if self._chunks_signed:
            lines = "".join(f"{name}:{value}\n" for name, value in sorted(self.trailers.items()))
            self._check_link("AWS4-HMAC-SHA256-TRAILER", given, hashlib.sha256(lines.encode()).hexdigest())

    def _check_link(self, algorithm: str, given: str, *hashes: str) -> None:
        """Each signature signs the one before it, beginning with that of the headers."""
        sign = "\n".join([algorithm, self._signature.date, self._signature.scope, self._previous, *hashes])
        self._previous = hmac.new(self._signature.key, sign.encode(), hashlib.sha256).hexdigest()
        if not hmac.compare_digest(self._previous.encode(), given.encode()):
            raise PayloadError("SignatureDoesNotMatch", _SIGNATURE_MISMATCH, 403)


def _announced_length(headers: Mapping[str, str]) -> int | None:
    text = headers.get("x-amz-decoded-content-length")
    if text is None:
        raise PayloadError("MissingContentLength", "You must provide the Content-Length HTTP header.", 411)
    if not re.fullmatch(r"[0-9]{1,19}", text.strip()):
        raise PayloadError("InvalidArgument", "The x-amz-decoded-content-length HTTP header is not a number")
    return int(text)


def _names(text: str) -> set[str]:
    return {name.strip().lower() for name in text.split(",") if name.strip()}


def _algorithms(trailers: set[str]) -> list[str]:
    return [name for name in ALGORITHMS if f"x-amz-checksum-{name}" in trailers]


def _check_digest(name: str, given: str, computed: str) -> None:
    try:
        same = base64.b64decode(given, validate=True) == base64.b64decode(computed)
    except binascii.Error:
        raise PayloadError("InvalidRequest", f"Value for {name} trailing header is invalid.") from None
    if not same:
        algorithm = name.removeprefix("x-amz-checksum-").upper()
        raise PayloadError("BadDigest", f"The {algorithm} you specified did not match the calculated checksum.")


def _incomplete(message: str) -> PayloadError:
    return PayloadError("IncompleteBody", message)


def _bad_trailer() -> PayloadError:
    return PayloadError(
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our published schema.",
    )
