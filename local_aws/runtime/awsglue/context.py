"""GlueContext: the way in to DynamicFrames, as Glue's `awsglue.context` offers it."""

from __future__ import annotations

import time
import warnings
from collections.abc import Mapping
from typing import Any

from awsglue._formats.options import Options
from awsglue._frames.functions import frame_of_records
from awsglue._jvm import GlueJvm, serve_s3
from awsglue._logger import GlueLogger
from awsglue._sources import catalog as _catalog
from awsglue._sources import catalog_tables as _catalog_tables
from awsglue._sources import connections as _sources
from awsglue._sources import jdbc as _jdbc
from awsglue._sources import purge as _purge
from awsglue.data_sink import DataSink
from awsglue.data_source import DataSource
from awsglue.dataframereader import DataFrameReader
from awsglue.dataframewriter import DataFrameWriter
from awsglue.dynamicframe import DynamicFrame, DynamicFrameCollection, DynamicFrameReader, DynamicFrameWriter
from pyspark import RDD, SparkContext
from pyspark.sql import DataFrame, SparkSession, SQLContext

__all__ = [  # what scripts take from here, by name or by star
    "DataFrame",
    "DataSink",
    "DataSource",
    "DynamicFrame",
    "DynamicFrameCollection",
    "DynamicFrameReader",
    "DynamicFrameWriter",
    "GlueContext",
    "SQLContext",
    "SparkContext",
    "SparkSession",
    "register",
]

_Options = Mapping[str, Any]


def register(sc: SparkContext) -> None:
    """Nothing needs registering here; scripts may call it."""
    del sc


class GlueContext(SQLContext):
    """Reads, writes and logs for a job.

    Args:
        sparkContext: a SparkContext or a SparkSession; the one that there is, or a new one, when it is not given.
        options: `minPartitions` and `targetPartitions` are taken and change nothing.
    """

    def __init__(self, sparkContext: Any = None, **options: Any) -> None:
        if isinstance(sparkContext, SparkSession):
            session = sparkContext
        else:
            if sparkContext is not None and not isinstance(sparkContext, SparkContext):
                raise TypeError(
                    f"GlueContext takes a SparkContext or a SparkSession, not {type(sparkContext).__name__}"
                )
            session = SparkSession.builder.getOrCreate()
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # SQLContext is deprecated; GlueContext is one
            super().__init__(session.sparkContext, session)
        self._jvm = GlueJvm(session._jvm)
        serve_s3(session)
        self.create_dynamic_frame = DynamicFrameReader(self)
        self.create_data_frame = DataFrameReader(self)
        self.write_dynamic_frame = DynamicFrameWriter(self)
        self.write_data_frame = DataFrameWriter(self)

    @property
    def spark_session(self) -> SparkSession:
        """The session."""
        return self.sparkSession

    # Reading

    def getSource(
        self,
        connection_type: str,
        format: str | None = None,
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        **options: Any,
    ) -> DataSource:
        """A source that is read when its getFrame is called."""
        return DataSource(self, connection_type, format, transformation_ctx, push_down_predicate, options)

    def create_dynamic_frame_from_options(
        self,
        connection_type: str,
        connection_options: _Options | None = None,
        format: str | None = None,
        format_options: _Options | None = None,
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        **kwargs: Any,
    ) -> DynamicFrame:
        """Read from a connection: paths in S3, a DynamoDB table, a database."""
        frame = _sources.from_options(
            self,
            connection_type,
            {**(connection_options or {}), **kwargs},
            format,
            format_options or {},
            transformation_ctx,
            push_down_predicate,
        )
        return DynamicFrame(frame, self, transformation_ctx or "frame")

    def create_dynamic_frame_from_catalog(
        self,
        database: str | None = None,
        table_name: str | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        additional_options: _Options | None = None,
        catalog_id: str | None = None,
        **kwargs: Any,
    ) -> DynamicFrame:
        """Read a table of the Data Catalog."""
        frame = _catalog_tables.read_table(
            self.spark_session,
            *_table_names(database, table_name, kwargs),
            transformation_ctx,
            push_down_predicate,
            Options({**(additional_options or {}), **kwargs}),
            catalog_id,
        )
        return DynamicFrame(frame, self, transformation_ctx or "frame")

    def create_dynamic_frame_from_rdd(
        self,
        data: Any,
        name: str,
        schema: Any = None,
        sample_ratio: float | None = None,
        transformation_ctx: str = "",
    ) -> DynamicFrame:
        """A frame of an RDD or list of dicts, or of anything that createDataFrame takes."""
        rdd = self.sparkSession.sparkContext.parallelize(data) if isinstance(data, list) else data
        if (
            schema is None
            and sample_ratio is None
            and isinstance(rdd, RDD)
            and isinstance(next(iter(rdd.take(1)), 0), dict)
        ):
            return DynamicFrame(frame_of_records(self.sparkSession, rdd), self, name)
        return DynamicFrame.fromDF(self.sparkSession.createDataFrame(data, schema, sample_ratio), self, name)

    def create_data_frame_from_options(self, connection_type: str, *args: Any, **kwargs: Any) -> Any:
        """As create_dynamic_frame_from_options, as a DataFrame."""
        return self.create_dynamic_frame_from_options(connection_type, *args, **kwargs).toDF()

    def create_data_frame_from_catalog(
        self, database: str | None = None, table_name: str | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """As create_dynamic_frame_from_catalog, as a DataFrame."""
        return self.create_dynamic_frame_from_catalog(database, table_name, *args, **kwargs).toDF()

    def create_sample_dynamic_frame_from_options(
        self,
        connection_type: str,
        connection_options: _Options | None = None,
        num: int | None = None,
        sample_options: _Options | None = None,
        format: str | None = None,
        format_options: _Options | None = None,
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        **kwargs: Any,
    ) -> list[Any]:
        """The first records, as dicts."""
        frame = self.create_dynamic_frame_from_options(
            connection_type,
            connection_options,
            format,
            format_options,
            transformation_ctx,
            push_down_predicate,
            **kwargs,
        )
        return _first(frame, num)

    def create_sample_dynamic_frame_from_catalog(
        self,
        database: str | None = None,
        table_name: str | None = None,
        num: int | None = None,
        sample_options: _Options | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        push_down_predicate: str = "",
        additional_options: _Options | None = None,
        catalog_id: str | None = None,
        **kwargs: Any,
    ) -> list[Any]:
        """The first records of a table, as dicts."""
        frame = self.create_dynamic_frame_from_catalog(
            database,
            table_name,
            redshift_tmp_dir,
            transformation_ctx,
            push_down_predicate,
            additional_options,
            catalog_id,
            **kwargs,
        )
        return _first(frame, num)

    def get_catalog_schema_as_spark_schema(
        self, database: str | None = None, table_name: str | None = None, catalog_id: str | None = None
    ) -> Any:
        """The columns and partition keys of a table as Spark's StructType."""
        return _catalog.spark_schema(*_table_names(database, table_name, {}), catalog_id)

    def _catalog_schema(self, database: str | None, table_name: str | None, catalog_id: str | None) -> Any:
        return _catalog.glue_schema(*_table_names(database, table_name, {}), catalog_id)

    # Writing

    def getSink(
        self,
        connection_type: str,
        format: str | None = None,
        transformation_ctx: str = "",
        **options: Any,
    ) -> DataSink:
        """A sink, to which writeFrame writes; `path`, `enableUpdateCatalog` and the like are options."""
        return DataSink(self, connection_type, format, transformation_ctx, options)

    def write_dynamic_frame_from_options(
        self,
        frame: Any,
        connection_type: str,
        connection_options: _Options | None = None,
        format: str | None = None,
        format_options: _Options | None = None,
        transformation_ctx: str = "",
    ) -> Any:
        """Write a frame, or each of a collection."""
        return self.write_from_options(
            frame, connection_type, connection_options, format, format_options, transformation_ctx
        )

    def write_from_options(
        self,
        frame_or_dfc: Any,
        connection_type: str,
        connection_options: _Options | None = None,
        format: str | None = None,
        format_options: _Options | None = None,
        transformation_ctx: str = "",
        **kwargs: Any,
    ) -> Any:
        """Write a frame, or each of a collection below a path of its own name."""
        sink = self.getSink(connection_type, format, transformation_ctx, **{**(connection_options or {}), **kwargs})
        sink.setFormat(format, **(format_options or {}))
        return sink.write(frame_or_dfc)

    def write_dynamic_frame_from_catalog(
        self,
        frame: Any,
        database: str | None = None,
        table_name: str | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        additional_options: _Options | None = None,
        catalog_id: str | None = None,
        **kwargs: Any,
    ) -> Any:
        """Write a frame to a table of the Data Catalog, at its place and in its format."""
        names = _table_names(database, table_name, kwargs)
        sink = DataSink.of_table(self, *names, transformation_ctx, {**(additional_options or {}), **kwargs}, catalog_id)
        return sink.write(frame)

    def write_data_frame_from_catalog(
        self, frame: Any, database: str | None = None, table_name: str | None = None, *args: Any, **kwargs: Any
    ) -> Any:
        """As write_dynamic_frame_from_catalog, of a DataFrame."""
        dynamic = DynamicFrame.fromDF(frame, self, "frame")
        return self.write_dynamic_frame_from_catalog(dynamic, database, table_name, *args, **kwargs)

    def write_dynamic_frame_from_jdbc_conf(
        self,
        frame: Any,
        catalog_connection: str,
        connection_options: _Options | None = None,
        redshift_tmp_dir: str = "",
        transformation_ctx: str = "",
        catalog_id: str | None = None,
    ) -> Any:
        """Write to the database of a connection of the Data Catalog, with the driver that the job brings."""
        configuration = _jdbc.of_connection(catalog_connection, catalog_id)
        options = {**configuration, **(connection_options or {})}
        return self.write_from_options(frame, configuration["vendor"], options, transformation_ctx=transformation_ctx)

    def write_from_jdbc_conf(self, frame_or_dfc: Any, catalog_connection: str, *args: Any, **kwargs: Any) -> Any:
        """The same, of a frame or a collection."""
        return self.write_dynamic_frame_from_jdbc_conf(frame_or_dfc, catalog_connection, *args, **kwargs)

    # The rest

    def extract_jdbc_conf(self, connection_name: str, catalog_id: str | None = None) -> dict[str, Any]:
        """User, password, vendor, url and more of a connection of the Data Catalog."""
        return _jdbc.of_connection(connection_name, catalog_id)

    def convert_resolve_option(self, path: str, action: str, target: Any) -> Any:
        """A ResolveOption, as `DynamicFrame.toDF` takes it."""
        from awsglue.dynamicframe import ResolveOption

        return ResolveOption(path, action, target)

    def purge_table(
        self,
        database: str,
        table_name: str,
        options: _Options | None = None,
        transformation_ctx: str = "",
        catalog_id: str | None = None,
    ) -> None:
        """Delete the files of a table that are old enough, and the partitions that they leave empty."""
        _purge.table(self, database, table_name, options or {}, catalog_id)

    def purge_s3_path(self, s3_path: str, options: _Options | None = None, transformation_ctx: str = "") -> None:
        """Delete the files below a path that are old enough."""
        _purge.path(self, s3_path, options or {})

    def get_logger(self) -> GlueLogger:
        """The logger whose lines go to the job's error log."""
        return GlueLogger(self.sparkSession)

    def currentTimeMillis(self) -> int:
        """Milliseconds since the epoch."""
        return int(time.time() * 1000)

    def __getattr__(self, name: str) -> Any:
        if name in _REFUSED:
            raise NotImplementedError(f"GlueContext.{name} is not supported here: {_REFUSED[name]}")
        raise AttributeError(f"'GlueContext' object has no attribute '{name}'")


_STREAMS = "streaming sources need AWS Glue; read batches with create_dynamic_frame"
_STORAGE_CLASSES = "objects have one storage class here"
_LAKE_FORMATION = "Lake Formation's transactions are not there; write with Spark or a sink"
_REFUSED = {
    "getStreamingSource": _STREAMS,
    "getSampleStreamingDynamicFrame": _STREAMS,
    "forEachBatch": _STREAMS,
    "add_ingestion_time_columns": _STREAMS,
    "transition_table": _STORAGE_CLASSES,
    "transition_s3_path": _STORAGE_CLASSES,
    "start_transaction": _LAKE_FORMATION,
    "commit_transaction": _LAKE_FORMATION,
    "cancel_transaction": _LAKE_FORMATION,
}


def _table_names(database: str | None, table_name: str | None, kwargs: dict[str, Any]) -> tuple[str, str]:
    """Database and table, which older scripts give as `name_space`.

    Raises:
        Exception: a name is missing; the text is Glue's.
    """
    database = database or kwargs.pop("name_space", None)
    if not database:
        raise Exception("Parameter name_space or database is missing.")  # noqa: TRY002 - what Glue raises
    if not table_name:
        raise Exception("Parameter table_name is missing.")  # noqa: TRY002
    return database, table_name


def _first(frame: DynamicFrame, num: int | None) -> list[Any]:
    from awsglue._frames.functions import records

    return list(records(frame._frame).take(num or 10))
