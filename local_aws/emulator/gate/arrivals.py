"""A request as it arrived: its headers, what it is addressed to, and whether it may come from where it comes from."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any

_LOOPBACK = re.compile(r"((?:[a-z0-9_-]+\.)*localhost|127\.0\.0\.1|\[::1\])(?::([0-9]{1,5}))?")
_HTTP_PORT = 80

_VIRTUAL_HOST = re.compile(
    r"(?:(?P<bucket>[a-z0-9][a-z0-9.-]{1,61}?[a-z0-9])\.)?(?:s3(?:\.[a-z]{2}(?:-[a-z]+)+-\d)?\.)?localhost"
)
"""`bucket.localhost`, `bucket.s3.localhost`, `bucket.s3.eu-west-1.localhost` and each without the bucket."""

_FRIENDLY_FETCH_SITES = ("same-origin", "none")
"""`none` is what somebody typed, pasted or took from the bookmarks."""

_ONCE = frozenset(
    {"authorization", "host", "origin", "sec-fetch-site", "content-length", "content-type", "date"}
    | {f"x-amz-{name}" for name in ("content-sha256", "date", "decoded-content-length", "security-token", "target")}
)
"""Headers that say who asks and what for: sent twice, one reader may see the first and another the last."""


class RefusedError(Exception):
    """A request that goes no further. Its code is one of the emulator's for a failed authentication, or S3's own.

    The hint is what this local AWS adds to AWS's own words.
    """

    def __init__(self, status: int, code: str, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.message = message
        self.hint = hint


class ForeignRequestError(RefusedError):
    """A request that nobody here sent: it is answered in plain text, whatever it is for."""

    def __init__(self, message: str, status: int = 403) -> None:
        super().__init__(status, "Forbidden", message)


@dataclass(frozen=True)
class Arrival:
    """One request, before its body is read."""

    method: str
    raw_path: str
    """As sent, without the query."""

    path: str
    """Decoded."""

    query: str
    """As sent."""

    lines: dict[str, list[str]] = field(repr=False)
    """The header lines by their names in lower case."""

    @classmethod
    def of(cls, scope: dict[str, Any]) -> Arrival:
        """Read the scope of ASGI.

        Raises:
            ForeignRequestError: the request is not written as a client of AWS writes it.
        """
        raw_path, query = scope["raw_path"].decode("latin-1"), scope["query_string"].decode("latin-1")
        if scope["http_version"] not in ("1.0", "1.1"):
            raise ForeignRequestError("This local AWS speaks HTTP/1.1.", 505)
        if not raw_path.startswith("/") or "#" in raw_path or "#" in query:
            raise ForeignRequestError("This local AWS is no proxy: the request's target must be a path.", 400)
        lines: dict[str, list[str]] = {}
        for name, value in scope["headers"]:
            lines.setdefault(name.decode("latin-1").lower(), []).append(_text(value))
        return cls(scope["method"], raw_path, scope["path"], query, lines)

    def header(self, name: str) -> str:
        """A header, its lines joined; empty where it is absent."""
        return ",".join(self.lines.get(name, ()))

    @property
    def headers(self) -> dict[str, str]:
        """All headers, their lines joined."""
        return {name: ",".join(values) for name, values in self.lines.items()}

    @property
    def host_name(self) -> str:
        """The host without its port, in lower case."""
        return re.sub(r":[0-9]*$", "", self.header("host")).lower()

    @property
    def virtual_bucket(self) -> str:
        """The bucket that the host names, if it does."""
        return virtual_host_bucket(self.host_name)

    @property
    def object_address(self) -> tuple[str, str]:
        """The bucket and the key that this is addressed to if it is for S3; either may be empty."""
        if self.virtual_bucket:
            return self.virtual_bucket, self.path[1:]
        bucket, _, key = self.path[1:].partition("/")
        return bucket, key

    def check_host(self, port: int) -> None:
        """Refuse what was sent to another name than this server's: a name that leads here for a moment (DNS rebinding).

        Raises:
            ForeignRequestError: always with 403.
        """
        if len(self.lines.get("host", ())) != 1 or not _is_ours(self.header("host"), port):
            raise ForeignRequestError(
                f"This local AWS answers to http://127.0.0.1:{port} and http://localhost:{port} alone: "
                f'the request was for the host "{_printable(self.header("host"))}".'
            )
        for name in _ONCE:
            if len(self.lines.get(name, ())) > 1:
                raise ForeignRequestError(f"The header {name} must stand once in a request.", 400)

    @property
    def is_foreign(self) -> bool:
        """Whether a web page of another site sent this, as far as its browser says."""
        origin, site = self.lines.get("origin"), self.lines.get("sec-fetch-site")
        if origin is not None and origin[0].lower() != f"http://{self.header('host').lower()}":
            return True
        return site is not None and site[0].lower() not in _FRIENDLY_FETCH_SITES


@lru_cache(maxsize=64)
def _is_ours(host: str, port: int) -> bool:
    found = _LOOPBACK.fullmatch(host.lower())
    return found is not None and int(found[2] or _HTTP_PORT) == port


def virtual_host_bucket(host_name: str) -> str:
    """The bucket that a host names (`bucket.localhost`, as SDKs make it of an endpoint on localhost); else nothing."""
    found = _VIRTUAL_HOST.fullmatch(host_name)
    bucket = found["bucket"] if found else None
    return "" if not bucket or re.fullmatch(r"s3(\.[a-z]{2}(-[a-z]+)+-\d)?", bucket) else bucket


def without_cors(headers: Iterable[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """An answer's headers without those that would let pages of other sites read it."""
    return [(name, value) for name, value in headers if not name.lower().startswith(b"access-control-")]


def _text(value: bytes) -> str:
    """A header's value as its client meant it: UTF-8, or Latin-1 where it is not that."""
    try:
        return value.decode("utf-8")
    except UnicodeDecodeError:
        return value.decode("latin-1")


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else "?" for character in text)[:100]
