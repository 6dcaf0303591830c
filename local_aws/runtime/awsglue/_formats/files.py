"""Which files a source has: listed through Hadoop's file systems, so that s3://, file:/ and plain paths all work."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

NO_VALUE = "__HIVE_DEFAULT_PARTITION__"
"""The value of a partition key that is null, as Hive writes it."""
_GLOB = set("*?[{")
_EXTENSIONS = {"gzip": ".gz", "bzip": ".bz2", "bzip2": ".bz2", "snappy": ".snappy", "lz4": ".lz4"}


@dataclass(frozen=True)
class File:
    """A file of a source.

    Attributes:
        path: its whole path with the scheme, as Hadoop reads it.
        uri: the same with what is special in a URI escaped, as Spark's `_metadata.file_path` has it.
        base: the path of the source that it was found below.
        size: bytes.
        modified: milliseconds since the epoch.
    """

    path: str
    uri: str
    base: str
    size: int
    modified: int

    @property
    def folder(self) -> str:
        """The `uri` of its folder."""
        return self.uri.rpartition("/")[0]

    def partition(self) -> dict[str, str | None]:
        """Names and values of the `name=value` folders between the source's path and the file; Hive's null is None."""
        parts = self.path.removeprefix(self.base).split("/")[:-1]
        pairs = (part.partition("=") for part in parts if "=" in part.strip("="))
        return {unquote(name): None if value == NO_VALUE else unquote(value) for name, _, value in pairs}


class S3:
    """What is to be done of S3 outside of a job, where no mount is laid out before; in a job nothing.

    Attributes:
        reach: has Spark find the bucket of a path.
        bring: has Spark see what lies below a path.
        carry: carries what was written to S3.
    """

    reach: Callable[[str], Any] = staticmethod(lambda _path: None)
    bring: Callable[[str], Any] = staticmethod(lambda _path: None)
    carry: Callable[[], None] = staticmethod(lambda: None)


def file_system(session: Any, path: str) -> tuple[Any, Any]:
    """Hadoop's FileSystem for a path, and the path as Hadoop's Path."""
    S3.reach(path)
    found = session._jvm.org.apache.hadoop.fs.Path(path)
    return found.getFileSystem(session._jsparkSession.sessionState().newHadoopConf()), found


_YES = True
"""py4j takes no keywords."""


def is_denied(error: BaseException) -> bool:
    """Whether a file or folder may not be read, which is no fault of its content."""
    return "Permission denied" in str(error)


def put_text(session: Any, path: str, text: str) -> None:
    """Write a file, in place of one that is there."""
    system, place = file_system(session, path)
    stream = system.create(place, _YES)
    try:
        stream.write(bytearray(text, "utf-8"))
    finally:
        stream.close()


def delete(session: Any, path: str) -> None:
    """Delete a file, or a folder with all that is in it; nothing where there is none.

    Raises:
        OSError: it is still there.
    """
    system, place = file_system(session, path)
    if not system.delete(place, _YES) and system.exists(place):
        raise OSError(f"{path} cannot be deleted")


def listed(session: Any, paths: Iterable[str], *, recurse: bool, exclusions: Sequence[str] = ()) -> list[File]:
    """The files below paths, by name; those that are empty or hidden (`_…`, `.…`) are left out.

    Args:
        session: the Spark session.
        paths: folders or files, which may be patterns; one that is not there has no files, where S3 says so.
        recurse: whether files of folders below count.
        exclusions: patterns of paths that do not count: `**` crosses folders, `*` and `?` do not.
    """
    excluded = [_pattern(glob) for glob in exclusions]
    found: dict[str, File] = {}
    for path in paths:
        S3.bring(path)
        for file in _below(session, path, recurse=recurse):
            relative = file.path.removeprefix(file.base)
            if not any(one.fullmatch(name) for one in excluded for name in (file.path, relative)):
                found[file.path] = file
    return sorted(found.values(), key=lambda file: file.path)


def check_compression(files: Iterable[File], compression: str | None) -> None:
    """Refuse files whose names do not tell the compression that the script does.

    Raises:
        NotImplementedError: names such a file; ValueError: an unknown compression.
    """
    if compression in (None, "none", "uncompressed"):
        return
    if compression not in _EXTENSIONS:
        raise ValueError(f"compressionType must be one of {', '.join(_EXTENSIONS)}, not {compression}")
    for file in files:
        if not file.path.endswith(_EXTENSIONS[compression]):
            raise NotImplementedError(
                f"compressionType {compression} is known by the name here: rename {file.path} to end in "
                f"{_EXTENSIONS[compression]}"
            )


def bounded(files: Sequence[File], max_files: float | None, max_bytes: float | None) -> list[File]:
    """The first files, the oldest first, up to a number of files or bytes; a first file that is too large counts.

    Raises:
        ValueError: both limits are given (developer guide, "Workload partitioning with bounded execution").
    """
    if max_files is not None and max_bytes is not None:
        raise ValueError("boundedFiles and boundedSize cannot both be set")
    if max_files is None and max_bytes is None:
        return list(files)
    kept: list[File] = []
    size = 0
    for file in sorted(files, key=lambda file: (file.modified, file.path)):
        size += file.size
        if (max_files is not None and len(kept) >= max_files) or (max_bytes is not None and kept and size > max_bytes):
            break
        kept.append(file)
    return kept


def _below(session: Any, path: str, *, recurse: bool) -> Iterator[File]:
    system, place = file_system(session, path)
    if system.exists(place):
        roots = [system.getFileStatus(place)]
    elif _GLOB & set(path):
        roots = list(system.globStatus(place) or [])
    else:
        _check_may_list(path)
        roots = []
    for root in roots:
        if root.isFile():
            parent = root.getPath().getParent()
            yield from _counted(root, _with_slash(parent.toString()))
            continue
        base = _with_slash(root.getPath().toString())
        for entry in system.listStatus(root.getPath()):  # listFiles knows no root of a bucket
            if entry.isFile():
                yield from _counted(entry, base)
            elif recurse:
                found = system.listFiles(entry.getPath(), _YES)
                while found.hasNext():
                    yield from _counted(found.next(), base)


def _check_may_list(path: str) -> None:
    """Ask S3 itself about a folder that is not there, since a caller who may not list it is to hear that.

    Raises:
        botocore.exceptions.ClientError: AccessDenied.
    """
    scheme, _, rest = path.partition("://")
    if scheme in ("s3", "s3a", "s3n"):
        import boto3

        bucket, _, prefix = rest.partition("/")
        boto3.client("s3").list_objects_v2(Bucket=bucket, Prefix=prefix, MaxKeys=1)


def _counted(status: Any, base: str) -> Iterator[File]:
    place, size = status.getPath(), status.getLen()
    path = place.toString()
    if size and not any(part.startswith(("_", ".")) and "=" not in part for part in path.removeprefix(base).split("/")):
        uri = re.sub("^file:/+", "file:/", place.toUri().toString())
        yield File(path, uri, base, size, status.getModificationTime())


def _with_slash(path: str) -> str:
    return path if path.endswith("/") else path + "/"


_TOKENS = re.compile(r"(\*\*)|(\*)|(\?)|(\{)|(\})|(,)|\[([^\]]+)\]|(\\.)|(.)", re.DOTALL)


def _pattern(glob: str) -> re.Pattern[str]:
    """A glob as a regular expression."""
    result, depth = "", 0
    for match in _TOKENS.finditer(glob):
        everything, some, one, opening, closing, comma, chosen, escaped, plain = match.groups()
        depth += bool(opening) - bool(closing and depth)
        if chosen:
            result += f"[{'^' + chosen[1:] if chosen[0] in '!^' else chosen}]"
        elif comma:
            result += "|" if depth else ","
        else:
            special = {everything: ".*", some: "[^/]*", one: "[^/]", opening: "(?:", closing: ")"}
            special.pop(None, None)
            result += special.get(match.group()) or re.escape((escaped or plain)[-1])
    return re.compile(result, re.DOTALL)
