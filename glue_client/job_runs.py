"""Starts a job and follows its run: a line for each change of its state."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from botocore.exceptions import ClientError

from glue_client import console, failures
from glue_client.aws import Aws
from glue_client.aws_errors import code_of, message_of
from glue_client.errors import DeployError
from glue_client.workflow_view import Node, job_node

SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds between looks: the longer it runs, the fewer
OVER = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED")


def run(aws: Aws, name: str, arguments: Mapping[str, str]) -> None:
    """Start the job with these arguments (names with --), follow its run, say how it ended.

    Raises:
        DeployError: there is no such job, it cannot be started, or its run did not succeed.
    """
    started = start(aws, name, arguments)
    console.say(f"{name}: run {started} in {aws}")
    with console.leaving(
        f"the run goes on without this window: aws glue get-job-run --job-name {name} --run-id {started}"
    ):
        last = follow(aws, name, started, show=True)
    if last.state != "SUCCEEDED":
        place = failures.last_words(aws, last)
        raise DeployError(
            f"job {name} ended {last.state}", failures.what_happened(last), failures.where_to_look(last, place)
        )


def start(aws: Aws, name: str, arguments: Mapping[str, str]) -> str:
    """Start the job; its run's id. DeployError when there is none, or as many runs of it as it may have."""
    try:
        return str(aws.glue.start_job_run(JobName=name, Arguments=dict(arguments))["JobRunId"])
    except ClientError as error:
        seen = f"{code_of(error)}: {message_of(error)}"
        if code_of(error) == "EntityNotFoundException":
            known = ", ".join(page for page in _names(aws)) or "there is none"
            raise DeployError(f"there is no job {name} in {aws}", seen, f"name one that is there: {known}") from error
        if code_of(error) == "ConcurrentRunsExceededException":
            raise DeployError(f"job {name} is running already", seen, "wait for it, or end it") from error
        raise


def follow(aws: Aws, name: str, run_id: str, *, show: bool) -> Node:
    """Look until the run is over; its last state. With `show` each change of it is a line."""
    before, began = "", time.monotonic()
    while True:
        told: Mapping[str, Any] = aws.glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]
        node = job_node(name, told)
        if show and node.state != before:
            took = console.seconds(node.seconds(datetime.now(UTC)) or 0)
            console.say(took.rjust(8), "job    ", name, console.state(node.state))
        before = node.state
        if node.state in OVER:
            return node
        time.sleep(min(LONGEST_PAUSE, max(SHORTEST_PAUSE, (time.monotonic() - began) / 20)))


def _names(aws: Aws) -> list[str]:
    return [name for page in aws.glue.get_paginator("list_jobs").paginate() for name in page["JobNames"]]
