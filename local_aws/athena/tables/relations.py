"""Tables of the catalog as relations of the engine: pure functions of the catalog's entries and the files' names.

A partitioned table has the rows of the partitions that the catalog knows, as on Athena; the values of the partition
keys are the catalog's. Objects whose name, or a folder of whose name, starts with `_` or `.` are not data.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from local_aws.athena.errors import FailedQueryError, not_supported
from local_aws.athena.links import refuse_links
from local_aws.athena.sql import trino_types
from local_aws.athena.sql.hive_types import data_type, engine_type
from local_aws.athena.sql.quoting import name as _name
from local_aws.athena.sql.quoting import text as _text
from local_aws.athena.tables.catalog_types import columns_of, refuse_repeated
from local_aws.athena.tables.formats import format_of
from local_aws.athena.tables.json_files import lines as json_lines
from local_aws.athena.tables.json_files import plain_sql as json_plain
from local_aws.athena.tables.json_files.records import INPUT_FORMAT
from local_aws.athena.tables.json_files.serde import JsonSerde
from local_aws.athena.tables.regex_files import FUNCTION as REGEX_FUNCTION
from local_aws.athena.tables.regex_files import RegexSerde
from local_aws.athena.tables.text_serdes import OpenCsv, TextSerde, text_serde
from local_aws.athena.tables.text_values import parsed

_COMPRESSIONS = {".gz": "gzip", ".zst": "zstd"}
_VARCHAR = re.compile(r"varchar\s*\(\s*(\d+)\s*\)")
_NOT_READ = (".bz2", ".snappy", ".lz4", ".lzo", ".deflate", ".zip")
FILES = "athena_files"
"""What relations call the table of `told_of`."""
NO_PARTITION = "__HIVE_DEFAULT_PARTITION__"


@dataclass(frozen=True)
class Source:
    """One file of a table.

    Attributes:
        uri: of the object.
        path: of the file that holds its bytes, or of a link to it.
        size: bytes.
        values: of the partition keys, in their order.
        modified: when the object was written, in ISO 8601.
        types: columns that have another type in the file's partition than in the table, each with that type.
    """

    uri: str
    path: str
    size: int
    values: tuple[str, ...] = ()
    modified: str = "1970-01-01T00:00:00Z"
    types: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class Table:
    """What the engine has to know of a table.

    Attributes:
        entry: the catalog's Table.
        format: parquet, orc, avro, json, csv, grok or regex.
        columns: name -> Hive type, without the partition keys.
        keys: the partition keys, likewise.
    """

    entry: Mapping[str, Any]
    format: str
    columns: Mapping[str, str]
    keys: Mapping[str, str]

    @classmethod
    def of(cls, entry: Mapping[str, Any]) -> Table:
        """Read a catalog entry.

        Raises:
            RefusedQueryError: a format, a view, a type or a feature that is not supported here.
            FailedQueryError: a format that Athena does not read, or metadata that it does not take.
        """
        refuse_links(entry)
        storage = entry.get("StorageDescriptor") or {}
        if entry.get("TableType") == "VIRTUAL_VIEW":
            raise not_supported(f"the view {entry['Name']}")
        if not (storage.get("Location") or "").startswith(("s3://", "s3a://")):
            raise FailedQueryError(f"HIVE_INVALID_METADATA: the table {entry['Name']} has no location in S3")
        parts = storage.get("Columns") or [], entry.get("PartitionKeys") or []
        refuse_repeated(entry, [*parts[0], *parts[1]])
        columns, keys = (columns_of(entry, part) for part in parts)
        return cls(entry, format_of(entry), columns, keys)

    def relation(
        self,
        files: Sequence[Source],
        present: Mapping[str, str],
        hidden: Mapping[str, str],
        *,
        plain: bool = True,
        alike: bool = False,
    ) -> str:
        """A SELECT of the table's columns.

        Args:
            files: all of one format; their paths hold no letters that the engine takes for patterns.
            present: SQL of the columns that the files have, for Parquet, ORC and Avro; for JSON see `Spelling`.
            hidden: those of Athena's hidden columns that are wanted, with their Hive types.
            plain: whether the engine's own reader gives the fields of text files; else `athena_arrow` has their lines.
            alike: whether all files of Parquet have one schema: the engine then looks at the first one's only, where it
                would at all of them, and that twice.
        """
        if not files:
            named = {**self.columns, **self.keys, **hidden}
            nothing = (f"CAST(NULL AS {engine_type(kind)}) AS {_name(name)}" for name, kind in named.items())
            return f"SELECT {', '.join(nothing)} WHERE false"
        columns = [
            f"{_cut(self._value(place, column, kind, present, plain=plain), kind)} AS {_name(column)}"
            for place, (column, kind) in enumerate(self.columns.items())
        ]
        columns += [f"athena_keys.k{place} AS {_name(key)}" for place, key in enumerate(self.keys)]
        columns += [
            f"CAST(athena_keys.{_name(name)} AS {engine_type(kind)}) AS {_name(name)}" for name, kind in hidden.items()
        ]
        known = self.keys or hidden
        keys = f" JOIN {self._keys()} ON athena_rows.athena_file = athena_keys.path" if known else ""
        rows = self.rows(files, present, plain=plain, alike=alike)
        return f"FROM {rows} AS athena_rows{keys} SELECT {', '.join(columns)}"

    def rows(self, files: Sequence[Source], present: Mapping[str, str], *, plain: bool, alike: bool) -> str:
        """The engine's reader of the files, with the file's path as the column `athena_file`."""
        paths = paths_of(files)
        if self.format == "parquet":
            by_name = str(not alike).lower()
            return (
                f"read_parquet({paths}, union_by_name = {by_name}, hive_partitioning = false, filename = 'athena_file')"
            )
        if self.format == "json":
            if plain:
                return json_plain.reader(paths, self.columns, present)
            return f"(SELECT athena_file, {json_lines.FUNCTION}(line) AS fields FROM athena_arrow)"  # noqa: S608
        fields = f"{REGEX_FUNCTION}(line)" if self.format == "regex" else ""
        if self.format == "csv":
            text = self.text()
            if plain and isinstance(text, OpenCsv):
                return text.reader(paths, len(self.columns))
            fields = text.fields("line")
        return f"(SELECT athena_file, {fields} AS fields FROM athena_arrow)" if fields else "athena_arrow"  # noqa: S608

    def _value(self, place: int, column: str, kind: str, present: Mapping[str, str], *, plain: bool) -> str:
        if self.format == "csv":
            field = f"athena_rows.c{place}" if plain else f"athena_rows.fields[{place + 1}]"
            return self.text().value(field, kind, place)
        if self.format == "regex":
            return parsed(f"athena_rows.fields[{place + 1}]", kind, strict=False)
        if self.format == "grok":
            nulls = str(self.serde()[1].get("grok.nullOnParseError")).lower() == "true"
            return parsed(f"athena_rows.{_name(column)}", kind, strict=not nulls)
        if self.format == "json":
            return json_plain.value(self.json(), column, kind, present) if plain else json_lines.value(place)
        return present.get(column) or f"CAST(NULL AS {engine_type(kind)})"

    def by_place(self) -> bool:
        """Whether columns of ORC or Parquet are found by their place (user guide, "Handle schema updates")."""
        told = str(self.serde()[1].get(f"{self.format}.column.index.access", self.format == "orc"))
        return self.format in ("orc", "parquet") and told.lower() == "true"

    def serde(self) -> tuple[str, Mapping[str, str]]:
        """The SerDe's library and parameters."""
        serde = (self.entry["StorageDescriptor"].get("SerdeInfo")) or {}
        return serde.get("SerializationLibrary") or "", serde.get("Parameters") or {}

    def text(self) -> TextSerde:
        """The SerDe of text files.

        Raises:
            FailedQueryError, RefusedQueryError: a setting is wrong, or not supported here.
        """
        return text_serde(*self.serde(), self.entry.get("Parameters") or {})

    def json(self) -> JsonSerde:
        """The SerDe of files of JSON.

        Raises:
            FailedQueryError, RefusedQueryError: a setting is wrong, or not supported here.
        """
        found = JsonSerde(*self.serde(), self.entry.get("Parameters") or {})
        found.check()
        return found

    def _keys(self) -> str:
        """Each file's path, what hidden columns tell of it, and the values of its partition's keys, of `told_of`."""
        told = ["path", '"$path"', '"$file_size"', '"$file_modified_time"']
        typed = [f"{_key_value(place, key, kind)} AS k{place}" for place, (key, kind) in enumerate(self.keys.items())]
        return f"(SELECT {', '.join([*told, *typed])} FROM {FILES}) AS athena_keys"  # noqa: S608

    def has_records(self) -> bool:
        """Whether its JSON is in files of CloudTrail's."""
        return (self.entry["StorageDescriptor"].get("InputFormat") or "") == INPUT_FORMAT

    def regex(self) -> RegexSerde:
        """The SerDe of lines that a regular expression parts."""
        return RegexSerde(self.serde()[1], self.entry.get("Parameters") or {})


def paths_of(files: Sequence[Source]) -> str:
    """SQL of the list of the files' paths."""
    return "[" + ", ".join(_text(file.path) for file in files) + "]"


def told_of(files: Sequence[Source]) -> tuple[str, list[list[str | int | None]]]:
    """What is known of files beside their content, which relations know as `FILES`: a SELECT, and its parameters.

    Its columns are path, $path, $file_size, $file_modified_time, and t0, t1, … with the values of the partition keys.
    Values in the text would be parsed and bound with each query that has them in it.
    """
    columns: dict[str, list[str | int | None]] = {
        "path": [file.path for file in files],
        "$path": [file.uri for file in files],
        "$file_size": [file.size for file in files],
        "$file_modified_time": [file.modified for file in files],
    }
    for place, values in enumerate(zip(*(file.values for file in files), strict=True)):
        columns[f"t{place}"] = [None if one == NO_PARTITION else one for one in values]
    types = {name: "BIGINT[]" if name == "$file_size" else "VARCHAR[]" for name in columns}
    parts = (f"unnest(CAST(? AS {kind})) AS {_name(name)}" for name, kind in types.items())
    return f"SELECT {', '.join(parts)}", list(columns.values())


def _key_value(place: int, key: str, kind: str) -> str:
    """SQL of a partition key's value; the text for one that is none of its type is Trino's (unverified on Athena)."""
    value, cast = f"t{place}", f"CAST(t{place} AS {engine_type(kind)})"
    before = _text("HIVE_INVALID_PARTITION_VALUE: Invalid partition value '")
    behind = _text(f"' for {trino_types.name(data_type(kind)).upper()} partition key: {key}")
    wrong = f"error({before} || {value} || {behind})"
    return f"CASE WHEN {value} IS NOT NULL AND TRY_{cast} IS NULL THEN {wrong} ELSE {cast} END"


def _cut(value: str, kind: str) -> str:
    """A text is cut to its type's length when it is read (user guide, "Considerations for data types")."""
    length = _VARCHAR.fullmatch(kind.lower())
    return f"left({value}, {length[1]})" if length else value


def is_data(relative_key: str) -> bool:
    """Whether an object below a table's location is data."""
    parts = relative_key.split("/")
    return bool(parts[-1]) and not any(part.startswith(("_", ".")) for part in parts)


def suffix_of(key: str) -> str:
    """The ending that tells the engine how a file is compressed; "" for one that is not.

    Raises:
        RefusedQueryError: a compression that is not supported here.
    """
    ending = PurePosixPath(key).suffix.lower()
    if ending in _NOT_READ and not key.lower().endswith(f"{ending}.parquet"):
        raise not_supported(f"the compression {ending} of {key}")
    return ending if ending in _COMPRESSIONS else ""
