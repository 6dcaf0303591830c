"""Whether the state folder can be used: what is damaged is named and left as it is, never begun anew over it."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path


class StateFolderError(Exception):
    """The folder cannot be used; the text says why and what to do."""


def open_folder(folder: Path) -> Path:
    """Make the folder if absent, and see that files in it can be written; return its absolute path.

    Raises:
        StateFolderError: it cannot be made, read or written.
    """
    folder = folder.absolute()
    try:
        folder = folder.resolve()
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        probe = folder / ".writable"
        probe.write_text("x", encoding="utf-8")
        probe.unlink()
        list(folder.iterdir())
    except OSError as error:
        raise StateFolderError(
            f"the state folder {folder} cannot be used\n"
            f"  seen: {error.strerror}: {error.filename}\n"
            "  next: make room or give this user the rights to it, or name another state folder"
        ) from error
    return folder


def check_files(folder: Path) -> None:
    """Read the databases, and the emulator's state files of earlier versions, as a whole.

    Raises:
        StateFolderError: one is damaged.
    """
    emulator = folder / "emulator"
    for database in (folder / "glue.sqlite", emulator / "emulator.sqlite", emulator / "used_rights.sqlite"):
        if database.exists():
            _check_database(database)
    for file in sorted(emulator.glob("*.json")):
        try:
            json.loads(file.read_bytes())
        except (OSError, ValueError) as error:
            raise _damaged(file, error) from error


def _check_database(file: Path) -> None:
    try:
        with sqlite3.connect(file) as database:
            ((found,),) = database.execute("PRAGMA quick_check(1)")
        database.close()
    except sqlite3.Error as error:
        raise _damaged(file, error) from error
    if found != "ok":
        raise _damaged(file, found)


def _damaged(file: Path, seen: object) -> StateFolderError:
    return StateFolderError(
        f"the state file {file} cannot be read; nothing was changed\n"
        f"  seen: {seen}\n"
        "  next: put a copy of it back, or move it away to begin without what it held"
    )
