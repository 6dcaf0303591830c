"""Objects put in their place: bytes and description together, or neither, whenever the server is killed.

Each write has two files in the spool, `<n>.data` and then `<n>.meta`, which are moved into place in this order. So
after a kill, a description whose bytes are still in the spool was not begun and is dropped; one whose bytes are gone
from it is in the middle and is carried through. Nothing is asked of the disk beyond what a killed process leaves
behind: a machine that loses its power may lose the last seconds.
"""

from __future__ import annotations

import contextlib
import itertools
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local_aws.emulator.s3.objects.disk_body import DiskBody

_FILE = "file"
"""The description's own name for where it belongs, below the folder of objects."""

_numbers = itertools.count(1)


class WriteError(Exception):
    """A write that the disk refused; nothing of it is left.

    Attributes:
        place: account, bucket and key, where it is one object's.
    """

    def __init__(self, error: OSError, place: tuple[str, str, str] = ("", "", "")) -> None:
        super().__init__(str(error))
        self.place = place


def spool_folder() -> Path:
    """Where bodies are while they arrive, and writes that are under way; beside the objects, on their disk."""
    return Path(os.environ["STATE_DIR"]).with_name("spool")


def spool_name(suffix: str = "") -> str:
    """A path in the spool that no other write has."""
    return str(spool_folder() / f"{next(_numbers)}{suffix}")


def object_folder() -> str:
    """Where the objects lie."""
    return os.environ["S3_DATA_DIR"]


def place(target: str, body: bytes | DiskBody | None, description: Mapping[str, Any]) -> None:
    """Put bytes and description at `target`; without a body the bytes there stay.

    Raises:
        OSError: the disk refused; what was there is there.
    """
    name = spool_name()
    data, meta = Path(f"{name}.data"), Path(f"{name}.meta")
    try:
        if body is not None:
            _write(data, body)
        text = json.dumps({**description, _FILE: os.path.relpath(target, object_folder())})
        _write(meta, text.encode())
        Path(target).parent.mkdir(0o700, parents=True, exist_ok=True)
        if body is None:
            meta.replace(f"{target}.meta.json")
        else:
            _move(data, meta, Path(target))
    finally:
        for left in (data, meta):
            left.unlink(missing_ok=True)


def _move(data: Path, meta: Path, target: Path) -> None:
    """A folder that cannot take a second name leaves neither."""
    new = not target.exists()
    data.replace(target)
    try:
        meta.replace(f"{target}.meta.json")
    except OSError:
        if new:
            target.unlink()
        raise


def write_file(target: str, data: bytes | DiskBody) -> None:
    """Put a file at `target`, whole or not at all.

    Raises:
        OSError: the disk refused; what was there is there.
    """
    place_of = Path(target)
    if isinstance(data, DiskBody) and place_of.exists() and place_of.samefile(data.path):
        return
    name = Path(spool_name(".file"))
    try:
        _write(name, data)
        place_of.parent.mkdir(0o700, parents=True, exist_ok=True)
        name.replace(place_of)
    finally:
        name.unlink(missing_ok=True)


def recover() -> None:
    """Carry through what a killed server was in the middle of, and empty the spool; before objects are loaded."""
    spool = spool_folder()
    if spool.is_dir():
        for meta in spool.glob("*.meta"):
            _carry_through(meta)
        shutil.rmtree(spool)
    spool.mkdir(mode=0o700, parents=True)


def _carry_through(meta: Path) -> None:
    if meta.with_suffix(".data").exists():
        return
    with contextlib.suppress(ValueError, KeyError):
        target = Path(object_folder(), json.loads(meta.read_bytes())[_FILE])
        if target.parent.is_dir():
            meta.replace(f"{target}.meta.json")


def _write(path: Path, data: bytes | DiskBody) -> None:
    if isinstance(data, DiskBody):
        data.store(str(path))
        return
    number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        rest = memoryview(data)
        while rest:
            rest = rest[os.write(number, rest) :]
    finally:
        os.close(number)
