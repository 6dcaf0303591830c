"""Avro files, read with the Avro library that Spark ships: each with its own schema.

Values come as JSON from Avro's AvroAsTextInputFormat, so that each of Avro's codecs can be read, and become what the
schema says.
"""

from __future__ import annotations

import atexit
import datetime
import decimal
import json
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from awsglue import gluetypes as glue
from awsglue._formats.files import File, file_system, is_denied
from awsglue._formats.merging import stacked
from awsglue._formats.options import Options
from awsglue._formats.text import uri_last, with_uri
from awsglue._frames.frame import Frame
from awsglue._frames.values import to_spark

_FORMAT = "org.apache.avro.mapred.AvroAsTextInputFormat"
_TEXT = "org.apache.hadoop.io.Text"
_EXTENSION = ".avro"
_SPECIAL = re.compile(r"[*?\[\]{}\\]")
"""What Hadoop's patterns escape; a comma cannot be, and the one character of that place stands for it."""
_EPOCH = datetime.datetime(1970, 1, 1)  # noqa: DTZ001 - Spark's moments have no zone in Python; the session is in UTC
_ATOMS: dict[str, type[glue.DataType]] = {
    "null": glue.NullType,
    "boolean": glue.BooleanType,
    "int": glue.IntegerType,
    "long": glue.LongType,
    "float": glue.FloatType,
    "double": glue.DoubleType,
    "bytes": glue.BinaryType,
    "string": glue.StringType,
    "enum": glue.StringType,
    "fixed": glue.BinaryType,
}

_INT = range(-(2**31), 2**31)

Convert = Callable[[Any], Any]


def read_avro(session: Any, files: Sequence[File], options: Options) -> Frame:
    """The records of Avro files; the last column is the `uri` of a file of each record's folder.

    Logical types count with the format option `version` 1.8 only: decimals, dates and timestamp-millis (developer
    guide, "Using the Avro format").

    Raises:
        Exception: a file is no Avro; "Unable to parse file: …" is Glue's text (real).
    """
    groups: dict[tuple[str, str], list[File]] = {}
    for file in files:
        groups.setdefault((_schema(session, file), file.folder), []).append(file)
    frames = []
    for (text, _), group in groups.items():
        reader = _Types(logical=str(options.get("version", "1.7")) == "1.8")
        kind, convert = reader.read(json.loads(text))
        if not isinstance(kind, glue.StructType):
            kind, convert = glue.StructType([glue.Field("value", kind)]), _single(convert)
        paths = ",".join(_SPECIAL.sub(r"\\\g<0>", _with_extension(session, file)).replace(",", "?") for file in group)
        found = session.sparkContext.hadoopFile(paths, _FORMAT, _TEXT, _TEXT)
        rows = found.map(_row_maker(convert, group[0].uri))
        schema = with_uri(kind)
        frames.append(Frame.of(session.createDataFrame(rows, to_spark(schema), verifySchema=False), schema))
    return uri_last(stacked(frames))


def _with_extension(session: Any, file: File) -> str:
    """The path of a file, or of a copy of one whose name does not end as Avro's input format wants it."""
    if file.path.endswith(_EXTENSION):
        return file.path
    folder = Path(tempfile.mkdtemp(prefix="avro-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    copy = folder / f"copy{_EXTENSION}"
    system, path = file_system(session, file.path)
    system.copyToLocalFile(path, session._jvm.org.apache.hadoop.fs.Path(copy.as_uri()))
    return copy.as_uri()


def _row_maker(convert: Convert, uri: str) -> Callable[[tuple[str, str]], tuple[Any, ...]]:
    return lambda pair: (*convert(json.loads(pair[0])), uri)


def _single(convert: Convert) -> Convert:
    return lambda value: (convert(value),)


def _schema(session: Any, file: File) -> str:
    system, path = file_system(session, file.path)
    avro = session._jvm.org.apache.avro
    try:
        opened = avro.file.DataFileReader(
            avro.mapred.FsInput(path, system.getConf()), avro.generic.GenericDatumReader()
        )
    except Exception as error:
        if is_denied(error):
            raise
        raise Exception(f"Unable to parse file: {file.path}") from error  # noqa: TRY002 - what Glue raises
    try:
        return str(opened.getSchema().toString())
    finally:
        opened.close()


class _Types:
    """Avro's types as Glue's, each with the function that makes a value of JSON one of Spark."""

    def __init__(self, *, logical: bool) -> None:
        self._logical = logical
        self._named: dict[str, Any] = {}

    def read(self, schema: Any) -> tuple[glue.DataType, Convert]:  # noqa: PLR0911 - one return a kind of type
        """The type of a schema, and how to read its values.

        Raises:
            NotImplementedError: the schema refers to itself.
        """
        if isinstance(schema, list):
            return self._union(schema)
        if isinstance(schema, str):
            if schema in _ATOMS:
                return _ATOMS[schema](), _atom(schema)
            return self.read(self._named[schema.rpartition(".")[2]])
        kind = schema["type"]
        if isinstance(kind, dict | list):
            return self.read(kind)
        if kind in ("record", "enum", "fixed"):
            self._named[schema["name"].rpartition(".")[2]] = _refers_to_itself(schema) if kind == "record" else schema
        if kind == "record":
            found = self._record(schema)
            self._named[schema["name"].rpartition(".")[2]] = schema
            return found
        if kind == "array":
            inner, each = self.read(schema["items"])
            return glue.ArrayType(inner), lambda value: [each(item) for item in value]
        if kind == "map":
            inner, each = self.read(schema["values"])
            return glue.MapType(inner), lambda value: {name: each(item) for name, item in value.items()}
        if kind == "refused":
            raise NotImplementedError(f"Avro schema {schema['name']} refers to itself: Spark has no such type")
        logical = self._logical_type(schema) if self._logical else None
        return logical or (_ATOMS[kind](), _atom(kind))

    def _record(self, schema: Mapping[str, Any]) -> tuple[glue.DataType, Convert]:
        struct = glue.StructType()
        parts: list[tuple[str, Convert]] = []
        for field in schema["fields"]:
            kind, convert = self.read(field["type"])
            struct.add(glue.Field(field["name"], kind))
            parts.append((field["name"], convert))
        return struct, lambda value: tuple(convert(value[name]) for name, convert in parts)

    def _union(self, schema: Sequence[Any]) -> tuple[glue.DataType, Convert]:
        branches = [self.read(one) for one in schema if one != "null"]
        if not branches:
            return glue.NullType(), _atom("null")
        if len(branches) == 1:
            kind, convert = branches[0]
            return kind, lambda value: None if value is None else convert(value)
        choice = glue.ChoiceType(kind for kind, _ in branches)
        by_name = {kind.typeName(): convert for kind, convert in branches}
        names = [one.typeName() for one in choice.types()]

        def choose(value: Any) -> Any:
            if value is None:
                return None
            fitting = (name for name in _CANDIDATES[type(value)] if name != "int" or value in _INT)
            own = next(name for name in fitting if name in by_name)
            return tuple(by_name[name](value) if name == own else None for name in names)

        return choice, choose

    def _logical_type(self, schema: Mapping[str, Any]) -> tuple[glue.DataType, Convert] | None:
        name, kind = schema.get("logicalType"), schema["type"]
        if name == "date" and kind == "int":
            return glue.DateType(), lambda value: (_EPOCH + datetime.timedelta(days=value)).date()
        if name == "timestamp-millis" and kind == "long":
            return glue.TimestampType(), lambda value: _EPOCH + datetime.timedelta(milliseconds=value)
        if name == "decimal" and kind in ("bytes", "fixed"):
            to_bytes, scale = _atom(kind), schema.get("scale", 0)
            return glue.DecimalType(schema["precision"], scale), lambda value: decimal.Decimal(
                int.from_bytes(to_bytes(value), "big", signed=True)
            ).scaleb(-scale)
        return None


_CANDIDATES = {
    bool: ["boolean"],
    int: ["int", "long", "float", "double", "date", "timestamp"],
    float: ["double", "float"],
    str: ["string", "binary", "double", "float"],
    dict: ["struct", "map"],
    list: ["array", "binary"],
}
"""Type of a value in JSON -> Glue's types that it may be, the likeliest first."""


def _refers_to_itself(schema: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "refused", "name": schema["name"]}


def _atom(kind: str) -> Convert:
    if kind in ("float", "double"):
        return lambda value: None if value is None else float(value)
    if kind == "bytes":
        return lambda value: bytearray(value, "latin-1")
    if kind == "fixed":
        return lambda value: bytearray(byte & 0xFF for byte in value)
    return lambda value: value
