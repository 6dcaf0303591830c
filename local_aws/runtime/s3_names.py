"""Which keys of a bucket can be files of a folder, and what is said of those that cannot.

Of a key and a folder of its name (`a` and `a/b`) the folder is shown, as more objects lie in it; a marker (`a/`) that
shares its name with an object makes no folder. Where the file system does not tell capitals, or the forms in which
Unicode writes a letter, apart (macOS), the spelling that sorts first is shown.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

MOST_LINES = 10
"""So many objects are named when some cannot be shown; the others are counted."""

_SHOWN_CHARACTERS = 120
_NAME_BYTES = 255
_PATH_BYTES = 4096

Fold = Callable[[str], str]


def unsuitable(key: str, room: int = _PATH_BYTES) -> str | None:
    """Why no file can stand for a key; None where one can.

    Args:
        key: an object's; one that ends in `/` is a folder.
        room: bytes that the file's path below its bucket may have.
    """
    parts = key.removesuffix("/").split("/")
    if any(part in ("", ".", "..") for part in parts):
        return "it has an empty part, or one that is . or .."
    if "\0" in key:
        return "it has the character NUL"
    try:
        lengths = [len(part.encode()) for part in parts]
    except UnicodeEncodeError:
        return "it is not UTF-8"
    if max(lengths) > _NAME_BYTES:
        return f"a part of it is longer than {_NAME_BYTES} bytes"
    if sum(lengths) + len(lengths) > room:
        return "the path of its file would be too long"
    return None


def left_out(keys: Iterable[str], fold: Fold, room: int = _PATH_BYTES) -> dict[str, str]:
    """The keys of one bucket that no file stands for, with the reason; a folder's marker that makes none is not told.

    Args:
        keys: of all objects of the bucket that are to be shown.
        fold: what the file system takes for the same name is the same afterwards.
        room: see `unsuitable`.
    """
    reasons: dict[str, str] = {}
    files: list[str] = []
    for key in sorted(keys):
        reason = unsuitable(key, room)
        if reason is None and not key.endswith("/"):
            files.append(key)
        elif reason is not None:
            reasons[key] = reason
    spelling: dict[str, str] = {}
    for key in files:
        for folder in _folders(key):
            if spelling.setdefault(fold(folder), folder) != folder:
                reasons[key] = "this file system takes its folder and another one for the same"
    for key in files:
        if key in reasons:
            continue
        folded = fold(key)
        if folded in spelling:
            same = spelling[folded] in (key, key + "/")
            reasons[key] = (
                "a folder of other keys has its name"
                if same
                else ("this file system takes its name and another one for the same")
            )
        else:
            spelling[folded] = key
    return reasons


def _folders(key: str) -> Iterator[str]:
    """The folders that a key lies in, the outermost first."""
    place = key.find("/")
    while place >= 0:
        yield key[:place]
        place = key.find("/", place + 1)


def file_system_fold(folder: Path) -> Fold:
    """What the file system of a folder does to names: nothing, as Linux's, or what macOS's does."""
    probe = folder / ".Case-É.crc"
    probe.touch()
    try:
        tells_case = not (folder / ".case-É.crc").exists()
        tells_form = not (folder / unicodedata.normalize("NFD", probe.name)).exists()
    finally:
        probe.unlink()
    if tells_case and tells_form:
        return str
    return lambda name: unicodedata.normalize("NFD", name.casefold())


def path_room(folder: Path) -> int:
    """How many bytes a path below a folder may have."""
    return _PATH_BYTES - len(os.fsencode(folder)) - 2


def shown(key: str) -> str:
    """A key for a line of a log: what cannot be printed is escaped, what is long is cut."""
    text = "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in key.replace("\\", "\\\\"))
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


def lines(reasons: Iterable[tuple[str, str, str]]) -> Iterator[str]:
    """What is printed of (bucket, key, reason): a line each, the last one counting what has none."""
    count = 0
    for count, (bucket, key, reason) in enumerate(reasons, 1):
        if count <= MOST_LINES:
            yield f"WARN s3://{bucket}/{shown(key)} is hidden from Spark: {reason}"
    if count > MOST_LINES:
        yield f"WARN and {count - MOST_LINES} more objects are hidden from Spark"
