"""What a script may reach of the machine's files and processes: Linux's Landlock, which needs no rights to use.

Landlock can only allow, whole folders at a time. So everything is allowed but for some folders: at each step on the way
to one of them, what lies beside the way is. What is made later beside the way cannot be reached either, and neither can
the folders on the way be listed. Processes outside cannot be looked into (/proc/<pid>/environ), traced or signalled.

Where there is no Landlock - macOS, kernels before 5.19, or one started without it - nothing is confined.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

# Numbers and bits of linux/landlock.h; those of the system calls are the same on all machines.
_CREATE, _ADD, _RESTRICT = 444, 445, 446
_VERSION_FLAG, _PATH_BENEATH = 1, 1
_FIRST_RIGHTS = (1 << 13) - 1
_RIGHT_OF_VERSION = {2: 1 << 13, 3: 1 << 14, 5: 1 << 15}
"""To move and link between folders, to truncate, to control devices."""
_RIGHTS_OF_FILES = 0b111 | 1 << 14 | 1 << 15
"""To run, write, read, truncate and control; the others are rights of folders."""
_RIGHTS_TO_READ = 1 << 2 | 1 << 3
"""Files and folders."""
_SIGNALS, _SIGNALS_SINCE = 1 << 1, 6
_NO_NEW_PRIVILEGES = 38


class _Rules(ctypes.Structure):
    _fields_ = (("files", ctypes.c_uint64), ("network", ctypes.c_uint64), ("scoped", ctypes.c_uint64))


class _Beneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed", ctypes.c_uint64), ("place", ctypes.c_int32))


def version() -> int:
    """The version of Landlock that is there to use; 0 where there is none that suffices."""
    if not sys.platform.startswith("linux"):
        return 0
    libc = ctypes.CDLL(None, use_errno=True)
    found = int(libc.syscall(_CREATE, None, ctypes.c_size_t(0), ctypes.c_uint32(_VERSION_FLAG)))
    return found if found >= 2 else 0  # the first version forbids to move files between folders, which Spark does


def confine(hidden: Iterable[str], shown: Iterable[str], readable: Iterable[str] = ()) -> bool:
    """Confine this thread, and every thread and process that it starts from now on, for good.

    Args:
        hidden: folders out of reach, with all in them.
        shown: files and folders within reach although they lie in hidden ones.
        readable: the same, to read in only.

    Returns:
        Whether that could be done.
    """
    found = version()
    if not found:
        return False
    libc = ctypes.CDLL(None, use_errno=True)
    rights = _FIRST_RIGHTS | sum(bit for since, bit in _RIGHT_OF_VERSION.items() if found >= since)
    wanted = _Rules(rights, 0, _SIGNALS if found >= _SIGNALS_SINCE else 0)
    size = ctypes.sizeof(wanted) if found >= _SIGNALS_SINCE else 8
    rules = libc.syscall(_CREATE, ctypes.byref(wanted), ctypes.c_size_t(size), ctypes.c_uint32(0))
    if rules < 0:
        return False
    try:
        for path in {*beside(_real(hidden)), *_real(shown)}:
            _allow(libc, rules, path, rights)
        for path in _real(readable):
            _allow(libc, rules, path, rights & _RIGHTS_TO_READ)
        libc.prctl(_NO_NEW_PRIVILEGES, 1, 0, 0, 0)
        return bool(libc.syscall(_RESTRICT, rules, ctypes.c_uint32(0)) == 0)
    finally:
        os.close(rules)


def beside(hidden: Iterable[Path]) -> Iterator[Path]:
    """Everything that is neither one of these folders, nor in one, nor on the way to one: as few paths as say it.

    Args:
        hidden: paths without links.
    """
    folders = set(hidden)
    if not folders:
        yield Path("/")
    on_the_way = {parent for folder in folders for parent in folder.parents}
    for folder in on_the_way:
        if folders.isdisjoint([folder, *folder.parents]) and os.access(folder, os.R_OK):
            others = (path for path in folder.iterdir() if path not in folders and path not in on_the_way)
            yield from (path for path in others if not path.is_symlink())  # what it leads to is looked at by itself


def _real(paths: Iterable[str]) -> list[Path]:
    return [Path(path).resolve() for path in paths if path and Path(path).exists()]


def _allow(libc: ctypes.CDLL, rules: int, path: Path, rights: int) -> None:
    try:
        place = os.open(path, os.O_PATH | os.O_CLOEXEC)
    except OSError:  # went away, or is not for this user
        return
    try:
        allowed = rights if path.is_dir() else rights & _RIGHTS_OF_FILES
        rule = _Beneath(allowed, place)
        libc.syscall(_ADD, rules, _PATH_BENEATH, ctypes.byref(rule), ctypes.c_uint32(0))
    finally:
        os.close(place)
