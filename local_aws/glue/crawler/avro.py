"""Avro object container files: schema and an estimate of the records, from the first bytes, which fastavro parses.

The catalog's columns follow Hive's AvroSerDe: a union with null is the other type, any other union a `string` (the
latter assumed), bytes and fixed are `binary`, enums `string`, logical types `decimal`, `date` and `timestamp` are kept.
Types that are longer than Glue's catalog takes make a file UNKNOWN, as what its records name twice doubles (ours).
"""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import IO, Any, TypeAlias

from local_aws.glue.crawler import hive_types as hive
from local_aws.glue.crawler.reading import UNKNOWN, Reading
from local_aws.glue.crawler.schema import Column
from local_aws.runtime.awsglue._formats.avro_blocks import header_of

_DEEPEST = 300
"""Lists and objects that stand in each other in a schema (ours)."""

MAGIC = b"Obj\x01"
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
        file = io.BytesIO(head)
        schema = json.loads(header_of(file)[0])
        _check_depth(schema)
        fields = schema["fields"]
        named: dict[str, hive.HiveType] = {}
        columns = tuple(
            Column(_name(field).lower(), hive_type(field["type"], named), f"Avro says {json.dumps(field['type'])}")
            for field in fields
        )
        problem = _too_long(columns) or _unfit(columns)
        data, records, record_size = _first_block(file)
    except RecursionError:
        return Reading(UNKNOWN, why="begins as Avro does, but its schema is nested too deeply")
    except (IndexError, KeyError, TypeError, ValueError) as error:
        return Reading(UNKNOWN, why=f"begins as Avro does, but its header cannot be read: {error!r}")
    if problem:
        return Reading(UNKNOWN, why=f"begins as Avro does, but {problem}")
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
    if not isinstance(schema, dict):
        raise TypeError(f"{schema!r} is no type")
    found = _complex_type(schema, named)
    if isinstance(name := schema.get("name"), str):
        named[name] = found
    return found


def _check_depth(schema: object) -> None:
    """Raise RecursionError where they go deeper, whatever the interpreter's own bound is."""
    level = [schema]
    for _ in range(_DEEPEST):
        level = [
            part
            for value in level
            if isinstance(value, dict | list)
            for part in (value.values() if isinstance(value, dict) else value)
        ]
        if not level:
            return
    raise RecursionError


def _name(field: Any) -> str:
    name = field["name"]
    if not isinstance(name, str) or not name:
        raise ValueError(f"{name!r} is no name of a field")
    return name


def _unfit(columns: Sequence[Column]) -> str:
    """What the catalog or a query could not read; empty where all is well. What Glue does then is unverified."""
    names: set[str] = set()
    for column in columns:
        if column.name in names:
            return f"two of its fields are the column {column.name!r}"
        names.add(column.name)
        if re.search(r"[\ud800-\udfff]", f"{column.name}{column.hive_type}"):
            return f"the column {column.name!r} has a surrogate that stands alone"
    return ""


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
    if logical == "decimal" and isinstance(precision, int) and isinstance(scale, int) and 0 <= scale <= precision > 0:
        return hive.Decimal(precision, scale)  # one that is not valid counts for nothing (Avro 1.11)
    if isinstance(logical, str) and logical in _LOGICAL:
        return _LOGICAL[logical]
    if kind == "record":
        fields: Any = schema["fields"]
        return hive.Struct(tuple((_name(f), hive_type(f["type"], named)) for f in fields))
    if kind == "array":
        return hive.Array(hive_type(schema["items"], named))
    if kind == "map":
        return hive.Map(hive.STRING, hive_type(schema["values"], named))
    return hive_type(kind, named)


def _first_block(file: IO[bytes]) -> tuple[int, int, int]:
    """Where the data begins, and the records and bytes a record of the first block; zeros in an empty file."""
    position = file.tell()
    try:
        records, size = (_number(file) for _ in range(2))
    except EOFError:
        return position, 0, 0
    if records < 0 or size < 0:
        raise ValueError("its first block has a negative count or size")
    return position, records, size // records if records else 0


def _number(file: IO[bytes]) -> int:
    import fastavro

    found = fastavro.schemaless_reader(file, "long", None)
    assert isinstance(found, int)  # noqa: S101 - as the schema says
    return found
