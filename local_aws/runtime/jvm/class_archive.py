"""The archive of Spark's classes as Java has them in memory, for class data sharing.

It is mapped where else 14,000 classes are read from jars, checked and linked at each start.
Java takes an archive only where its class path begins as the archive's does, jar by jar, and goes on without it where
not. So Spark's jars come first on the class path of a session, before the folder of its settings, which Java would not
have in an archive.

The name of an archive says what it is for and what is in it: `classes-<key>-<bytes>-<CRC-32>.jsa`. It comes by a
rename and is never changed.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import time
import zlib
from pathlib import Path

SWITCH = "LOCAL_AWS_CLASS_ARCHIVE"
"""Variable of the server's environment; `off` for none to be made or used."""

KEPT = 3
"""Archives that stay, those used last: one has 150 MB."""

_MADE_BY = [Path(__file__).with_name(name) for name in ("training.py", "maker.py")]
_RETRY_S = 24 * 3600
_READ_AT_ONCE = 1 << 20
_checked: set[tuple[str, int, int]] = set()
"""What this process read as a whole already: name, inode, bytes."""


def is_on() -> bool:
    """Whether archives are to be used."""
    return os.environ.get(SWITCH, "").strip().lower() not in ("off", "0", "false", "no")


def class_path(jars: Path) -> str:
    """What stands first on the class path."""
    return f"{jars}/*"


def key(java: Path, jars: Path, version: str) -> str:
    """The same for what one archive fits: this Java, these jars in this order, this way to make it.

    Args:
        java: JAVA_HOME.
        jars: the folder of Spark's.
        version: of Spark and Java.
    """
    made_by = b"".join(file.read_bytes() for file in _MADE_BY)
    digest = hashlib.sha256(f"{version}\0{java.resolve()}\0{jars}\0".encode() + made_by)
    with os.scandir(jars) as entries:  # in the order in which Java finds them
        for entry in entries:
            about = entry.stat()
            digest.update(f"{entry.name} {about.st_size} {about.st_mtime_ns}\n".encode())
    return digest.hexdigest()[:20]


def ready(folder: Path, name: str) -> Path | None:
    """The archive of that key, if there is one that is whole; one that is not is deleted.

    Args:
        folder: of the cache.
        name: the key.
    """
    for file in folder.glob(f"classes-{name}-*.jsa"):
        with contextlib.suppress(OSError):
            about = file.stat()
            identity = (file.name, about.st_ino, about.st_size)
            if identity in _checked or file.name == named(file, name).name:
                _checked.add(identity)
                os.utime(file, ns=(time.time_ns(), about.st_mtime_ns))  # which are used last
                return file
            file.unlink()
    return None


def named(file: Path, name: str) -> Path:
    """The path, in its folder, that an archive has by its key and its content."""
    summed = 0
    with file.open("rb") as content:
        while part := content.read(_READ_AT_ONCE):
            summed = zlib.crc32(part, summed)
    return file.with_name(f"classes-{name}-{file.stat().st_size}-{summed:08x}.jsa")


def failed(folder: Path, name: str) -> Path:
    """The file that says why there is no archive of that key."""
    return folder / f"classes-{name}.failed"


def is_wanted(folder: Path, name: str) -> bool:
    """Whether one is to be made: there is none, and none failed to be made within a day."""
    if not is_on() or ready(folder, name):
        return False
    try:
        return time.time() - failed(folder, name).stat().st_mtime > _RETRY_S
    except OSError:
        return True


def drop_oldest(folder: Path) -> None:
    """Delete all archives but the `KEPT` that were used last."""
    files = sorted(folder.glob("classes-*.jsa"), key=lambda file: file.stat().st_atime_ns, reverse=True)
    for file in files[KEPT:]:
        file.unlink(missing_ok=True)
