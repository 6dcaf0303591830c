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
            A frame of more than FEW_BYTES is read once or twice more to see which folders those are.
    """
    spread = _spread(frame, partition_by, max_rows_per_file) if partition_by else frame
    writer = spread.write.mode("overwrite").partitionBy(*partition_by)
    if max_rows_per_file is not None:
        writer = writer.option("maxRecordsPerFile", max_rows_per_file)
    writer.parquet(path)
    return frame.sparkSession.read.schema(frame.schema).parquet(path).select(*frame.columns)


def _spread(frame: DataFrame, partition_by: Sequence[str], max_rows_per_file: int | None) -> DataFrame:
    """The frame with the rows of a folder together, those of a large one in as many parts as it wants tasks."""
    shuffles = int(frame.sparkSession.conf.get("spark.sql.shuffle.partitions"))
    # A number of parts, else Spark makes one task of few bytes, and files take longer than bytes.
    together = frame.repartition(shuffles, *partition_by)
    if max_rows_per_file is None or _bytes_read(frame, unknown=FEW_BYTES + 1) <= FEW_BYTES:
        return together
    keys = {name: _unused(frame, f"key_{name}") for name in partition_by}  # else the join could not tell them apart
    tasks = _unused(frame, "tasks")
    wanted = F.ceil(F.count(F.lit(1)) / (max_rows_per_file * FILES_A_TASK)).cast("int").alias(tasks)
    sizes = frame.groupBy(*[F.col(name).alias(key) for name, key in keys.items()]).agg(wanted)
    large = sizes.where(F.col(tasks) > 1)
    parts = large.agg(F.sum(tasks)).first()[0]  # nearly always none: to keep what was found would cost more
    if parts is None:
        return together
    is_same = [F.col(name).eqNullSafe(F.col(key)) for name, key in keys.items()]
    found = frame.join(F.broadcast(large), is_same, "left")
    part = F.pmod(F.xxhash64(F.to_json(F.struct(*frame.columns))), F.coalesce(tasks, F.lit(1)))
    return found.repartition(shuffles + SPREAD * parts, *partition_by, part).select(*frame.columns)


def _unused(frame: DataFrame, name: str) -> str:
    """A name that no column has, whatever its case."""
    taken = {column.lower() for column in frame.columns}
    while name.lower() in taken:
        name += "_"
    return name


FILES_A_TASK = 8
"""Of one folder: the last file of a task is not full, so that fewer of them a task would make more files."""

FEW_BYTES = 64 * 1024 * 1024
"""Of the files that a frame reads: one task writes them in seconds, wherever they go."""

SPREAD = 3
"""Tasks for each part of a large folder: where there is one, a third of the parts meet another in it."""

BYTES_A_PART = 512 * 1024 * 1024
"""Of the input, a part of a shuffle. Fewer bytes would make more parts than shuffles of large inputs can do with: each
task of the input writes some for each part."""
MOST_PARTS = 20_000


def fit_shuffles(frame: DataFrame) -> int:
    """Have the session shuffle in more parts where the files that a frame reads are many; how many it does now.

    Glue's 200 parts, or what a job sets, are the least. Spark puts small parts together again, it does not part large
    ones of an aggregation or a join. What is not read from files, such as a DynamicFrame's rows, has no size that
    Spark knows, and counts as nothing.
    """
    conf = frame.sparkSession.conf
    known = _bytes_read(frame, unknown=0)
    parts = max(int(conf.get("spark.sql.shuffle.partitions")), min(-(-known // BYTES_A_PART), MOST_PARTS))
    conf.set("spark.sql.shuffle.partitions", parts)
    return parts


def _bytes_read(frame: DataFrame, *, unknown: int) -> int:
    """Bytes of what a frame reads, by what Spark knows; `unknown` for each source whose size it does not."""
    leaves = frame._jdf.queryExecution().optimizedPlan().collectLeaves()
    sizes = [int(leaves.apply(place).stats().sizeInBytes()) for place in range(leaves.size())]
    return sum(size if size < _UNKNOWN else unknown for size in sizes)


_UNKNOWN = 1 << 62
"""Bytes of what has no known size are the most that a number of 64 bits can say."""


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
