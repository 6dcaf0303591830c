"""Schedules of EventBridge: what is no cron is refused before anything counts through it."""

import pytest

from tests.local_aws.aws_server import error_of


@pytest.mark.parametrize("fields", ["0-9999999 0 1 * ? *", "0 0 1-1000000 * ? *", "0 0 1 1 1 *"])
def test_a_rule_whose_fields_are_beyond_their_ends_is_refused(local_aws, fields):
    """User guide, "Cron expressions reference": minutes are 0-59, days 1-31, steps within."""
    events = local_aws.client("events")
    said = error_of(events.put_rule, Name="r", ScheduleExpression=f"cron({fields})")
    assert said == "ValidationException: Parameter ScheduleExpression is not valid."


def test_schedules_of_the_user_guide_are_taken(local_aws):
    events = local_aws.client("events")
    for place, fields in enumerate(("0 18 ? * MON-FRI *", "0/15 * * * ? *", "0 9 ? * 2#1 *", "0 0 3W * ? *")):
        events.put_rule(Name=f"g{place}", ScheduleExpression=f"cron({fields})", State="DISABLED")
    events.put_rule(Name="rate", ScheduleExpression="rate(5 minutes)", State="DISABLED")
