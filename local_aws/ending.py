"""How the server ends: it says what it waits for, and Ctrl-C after that ends it at once.

What was answered is saved by then (see emulator/durable and emulator/objects); the next start marks what was cut short.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import NoReturn

from local_aws.glue.jobs import processes
from local_aws.glue.model import Crawl, JobRun, QualityRun
from local_aws.glue.store import Store

INTERRUPTED = 130


class Ending:
    """What signals do.

    Args:
        store: tells what runs.
        owner: the file that says whose the state folder is; deleted at the end.
        stop: begins the end in order; called once.
    """

    def __init__(self, store: Store, owner: Path, stop: Callable[[], None]) -> None:
        self._store, self._owner, self._stop = store, owner, stop
        self._waits = False

    def listen(self) -> None:
        """Take SIGTERM and SIGINT from now on."""
        for number in (signal.SIGTERM, signal.SIGINT):
            asyncio.get_running_loop().add_signal_handler(number, self._begin)

    def _begin(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(number)
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        signal.signal(signal.SIGINT, self._end_at_once)  # Python's own: it does not wait for the loop
        kinds = (run for _, run in self._store.unfinished() if isinstance(run, (JobRun, Crawl, QualityRun)))
        runs = sum(not isinstance(run, JobRun) or run.JobRunState != "WAITING" for run in kinds)
        self._waits = runs > 0
        _tell(stopping(runs))
        self._stop()

    def tell_the_end(self) -> None:
        """Say that all is saved, to whoever was told to wait."""
        if self._waits:
            _tell(STOPPED)

    def _end_at_once(self, _signal: int, _frame: FrameType | None) -> NoReturn:
        _tell("ended at once: what ran is cut short, and the next start marks it FAILED")
        processes.kill_all()
        self._owner.unlink(missing_ok=True)
        os._exit(INTERRUPTED)


def stopping(runs: int) -> str:
    """What is said at the first signal."""
    if not runs:
        return "stopping"
    what = "1 run" if runs == 1 else f"{runs} runs"
    return (
        f"stopping: requests are answered no more; waiting for {what} to end, about {processes.GRACE_S:.0f} s at most; "
        "Ctrl-C again ends at once"
    )


STOPPED = "stopped: runs that were cut short are FAILED, and all that was answered is kept"
"""What is said at the end where there was something to wait for."""


def _tell(line: str) -> None:
    with contextlib.suppress(OSError):  # whoever read it may have gone
        os.write(1, f"{line}\n".encode())
