"""Which files of its mount a job read, and which folders it listed: noted in its run's folder, as no request tells it.

A line each, `r` or `l` and `bucket/key`, percent-encoded. jvm/UsedObjects.java notes what Spark does, a few files of
each folder; where that is not there (a machine without a cache folder) nothing of Spark is noted.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote_plus, unquote_plus

FILE = "used.txt"


def note_read(run: Path, name: str) -> None:
    """Note that a file is to be read.

    Args:
        run: the run's folder.
        name: `bucket/key`.
    """
    with (run / FILE).open("a", encoding="utf-8") as noted:
        noted.write(f"r {quote_plus(name)}\n")


def noted(text: str) -> Iterator[tuple[str, str, str]]:
    """What was noted, each once: `r` or `l`, bucket, key."""
    for line in dict.fromkeys(text.splitlines()):
        how, _, name = line.partition(" ")
        bucket, _, key = unquote_plus(name).partition("/")
        if how in ("r", "l") and bucket:
            yield how, bucket, key
