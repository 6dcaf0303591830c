"""The text of files as a DataFrame of (text, uri of the file)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from awsglue import gluetypes as glue
from awsglue._formats.files import File
from awsglue._frames.frame import Frame

URI = "uri of the file"


def uri_of(files: Sequence[File]) -> Any:
    """The column of the `uri` of each record's file, which tells its folder: of files of one folder, any of them.

    Spark makes a struct of all that it knows of a file for each record as soon as one part of it is asked for.
    """
    from pyspark.sql import functions

    if len({file.folder for file in files}) == 1:
        return functions.lit(files[0].uri).alias("file_path")
    return functions.col("_metadata.file_path")


def texts(session: Any, files: Sequence[File], *, whole: bool = False) -> Any:
    """Each line, or each file where `whole`; compressed files are known by their names."""
    reader = session.read.option("__globPaths__", "false").option("wholetext", str(whole).lower())
    return reader.format("text").load([file.path for file in files])


def lines(session: Any, files: Sequence[File], *, whole: bool = False) -> Any:
    """As `texts`, with the `uri` of each one's file."""
    return texts(session, files, whole=whole).select("value", "_metadata.file_path")


def with_uri(schema: glue.StructType) -> glue.StructType:
    """The schema with a last field for the `uri` of each record's file."""
    return glue.StructType([*schema.fields, glue.Field(URI, glue.StringType())], schema.properties)


def uri_last(frame: Frame) -> Frame:
    """The frame with its field for the `uri` at the end."""
    return frame.select(sorted(frame.all_columns(), key=lambda pair: pair[0].name == URI))
