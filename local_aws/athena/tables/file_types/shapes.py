"""Types of columns as the files have them, by the names of matrix.csv."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

LIST, MAP, STRUCT = "list", "map", "struct"
_LOGICAL = {"DateType": "DATE", "DecimalType": "DECIMAL", "TimestampType": "TIMESTAMP", "TimeType": "TIME"}
_CONVERTED = {
    "DATE": "DATE",
    "DECIMAL": "DECIMAL",
    **dict.fromkeys(("TIMESTAMP_MILLIS", "TIMESTAMP_MICROS"), "TIMESTAMP"),
    **dict.fromkeys(("TIME_MILLIS", "TIME_MICROS"), "TIME"),
    **dict.fromkeys(("UTF8", "ENUM", "JSON"), "STRING"),
}
_STRINGS = ("StringType", "EnumType", "JsonType")
_UNITS = {"MILLIS=Milli": "ms", "MICROS=Micro": "us", "NANOS=Nano": "ns"}
_INTEGERS = ("IntType",)
_SHORT = 18
"""Digits of a decimal that Trino keeps in 8 bytes."""


@dataclass(frozen=True)
class Shape:
    """A type.

    Attributes:
        kind: as in matrix.csv, or LIST, MAP or STRUCT; "" for one that is in no row of it.
        text: what messages call it.
        parts: of a nested one: (name, shape) of each field, or of the items, or of keys and values.
        unit: of moments: ms, us or ns.
        digits: precision and scale of a decimal; (0, 0) where they are not known.
    """

    kind: str
    text: str
    parts: tuple[tuple[str, Shape], ...] = ()
    unit: str = ""
    digits: tuple[int, int] = (0, 0)


def of_parquet(rows: Sequence[Mapping[str, Any]]) -> dict[str, Shape]:
    """The columns of a file: name -> type.

    Args:
        rows: the engine's `parquet_schema` of it, from its root on.
    """
    left = iter(rows)
    root = next(left)
    return dict(_of_parquet(left) for _ in range(root["num_children"] or 0))


def _of_parquet(left: Iterator[Mapping[str, Any]]) -> tuple[str, Shape]:
    row = next(left)
    if row["type"] is not None:
        return row["name"], _leaf(row)
    parts = [_of_parquet(left) for _ in range(row["num_children"] or 0)]
    text = f"{str(row['repetition_type']).lower()} group {row['name']}"
    logical = f"{row['logical_type']} {row['converted_type']}"
    if "Map" in logical or "MAP" in logical:
        return row["name"], Shape(MAP, text, parts[0][1].parts if parts else ())
    if "List" in logical or "LIST" in logical:
        return row["name"], Shape(LIST, text, _items(parts))
    return row["name"], Shape(STRUCT, text, tuple(parts))


def _items(parts: Sequence[tuple[str, Shape]]) -> tuple[tuple[str, Shape], ...]:
    """The items of a list, of three levels or of two (Parquet's "Backward-compatibility rules")."""
    if not parts:
        return ()
    name, inner = parts[0]
    is_level = inner.kind == STRUCT and len(inner.parts) == 1 and name != "array" and not name.endswith("_tuple")
    return (("", inner.parts[0][1] if is_level else inner),)


def _leaf(row: Mapping[str, Any]) -> Shape:
    physical = {"BYTE_ARRAY": "BINARY"}.get(row["type"], row["type"])
    logical = (row["logical_type"] or "").partition("(")[0]
    known = _LOGICAL.get(logical) or ("STRING" if logical in _STRINGS else "")
    if not logical or logical in _INTEGERS:
        known = _CONVERTED.get(row["converted_type"] or "", "")
    elif not known:  # a UUID, half a float, and what else there may be
        return Shape("", physical)
    if known == "DECIMAL" and not row["scale"] and (row["precision"] or 0) <= _SHORT:
        known = "WHOLE DECIMAL"
    unit = next((unit for sign, unit in _UNITS.items() if sign in (row["logical_type"] or "")), "")
    unit = unit or {"TIMESTAMP_MILLIS": "ms", "TIMESTAMP_MICROS": "us"}.get(row["converted_type"] or "", "")
    digits = (row["precision"] or 0, row["scale"] or 0)
    return Shape(f"{physical} {known}".strip(), physical, unit=unit, digits=digits)


_ORC = {"bool": "BOOLEAN", "int8": "BYTE", "int16": "SHORT", "int32": "INT", "int64": "LONG", "float": "FLOAT",
        "double": "DOUBLE", "string": "STRING", "binary": "BINARY", "date32": "DATE", "timestamp": "TIMESTAMP",
        "decimal128": "DECIMAL"}  # fmt: skip
_AVRO = {"bool": "boolean", "int32": "int", "int64": "long", "float": "float", "double": "double", "string": "string",
         "binary": "bytes", "date32": "date", "timestamp": "timestamp", "decimal128": "decimal"}  # fmt: skip


def of_arrow(schema: Any, form: str) -> dict[str, Shape]:
    """The columns of a file: name -> type.

    Args:
        schema: a pyarrow.Schema.
        form: orc or avro.
    """
    return {field.name: _of_arrow(field.type, _ORC if form == "orc" else _AVRO) for field in schema}


def _of_arrow(kind: Any, names: Mapping[str, str]) -> Shape:
    import pyarrow as pa

    if pa.types.is_map(kind):
        parts = (("", _of_arrow(kind.key_type, names)), ("", _of_arrow(kind.item_type, names)))
        return Shape(MAP, "MAP", parts)
    if pa.types.is_list(kind) or pa.types.is_large_list(kind):
        return Shape(LIST, "LIST", (("", _of_arrow(kind.value_type, names)),))
    if pa.types.is_struct(kind):
        return Shape(STRUCT, "STRUCT", tuple((field.name, _of_arrow(field.type, names)) for field in kind))
    name = str(kind).partition("[")[0].partition("(")[0]
    if name == "null":
        return Shape("null", "NULL")
    digits = (kind.precision, kind.scale) if pa.types.is_decimal(kind) else (0, 0)
    return Shape(names.get(name, ""), names.get(name, name.upper()), digits=digits)
