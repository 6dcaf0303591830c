"""Files and folders of a mount: made where nothing is yet, and which of them are Spark's own."""

from __future__ import annotations

import errno
import os
from pathlib import Path

_STAGING = (".hive-staging", ".spark-staging")
"""How the names of folders begin that hold what Spark and Hive are still writing; so does `_temporary`."""

_PIECE = 1 << 20

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
    read = os.open(source, os.O_RDONLY | os.O_CLOEXEC)
    try:
        written = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o666)
        try:
            while piece := os.read(read, _PIECE):
                while piece:
                    piece = piece[os.write(written, piece) :]
            seen = os.fstat(read)
            os.utime(written, ns=(seen.st_atime_ns, seen.st_mtime_ns))
        finally:
            os.close(written)
    finally:
        os.close(read)


def unreadable(target: Path, size: int) -> None:
    """Make a file of so many bytes that nobody may read."""
    with target.open("xb") as file:
        file.truncate(size)
    target.chmod(0)
