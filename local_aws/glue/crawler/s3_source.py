"""Reading S3: the objects below an include path, and of each no more bytes than its classifier samples.

Refused access fails the crawl with S3's own error; an object that is gone by the time it is read is passed over.
Assumed: names that begin with `_` or `.`, and all below such folders, are hidden to a crawler as they are to Athena
(public crawlers exclude `_SUCCESS` and `_temporary` themselves, so AWS may look at them); empty objects are nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from local_aws.glue.crawler import advice, globs
from local_aws.glue.crawler.classify import Source, classify
from local_aws.glue.crawler.custom import CustomClassifier
from local_aws.glue.crawler.failures import CrawlCancelled, CrawlFailed
from local_aws.glue.crawler.findings import Finding, Tell
from local_aws.glue.crawler.range_reader import Fetch, RangeReader
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


def list_files(client: S3Client, target: S3Target, tell: Tell) -> list[FileFound]:
    """The objects of an include path that a crawler looks at, in key order.

    Raises:
        CrawlFailed: the bucket cannot be listed, or an exclude pattern is none.
    """
    try:
        patterns = globs.compile_all(target.exclusions)
    except globs.BadPatternError as error:
        raise CrawlFailed(f"Exclude pattern of {target.path}: {error}") from error
    left_out = LeftOut(tell)
    used: set[str] = set()
    files = []
    for file in _objects(client, target):
        path = file.key[len(target.prefix) :]
        try:
            excluded = globs.first_match(path, patterns, target.exclusions)
        except globs.BadPatternError as error:
            raise CrawlFailed(f"Exclude pattern of {target.path}: {error}") from error
        used |= {excluded} if excluded else set()
        reason = f"exclude pattern {excluded}" if excluded else _left_out(file, path)
        if reason:
            left_out.add(file, reason)
        elif file.size:  # a folder's own marker is silently nothing
            files.append(file)
    left_out.finish(target.uri)
    for pattern in target.exclusions:
        if pattern not in used:
            tell(advice.unused_pattern(target.uri, pattern))
    return files


class LeftOut:
    """Says which objects are left out, the first few of each kind by name, the others by number."""

    NAMED = 10

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._counts: dict[str, int] = {}

    def add(self, file: FileFound, reason: str) -> None:
        """One more object that is left out."""
        self._counts[reason] = self._counts.get(reason, 0) + 1
        if self._counts[reason] <= self.NAMED:
            text = f"{file.uri} is left out: {reason}"
            self._tell(Finding("object", file.uri, text, "nothing", reason))

    def finish(self, place: str) -> None:
        """Tell how many of a place were not named."""
        for reason, count in self._counts.items():
            if count > self.NAMED:
                more = f"{count - self.NAMED} more objects"
                self._tell(Finding("object", f"{place} {more}", f"{more} are left out: {reason}", "nothing", reason))


def _left_out(file: FileFound, path: str) -> str:
    """Why the object, at this path below the include path, is not crawled; "" when it is, or is a folder marker."""
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
    tell: Tell,
    role: str,
    fetch: Fetch,
) -> list[FileFound]:
    """The files with what they turned out to be; those beyond the sample size of a folder are not read.

    Every folder with a refused object is told of, before the first refusal fails the crawl.

    Raises:
        CrawlFailed: S3 refuses an object.
        CrawlCancelled: should_stop said so.
    """
    reader = RangeReader(client, fetch)

    def read(file: FileFound) -> FileFound | CrawlFailed | None:
        if should_stop():
            raise CrawlCancelled
        try:
            return replace(file, reading=classify(S3Object(reader, file), classifiers))
        except ClientError as error:
            if error.response.get("Error", {}).get("Code") in _GONE:
                return None
            return from_client(error, file.uri)

    chosen, rest = _sample(files, sample_size)
    with ThreadPoolExecutor(WORKERS, thread_name_prefix="crawl") as pool:
        futures = [pool.submit(read, file) for file in chosen]
        try:
            results = [future.result() for future in futures]
        finally:
            pool.shutdown(cancel_futures=True)
    refused = [(file, why) for file, why in zip(chosen, results, strict=True) if isinstance(why, CrawlFailed)]
    if refused:
        _tell_refused(refused, tell, role)
        raise refused[0][1]
    return sorted([file for file in results if isinstance(file, FileFound)] + rest, key=lambda file: file.key)


def _tell_refused(refused: Sequence[tuple[FileFound, CrawlFailed]], tell: Tell, role: str) -> None:
    """Name the first refused object of each folder, and what to do about it."""
    folders: dict[str, list[tuple[FileFound, CrawlFailed]]] = {}
    for file, why in refused:
        folders.setdefault(file.key.rpartition("/")[0], []).append((file, why))
    for inside in list(folders.values())[: LeftOut.NAMED]:
        file, why = inside[0]
        more = f" (and {len(inside) - 1} more in its folder)" if len(inside) > 1 else ""
        text = f"{file.uri}{more} cannot be read: {why}"
        tell(Finding("object", file.uri + more, text, "refused", str(why), "WARN"))
        if "AccessDenied" in str(why):
            tell(advice.denied(role, file.uri))


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
