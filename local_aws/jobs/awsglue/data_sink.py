"""A sink: what GlueContext.getSink gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from awsglue import _dynamodb, _jdbc
from awsglue._options import Options
from awsglue._writing import write_files

_FILE_TYPES = ("s3", "file")
_FORMAT_TYPES = ("parquet", "orc", "csv", "json")


class DataSink:
    """Where frames are written to.

    Args:
        glue_context: the GlueContext.
        connection_type: kind of the connection.
        format: of files; setFormat says it too.
        transformation_ctx: of the sink.
        options: of the connection: `path`, `partitionKeys`, `compression` and the like.
    """

    def __init__(
        self,
        glue_context: Any,
        connection_type: str,
        format: str | None = None,
        transformation_ctx: str = "",
        options: Mapping[str, Any] | None = None,
    ) -> None:
        self._glue_context, self._connection_type = glue_context, connection_type
        self._format, self._format_options = format, Options()
        self._options = Options(options)

    def setFormat(self, format: str | None, **options: Any) -> None:
        """Say in which format files are written."""
        self._format, self._format_options = format or self._format, Options(options)

    def setAccumulableSize(self, size: int) -> None:
        """Nothing is accumulated here; scripts may call it."""
        del size

    def write(self, dynamic_frame_or_dfc: Any, info: str = "") -> Any:
        """Write a frame, or each of a collection below a path of its own name."""
        frames = getattr(dynamic_frame_or_dfc, "items", None)
        if frames is None:
            return self.writeFrame(dynamic_frame_or_dfc, info)
        for name, frame in frames():
            self._write(frame._frame, name)
        return dynamic_frame_or_dfc

    def writeFrame(self, dynamic_frame: Any, info: str = "") -> Any:
        """Write a frame."""
        self._write(dynamic_frame._frame, "")
        return dynamic_frame

    def writeDataFrame(self, data_frame: Any, glue_context: Any, info: str = "") -> Any:
        """Write a DataFrame."""
        from awsglue.dynamicframe import DynamicFrame

        return self.writeFrame(DynamicFrame.fromDF(data_frame, glue_context, "frame"), info)

    def _write(self, frame: Any, name: str) -> None:
        kind = self._connection_type
        if kind == "dynamodb":
            _dynamodb.write(frame, self._options)
        elif kind in _jdbc.VENDORS:
            _jdbc.write(frame, kind, self._options, name)
        elif kind in (*_FILE_TYPES, *_FORMAT_TYPES):
            format = self._format or (kind if kind in _FORMAT_TYPES else None)
            path = self._options.get("path")
            if not path:
                raise ValueError(f"connection_options of {kind} need a path to write to")
            if not format:
                raise ValueError(f"a format is needed to write to {path}")
            place = f"{path.rstrip('/')}/{name}" if name else path
            write_files(frame, place, format, self._options, self._format_options)
        else:
            from awsglue._sources import refuse

            refuse(kind)
