"""Runs a pipeline for each day of a range, as `Metadata.Pipeline.Backfill` of its template says.

    Starts      logical id of the Glue workflow that runs one day
    Property    the run property that says which, as yyyymmdd

What is done is kept nowhere but in Glue's own record of the workflow's runs: a day whose latest run did what it should
is done. So a call goes on where one before it stopped, on whatever machine that was.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import groupby
from typing import Any

from botocore.exceptions import ClientError

from deploy.parts import Part
from glue_client import workflows
from glue_client.aws import Aws
from glue_client.aws_errors import code_of
from glue_client.console import count, say, show_table, state
from glue_client.errors import DeployError, WrongCall
from glue_client.workflow_view import went_well

DAY = "%Y%m%d"
EARLIER, DONE, FAILED, LEFT = "done before", "done", "FAILED", "not run"


@dataclass(frozen=True)
class Backfill:
    """What runs one day of a pipeline, and which run property says the day."""

    starts: Part
    property: str


def days_between(given: Mapping[str, str]) -> list[str]:
    """The days from `from` to `to`, both included, oldest first. WrongCall when a call gave other words, or no days."""
    for name in given:
        if name not in ("from", "to"):
            raise WrongCall(f'backfill takes from and to, and got "{name}"')
    first, last = (_day(name, given.get(name, "")) for name in ("from", "to"))
    if last < first:
        raise WrongCall(f"backfill goes from a day to a later one, and got from={given['from']},to={given['to']}")
    return [(first + timedelta(days=number)).strftime(DAY) for number in range((last - first).days + 1)]


def run(aws: Aws, workflow: str, property_: str, days: Sequence[str], made_by: str, *, again: bool) -> None:
    """Run the workflow for each of the days that is not done yet, `again` for all of them, and say what was done.

    Raises:
        DeployError: a day failed, after which no other is run; the same call goes on with it.
    """
    done = set[str]() if again else _done(aws, workflow, property_)
    ends = {day: EARLIER if day in done else LEFT for day in days}
    waiting = [day for day in days if ends[day] == LEFT]
    say(f"{workflow}: {count(len(days), 'day')}, {len(days) - len(waiting)} of them done before")
    failure: DeployError | None = None
    try:
        for number, day in enumerate(waiting, start=1):
            say(f"\n{day}, {number} of {len(waiting)}")
            ends[day] = FAILED
            workflows.run(aws, workflow, {property_: day}, made_by, "./pyntw 'runworkflow[{}]'".format)
            ends[day] = DONE
    except DeployError as error:
        failure = error
    say("")
    show_table([("days", False), ("number", True), ("", False)], list(_rows(ends)))
    if failure:
        then = f"{failure.next_step}\nthen the same call again: it goes on where this one stopped"
        raise DeployError(failure.failed, failure.seen, then) from failure
    if not waiting:
        say("nothing was left to do; again=true runs these days anew")


def _rows(ends: Mapping[str, str]) -> Iterator[tuple[Any, ...]]:
    """Days in a row that ended alike, as one line."""
    for end, found in groupby(ends, key=ends.__getitem__):
        days = list(found)
        yield days[0] if len(days) == 1 else f"{days[0]} to {days[-1]}", str(len(days)), state(end)


def _done(aws: Aws, workflow: str, property_: str) -> set[str]:
    """The days of which the latest run did what it should; none where there is no such workflow."""
    latest: dict[str, Mapping[str, Any]] = {}
    try:
        for page in aws.glue.get_paginator("get_workflow_runs").paginate(Name=workflow):
            for one in page["Runs"]:
                day = one.get("WorkflowRunProperties", {}).get(property_)
                if day and (day not in latest or latest[day]["StartedOn"] < one["StartedOn"]):
                    latest[day] = one
    except ClientError as error:
        if code_of(error) != "EntityNotFoundException":
            raise
    return {day for day, one in latest.items() if went_well(one["Status"], one.get("Statistics", {}))}


def _day(name: str, text: str) -> date:
    try:
        found = datetime.strptime(text, DAY).date()  # noqa: DTZ007 - a day has no zone
    except ValueError:
        found = None
    if found is None or found.strftime(DAY) != text:
        raise WrongCall(f'backfill takes {name}=yyyymmdd, such as {name}=20240131, and got "{text}"')
    return found
