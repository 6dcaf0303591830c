"""Puts the new files of a table in the place of its old ones: the last step of every job that writes one.

A table, or one partition of it: whatever folder is given is replaced, and nothing beside it is touched.

Spark needs a folder to itself and minutes to fill it. So it writes to a staging folder beside the table,
`s3://<bucket>/_staging/<key of the table>/<run>/`, and only when everything is there does `publish`

1. copy the staged files to the table inside S3, under names that depend on nothing but their order
   (`part-00000.snappy.parquet`, ... in each partition folder): a rerun writes the same keys;
2. delete what lies under the table and is not of this run;
3. delete the staging folder.

What a reader may see meanwhile: S3 replaces one object at a time, each of them whole. While the copies run (about a
second for some hundred files) a query may find new files beside old ones, and one that was already reading a file that
was replaced may fail and has to be asked again. No reader ever finds an empty table or half a file.

When a copy fails, what was done is undone: added files are deleted, and replaced ones get their former version back
where the bucket keeps versions. A job that is killed within the second of the copies cannot do this; its rerun does.

Hidden files stay behind: as for Spark, Hive and Athena, those are the ones with a name, or in a folder with a name,
that starts with `_` or `.` (`_SUCCESS`, `_temporary`), and the `..._$folder$` objects that EMRFS leaves for folders.
"""

from __future__ import annotations

import re
from collections import Counter
from concurrent.futures import FIRST_EXCEPTION, Future, ThreadPoolExecutor, wait
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, NamedTuple

import boto3
from boto3.s3.transfer import TransferConfig
from botocore.config import Config

from lakejobs.errors import JobError
from lakejobs.objects import delete, listed

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

STAGING = "_staging/"
WORKERS = 16
MIB = 1024 * 1024
# One request copies up to 5 GB, but at S3's pace: a large file goes in parts. The parallel work is that of WORKERS.
COPY = TransferConfig(multipart_threshold=512 * MIB, multipart_chunksize=128 * MIB, use_threads=False)
# Spark's own file names: part-<task>-<uuid of the write>[-.]c<file of that task>.<extension>
SPARK_FILE = re.compile(r"part-(?P<task>\d+)-.+[-.]c(?P<file>\d+)(?P<extension>\..+)")
# Spark escapes the apostrophe in a partition folder. S3 needs no such thing, and a crawler may take a folder's name as
# it stands: country=Cote d%27Ivoire would become a country of that name.
APOSTROPHE = "%27"


class PublishError(JobError):
    """A table could not be put in place; the text says what it looks like now."""


class Folder(NamedTuple):
    """A folder in a bucket; `key` ends with a slash."""

    bucket: str
    key: str

    def __str__(self) -> str:
        """The folder as an s3:// URI."""
        return f"s3://{self.bucket}/{self.key}"

    def overlaps(self, other: Folder) -> bool:
        """Is one of the two inside the other, or are they the same?"""
        return self.bucket == other.bucket and (self.key.startswith(other.key) or other.key.startswith(self.key))


def folder(uri: str) -> Folder:
    """`s3://bucket/some/folder/` taken apart; the last slash may be missing.

    Raises:
        PublishError: when it is no folder below the root of a bucket.
    """
    match = re.fullmatch(r"s3://(?P<bucket>[^/]+)/(?P<key>[^/]+(?:/[^/]+)*)/?", uri)
    if not match:
        raise PublishError(
            f"not a folder in a bucket: {uri!r}",
            "a table takes the whole folder, so it can be neither a bucket's root nor another file system",
            "give a path like s3://bucket/folder/",
        )
    return Folder(match["bucket"], match["key"] + "/")


def check_apart(*uris: str) -> None:
    """Refuse folders of which one holds another: publishing a table deletes everything else in its folder.

    Raises:
        PublishError: names the two folders.
    """
    folders = [folder(uri) for uri in uris]
    for position, one in enumerate(folders):
        for other in folders[position + 1 :]:
            if one.overlaps(other):
                raise PublishError(
                    f"{one} and {other} overlap",
                    "publishing a table deletes everything else in its folder",
                    "give each of them a folder of its own",
                )


@contextmanager
def staging(target: str, run: str) -> Iterator[str]:
    """The staging folder of one run for a table, as a URI; nothing of it is left afterwards, however the run ends."""
    table = folder(target)
    staged = Folder(table.bucket, f"{STAGING}{table.key}{run}/")
    try:
        yield str(staged)
    except BaseException:
        with suppress(Exception):  # the error that brought us here is the one to tell
            _discard(_client(), staged)
        raise
    _discard(_client(), staged)


def publish(staged: str, target: str) -> list[str]:
    """Make the files below `staged` the only ones of the table at `target`, then delete the staging folder.

    Returns:
        The keys of the table, in order.

    Raises:
        PublishError: there is nothing to publish, the folders overlap, or S3 refused something.
    """
    check_apart(staged, target)
    source, table = folder(staged), folder(target)
    s3 = _client()
    before = listed(s3, table.bucket, table.key)
    new_files = listed(s3, source.bucket, source.key)
    names = table_names(key.removeprefix(source.key) for key in new_files)
    if not names:
        raise PublishError(
            f"nothing to publish in {source}",
            f"no data file there; {table} is as it was",
            "see in the log of this run whether Spark wrote to that folder",
        )
    copies = {table.key + new: source.key + old for old, new in names.items()}
    # What is already there byte for byte is left alone: a rerun on the same input disturbs no reader.
    changed = {new: old for new, old in copies.items() if before.get(new) != new_files[old]}
    sources = {new: _Source(source.bucket, old, new_files[old].size) for new, old in changed.items()}
    _copy_all(s3, table, sources, before)
    # A key that ends in a slash is a folder which somebody made in the console: no data, and no leftover of a job.
    delete(s3, table.bucket, [key for key in before if key not in copies and key != table.key])
    _discard(s3, source)
    return sorted(copies)


def table_names(staged_names: Iterator[str] | list[str]) -> dict[str, str]:
    """Old name -> new name, both relative, of every data file, numbered by Spark's order within its folder."""
    data = [name for name in staged_names if not _is_hidden(name)]
    numbered: Counter[str] = Counter()
    names = {}
    for name in sorted(data, key=_spark_order):
        place, _, file = name.rpartition("/")
        spark_file = SPARK_FILE.fullmatch(file)
        extension = spark_file["extension"] if spark_file else "".join(file.partition(".")[1:])
        new_place = place.replace(APOSTROPHE, "'")
        names[name] = f"{new_place}/" * bool(place) + f"part-{numbered[new_place]:05d}{extension}"
        numbered[new_place] += 1
    return names


def _is_hidden(name: str) -> bool:
    is_marker = name.endswith(("/", "_$folder$"))
    return is_marker or any(part.startswith(("_", ".")) for part in name.split("/"))


def _spark_order(name: str) -> tuple[str, int, int, str]:
    """By folder, task and file of the task, as numbers: Spark pads them, but not beyond 99999 and 999."""
    place, _, file = name.rpartition("/")
    spark_file = SPARK_FILE.fullmatch(file)
    return (place, int(spark_file["task"]), int(spark_file["file"]), file) if spark_file else (place, 0, 0, file)


def _client() -> Any:
    return boto3.client("s3", config=Config(max_pool_connections=WORKERS))


class _Source(NamedTuple):
    """A staged object; `size` in bytes."""

    bucket: str
    key: str
    size: int


def _copy(s3: Any, source: _Source, bucket: str, key: str) -> None:
    """Copy an object: a small one by one request, as the managed copy asks for the size first, which is known."""
    place = {"Bucket": source.bucket, "Key": source.key}
    if source.size < COPY.multipart_threshold:
        s3.copy_object(CopySource=place, Bucket=bucket, Key=key)
    else:
        s3.copy(place, bucket, key, Config=COPY)


def _copy_all(s3: Any, table: Folder, copies: dict[str, _Source], before: Collection[str]) -> None:
    """Copy new key <- staged object, or undo all of it and raise."""
    with ThreadPoolExecutor(WORKERS) as pool:
        running: dict[Future[None], str] = {
            pool.submit(_copy, s3, source, table.bucket, new): new for new, source in copies.items()
        }
        wait(running, return_when=FIRST_EXCEPTION)
        pool.shutdown(cancel_futures=True)
    finished = {key: copy.exception() for copy, key in running.items() if not copy.cancelled()}
    failed = {key: error for key, error in finished.items() if error}
    if failed:
        key, cause = next(iter(failed.items()))
        state = _undo(s3, table, [key for key, error in finished.items() if not error], before)
        raise PublishError(
            f"{len(failed)} of {len(copies)} files could not be copied to {table}",
            f"s3://{table.bucket}/{key}: {cause}",
            state,
        ) from cause


def _undo(s3: Any, table: Folder, copied: list[str], before: Collection[str]) -> str:
    """Take back the copies that were made; returns a sentence on what the table is like now."""
    repair = "run the job again: it puts the table in order"
    try:
        delete(s3, table.bucket, [key for key in copied if key not in before])
        kept = [key for key in copied if key in before and not _restore(s3, table.bucket, key)]
    except Exception as error:  # noqa: BLE001 - whatever hinders the undoing must not hide why it was needed
        return f"{repair}; new and old files lie side by side now, because the copies could not be undone ({error})"
    if kept:
        return f"{repair}; {len(kept)} files are the new ones already (the bucket has no older versions of them)"
    return "remove the cause and run the job again; the table is as it was"


def _restore(s3: Any, bucket: str, key: str) -> bool:
    """Bring back the version before the last one; False when the bucket has none."""
    answer = s3.list_object_versions(Bucket=bucket, Prefix=key, MaxKeys=2)
    versions = [found["VersionId"] for found in answer.get("Versions", []) if found["Key"] == key]
    if len(versions) < 2:  # newest first: the copy, and what it replaced
        return False
    s3.copy({"Bucket": bucket, "Key": key, "VersionId": versions[1]}, bucket, key, Config=COPY)
    return True


def _discard(s3: Any, staged: Folder) -> None:
    """Delete a staging folder, with the `<run>_$folder$` object that EMRFS puts beside it."""
    run = staged.key.removesuffix("/")
    found = listed(s3, staged.bucket, run)
    delete(s3, staged.bucket, [key for key in found if key.startswith(staged.key) or key == f"{run}_$folder$"])
