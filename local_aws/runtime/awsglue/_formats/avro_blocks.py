"""Avro's container files: their headers, which part of a file a task reads, and its records, decoded by fastavro.

A part of a file has the blocks whose sync marker - the one before the block - begins in it, as with Hadoop. fastavro
reads a file from its beginning alone: it is given a header of ours, and then the file from a block on. The schema in
that header is ours too, so that records come as `avro_types` wants them.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

_MAGIC = b"Obj\x01"
_SYNC = 16
_CHUNK = 1 << 16
_LARGEST_PART = 32 << 20
"""Bytes, as of Hadoop's blocks of local files."""
_SMALLEST_PART = 1 << 20
_HEADER = {
    "type": "record",
    "name": "org.apache.avro.file.Header",
    "fields": [
        {"name": "magic", "type": {"type": "fixed", "name": "Magic", "size": len(_MAGIC)}},
        {"name": "meta", "type": {"type": "map", "values": "bytes"}},
        {"name": "sync", "type": {"type": "fixed", "name": "Sync", "size": _SYNC}},
    ],
}
"""Of the specification of Avro 1.11, "Object Container Files"."""


@dataclass(frozen=True)
class Container:
    """A file as its header describes it.

    Attributes:
        path: on this machine.
        uri: as the file is known to scripts.
        size: bytes.
        schema: JSON.
        codec: its name.
        sync: what stands between blocks.
    """

    path: str
    uri: str
    size: int
    schema: str
    codec: str
    sync: bytes


@dataclass(frozen=True)
class Part:
    """A part of a file: the blocks behind the sync markers that begin from `start` on, before `end`."""

    container: Container
    start: int
    end: int


def header_of(file: IO[bytes]) -> tuple[str, str, bytes]:
    """The schema as JSON, the codec and the sync marker; the file is at its first block then.

    Raises:
        OSError: it cannot be read.
        ValueError: it is no Avro, or ends within its header.
    """
    import fastavro

    if file.read(len(_MAGIC)) != _MAGIC:
        raise ValueError("it does not begin as Avro does")
    file.seek(0)
    try:
        found: Any = fastavro.schemaless_reader(file, _HEADER, None)
        meta = found["meta"]
        return meta["avro.schema"].decode(), meta.get("avro.codec", b"null").decode(), found["sync"]
    except (EOFError, KeyError, MemoryError, OverflowError, ValueError) as error:
        raise ValueError(f"its header cannot be read: {error!r}") from error


def opened(path: str, uri: str, size: int) -> Container:
    """Read a file's header; errors as of `header_of`."""
    with Path(path).open("rb") as file:
        return Container(path, uri, size, *header_of(file))


def parts_of(containers: Sequence[Container], tasks: int) -> tuple[list[Part], int]:
    """Files as parts of 32 MiB at most, and how many tasks are to read them: at least so many, if there are parts."""
    total = sum(container.size for container in containers)
    size = min(_LARGEST_PART, max(_SMALLEST_PART, -(-total // tasks)))
    parts = [
        Part(container, start, min(start + size, container.size))
        for container in containers
        for start in range(0, container.size, size)
    ]
    return parts, min(len(parts), max(tasks, -(-total // _LARGEST_PART)))


def values(part: Part, schema: str) -> Iterator[Any]:
    """The values of a part of a file, each a record or what else the schema is of.

    Args:
        part: of which file.
        schema: JSON of the schema to read with; it must be the file's but for names and logical types. Records in
            unions come as tuples of their name and themselves, if their union has several.

    Raises:
        ValueError: what was written is damaged; "Unable to parse file: …" is Glue's text (real).
    """
    import fastavro

    container = part.container
    with Path(container.path).open("rb") as file:
        if not _past_sync(file, container.sync, part.start, part.end):
            return
        stream: Any = _Joined(_header(schema, container), file)
        try:
            for block in fastavro.block_reader(
                stream, return_record_name=True, return_record_name_override=True, handle_unicode_errors="replace"
            ):
                yield from block
                if file.tell() - _SYNC >= part.end:
                    return
        except (EOFError, LookupError, MemoryError, OverflowError, TypeError, ValueError, OSError) as error:
            raise ValueError(f"Unable to parse file: {container.uri}: {error}") from error


def _header(schema: str, container: Container) -> bytes:
    import fastavro

    meta = {"avro.schema": schema.encode(), "avro.codec": container.codec.encode()}
    found = io.BytesIO()
    fastavro.schemaless_writer(found, _HEADER, {"magic": _MAGIC, "meta": meta, "sync": container.sync})
    return found.getvalue()


def _past_sync(file: IO[bytes], sync: bytes, start: int, end: int) -> bool:
    """Go on behind the first sync marker that begins from `start` on; whether one begins before `end`."""
    file.seek(start)
    place, held = start, b""
    while place < end:
        chunk = file.read(_CHUNK)
        if not chunk:
            return False
        held += chunk
        found = held.find(sync)
        if found >= 0:
            file.seek(place + found + _SYNC)
            return place + found < end
        place += max(0, len(held) - _SYNC + 1)
        held = held[-_SYNC + 1 :]
    return False


class _Joined:
    """A header, and behind it a file from where it is; what fastavro asks of a file."""

    def __init__(self, header: bytes, file: IO[bytes]) -> None:
        self._header, self._file = io.BytesIO(header), file

    def read(self, size: int) -> bytes:
        found = self._header.read(size)
        return found if len(found) == size else found + self._file.read(size - len(found))

    def tell(self) -> int:
        return self._file.tell()
