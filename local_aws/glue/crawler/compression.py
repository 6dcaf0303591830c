"""Whole-file compression: told by the first bytes, opened as far as a sample needs.

AWS names gzip, bzip2, LZ4, Snappy and ZIP with one file in it. LZ4 and Snappy are recognised by no magic number that
text tools write, and are left UNKNOWN here.
"""

from __future__ import annotations

import bz2
import zlib
from dataclasses import dataclass

_ZIP_HEADER = 30
_ZIP_DEFLATED = 8
_ZIP_END = b"PK\x05\x06"


@dataclass(frozen=True)
class Opened:
    """The beginning of a file after decompression.

    Attributes:
        compression: none, gzip, bzip2 or zip.
        data: the decompressed beginning.
        whole: whether `data` is the whole of it.
        ratio: decompressed bytes for each stored byte of the sample.
        problem: why it could not be opened, or "".
    """

    compression: str
    data: bytes
    whole: bool
    ratio: float = 1.0
    problem: str = ""


def compression_of(head: bytes) -> str:
    """The compression that the first bytes announce, or `none`."""
    if head.startswith(b"\x1f\x8b"):
        return "gzip"
    if head.startswith(b"BZh") and head[3:4].isdigit():
        return "bzip2"
    return "zip" if head.startswith(b"PK\x03\x04") else "none"


def open_sample(head: bytes, *, whole: bool, limit: int, tail: bytes = b"") -> Opened:
    """Decompress the beginning of a file.

    Args:
        head: the file's first bytes.
        whole: whether they are all of it.
        limit: bytes wanted after decompression.
        tail: the file's last bytes, which a zip is counted by.
    """
    compression = compression_of(head)
    if compression == "none":
        return Opened("none", head[:limit], whole and len(head) <= limit)
    if compression == "gzip":
        return _inflate(compression, head, limit=limit, window=zlib.MAX_WBITS | 16, whole=whole)
    if compression == "zip":
        return _open_zip(head, tail or head, whole=whole, limit=limit)
    try:
        data = bz2.BZ2Decompressor().decompress(head, limit)
    except (OSError, EOFError) as error:
        return Opened(compression, b"", whole, problem=str(error))
    return Opened(compression, data, whole and len(data) < limit, ratio=len(data) / len(head))


def _open_zip(head: bytes, tail: bytes, *, whole: bool, limit: int) -> Opened:
    end = tail.rfind(_ZIP_END)
    members = int.from_bytes(tail[end + 10 : end + 12], "little") if end >= 0 else 0
    if members != 1:
        return Opened("zip", b"", whole, problem=f"a zip of {members} files, and a crawler reads those with one only")
    method = int.from_bytes(head[8:10], "little")
    start = _ZIP_HEADER + int.from_bytes(head[26:28], "little") + int.from_bytes(head[28:30], "little")
    if method == _ZIP_DEFLATED:
        return _inflate("zip", head[start:], limit=limit, window=-zlib.MAX_WBITS, whole=whole)
    if method == 0:
        stored = int.from_bytes(head[22:26], "little") or len(head)
        return Opened("zip", head[start : start + min(stored, limit)], whole and stored <= limit)
    return Opened("zip", b"", whole, problem=f"a zip with compression method {method}")


def _inflate(name: str, stored: bytes, *, limit: int, window: int, whole: bool) -> Opened:
    data, rest, finished = b"", stored, False
    try:
        while rest and len(data) < limit:  # a gzip file may be several, one after the other
            stream = zlib.decompressobj(window)
            data += stream.decompress(rest, limit - len(data))
            rest, finished = stream.unused_data or stream.unconsumed_tail, stream.eof
            if not stream.eof or name != "gzip":
                break
    except zlib.error as error:
        if not data:
            return Opened(name, b"", whole, problem=str(error))
    used = max(1, len(stored) - len(rest))
    return Opened(name, data, whole and finished and (name != "gzip" or not rest), ratio=len(data) / used)
