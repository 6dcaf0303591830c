"""Files and folders of a mount: made where nothing is yet, and which of them are Spark's own."""

from __future__ import annotations

import errno
import os
import shutil
from pathlib import Path

_STAGING = (".hive-staging", ".spark-staging")
"""How the names of folders begin that hold what Spark and Hive are still writing; so does `_temporary`."""

NO_PLACE = (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENAMETOOLONG, errno.EILSEQ, errno.EINVAL)
"""What the system says where a file cannot have the name; anything else, such as a full disk, is a failure."""


def made_folder(folder: Path, made: set[Path]) -> bool:
    """Make a folder if it is not there; False where a file has its name, or the name of one that it lies in."""
    if folder in made:
        return True
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        if error.errno in NO_PLACE:
            return False
        raise
    made.add(folder)
    return True


def is_passing(path: Path) -> bool:
    """Whether a name is one of those that Spark and Hive give to what they are still writing."""
    return is_passing_file(path.name) or any(map(is_passing_folder, path.parts[:-1]))


def is_passing_folder(name: str) -> bool:
    """`is_passing` of a folder."""
    return name == "_temporary" or name.startswith(_STAGING)


def is_passing_file(name: str) -> bool:
    """`is_passing` of a file, as Hadoop calls its sums."""
    return name.startswith(".") and name.endswith(".crc")


def link_or_copy(source: Path, target: Path, *, writable: bool) -> None:
    """Make a file of an object's bytes: a read-only link where that can be and nobody is to write to it."""
    if writable:
        copy(source, target)
        return
    try:
        source.chmod(0o400)
        target.hardlink_to(source)
    except FileExistsError:
        raise
    except OSError as error:  # another disk, or one that knows no hard links
        if error.errno in NO_PLACE:
            raise
        copy(source, target)


def copy(source: Path, target: Path) -> None:
    """Copy to a file that is not there yet; it is as old as its object: job bookmarks and purges ask for that."""
    with source.open("rb") as read, target.open("xb") as written:
        seen = os.fstat(read.fileno())
        shutil.copyfileobj(read, written, 1 << 20)
    os.utime(target, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def unreadable(target: Path, size: int) -> None:
    """Make a file of so many bytes that nobody may read."""
    with target.open("xb") as file:
        file.truncate(size)
    target.chmod(0)
