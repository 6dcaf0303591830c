"""How many runs a month has: of a number, of a schedule, of what is deployed.

A month is the twelfth part of the year that follows the moment, so that February counts no less than March.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from glue_client import cron
from glue_client.aws import Aws
from glue_client.errors import WrongCall

YEAR = timedelta(days=365)
RATE = re.compile(r"rate\((\d{1,6}) +(minute|hour|day)s?\)")
MINUTES = {"minute": 1, "hour": 60, "day": 1440}
DAILY = "cron(0 6 * * ? *)"
"""What is taken where nothing says otherwise: once a day."""


@dataclass(frozen=True)
class Month:
    """Runs of a month, and how that is known, for people."""

    runs: float
    why: str


def of_schedule(schedule: str, now: datetime) -> Month:
    """Runs by `cron(…)` as Glue and EventBridge take it, or `rate(… minutes)`. WrongCall for what is neither."""
    rate = RATE.fullmatch(schedule.strip())
    if rate and int(rate[1]):
        return Month(YEAR / timedelta(minutes=int(rate[1]) * MINUTES[rate[2]]) / 12, schedule)
    try:
        moments = takewhile(lambda moment: moment <= now + YEAR, cron.read(schedule).after(now))
    except cron.CronError as error:
        raise WrongCall(
            f'"{schedule}" is no schedule; it has six fields, as in schedule=cron(0 6 * * ? *), or is rate(12 hours)'
        ) from error
    return Month(sum(1 for _ in moments) / 12, schedule)


def of_number(what: str, text: str) -> Month:
    """Runs by a number of a month: `30`, `4.3`. WrongCall, with `what` it is of, for what is none, or below 0."""
    try:
        number = float(text)
    except ValueError:
        number = -1.0
    if not 0 <= number <= 10**6:
        raise WrongCall(f'{what} takes a number of them a month, from 0 to 1,000,000, and got "{text}"')
    return Month(number, f"{what}={text}")


def of_deployed(aws: Aws, name: str, now: datetime) -> Month:
    """Runs of a workflow or job by triggers, of a state machine by schedules and rules; else once a day."""
    schedules = [*_of_triggers(aws, name), *_of_scheduler(aws, name), *_of_rules(aws, name)]
    if not schedules:
        return Month(of_schedule(DAILY, now).runs, "no schedule is active: once a day is taken")
    found = [of_schedule(schedule, now) for schedule in schedules]
    return Month(sum(one.runs for one in found), ", ".join(one.why for one in found))


def _of_triggers(aws: Aws, name: str) -> list[str]:
    """Of active scheduled triggers: those of a workflow of that name, and those without one that start such a job."""
    pages = aws.glue.get_paginator("get_triggers").paginate()
    active = [
        one for page in pages for one in page["Triggers"] if one["Type"] == "SCHEDULED" and one["State"] == "ACTIVATED"
    ]
    return [
        one["Schedule"]
        for one in active
        if one.get("WorkflowName", "") == name
        or (not one.get("WorkflowName") and any(action.get("JobName") == name for action in one["Actions"]))
    ]


def _is_machine(target: Mapping[str, Any], name: str) -> bool:
    return str(target.get("Arn", "")).endswith(f":stateMachine:{name}")


def _of_scheduler(aws: Aws, name: str) -> list[str]:
    found = []
    for page in aws.scheduler.get_paginator("list_schedules").paginate(State="ENABLED"):
        for one in page["Schedules"]:
            if _is_machine(one.get("Target", {}), name):
                told = aws.scheduler.get_schedule(Name=one["Name"], GroupName=one["GroupName"])
                found.append(told["ScheduleExpression"])
    return found


def _of_rules(aws: Aws, name: str) -> list[str]:
    """Of EventBridge's rules with a schedule, which the default bus alone has."""
    found = []
    for page in aws.events.get_paginator("list_rules").paginate():
        for rule in page["Rules"]:
            if rule.get("ScheduleExpression") and rule.get("State") == "ENABLED":
                targets = aws.events.list_targets_by_rule(Rule=rule["Name"])["Targets"]  # five at most
                found += [rule["ScheduleExpression"] for one in targets if _is_machine(one, name)]
    return found
