"""One job run as it happens: role, files, Python modules, process, logs."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import json
import logging
import shutil
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping
from pathlib import Path
from typing import Any

from local_aws import emulator
from local_aws.emulator import RoleSession, RoleUnusableError, Scope
from local_aws.glue.definitions import job_kinds
from local_aws.glue.jobs import processes, run_files
from local_aws.glue.jobs.bookmarks import Bookmarks
from local_aws.glue.jobs.files import JobSetupError
from local_aws.glue.jobs.limits import JobLimits
from local_aws.glue.jobs.logs import LogStream, continuous_log, follow, log_stream
from local_aws.glue.jobs.process_plan import ProcessPlan, plan
from local_aws.glue.jobs.python_modules import PythonModules
from local_aws.glue.jobs.spark_events import SparkEvents, outcome_metrics
from local_aws.glue.jobs.used_objects import record_used_objects
from local_aws.glue.jobs.waiting_process import WaitingProcess
from local_aws.glue.jobs.warm_process import WarmProcess
from local_aws.glue.model import GlueError, JobRun

logger = logging.getLogger(__name__)

_LEAST_FREE_BYTES = 1 << 16
"""With less on the disk a process that wrote no outcome had no room to."""

Running = Callable[[int, str], None]
"""(process group, state of the run from now on)"""


class Execution:
    """Carries out one run.

    Args:
        scope: the run's account and region.
        job: the Job structure as deployed.
        run: the run's record, its arguments merged.
        workflow: name and run id of the workflow run that it belongs to.
        folder: the run's own folder, made here; the caller deletes it.
        endpoint: URL of this server.
        modules: installs `--additional-python-modules`.
        bookmarks: hands out the job's bookmark and takes it back.
        running: told of each process group as it starts.
        limits: what the run may take of the machine.
        log_key: the KMS key that the log groups are to have, if any.
        warm: has a process ready, perhaps.
        script: a file of ours that is run rather than the job's script.
    """

    def __init__(
        self,
        scope: Scope,
        job: Mapping[str, Any],
        run: JobRun,
        workflow: tuple[str, str] | None,
        folder: Path,
        endpoint: str,
        modules: PythonModules,
        bookmarks: Bookmarks,
        running: Running,
        limits: JobLimits,
        log_key: str | None = None,
        warm: WarmProcess | None = None,
        script: Path | None = None,
    ) -> None:
        self._scope, self._job, self._run, self._workflow = scope, job, run, workflow
        self._folder, self._endpoint, self._modules, self._running = folder, endpoint, modules, running
        self._bookmarks, self._limits, self._log_key = bookmarks, limits, log_key
        self._warm, self._script = warm, script
        self._beyond_ceiling: str | None = None
        self._shell = job["Command"]["Name"] == "pythonshell"

    async def carry_out(self) -> tuple[str, str | None]:
        """Run the process to its end; return the run's final state and error message."""
        try:
            message = await asyncio.wait_for(self._run_process(), self._run.Timeout * 60)
        except TimeoutError:
            return "TIMEOUT", "Job timed out"  # the text is unverified
        except (JobSetupError, RoleUnusableError, GlueError) as error:
            return "FAILED", str(error)
        except OSError as error:
            return "FAILED", _disk_failure(error)
        except Exception as error:
            logger.exception("job run %s", self._run.Id)
            return "FAILED", f"InternalServiceException: {error}"
        return ("SUCCEEDED" if message is None else "FAILED"), message

    async def _run_process(self) -> str | None:
        """Run the process, one that waits if there is one; return its error message, or None when it succeeded."""
        waiting = self._warm.take(self._job, self._run.Arguments, self._folder) if self._warm else None
        try:
            return await self._run_in(waiting)
        finally:
            if waiting:
                await waiting.leave()

    async def _run_in(self, waiting: WaitingProcess | None) -> str | None:
        lifetime_s = self._run.Timeout * 60 + 600
        role = emulator.assume_role(self._scope, self._job["Role"], "GlueJobRunnerSession", lifetime_s)
        try:
            prepared = await self._prepared(role)
        except JobSetupError as refused:
            self._tell(role, str(refused))
            raise
        if not self._shell:
            self._bookmarks.hand_out(self._scope, self._run, self._folder)
            if self._warm:
                self._warm.expect(few=prepared.spec["spark"]["few"])
        async with self._logs(role, prepared) as (output, error), contextlib.AsyncExitStack() as afterwards:
            afterwards.callback(self._modules.release, self._run.Id)
            modules = await self._modules.provide(
                prepared.modules, self._run.Id, output, lambda group: self._running(group, "STARTING")
            )
            prepared.write_spec(modules)
            process = await waiting.hand_over(prepared, self._folder) if waiting else None
            if process is None:
                process = await processes.start(prepared.command, prepared.environment, prepared.folder)
            self._running(process.pid, "RUNNING")
            # Glue 5 puts a Spark job's own output, both streams, into `output` and Spark's log into `error`.
            watch = asyncio.create_task(self._end_beyond_ceiling(process.pid))
            try:
                if self._shell:
                    await follow(process, output, error)
                    message = _outcome(prepared.result, process.returncode)
                else:
                    message = await self._follow_spark(process, prepared, role, output, error)
                    await asyncio.to_thread(record_used_objects, self._scope, role, self._folder)
            finally:
                watch.cancel()
            return self._beyond_ceiling or message

    async def _prepared(self, role: RoleSession) -> ProcessPlan:
        if reason := job_kinds.refusal(self._job):
            raise JobSetupError(reason)
        return await _uncancelled(
            asyncio.to_thread(
                plan,
                self._scope,
                self._job,
                self._run,
                self._workflow,
                role,
                self._endpoint,
                self._folder,
                self._limits,
                self._script,
            )
        )

    def _tell(self, role: RoleSession, reason: str) -> None:
        """Put into the error log why there is no process."""
        _, error = self._streams(role)
        error.write(reason)
        error.finish()

    def _streams(self, role: RoleSession) -> tuple[LogStream, LogStream]:
        """The run's streams `output` and `error`."""
        run = self._run
        stream = log_stream(run.Id, run.Arguments, shell=self._shell, version=run.GlueVersion)
        output, error = (
            LogStream(self._scope, role, f"{run.LogGroupName}/{end}", stream, self._log_key)
            for end in ("output", "error")
        )
        return output, error

    async def _end_beyond_ceiling(self, group: int) -> None:
        used = await self._limits.watch(group)
        self._beyond_ceiling = self._limits.exceeded(used)
        processes.kill(group)

    async def _follow_spark(
        self,
        process: asyncio.subprocess.Process,
        prepared: ProcessPlan,
        role: RoleSession,
        output: LogStream,
        error: LogStream,
    ) -> str | None:
        """Follow a Spark job's process, reporting what Spark tells of itself; return the error message."""
        events = SparkEvents(self._scope, role, self._endpoint, self._run, self._folder, error)
        reports = asyncio.create_task(events.follow())
        outcome: list[str] = []
        try:
            await follow(process, output, output)
            message = _outcome(prepared.result, process.returncode)
            outcome = outcome_metrics(message)
        finally:
            reports.cancel()
            await events.finish(outcome)
        return message

    @contextlib.asynccontextmanager
    async def _logs(self, role: RoleSession, prepared: ProcessPlan) -> AsyncIterator[tuple[LogStream, LogStream]]:
        """The run's two log streams, sent on while it goes on, Spark's own log in the second."""
        output, error = self._streams(role)
        logs = [output, error]
        if place := continuous_log(self._run):
            logs.append(LogStream(self._scope, role, *place, self._log_key))
        tasks = [asyncio.create_task(log.send_regularly()) for log in logs]
        tasks.append(asyncio.create_task(error.follow_file(prepared.spark_log)))
        tasks += [asyncio.create_task(log.follow_file(prepared.continuous_log)) for log in logs[2:]]
        try:
            yield output, error
        finally:
            for task in tasks:
                task.cancel()
            await asyncio.gather(*tasks, return_exceptions=True)
            for log in logs:
                log.finish()


async def _uncancelled(work: Coroutine[Any, Any, ProcessPlan]) -> ProcessPlan:
    """Await work that a cancellation must not leave half done behind one's back, such as a thread that writes files."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task])
        raise


def _outcome(result: Path, code: int | None) -> str | None:
    if not result.exists():
        full = shutil.disk_usage(result.parent).free < _LEAST_FREE_BYTES
        return f"Command failed with exit code {code}" + (f". No space left on device: {result.parent}" if full else "")
    error: str | None = json.loads(run_files.text_of(result))["error"]
    return error


def _disk_failure(error: OSError) -> str:
    file = error.filename2 or error.filename  # a copy names its source first
    where = f": {file}" if file else ""
    if error.errno == errno.ENOSPC:
        return f"No space left on device{where}. Make room on the disk of the local AWS's state folder, then run again."
    return f"{type(error).__name__}: {error.strerror or error}{where}"
