"""What is let go, as AWS lets it go: histories past their time, log events past their group's retention.

| what | kept | source |
|---|---|---|
| executions of Athena | 45 days | user guide, "Query history" |
| executions of Step Functions | 90 days after their end | developer guide, quotas |
| log events | `retentionInDays` of their group; for ever without one | PutRetentionPolicy |
| history of alarms | 30 days | CloudWatch user guide, "Viewing alarm history" (the length is unverified) |
| data points | two weeks (AWS: 15 months) | the emulator |
| messages and records | as their queue or stream says | the emulator |
| events of CloudTrail | the last 10,000, until the server ends (AWS: 90 days) | the emulator |
| events of EventBridge | only in archives | |
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from local_aws.emulator.durable.touches import background

logger = logging.getLogger(__name__)

DAY_S = 86_400
ATHENA_DAYS = 45
STEP_FUNCTIONS_DAYS = 90
ALARM_DAYS = 30

_LOOK_S = 3600
_FIRST_LOOK_S = 60
_EVICT_S = 60.0


def plug_bounds() -> None:
    """Have what the emulator keeps without an end be kept no more. Contract: names of the functions replaced."""
    from ministack.services import cloudwatch, eventbridge

    eventbridge._events_log_list = list  # nothing reads it
    cloudwatch._evict_old_metrics = _now_and_then(cloudwatch._evict_old_metrics)


def _now_and_then(evict: Callable[[], None]) -> Callable[[], None]:
    """Not with each data point that is put: it looks at all of them."""
    last = float("-inf")

    def evict_sometimes() -> None:
        nonlocal last
        if time.monotonic() - last >= _EVICT_S:
            last = time.monotonic()
            evict()

    return evict_sometimes


async def let_go_regularly() -> None:
    """Let go of what is past its time, each hour."""
    await asyncio.sleep(_FIRST_LOOK_S)
    while True:
        try:
            let_go(time.time())
        except Exception:
            logger.exception("what is past its time is not let go")
        await asyncio.sleep(_LOOK_S)


def let_go(now: float) -> None:
    """Let go of what is past its time at `now` (epoch seconds)."""
    from ministack.services import athena, cloudwatch, cloudwatch_logs, stepfunctions

    _drop(
        athena._executions, lambda found: _epoch(found["Status"].get("CompletionDateTime")), now - ATHENA_DAYS * DAY_S
    )
    _drop(stepfunctions._executions, lambda found: _epoch(found.get("stopDate")), now - STEP_FUNCTIONS_DAYS * DAY_S)
    for key, entries in list(cloudwatch._alarm_history._data.items()):
        kept = [entry for entry in entries if (_epoch(entry["Timestamp"]) or now) >= now - ALARM_DAYS * DAY_S]
        if len(kept) < len(entries):
            entries[:] = kept
            background.add(cloudwatch._alarm_history, key)
    for key, group in list(cloudwatch_logs._log_groups._data.items()):
        days = group.get("retentionInDays")
        if days and _expire(group, (now - days * DAY_S) * 1000):
            background.add(cloudwatch_logs._log_groups, key)


def _drop(store: Any, ended: Callable[[Any], float | None], before: float) -> None:
    for key, record in list(store._data.items()):
        moment = ended(record)
        if moment is not None and moment < before:
            store._data.pop(key, None)
            background.add(store, key)


def _expire(group: dict[str, Any], before_ms: float) -> bool:
    from ministack.services import cloudwatch_logs

    found = False
    with cloudwatch_logs._log_events_lock:
        for stream in group["streams"].values():
            events = stream["events"]
            if events and events[0]["timestamp"] < before_ms:
                stream["events"] = [event for event in events if event["timestamp"] >= before_ms]
                stream["firstEventTimestamp"] = stream["events"][0]["timestamp"] if stream["events"] else None
                found = True
    return found


def _epoch(moment: Any) -> float | None:
    """Epoch seconds of a number or a text in ISO 8601."""
    if moment is None or isinstance(moment, int | float):
        return moment
    parsed = datetime.fromisoformat(str(moment))
    return (parsed if parsed.tzinfo else parsed.replace(tzinfo=UTC)).timestamp()
