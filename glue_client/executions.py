"""Starts a Step Functions state machine and follows its execution: a line for each change.

What happened is read from GetExecutionHistory, where an event names the one that led to it (API reference,
HistoryEvent). Express state machines have no history there (the same, GetExecutionHistory): they are refused.
"""

import json
import time
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from botocore.exceptions import ClientError

from glue_client import console
from glue_client.aws import Aws
from glue_client.aws_errors import code_of, message_of
from glue_client.errors import DeployError

SHORTEST_PAUSE, LONGEST_PAUSE = 0.5, 5.0  # seconds between looks: the longer it runs, the fewer
ABSENT = ("StateMachineDoesNotExist", "InvalidArn")
UNHAPPY = ("Failed", "TimedOut", "Aborted")


def run(aws: Aws, machine: str, given: Mapping[str, str], made_by: str) -> None:
    """Start the state machine of that ARN with an object of texts as its input, and follow it.

    Raises:
        DeployError: there is none (`made_by` is what to do then), it is an express one, or it ended otherwise than
            SUCCEEDED.
    """
    execution = _start(aws, machine, given, made_by)
    console.say(f"{_name(machine)}: execution {execution.rpartition(':')[2]} in {aws}")
    history = f"aws stepfunctions get-execution-history --execution-arn {execution}"
    end = _follow(aws, execution, history)
    took = console.seconds((end["stopDate"] - end["startDate"]).total_seconds())
    console.say(f"{_name(machine)}:", console.state(end["status"]), f"in {took}")
    if end["status"] != "SUCCEEDED":
        raise DeployError(f"state machine {_name(machine)} ended {end['status']}", _reason(end), history)


def line(event: Mapping[str, Any], by_id: Mapping[int, Mapping[str, Any]], began: datetime) -> list[Any]:
    """What to print of an event, given all so far and when the execution began; nothing for most of them."""
    kind, since = str(event["type"]), console.seconds((event["timestamp"] - began).total_seconds()).rjust(8)
    if kind.endswith("StateEntered"):
        return [since, "state  ", _state(event), console.state("RUNNING")]
    if kind.endswith("StateExited"):
        name = event["stateExitedEventDetails"]["name"]
        entered = _entered(event, by_id, name)
        took = console.seconds((event["timestamp"] - entered["timestamp"]).total_seconds()) if entered else "?"
        return [since, "state  ", name, console.state("SUCCEEDED"), f"after {took}"]
    if kind.endswith(UNHAPPY) and not kind.startswith("Execution"):
        entered = _entered(event, by_id)
        name = _state(entered) if entered else kind
        details: Mapping[str, Any] = next((value for key, value in event.items() if key.endswith("EventDetails")), {})
        return [since, "state  ", name, console.state("FAILED"), _reason(details)]
    return []


def _entered(
    event: Mapping[str, Any], by_id: Mapping[int, Mapping[str, Any]], name: str | None = None
) -> Mapping[str, Any] | None:
    """Where the state (of that name) was entered in which an event happened."""
    found: Mapping[str, Any] | None = event
    while found is not None:
        found = by_id.get(found.get("previousEventId", 0))
        if found and found["type"].endswith("StateEntered") and name in (None, _state(found)):
            return found
    return None


def _state(entered: Mapping[str, Any]) -> str:
    return str(entered["stateEnteredEventDetails"]["name"])


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


def _follow(aws: Aws, execution: str, history: str) -> Mapping[str, Any]:
    """Look until it is over, with its events as lines; DescribeExecution's last answer."""
    seen, started = 0, time.monotonic()
    with console.leaving(f"the execution goes on without this window: {history}"):
        while True:
            look: Mapping[str, Any] = aws.states.describe_execution(executionArn=execution)
            events = _events(aws, execution)
            by_id = {event["id"]: event for event in events}
            for event in events[seen:]:
                parts = line(event, by_id, look["startDate"])
                if parts:
                    console.say(*parts)
            seen = len(events)
            if look["status"] not in ("RUNNING", "PENDING_REDRIVE"):
                return look
            time.sleep(min(LONGEST_PAUSE, max(SHORTEST_PAUSE, (time.monotonic() - started) / 20)))


def _events(aws: Aws, execution: str) -> Sequence[Mapping[str, Any]]:
    pages = aws.states.get_paginator("get_execution_history").paginate(executionArn=execution)
    return [event for page in pages for event in page["events"]]


def _reason(told: Mapping[str, Any]) -> str:
    error, cause = told.get("error") or "no error was told", told.get("cause")
    return f"{error}: {cause}" if cause else str(error)


def _name(machine: str) -> str:
    return machine.rpartition(":")[2]
