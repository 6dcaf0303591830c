"""Files that the engine does not read itself - ORC, Avro, and text by grok - as Arrow tables."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from local_aws.athena.errors import FailedQueryError, not_supported
from local_aws.athena.tables.file_types.matrix import Columns
from local_aws.athena.tables.file_types.shapes import of_arrow
from local_aws.athena.tables.grok_files import grok_rows
from local_aws.athena.tables.relations import Source, Table

ARROW_FORMATS = ("orc", "avro", "grok")

Convert = Callable[[Any], Any]


def arrow_table(table: Table, files: Sequence[Source]) -> tuple[Any, Columns | None]:
    """All files as one pyarrow.Table, `athena_file` with the path of each row's file, and how its columns are read.

    It has the columns of the table that some file has, by the table's names, but for those of a type that is none of
    the table's. Nothing is told of how those of grok are read.

    Args:
        table: of orc, avro or grok.
        files: at least one.

    Raises:
        FailedQueryError: a file cannot be read; the text is unverified but for its code.
        RefusedQueryError: what a file lacks has a default, or a setting is not supported here.
    """
    import pyarrow as pa

    read = {"orc": _orc, "avro": _avro}.get(table.format) or grok_rows(table)
    columns = None if table.format == "grok" else Columns(table.format, table.columns, by_place=table.by_place())
    parts = []
    defaults = _defaults(table) if table.format == "avro" else {}
    for file in files:
        try:
            part = read(file.path)
            missing = defaults.keys() - {name.lower() for name in part.schema.names}
            if missing:
                raise not_supported(f"the default of the column {min(missing)} in avro.schema.literal")
            if columns is not None:
                columns.add(of_arrow(part.schema, table.format), file.uri, file.size, dict(file.types))
                part = _named(part, columns)
        except (pa.ArrowException, ValueError, EOFError, KeyError) as error:
            raise FailedQueryError(f"HIVE_BAD_DATA: {file.uri}: {error}") from error
        parts.append(part.append_column("athena_file", pa.array([file.path] * part.num_rows, pa.string())))
    wrong = set(columns.wrong) if columns else set()
    parts = [part.drop_columns([name for name in part.schema.names if name in wrong]) for part in parts]
    return pa.concat_tables(parts, promote_options="permissive"), columns


def arrow_schema(record: Mapping[str, Any]) -> Any:
    """The pyarrow.Schema of files of an Avro schema, which is a record as fastavro parses it.

    Raises:
        ValueError: a type that Arrow has not.
    """
    import pyarrow as pa

    return pa.schema([(name, kind) for name, (kind, _convert) in _Types().fields(record).items()])


def _named(part: Any, columns: Columns) -> Any:
    """A file's columns that are the table's, by the table's names."""
    if columns.by_place:
        names = list(columns.kinds)[: part.num_columns]
        return part.select(range(len(names))).rename_columns(names)
    lower = {name.lower(): place for place, name in enumerate(part.schema.names)}
    names = [name for name in columns.kinds if name in lower]
    return part.select([lower[name] for name in names]).rename_columns(names)


def _defaults(table: Table) -> dict[str, Any]:
    """Values that the table's own schema has for columns that a file lacks; NULLs are left out.

    Raises:
        FailedQueryError: avro.schema.literal is none.
        RefusedQueryError: the schema is elsewhere.
    """
    told = {**(table.entry.get("Parameters") or {}), **table.serde()[1]}
    if told.get("avro.schema.url"):
        raise not_supported("avro.schema.url")
    if not told.get("avro.schema.literal"):
        return {}
    try:
        fields = json.loads(told["avro.schema.literal"])["fields"]
        return {field["name"].lower(): field["default"] for field in fields if field.get("default") is not None}
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise FailedQueryError("HIVE_INVALID_METADATA: avro.schema.literal is no schema of a record") from error


def _orc(path: str) -> Any:
    from pyarrow import orc

    return orc.ORCFile(path).read()


def _avro(path: str) -> Any:
    import fastavro
    import pyarrow as pa

    with open(path, "rb") as content:  # noqa: PTH123 - a path of the engine's
        reader = fastavro.reader(content)
        schema = reader.writer_schema
        assert isinstance(schema, dict)  # noqa: S101 - fastavro parses it
        types = _Types().fields(schema)
        records: list[Any] = list(reader)
    columns = {
        name: pa.array([convert(record[name]) for record in records], kind) for name, (kind, convert) in types.items()
    }
    return pa.table(columns)


class _Types:
    """Avro's types as Arrow's, each with the function that makes fastavro's values Arrow's."""

    def __init__(self) -> None:
        self._named: dict[str, tuple[Any, Convert]] = {}

    def fields(self, record: Mapping[str, Any]) -> dict[str, tuple[Any, Convert]]:
        """The fields of a record.

        Raises:
            ValueError: a type that Arrow has not.
        """
        return {field["name"]: self._of(field["type"]) for field in record["fields"]}

    def _of(self, schema: Any) -> tuple[Any, Convert]:
        import pyarrow as pa

        if isinstance(schema, list):
            branches = [one for one in schema if one != "null"]
            if len(branches) > 1:
                raise ValueError(f"a union of {len(branches)} types is not supported")
            return _optional(*self._of(branches[0])) if branches else (pa.null(), _same)
        if isinstance(schema, str):
            return self._named.get(schema) or (_atom(schema), _same)
        found = self._complex(schema)
        if "name" in schema:
            self._named[schema["name"]] = found
        return found

    def _complex(self, schema: Mapping[str, Any]) -> tuple[Any, Convert]:
        import pyarrow as pa

        kind = schema["type"]
        if kind == "record":
            parts = self.fields(schema)
            struct = pa.struct([(name, inner) for name, (inner, _) in parts.items()])
            return struct, lambda value: {name: convert(value[name]) for name, (_, convert) in parts.items()}
        if kind == "array":
            inner, each = self._of(schema["items"])
            return pa.list_(inner), lambda value: [each(item) for item in value]
        if kind == "map":
            inner, each = self._of(schema["values"])
            return pa.map_(pa.string(), inner), lambda value: [(name, each(item)) for name, item in value.items()]
        return _logical(schema) or _atom("string" if kind == "enum" else "bytes" if kind == "fixed" else kind), _same


def _logical(schema: Mapping[str, Any]) -> Any:
    import pyarrow as pa

    name = schema.get("logicalType")
    if name == "decimal":
        return pa.decimal128(schema["precision"], schema.get("scale", 0))
    moments = {"timestamp-millis": "ms", "timestamp-micros": "us"}
    return pa.date32() if name == "date" else pa.timestamp(moments[name], "UTC") if name in moments else None


def _atom(name: str) -> Any:
    import pyarrow as pa

    known = {
        "boolean": pa.bool_(),
        "bytes": pa.binary(),
        "double": pa.float64(),
        "float": pa.float32(),
        "int": pa.int32(),
        "long": pa.int64(),
        "null": pa.null(),
        "string": pa.string(),
    }
    if name not in known:
        raise ValueError(f"the type {name} refers to itself")
    return known[name]


def _optional(kind: Any, convert: Convert) -> tuple[Any, Convert]:
    return kind, lambda value: None if value is None else convert(value)


def _same(value: Any) -> Any:
    return value
