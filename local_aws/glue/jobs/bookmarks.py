"""Job bookmarks: what a job has read so far, as its runs commit it.

A run gets the state in a file of its folder and leaves the state that `Job.commit` saved in another beside it, so that
a commit counts however the run or the server ends afterwards. Each state is kept under its run, to be gone back to.

| file | content |
|---|---|
| bookmark.json | `version`, `state` by transformation_ctx; for a window `from` and `to`, the states of those runs |
| bookmark.committed.json | `state` by transformation_ctx |
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local_aws.emulator import Scope
from local_aws.glue.jobs.run_files import text_of
from local_aws.glue.model import GlueError, JobRun
from local_aws.glue.store import Store

_ENABLED = ("job-bookmark-enable", "job-bookmark-pause")
_HANDED = "bookmark.json"
_COMMITTED = "bookmark.committed.json"

State = Mapping[str, Any]


class Bookmarks:
    """The bookmarks of every job, in a store."""

    def __init__(self, store: Store) -> None:
        self._store = store

    # What the API asks for

    def get(self, scope: Scope, job: str, run_id: str | None = None) -> dict[str, Any]:
        """The bookmark of a job as it is, or as a run left it: a JobBookmarkEntry.

        Raises:
            GlueError: EntityNotFoundException when there is none (its text is unverified).
        """
        entry = self._store.bookmark(scope, job, run_id)
        if entry is None:
            at = f" and run {run_id}" if run_id else ""
            raise GlueError("EntityNotFoundException", f"Continuation for job {job}{at} not found")
        return entry

    def reset(self, scope: Scope, job: str, run_id: str | None = None) -> dict[str, Any]:
        """Clear the bookmark of a job, or go back to what a run left; that is a new version (counts are unverified).

        Raises:
            GlueError: EntityNotFoundException when there is none.
        """
        now = self.get(scope, job)
        entry = {"JobName": job, "Version": now["Version"] + 1, "Run": 0, "Attempt": 0, "JobBookmark": "{}"}
        if run_id:
            entry = {**self.get(scope, job, run_id), "Version": now["Version"] + 1}
        self._store.put_bookmark(scope, entry)
        return entry

    # What runs do

    def hand_out(self, scope: Scope, run: JobRun, folder: Path) -> Path | None:
        """Give a run the state that it starts from; return the file, or None where the run uses no bookmark.

        Raises:
            GlueError: EntityNotFoundException for a run of --job-bookmark-from or -to that left no bookmark.
        """
        arguments = run.Arguments
        if arguments.get("--job-bookmark-option") not in _ENABLED:
            return None
        entry = self._store.bookmark(scope, run.JobName)
        handed: dict[str, Any] = {"version": entry["Version"] if entry else 0, "state": _state(entry)}
        for end in ("from", "to"):
            if earlier := arguments.get(f"--job-bookmark-{end}"):
                handed[end] = _state(self.get(scope, run.JobName, earlier))
        file = folder / _HANDED
        file.write_text(json.dumps(handed), encoding="utf-8")
        return file

    def take_back(self, scope: Scope, run: JobRun, folder: Path) -> str | None:
        """Keep what a run committed, however it ended; return why that could not be, in AWS's words."""
        committed = folder / _COMMITTED
        if not committed.is_file() or run.Arguments.get("--job-bookmark-option") != "job-bookmark-enable":
            return None
        try:
            expected = json.loads(text_of(folder / _HANDED))["version"]
            state = json.loads(text_of(committed))["state"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            return f"The job bookmark that the run left cannot be read: {error!r}"
        before = self._store.bookmark(scope, run.JobName) or {"Version": 0, "Run": 0}
        if before["Version"] != expected:
            return (
                "Continuation update failed due to version mismatch. "
                f"Expected version {expected} but found version {before['Version']}"
            )
        entry = {
            "JobName": run.JobName,
            "Version": expected + 1,
            "Run": before["Run"] + 1,
            "Attempt": run.Attempt,
            "RunId": run.Id,
            "JobBookmark": json.dumps(state, separators=(",", ":")),
        }
        if "RunId" in before:
            entry["PreviousRunId"] = before["RunId"]
        self._store.put_bookmark(scope, entry)
        return None


def _state(entry: Mapping[str, Any] | None) -> Any:
    return json.loads(entry["JobBookmark"]) if entry else {}
