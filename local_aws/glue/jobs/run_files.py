"""What the server reads of a run's folder. The job may have put anything there: a link to another file, a pipe."""

from __future__ import annotations

import os
import stat
from pathlib import Path
from typing import BinaryIO

MOST_BYTES = 16 << 20
"""Of what a run leaves for the server, that much is read."""


def open_plain(file: Path) -> BinaryIO:
    """Open a file for reading that is a file: of a link or a pipe nothing is read.

    Raises:
        OSError: it is not there, or is none.
    """
    number = os.open(file, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(number).st_mode):
        os.close(number)
        raise FileNotFoundError(f"{file} is no plain file")
    return os.fdopen(number, "rb")


def text_of(file: Path) -> str:
    """The first `MOST_BYTES` of a file as text; see `open_plain`."""
    with open_plain(file) as source:
        return source.read(MOST_BYTES).decode("utf-8", "replace")
