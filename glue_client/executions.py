"""Starts a Step Functions state machine and follows its execution: a live tree in a terminal, lines elsewhere.

What happened is read from GetExecutionHistory, where an event names the one that led to it (API reference,
HistoryEvent). Express state machines have no history there (the same, GetExecutionHistory): they are refused.
"""

import contextlib
import json
import time
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError
from rich.console import Group
from rich.live import Live
from rich.tree import Tree

from glue_client import console, costs, failures, measured_runs, prices
from glue_client.aws import Aws
from glue_client.aws_errors import code_of, message_of
from glue_client.errors import DeployError
from glue_client.execution_view import CAUGHT, FAILED, SUCCEEDED, Execution, Step, reason
from glue_client.workflow_view import job_node

Look = Mapping[str, Any]
"""An answer of DescribeExecution."""

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 5.0  # seconds between looks: the longer it runs, the fewer
ABSENT = ("StateMachineDoesNotExist", "InvalidArn")
REFRESHES = 4  # a second, of what the terminal shows


def run(aws: Aws, machine: str, given: Mapping[str, str], made_by: str) -> None:
    """Start the state machine of that ARN with an object of texts as its input, and follow it.

    Raises:
        DeployError: there is none (`made_by` is what to do then), it is an express one, or it ended otherwise than
            SUCCEEDED.
    """
    execution = _start(aws, machine, given, made_by)
    console.say(f"{_name(machine)}: execution {execution.rpartition(':')[2]} in {aws}")
    history = f"aws stepfunctions get-execution-history --execution-arn {execution}"
    end, steps = _follow(aws, execution, history)
    took = console.seconds((end["stopDate"] - end["startDate"]).total_seconds())
    console.say(f"{_name(machine)}:", console.state(end["status"]), f"in {took}")
    _tell_costs(aws, execution, end)
    if end["status"] != "SUCCEEDED":
        failed = steps.failed
        seen = "\n".join(f"state {one.label}: {reason(one)}" for one in failed if one.error) or _reason(end)
        looks = [look for one in failed if one.run_id for look in _logs(aws, one.job, one.run_id)]
        raise DeployError(f"state machine {_name(machine)} ended {end['status']}", seen, "\n".join([*looks, history]))


def _tell_costs(aws: Aws, execution: str, end: Look) -> None:
    """Say what it costs; who may not see its jobs and crawls is told nothing: a help, never a reason to fail."""
    known = prices.near(aws.region)
    with contextlib.suppress(ClientError):
        costs.show(measured_runs.of_history(aws, _events(aws, execution), end["stopDate"], known)[1], known)


def find(aws: Aws, name: str, made_by: str) -> str:
    """The ARN of a state machine by its name (an ARN is one already).

    Raises:
        DeployError: there is none of that name; it says which there are, and where there are none what makes it.
    """
    if name.startswith("arn:"):
        return name
    pages = aws.states.get_paginator("list_state_machines").paginate()
    known = {one["name"]: str(one["stateMachineArn"]) for page in pages for one in page["stateMachines"]}
    if name not in known:
        others = " or ".join(f"./pyntw 'runstatemachine[{one}]'" for one in known)
        seen = f"state machines there: {', '.join(known) or 'none'}"
        raise DeployError(f"there is no state machine {name} in {aws}", seen, others or made_by)
    return known[name]


def line(step: Step, now: datetime, began: datetime) -> list[str | console.Shown]:
    """What to print when the state of a step is another one: seconds since the execution began, name, state, why."""
    since = console.seconds(max(0.0, ((step.ended or now) - began).total_seconds())).rjust(8)
    parts: list[str | console.Shown] = [since, "state  ", step.label, console.state(step.state)]
    if step.state == SUCCEEDED:
        parts.append(f"after {console.seconds(step.seconds(now))}")
    if step.attempts > 1:
        parts.append(f"attempt {step.attempts}")
    if step.state == FAILED and step.error:
        parts.append(reason(step).splitlines()[0])
    return parts


def tree(name: str, look: Look, execution: Execution, now: datetime) -> Group:
    """The execution as a tree: branches and iterations stand below the state that has them."""
    end = look.get("stopDate") or now
    took = console.seconds(max(0.0, (end - look["startDate"]).total_seconds()))
    root = Tree(console.joined((name, "bold"), "  ", console.state(look["status"]), f"  {took}"))
    branches = {-1: root}
    for depth, step in execution.walk():
        branches[depth] = branches[depth - 1].add(_label(step, now))
    return Group(root)


def _label(step: Step, now: datetime) -> console.Shown:
    parts: list[str | tuple[str, str] | console.Shown] = [step.name]
    parts += [(f" {step.detail}", "dim")] if step.detail else []
    parts += ["  ", console.state(step.state), f"  {console.seconds(step.seconds(now))}"]
    parts += [(f"  x {step.visits}", "dim")] if step.visits > 1 else []
    parts += [(f"  attempt {step.attempts}", "yellow")] if step.attempts > 1 else []
    if step.error and step.state in (FAILED, CAUGHT):
        parts.append((f"  {reason(step).splitlines()[0]}", "red"))
    label = console.joined(*parts)
    label.no_wrap, label.overflow = True, "ellipsis"
    return label


def _start(aws: Aws, machine: str, given: Mapping[str, str], made_by: str) -> str:
    try:
        if aws.states.describe_state_machine(stateMachineArn=machine)["type"] == "EXPRESS":
            raise DeployError(
                f"state machine {_name(machine)} is an express one, which has no history to follow",
                "its type is EXPRESS",
                f"aws stepfunctions start-execution --state-machine-arn {machine}",
            )
        answer = aws.states.start_execution(stateMachineArn=machine, input=json.dumps(dict(given)))
    except ClientError as error:
        if code_of(error) in ABSENT:
            seen = f"{code_of(error)}: {message_of(error)}"
            raise DeployError(f"there is no state machine {_name(machine)} in {aws}", seen, made_by) from error
        raise
    return str(answer["executionArn"])


def _follow(aws: Aws, arn: str, history: str) -> tuple[Look, Execution]:
    """Look until it is over, as a live tree in a terminal, with lines elsewhere; the last look and all its states."""
    looks: list[Look] = []
    taken, started, execution, out = 0, time.monotonic(), Execution(), console.console()
    name = arn.split(":")[-2]

    def picture() -> Group:
        return tree(name, looks[-1], execution, datetime.now(UTC)) if looks else Group()

    live: Any = contextlib.nullcontext()
    if out.is_terminal:
        live = Live(get_renderable=picture, console=out, refresh_per_second=REFRESHES)
    with console.leaving(f"the execution goes on without this window: {history}"), live:
        while True:
            look: Look = aws.states.describe_execution(executionArn=arn)
            events = _events(aws, arn)
            changes, taken = execution.changes(events[taken:]), len(events)
            if not out.is_terminal:
                for step, moment in changes:
                    if step.visits == 1 or step.state == FAILED:  # a loop is told once
                        console.say(*line(step, moment, look["startDate"]))
            looks.append(look)
            if look["status"] not in ("RUNNING", "PENDING_REDRIVE"):
                return look, execution
            time.sleep(min(LONGEST_PAUSE, max(SHORTEST_PAUSE, (time.monotonic() - started) / 20)))


def _logs(aws: Aws, job: str, run_id: str) -> list[str]:
    """Where the log of a job run is that failed, with its last words."""
    try:
        node = job_node(job, aws.glue.get_job_run(JobName=job, RunId=run_id)["JobRun"])
    except ClientError:  # a help, never a reason to fail
        return []
    return [failures.where_to_look(node, failures.last_words(aws, node))]


def _events(aws: Aws, execution: str) -> Sequence[Mapping[str, Any]]:
    pages = aws.states.get_paginator("get_execution_history").paginate(executionArn=execution)
    return [event for page in pages for event in page["events"]]


def _reason(told: Mapping[str, Any]) -> str:
    error, cause = told.get("error") or "no error was told", told.get("cause")
    return f"{error}: {cause}" if cause else str(error)


def _name(machine: str) -> str:
    return machine.rpartition(":")[2]
