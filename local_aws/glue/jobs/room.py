"""Where runs go on: a place on the machine for each, and what they share - the process that waits, Spark's classes."""

from __future__ import annotations

import asyncio
import logging
import os
import shutil
import sqlite3
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, TypeVar

from local_aws.emulator import Scope
from local_aws.glue.jobs.bookmarks import Bookmarks
from local_aws.glue.jobs.class_archives import ClassArchives
from local_aws.glue.jobs.execution import Execution, Running
from local_aws.glue.jobs.limits import JobLimits
from local_aws.glue.jobs.python_modules import PythonModules
from local_aws.glue.jobs.warm_process import WarmProcess, at_start_from_environment, minutes_from_environment
from local_aws.glue.model import JobRun
from local_aws.glue.store import Store

logger = logging.getLogger(__name__)

_TRY_AGAIN_S = 1.0

Written = TypeVar("Written")


class Room:
    """Carries runs out, as many at once as the machine is to have.

    Args:
        store: keeps the bookmarks.
        folder: holds one folder a run; `python-modules` beside it holds what pip installed.
        endpoint: URL of this server.

    Attributes:
        bookmarks: of all jobs.
        warm: the process that waits.
    """

    def __init__(self, store: Store, folder: Path, endpoint: str) -> None:
        self._folder, self._endpoint = folder, endpoint
        self.bookmarks = Bookmarks(store)
        self._modules = PythonModules(folder.parent / "python-modules")
        self._archives = ClassArchives()
        self._limits = JobLimits.from_environment()
        self.warm = WarmProcess(folder, self._limits, minutes_from_environment(), at_start=at_start_from_environment())
        self._places = asyncio.Semaphore(self._limits.at_once)

    def folder(self, run_id: str) -> Path:
        """The folder of a run."""
        return self._folder / run_id

    async def carry_out(
        self,
        scope: Scope,
        job: Mapping[str, Any],
        run: JobRun,
        running: Running,
        *,
        workflow: tuple[str, str] | None = None,
        log_key: str | None = None,
        script: Path | None = None,
    ) -> tuple[str, str | None]:
        """Run a process to its end once there is a place for it; return final state and error message.

        Args:
            scope: the run's account and region.
            job: the Job structure as deployed.
            run: the run's record, its arguments merged.
            running: told of each process group as it starts.
            workflow: name and run id of the workflow run that it belongs to.
            log_key: the KMS key that the log groups are to have, if any.
            script: a file of ours that is run rather than the job's script.
        """
        execution = Execution(
            scope,
            job,
            run,
            workflow,
            self.folder(run.Id),
            self._endpoint,
            self._modules,
            self.bookmarks,
            running,
            self._limits,
            log_key,
            self.warm,
            script,
        )
        async with self._places, self._archives.while_running(job), self.warm.while_running(job):
            return await execution.carry_out()

    def clear(self, run_id: str) -> None:
        """Delete the folder of a run that is over, with the folders in it that the job was not to list."""
        folder = self.folder(run_id)
        for parent, names, _ in os.walk(folder):
            for name in names:
                path = os.path.join(parent, name)  # noqa: PTH118 - a mount may hold very many
                if not os.path.islink(path):  # noqa: PTH114
                    os.chmod(path, 0o700)  # noqa: PTH101
        shutil.rmtree(folder, ignore_errors=True)

    async def close(self) -> None:
        """Give up what waits, as the server ends."""
        await self.warm.close()
        self._archives.close()


async def written(run_id: str, write: Callable[[], Written]) -> Written:
    """Write something of a run that is over; where the disk is full, as soon as it is not."""
    while True:
        try:
            return write()
        except sqlite3.OperationalError as error:
            logger.error("run %s: its end cannot be written down yet: %s", run_id, error)  # noqa: TRY400
            await asyncio.sleep(_TRY_AGAIN_S)
