"""Reading: what a connection type and its options lead to."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from awsglue import gluetypes as glue
from awsglue._formats.files import File, bounded, check_compression, listed
from awsglue._formats.options import Options
from awsglue._formats.reading import empty_frame, read_files, with_partitions
from awsglue._frames.frame import Frame
from awsglue._sources import bookmarks as _bookmarks
from awsglue._sources import dynamodb as _dynamodb
from awsglue._sources import jdbc as _jdbc
from awsglue._sources.predicates import matching

_FILE_TYPES = ("s3", "file")
_FORMAT_TYPES = ("parquet", "orc", "csv", "json")
_NO_COLUMNS = {
    "attachFilename": "read with Spark and add input_file_name()",
    "attachTimestamp": "read with Spark and add current_timestamp()",
}
_JDBC_BOOKMARKS = dict.fromkeys(
    ("jobBookmarkKeys", "jobBookmarkKeysSortOrder"), "bookmarks of databases are not there; filter with sampleQuery"
)
_REFUSED = {
    "kafka": "streams need AWS Glue",
    "kinesis": "streams need AWS Glue",
    "redshift": "there is no Redshift; read a jdbc database or files",
    "documentdb": "its driver is not there; read an export of it",
    "mongodb": "its driver is not there; read an export of it",
    "opensearch": "its connector is not there",
    "bigquery": "its connector is not there",
    "snowflake": "its connector is not there",
    "custom.spark": "use the connector's data source with spark.read.format",
    "marketplace.spark": "use the connector's data source with spark.read.format",
    "custom.jdbc": "use spark.read.jdbc with the driver in --extra-jars",
    "marketplace.jdbc": "use spark.read.jdbc with the driver in --extra-jars",
}


def from_options(
    context: Any,
    connection_type: str,
    connection_options: Mapping[str, Any],
    format: str | None,
    format_options: Mapping[str, Any],
    transformation_ctx: str,
    push_down_predicate: str,
) -> Frame:
    """Read from a connection.

    Raises:
        NotImplementedError: a connection or format that is not supported here.
        ValueError: an option is missing or wrong.
    """
    session = context.spark_session
    options = Options(connection_options)
    if connection_type in _FORMAT_TYPES:
        format = format or connection_type
    elif connection_type == "dynamodb":
        return _dynamodb.read(session, options)
    elif connection_type in _jdbc.VENDORS:
        if transformation_ctx and _bookmarks.current().remembers:
            options.refuse(_JDBC_BOOKMARKS, connection_type)
        return _jdbc.read(session, connection_type, options)
    elif connection_type not in _FILE_TYPES:
        refuse(connection_type)
    options.refuse(_NO_COLUMNS, connection_type)
    paths = options.texts("paths") or options.texts("path")
    if not paths:
        raise ValueError(f"connection_options of {connection_type} need paths, a list of texts")
    if not format:
        raise ValueError(f"a format is needed to read {', '.join(paths)}")
    files = source_files(session, paths, options, transformation_ctx, recurse=options.flag("recurse"))
    kind, read_options = format, Options(format_options)
    return of_files(session, files, push_down_predicate, lambda found: read_files(session, found, kind, read_options))


def refuse(connection_type: str) -> None:
    """Say that a connection type is not supported here, or not known.

    Raises:
        NotImplementedError: always.
    """
    reason = _REFUSED.get(connection_type, f"supported are s3, file, dynamodb, {', '.join(sorted(_jdbc.VENDORS))}")
    raise NotImplementedError(f"connection type {connection_type} is not supported here: {reason}")


def source_files(
    session: Any, paths: Sequence[str], options: Options, transformation_ctx: str, *, recurse: bool
) -> list[File]:
    """The files that a source reads now: below its paths, not yet read by the bookmark, within its bounds."""
    exclusions = options.texts("exclusions")
    files = listed(session, paths, recurse=recurse, exclusions=exclusions)
    if not files and not recurse and listed(session, paths, recurse=True, exclusions=exclusions):
        print(f"{', '.join(paths)}: all files are in folders below, which count only with recurse")
    check_compression(files, options.get("compressionType"))
    return _bookmarks.current().unread(
        transformation_ctx,
        files,
        lambda new: bounded(new, options.number("boundedFiles"), options.number("boundedSize")),
    )


def of_files(session: Any, files: Sequence[File], predicate: str, read: Callable[[Sequence[File]], Frame]) -> Frame:
    """The records of files, with a text field for each `name=value` folder below the source's paths.

    That such folders become fields without a catalog is assumed.
    """
    if not files:
        return empty_frame(session)
    found = {file.folder: file.partition() for file in files}
    keys = [(name, glue.StringType()) for name in {name: None for pairs in found.values() for name in pairs}]
    values = {folder: [pairs.get(name) for name, _ in keys] for folder, pairs in found.items()}
    if predicate:
        kept = matching(session, predicate, keys, list(values.items()))
        values = dict(kept)
        files = [file for file in files if file.folder in values]
    if not files:
        return empty_frame(session)
    return with_partitions(session, read(files), keys, values)
