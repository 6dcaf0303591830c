"""The text of files as a DataFrame of (text, uri of the file)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from awsglue import gluetypes as glue
from awsglue._formats.files import File
from awsglue._frames.frame import Frame

URI = "uri of the file"


def lines(session: Any, files: Sequence[File], *, whole: bool = False) -> Any:
    """Each line, or each file where `whole`, with the file's `uri`; compressed files are known by their names."""
    reader = session.read.option("__globPaths__", "false").option("wholetext", str(whole).lower())
    return reader.format("text").load([file.path for file in files]).select("value", "_metadata.file_path")


def with_uri(schema: glue.StructType) -> glue.StructType:
    """The schema with a last field for the `uri` of each record's file."""
    return glue.StructType([*schema.fields, glue.Field(URI, glue.StringType())], schema.properties)


def uri_last(frame: Frame) -> Frame:
    """The frame with its field for the `uri` at the end."""
    return frame.select(sorted(frame.all_columns(), key=lambda pair: pair[0].name == URI))
