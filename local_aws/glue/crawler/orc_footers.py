"""The streams of an ORC file by column, from its footers (ORC specification v1, "File Tail" and "Stripe Footer").

pyarrow reads ORC but does not say how many bytes a column takes.
"""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from pathlib import Path

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_CODECS = {2: "snappy", 4: "lz4_raw"}
_NONE, _ZLIB, _ZSTD = 0, 1, 5
_STRIPES, _TYPES = 3, 4
_SUBTYPES, _FIELD_NAMES = 2, 3
_STREAMS = 1
_TAIL = 16 * 1024
_LONGEST_VARINT = 10
"""Bytes (Protocol Buffers, "Encoding")."""

_MOST_FOOTER = 2 * 2**20
_MOST_FOOTERS = 2 * _MOST_FOOTER
"""Bytes of a footer, and of those of all stripes, without their compression; ours: 10,000 columns take up to 1 MB."""

_MOST_BLOCK = 8 * 2**20
"""Bytes of a compressed chunk's plain text: lengths of chunks have 23 bits."""

_TOO_LARGE = "a footer that is too large"
_MOST_CHUNKS = 4096
"""Of a footer that is compressed; ours."""

DEEPEST = 100
"""Levels of types, as of JSON and XML that crawlers read (ours)."""

Field = tuple[int, int | bytes]


class OrcError(Exception):
    """The file is no ORC file, or one that is compressed in a way that is not known here."""


def orc_column_sizes(path: str) -> dict[str, int]:
    """Bytes of the streams of each top-level column, by its name in lower case.

    Raises:
        OrcError: see there.
        OSError: the file cannot be read.
    """
    import pyarrow as pa

    try:
        return _column_sizes(path)
    except (IndexError, ValueError, OverflowError, zlib.error, pa.ArrowException) as error:
        raise OrcError(f"a footer that cannot be read ({error})") from error


def _column_sizes(path: str) -> dict[str, int]:
    with Path(path).open("rb") as file:
        size = file.seek(0, 2)
        file.seek(max(0, size - _TAIL))
        tail = file.read()
        if not tail or tail[-4:-1] != b"ORC":
            raise OrcError(path)
        postscript = dict(_fields(tail[-1 - tail[-1] : -1]))
        footer_length, codec, block = (_number(postscript.get(key, 0)) for key in (1, 2, 3))
        end = size - 1 - tail[-1]
        if not 0 < footer_length <= min(end, _MOST_FOOTER):
            raise OrcError(path)
        file.seek(end - footer_length)
        footer = list(_fields(_plain(file.read(footer_length), codec, block)))
        names, owners = _columns([_bytes(value) for key, value in footer if key == _TYPES])
        sizes = dict.fromkeys(names, 0)
        left = _MOST_FOOTERS
        for stripe in (_numbers(value) for key, value in footer if key == _STRIPES):
            file.seek(stripe.get(1, 0) + stripe.get(2, 0) + stripe.get(3, 0))
            plain = _plain(file.read(min(stripe.get(4, 0), _MOST_FOOTER)), codec, block)
            left -= len(plain) or 1
            if left < 0:
                raise OrcError("footers of stripes that are too large")
            for key, stream in _fields(plain):
                if key == _STREAMS:
                    parts = _numbers(stream)
                    owner = owners.get(parts.get(2, 0))
                    if owner is not None:
                        sizes[owner] += parts.get(3, 0)
    if sum(sizes.values()) > size:
        raise OrcError("streams that are longer than the file")
    return sizes


def problem_of_types(tail: bytes) -> str:
    """Why types of a file are not to be read; empty where they are a tree, as whatever writes ORC makes them.

    Readers make a type anew at each place where it stands: of a few dozen types that each have the next two in them,
    they make more than memory holds.

    Args:
        tail: the last bytes of the file, with the whole footer.

    Raises:
        OrcError: they do not hold a footer that can be read.
    """
    import pyarrow as pa

    try:
        return _problem_of(_types(tail))
    except (IndexError, ValueError, OverflowError, zlib.error, pa.ArrowException, OSError) as error:
        raise OrcError(f"a footer that cannot be read ({error})") from error


def _types(tail: bytes) -> list[bytes]:
    postscript = dict(_fields(tail[-1 - tail[-1] : -1]))
    length, codec, block = (_number(postscript.get(key, 0)) for key in (1, 2, 3))
    end = len(tail) - 1 - tail[-1]
    if not 0 < length <= end:
        raise OrcError("a footer of which these are not all bytes")
    return [_bytes(value) for key, value in _fields(_plain(tail[end - length : end], codec, block)) if key == _TYPES]


def _problem_of(types: list[bytes]) -> str:
    depths: dict[int, int] = {0: 1}
    for number, message in enumerate(types):
        for below in _subtypes(message):
            if below in depths:
                return f"its type {below} stands at more than one place"
            depths[below] = depths.get(number, 1) + 1
            if depths[below] > DEEPEST:
                return f"its types are nested deeper than {DEEPEST} levels"
    return ""


def _subtypes(message: bytes) -> list[int]:
    found: list[int] = []
    for key, value in _fields(message):
        if key == _SUBTYPES:
            found += [value] if isinstance(value, int) else list(_varints(value))
    return found


def _columns(types: list[bytes]) -> tuple[list[str], dict[int, str]]:
    """The names of the top-level columns, and which of them each type belongs to (types are listed depth first)."""
    if problem := _problem_of(types):
        raise OrcError(problem)
    root = list(_fields(types[0])) if types else []
    names = [_bytes(value).decode().lower() for key, value in root if key == _FIELD_NAMES]
    starts = _subtypes(types[0]) if types else []
    if starts != sorted(starts) or (starts and starts[-1] >= len(types)):
        raise OrcError("types that are not listed depth first")
    owners: dict[int, str] = {}
    for name, start, stop in zip(names, starts, [*starts[1:], len(types)], strict=False):
        owners |= dict.fromkeys(range(start, stop), name)
    return names, owners


def _plain(data: bytes, codec: int, block: int) -> bytes:
    """Take compression away: chunks, each with its length and whether it is kept as it was."""
    import pyarrow as pa

    if codec == _NONE and len(data) < _MOST_FOOTER:
        return data
    if codec == _NONE:
        raise OrcError(_TOO_LARGE)
    found, place, chunks = bytearray(), 0, 0
    while place < len(data):
        chunks += 1
        if chunks > _MOST_CHUNKS:
            raise OrcError(_TOO_LARGE)
        head = int.from_bytes(data[place : place + 3], "little")
        chunk = data[place + 3 : place + 3 + (head >> 1)]
        place += 3 + (head >> 1)
        if head & 1:
            found += chunk
        elif codec == _ZLIB:
            found += zlib.decompressobj(wbits=-15).decompress(chunk, _MOST_FOOTER)
        elif codec == _ZSTD:  # its frames need no size told
            found += pa.input_stream(pa.BufferReader(chunk), compression="zstd").read(_MOST_FOOTER)
        elif codec in _CODECS:
            found += _unsized(chunk, _CODECS[codec], block)
        else:
            raise OrcError(f"compression {codec}")
        if len(found) >= _MOST_FOOTER:
            raise OrcError(_TOO_LARGE)
    return bytes(found)


def _unsized(chunk: bytes, codec: str, block: int) -> bytes:
    import pyarrow as pa

    size = next(_varints(chunk), 0) if codec == "snappy" else block
    if size > _MOST_BLOCK:
        raise OrcError(_TOO_LARGE)
    return bytes(pa.decompress(chunk, decompressed_size=size, codec=codec, asbytes=True))


# Protocol buffers


def _fields(message: bytes) -> Iterator[Field]:
    place = 0
    while place < len(message):
        head, place = _varint(message, place)
        kind = head & 7
        if kind == _VARINT:
            value, place = _varint(message, place)
            yield head >> 3, value
        elif kind == _BYTES:
            length, place = _varint(message, place)
            yield head >> 3, message[place : place + length]
            place += length
        elif kind in (_FIXED64, _FIXED32):
            place += 8 if kind == _FIXED64 else 4
        else:
            raise OrcError("a footer that is no message")


def _varint(message: bytes, place: int) -> tuple[int, int]:
    value, shift, end = 0, 0, place + _LONGEST_VARINT
    while place < min(end, len(message)):
        byte = message[place]
        value |= (byte & 0x7F) << shift
        place, shift = place + 1, shift + 7
        if byte < 0x80:
            return value, place
    raise OrcError("a footer with a number that does not end")


def _varints(packed: bytes) -> Iterator[int]:
    place = 0
    while place < len(packed):
        value, place = _varint(packed, place)
        yield value


def _numbers(value: int | bytes) -> dict[int, int]:
    return {key: found for key, found in _fields(_bytes(value)) if isinstance(found, int)}


def _number(value: int | bytes) -> int:
    return value if isinstance(value, int) else 0


def _bytes(value: int | bytes) -> bytes:
    return value if isinstance(value, bytes) else b""
