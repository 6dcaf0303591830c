"""The process that is kept ready for the next run of a Spark job: when it is made, taken, given up.

There is one at most, for one run. It is made where a Spark job is defined, and anew some seconds after the last run;
while a run of Spark goes on, one that is not ready yet stands still. It is given up when nothing used it for
`LOCAL_AWS_WARM_MINUTES` (0: there is none), or when the machine's memory runs short.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import re
import secrets
import shutil
import time
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from local_aws.glue.jobs import job_memory, processes
from local_aws.glue.jobs.arguments import spark_settings
from local_aws.glue.jobs.files import JobSetupError
from local_aws.glue.jobs.limits import JobLimits, LimitError
from local_aws.glue.jobs.waiting_process import WAITING, WaitingProcess, started
from local_aws.runtime.warm import settings

logger = logging.getLogger(__name__)

MINUTES, AT_START = "LOCAL_AWS_WARM_MINUTES", "LOCAL_AWS_WARM_AT_START"
"""Variables of the server's environment: see the functions that read them."""

_USUAL_MINUTES = 20.0
_QUIET_S = 3.0
"""So long no Spark job runs before the next one is made: the next job of a workflow comes sooner."""
_LOOK_EVERY_S = 1.0
_NOT_FOR = ("--extra-jars", "--additional-python-modules")
"""Arguments with which a run starts a process of its own."""


def minutes_from_environment() -> float:
    """How long a process is kept ready.

    Raises:
        LimitError: the setting cannot be read.
    """
    given = os.environ.get(MINUTES, "").strip()
    if given.lower() == "off":
        return 0.0
    if given and not re.fullmatch(r"[0-9]{1,6}(\.[0-9]{1,6})?", given, re.ASCII):
        raise LimitError(f"{MINUTES} is a number of minutes, 0 for no process that waits for a job (seen: {given!r})")
    return float(given) if given else _USUAL_MINUTES


def at_start_from_environment() -> bool:
    """Whether one is made as the server starts: a job is known to come; else with the first definition of one."""
    return os.environ.get(AT_START) == "1"


class WarmProcess:
    """Keeps one process ready.

    Args:
        folder: holds the folders of the runs.
        limits: what a run may take of the machine.
        minutes: that it is kept; 0 for none.
        at_start: make one now.
    """

    def __init__(self, folder: Path, limits: JobLimits, minutes: float, *, at_start: bool = False) -> None:
        self._folder, self._limits, self._minutes = folder, limits, minutes
        self._loop: asyncio.AbstractEventLoop | None = None
        with contextlib.suppress(RuntimeError):  # made to be looked at: nothing runs
            self._loop = asyncio.get_running_loop()
        self._timer: asyncio.TimerHandle | None = None
        self._keeping: asyncio.Task[None] | None = None
        self._waiting: WaitingProcess | None = None
        self._running = 0
        self._few = True
        self._closed = False
        if at_start:
            self._begin_after(0.0)

    @property
    def ready(self) -> bool:
        """Whether one waits."""
        return self._waiting is not None

    @property
    def keeps(self) -> bool:
        """Whether one is made, or kept."""
        return self._keeping is not None and not self._keeping.done()

    def foresee(self, job: Mapping[str, Any], *, soon: bool = True) -> None:
        """A job is there that may run. May be called from any thread.

        Args:
            job: the Job structure, or what is known of it.
            soon: it is probably run next; else the machine is first left to others for a moment.
        """
        if self._loop and _is_spark(job):
            self._loop.call_soon_threadsafe(self._begin_after, 0.0 if soon else _QUIET_S)

    @contextlib.asynccontextmanager
    async def while_running(self, job: Mapping[str, Any]) -> AsyncIterator[None]:
        """Leave the machine to a run of this job."""
        if not _is_spark(job):
            yield
            return
        self._running += 1
        if self._timer:
            self._timer.cancel()
        if self._waiting:
            processes.pause(self._waiting.process.pid)
        try:
            yield
        finally:
            self._running -= 1
            if not self._running:
                if self._waiting:
                    processes.resume(self._waiting.process.pid)
                self._begin_after(_QUIET_S)

    def take(self, job: Mapping[str, Any], arguments: Mapping[str, str], folder: Path) -> WaitingProcess | None:
        """The process that waits, if there is one that this run can have; its folder is now the run's.

        Args:
            job: the Job structure.
            arguments: of the run.
            folder: the run's, which must not exist.
        """
        waiting = self._waiting
        if waiting is None or processes.is_over(waiting.process) or not _suits(job, arguments):
            return None
        try:
            waiting.move(folder)
        except OSError as error:
            logger.warning("the process that waits is not used: %s", error)
            return None
        self._waiting = None
        processes.resume(waiting.process.pid)
        return waiting

    def expect(self, *, few: bool) -> None:
        """The next run will probably have as few bytes to read, or as many, as the last one."""
        self._few = few

    async def close(self) -> None:
        """Give up what waits, for good."""
        self._closed = True
        if self._timer:
            self._timer.cancel()
        if self._keeping:
            self._keeping.cancel()
            await asyncio.gather(self._keeping, return_exceptions=True)

    def _begin_after(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        if self._loop and not self._closed and self._minutes:
            self._timer = self._loop.call_later(seconds, self._begin)

    def _begin(self) -> None:
        self._timer = None
        if not self._running and not self._closed and not self.keeps:
            self._keeping = asyncio.create_task(self._keep())

    async def _keep(self) -> None:
        """Make one, and give it up after its time, unless a run takes it."""
        if job_memory.is_short(job_memory.TAKEN_BYTES):
            return
        folder = self._folder / f"{WAITING}{secrets.token_hex(8)}"
        waiting = None
        try:
            waiting = self._waiting = await started(folder, self._limits, few=self._few)
            if self._running:  # since a moment ago
                processes.pause(waiting.process.pid)
            end_at = time.monotonic() + self._minutes * 60
            while time.monotonic() < end_at and waiting.process.returncode is None and not job_memory.is_short():
                await asyncio.sleep(_LOOK_EVERY_S)
                if self._waiting is not waiting:
                    return
        except OSError as error:
            logger.warning("no process waits for the next job: %s", error)
        finally:
            if waiting is None:
                shutil.rmtree(folder, ignore_errors=True)
            elif self._waiting is waiting:
                self._waiting = None
                await waiting.leave()


def _is_spark(job: Mapping[str, Any]) -> bool:
    return bool(job["Command"]["Name"] != "pythonshell")


def _suits(job: Mapping[str, Any], arguments: Mapping[str, str]) -> bool:
    """Whether nothing that the run asks for has to be there when Java starts."""
    if not _is_spark(job) or any(arguments.get(name) for name in _NOT_FOR):
        return False
    try:
        return not settings.fixed(spark_settings(arguments))
    except JobSetupError:
        return False
