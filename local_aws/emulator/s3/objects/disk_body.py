"""The bytes of an object as a file, given to the emulator where it wants bytes.

What it does with bytes is length, slices, digests and writing: each is answered from the file, in pieces.
"""

from __future__ import annotations

import base64
import contextlib
import errno
import hashlib
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from local_aws.emulator.gate.checksums import ALGORITHMS, checksum

PIECE = 1 << 20
"""Bytes of a file that are in memory at a time."""

_NO_RANGE_COPY = frozenset({errno.EXDEV, errno.EINVAL, errno.ENOSYS, errno.EOPNOTSUPP})


class _Handle:
    """An open file, closed with the last body that reads it."""

    def __init__(self, path: str) -> None:
        self.number = os.open(path, os.O_RDONLY | os.O_CLOEXEC)

    def __del__(self) -> None:
        with contextlib.suppress(AttributeError, OSError):
            os.close(self.number)


class DiskBody:
    """A file, or a range of one, that stays as it was when it was opened, even where its name goes to another.

    Args:
        path: the file; nothing writes to it any more.
        digests: of the whole by name (`md5` or one of `ALGORITHMS`), where they are known.

    Raises:
        OSError: there is no such file.
    """

    def __init__(self, path: str | Path, digests: dict[str, bytes] | None = None) -> None:
        self.path = str(path)
        self._handle = _Handle(self.path)
        self._start = 0
        self._length = os.fstat(self._handle.number).st_size
        self._digests = dict(digests or {})
        self._copies: dict[tuple[int, int], DiskBody] = {}

    def __len__(self) -> int:
        return self._length

    def __bytes__(self) -> bytes:
        return b"".join(self.pieces())

    def __deepcopy__(self, memo: Any) -> DiskBody:
        return self

    def __getitem__(self, index: slice) -> DiskBody:
        if not isinstance(index, slice):
            raise TypeError("a body on disk gives ranges of bytes, not single ones")
        start, end, _ = index.indices(self._length)
        if (start, end) == (0, self._length):
            return self
        found = self._copies.get((start, end))
        if found is None:
            found = object.__new__(DiskBody)
            found.path, found._handle = self.path, self._handle
            found._start, found._length = self._start + start, max(0, end - start)
            found._digests, found._copies = {}, {}
        return found

    def decode(self, *_encoding: str, **_more: str) -> str:
        """Nothing: the emulator looks for a form's parameters in a body that its sender calls a form."""
        return ""

    @property
    def identity(self) -> tuple[int, int]:
        """Which file this is, by device and inode."""
        seen = os.fstat(self._handle.number)
        return seen.st_dev, seen.st_ino

    def read(self, offset: int, size: int) -> bytes:
        """At most `size` bytes from `offset` on."""
        return os.pread(self._handle.number, max(0, min(size, self._length - offset)), self._start + offset)

    def pieces(self) -> Iterator[bytes]:
        """All bytes, in pieces.

        Raises:
            OSError: the file is shorter than it was.
        """
        offset = 0
        while offset < self._length:
            piece = self.read(offset, PIECE)
            if not piece:
                raise OSError(errno.EIO, "a stored object ends before its end", self.path)
            yield piece
            offset += len(piece)

    def digest(self, name: str) -> bytes:
        """`md5` or a checksum of S3; computed once."""
        if name not in self._digests:
            hashing = new_digest(name)
            for piece in self.pieces():
                hashing.update(piece)
            self._digests[name] = hashing.digest()
        return self._digests[name]

    def keep_copy(self, start: int, end: int, copy: DiskBody) -> None:
        """Answer this range with a file of its own from now on."""
        self._copies[start, end] = copy

    def store(self, target: str) -> None:
        """Make `target` (which is not there) a file of these bytes: by a link where it is a whole file.

        Raises:
            OSError: no room, mostly; `target` may be there in part.
        """
        if self._whole():
            try:
                os.link(self.path, target)
            except OSError as error:  # no links on this disk, or too many to the file
                if error.errno in (errno.ENOSPC, errno.EDQUOT):
                    raise
            else:
                return
        number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            self.append_to(number)
        finally:
            os.close(number)

    def append_to(self, number: int) -> None:
        """Write these bytes behind what the open file has."""
        offset = 0
        copies = hasattr(os, "copy_file_range")
        while offset < self._length:
            if copies:
                try:
                    done = os.copy_file_range(
                        self._handle.number, number, min(self._length - offset, 64 * PIECE), self._start + offset
                    )
                except OSError as error:
                    if error.errno not in _NO_RANGE_COPY:
                        raise
                    copies = False
                    continue
            else:
                done = _write_all(number, self.read(offset, PIECE))
            if not done:
                raise OSError(errno.EIO, "a stored object ends before its end", self.path)
            offset += done

    def _whole(self) -> bool:
        """Whether the name still leads to this file, and all of it is meant."""
        with contextlib.suppress(OSError):
            seen = Path(self.path).stat()
            return (seen.st_dev, seen.st_ino) == self.identity and (self._start, self._length) == (0, seen.st_size)
        return False


class KnownDigest:
    """What hashlib answers, for a digest that is known."""

    def __init__(self, value: bytes) -> None:
        self._value = value

    def digest(self) -> bytes:
        """The digest."""
        return self._value

    def hexdigest(self) -> str:
        """In hex."""
        return self._value.hex()


class Hashes:
    """The module hashlib, but that `md5` takes a body on disk too."""

    def __getattr__(self, name: str) -> Any:
        return getattr(hashlib, name)

    @staticmethod
    def md5(data: Any = b"", **settings: Any) -> Any:
        """As hashlib's."""
        return KnownDigest(data.digest("md5")) if isinstance(data, DiskBody) else hashlib.md5(data, **settings)  # noqa: S324 - S3's ETag


def new_digest(name: str) -> Any:
    """An empty digest of this name, with `update` and `digest`."""
    return hashlib.md5(usedforsecurity=False) if name == "md5" else checksum(name)


def s3_checksum(algorithm: str, body: bytes | DiskBody) -> str | None:
    """The checksum in base64 by S3's name of the algorithm; None for one that is not S3's."""
    name = (algorithm or "").lower().replace("_", "")
    if name not in ALGORITHMS:
        return None
    if isinstance(body, DiskBody):
        return base64.b64encode(body.digest(name)).decode()
    hashing = checksum(name)
    hashing.update(body)
    return base64.b64encode(hashing.digest()).decode()


def md5_hex(body: bytes | DiskBody) -> str:
    """The MD5 in hex."""
    return Hashes.md5(body).hexdigest()  # type: ignore[no-any-return]


def _write_all(number: int, data: bytes) -> int:
    rest = memoryview(data)
    while rest:
        rest = rest[os.write(number, rest) :]
    return len(data)
