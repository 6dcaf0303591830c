"""`s3://` outside of a job: under plain pytest, with the local AWS's lines exported.

Spark sees S3 as folders here too (s3_mount.py), but nobody lays them out before: what lies below a path is copied from
S3 when the path is read, and what Spark wrote goes there when the write is done. Only a local AWS is spoken to: without
`AWS_ENDPOINT_URL` nothing is changed, and Spark says that it has no file system for `s3`.
"""

from __future__ import annotations

import atexit
import functools
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from . import spark_conf
from .s3_mount import S3Mount

MOST_BYTES = 1 << 30
"""What is copied of S3 at most in a process; a job's run on the local AWS links files and copies none."""

_ADDRESS = re.compile(r"s3[an]?://([^/]+)/?(.*)", re.DOTALL)
_GLOB = re.compile(r"[*?\[{]")
_LOOPBACK = ("127.0.0.1", "localhost", "::1")
_FORMATS = ("json", "parquet", "orc", "csv", "text")


def serve(session: Any) -> None:
    """Have a session read and write `s3://`, unless it can already, or no local AWS is named."""
    conf = session.sparkContext._jsc.hadoopConfiguration()
    host = urlsplit(os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL", "")).hostname
    if host not in _LOOPBACK or conf.get("fs.s3.impl") is not None:
        return
    if not _MADE:
        _MADE.append(_Buckets())
        _MADE[0].watch()
    _MADE[0].serve(conf)


class _Buckets:
    """The buckets of S3 as folders, each filled as far as it was asked for."""

    def __init__(self) -> None:
        import boto3

        root = Path(tempfile.mkdtemp(prefix="glue-s3-"))
        atexit.register(shutil.rmtree, root, ignore_errors=True)
        self._conf: Any = None
        self._client = boto3.client("s3")
        self._mount = S3Mount(root, self._client)
        self._seen: dict[str, dict[str, str]] = {}  # bucket -> key -> what S3 calls its content
        self._copied = 0

    def serve(self, conf: Any) -> None:
        """Have the Spark of a configuration of Hadoop find the buckets, those of later sessions too."""
        self._conf = conf
        self._set(spark_conf.of_buckets(self._mount.root, self._mount.buckets))

    def _set(self, settings: dict[str, str]) -> None:
        for name, value in settings.items():
            self._conf.set(name.removeprefix("spark.hadoop."), value)

    def watch(self) -> None:
        """Look at what Spark's readers and writers, and awsglue, are told to read and write."""
        from awsglue._formats import files
        from pyspark import RDD, SparkContext
        from pyspark.sql import DataFrameReader, DataFrameWriter

        for name in ("load", *_FORMATS):
            _watched(DataFrameReader, name, self.bring)
        for name in ("textFile", "wholeTextFiles"):
            _watched(SparkContext, name, self.bring)
        for name in ("save", *_FORMATS):
            _watched(DataFrameWriter, name, self.reach, self.carry)
        _watched(RDD, "saveAsTextFile", self.reach, self.carry)
        files.S3.reach, files.S3.bring, files.S3.carry = self.reach, self.bring, self.carry

    def reach(self, path: str) -> str | None:
        """Have Spark find the bucket of a path; its name, None where the path is none of S3."""
        found = _ADDRESS.fullmatch(path)
        if found is None:
            return None
        bucket = found[1]
        if bucket not in self._seen:
            try:
                self._client.head_bucket(Bucket=bucket)
            except self._client.exceptions.ClientError as error:
                if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404:
                    raise
                raise FileNotFoundError(f"The specified bucket does not exist: s3://{bucket}") from None
            (self._mount.root / bucket).mkdir()
            self._mount.buckets.append(bucket)
            self._set(spark_conf.of_buckets(self._mount.root, [bucket]))
            self._seen[bucket] = {}
        return bucket

    def bring(self, path: str) -> None:
        """Copy what lies below a path, as far as it is not here yet.

        Raises:
            OSError: it is too much.
            botocore.exceptions.ClientError: S3's refusal.
        """
        bucket = self.reach(path)
        if bucket is None:
            return
        self.carry()
        key = path.partition("://")[2].partition("/")[2]
        prefix = _GLOB.split(key)[0]
        pages = self._client.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        there = {
            one["Key"]: (one["ETag"], one["Size"], one["LastModified"].timestamp())
            for page in pages
            for one in page.get("Contents", [])
            if prefix != key or _is_below(one["Key"], prefix)
        }
        seen = self._seen[bucket]
        for name in [one for one in seen if one not in there and (prefix != key or _is_below(one, prefix))]:
            if name.startswith(prefix):
                self._mount.forget(bucket, name)
                del seen[name]
        for name, (tag, size, modified) in there.items():
            if seen.get(name) != tag:
                self._count(path, size)
                self._mount.refresh(bucket, name, functools.partial(self._download, modified))
                seen[name] = tag

    def _download(self, modified: float, bucket: str, key: str, target: Path) -> None:
        """As a file of the object's age, which bookmarks and purges go by."""
        self._client.download_file(bucket, key, str(target))
        os.utime(target, (modified, modified))

    def carry(self) -> None:
        """Carry to S3 what Spark wrote and deleted."""
        self._mount.flush()

    def _count(self, path: str, size: int) -> None:
        self._copied += size
        if self._copied > MOST_BYTES:
            raise OSError(
                f"{path}: more than {MOST_BYTES >> 30} GiB of S3 would be copied for this process; run the job on the "
                "local AWS, which copies nothing"
            )


_MADE: list[_Buckets] = []
"""The one of this process, once a session needs it."""


def _is_below(key: str, prefix: str) -> bool:
    """Whether a key is that of a path, or lies in its folder."""
    return not prefix or key == prefix or key.startswith(f"{prefix.rstrip('/')}/")


def _watched(owner: type, name: str, before: Callable[[str], Any], after: Callable[[], None] | None = None) -> None:
    """Call functions with the paths that a method is given, before it and after it."""
    original = getattr(owner, name)

    @functools.wraps(original)
    def method(this: Any, *args: Any, **kwargs: Any) -> Any:
        paths = [path for value in (*args, *kwargs.values()) for path in _paths(value)]
        for path in paths:
            before(path)
        made = original(this, *args, **kwargs)
        if paths and after:
            after()
        return made

    setattr(owner, name, method)


def _paths(value: Any) -> Iterable[str]:
    texts = [value] if isinstance(value, str) else value if isinstance(value, list | tuple) else []
    return [text for text in texts if isinstance(text, str) and _ADDRESS.fullmatch(text)]
