"""How data are written: the properties of CREATE TABLE AS and UNLOAD, and those of a table that is inserted into.

User guide, "CREATE TABLE AS" and "UNLOAD". Formats and compressions that cannot be written here are refused by name.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.athena.errors import FailedQueryError, not_supported
from local_aws.athena.sql.write_statements import Value
from local_aws.athena.tables.relations import Table
from local_aws.athena.tables.settings import header_lines

_CODECS = {
    "PARQUET": {"NONE": "none", "UNCOMPRESSED": "none", "SNAPPY": "snappy", "GZIP": "gzip", "ZSTD": "zstd"},
    "ORC": {"NONE": "uncompressed", "SNAPPY": "snappy", "ZLIB": "zlib", "GZIP": "zlib", "LZ4": "lz4", "ZSTD": "zstd"},
    "TEXTFILE": {"NONE": "", "GZIP": "gzip", "ZSTD": "zstd"},
    "JSON": {"NONE": "", "GZIP": "gzip", "ZSTD": "zstd"},
}
_FORMATS_OF_TABLES = {"parquet": "PARQUET", "orc": "ORC", "json": "JSON", "csv": "TEXTFILE"}
_OF_TABLE = frozenset(
    "format external_location partitioned_by write_compression parquet_compression orc_compression compression_level "
    "field_delimiter bucketed_by bucket_count table_type is_external".split()
)
_OF_UNLOAD = frozenset("format compression compression_level partitioned_by field_delimiter".split())
_CONTROL_A = "\x01"


@dataclass(frozen=True)
class Shape:
    """How files are written.

    Attributes:
        format: PARQUET, ORC, TEXTFILE or JSON.
        compression: as the format's writer names it; `none`, `uncompressed` or "" for none.
        level: of ZSTD; None for its own choice.
        delimiter: between the fields of TEXTFILE.
        null: stands for NULL in TEXTFILE.
        codec: the compression as it was asked for.
    """

    format: str = "PARQUET"
    compression: str = "gzip"
    level: int | None = None
    delimiter: str = _CONTROL_A
    null: str = "\\N"
    codec: str = "GZIP"

    @property
    def suffix(self) -> str:
        """The ending of file names: texts say how they are compressed, other formats know it themselves."""
        return {"gzip": ".gz", "zstd": ".zst"}.get(self.compression, "") if self.format in ("TEXTFILE", "JSON") else ""


def shape_of_table(properties: Mapping[str, Value]) -> Shape:
    """The shape that CREATE TABLE AS asks for.

    Raises:
        FailedQueryError: INVALID_TABLE_PROPERTY.
        RefusedQueryError: what is not supported here.
    """
    kind = str(properties.get("table_type", "HIVE")).upper()
    if kind != "HIVE":  # which has properties of its own
        raise not_supported(f"a table of the type {kind}")
    _check_names(properties, _OF_TABLE)
    if str(properties.get("is_external", "true")).lower() != "true":
        raise not_supported("a table of the type HIVE with is_external = false")
    if "bucketed_by" in properties or "bucket_count" in properties:
        raise not_supported("a table with buckets (bucketed_by)")
    compression = next(
        (str(properties[name]) for name in _COMPRESSION_NAMES if name in properties),
        "GZIP",
    )
    return _shape(properties, compression)


_COMPRESSION_NAMES = ("write_compression", "parquet_compression", "orc_compression")


def shape_of_unload(properties: Mapping[str, Value]) -> Shape:
    """The shape that UNLOAD asks for; raises as `shape_of_table`."""
    _check_names(properties, _OF_UNLOAD)
    return _shape(properties, str(properties.get("compression", "GZIP")))


def partition_columns(properties: Mapping[str, Value]) -> tuple[str, ...]:
    """Names of `partitioned_by`, in lower case."""
    found = properties.get("partitioned_by", ())
    return tuple(name.lower() for name in ((found,) if isinstance(found, str) else found))


def shape_of_insert(table: Table) -> Shape:
    """The shape of new files in a table.

    Raises:
        FailedQueryError: a table with a header.
        RefusedQueryError: what is not supported here.
    """
    entry = table.entry
    parameters: Mapping[str, Any] = {key.lower(): value for key, value in (entry.get("Parameters") or {}).items()}
    if header_lines(parameters) > 0:
        raise FailedQueryError(
            "NOT_SUPPORTED: Inserting into Hive table with value of skip.header.line.count property greater than 0 is "
            "not supported"
        )
    serde = entry["StorageDescriptor"].get("SerdeInfo") or {}
    if "OpenCSVSerde" in (serde.get("SerializationLibrary") or ""):
        raise not_supported("INSERT INTO a table with OpenCSVSerDe")
    if table.format == "grok":
        raise not_supported("INSERT INTO a table with GrokSerDe")
    kind = _FORMATS_OF_TABLES[table.format]
    given: dict[str, Value] = {"format": kind}
    told = serde.get("Parameters") or {}
    delimiter = told.get("field.delim") or told.get("serialization.format") or _CONTROL_A
    given["field_delimiter"] = _CONTROL_A if delimiter == "1" else delimiter
    keys = ("write.compression", f"{table.format}.compression", f"{table.format}.compress", "compression")
    shape = _shape(given, str(next((parameters[key] for key in keys if parameters.get(key)), "GZIP")))
    null = told.get("serialization.null.format", "\\N")
    return Shape(shape.format, shape.compression, None, shape.delimiter, null, shape.codec)


def _shape(properties: Mapping[str, Value], compression: str) -> Shape:
    kind = str(properties.get("format", "PARQUET")).upper()
    if kind not in _CODECS:
        raise not_supported(f"writing the format {kind}")
    delimiter = str(properties.get("field_delimiter", _CONTROL_A))
    if len(delimiter) != 1:
        raise FailedQueryError("INVALID_TABLE_PROPERTY: field_delimiter must be a single character")
    codec = compression.upper()
    if codec not in _CODECS[kind]:
        raise not_supported(f"the compression {codec} of the format {kind}")
    level = properties.get("compression_level")
    return Shape(kind, _CODECS[kind][codec], _level(level, codec), delimiter, codec=codec)


def _level(level: Value | None, codec: str) -> int | None:
    if level is None:
        return None
    if codec != "ZSTD" or not (isinstance(level, str) and level.isdigit() and 1 <= int(level) <= 22):
        raise FailedQueryError("INVALID_TABLE_PROPERTY: compression_level must be from 1 to 22, and is for ZSTD only")
    return int(level)


def _check_names(properties: Mapping[str, Value], known: Collection[str]) -> None:
    for name in properties:
        if name not in known:
            raise FailedQueryError(
                f"INVALID_TABLE_PROPERTY: line 1:1: Catalog 'awsdatacatalog' table property '{name}' does not exist"
            )
