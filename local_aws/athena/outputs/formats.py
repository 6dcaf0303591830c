"""Files of one format, row batch by row batch: Parquet and ORC as pyarrow writes them, texts as Hive's SerDes do."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from decimal import Decimal
from pathlib import Path
from typing import Any, Protocol

import pyarrow as pa
from pyarrow import orc, parquet

from local_aws.athena import values
from local_aws.athena.errors import not_supported
from local_aws.athena.outputs.properties import Shape


class FileWriter(Protocol):
    """A file that is being written."""

    def write(self, rows: pa.Table) -> None:
        """Append rows."""

    def close(self) -> None:
        """End the file."""


def open_file(shape: Shape, path: Path, schema: pa.Schema) -> FileWriter:
    """Begin a file.

    Raises:
        RefusedQueryError: a column of a type that the format cannot hold here.
    """
    if shape.format == "PARQUET":
        # Hive's moments are INT96, and so are Athena's (assumed)
        return parquet.ParquetWriter(  # type: ignore[no-any-return]
            path,
            schema,
            compression=shape.compression,
            compression_level=shape.level,
            use_deprecated_int96_timestamps=True,
            store_schema=False,
        )
    if shape.format == "ORC":
        return orc.ORCWriter(path, compression=shape.compression)  # type: ignore[no-any-return]
    line = _json_line(schema) if shape.format == "JSON" else _text_line(schema, shape)
    return _Lines(path, shape.compression, line)


class _Lines:
    def __init__(self, path: Path, compression: str, line: Callable[[tuple[Any, ...]], str]) -> None:
        self._file = pa.output_stream(str(path), compression=compression or None)
        self._line = line

    def write(self, rows: pa.Table) -> None:
        columns = [column.to_pylist() for column in rows.columns]
        self._file.write("".join(self._line(row) + "\n" for row in zip(*columns, strict=True)).encode())

    def close(self) -> None:
        self._file.close()


def _text_line(schema: pa.Schema, shape: Shape) -> Callable[[tuple[Any, ...]], str]:
    """LazySimpleSerDe: nothing is quoted or escaped."""
    for field in schema:
        if pa.types.is_nested(field.type) or pa.types.is_binary(field.type):
            raise not_supported(f"the type {field.type} of the column {field.name} in TEXTFILE")

    def line(row: tuple[Any, ...]) -> str:
        texts = (values.text(value, field.type) for value, field in zip(row, schema, strict=True))
        return shape.delimiter.join(shape.null if text is None else text for text in texts)

    return line


def _json_line(schema: pa.Schema) -> Callable[[tuple[Any, ...]], str]:
    """Hive's JsonSerDe: a line an object, decimals as numbers, moments as texts."""
    for field in schema:
        _check_json(field.type, field.name)
    return lambda row: _json_object(zip(schema.names, row, schema.types, strict=True))


def _check_json(kind: pa.DataType, name: str) -> None:
    if pa.types.is_binary(kind):
        raise not_supported(f"the type {kind} of the column {name} in JSON")
    for place in range(kind.num_fields):
        _check_json(kind.field(place).type, name)


def _json(value: Any, kind: pa.DataType) -> str:
    if value is None:
        return "null"
    if pa.types.is_map(kind):
        return _json_object((values.text(key, kind.key_type) or "", item, kind.item_type) for key, item in value)
    if pa.types.is_list(kind):
        return "[" + ",".join(_json(item, kind.value_type) for item in value) + "]"
    if pa.types.is_struct(kind):
        return _json_object((part.name, value[part.name], part.type) for part in kind)
    if isinstance(value, Decimal):
        return f"{value:f}"
    plain = isinstance(value, bool | int | float | str)
    return json.dumps(value if plain else values.text(value, kind), ensure_ascii=False)


def _json_object(members: Iterable[tuple[str, Any, pa.DataType]]) -> str:
    parts = (f"{json.dumps(name, ensure_ascii=False)}:{_json(item, kind)}" for name, item, kind in members)
    return "{" + ",".join(parts) + "}"
