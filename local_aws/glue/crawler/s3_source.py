"""Reading S3: the objects below an include path, and of each no more bytes than its classifier samples.

Refused access fails the crawl with S3's own error; an object that is gone by the time it is read is passed over.
Assumed: names that begin with `_` or `.`, and all below such folders, are hidden to a crawler as they are to Athena
(public crawlers exclude `_SUCCESS` and `_temporary` themselves, so AWS may look at them); empty objects are nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from local_aws.glue.crawler import globs
from local_aws.glue.crawler.classify import Source, classify
from local_aws.glue.crawler.custom import CustomClassifier
from local_aws.glue.crawler.failures import CrawlCancelled, CrawlFailed
from local_aws.glue.crawler.range_reader import RangeReader
from local_aws.glue.crawler.reading import FileFound
from local_aws.glue.crawler.settings import S3Target

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

WORKERS = 4
SMALL = 64 * 1024
_GONE = ("NoSuchKey", "404")


def from_client(error: ClientError, subject: str) -> CrawlFailed:
    """AWS's error as the crawl's: the service's own text, the operation and what it was about."""
    detail = error.response.get("Error", {})
    code, text = detail.get("Code", "Unknown"), detail.get("Message", str(error))
    return CrawlFailed(f"{code} when calling {error.operation_name} on {subject}: {text}")


class S3Object(Source):
    """One object, read by ranges; what was read once is kept, and a small object is read whole."""

    def __init__(self, reader: RangeReader, file: FileFound) -> None:
        self.name = file.key
        self.size = file.size
        self._reader, self._bucket = reader, file.bucket
        self._head = self._tail = b""

    def head(self, length: int) -> bytes:
        """See Source."""
        length = min(length, self.size)
        if len(self._head) < length:
            self._head = self._reader.read(self._bucket, self.name, 0, length - 1)
        return self._head[:length]

    def tail(self, length: int) -> bytes:
        """See Source."""
        length = min(length, self.size)
        if self.size <= max(SMALL, len(self._head)):
            return self.head(self.size)[-length:]
        if len(self._tail) < length:
            self._tail = self._reader.read(self._bucket, self.name, self.size - length, self.size - 1)
        return self._tail[-length:]


def list_files(client: S3Client, target: S3Target, log: Callable[[str], None]) -> list[FileFound]:
    """The objects of an include path that a crawler looks at, in key order.

    Raises:
        CrawlFailed: the bucket cannot be listed, or an exclude pattern is none.
    """
    try:
        patterns = globs.compile_all(target.exclusions)
    except globs.BadPatternError as error:
        raise CrawlFailed(f"Exclude pattern of {target.path}: {error}") from error
    left_out = LeftOut(log)
    files = []
    for file in _objects(client, target):
        reason = _left_out(file, target, patterns)
        if reason:
            left_out.add(file, reason)
        elif file.size:  # a folder's own marker is silently nothing
            files.append(file)
    left_out.finish()
    return files


class LeftOut:
    """Says which objects are left out, the first few of each kind by name, the others by number."""

    NAMED = 10

    def __init__(self, log: Callable[[str], None]) -> None:
        self._log = log
        self._counts: dict[str, int] = {}

    def add(self, file: FileFound, reason: str) -> None:
        """One more object that is left out."""
        self._counts[reason] = self._counts.get(reason, 0) + 1
        if self._counts[reason] <= self.NAMED:
            self._log(f"INFO : {file.uri} is left out: {reason}")

    def finish(self) -> None:
        """Tell how many were not named."""
        for reason, count in self._counts.items():
            if count > self.NAMED:
                self._log(f"INFO : {count - self.NAMED} more objects are left out: {reason}")


def _left_out(file: FileFound, target: S3Target, patterns: Sequence[re.Pattern[str]]) -> str:
    """Why the object is not crawled; "" when it is, or is a mere folder marker."""
    path = file.key[len(target.prefix) :]
    excluded = globs.first_match(path, patterns, target.exclusions)
    if excluded:
        return f"exclude pattern {excluded}"
    hidden = next((part for part in path.split("/") if part.startswith(("_", "."))), "")
    if hidden:
        return f"{hidden} is a hidden name"
    return "it is empty" if not file.size and not file.key.endswith("/") else ""


def _objects(client: S3Client, target: S3Target) -> Iterator[FileFound]:
    """All objects below the include path, or the one object that it names."""
    try:
        found = False
        for file in _listed(client, target.bucket, target.prefix):
            found = True
            yield file
        if not found and target.prefix and not target.path.endswith("/"):
            key = target.prefix.removesuffix("/")
            yield from (file for file in _listed(client, target.bucket, key) if file.key == key)
    except ClientError as error:
        raise from_client(error, target.uri) from error


def _listed(client: S3Client, bucket: str, prefix: str) -> Iterator[FileFound]:
    for page in client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        for entry in page.get("Contents", []):
            yield FileFound(bucket, entry["Key"], entry["Size"])


def read_files(
    client: S3Client,
    files: Sequence[FileFound],
    *,
    sample_size: int | None,
    classifiers: Sequence[CustomClassifier],
    should_stop: Callable[[], bool],
) -> list[FileFound]:
    """The files with what they turned out to be; those beyond the sample size of a folder are not read.

    Raises:
        CrawlFailed: S3 refuses an object.
        CrawlCancelled: should_stop said so.
    """
    reader = RangeReader(client)

    def read(file: FileFound) -> FileFound | None:
        if should_stop():
            raise CrawlCancelled
        try:
            return replace(file, reading=classify(S3Object(reader, file), classifiers))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _GONE:
                return None
            raise from_client(error, file.uri) from error

    chosen, rest = _sample(files, sample_size)
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="crawl") as pool:
        futures = [pool.submit(read, file) for file in chosen]
        try:
            found = [result for future in futures if (result := future.result())]
        finally:
            pool.shutdown(cancel_futures=True)
            reader.close()
    return sorted(found + rest, key=lambda file: file.key)


def _sample(files: Sequence[FileFound], size: int | None) -> tuple[list[FileFound], list[FileFound]]:
    """The files to read and the others: with a sample size, the first so many of each folder."""
    if size is None:
        return list(files), []
    counts: dict[str, int] = {}
    chosen: list[FileFound] = []
    rest: list[FileFound] = []
    for file in files:
        folder = file.key.rpartition("/")[0]
        counts[folder] = counts.get(folder, 0) + 1
        (chosen if counts[folder] <= size else rest).append(file)
    return chosen, rest
