"""Files in a format as a Frame, with the values of their partitions as further fields."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from awsglue import gluetypes as glue
from awsglue._formats.avro import read_avro
from awsglue._formats.columnar import read_columnar
from awsglue._formats.csv import Layout, read_csv
from awsglue._formats.files import File
from awsglue._formats.json import read_json
from awsglue._formats.lines import read_lines
from awsglue._formats.options import Options
from awsglue._formats.records import ion_records, read_records, xml_parser
from awsglue._frames.frame import Frame

_FORMATS = "csv, json, parquet, glueparquet, orc, avro, xml, ion, grokLog"


def read_files(session: Any, files: Sequence[File], kind: str, options: Options, layout: Layout | None = None) -> Frame:
    """The records of files; the last field is the `uri` of each record's file.

    Args:
        session: the Spark session.
        files: at least one.
        kind: Glue's name of the format.
        options: the format options.
        layout: of CSV files, where a catalog says it.

    Raises:
        NotImplementedError: an option that is not supported here.
        ValueError: no format of Glue, or a grok pattern that is none.
    """
    if kind == "csv":
        return read_csv(session, files, layout or Layout.of(options))
    if kind == "json":
        return read_json(session, files, options)
    if kind in ("parquet", "glueparquet", "orc"):
        return read_columnar(session, files, kind.removeprefix("glue"))
    if kind == "avro":
        return read_avro(session, files, options)
    if kind in ("xml", "ion"):
        return read_records(session, files, xml_parser(options) if kind == "xml" else ion_records)
    if kind == "grokLog":
        return read_lines(session, files, options)
    raise ValueError(f"format must be one of {_FORMATS}, not {kind!r}")


def empty_frame(session: Any) -> Frame:
    """A frame without records and fields: what Glue gives for a path without objects."""
    return Frame.of(session.createDataFrame([], "struct<>"), glue.StructType())


def with_partitions(
    session: Any, frame: Frame, keys: Sequence[tuple[str, glue.DataType]], values: Mapping[str, Sequence[str | None]]
) -> Frame:
    """The frame without its last field, the `uri`, and with a field for each partition key.

    Args:
        session: the Spark session.
        frame: as `read_files` gave it.
        keys: name and type of each key; a field of the data of that name gives way.
        values: uri of each folder -> the keys' values as texts.
    """
    from awsglue._frames.values import to_spark
    from pyspark.sql import functions

    *data, (_, uri) = frame.all_columns()
    if not keys:
        return frame.select(data)
    names = [f"key{place}" for place in range(len(keys))]
    schema = ", ".join(f"{name} string" for name in ["folder", *names])
    known = session.createDataFrame([(folder, *found) for folder, found in values.items()], schema)
    folder = functions.regexp_extract(uri, "^(.*)/[^/]*$", 1)
    joined = frame.data.join(functions.broadcast(known), folder == functions.col("folder"), "left")
    own = {name.lower() for name, _ in keys}
    columns = [pair for pair in data if pair[0].name.lower() not in own]
    for name, (key, kind) in zip(names, keys, strict=True):
        columns.append((glue.Field(key, kind), functions.col(name).cast(to_spark(kind))))
    return Frame(joined, frame.schema).select(columns)
