"""The room that installed Python modules take: a bound, and which go when it is passed."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Collection, Mapping
from pathlib import Path

MOST_BYTES = 4 << 30
"""Of all lists together; that of awswrangler with what it needs takes 0.35 GB."""

_GOING = ".partial"
"""What a folder is called while it is deleted: it counts as little as one that is half made."""


def mark_as_used(folder: Path) -> None:
    """Have a folder be the one that goes last."""
    with contextlib.suppress(OSError):  # that of another user, or of a disk that is full: the order suffers alone
        os.utime(folder)


def sizes(folder: Path) -> dict[str, int]:
    """Bytes of each list's folder, the one that was used longest ago first."""
    found = [(entry.stat().st_mtime, entry) for entry in folder.iterdir() if entry.is_dir() and not entry.suffix]
    return {entry.name: _bytes_below(entry) for _, entry in sorted(found)}


def make_room(folder: Path, sizes: Mapping[str, int], used: Collection[str], most: int = MOST_BYTES) -> list[str]:
    """Delete folders, those that were used longest ago first, until the others have room; the names of those that went.

    Args:
        folder: holds them.
        sizes: as the function of this name gives them.
        used: names of those that stay in any case, as runs have them.
        most: bytes.
    """
    left, gone = sum(sizes.values()), []
    for name, size in sizes.items():
        if left <= most:
            break
        if name not in used:
            with contextlib.suppress(FileNotFoundError):
                going = (folder / name).rename(folder / f"{name}{_GOING}")
                shutil.rmtree(going, ignore_errors=True)
            left -= size
            gone.append(name)
    return gone


def _bytes_below(folder: Path) -> int:
    total = 0
    for parent, _, files in os.walk(folder):
        for name in files:
            with contextlib.suppress(OSError):
                total += os.lstat(os.path.join(parent, name)).st_size  # noqa: PTH118 - there are ten thousands
    return total
