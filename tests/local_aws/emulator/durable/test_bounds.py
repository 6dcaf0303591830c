"""What is past its time goes, as on AWS; what is not stays."""

from __future__ import annotations

import time

import pytest

from local_aws.emulator.durable import bounds
from local_aws.emulator.durable.touches import background

DAY = 86_400
KEY = ("000000000000", "eu-west-1", "name")


@pytest.fixture
def emulator(monkeypatch, tmp_path):
    monkeypatch.setenv("STATE_DIR", str(tmp_path))
    from ministack.services import athena, cloudwatch, cloudwatch_logs, stepfunctions

    stores = (athena._executions, stepfunctions._executions, cloudwatch._alarm_history, cloudwatch_logs._log_groups)
    yield athena, stepfunctions, cloudwatch, cloudwatch_logs
    for store in stores:
        store._data.clear()
    background.take()


@pytest.mark.parametrize(("days", "there"), [(46, False), (44, True)])
def test_athena_keeps_executions_for_45_days(emulator, days, there):
    athena, *_ = emulator
    athena._executions._data[KEY] = {"Status": {"CompletionDateTime": time.time() - days * DAY}}
    bounds.let_go(time.time())
    assert (KEY in athena._executions._data) == there


@pytest.mark.parametrize(
    ("execution", "there"),
    [({"stopDate": "2026-01-01T00:00:00.000Z"}, False), ({"stopDate": "2026-02-15T00:00:00.000Z"}, True), ({}, True)],
)
def test_step_functions_keeps_executions_for_90_days_after_their_end(emulator, execution, there):
    _, states, *_ = emulator
    states._executions._data[KEY] = execution
    bounds.let_go(1_775_520_000)  # 2026-04-07
    assert (KEY in states._executions._data) == there


def test_alarms_keep_their_history_for_30_days(emulator):
    cloudwatch = emulator[2]
    entries = [{"Timestamp": "2026-03-01T00:00:00Z"}, {"Timestamp": "2026-04-01T00:00:00Z"}]
    cloudwatch._alarm_history._data[KEY] = list(entries)
    bounds.let_go(1_775_520_000)
    assert cloudwatch._alarm_history._data[KEY] == entries[1:]


@pytest.mark.parametrize(("retention", "left"), [(7, ["new"]), (None, ["old", "new"])])
def test_log_events_go_after_the_retention_of_their_group(emulator, retention, left):
    logs, now = emulator[3], time.time()
    events = [
        {"timestamp": int((now - 8 * DAY) * 1000), "message": "old"},
        {"timestamp": int((now - 6 * DAY) * 1000), "message": "new"},
    ]
    logs._log_groups._data[KEY] = {"retentionInDays": retention, "streams": {"s": {"events": events}}}
    bounds.let_go(now)
    assert [event["message"] for event in logs._log_groups._data[KEY]["streams"]["s"]["events"]] == left
