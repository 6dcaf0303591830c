"""Files that were written aside, put where they belong under Glue's names."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from awsglue._formats.files import delete, file_system
from awsglue._formats.options import Options

_DEEP = True
_PART = re.compile(r"part-(\d+)-")


@dataclass(frozen=True)
class Written:
    """What a write made.

    Attributes:
        partitions: the folders below the path that files were put into, each with the values of the partition keys.
        files: how many files.
    """

    partitions: Mapping[str, tuple[str, ...]]
    files: int


def move(session: Any, staging: str, path: str, name: str, depth: int, is_empty: Callable[[str], bool]) -> Written:
    """Put the files that Spark wrote where they belong."""
    from urllib.parse import unquote

    system, root = file_system(session, staging)
    hadoop = session._jvm.org.apache.hadoop.fs.Path
    base = system.getFileStatus(root).getPath().toString()
    partitions: dict[str, tuple[str, ...]] = {}
    count = 0
    found = system.listFiles(root, _DEEP)
    files = []
    while found.hasNext():
        status = found.next()
        files.append((status.getPath(), status.getLen()))
    for source, size in files:
        number = _PART.match(source.getName())
        if number is None or not size or (int(number.group(1)) == 0 and is_empty(source.toString())):
            continue
        folders = source.getParent().toString().removeprefix(base).strip("/")
        target = hadoop(f"{path.rstrip('/')}/{folders}" if folders else path)
        system.mkdirs(target)
        final = hadoop(target, name.format(number.group(1)))
        if not system.rename(source, final):
            raise OSError(f"{source.toString()} cannot be moved to {final.toString()}")
        parts = folders.split("/") if depth else []
        partitions[folders] = tuple(unquote(part.partition("=")[2]) for part in parts)
        count += 1
    return Written(partitions, count)


def emptiness(session: Any, kind: str, options: Options) -> Callable[[str], bool]:
    """Whether a file has no rows: Spark writes the first part even then."""
    if kind == "avro":
        return lambda _path: False
    is_text = kind in ("json", "csv")
    reader = session.read.format("text" if is_text else kind.removeprefix("glue")).option("__globPaths__", "false")
    lines = 2 if kind == "csv" and options.flag("writeHeader", default=True) else 1
    return lambda path: reader.load(path).limit(lines).count() < lines


def clear(session: Any, staging: str) -> None:
    delete(session, staging)
    system, root = file_system(session, staging)
    parent = root.getParent()
    if system.exists(parent) and not system.listStatus(parent):
        delete(session, parent.toString())
