"""Avro object container files: schema and an estimate of the records, from the first bytes.

The catalog's columns follow Hive's AvroSerDe: a union with null is the other type, any other union a `string` (the
latter assumed), bytes and fixed are `binary`, enums `string`, logical types `decimal`, `date` and `timestamp` are kept.
Types that are longer than Glue's catalog takes make a file UNKNOWN, as what its records name twice doubles (ours).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import TypeAlias

from local_aws.glue.crawler import hive_types as hive
from local_aws.glue.crawler.reading import UNKNOWN, Reading
from local_aws.glue.crawler.schema import Column

MAGIC = b"Obj\x01"
_SYNC = 16
AvroSchema: TypeAlias = "str | list[AvroSchema] | dict[str, AvroSchema]"

_PRIMITIVES: Mapping[str, hive.HiveType] = {
    "null": hive.VOID,
    "boolean": hive.BOOLEAN,
    "int": hive.INT,
    "long": hive.BIGINT,
    "float": hive.FLOAT,
    "double": hive.DOUBLE,
    "bytes": hive.BINARY,
    "fixed": hive.BINARY,
    "string": hive.STRING,
    "enum": hive.STRING,
}
_LOGICAL: Mapping[str, hive.HiveType] = {
    "date": hive.DATE,
    "timestamp-millis": hive.TIMESTAMP,
    "timestamp-micros": hive.TIMESTAMP,
    "local-timestamp-millis": hive.TIMESTAMP,
    "local-timestamp-micros": hive.TIMESTAMP,
}


def read_avro(head: bytes, size: int) -> Reading:
    """An Avro file of `size` bytes from its first ones."""
    try:
        text, position = _schema_text(head)
        schema = json.loads(text)
        fields = schema["fields"]
        named: dict[str, hive.HiveType] = {}
        columns = tuple(
            Column(field["name"].lower(), hive_type(field["type"], named), f"Avro says {json.dumps(field['type'])}")
            for field in fields
        )
        too_long = _too_long(columns)
        data, records, record_size = _first_block(head, position)
    except RecursionError:
        return Reading(UNKNOWN, why="begins as Avro does, but its schema is nested too deeply")
    except (IndexError, KeyError, TypeError, ValueError) as error:
        return Reading(UNKNOWN, why=f"begins as Avro does, but its header cannot be read: {error!r}")
    if too_long:
        return Reading(UNKNOWN, why=f"begins as Avro does, but {too_long}")
    estimate = (size - data) // record_size if record_size else records
    return Reading(
        "avro",
        schema=columns,
        records=estimate,
        record_size=record_size,
        avro_schema=json.dumps(schema, separators=(",", ":")),
        why="Avro's magic bytes",
    )


def hive_type(schema: AvroSchema, named: dict[str, hive.HiveType]) -> hive.HiveType:
    """The catalog's type of an Avro schema; `named` collects the types that later fields refer to."""
    if isinstance(schema, str):
        return _PRIMITIVES.get(schema) or named.get(schema, hive.STRING)
    if isinstance(schema, list):
        kept = [branch for branch in schema if branch != "null"]
        return hive_type(kept[0], named) if len(kept) == 1 else hive.STRING
    found = _complex_type(schema, named)
    if isinstance(name := schema.get("name"), str):
        named[name] = found
    return found


def _too_long(columns: Iterable[Column]) -> str:
    """What of the columns' types has more characters than it may have; empty where all is well."""
    left = hive.MOST
    for column in columns:
        length = hive.length(column.type, min(hive.LONGEST, left))
        if length > hive.LONGEST:
            return f"the type of column {column.name} has more than {hive.LONGEST} characters"
        if length > left:
            return f"the types of its columns have more than {hive.MOST} characters together"
        left -= length
    return ""


def _complex_type(schema: dict[str, AvroSchema], named: dict[str, hive.HiveType]) -> hive.HiveType:
    logical, kind = schema.get("logicalType"), schema["type"]
    precision, scale = schema.get("precision"), schema.get("scale", 0)
    if logical == "decimal" and isinstance(precision, int) and isinstance(scale, int):
        return hive.Decimal(precision, scale)
    if isinstance(logical, str) and logical in _LOGICAL:
        return _LOGICAL[logical]
    if kind == "record":
        fields = schema["fields"]
        return hive.Struct(tuple((str(f["name"]), hive_type(f["type"], named)) for f in fields if isinstance(f, dict)))
    if kind == "array":
        return hive.Array(hive_type(schema["items"], named))
    if kind == "map":
        return hive.Map(hive.STRING, hive_type(schema["values"], named))
    return hive_type(kind, named)


def _schema_text(head: bytes) -> tuple[str, int]:
    """The schema's JSON and the position of the first block."""
    position, found = len(MAGIC), ""
    while True:
        count, position = _long(head, position)
        if count == 0:
            return found, position + _SYNC
        if count < 0:  # the block's length in bytes follows
            _, position = _long(head, position)
        for _ in range(abs(count)):
            key, position = _bytes(head, position)
            value, position = _bytes(head, position)
            if key == b"avro.schema":
                found = value.decode()


def _first_block(head: bytes, position: int) -> tuple[int, int, int]:
    """Where the data begins, and the records and bytes a record of the first block; zeros in an empty file."""
    if position >= len(head):
        return position, 0, 0
    records, after = _long(head, position)
    size, _ = _long(head, after)
    return position, records, size // records if records else 0


def _bytes(data: bytes, position: int) -> tuple[bytes, int]:
    length, position = _long(data, position)
    if length < 0 or position + length > len(data):
        raise ValueError("the header is longer than the sample")
    return data[position : position + length], position + length


def _long(data: bytes, position: int) -> tuple[int, int]:
    """A zig-zag variable-length number and the position after it."""
    number = shift = 0
    while True:
        byte = data[position]
        position += 1
        number |= (byte & 0x7F) << shift
        if not byte & 0x80:
            return (number >> 1) ^ -(number & 1), position
        shift += 7
