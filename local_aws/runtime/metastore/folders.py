"""The folders of tables and partitions in the mounted buckets: Hive's metastore makes and deletes them itself."""

from __future__ import annotations

import gzip
import itertools
import os
import shutil
import zlib
from pathlib import Path
from urllib.parse import unquote, urlsplit

from pymetastore.hive_metastore import ttypes as hive

from ..s3_mount import S3Mount

SCHEMES = ("s3", "s3a", "s3n")


class Folders:
    """Folders by their location in S3.

    Args:
        mount: the buckets of the job.
    """

    def __init__(self, mount: S3Mount) -> None:
        self._mount = mount

    def check(self, location: str | None) -> None:
        """Refuse a location that is not in S3 or whose bucket is not there; none is none.

        Raises:
            hive.MetaException: says which.
        """
        self._path(location)

    def make(self, location: str | None) -> None:
        """Make the folder of a location, so that Hive's readers find an empty table rather than none.

        Raises:
            hive.MetaException: the bucket is not there, or the folder cannot be made.
        """
        path = self._path(location)
        if path is None:
            return
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise hive.MetaException(f"{location} is not to be written: {error.strerror}") from error

    def delete(self, location: str | None) -> None:
        """Delete what lies below a location; S3 is asked when the job's writes are carried there.

        What lies at the root of a bucket stays, as Hadoop's S3A has it (of Glue unverified).

        Raises:
            hive.MetaException: the bucket is not there, or the role may not list the folder.
        """
        path = self._path(location)
        if path is None or path.parent == self._mount.root or not path.is_dir():
            return
        try:
            shutil.rmtree(path)
        except OSError as error:
            raise hive.MetaException(f"{location} is not to be deleted: {error.strerror}") from error

    def first_lines(self, location: str | None, count: int) -> list[bytes]:
        """The first lines of the first file below a location that can be read; gzip is understood.

        None where there is no such file: Spark itself says so when it reads.
        """
        try:
            file = _first_file(self._path(location))
            if file is None:
                return []
            with (gzip.open if file.suffix == ".gz" else open)(file, "rb") as lines:
                return list(itertools.islice(lines, count))
        except (hive.MetaException, OSError, EOFError, zlib.error):
            return []

    def _path(self, location: str | None) -> Path | None:
        if not location:
            return None
        parts = urlsplit(location, allow_fragments=False)
        if parts.scheme not in SCHEMES:
            raise hive.MetaException(
                f"{location} is not in S3, and would be gone when the job ends: give the table a LOCATION 's3://...', "
                "or its database one"
            )
        if not (self._mount.root / parts.netloc).is_dir():
            raise hive.MetaException(f"NoSuchBucket: The specified bucket does not exist: s3://{parts.netloc}")
        key = location.partition("://")[2].partition("/")[2].strip("/")
        path = self._mount.path(parts.netloc, key) if key else self._mount.root / parts.netloc
        if path is None:
            raise hive.MetaException(f"{location} cannot be a folder: a part of it is empty, . or ..")
        return path


def _first_file(path: Path | None) -> Path | None:
    if path is None or path.is_file():
        return path
    for parent, folders, files in os.walk(path):
        folders.sort()
        for name in sorted(files):
            if not name.startswith(("_", ".")) and os.access(Path(parent, name), os.R_OK):
                return Path(parent, name)
    return None


def is_local(location: str | None) -> bool:
    """Whether a location is on this machine's own disk."""
    return bool(location) and urlsplit(unquote(location or "")).scheme in ("file", "")
