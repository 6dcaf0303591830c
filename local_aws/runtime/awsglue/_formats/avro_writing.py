"""Writing Avro: Spark ships no writer of it for Python, so each partition writes its own files with fastavro."""

from __future__ import annotations

import datetime
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from awsglue import gluetypes as glue
from awsglue._formats.files import file_system

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TOP = "topLevelRecord"
_ATOMS = {
    "binary": "bytes",
    "boolean": "boolean",
    "byte": "int",
    "double": "double",
    "float": "float",
    "int": "int",
    "long": "long",
    "short": "int",
    "string": "string",
}
_EPOCH = datetime.date(1970, 1, 1)

Schema = Any
Convert = Callable[[Any], Any]


@dataclass(frozen=True)
class AvroWriter:
    """Writes the rows of a DataFrame below a folder, as a DataFrameWriter does.

    Attributes:
        data: the DataFrame: first the columns of the records, then those of the partition keys, as texts.
        struct: the type of the records.
        keys: names of the partition keys.
        codec: null, deflate, snappy, bzip2 or xz.
        logical: whether dates, moments and decimals are written as logical types (format option `version` 1.8); else
            they are texts (that AWS writes so is not verified).
    """

    data: Any
    struct: glue.StructType
    keys: Sequence[str]
    codec: str
    logical: bool

    def save(self, folder: str) -> None:
        """Write a file a partition and values of the keys, called `part-<number>-…`; none where there are no rows.

        Raises:
            ValueError: a field's name is none in Avro.
        """
        schema, convert = _Types(logical=self.logical).of(self.struct, _TOP)
        system, path = file_system(self.data.sparkSession, folder)
        system.mkdirs(path)
        scratch = Path(tempfile.mkdtemp(prefix="avro-"))
        try:
            write = _partition_writer(scratch, schema, convert, len(self.struct.fields), self.codec)
            for name, values in self.data.rdd.mapPartitionsWithIndex(write).collect():
                self._place(scratch / name, folder, values)
        finally:
            shutil.rmtree(scratch, ignore_errors=True)

    def _place(self, file: Path, folder: str, values: Sequence[str | None]) -> None:
        session = self.data.sparkSession
        paths = session._jvm.org.apache.spark.sql.catalyst.catalog.ExternalCatalogUtils
        parts = [paths.getPartitionPathString(key, value) for key, value in zip(self.keys, values, strict=True)]
        path = session._jvm.org.apache.hadoop.fs.Path
        system, target = file_system(session, "/".join([folder, *parts]))
        system.mkdirs(target)
        system.moveFromLocalFile(path(file.as_uri()), path(target, file.name))


def _partition_writer(
    scratch: Path, schema: Schema, convert: Convert, width: int, codec: str
) -> Callable[[int, Iterable[Any]], Iterator[tuple[str, tuple[str | None, ...]]]]:
    def write(number: int, rows: Iterable[Any]) -> Iterator[tuple[str, tuple[str | None, ...]]]:
        from fastavro.write import Writer

        writers: dict[tuple[str | None, ...], tuple[str, Any, Any]] = {}
        try:
            for row in rows:
                values = tuple(row[width:])
                if values not in writers:
                    name = f"part-{number:05}-{len(writers)}"
                    file = (scratch / name).open("wb")
                    writers[values] = name, Writer(file, schema, codec), file
                writers[values][1].write(convert(row[:width]))
            for values, (name, writer, _) in writers.items():
                writer.flush()
                yield name, values
        finally:
            for _, _, file in writers.values():
                file.close()

    return write


class _Types:
    """Glue's types as Avro's, each with the function that makes a value of a Spark row one of fastavro."""

    def __init__(self, *, logical: bool) -> None:
        self._logical = logical
        self._records: set[str] = set()

    def of(self, kind: glue.DataType, name: str) -> tuple[Schema, Convert]:
        """The schema of a type; a record in it is called `name`, and those in that `name_field`.

        Raises:
            ValueError: a field's name is none in Avro, or is there twice.
        """
        if isinstance(kind, glue.StructType):
            return self._record(kind, name)
        if isinstance(kind, glue.ChoiceType):
            return self._union(kind, name)
        if isinstance(kind, glue.ArrayType | glue.SetType):
            items, each = self._nullable(kind.elementType, name)
            return {"type": "array", "items": items}, lambda value: [each(item) for item in value]
        if isinstance(kind, glue.MapType):
            values, of_value = self._nullable(kind.valueType, name)
            return {"type": "map", "values": values}, lambda value: {key: of_value(one) for key, one in value.items()}
        if kind.typeName() in _ATOMS:
            plain = bytes if isinstance(kind, glue.BinaryType) else _same
            return _ATOMS[kind.typeName()], plain
        return self._timed(kind) if self._logical else ("string", str)

    def _timed(self, kind: glue.DataType) -> tuple[Schema, Convert]:
        if isinstance(kind, glue.DateType):
            return {"type": "int", "logicalType": "date"}, lambda value: (value - _EPOCH).days
        if isinstance(kind, glue.TimestampType):
            return {"type": "long", "logicalType": "timestamp-millis"}, lambda value: round(value.timestamp() * 1000)
        if isinstance(kind, glue.DecimalType):
            digits = {"precision": kind.precision, "scale": kind.scale}
            return {"type": "bytes", "logicalType": "decimal", **digits}, _same
        return "string", str

    def _nullable(self, kind: glue.DataType, name: str) -> tuple[Schema, Convert]:
        if isinstance(kind, glue.NullType):
            return "null", _same
        schema, convert = self.of(kind, name)
        branches = schema if isinstance(schema, list) else [schema]
        return ["null", *branches], lambda value: None if value is None else convert(value)

    def _record(self, kind: glue.StructType, name: str) -> tuple[Schema, Convert]:
        names = [field.name for field in kind.fields]
        for one in names:
            if not _NAME.fullmatch(one) or names.count(one) > 1:
                problem = "is there twice" if _NAME.fullmatch(one) else "is no name in Avro (letters, digits and _)"
                raise ValueError(f"the field {one!r} {problem}: rename it before it is written")
        while name in self._records:
            name += "_"
        self._records.add(name)
        parts = [(field.name, *self._nullable(field.dataType, f"{name}_{field.name}")) for field in kind.fields]
        fields = [{"name": one, "type": schema} for one, schema, _ in parts]
        converts = [(one, convert) for one, _, convert in parts]

        def convert_record(value: Any) -> dict[str, Any]:
            return {one: convert(item) for (one, convert), item in zip(converts, value, strict=True)}

        return {"type": "record", "name": name, "fields": fields}, convert_record

    def _union(self, kind: glue.ChoiceType, name: str) -> tuple[Schema, Convert]:
        branches = [
            self.of(one, f"{name}_{one.typeName()}") for one in kind.types() if not isinstance(one, glue.NullType)
        ]
        told = [_told(schema, convert) for schema, convert in branches]
        schemas = [
            schema for place, (schema, _) in enumerate(branches) if schema not in [s for s, _ in branches[:place]]
        ]

        def convert_choice(value: Any) -> Any:
            values = [item for item, one in zip(value, kind.types(), strict=True) if not isinstance(one, glue.NullType)]
            return next((convert(item) for convert, item in zip(told, values, strict=True) if item is not None), None)

        return schemas, convert_choice


def _told(schema: Schema, convert: Convert) -> Convert:
    """A function whose values say which branch of a union they are of, where fastavro takes that."""
    name = schema if isinstance(schema, str) else schema.get("name")
    return convert if name is None else lambda value: (name, convert(value))


def _same(value: Any) -> Any:
    return value
