"""The files of a bucket on their way: incoming/, processed/, rejected/, and pending/ for what is not yet done with.

A file is moved only after its load and the bookmark are committed. Before the commit a run writes down in
`pending/<run>.json` which files it has read. Whatever kills a run, the next one finds that note and knows what was
committed: files that the bookmark gives again were not, and are loaded again; those that it does not give were, and are
moved. Notes go when their files are moved.

Whoever writes to incoming/ gives each file a name of its own. Hidden files (`_…`, `.…`), folders and empty files are
left where they are, as the reader leaves them out.
"""

from __future__ import annotations

import json
import tempfile
from functools import cache
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import urlsplit

from botocore.exceptions import ClientError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

INCOMING, PROCESSED, REJECTED, PENDING = "incoming/", "processed/", "rejected/", "pending/"
CHUNK = 1 << 20
LONGEST_LINE = 1 << 16
"""Bytes; of a longer one that many are kept, which is too long for any record."""
SPOOLED = 1 << 23
"""Bytes of rejected lines that stay in memory; more go to disk."""
CHANGED = frozenset({"404", "412", "NoSuchKey", "PreconditionFailed"})


class FilesError(Exception):
    """A file is not as it has to be; nothing of it was moved."""


class File(NamedTuple):
    """A file in incoming/, in the version that was listed."""

    key: str
    etag: str

    @property
    def name(self) -> str:
        """Its key below incoming/."""
        return self.key.removeprefix(INCOMING)


class Files:
    """The files of a bucket. Can be sent to other processes, as it holds a name alone.

    Args:
        bucket: its name.
    """

    def __init__(self, bucket: str) -> None:
        self.bucket = bucket

    def incoming(self) -> dict[str, File]:
        """What lies in incoming/, by key."""
        found = _listed(_client(), self.bucket, INCOMING)
        return {key: File(key, etag) for key, etag in found.items()}

    def given(self, temp_dir: str, job: str, run: str) -> list[str] | None:
        """The keys that the reader was given by the bookmark, by name; None where it wrote no list of them.

        Glue lists the files that a run reads under `<TempDir>/partitionlisting/<job>/<run>/`, as JSON. The form is not
        documented; taken are the texts of each `files`.

        Raises:
            FilesError: a list is none.
        """
        place, s3 = urlsplit(temp_dir), _client()
        prefix = f"{place.path.strip('/')}/partitionlisting/{job}/{run}/"
        lists = [key for key in _listed(s3, place.netloc, prefix) if not key.endswith("/")]
        if not lists:
            return None
        found: set[str] = set()
        for key in lists:
            text = s3.get_object(Bucket=place.netloc, Key=key)["Body"].read()
            try:
                uris = [uri for entry in json.loads(text) for uri in entry["files"]]
            except (ValueError, TypeError, KeyError) as error:
                raise FilesError(
                    f"error: s3://{place.netloc}/{key} does not list files\n"
                    f"  seen: {text[:200]!r}: {error!r}\n"
                    "  next: compare it with operations_files.Files.given, which reads a list of {path, files}"
                ) from error
            found |= {key for bucket, key in map(_taken_apart, uris) if bucket == self.bucket}
        return sorted(found)

    def lines(self, file: File) -> Iterator[bytes]:
        """The lines of a file, one after the other, without their ends.

        Raises:
            FilesError: the file is not there any more, or was written over.
        """
        try:
            body = _client().get_object(Bucket=self.bucket, Key=file.key, IfMatch=file.etag)["Body"]
        except ClientError as error:
            if error.response["Error"]["Code"] not in CHANGED:
                raise
            raise FilesError(
                f"error: s3://{self.bucket}/{file.key} was changed while it was to be loaded\n"
                f"  seen: {error}\n"
                "  next: write each file once, under a name of its own; then run again"
            ) from error
        yield from split(body.iter_chunks(CHUNK))

    def reject(self, name: str, lines: Iterable[Mapping[str, Any]]) -> int:
        """Make these the rejected lines of the file of this name, JSON objects; how many they are.

        Without any, what there was of an earlier load of the file goes.
        """
        s3, key, count = _client(), f"{REJECTED}{name}.json", 0
        with tempfile.SpooledTemporaryFile(SPOOLED) as content:
            for count, line in enumerate(lines, start=1):  # noqa: B007 - the last one counts
                content.write(json.dumps(line, ensure_ascii=False).encode() + b"\n")
            content.seek(0)
            if count:
                s3.put_object(Bucket=self.bucket, Key=key, Body=content)
            elif key in _listed(s3, self.bucket, key):
                s3.delete_object(Bucket=self.bucket, Key=key)
        return count

    def note(self, run: str, files: Iterable[File]) -> None:
        """Write down which files a run has read: it is about to commit."""
        _client().put_object(Bucket=self.bucket, Key=f"{PENDING}{run}.json", Body=json.dumps(list(files)).encode())

    def settle(self, given: Iterable[str]) -> int:
        """Move the files that runs had committed when they were killed; how many those were.

        Args:
            given: keys that the bookmark gives now, which were not committed, or are new.
        """
        s3, again, moved = _client(), set(given), 0
        for key in sorted(_listed(s3, self.bucket, PENDING)):
            files = [File(*one) for one in json.loads(s3.get_object(Bucket=self.bucket, Key=key)["Body"].read())]
            moved += self.move(file for file in files if file.key not in again)
            s3.delete_object(Bucket=self.bucket, Key=key)
        return moved

    def move(self, files: Iterable[File]) -> int:
        """Move files to processed/; how many were still there. One that was written over meanwhile stays, as new."""
        from boto3.s3.transfer import TransferConfig

        s3, moved = _client(), 0
        for file in files:
            source = {"Bucket": self.bucket, "Key": file.key}
            try:
                s3.copy(
                    source,
                    self.bucket,
                    PROCESSED + file.name,
                    ExtraArgs={"CopySourceIfMatch": file.etag},
                    Config=TransferConfig(use_threads=False),
                )
            except ClientError as error:
                if error.response["Error"]["Code"] not in CHANGED:
                    raise
                continue
            s3.delete_object(**source)
            moved += 1
        return moved

    def forget(self, run: str) -> None:
        """Delete the note of a run: its files are moved."""
        _client().delete_object(Bucket=self.bucket, Key=f"{PENDING}{run}.json")


def split(chunks: Iterable[bytes]) -> Iterator[bytes]:
    """The lines of a text that comes in pieces; LF or CRLF ends one; so does the end, after a rest."""
    left, too_long = b"", False
    for chunk in chunks:
        *ended, rest = chunk.split(b"\n")
        for line in ended:
            if not too_long:
                yield (left + line).removesuffix(b"\r")[:LONGEST_LINE]
            left, too_long = b"", False
        if not too_long:
            left += rest
        if len(left) > LONGEST_LINE:
            yield left[:LONGEST_LINE]
            left, too_long = b"", True
    if left:
        yield left.removesuffix(b"\r")


@cache
def _client() -> Any:
    """One a process: to make one takes longer than to read a small file."""
    import boto3

    return boto3.client("s3")


def _listed(s3: Any, bucket: str, prefix: str) -> dict[str, str]:
    """Key -> ETag of what lies below a prefix."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return {one["Key"]: one["ETag"] for page in pages for one in page.get("Contents", [])}


def _taken_apart(uri: str) -> tuple[str, str]:
    """Bucket and key of s3://bucket/key."""
    bucket, _, key = uri.partition("://")[2].partition("/")
    return bucket, key
