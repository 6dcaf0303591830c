"""What Spark's own event log tells of a run: metrics in CloudWatch, and the log itself for a Spark UI.

Names, dimensions and units are those of the developer guide ("Monitoring AWS Glue using Amazon CloudWatch metrics",
"Monitoring with AWS Glue Observability metrics"). Everything is written with the rights of the job's role.
"""

from __future__ import annotations

import asyncio
import functools
import json
import re
import threading
from collections import Counter
from pathlib import Path
from typing import Any

from local_aws.aws_clients import client
from local_aws.emulator import RoleSession, Scope
from local_aws.glue.jobs.arguments import flag
from local_aws.glue.jobs.logs import LogStream
from local_aws.glue.jobs.run_files import open_plain
from local_aws.glue.model import JobRun

_NAMESPACE = "Glue"
_EVERY_S = 30.0
"""Glue reports every 30 seconds what was added since the last time."""

_UNITS = {
    "bytesRead": "Bytes",
    "elapsedTime": "Milliseconds",
    "numCompletedStages": "Count",
    "numCompletedTasks": "Count",
    "numFailedTasks": "Count",
    "numKilledTasks": "Count",
    "recordsRead": "Count",
    "shuffleBytesWritten": "Bytes",
    "shuffleLocalBytesRead": "Bytes",
}
_CATEGORY = re.compile(r"^Error Category: (\w+);")


def settings(arguments: dict[str, str], folder: Path) -> dict[str, str]:
    """The Spark settings that make Spark write its event log, where the run's arguments need one."""
    if not (flag(arguments, "--enable-metrics") or _ui_path(arguments)):
        return {}
    events = folder / "events"
    events.mkdir(parents=True)
    return {
        "spark.eventLog.enabled": "true",
        "spark.eventLog.dir": events.as_uri(),
        "spark.eventLog.compress": "false",
    }


def _ui_path(arguments: dict[str, str]) -> str:
    wanted = arguments.get("--enable-spark-ui", "").strip().lower() == "true"
    return arguments.get("--spark-event-logs-path", "") if wanted else ""


class Totals:
    """The sums of an event log, and how many of them were taken already."""

    def __init__(self) -> None:
        self._sums: Counter[str] = Counter()
        self._taken: Counter[str] = Counter()
        self._started_ms = 0

    def add(self, event: dict[str, Any]) -> None:
        """Take one event, as Spark writes it."""
        kind = event.get("Event")
        if kind == "SparkListenerApplicationStart":
            self._started_ms = event["Timestamp"]
        elif kind == "SparkListenerApplicationEnd":
            self._reach(event["Timestamp"])
        elif kind == "SparkListenerStageCompleted":
            info = event["Stage Info"]
            self._sums["numCompletedStages"] += "Failure Reason" not in info
            self._reach(info.get("Completion Time", 0))
        elif kind == "SparkListenerTaskEnd":
            self._add_task(event)

    def _add_task(self, event: dict[str, Any]) -> None:
        info, metrics = event["Task Info"], event.get("Task Metrics") or {}
        outcome = "Failed" if info["Failed"] else "Killed" if info.get("Killed") else "Completed"
        self._sums[f"num{outcome}Tasks"] += 1
        self._sums["recordsRead"] += metrics.get("Input Metrics", {}).get("Records Read", 0)
        self._sums["bytesRead"] += metrics.get("Input Metrics", {}).get("Bytes Read", 0)
        self._sums["shuffleBytesWritten"] += metrics.get("Shuffle Write Metrics", {}).get("Shuffle Bytes Written", 0)
        self._sums["shuffleLocalBytesRead"] += metrics.get("Shuffle Read Metrics", {}).get("Local Bytes Read", 0)
        self._reach(info.get("Finish Time", 0))

    def _reach(self, moment_ms: int) -> None:
        self._sums["elapsedTime"] = max(self._sums["elapsedTime"], moment_ms - self._started_ms)

    def take(self) -> dict[str, int]:
        """What was added to each metric since the last time; nothing before the application has started."""
        if not self._started_ms:
            return {}
        added = {name: self._sums[name] - self._taken[name] for name in _UNITS}
        self._taken = Counter(self._sums)
        return added


class SparkEvents:
    """Follows the event log of one run.

    Args:
        scope: the run's account and region.
        role: whose rights the metrics and the copy of the log are written with.
        endpoint: URL of this server.
        run: the run.
        folder: the run's folder.
        log: told of what could not be written.
    """

    def __init__(
        self, scope: Scope, role: RoleSession, endpoint: str, run: JobRun, folder: Path, log: LogStream
    ) -> None:
        self._scope, self._role, self._endpoint, self._run, self._log = scope, role, endpoint, run, log
        self._folder = folder / "events"
        self._totals = Totals()
        self._offset = 0
        self._lock = threading.Lock()
        self._metrics = flag(run.Arguments, "--enable-metrics")
        self._observed = run.Arguments.get("--enable-observability-metrics", "").strip().lower() == "true"

    async def follow(self) -> None:
        """Report for as long as the task lives."""
        while self._metrics:
            await asyncio.sleep(_EVERY_S)
            await asyncio.to_thread(self._report)

    async def finish(self, outcome: list[str]) -> None:
        """Report the rest, and how the run ended; copy the log to where a Spark UI looks for it.

        Args:
            outcome: observability metrics that the run counts for (see `outcome_metrics`).
        """
        await asyncio.to_thread(self._finish, outcome)

    def _finish(self, outcome: list[str]) -> None:
        if self._metrics:
            self._report()
        if self._observed:
            self._put([(name, 1, "Count", {"ObservabilityGroup": "error"}) for name in outcome])
        path = _ui_path(self._run.Arguments)
        for file in self._files() if path else []:
            bucket, _, prefix = path.partition("://")[2].partition("/")
            key = f"{prefix.rstrip('/')}/{file.name.removesuffix('.inprogress')}".lstrip("/")
            upload = functools.partial(self._client("s3").upload_file, str(file), bucket, key)
            self._try("The Spark event log", upload)

    def _report(self) -> None:
        with self._lock:
            for file in self._files()[:1]:
                with open_plain(file) as source:
                    source.seek(self._offset)
                    whole, newline, _ = source.read().rpartition(b"\n")
                self._offset += len(whole) + len(newline)
                for line in whole.splitlines():
                    self._totals.add(json.loads(line))
            added = self._totals.take()
        self._put([(f"glue.driver.aggregate.{name}", added[name], _UNITS[name], {}) for name in added])

    def _files(self) -> list[Path]:
        if self._folder.is_symlink():
            return []
        found = (file for file in self._folder.glob("*") if not file.name.startswith("."))
        return sorted(file for file in found if file.is_file() and not file.is_symlink())

    def _put(self, values: list[tuple[str, int, str, dict[str, str]]]) -> None:
        """Put values (name, value, unit, more dimensions), each for this run and for all runs of the job."""
        data = [
            {
                "MetricName": name,
                "Value": value,
                "Unit": unit,
                "Dimensions": [
                    {"Name": key, "Value": text}
                    for key, text in {
                        "JobName": self._run.JobName,
                        "JobRunId": run_id,
                        "Type": "count",
                        **more,
                    }.items()
                ],
            }
            for name, value, unit, more in values
            for run_id in (self._run.Id, "ALL")
        ]
        if data:
            self._try(
                "Metrics", lambda: self._client("cloudwatch").put_metric_data(Namespace=_NAMESPACE, MetricData=data)
            )

    def _client(self, service: str) -> Any:
        from botocore.config import Config

        config = Config(retries={"total_max_attempts": 1}, connect_timeout=2, read_timeout=60)
        return client(service, self._endpoint, self._role, self._scope.region, config)

    def _try(self, what: str, write: Any) -> None:
        from boto3.exceptions import Boto3Error
        from botocore.exceptions import BotoCoreError, ClientError

        try:
            write()
        except (Boto3Error, BotoCoreError, ClientError) as error:
            self._log.write(f"{what} of the job run could not be written: {error}")


def outcome_metrics(error: str | None) -> list[str]:
    """The observability metrics that a run's end counts for.

    Args:
        error: the run's error message, None for a run that succeeded.
    """
    if error is None:
        return ["glue.succeed.ALL"]
    category = _CATEGORY.match(error)
    return ["glue.error.ALL", f"glue.error.{category[1] if category else 'UNCLASSIFIED_ERROR'}"]
