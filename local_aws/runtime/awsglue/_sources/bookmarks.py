"""Bookmarks: which files the sources of a job have read in earlier runs.

The state comes in the JSON file that GLUE_BOOKMARK_FILE names (`version`, `state`, for a window `from` and `to`) and a
commit leaves the new one beside it. Each source has its state under its transformation_ctx, in the shape of public job
bookmarks: a run remembers when it began, and of the files that are no more than HIGH_BAND older than that, which it
read. (That INCLUDE_LIST holds these is assumed, and so is the form of its entries: hash of the path, `:`, milliseconds
of the last change.) A file that was changed since is read again.
"""

from __future__ import annotations

import datetime
import hashlib
import json
import os
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from awsglue._formats.files import File, put_text

_HANDED = "GLUE_BOOKMARK_FILE"
_COMMITTED = "bookmark.committed.json"
_CLASS = "HadoopDataSourceJobBookmarkState"
_BAND = 900_000
"""Milliseconds: S3 may show a file that long after it was written."""

Bound = Callable[[Sequence[File]], list[File]]


class Bookmark:
    """What a run may read, and what it has read: here everything, and nothing is remembered."""

    remembers = False

    def unread(self, context: str, files: Sequence[File], bound: Bound) -> list[File]:
        """The files that are new to a source, within its bounds."""
        del context
        return bound(files)

    def commit(self) -> None:
        """Save what was read."""


class _Kept(Bookmark):
    """A bookmark that is enabled or paused."""

    remembers = True

    def __init__(self, session: Any, file: Path, job: str, args: Mapping[str, Any]) -> None:
        handed = json.loads(file.read_text(encoding="utf-8"))
        self._session, self._job, self._args = session, job, args
        self._saved = file.with_name(_COMMITTED)
        self._state: dict[str, Any] = dict(handed["state"])
        self._before: Mapping[str, Any] = handed.get("from", handed["state"])
        self._until: Mapping[str, Any] | None = handed.get("to")
        self._began = int(time.time() * 1000)

    def unread(self, context: str, files: Sequence[File], bound: Bound) -> list[File]:
        if not context:
            return bound(files)
        before, until = _Read.of(self._before.get(context)), self._until
        new = [file for file in files if file not in before]
        if until is not None:
            last = _Read.of(until.get(context))
            new = [file for file in new if file in last]
        kept = bound(new)
        left = set(new) - set(kept)
        began = min([self._began, *(file.modified for file in left)])
        read = [file for file in files if file.modified > began - _BAND and file not in left]
        self._state[context] = _Read(began, {_mark(file) for file in read}).state(before.run + 1)
        self._list(context, kept)
        return kept

    def commit(self) -> None:
        partial = self._saved.with_suffix(".partial")
        partial.write_text(json.dumps({"state": self._state}), encoding="utf-8")
        partial.replace(self._saved)

    def _list(self, context: str, files: Sequence[File]) -> None:
        """Leave the list of the files that are read where Glue leaves it (its form is not verified)."""
        folder, run = self._args.get("TempDir"), self._args.get("JOB_RUN_ID")
        if not folder or not run:
            return
        name = f"{folder.rstrip('/')}/partitionlisting/{self._job}/{run}/{context}.input-files.json"
        by_folder: dict[str, list[str]] = {}
        for file in files:
            by_folder.setdefault(file.path.rpartition("/")[0], []).append(file.path)
        found = [{"path": path, "files": inside} for path, inside in by_folder.items()]
        put_text(self._session, name, json.dumps(found))


class _Read:
    """What the runs up to one have read of a source.

    Args:
        began: milliseconds since the epoch: when that run began.
        marks: of the files that it knew and that are no older than the band.
        run: how many runs that were.
    """

    def __init__(self, began: int | None, marks: set[str], run: int = 0) -> None:
        self.began, self.marks, self.run = began, marks, run

    @classmethod
    def of(cls, state: Mapping[str, Any] | None) -> _Read:
        """Read it from a bookmark's state."""
        if not state:
            return cls(None, set())
        stamps = state["timestamps"]
        began = datetime.datetime.fromisoformat(stamps["CURR_RUN_START_TIME"])
        marks = set(filter(None, stamps["INCLUDE_LIST"].split(",")))
        return cls(round(began.timestamp() * 1000), marks, int(stamps["RUN"]))

    def __contains__(self, file: File) -> bool:
        return self.began is not None and (file.modified <= self.began - _BAND or _mark(file) in self.marks)

    def state(self, run: int) -> dict[str, Any]:
        """The state of a bookmark that says it."""
        began = datetime.datetime.fromtimestamp((self.began or 0) / 1000, datetime.UTC)
        return {
            "jsonClass": _CLASS,
            "timestamps": {
                "RUN": str(run),
                "HIGH_BAND": str(_BAND),
                "CURR_LATEST_PARTITION": "0",
                "CURR_LATEST_PARTITIONS": "",
                "CURR_RUN_START_TIME": began.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
                "INCLUDE_LIST": ",".join(sorted(self.marks)),
            },
        }


def _mark(file: File) -> str:
    digest = hashlib.sha256(file.path.encode()).hexdigest()[:32]
    return f"{digest}:{file.modified}"


_current: Bookmark = Bookmark()


def current() -> Bookmark:
    """The bookmark of this process's run."""
    return _current


def begin(session: Any, job: str, args: Mapping[str, Any]) -> None:
    """Take the bookmark that the run was given, if it was given one."""
    global _current  # noqa: PLW0603 - a process is one run
    file = Path(os.environ.get(_HANDED, ""))
    _current = _Kept(session, file, job, args) if os.environ.get(_HANDED) and file.is_file() else Bookmark()
