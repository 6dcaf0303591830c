"""Spark frames written as tables."""

from __future__ import annotations

from typing import TYPE_CHECKING

from lakejobs.publishing import publish, staging

if TYPE_CHECKING:
    from collections.abc import Sequence

    from pyspark.sql import DataFrame


def store(
    frame: DataFrame, path: str, partition_by: Sequence[str] = (), max_rows_per_file: int | None = None
) -> DataFrame:
    """Write the frame as parquet, and read back what was written: what follows is then not computed twice.

    Args:
        frame: what to write.
        path: a folder, whose former content goes.
        partition_by: columns whose values become folders. All rows of a folder pass through one task, hence one file.
        max_rows_per_file: a folder with more rows has several files.
    """
    spread = frame.repartition(*partition_by) if partition_by else frame
    writer = spread.write.mode("overwrite").partitionBy(*partition_by)
    if max_rows_per_file is not None:
        writer = writer.option("maxRecordsPerFile", max_rows_per_file)
    writer.parquet(path)
    return frame.sparkSession.read.schema(frame.schema).parquet(path).select(*frame.columns)


def replace(frame: DataFrame, target: str, run: str, partition_by: Sequence[str] = ()) -> int:
    """Make the rows of the frame the only ones below `target`, by way of staging; see `publishing`.

    To replace one partition and nothing else, give its folder as target, and a frame without the partition's column.

    Returns:
        How many rows are there now, counted in the files.

    Raises:
        PublishError: the rows could not be put in place; what the table is like is said.
    """
    with staging(target, run) as staged:
        rows = int(store(frame, staged, partition_by).count())
        publish(staged, target)
    return rows
