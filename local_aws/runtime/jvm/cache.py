"""The folder of what can be made again: `local-aws` in the user's folder of caches. Jobs read in it and never write."""

from __future__ import annotations

import contextlib
import fcntl
import os
from collections.abc import Iterator
from pathlib import Path


def place() -> Path | None:
    """The folder, which need not be there yet; None for a user without a home (XDG Base Directory Specification)."""
    caches = Path(os.environ.get("XDG_CACHE_HOME", ""))
    if not caches.is_absolute():
        caches = Path(os.path.expanduser("~/.cache"))  # noqa: PTH111 - never raises
    return caches / "local-aws" if caches.is_absolute() else None


@contextlib.contextmanager
def locked(folder: Path, name: str, *, wait: bool = True) -> Iterator[bool]:
    """Hold one of the folder's locks, alone among this user's processes.

    Args:
        folder: made if absent.
        name: which lock.
        wait: until another process gives it back; else there may be none to hold.

    Yields:
        Whether it is held.

    Raises:
        OSError: the folder cannot be written.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    with (folder / f"{name}.lock").open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
