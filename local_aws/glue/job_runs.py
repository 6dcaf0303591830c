"""Runs of jobs: each in a process group of its own, started, watched, timed out and stopped as a whole."""

from __future__ import annotations

import asyncio
import contextlib
import json
import logging
import os
import shutil
import signal
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_aws import emulator
from local_aws.emulator import RoleSession, RoleUnusableError, Scope
from local_aws.glue.definitions import Definitions
from local_aws.glue.job_process import JobSetupError, ProcessPlan, merged_arguments, plan
from local_aws.glue.logs import LogStream
from local_aws.glue.model import GlueError, JobRun
from local_aws.glue.stamps import new_id, now

logger = logging.getLogger(__name__)

_GRACE_S = 10.0
"""How long a stopped job has to write back what it has before it is killed."""

_LOOK_EVERY_S = 0.02

Ended = Callable[[Scope, JobRun], None]


@dataclass(frozen=True)
class StartRequest:
    """What StartJobRun or a trigger's action says of a run. `timeout` is in minutes."""

    arguments: Mapping[str, str]
    timeout: int | None = None
    worker_type: str | None = None
    number_of_workers: int | None = None
    security_configuration: str | None = None
    trigger: str | None = None
    workflow: tuple[str, str] | None = None
    attempt: int = 0
    previous: str | None = None


class JobRuns:
    """Starts job runs and keeps their records true.

    Args:
        definitions: where jobs are looked up; its store takes the records.
        folder: holds one folder a running job.
        endpoint: URL of this server.
        ended: called once for each run that is over, after the last retry.
    """

    def __init__(self, definitions: Definitions, folder: Path, endpoint: str, ended: Ended) -> None:
        self._definitions = definitions
        self._store = definitions.store
        self._folder = folder
        self._endpoint = endpoint
        self._ended = ended
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._stopping: set[str] = set()

    # What the API asks for

    def start(self, scope: Scope, name: str, request: StartRequest) -> JobRun:
        """Begin a run.

        Raises:
            GlueError: EntityNotFoundException, or ConcurrentRunsExceededException when the job is busy.
        """
        job = self._store.definition(scope, "job", name)
        if job is None:
            raise GlueError("EntityNotFoundException", "Failed to start job run due to missing metadata.")
        limit = (job.get("ExecutionProperty") or {}).get("MaxConcurrentRuns", 1)
        if sum(not run.ended for run in self._store.runs(scope, JobRun, name)) >= limit:
            raise GlueError("ConcurrentRunsExceededException", f"Concurrent runs exceeded for {name}")
        run = new_run(job, request)
        self._store.put_run(scope, run)
        self._tasks[run.Id] = asyncio.get_running_loop().create_task(self._carry_out(scope, job, run, request))
        return run

    def stop(self, scope: Scope, name: str, run_id: str) -> None:
        """Begin to stop a run.

        Raises:
            GlueError: EntityNotFoundException, or InvalidInputException when it is over.
        """
        run = self._store.run(scope, JobRun, run_id)
        if run is None or run.JobName != name:
            raise GlueError("EntityNotFoundException", f"JobRun with id {run_id} does not exist")
        if run.ended:
            raise GlueError("InvalidInputException", f"JobRun {run_id} is in state {run.JobRunState}")
        self._store.put_run(scope, run.changed(JobRunState="STOPPING", LastModifiedOn=now()))
        self._stopping.add(run_id)
        task = self._tasks.get(run_id)
        if task:
            task.cancel()

    async def close(self) -> None:
        """Stop all runs, as the server ends."""
        tasks = list(self._tasks.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    # One run

    async def _carry_out(self, scope: Scope, job: Mapping[str, Any], run: JobRun, request: StartRequest) -> None:
        state, message = "FAILED", None
        started = now()
        try:
            message = await asyncio.wait_for(self._execute(scope, job, run, request), run.Timeout * 60)
            state = "FAILED" if message is not None else "SUCCEEDED"
        except TimeoutError:
            state, message = "TIMEOUT", "Job timed out"
        except asyncio.CancelledError:
            state = "STOPPED" if run.Id in self._stopping else "FAILED"
            message = None if state == "STOPPED" else "The local AWS was shut down while the job ran"
        except (JobSetupError, RoleUnusableError) as error:
            message = str(error)
        except Exception as error:
            logger.exception("job run %s", run.Id)
            message = f"InternalServiceException: {error}"
        ended_at = now()
        current = self._store.run(scope, JobRun, run.Id) or run
        final = current.changed(
            JobRunState=state,
            ErrorMessage=message,
            CompletedOn=ended_at,
            LastModifiedOn=ended_at,
            ExecutionTime=round(ended_at - started),
            ProcessGroup=None,
        )
        self._store.put_run(scope, final)
        self._tasks.pop(run.Id, None)
        self._stopping.discard(run.Id)
        shutil.rmtree(self._run_folder(run), ignore_errors=True)
        if not self._retried(scope, job, final, request):
            self._ended(scope, final)

    def _retried(self, scope: Scope, job: Mapping[str, Any], run: JobRun, request: StartRequest) -> bool:
        """Start the next attempt of a failed run where the job allows one (a TIMEOUT is not retried)."""
        if run.JobRunState != "FAILED" or run.Attempt >= job.get("MaxRetries", 0):
            return False
        again = StartRequest(**{**request.__dict__, "attempt": run.Attempt + 1, "previous": run.Id})
        with contextlib.suppress(GlueError):
            self.start(scope, run.JobName, again)
            return True
        return False

    def _run_folder(self, run: JobRun) -> Path:
        return self._folder / run.Id

    async def _execute(self, scope: Scope, job: Mapping[str, Any], run: JobRun, request: StartRequest) -> str | None:
        """Run the process to its end; return its error message, or None when it succeeded."""
        role = emulator.assume_role(scope, job["Role"], "GlueJobRunnerSession", run.Timeout * 60 + 600)
        folder = self._run_folder(run)
        prepared = await asyncio.to_thread(plan, scope, job, run, request.workflow, role, self._endpoint, folder)
        process = await asyncio.create_subprocess_exec(
            *prepared.command,
            cwd=prepared.folder,
            env=prepared.environment,
            stdin=asyncio.subprocess.DEVNULL,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.PIPE,
            start_new_session=True,
        )
        self._store.put_run(scope, run.changed(JobRunState="RUNNING", LastModifiedOn=now(), ProcessGroup=process.pid))
        await self._watch(scope, job, run, role, process, prepared)
        return _outcome(prepared.result, process.returncode)

    async def _watch(
        self,
        scope: Scope,
        job: Mapping[str, Any],
        run: JobRun,
        role: RoleSession,
        process: asyncio.subprocess.Process,
        prepared: ProcessPlan,
    ) -> None:
        """Carry the process's output to its log streams until it ends, or this task is cancelled and it is ended."""
        shell = job["Command"]["Name"] == "pythonshell"
        stream = run.Id if shell else f"{run.Id}-driver"
        output = LogStream(scope, role, f"{run.LogGroupName}/output", stream)
        error = LogStream(scope, role, f"{run.LogGroupName}/error", stream)
        assert process.stdout is not None  # noqa: S101 - a pipe
        assert process.stderr is not None  # noqa: S101 - a pipe
        # Glue 5 puts a Spark job's own output, both streams, into `output` and Spark's log into `error`.
        readers = [
            asyncio.create_task(output.follow_pipe(process.stdout)),
            asyncio.create_task((error if shell else output).follow_pipe(process.stderr)),
        ]
        senders = [asyncio.create_task(log.send_regularly()) for log in (output, error)]
        senders.append(asyncio.create_task(error.follow_file(prepared.spark_log)))
        try:
            await _exit(process)
        finally:
            # The group goes before its last words are read: a child that was left behind may hold the pipes open.
            await _end_group(process)
            await asyncio.wait(readers, timeout=_GRACE_S)
            for task in (*readers, *senders):
                task.cancel()
            await asyncio.gather(*senders, return_exceptions=True)
            for log in (output, error):
                log.send()


def new_run(job: Mapping[str, Any], request: StartRequest) -> JobRun:
    """The record of a run that starts now, with the job's settings where the request gives none."""
    shell = job["Command"]["Name"] == "pythonshell"
    settings: dict[str, Any] = {}
    if not shell:
        settings = {
            "WorkerType": request.worker_type or job.get("WorkerType"),
            "NumberOfWorkers": request.number_of_workers or job.get("NumberOfWorkers"),
            "GlueVersion": job.get("GlueVersion"),
            "ExecutionClass": job.get("ExecutionClass"),
        }
    return JobRun(
        Id=new_id("jr") + (f"_attempt_{request.attempt}" if request.attempt else ""),  # the suffix is unverified
        JobName=job["Name"],
        JobRunState="STARTING",
        StartedOn=now(),
        LastModifiedOn=now(),
        Attempt=request.attempt,
        PreviousRunId=request.previous,
        TriggerName=request.trigger,
        Arguments=merged_arguments(job, request.arguments),
        AllocatedCapacity=int(job["AllocatedCapacity"]),
        MaxCapacity=job.get("MaxCapacity"),
        Timeout=request.timeout or job["Timeout"],
        SecurityConfiguration=request.security_configuration or job.get("SecurityConfiguration"),
        LogGroupName="/aws-glue/python-jobs" if shell else "/aws-glue/jobs",
        WorkflowRunId=request.workflow[1] if request.workflow else None,
        **settings,
    )


async def _exit(process: asyncio.subprocess.Process) -> None:
    """Wait until the process itself is over; Process.wait also waits for whoever else holds its pipes."""
    while process.returncode is None:
        await asyncio.sleep(_LOOK_EVERY_S)


async def _end_group(process: asyncio.subprocess.Process) -> None:
    """Ask the process group to end, then make it."""
    if process.returncode is None:
        _signal_group(process.pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(_exit(process), _GRACE_S)
    _signal_group(process.pid, signal.SIGKILL)
    await _exit(process)


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _outcome(result: Path, code: int | None) -> str | None:
    if not result.exists():
        return f"Command failed with exit code {code}"
    error: str | None = json.loads(result.read_text(encoding="utf-8"))["error"]
    return error
