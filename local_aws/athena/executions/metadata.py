"""The `.metadata` file beside a result: its columns, as a message of protocol buffers.

The layout is not documented; it is read off files that Athena wrote (real: public dumps). Field 1 is the query's id in
the engine, each field 4 a column, of which: 1 catalog, 4 name, 5 label, 6 type, 7 precision, 8 scale, 9 nullable
(3: unknown), 10 whether case matters. What is empty or 0 is left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

_BYTES, _VARINT = 2, 0
_UNKNOWN = 3


def result_metadata(query_id: str, columns: Iterable[Mapping[str, Any]]) -> bytes:
    """The file's bytes.

    Args:
        query_id: stands for the engine's own, which has another form.
        columns: of the result, each its ColumnInfo.
    """
    return _text(1, query_id) + b"".join(_field(4, _column(column)) for column in columns)


def _column(described: Mapping[str, Any]) -> bytes:
    numbers = ((7, described["Precision"]), (8, described["Scale"]), (9, _UNKNOWN), (10, described["CaseSensitive"]))
    texts = ((1, described["CatalogName"]), (4, described["Name"]), (5, described["Label"]), (6, described["Type"]))
    return b"".join(_text(*part) for part in texts) + b"".join(
        _varint(number << 3 | _VARINT) + _varint(int(value)) for number, value in numbers if value
    )


def _text(number: int, text: str) -> bytes:
    return _field(number, text.encode())


def _field(number: int, body: bytes) -> bytes:
    return _varint(number << 3 | _BYTES) + _varint(len(body)) + body


def _varint(value: int) -> bytes:
    found = b""
    while value > 0x7F:
        found += bytes([value & 0x7F | 0x80])
        value >>= 7
    return found + bytes([value])
