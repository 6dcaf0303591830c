"""Writing files as Glue names them, beside what is there."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

from awsglue import gluetypes as glue
from awsglue._formats.avro_writing import AvroWriter
from awsglue._formats.files import S3
from awsglue._formats.options import Options
from awsglue._formats.placing import Written, clear, emptiness, move
from awsglue._frames.frame import Frame, exact_names
from awsglue._frames.values import decoder, has_choice

_CODECS = {"gzip": "gzip", "bzip2": "bzip2", "bzip": "bzip2", "lz4": "lz4", "snappy": "snappy", "deflate": "deflate"}
_TEXT_EXTENSIONS = {"gzip": ".gz", "bzip2": ".bz2", "lz4": ".lz4", "snappy": ".snappy", "deflate": ".deflate"}
_COLUMNAR = {"snappy", "gzip", "lzo", "lz4", "zstd", "zlib"}
_KNOWN = {
    **dict.fromkeys(("parquet", "glueparquet", "orc"), _COLUMNAR),
    "avro": {"snappy", "deflate", "bzip2", "xz"},
}
"""Format -> its own compressions; those of others are of whole files."""
_REFUSED = {
    "xml": "Glue writes no XML either",
    "ion": "no writer of Amazon Ion is there; write JSON or parquet",
    "grokLog": "it is a format for reading",
    "hudi": "write a DataFrame with the table format's own data source",
    "iceberg": "write a DataFrame with the table format's own data source",
    "delta": "write a DataFrame with the table format's own data source",
}


def write_files(frame: Frame, path: str, kind: str, options: Options, format_options: Options) -> Written:
    """Write the rows below a path; no rows, no file.

    Args:
        frame: the rows.
        path: folder.
        kind: Glue's name of the format.
        options: of the connection: `partitionKeys`, `compression`.
        format_options: of the format.

    Raises:
        NotImplementedError: a format or compression that is not supported here.
        ValueError: a partition key is no field.
    """
    if frame.found_nothing():
        return Written({}, 0)
    keys = options.texts("partitionKeys")
    places = [_place(frame, key) for key in keys]
    body = Frame.select(frame, [pair for place, pair in enumerate(frame.all_columns()) if place not in places])
    save = _rendered(frame, body, places, kind, options, format_options)
    staging = f"{path.rstrip('/')}/_temporary/{uuid.uuid4().hex}"
    session = frame.data.sparkSession
    try:
        with exact_names(session):
            save(staging)
            is_empty = emptiness(session, kind, format_options)
            return move(session, staging, path, _name_of(kind, options, format_options), len(keys), is_empty)
    finally:
        clear(session, staging)
        S3.carry()


def _place(frame: Frame, key: str) -> int:
    found = frame.find(key)
    if found is None or len(found.names) != 1:
        names = ", ".join(field.name for field in frame.schema.fields)
        raise ValueError(f"partition key {key} is none of the fields {names}")
    return found.index


def _rendered(
    frame: Frame, body: Frame, places: Sequence[int], kind: str, options: Options, format_options: Options
) -> Callable[[str], None]:
    """A function that writes the rows below a folder in a format; the partition keys are the columns at `places`."""
    compression = _compression(kind, options, format_options)
    keys = [frame.column(place).cast("string").alias(frame.schema.fields[place].name) for place in places]
    names = [field.name for field in body.schema.fields]
    columns = [frame.column(place).alias(name) for place, name in zip(_others(frame, places), names, strict=True)]
    if kind == "json":
        data, settings, spark_format = json_lines(frame, places, keys), {}, "text"
    elif kind == "csv":
        data, settings, spark_format = (
            frame.data.select(*_texts(frame, places), *keys),
            _csv(format_options, alone=len(names) == 1),
            "csv",
        )
    elif kind == "avro":
        return _avro(frame, body, places, keys, compression or "none", format_options).save
    elif kind in ("parquet", "glueparquet", "orc"):
        data, settings, spark_format = frame.data.select(*columns, *keys), {}, kind.removeprefix("glue")
    elif kind in _REFUSED:
        raise NotImplementedError(f"format {kind} cannot be written here: {_REFUSED[kind]}")
    else:
        raise ValueError(f"format must be one of avro, csv, json, parquet, glueparquet, orc to write, not {kind!r}")
    writer = data.write.format(spark_format).options(**settings)
    if compression:
        writer = writer.option("compression", compression)
    key_names = [frame.schema.fields[place].name for place in places]
    writer = writer.partitionBy(*key_names) if key_names else writer
    return lambda folder: writer.mode("overwrite").save(folder)


def _avro(
    frame: Frame, body: Frame, places: Sequence[int], keys: Sequence[Any], codec: str, options: Options
) -> AvroWriter:
    names = [frame.schema.fields[place].name for place in places]
    logical = str(options.get("version", "1.7")) == "1.8"
    data = frame.data.select(*(frame.column(place) for place in _others(frame, places)), *keys)
    return AvroWriter(data, body.schema, names, "null" if codec == "none" else codec, logical)


def _others(frame: Frame, places: Sequence[int]) -> list[int]:
    return [place for place in range(len(frame.schema.fields)) if place not in places]


def json_lines(frame: Frame, places: Sequence[int] = (), keys: Sequence[Any] = ()) -> Any:
    """Each row as one line; nulls are left out, a name may come twice, a choice is its value.

    Args:
        frame: the rows.
        places: of fields that are left out.
        keys: columns beside the line.
    """
    from pyspark.sql import functions

    others = _others(frame, places)
    schema = glue.StructType(frame.schema.fields[place] for place in others)
    whole = functions.struct(*(frame.column(place).alias(frame.schema.fields[place].name) for place in others))
    if not others:
        line = functions.lit("{}")
    elif has_choice(schema):
        line = functions.udf(_json_writer(schema), "string")(whole)
    else:
        line = functions.to_json(whole)
    return frame.data.select(line.alias("value of the line"), *keys)


def _json_writer(schema: glue.StructType) -> Any:
    """A function that writes a row as Spark's to_json does, but a choice as its value."""
    import json

    def text(value: Any) -> str:
        return json.dumps(value, default=_as_spark_writes, separators=(",", ":"), ensure_ascii=False)

    pairs = [(field.name, decoder(field.dataType)) for field in schema.fields]

    def line(row: Any) -> str:
        found = ((name, decode(value)) for (name, decode), value in zip(pairs, row, strict=True))
        return "{" + ",".join(f"{text(name)}:{text(_bare(value))}" for name, value in found if value is not None) + "}"

    return line


def _as_spark_writes(value: Any) -> Any:
    """What json cannot write, as Spark's to_json writes it in UTC; of a decimal, the digits that a double holds."""
    import base64
    import datetime
    import decimal

    if isinstance(value, datetime.datetime):
        return f"{value.isoformat(timespec='milliseconds')}Z"
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, decimal.Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    return base64.b64encode(value).decode("ascii")


def _bare(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _bare(item) for name, item in value.items() if item is not None}
    if isinstance(value, list):
        return [_bare(item) for item in value]
    return value


def _texts(frame: Frame, places: Sequence[int]) -> list[Any]:
    """The columns of a CSV file: nested values as JSON, which Spark's writer cannot write (assumed of Glue)."""
    from pyspark.sql import functions

    columns = []
    for place in _others(frame, places):
        field, column = frame.schema.fields[place], frame.column(place)
        if isinstance(field.dataType, glue.ChoiceType):
            column = functions.coalesce(
                *(_text(one, column.getField(one.typeName())) for one in field.dataType.types())
            )
        else:
            column = _text(field.dataType, column)
        columns.append(column.alias(field.name))
    return columns


def _text(kind: glue.DataType, column: Any) -> Any:
    from pyspark.sql import functions

    if isinstance(kind, glue.StructType | glue.ArrayType | glue.SetType | glue.MapType):
        return functions.to_json(column)
    return column.cast("string") if isinstance(kind, glue.BinaryType | glue.NullType) else column


def _csv(options: Options, *, alone: bool) -> dict[str, Any]:
    """Spark's settings; it leaves out empty lines, so that the empty text of a field that is `alone` is quoted."""
    quote = options.get("quoteChar", '"')
    return {
        "header": options.flag("writeHeader", default=True),
        "sep": options.get("separator", ","),
        "quote": "\0" if str(quote) == "-1" else quote,
        "escape": "\0" if str(quote) == "-1" else quote,
        **dict.fromkeys(("emptyValue", "nullValue"), '""' if alone and str(quote) != "-1" else ""),
        "ignoreLeadingWhiteSpace": "false",
        "ignoreTrailingWhiteSpace": "false",
    }


def _compression(kind: str, options: Options, format_options: Options) -> str | None:
    given = options.get("compression") or options.get("compressionType") or format_options.get("compression")
    if given is None:
        return "snappy" if kind in ("parquet", "glueparquet", "orc") else None
    if given in ("none", "uncompressed"):
        return "none"
    known = _KNOWN.get(kind) or set(_CODECS)
    if given not in known:
        raise NotImplementedError(
            f"compression {given} of {kind} is not supported here: use {', '.join(sorted(known))}"
        )
    return _CODECS.get(given, given)


def _name_of(kind: str, options: Options, format_options: Options) -> str:
    """What files are called, with `{}` for the number of the part (the names of glueparquet and text are real)."""
    codec = _compression(kind, options, format_options)
    millis = int(time.time() * 1000)
    if kind == "glueparquet" or (kind == "parquet" and format_options.flag("useGlueParquetWriter")):
        return f"run-{millis}-part-block-0-0-r-{{}}-{codec}.parquet"
    if kind in ("parquet", "orc"):
        return f"run-{millis}-part-r-{{}}.{codec + '.' if codec != 'none' else ''}{kind}"
    return f"run-{millis}-part-r-{{}}{_TEXT_EXTENSIONS.get(codec or '', '')}"
