"""Spark frames written as tables, and shuffled in as many parts as their size wants."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyspark.sql import functions as F  # noqa: N812 - the name that every Spark example has

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
        max_rows_per_file: a folder with more rows has several files, written by a task for each FILES_A_TASK of them.
            The frame is read once or twice more to see which folders those are.
    """
    spread = _spread(frame, partition_by, max_rows_per_file) if partition_by else frame
    writer = spread.write.mode("overwrite").partitionBy(*partition_by)
    if max_rows_per_file is not None:
        writer = writer.option("maxRecordsPerFile", max_rows_per_file)
    writer.parquet(path)
    return frame.sparkSession.read.schema(frame.schema).parquet(path).select(*frame.columns)


def _spread(frame: DataFrame, partition_by: Sequence[str], max_rows_per_file: int | None) -> DataFrame:
    """The frame with the rows of a folder together, those of a large one in as many parts as it has files."""
    together = frame.repartition(*partition_by)
    if max_rows_per_file is None or frame.count() <= max_rows_per_file:
        return together
    tasks = F.ceil(F.col("count") / (max_rows_per_file * FILES_A_TASK)).cast("int").alias("_tasks")
    keys = {name: f"_key_{name}" for name in partition_by}  # else the join could not tell them apart
    sizes = frame.groupBy(*keys).count().select(*[F.col(name).alias(key) for name, key in keys.items()], tasks)
    in_all, most = sizes.persist().agg(F.sum("_tasks"), F.max("_tasks")).first()
    if most == 1:
        return together
    found = frame.join(F.broadcast(sizes), [F.col(name).eqNullSafe(F.col(key)) for name, key in keys.items()])
    part = F.pmod(F.xxhash64(*frame.columns), F.col("_tasks"))
    return found.repartition(in_all, *partition_by, part).select(*frame.columns)


FILES_A_TASK = 8
"""Of one folder: the last file of a task is not full, so that fewer of them a task would make more files."""

BYTES_A_PART = 512 * 1024 * 1024
"""Of the input, a part of a shuffle. Fewer bytes would make more parts than shuffles of large inputs can do with: each
task of the input writes some for each part."""


def fit_shuffles(frame: DataFrame) -> int:
    """Have the session shuffle in more parts where the files of a frame are many; how many it does now.

    Glue's 200 parts, or what a job sets, are the least. Spark puts small parts together again, it does not part large
    ones of an aggregation or a join.
    """
    conf = frame.sparkSession.conf
    size = int(frame._jdf.queryExecution().optimizedPlan().stats().sizeInBytes())
    parts = max(int(conf.get("spark.sql.shuffle.partitions")), -(-size // BYTES_A_PART))
    conf.set("spark.sql.shuffle.partitions", parts)
    return parts


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
