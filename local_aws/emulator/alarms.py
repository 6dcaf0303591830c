"""Alarms of CloudWatch look at one metric: its namespace, its name and exactly these dimensions, in the alarm's unit.

"CloudWatch treats each unique combination of dimensions as a separate metric, even if the metrics have the same metric
name" (user guide, "Metrics concepts", dimensions); it aggregates none over others. An alarm with a Unit looks at points
of that unit alone (API reference, PutMetricAlarm). The emulator puts all that has the name together.

Here AWS differs: the statistic is that of all points in the periods together, so DatapointsToAlarm counts for nothing,
and where there is no point the state stays.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, MutableMapping
from typing import Any

_ALARM, _OK = "ALARM", "OK"
_BREACHES: Mapping[str, Callable[[float, float], bool]] = {
    "GreaterThanOrEqualToThreshold": lambda value, threshold: value >= threshold,
    "GreaterThanThreshold": lambda value, threshold: value > threshold,
    "LessThanThreshold": lambda value, threshold: value < threshold,
    "LessThanOrEqualToThreshold": lambda value, threshold: value <= threshold,
}


def look_at_one_metric() -> None:
    """Have alarms evaluated by the metric that they name."""
    from ministack.services import cloudwatch

    cloudwatch._evaluate_alarm = _evaluate


def _evaluate(alarm: MutableMapping[str, Any]) -> None:
    """Set the alarm's state by what came lately, and do what it says of a state that is new."""
    from ministack.services import cloudwatch

    statistic = alarm.get("ExtendedStatistic") or alarm.get("Statistic") or "Average"
    points = _points(alarm)
    value = cloudwatch._stat_value(cloudwatch._calc_stats(points), statistic, points) if points else None
    breaches = _BREACHES.get(alarm.get("ComparisonOperator") or "")
    if value is None or breaches is None:
        return
    before, now = alarm["StateValue"], _ALARM if breaches(value, alarm["Threshold"]) else _OK
    if before == now:
        return
    reason = f"Threshold Crossed: {statistic} {value} {alarm['ComparisonOperator']} {alarm['Threshold']}"
    alarm.update(StateValue=now, StateReason=reason, StateUpdatedTimestamp=int(time.time()))
    cloudwatch._record_history(alarm["AlarmName"], before, now, reason)
    cloudwatch._dispatch_alarm_actions(alarm, before, now, reason)
    cloudwatch._evaluate_parent_alarms(alarm)


def _points(alarm: Mapping[str, Any]) -> list[dict[str, Any]]:
    """What came of the alarm's metric within its periods."""
    from ministack.services import cloudwatch

    dimensions = cloudwatch._dims_key(cloudwatch._dims_from_list(alarm.get("Dimensions") or []))
    found = cloudwatch._metrics.get((alarm.get("Namespace"), alarm.get("MetricName"), dimensions)) or []
    since, unit = time.time() - alarm["Period"] * alarm["EvaluationPeriods"], alarm.get("Unit")
    return [one for one in found if one["Timestamp"] >= since and unit in (None, "", one["Unit"])]
