"""What starts by itself: triggers and crawlers on a schedule, and workflows that events start.

Schedules are AWS's six-field cron in UTC. One that was due while the server was down is passed over; one that was due
several times while the machine slept starts once.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

from glue_client import cron
from local_aws.emulator import Scope
from local_aws.glue import events
from local_aws.glue.crawls.runs import Crawls
from local_aws.glue.definitions.records import Definitions
from local_aws.glue.model import GlueError
from local_aws.glue.workflows.runs import WorkflowRuns

logger = logging.getLogger(__name__)

_BATCH_WINDOW_S = 900
"""BatchWindow where a trigger gives none (API reference)."""


def next_due(expression: str, after: datetime) -> datetime | None:
    """The first moment after `after` that a schedule names; None where there is none."""
    try:
        return next(cron.read(expression).after(after), None)
    except cron.CronError:  # kept by an earlier version, which took it
        logger.warning("schedule %s cannot be read, and starts nothing", expression)
        return None


class Schedules:
    """Starts what is due.

    Args:
        definitions: triggers and crawlers; its store keeps the events that wait for their batch.
        workflow_runs: starts triggers.
        crawls: starts crawlers.
    """

    def __init__(self, definitions: Definitions, workflow_runs: WorkflowRuns, crawls: Crawls) -> None:
        self._definitions = definitions
        self._store = definitions.store
        self._workflow_runs = workflow_runs
        self._crawls = crawls
        self._wake = asyncio.Event()

    async def run(self) -> None:
        """Start what is due, minute by minute, for as long as the server runs."""
        looked = datetime.now(UTC)
        while True:
            pause = (self._next_look(looked) - datetime.now(UTC)).total_seconds()
            self._wake.clear()
            try:
                await asyncio.wait_for(self._wake.wait(), max(pause, 0.01))
            except TimeoutError:
                moment = datetime.now(UTC)
                self.start_due(looked, moment)
                self.start_batches(moment)
                looked = moment

    def _next_look(self, looked: datetime) -> datetime:
        """The next full minute, or the end of a batch window before it."""
        minute = looked.replace(second=0, microsecond=0) + timedelta(minutes=1)
        return min([minute, *(ends for _, _, _, ends in self._batches())])

    # Schedules

    def start_due(self, since: datetime, until: datetime) -> None:
        """Start each trigger and crawler whose schedule names a moment after `since`, up to `until`."""
        for scope, trigger in self._store.every_definition("trigger"):
            on = trigger["Type"] == "SCHEDULED" and trigger["State"] == "ACTIVATED"
            if on and _falls(trigger["Schedule"], since, until):
                self._start_trigger(scope, trigger)
        for scope, crawler in self._store.every_definition("crawler"):
            schedule = crawler.get("Schedule") or {}
            on = schedule.get("State") == "SCHEDULED"
            if on and _falls(schedule["ScheduleExpression"], since, until):
                self._start_crawler(scope, crawler["Name"])

    def _start_trigger(self, scope: Scope, trigger: dict[str, Any], **how: Any) -> None:
        try:
            self._workflow_runs.start_by_trigger(scope, trigger, **how)
        except GlueError as error:
            logger.warning("trigger %s did not start: %s", trigger["Name"], error)

    def _start_crawler(self, scope: Scope, name: str) -> None:
        try:
            self._crawls.start(scope, name)
        except GlueError as error:
            events.scheduled_crawl_failed(scope, name, error.message)

    # Events

    def take_event(self, scope: Scope, workflow: str, event_id: str) -> None:
        """Count an event for the EVENT trigger of a workflow; the batch that it completes starts a run.

        Events are not told apart: one that comes twice counts twice (developer guide).
        """
        triggers = [entry for entry in self._definitions.triggers_of(scope, workflow) if entry["Type"] == "EVENT"]
        if not triggers:
            logger.warning("workflow %s got event %s and has no trigger of type EVENT", workflow, event_id)
            return
        trigger = triggers[0]
        name, moment = trigger["Name"], datetime.now(UTC).timestamp()
        batch = self._store.definition(scope, "event_batch", name) or {"Name": name, "EventIds": [], "First": moment}
        batch["EventIds"].append(event_id)
        self._store.put_definition(scope, "event_batch", name, batch)
        if len(batch["EventIds"]) >= _condition(trigger)["BatchSize"]:
            self._start_batch(scope, trigger, batch)
        self._wake.set()

    def start_batches(self, moment: datetime) -> None:
        """Start the runs of batches whose window is over."""
        for scope, trigger, batch, ends in list(self._batches()):
            if ends <= moment:
                self._start_batch(scope, trigger, batch)

    def _batches(self) -> Iterator[tuple[Scope, dict[str, Any], dict[str, Any], datetime]]:
        for scope, batch in self._store.every_definition("event_batch"):
            trigger = self._store.definition(scope, "trigger", batch["Name"])
            if trigger is None:
                self._store.delete_definition(scope, "event_batch", batch["Name"])
                continue
            window = timedelta(seconds=_condition(trigger)["BatchWindow"])
            yield scope, trigger, batch, datetime.fromtimestamp(batch["First"], UTC) + window

    def _start_batch(self, scope: Scope, trigger: dict[str, Any], batch: dict[str, Any]) -> None:
        """Start a run for the events of a batch; when there are too many runs it is lost (developer guide)."""
        self._store.delete_definition(scope, "event_batch", batch["Name"])
        ids = batch["EventIds"]
        waited = datetime.now(UTC).timestamp() - batch["First"]
        self._start_trigger(
            scope,
            trigger,
            # In brackets and separated by commas, as public scripts read it.
            properties={"aws:eventIds": f"[{', '.join(ids)}]"},
            batch={"BatchSize": len(ids), "BatchWindow": round(waited)},
        )


def _condition(trigger: dict[str, Any]) -> dict[str, int]:
    return {"BatchSize": 1, "BatchWindow": _BATCH_WINDOW_S, **(trigger.get("EventBatchingCondition") or {})}


def _falls(expression: str, since: datetime, until: datetime) -> bool:
    due = next_due(expression, since)
    return due is not None and due <= until
