"""Loads the new files of operations into DynamoDB and into a table of the catalog.

1. The bookmark says which files are new; files that an earlier run had committed when it was killed are moved.
2. Their lines are parsed; malformed ones go to rejected/, with file, line number and reason.
3. The latest record of each key becomes an item of the DynamoDB table, and a row of the catalog table, where the
   partitions that get rows are written anew with those that they have.
4. What was read is noted, and the bookmark committed.
5. The files move to processed/.

All that stands before the commit may be done again with the same outcome, so a run that is killed anywhere loses
nothing and doubles nothing: the next one goes on from there.
"""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Any, Protocol

import boto3
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame
from awsglue.job import Job
from awsglue.utils import getResolvedOptions
from lakejobs import arguments, counts, sinks
from lakejobs.errors import JobError
from lakejobs.rejected import NUMBERED
from lakejobs.schema import Schema
from operations_files import INCOMING, File, Files, FilesError
from operations_items import Items, client
from operations_layout import Malformed, parse
from pyspark.context import SparkContext
from pyspark.sql import functions as F  # noqa: N812 - the name that every Spark example has

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from pyspark.sql import DataFrame, Row

KEY = ("custody", "operation_id", "domain_load", "data_versao", "id_carga")
"""Of a record; the last two follow from the others, and say in which partition of the table it is."""
PARTITIONS = ("data_versao", "id_carga")
COLUMNS = Schema(
    {
        "custody": "string",
        "domain": "string",
        "operation_id": "string",
        "domain_load": "string",
        "payload": "string",
        "source_file": "string",
        "line_number": "bigint",
        "data_versao": "string",
        "id_carga": "string",
    }
)
PARSED = Schema({**dict(COLUMNS.items()), "reason": "string", "raw_line": "string"})
AS_DECLARED = sinks.Settings(update_behavior="LOG")
"""The stack says which columns the table has; the sink adds partitions."""
MODES = ("online", "batch")
CONTEXT = "incoming"
"""The transformation_ctx under which the bookmark remembers what was read."""


class LoadError(JobError):
    """The job was told what it does not take."""


class Bookmark(Protocol):
    """What decides which files are new."""

    def given(self) -> list[str]:
        """The keys of those that no committed run has read."""

    def commit(self) -> None:
        """Have them read."""


class Work(Protocol):
    """What is done with files; again and again with the same outcome."""

    def load(self, new: Sequence[File]) -> dict[str, int]:
        """Load them; what became of their lines."""


def run(files: Files, bookmark: Bookmark, work: Work, name: str) -> dict[str, int]:
    """One run: the order of its steps is what makes it safe to kill. Returns what became of the lines."""
    given = bookmark.given()
    settled = files.settle(given)
    there = files.incoming()  # after `given`, so that all of those are in it, but for what somebody took away
    new = [there[key] for key in given if key in there]
    found = work.load(new) if new else {}
    files.note(name, new)
    bookmark.commit()
    moved = files.move(new)
    files.forget(name)
    print(f"{len(new)} files loaded, {moved} moved, {settled} moved that an earlier run had loaded", flush=True)
    return found


class GlueBookmark:
    """The job's own bookmark: of a source that is made, and read by its list of files.

    CSV is the one format of those with bookmarks that takes any text: a line is a field, as nothing in it parts two.
    """

    def __init__(self, context: GlueContext, job: Job, files: Files, run_of: tuple[str, str, str]) -> None:
        self._job, self._files, self._run_of = job, files, run_of
        self._frame = context.create_dynamic_frame.from_options(
            "s3",
            {"paths": [f"s3://{files.bucket}/{INCOMING}"], "recurse": True},
            "csv",
            {"separator": "\x01", "quoteChar": -1, "withHeader": False},
            transformation_ctx=CONTEXT,
        )

    def given(self) -> list[str]:
        """The keys that the source reads.

        Raises:
            FilesError: it reads some, and does not say which.
        """
        keys = self._files.given(*self._run_of)
        if keys is None and self._frame.toDF().limit(1).count():
            raise FilesError(
                "error: there are new lines, and no list of the files that they are in\n"
                f"  seen: nothing below partitionlisting/ in {self._run_of[0]}\n"
                "  next: run the job with --job-bookmark-option job-bookmark-enable"
            )
        return keys or []

    def commit(self) -> None:
        """Commit the job."""
        self._job.commit()


class SparkWork:
    """Files loaded by Spark: a task reads a file, some write items at once, some the table's files.

    Args:
        context: of the job.
        files: where they are.
        options: of the job: `table` in DynamoDB, `database`, `records_path`.
        writers: how many batches of items are on their way at once, in all tasks together.
    """

    def __init__(self, context: GlueContext, files: Files, options: Mapping[str, Any], writers: int) -> None:
        self._context, self._files, self._options, self._writers = context, files, options, writers

    def load(self, new: Sequence[File]) -> dict[str, int]:
        """Load the files: rejected lines, items, rows."""
        lines = parsed(self._context, self._files, new).persist()
        good = lines.where("reason IS NULL").drop("reason", "raw_line")
        records = latest(good).persist()
        read, unlike = lines.count(), records.count()
        refused = reject(lines, self._files, [file.name for file in new])
        written = put(records, self._options["table"], self._writers)
        if unlike:
            merge(self._context, records, self._options["records_path"], self._options["database"])
        found = {
            "rows_read": read,
            "rows_written": written,
            "rows_rejected": refused,
            "rows_replaced": good.count() - unlike,
        }
        counts.check_sum(found)
        records.unpersist()
        lines.unpersist()
        return found


def parsed(context: GlueContext, files: Files, new: Sequence[File]) -> DataFrame:
    """The lines of files, each a record or rejected: a partition a file, in the files' order."""

    def rows(file: File) -> Iterator[tuple[Any, ...]]:
        for number, line in enumerate(files.lines(file), start=1):
            found = parse(line)
            if isinstance(found, Malformed):
                yield (None, None, None, None, None, file.name, number, None, None, *found)
            else:
                columns = (found.custody, found.domain, found.operation_id, found.domain_load, found.payload)
                yield (*columns, file.name, number, found.version_date, found.load_id, None, None)

    spark = context.spark_session
    made = spark.sparkContext.parallelize(new, len(new)).flatMap(rows)
    return spark.createDataFrame(made, PARSED.spark, verifySchema=False)


def latest(good: DataFrame) -> DataFrame:
    """Of the records of a key the last one, by the names of the files and the lines in them."""
    rest = [name for name in COLUMNS if name not in KEY]
    chosen = F.max_by(F.struct(*rest), F.struct("source_file", "line_number")).alias("last")
    return good.groupBy(*KEY).agg(chosen).select(*KEY, "last.*").select(*COLUMNS)


def reject(lines: DataFrame, files: Files, names: Sequence[str]) -> int:
    """Write the malformed lines of each file; how many they are. Partitions are the files of these names."""
    columns = list(NUMBERED)

    def write(place: int, rows: Iterable[Row]) -> Iterator[int]:
        yield files.reject(names[place], ({name: row[name] for name in columns} for row in rows))

    return int(lines.where("reason IS NOT NULL").select(*columns).rdd.mapPartitionsWithIndex(write).sum())


def item(row: Row) -> dict[str, str]:
    """The item of a record."""
    return {
        "custody_operation": f"{row.custody}#{row.operation_id}",
        "domain_load": row.domain_load,
        "custody": row.custody,
        "domain": row.domain,
        "operation_id": row.operation_id,
        "load_id": row.id_carga,
        "payload": row.payload,
    }


def put(records: DataFrame, table: str, writers: int) -> int:
    """Put each record as an item; how many they are."""
    tasks = min(writers, records.sparkSession.sparkContext.defaultParallelism)
    each = -(-writers // tasks)

    def write(rows: Iterator[Row]) -> Iterator[int]:
        yield Items(client(each), table, each).put(item(row) for row in rows)

    return int(records.repartition(tasks).rdd.mapPartitions(write).sum())


def merged(former: DataFrame, records: DataFrame) -> DataFrame:
    """These records, and the former rows of other keys.

    Each of those once: a run that was killed while it replaced files may have left former and new ones side by side.
    """
    others = former.dropDuplicates(KEY).join(records, list(KEY), "left_anti")
    return others.select(*COLUMNS).unionByName(records)


def merge(context: GlueContext, records: DataFrame, path: str, database: str) -> None:
    """Write the partitions of these records anew: their rows, and these in place of those of their keys."""
    values = records.select(*PARTITIONS).distinct().collect()
    folders = [f"{PARTITIONS[0]}={row[0]}/{PARTITIONS[1]}={row[1]}/" for row in values]
    spark, place = context.spark_session, path.rstrip("/")
    there = [f"{place}/{one}" for one in folders if has_files(f"{place}/{one}")]
    whole = records
    if there:
        former = spark.read.schema(COLUMNS.spark).option("basePath", place).parquet(*there)
        whole = merged(former, records)
    frame = DynamicFrame.fromDF(whole.repartition(*PARTITIONS), context, "records")
    sinks.replace(context, frame, f"{place}/", database, "records", PARTITIONS, folders, AS_DECLARED)


def has_files(uri: str) -> bool:
    """Whether there is a file in a folder of S3."""
    bucket, _, key = uri.removeprefix("s3://").partition("/")
    return bool(boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=key, MaxKeys=1).get("KeyCount"))


def mode_of(args: arguments.Arguments) -> str:
    """Online or batch: what the run of the workflow says, or `--mode` for a run by itself.

    Raises:
        LoadError: it is neither.
    """
    mode = args["mode"]
    if args.workflow_run:
        name, run_id = args.workflow_run
        answer = boto3.client("glue").get_workflow_run_properties(Name=name, RunId=run_id)
        mode = answer["RunProperties"].get("mode", mode)
    if mode not in MODES:
        raise LoadError(
            f"there is no mode {mode!r}",
            f"the run property mode takes {' or '.join(MODES)}",
            "correct it in the workflow, or in what starts it",
        )
    return str(mode)


def main() -> None:
    """Load what is new."""
    kinds = {"TempDir": str, "bucket": str, "table": str, "database": str, "records_path": str, "mode": str}
    args = arguments.read({**kinds, "online_writers": int, "batch_writers": int})
    mode = mode_of(args)
    context = GlueContext(SparkContext.getOrCreate())
    job = Job(context)
    job.init(args.job, getResolvedOptions(sys.argv, ["JOB_NAME"]))
    files = Files(args["bucket"])
    bookmark = GlueBookmark(context, job, files, (args["TempDir"], args.job, args.run))
    work = SparkWork(context, files, args, args[f"{mode}_writers"])
    print(f"mode {mode}", flush=True)
    found = run(files, bookmark, work, args.run)
    if found:
        counts.report(found, args, namespace="EtlPoc", prefix="operations")


if __name__ == "__main__":
    main()
