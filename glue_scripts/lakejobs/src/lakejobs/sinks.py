"""Tables replaced through a catalog sink of Glue, which writes files and makes or updates the table in one go.

A sink makes the table at the path that it writes to, so there can be no staging folder. The new files are written
beside the old ones, under names of their own, and then the old ones are deleted. A job that fails takes back what it
wrote, so the last good output stays readable. Within the moment between the two steps a reader finds old and new rows;
a run that is killed in it is put right by the next one.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from awsglue.dynamicframe import DynamicFrame

from lakejobs.errors import JobError
from lakejobs.objects import delete, listed
from lakejobs.publishing import folder

if TYPE_CHECKING:
    from collections.abc import Sequence

    from awsglue.context import GlueContext


class SinkError(JobError):
    """A table could not be written; it is as it was."""


class Settings(NamedTuple):
    """How a sink writes, in Glue's words; its defaults are parquet of a table that the catalog has as it is written."""

    connection_type: str = "s3"
    update_catalog: bool = True
    update_behavior: str = "UPDATE_IN_DATABASE"
    data_format: str = "glueparquet"
    compression: str = "snappy"


USUAL = Settings()


def replace(
    context: GlueContext,
    frame: DynamicFrame,
    path: str,
    database: str,
    table: str,
    partition_keys: Sequence[str] = (),
    partitions: Sequence[str] = ("",),
    settings: Settings = USUAL,
) -> int:
    """Make the rows of a frame the only ones of a table: files at `path`, `database.table` in the catalog.

    Args:
        context: of the job.
        frame: the rows.
        path: the table's folder, s3://….
        database: of the catalog.
        table: its name there.
        partition_keys: columns whose values become folders, in the table's order.
        partitions: folders below `path` that the rows belong to, such as `day=20240101/`: nothing else is replaced.
            Without it the whole table is.
        settings: of the sink.

    Returns:
        How many rows were written.

    Raises:
        SinkError: a record could not be handled; nothing was written.
        JobError: S3 refused to delete a former file.
    """
    if frame.errorsCount():
        raise SinkError(
            f"{frame.errorsCount()} records for {table} could not be handled",
            str(frame.errorsAsDynamicFrame().toDF().first()),
            "correct the records, or the script",
        )
    bucket, key = folder(path)
    s3 = boto3.client("s3")
    there = _files(s3, bucket, key)
    before = [file for file in there if file.startswith(tuple(f"{key}{one}" for one in partitions))]
    kept = DynamicFrame.fromDF(frame.toDF().cache(), context, table)  # counted and written: made once
    rows = kept.count()
    if rows:  # a sink that gets none makes a table without columns (developer guide, on enableUpdateCatalog)
        try:
            sink = context.getSink(
                connection_type=settings.connection_type,
                path=path,
                enableUpdateCatalog=settings.update_catalog,
                updateBehavior=settings.update_behavior,
                partitionKeys=list(partition_keys),
                compression=settings.compression,
                transformation_ctx=f"write_{table}",
            )
            if settings.update_catalog:
                sink.setCatalogInfo(catalogDatabase=database, catalogTableName=table)
            sink.setFormat(settings.data_format)
            sink.writeFrame(kept)
        except BaseException:
            delete(s3, bucket, [new for new in _files(s3, bucket, key) if new not in there])
            raise
    delete(s3, bucket, before)
    print(f"{table}: {rows} rows written to {path}, {len(before)} former files deleted")
    return int(rows)


def _files(s3: Any, bucket: str, key: str) -> list[str]:
    """The files of the table; a key that ends in a slash is a folder that somebody made in the console."""
    return [found for found in listed(s3, bucket, key) if not found.endswith("/")]
