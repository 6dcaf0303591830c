"""When the archive of classes is made that all Spark jobs start faster with: once one has ended and none follows."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import os
import subprocess
import sys
from collections.abc import AsyncIterator, Mapping
from pathlib import Path
from typing import Any

from local_aws.glue.jobs.process_plan import java_home
from local_aws.runtime.jvm.shared import archive_to_make

logger = logging.getLogger(__name__)

_ROOT = Path(__file__).resolve().parents[3]
_QUIET_S = 5.0
"""So long no job runs before the archive is begun: the next job of a workflow comes sooner."""
_PASSED_ON = ("HOME", "XDG_CACHE_HOME", "PATH", "PYTHONPATH")


class ClassArchives:
    """Starts the process that makes the archive, at most once; it runs on where this server ends (see jvm/maker.py)."""

    def __init__(self) -> None:
        self._timer: asyncio.TimerHandle | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._running = 0
        self._wanted = False

    @contextlib.asynccontextmanager
    async def while_running(self, job: Mapping[str, Any]) -> AsyncIterator[None]:
        """Begin none while a run of this job goes on; soon after where it was the last, and one of Spark."""
        self._running += 1
        self._put_off()
        try:
            yield
        finally:
            self._running -= 1
            self._wanted = self._wanted or job["Command"]["Name"] != "pythonshell"
            if self._wanted and self._process is None and not self._running:
                self._timer = asyncio.get_running_loop().call_later(_QUIET_S, self._begin)

    def close(self) -> None:
        """Begin at once what was about to begin, as the server ends."""
        if self._timer:
            self._put_off()
            self._begin()

    def _put_off(self) -> None:
        if self._timer:
            self._timer.cancel()
            self._timer = None

    def _begin(self) -> None:
        self._timer = None
        try:
            java = java_home()
            if archive_to_make(java) is None:
                return
            self._process = subprocess.Popen(
                [sys.executable, "-s", "-m", "local_aws.runtime.jvm.maker", str(java)],
                cwd=_ROOT,
                env={name: os.environ[name] for name in _PASSED_ON if name in os.environ},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                start_new_session=True,
            )
        except OSError as error:
            logger.warning("no archive of classes: %s", error)
