"""Runs of jobs: admitted, queued, tried again, stopped; each carried out by an Execution."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from local_aws import happenings
from local_aws.emulator import Scope
from local_aws.glue import events
from local_aws.glue.definitions.records import Definitions
from local_aws.glue.errors import invalid
from local_aws.glue.jobs.data_quality_results import DataQualityResults
from local_aws.glue.jobs.delay_notice import DelayNotices
from local_aws.glue.jobs.requests import StartRequest, base_id, check, never_started, new_run, retry_of
from local_aws.glue.jobs.room import Room, written
from local_aws.glue.model import CLOSING, CUT_SHORT, GlueError, JobRun
from local_aws.glue.settings.security_configurations import SecurityConfigurations
from local_aws.glue.stamps import now

_WAITS_FOR_ROOM = "The job run waits in the queue: the job's maximum of concurrent runs ({}) is reached"

Told = Callable[[Scope, JobRun], None]


class JobRuns:
    """Starts job runs and keeps their records true.

    Args:
        definitions: where jobs are looked up; its store takes the records.
        folder: holds one folder a running job; `python-modules` beside it holds what pip installed.
        endpoint: URL of this server.
        ended: called once for each run that is over, after the last retry.

    Attributes:
        room: where the runs go on.
    """

    def __init__(self, definitions: Definitions, folder: Path, endpoint: str, ended: Told) -> None:
        self._definitions = definitions
        self._store = definitions.store
        self._ended = ended
        self._notices = DelayNotices(events.job_delayed)
        self.room = Room(definitions.store, folder, endpoint)
        definitions.job_made = self.room.warm.foresee
        for _, job in self._store.every_definition("job"):
            self.room.warm.foresee(job, soon=False)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._waiting: dict[str, StartRequest] = {}
        self._stopping: set[str] = set()
        self._closing = False

    # What the API and the triggers ask for

    def start(self, scope: Scope, name: str, request: StartRequest) -> JobRun:
        """Begin a run, or queue it where the job is busy and queuing is on.

        Raises:
            GlueError: EntityNotFoundException, InvalidInputException, or ConcurrentRunsExceededException when the job
                is busy.
        """
        if self._closing:
            raise GlueError("InternalServiceException", CLOSING)
        job = self._store.definition(scope, "job", name)
        if job is None:
            raise GlueError("EntityNotFoundException", "Failed to start job run due to missing metadata.")
        check(job, request)
        security = request.security_configuration or job.get("SecurityConfiguration")
        encrypted = SecurityConfigurations(self._store).encrypts_logs(scope, security)
        run = new_run(job, request, encrypted_logs=encrypted)
        if self._has_room(scope, job):
            self._begin(scope, job, run, request)
            return run
        if not run.JobRunQueuingEnabled:
            raise GlueError("ConcurrentRunsExceededException", f"Concurrent runs exceeded for {name}")
        run = run.changed(JobRunState="WAITING", StateDetail=_WAITS_FOR_ROOM.format(_limit(job)))
        self._store.put_run(scope, run)
        self._waiting[run.Id] = request
        return run

    def retry(self, scope: Scope, name: str, run_id: str, request: StartRequest, *, same_arguments: bool) -> JobRun:
        """Begin a further attempt of a run that is over, with its settings where the request gives none.

        That any final state may be retried is unverified.

        Raises:
            GlueError: EntityNotFoundException, InvalidInputException when the run is not over, and those of `start`.
        """
        earlier = self.get(scope, name, run_id)
        if not earlier.ended:
            raise invalid(f"JobRun {run_id} is in state {earlier.JobRunState}: only a run that is over can be retried")
        again = retry_of(earlier, request, self._next_attempt(scope, earlier), same_arguments=same_arguments)
        return self.start(scope, name, again)

    def start_by_trigger(self, scope: Scope, name: str, request: StartRequest) -> JobRun:
        """Begin a run as a trigger does: what cannot start is recorded as a run that is over.

        A deleted job gives a run in state ERROR, everything else one in state FAILED (developer guide, "AWS Glue job
        run statuses").
        """
        try:
            return self.start(scope, name, request)
        except GlueError as error:
            job = self._store.definition(scope, "job", name)
            over = never_started(job, name, request, error)
            self._store.put_run(scope, over)
            if job:
                events.job_ended(scope, over)
            _tell(over)
            return over

    def get(self, scope: Scope, name: str, run_id: str) -> JobRun:
        """Read a run; raises EntityNotFoundException (its text is unverified)."""
        run = self._store.run(scope, JobRun, run_id)
        if run is None or run.JobName != name:
            raise GlueError("EntityNotFoundException", f"JobRun with id {run_id} does not exist")
        return run

    def stop(self, scope: Scope, name: str, run_id: str) -> None:
        """Begin to stop a run; one that waits is over at once, one that stops already goes on stopping.

        Raises:
            GlueError: EntityNotFoundException, or InvalidInputException when it is over (both texts are unverified).
        """
        run = self.get(scope, name, run_id)
        if run.ended:
            raise invalid(f"JobRun {run_id} is in state {run.JobRunState}")
        if self._waiting.pop(run_id, None):
            moment = now()
            over = run.changed(JobRunState="STOPPED", StateDetail=None, CompletedOn=moment, LastModifiedOn=moment)
            self._store.put_run(scope, over)
            events.job_ended(scope, over)
            _tell(over)
            self._ended(scope, over)
            return
        if run_id in self._stopping:
            return
        self._put(scope, run, JobRunState="STOPPING")
        self._stopping.add(run_id)
        task = self._tasks.get(run_id)
        if task:
            task.cancel()

    def begin_to_close(self) -> None:
        """Start nothing more, as the server ends."""
        self._closing = True

    async def close(self) -> None:
        """Stop all runs, as the server ends."""
        self._closing = True
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.room.close()
        self._notices.close()

    # Admission

    def _has_room(self, scope: Scope, job: Mapping[str, Any]) -> bool:
        runs = self._store.unfinished_of(scope, JobRun, job["Name"])
        return sum(run.JobRunState != "WAITING" for run in runs) < _limit(job)

    def _next_attempt(self, scope: Scope, run: JobRun) -> int:
        family = [
            other for other in self._store.runs(scope, JobRun, run.JobName) if base_id(other.Id) == base_id(run.Id)
        ]
        return 1 + max(other.Attempt for other in family)

    def _begin(self, scope: Scope, job: Mapping[str, Any], run: JobRun, request: StartRequest) -> None:
        self._store.put_run(scope, run)
        self._tasks[run.Id] = asyncio.get_running_loop().create_task(self._carry_out(scope, job, run, request))
        self._notices.watch(scope, run)

    def _begin_waiting(self, scope: Scope, name: str) -> None:
        """Begin what waits for room, the first come first."""
        for run in [] if self._closing else self._store.unfinished_of(scope, JobRun, name):
            job = self._store.definition(scope, "job", name)
            if job is None or not self._has_room(scope, job):
                return
            request = self._waiting.pop(run.Id, None)
            if request:
                self._begin(scope, job, run.changed(JobRunState="STARTING", StateDetail=None), request)

    # One run

    def _put(self, scope: Scope, run: JobRun, **values: Any) -> JobRun:
        """Write what changed over the record as it is by now, and tell of it where it is late."""
        current = self._store.run(scope, JobRun, run.Id) or run
        changed = current.modified(now(), **values)
        self._store.put_run(scope, changed)
        self._notices.changed(scope, changed)
        return changed

    async def _carry_out(self, scope: Scope, job: Mapping[str, Any], run: JobRun, request: StartRequest) -> None:
        running_since: float | None = None

        def running(group: int, state: str) -> None:
            nonlocal running_since
            running_since = now() if state == "RUNNING" else None
            self._put(scope, run, JobRunState=state, ProcessGroup=group)

        log_key = SecurityConfigurations(self._store).log_key(scope, run.SecurityConfiguration)
        try:
            state, message = await self.room.carry_out(
                scope, job, run, running, workflow=request.workflow, log_key=log_key
            )
        except asyncio.CancelledError:
            state = "STOPPED" if run.Id in self._stopping else "FAILED"
            message = None if state == "STOPPED" else CUT_SHORT
        folder = self.room.folder(run.Id)
        problem = await written(run.Id, lambda: self.room.bookmarks.take_back(scope, run, folder))
        if problem and state == "SUCCEEDED":
            state, message = "FAILED", problem
        for result in await written(run.Id, lambda: DataQualityResults(self._store).take(scope, run, folder)):
            events.data_quality_evaluated(scope, result)
        self.room.clear(run.Id)
        final = await self._finish(scope, run, state, message, running_since)
        if not self._retried(scope, job, final, request):
            self._ended(scope, final)
        self._begin_waiting(scope, run.JobName)

    async def _finish(
        self, scope: Scope, run: JobRun, state: str, message: str | None, running_since: float | None
    ) -> JobRun:
        """Write how a run ended, and tell of it."""
        ended_at = now()
        self._notices.forget(run.Id)
        values = {
            "JobRunState": state,
            "ErrorMessage": message,
            "CompletedOn": ended_at,
            "ExecutionTime": 0 if running_since is None else round(ended_at - running_since),
            "ProcessGroup": None,
        }
        final = await written(run.Id, lambda: self._put(scope, run, **values))
        self._tasks.pop(run.Id, None)
        self._stopping.discard(run.Id)
        events.job_ended(scope, final)
        _tell(final)
        return final

    def _retried(self, scope: Scope, job: Mapping[str, Any], run: JobRun, request: StartRequest) -> bool:
        """Start the next attempt of a failed run where the job allows one (a TIMEOUT is not retried)."""
        if run.JobRunState != "FAILED" or request.automatic >= job.get("MaxRetries", 0):
            return False
        attempt = self._next_attempt(scope, run)
        again = replace(request, attempt=attempt, previous=run.Id, automatic=request.automatic + 1)
        with contextlib.suppress(GlueError):
            self.start(scope, run.JobName, again)
            return True
        return False


def _tell(run: JobRun) -> None:
    took = None if run.CompletedOn is None else run.CompletedOn - run.StartedOn
    happenings.tell("job", run.JobName, run.JobRunState, took, run.ErrorMessage)


def _limit(job: Mapping[str, Any]) -> int:
    return int((job.get("ExecutionProperty") or {}).get("MaxConcurrentRuns", 1))
