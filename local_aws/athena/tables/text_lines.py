"""Lines of text files as the engine sees them, and files of OpenCSVSerDe that the engine's own CSV reader may read.

The lines are read by Arrow and parted by the engine's functions, which is as fast as the engine's own reader (a million
lines of fourteen fields: 0.2 s with either). That one leaves blank lines out, goes on within quotes at a line's end,
and knows another escape; but to part lines with quotes takes a function of Python's, and seconds. So it has the files
of OpenCSVSerDe whose quotes stand as it expects: to look takes 0.5 to 0.7 s a million lines with all fields quoted.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from local_aws.athena.tables.open_csv import fields
from local_aws.athena.tables.text_serdes import OpenCsv

_CHUNK = 8 << 20
_STEP = 1 << 20
"""The engine's reader takes lines of up to twice as many bytes."""
_BLOCK = 32 << 20
"""Bytes that a line may have."""
_LEAST_BLOCK = 1 << 16
_DEFLATED = 1032
"""So many times its size a gzip file can have at most (zlib's technical details)."""
_NEWLINE, _RETURN = 10, 13
_UNUSED = "\x7f"
"""DEL, which no text has: the reader of lines wants a sign to part them by."""


def is_plain(path: str, serde: OpenCsv) -> bool:
    """Whether the engine's own reader gives the rows of a file that OpenCSVSerDe gives, and is the faster one."""
    quote, escape, separator = (sign.encode() for sign in (serde.quote, serde.escape, serde.separator))
    if path.endswith((".gz", ".zst")) or len(quote) + len(separator) > 2:
        return False
    with Path(path).open("rb") as content:
        while chunk := content.read(_CHUNK):
            chunk += content.readline(2 * _STEP)
            if _has_blank_lines(b"\n" + chunk) or _has_long_lines(chunk) or escape in chunk:
                return False
            if quote in chunk and not _quotes_are_plain(chunk, quote, separator):
                return False
    return True


def line_count(path: str) -> int | None:
    """How many lines a file has; None where some end in carriage returns alone, or it cannot be read."""
    import pyarrow as pa

    packed = {".gz": "gzip", ".zst": "zstd"}.get(Path(path).suffix)
    count, last = 0, _NEWLINE
    try:
        with pa.input_stream(path, compression=packed) as content:
            while chunk := content.read(_CHUNK):
                signs = np.frombuffer(chunk, dtype=np.uint8)
                if b"\r" in chunk:
                    after = signs[np.flatnonzero(signs[:-1] == _RETURN) + 1]
                    if (after != _NEWLINE).any() or (last == _RETURN and signs[0] != _NEWLINE):
                        return None
                count += int(np.count_nonzero(signs == _NEWLINE))
                last = int(signs[-1])
    except (OSError, pa.ArrowException):
        return None
    return None if last == _RETURN else count + (last != _NEWLINE)


def _has_blank_lines(text: bytes) -> bool:
    """Whether lines are empty, or end in carriage returns alone."""
    if b"\n\n" in text:
        return True
    return b"\r" in text and (b"\n\r\n" in text or text.count(b"\r") != text.count(b"\r\n"))


def _has_long_lines(text: bytes) -> bool:
    return any(text.find(b"\n", start, start + _STEP) < 0 for start in range(0, len(text) - _STEP, _STEP))


def _quotes_are_plain(lines: bytes, quote: bytes, separator: bytes) -> bool:
    """Whether quotes stand around whole fields only, doubled within, and are closed at each line's end."""
    signs = np.frombuffer(lines, dtype=np.uint8)
    places = np.flatnonzero(signs == quote[0])
    ends = np.flatnonzero(signs == _NEWLINE)
    if len(places) % 2 or (np.searchsorted(places, ends) % 2).any():
        return False
    around = np.concatenate(([_NEWLINE], signs, [_NEWLINE]))
    before, after = around[places[::2]], around[places[1::2] + 2]
    opened = (before == separator[0]) | (before == _NEWLINE) | (before == quote[0])
    closed = (after == separator[0]) | (after == _NEWLINE) | (after == _RETURN) | (after == quote[0])
    return bool(opened.all() and closed.all())


def lines(paths: Sequence[str], skipped: int) -> Any:
    """The lines of files as a pyarrow.dataset, read when asked for: `line`, and `athena_file` with the path."""
    import pyarrow as pa
    from pyarrow import csv, dataset, fs

    schema = pa.schema([("line", pa.string()), ("athena_file", pa.string())])
    parse = csv.ParseOptions(delimiter=_UNUSED, quote_char=False, ignore_empty_lines=False, newlines_in_values=False)
    convert = csv.ConvertOptions(column_types={"line": pa.string()}, strings_can_be_null=False)
    disk = fs.LocalFileSystem()

    def form(block: int) -> Any:
        read = csv.ReadOptions(column_names=["line"], skip_rows_after_names=skipped, block_size=block)
        return dataset.CsvFileFormat(parse, read_options=read, convert_options=convert)

    parts = [
        form(_block(path)).make_fragment(
            _named_for_arrow(path), disk, partition_expression=dataset.field("athena_file") == path
        )
        for path in paths
    ]
    return dataset.FileSystemDataset(parts, schema, form(_BLOCK), disk)


def _block(path: str) -> int:
    """The bytes at once that a file is read by: no more than it can have, as that much memory is taken for each."""
    if path.endswith(".zst"):
        return _BLOCK
    most = Path(path).stat().st_size * (_DEFLATED if path.endswith(".gz") else 1)
    return min(_BLOCK, max(_LEAST_BLOCK, most + 1))


def _named_for_arrow(path: str) -> str:
    """The path, by an ending from which Arrow sees how the file is compressed: it does not know `.zst`."""
    if not path.endswith(".zst"):
        return path
    named = Path(f"{path}d")
    if not named.is_symlink():
        named.symlink_to(path)
    return str(named)


def open_csv(serde: OpenCsv) -> Any:
    """What parts many lines at once: a pyarrow.ChunkedArray or Array of lines -> one of lists of fields."""
    import pyarrow as pa

    separator, quote, escape = serde.separator, serde.quote, serde.escape

    def parted(some: Any) -> Any:
        found = [None if line is None else fields(line, separator, quote, escape) for line in some.to_pylist()]
        return pa.array(found, pa.list_(pa.string()))

    return parted
