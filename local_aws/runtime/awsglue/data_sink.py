"""A sink: what GlueContext.getSink gives."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from awsglue._formats.options import Options
from awsglue._formats.writing import write_files
from awsglue._sources import catalog as _catalog
from awsglue._sources import catalog_writes as _catalog_writes
from awsglue._sources import dynamodb as _dynamodb
from awsglue._sources import jdbc as _jdbc
from awsglue._sources.catalog_tables import format_of, layout_of, location_of
from awsglue._sources.catalog_writes import Target

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
        self._target: Target | None = None

    @classmethod
    def of_table(
        cls,
        glue_context: Any,
        database: str,
        table_name: str,
        transformation_ctx: str,
        options: Mapping[str, Any],
        catalog_id: str | None,
    ) -> DataSink:
        """A sink at the place of a table, in its format and with its partition keys.

        Raises:
            NotImplementedError: a table of a kind that is not supported here.
        """
        table = _catalog.table(database, table_name, catalog_id)
        kind = format_of(table)
        if kind == "dynamodb":
            name = table["StorageDescriptor"]["Location"].split("/")[-1]
            return cls(glue_context, kind, None, transformation_ctx, {"dynamodb.output.tableName": name, **options})
        keys = [key["Name"] for key in table.get("PartitionKeys", [])]
        placed = {"partitionKeys": keys, **options, "path": location_of(table)}
        sink = cls(glue_context, "s3", kind, transformation_ctx, placed)
        sink.setCatalogInfo(database, table_name, catalog_id or "")
        if kind == "csv":
            layout = layout_of(table)
            quote = -1 if layout.quote is None else layout.quote
            sink.setFormat(kind, separator=layout.separator, quoteChar=quote, writeHeader=layout.header)
        return sink

    def setFormat(self, format: str | None, **options: Any) -> None:
        """Say in which format files are written."""
        self._format, self._format_options = format or self._format, Options(options)

    def setCatalogInfo(self, catalogDatabase: str, catalogTableName: str, catalogId: str = "") -> None:
        """Say which table follows what is written, if `enableUpdateCatalog` is set."""
        self._target = Target(catalogDatabase, catalogTableName, catalogId or None)

    def setAccumulableSize(self, size: int) -> None:
        """Nothing is accumulated here; scripts may call it."""
        del size

    def write(self, dynamic_frame_or_dfc: Any, info: str = "") -> Any:
        """Write a frame, or each of a collection below a path of its own name.

        Raises:
            TypeError: it is neither; the text is Glue's (real).
        """
        from awsglue.dynamicframe import DynamicFrame, DynamicFrameCollection

        if isinstance(dynamic_frame_or_dfc, DynamicFrame):
            return self.writeFrame(dynamic_frame_or_dfc, info)
        if not isinstance(dynamic_frame_or_dfc, DynamicFrameCollection):
            kind = type(dynamic_frame_or_dfc)
            raise TypeError(f"frame_or_dfc must be DynamicFrame or DynamicFrameCollection. Got {kind}")
        for name, frame in dynamic_frame_or_dfc.items():
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
            self._write_files(frame, place, format)
        else:
            from awsglue._sources.connections import refuse

            refuse(kind)

    def _write_files(self, frame: Any, path: str, kind: str) -> None:
        follows = self._options.flag("enableUpdateCatalog")
        if follows:
            _catalog_writes.check(self._target, path, kind, self._options)
        written = write_files(frame, path, kind, self._options, self._format_options)
        if follows and self._target is not None and (frame.schema.fields or written.files):
            _catalog_writes.follow(self._target, path, kind, frame.schema, written, self._options, self._format_options)
