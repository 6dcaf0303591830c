"""Runs of a month, against plain counting."""

from datetime import UTC, datetime

import pytest

from glue_client import months
from glue_client.errors import WrongCall

NOW = datetime(2026, 3, 4, 12, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("schedule", "runs"),
    [
        ("cron(0 6 * * ? *)", 365 / 12),
        ("cron(0 6,18 * * ? *)", 2 * 365 / 12),
        ("cron(0/15 * * * ? *)", 4 * 24 * 365 / 12),
        ("cron(0 6 1 * ? *)", 1),
        ("cron(0 6 ? * MON *)", 52 / 12),
        ("cron(0 6 * * ? 2001)", 0),
        ("rate(12 hours)", 2 * 365 / 12),
        ("rate(1 day)", 365 / 12),
        ("rate(5 minutes)", 12 * 24 * 365 / 12),
    ],
)
def test_a_schedule(schedule, runs):
    found = months.of_schedule(schedule, NOW)
    assert (found.runs, found.why) == (pytest.approx(runs), schedule)


@pytest.mark.parametrize("schedule", ["", "0 6 * * *", "cron(0 6 * * *)", "rate(0 days)", "rate(1 week)", "daily"])
def test_what_is_no_schedule_is_refused(schedule):
    with pytest.raises(WrongCall, match="is no schedule"):
        months.of_schedule(schedule, NOW)


def test_a_number():
    assert months.of_number("runs", "4.3") == months.Month(4.3, "runs=4.3")


@pytest.mark.parametrize("text", ["", "many", "-1", "nan", "inf", "1e9"])
def test_what_is_no_number_is_refused(text):
    with pytest.raises(WrongCall, match="runs takes a number of them a month"):
        months.of_number("runs", text)
