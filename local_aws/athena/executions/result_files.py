"""Pages of a large result, from the file of it that lies in S3."""

from __future__ import annotations

import mmap
import re
from pathlib import Path

_FIELD = re.compile(rb'("(?:[^"]|"")*+")?([,\n])')
_MOST_BYTES = 8 << 20
"""Of a page, unless its first row has more."""

Row = list[str | None]


class ResultFileError(Exception):
    """The file is not what was written, or is gone."""


def page(file: Path, start: int, most: int) -> tuple[list[Row], int | None]:
    """Rows of a result as Athena writes it; the first row of the file is that of the columns' names.

    Args:
        file: in the form of `values.csv`.
        start: place in it where a row begins, in bytes.
        most: rows.

    Returns:
        The rows, and where the next one begins; None when there is none.

    Raises:
        ResultFileError: it cannot be read so.
    """
    try:
        with file.open("rb") as opened, mmap.mmap(opened.fileno(), 0, access=mmap.ACCESS_READ) as content:
            rows: list[Row] = []
            place = start
            while place < len(content) and len(rows) < most and place - start < _MOST_BYTES:
                row, place = _row(content, place)
                rows.append(row)
            return rows, place if place < len(content) else None
    except (OSError, ValueError) as error:
        raise ResultFileError(str(error)) from error


def _row(content: mmap.mmap, place: int) -> tuple[Row, int]:
    row: Row = []
    while True:
        found = _FIELD.match(content, place)
        if not found:
            raise ResultFileError(f"no field begins at {place}")
        field, place = found[1], found.end()
        row.append(None if field is None else field[1:-1].replace(b'""', b'"').decode())
        if found[2] == b"\n":
            return row, place
