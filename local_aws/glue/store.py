"""SQLite: definitions of jobs, crawlers, triggers and workflows, the history of their runs, and job bookmarks.

Every record is a JSON document beside the columns that it is looked up by. Each write is a transaction of its own; with
write-ahead logging it survives the process being killed at any moment.
"""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterable
from pathlib import Path
from typing import Any, TypeVar

from local_aws.emulator import Scope
from local_aws.glue.model import Crawl, JobRun, QualityRun, WorkflowRun

_SCHEMA = """
CREATE TABLE IF NOT EXISTS definition (
    scope TEXT, kind TEXT, name TEXT, body TEXT NOT NULL, PRIMARY KEY (scope, kind, name));
CREATE TABLE IF NOT EXISTS run (
    scope TEXT, kind TEXT, id TEXT, owner TEXT NOT NULL, workflow_run TEXT, started REAL NOT NULL,
    ended INTEGER NOT NULL, body TEXT NOT NULL, PRIMARY KEY (scope, kind, id));
CREATE TABLE IF NOT EXISTS bookmark (
    scope TEXT, job TEXT, version INTEGER, run TEXT, body TEXT NOT NULL, PRIMARY KEY (scope, job, version));
CREATE INDEX IF NOT EXISTS run_of_owner ON run (scope, kind, owner, started);
CREATE INDEX IF NOT EXISTS run_of_workflow ON run (scope, workflow_run);
"""

Run = JobRun | Crawl | WorkflowRun | QualityRun
AnyRun = TypeVar("AnyRun", JobRun, Crawl, WorkflowRun, QualityRun)
ActionRun = TypeVar("ActionRun", JobRun, Crawl)
_KINDS: dict[type[Any], tuple[str, str, str]] = {
    # type: (kind, name of the id field, name of the owner field)
    JobRun: ("job_run", "Id", "JobName"),
    Crawl: ("crawl", "CrawlId", "CrawlerName"),
    WorkflowRun: ("workflow_run", "WorkflowRunId", "Name"),
    QualityRun: ("quality_run", "RunId", "Kind"),
}


class Store:
    """The database of one state folder. Methods may be called from any thread."""

    def __init__(self, file: Path) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        self._lock = threading.RLock()
        self._db = sqlite3.connect(file, check_same_thread=False, isolation_level=None)
        self._db.execute("PRAGMA journal_mode=WAL")
        self._db.execute("PRAGMA synchronous=NORMAL")
        self._db.executescript(_SCHEMA)

    def close(self) -> None:
        """Close the database."""
        with self._lock:
            self._db.close()

    def _query(self, sql: str, values: Iterable[Any]) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(sql, tuple(values)).fetchall()

    # Definitions

    def put_definition(self, scope: Scope, kind: str, name: str, body: dict[str, Any]) -> None:
        """Write a definition, over the one of that name if there is one."""
        self._query("INSERT OR REPLACE INTO definition VALUES (?, ?, ?, ?)", (str(scope), kind, name, json.dumps(body)))

    def definition(self, scope: Scope, kind: str, name: str) -> dict[str, Any] | None:
        """Read a definition, or None."""
        rows = self._query(
            "SELECT body FROM definition WHERE scope = ? AND kind = ? AND name = ?", (str(scope), kind, name)
        )
        return json.loads(rows[0][0]) if rows else None

    def definitions(self, scope: Scope, kind: str) -> list[dict[str, Any]]:
        """All definitions of a kind, by name."""
        rows = self._query("SELECT body FROM definition WHERE scope = ? AND kind = ? ORDER BY name", (str(scope), kind))
        return [json.loads(body) for (body,) in rows]

    def every_definition(self, kind: str) -> list[tuple[Scope, dict[str, Any]]]:
        """All definitions of a kind, of every account and region."""
        rows = self._query("SELECT scope, body FROM definition WHERE kind = ? ORDER BY scope, name", (kind,))
        return [(Scope.parse(scope), json.loads(body)) for scope, body in rows]

    def delete_definition(self, scope: Scope, kind: str, name: str) -> None:
        """Delete a definition and the history of its runs; job runs that go on stay, so that they can be stopped.

        That AWS lets runs of a deleted job be stopped by their ids is unverified.
        """
        self._query("DELETE FROM definition WHERE scope = ? AND kind = ? AND name = ?", (str(scope), kind, name))
        if kind == "job":
            self._query("DELETE FROM bookmark WHERE scope = ? AND job = ?", (str(scope), name))
        run_kind = {"job": "job_run", "crawler": "crawl", "workflow": "workflow_run"}.get(kind)
        self._query(
            "DELETE FROM run WHERE scope = ? AND kind = ? AND owner = ? AND (ended OR kind <> 'job_run')",
            (str(scope), run_kind, name),
        )

    def keep_latest(self, scope: Scope, kind: str, count: int) -> None:
        """Delete all but the latest definitions of a kind that is only ever added to, such as results."""
        self._query(
            "DELETE FROM definition WHERE scope = ? AND kind = ? AND rowid <= (SELECT rowid FROM definition "
            "WHERE scope = ? AND kind = ? ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
            (str(scope), kind, str(scope), kind, count),
        )

    # Bookmarks

    def put_bookmark(self, scope: Scope, entry: dict[str, Any]) -> None:
        """Write a version of a job's bookmark: a JobBookmarkEntry."""
        values = (str(scope), entry["JobName"], entry["Version"], entry.get("RunId"), json.dumps(entry))
        self._query("INSERT INTO bookmark VALUES (?, ?, ?, ?, ?)", values)

    def bookmark(self, scope: Scope, job: str, run_id: str | None = None) -> dict[str, Any] | None:
        """The latest version of a job's bookmark, or the latest that a run left; None where there is none."""
        rows = self._query(
            "SELECT body FROM bookmark WHERE scope = ? AND job = ? AND (? IS NULL OR run = ?) ORDER BY version DESC "
            "LIMIT 1",
            (str(scope), job, run_id, run_id),
        )
        return json.loads(rows[0][0]) if rows else None

    # Runs

    def put_run(self, scope: Scope, run: Run) -> None:
        """Write a run, over its earlier state."""
        kind, id_field, owner_field = _KINDS[type(run)]
        body = run.to_document()
        self._query(
            "INSERT INTO run VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET ended = excluded.ended, "
            "body = excluded.body",
            (
                str(scope),
                kind,
                body[id_field],
                body[owner_field],
                run.WorkflowRunId if isinstance(run, JobRun | Crawl) else None,
                run.StartedOn,
                run.ended,
                json.dumps(body),
            ),
        )

    def run(self, scope: Scope, kind: type[AnyRun], run_id: str) -> AnyRun | None:
        """Read a run, or None."""
        rows = self._query(
            "SELECT body FROM run WHERE scope = ? AND kind = ? AND id = ?", (str(scope), _KINDS[kind][0], run_id)
        )
        return kind(**json.loads(rows[0][0])) if rows else None

    def forget_runs(self, before: float) -> None:
        """Delete runs of all but crawlers that started before a moment (epoch seconds) and are over."""
        self._query("DELETE FROM run WHERE kind <> ? AND ended AND started < ?", (_KINDS[Crawl][0], before))

    def keep_latest_runs(self, scope: Scope, kind: type[AnyRun], owner: str, count: int) -> None:
        """Delete all but the latest runs of an owner; those that go on stay."""
        owned: tuple[Any, ...] = (str(scope), _KINDS[kind][0], owner)
        self._query(
            "DELETE FROM run WHERE scope = ? AND kind = ? AND owner = ? AND ended AND rowid <= (SELECT rowid FROM run "
            "WHERE scope = ? AND kind = ? AND owner = ? ORDER BY rowid DESC LIMIT 1 OFFSET ?)",
            (*owned, *owned, count),
        )

    def runs(self, scope: Scope, kind: type[AnyRun], owner: str) -> list[AnyRun]:
        """Runs of one job, crawler or workflow, the latest first."""
        rows = self._query(
            "SELECT body FROM run WHERE scope = ? AND kind = ? AND owner = ? ORDER BY started DESC, rowid DESC",
            (str(scope), _KINDS[kind][0], owner),
        )
        return [kind(**json.loads(body)) for (body,) in rows]

    def unfinished_of(self, scope: Scope, kind: type[AnyRun], owner: str) -> list[AnyRun]:
        """Runs of one job, crawler or workflow that are not over, the earliest first."""
        rows = self._query(
            "SELECT body FROM run WHERE scope = ? AND kind = ? AND owner = ? AND NOT ended ORDER BY started, rowid",
            (str(scope), _KINDS[kind][0], owner),
        )
        return [kind(**json.loads(body)) for (body,) in rows]

    def runs_in_workflow(self, scope: Scope, kind: type[ActionRun], workflow_run: str) -> list[ActionRun]:
        """Job runs or crawls of one workflow run, the earliest first."""
        rows = self._query(
            "SELECT body FROM run WHERE scope = ? AND kind = ? AND workflow_run = ? ORDER BY started, rowid",
            (str(scope), _KINDS[kind][0], workflow_run),
        )
        return [kind(**json.loads(body)) for (body,) in rows]

    def unfinished(self) -> list[tuple[Scope, Run]]:
        """All runs that are not over, of every account and region."""
        found: list[tuple[Scope, Run]] = []
        for kind, (name, _, _) in _KINDS.items():
            for scope, body in self._query("SELECT scope, body FROM run WHERE kind = ? AND NOT ended", (name,)):
                found.append((Scope.parse(scope), kind(**json.loads(body))))
        return found
