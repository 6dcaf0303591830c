"""The process that waits in a folder of its own: started, given its run, ended."""

from __future__ import annotations

import asyncio
import contextlib
import json
import shutil
import sys
from pathlib import Path

from local_aws.glue.jobs import processes
from local_aws.glue.jobs.limits import JobLimits
from local_aws.glue.jobs.process_plan import (
    RUNTIME,
    ProcessPlan,
    heap,
    machine_environment,
    of_others,
    shared_with_others,
)

WAITING = "warm-"
"""How the name of a folder begins whose process waits, before a run takes it over."""

_KNOWN = "waiting.json"


class WaitingProcess:
    """One that waits in a folder of its own, and what gives it its run."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process, self.folder = process, folder
        self._is_a_run = False

    def move(self, folder: Path) -> None:
        """Make its folder that of a run; by the name that it had it is found until `leave`."""
        self.folder.rename(folder)
        self.folder.symlink_to(folder.name)

    async def hand_over(self, plan: ProcessPlan, folder: Path) -> asyncio.subprocess.Process | None:
        """Give it its run: from now on it is the run's process. None where it has ended."""
        if processes.is_over(self.process):
            (folder / _KNOWN).unlink(missing_ok=True)
            shutil.rmtree(folder / "warming", ignore_errors=True)
            return None
        run = {"spec": str(plan.spec_file), "environment": plan.environment, "work": str(folder)}
        if pipe := self.process.stdin:
            with contextlib.suppress(BrokenPipeError, ConnectionResetError):  # it ended: the run says so
                pipe.write(json.dumps(run).encode())
                await pipe.drain()
            pipe.close()
        self._is_a_run = True
        return self.process

    async def leave(self) -> None:
        """End it, if it goes on, and with it the name of its folder."""
        if self.process.returncode is None or not self._is_a_run:
            processes.resume(self.process.pid)
            await processes.end(self.process)
        if self.folder.is_symlink():
            self.folder.unlink()
        else:
            shutil.rmtree(self.folder, ignore_errors=True)


async def started(folder: Path, limits: JobLimits, *, few: bool) -> WaitingProcess:
    """Start one.

    Args:
        folder: its own; made here.
        limits: what a run may take of the machine.
        few: whether its run will have few bytes to read (runtime/spark_conf.py); else the run starts a Java of its own.

    Raises:
        OSError: the folder cannot be written, the process not be started, or there is no cache folder with what makes
            Java as new.
    """
    shared = await asyncio.to_thread(shared_with_others)
    if shared is None:
        raise OSError("this user has no folder of caches that could be used")
    (folder / "tmp").mkdir(parents=True)
    known = folder / _KNOWN
    known.write_text(
        json.dumps(
            {
                "result": str(folder / "result.json"),
                "paths": [],
                "hidden": of_others(folder.resolve().parents[1]),
                "readable": [shared.folder],
                "work": str(folder),
                "settings": heap(limits),
                "few": few,
                "shared": shared.to_dict(),
            }
        ),
        encoding="utf-8",
    )
    process = await processes.start(
        [sys.executable, "-s", str(RUNTIME / "launch.py"), "--wait", str(known)],
        {**machine_environment(folder), **shared.environment()},
        folder / "tmp",
        takes_input=True,
    )
    return WaitingProcess(process, folder)
