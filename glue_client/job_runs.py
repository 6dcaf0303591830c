"""Starts a job and follows its run: its log as the lines arrive, then how it ended, what it counted, what it raised."""

import sys
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from difflib import get_close_matches
from typing import Any

from botocore.exceptions import ClientError

from glue_client import console, costs, failures, hints, prices
from glue_client.aws import Aws
from glue_client.aws_errors import code_of, message_of
from glue_client.errors import DeployError
from glue_client.job_logs import JobLog
from glue_client.log_view import LogView
from glue_client.workflow_view import Node, job_node

SHORTEST_PAUSE, LONGEST_PAUSE = 0.2, 5.0  # seconds between looks: the longer it runs, the fewer
LATE_LOOKS, LATE_PAUSE = 3, 1.0
"""CloudWatch may have a log only after the run is over: so often and long (seconds) an empty one is looked at again."""
OVER = ("SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR", "EXPIRED")
NEAR = 5

Told = Mapping[str, Any]
"""JobRun of GetJobRun, or Job of GetJob."""


def run(aws: Aws, name: str, arguments: Mapping[str, str]) -> Node:
    """Start the job with these arguments (names with --), follow its log, say how it ended; its run.

    Ctrl-C in a terminal asks whether to stop the run; elsewhere it says that it goes on, and how to stop it.

    Raises:
        DeployError: there is no such job, it cannot be started, or its run did not succeed.
    """
    job = definition(aws, name)
    run_id = start(aws, name, arguments)
    console.say(f"{name}: run {run_id} in {aws}")
    view = LogView(datetime.now(UTC))
    log: JobLog | None = None
    try:
        log, told = _attend(aws, job, run_id, view)
    except KeyboardInterrupt:
        if console.goes_on():
            _leave(aws, job, run_id, view)
        raise
    node = job_node(name, told)
    view.unfold()
    _sum_up(node, view)
    known = prices.near(aws.region)
    costs.show([costs.of_job_run(told, known)], known)
    if node.state != "SUCCEEDED":
        look = hints.log_of(name, log.place) if log.place else hints.run_of(name, run_id)
        raise DeployError(
            f"job {name} ended {node.state}", failures.what_happened(node), failures.with_rights(node, look)
        )
    return node


def definition(aws: Aws, name: str) -> Told:
    """The Job of GetJob. DeployError when there is none; it names those whose names are alike."""
    try:
        found: Told = aws.glue.get_job(JobName=name)["Job"]
    except ClientError as error:
        if code_of(error) == "EntityNotFoundException":
            raise _absent(aws, name, error) from error
        raise
    return found


def start(aws: Aws, name: str, arguments: Mapping[str, str]) -> str:
    """Start the job; its run's id. DeployError when there is none, or as many runs of it as it may have."""
    try:
        return str(aws.glue.start_job_run(JobName=name, Arguments=dict(arguments))["JobRunId"])
    except ClientError as error:
        if code_of(error) == "EntityNotFoundException":
            raise _absent(aws, name, error) from error
        if code_of(error) == "ConcurrentRunsExceededException":
            seen = f"{code_of(error)}: {message_of(error)}"
            stop = "\n".join(hints.stop_run(name, one) for one in _running(aws, name))
            raise DeployError(
                f"job {name} is running already", seen, f"{hints.wait_for(name)}, or end it:\n{stop}"
            ) from error
        raise


def follow(aws: Aws, name: str, run_id: str) -> Node:
    """Look in silence until the run is over; its last state."""
    began = time.monotonic()
    while True:
        told: Told = aws.glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]
        if told["JobRunState"] in OVER:
            return job_node(name, told)
        _pause(began)


def names(aws: Aws) -> list[str]:
    """The names of all jobs."""
    return [name for page in aws.glue.get_paginator("list_jobs").paginate() for name in page["JobNames"]]


def _attend(aws: Aws, job: Told, run_id: str, view: LogView) -> tuple[JobLog, Told]:
    """Print the log until the run is over; its log and its last state."""
    began, log, state = time.monotonic(), None, ""
    out = console.console()
    with out.status(console.text(job["Name"])) as spinner:
        while True:
            told: Told = aws.glue.get_job_run(JobName=job["Name"], RunId=run_id)["JobRun"]
            log = log or JobLog(aws, told, job.get("DefaultArguments"))
            if told["JobRunState"] != state:
                state = told["JobRunState"]
                if state not in OVER and not out.is_terminal:
                    console.say(console.seconds(time.monotonic() - began).rjust(8), "job    ", console.state(state))
            spinner.update(console.text(f"{job['Name']} {state} {console.seconds(time.monotonic() - began)}"))
            view.show(log.fresh(last=state in OVER))
            if state in OVER:
                break
            _pause(began)
        late = LATE_LOOKS if told.get("ExecutionTime") else 0
        while late and log.place is None and not log.refused:
            time.sleep(LATE_PAUSE)
            view.show(log.fresh(last=True))
            late -= 1
    if log.refused:
        console.say(console.text(f"its log cannot be read: {log.refused}", "yellow"))
    return log, told


def _sum_up(node: Node, view: LogView) -> None:
    took = console.seconds(node.seconds(datetime.now(UTC)) or 0)
    console.say(f"{node.name}:", console.state(node.state), f"in {took}")
    for line in view.counts:
        console.say(line)
    if node.is_bad:
        for line in view.cause(failures.what_happened(node)):
            console.complain(f"  {node.name} | {line}")


def _leave(aws: Aws, job: Told, run_id: str, view: LogView) -> None:
    """Ask whether the run is to be stopped, and see to it; without a terminal say how."""
    stop = hints.stop_run(job["Name"], run_id)
    if not (sys.stdin.isatty() and sys.stdout.isatty()):
        console.complain(f"the run goes on without this window; to stop it: {stop}")
        return
    try:
        console.confirm(f"Stop the run {run_id}?", yes=False, otherwise="it goes on")
    except DeployError:
        console.complain(f"the run goes on; to stop it: {stop}")
        return
    answer = aws.glue.batch_stop_job_run(JobName=job["Name"], JobRunIds=[run_id])
    for error in answer.get("Errors", []):
        console.complain(f"it was not stopped: {error.get('ErrorDetail', {}).get('ErrorMessage', error)}")
    if answer.get("SuccessfulSubmissions"):
        _, told = _attend(aws, job, run_id, view)
        console.say(f"{job['Name']}:", console.state(told["JobRunState"]))


def _pause(began: float) -> None:
    time.sleep(min(LONGEST_PAUSE, max(SHORTEST_PAUSE, (time.monotonic() - began) / 20)))


def _running(aws: Aws, name: str) -> list[str]:
    runs = aws.glue.get_job_runs(JobName=name, MaxResults=25)["JobRuns"]
    return [one["Id"] for one in runs if one["JobRunState"] not in OVER]


def _absent(aws: Aws, name: str, error: ClientError) -> DeployError:
    known = names(aws)
    near = get_close_matches(name, known, n=NEAR, cutoff=0.5) or known
    seen = f"{code_of(error)}: {message_of(error)}"
    return DeployError(f"there is no job {name} in {aws}", seen, f"name one that is there: {', '.join(near) or 'none'}")
