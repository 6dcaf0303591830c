"""NotifyDelayAfter: a run that goes on for longer than that is told of, once for each state that it is in then."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from local_aws.emulator import Scope
from local_aws.glue.model import JobRun

_TOLD_STATES = ("STARTING", "RUNNING", "STOPPING")


class DelayNotices:
    """Watches runs that have a NotificationProperty.

    Args:
        tell: called with a run that is late, for STARTING, RUNNING and STOPPING at most once each (developer guide,
            "Automating AWS Glue with EventBridge").
        minute_s: seconds that a minute of NotifyDelayAfter takes.
    """

    def __init__(self, tell: Callable[[Scope, JobRun], None], minute_s: float = 60.0) -> None:
        self._tell = tell
        self._minute_s = minute_s
        self._latest: dict[str, tuple[Scope, JobRun]] = {}
        self._timers: dict[str, asyncio.TimerHandle] = {}
        self._late: dict[str, set[str]] = {}

    def watch(self, scope: Scope, run: JobRun) -> None:
        """Begin to watch a run that starts now."""
        minutes = (run.NotificationProperty or {}).get("NotifyDelayAfter")
        if minutes is None:
            return
        self._latest[run.Id] = (scope, run)
        loop = asyncio.get_running_loop()
        self._timers[run.Id] = loop.call_later(minutes * self._minute_s, self._is_late, run.Id)

    def changed(self, scope: Scope, run: JobRun) -> None:
        """Note a new state of a run."""
        if run.Id in self._latest:
            self._latest[run.Id] = (scope, run)
            if run.Id in self._late:
                self._tell_once(run.Id)

    def forget(self, run_id: str) -> None:
        """The run is over."""
        self._latest.pop(run_id, None)
        self._late.pop(run_id, None)
        timer = self._timers.pop(run_id, None)
        if timer:
            timer.cancel()

    def close(self) -> None:
        """Forget all runs."""
        for run_id in list(self._latest):
            self.forget(run_id)

    def _is_late(self, run_id: str) -> None:
        self._late[run_id] = set()
        self._tell_once(run_id)

    def _tell_once(self, run_id: str) -> None:
        scope, run = self._latest[run_id]
        if run.JobRunState in _TOLD_STATES and run.JobRunState not in self._late[run_id]:
            self._late[run_id].add(run.JobRunState)
            self._tell(scope, run)
