"""Parquet and ORC files: each with its own schema, which its footer tells."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from awsglue._formats.files import File, file_system, is_denied
from awsglue._formats.merging import stacked
from awsglue._formats.text import uri_last, uri_of, with_uri
from awsglue._frames.frame import Frame, exact_names, has_twins
from awsglue._frames.values import from_spark

_SPARK_SCHEMA = "org.apache.spark.sql.parquet.row.metadata"


def read_columnar(session: Any, files: Sequence[File], kind: str) -> Frame:
    """The rows of parquet or orc files, those of one schema read together; the last column is each file's `uri`.

    Raises:
        Exception: a file is of another format; "Unable to parse file: …" is Glue's text (real).
    """
    groups: dict[str, list[str]] = {}
    for file in files:
        groups.setdefault(_footer(session, file, kind), []).append(file.path)
    frames = []
    for paths in groups.values():
        with exact_names(session):
            data = session.read.format(kind).option("__globPaths__", "false").load(paths)
            schema = with_uri(from_spark(data.schema))
            data = data.select("*", uri_of(files))
            if has_twins(schema):
                data = data.localCheckpoint()  # Spark tells such names apart when it reads, not when it is told to
        frames.append(Frame.of(data, schema))
    return uri_last(stacked(frames))


def _footer(session: Any, file: File, kind: str) -> str:
    system, path = file_system(session, file.path)
    jvm = session._jvm
    try:
        if kind == "orc":
            reader = jvm.org.apache.orc.OrcFile.createReader(
                path, jvm.org.apache.orc.OrcFile.readerOptions(system.getConf())
            )
            return str(reader.getSchema().toString())
        parquet = jvm.org.apache.parquet.hadoop
        opened = parquet.ParquetFileReader.open(parquet.util.HadoopInputFile.fromPath(path, system.getConf()))
        try:
            found = opened.getFileMetaData()
            return f"{found.getSchema().toString()}{found.getKeyValueMetaData().get(_SPARK_SCHEMA)}"
        finally:
            opened.close()
    except Exception as error:
        if is_denied(error):
            raise
        raise Exception(f"Unable to parse file: {file.path}") from error  # noqa: TRY002 - what Glue raises
