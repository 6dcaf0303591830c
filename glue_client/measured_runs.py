"""The latest run of a workflow, a state machine or a job that is over, and what its parts cost.

Parts are the jobs and crawlers that it started itself, and the state transitions. What a job starts in its turn is
found by time: queries of Athena that were asked while the run went on (run_extras.py).
"""

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from glue_client import costs
from glue_client.aws import Aws
from glue_client.costs import Cost, Told
from glue_client.errors import DeployError, WrongCall
from glue_client.job_runs import OVER
from glue_client.job_runs import names as job_names
from glue_client.prices import Prices

LATEST = 25
"""Of so many runs the one that began last is taken: that Glue tells the latest first is not documented."""
CRAWL_TELLS_START_S = 1.0
"""A crawl that began so much before the call that started it is taken for its own, by different clocks."""


@dataclass(frozen=True)
class Measured:
    """One run.

    Attributes:
        what: `workflow`, `state machine` or `job`.
        name: of it.
        run: its id.
        state: in which it ended, in AWS's words.
        began, ended: when.
        jobs: all runs of jobs in it, as GetJobRun tells them.
        costs: of its parts.
        physical: what CloudFormation knows it by: the name, or the ARN of a state machine.
    """

    what: str
    name: str
    run: str
    state: str
    began: datetime
    ended: datetime
    jobs: Sequence[Told]
    costs: Sequence[Cost]
    physical: str = ""


def latest(aws: Aws, name: str, prices: Prices, to_run: str = "") -> Measured:
    """The latest run of what has that name: a workflow, a state machine (its ARN too) or a job.

    Args:
        aws: where.
        name: see above.
        prices: by which it is told what it cost.
        to_run: the call that runs it, if that is known.

    Raises:
        WrongCall: there is no such thing; it says what there is.
        DeployError: it never ran to an end.
    """
    known: dict[str, Callable[[], Measured]] = {}
    for job in job_names(aws):
        known[job] = lambda job=job: _of_job(aws, job, prices, to_run)  # type: ignore[misc]
    for arn in _machines(aws):
        known[arn] = known[arn.rpartition(":")[2]] = lambda arn=arn: _of_machine(aws, arn, prices, to_run)  # type: ignore[misc]
    for page in aws.glue.get_paginator("list_workflows").paginate():
        for workflow in page["Workflows"]:
            known[workflow] = lambda workflow=workflow: _of_workflow(aws, workflow, prices, to_run)  # type: ignore[misc]
    if name not in known:
        there = ", ".join(one for one in known if not one.startswith("arn:")) or "none"
        raise WrongCall(f'there is no workflow, state machine or job "{name}" in {aws}; there are {there}')
    return known[name]()


def _machines(aws: Aws) -> list[str]:
    pages = aws.states.get_paginator("list_state_machines").paginate()
    return [str(one["stateMachineArn"]) for page in pages for one in page["stateMachines"]]


def _of_workflow(aws: Aws, name: str, prices: Prices, to_run: str) -> Measured:
    runs = [
        one
        for one in aws.glue.get_workflow_runs(Name=name, MaxResults=LATEST)["Runs"]
        if one.get("Status") != "RUNNING" and one.get("CompletedOn")
    ]
    if not runs:
        raise _never(aws, "workflow", name, to_run or f"aws glue start-workflow-run --name {name}")
    run_id = max(runs, key=lambda one: one["StartedOn"])["WorkflowRunId"]
    run: Told = aws.glue.get_workflow_run(Name=name, RunId=run_id, IncludeGraph=True)["Run"]
    bad = sum(run.get("Statistics", {}).get(f"{state}Actions", 0) for state in ("Failed", "Timeout", "Errored"))
    state = f"{run['Status']}, {bad} of its actions failed" if bad else str(run["Status"])
    parts = costs.of_workflow_run(run, prices)
    return Measured(
        "workflow", name, str(run_id), state, run["StartedOn"], run["CompletedOn"], costs.job_runs(run), parts
    )


def _of_machine(aws: Aws, arn: str, prices: Prices, to_run: str) -> Measured:
    name = arn.rpartition(":")[2]
    found = aws.states.list_executions(stateMachineArn=arn, maxResults=LATEST)["executions"]
    over = [one for one in found if one.get("stopDate")]
    if not over:
        call = f"aws stepfunctions start-execution --state-machine-arn {arn}"
        raise _never(aws, "state machine", name, to_run or call)
    last = max(over, key=lambda one: one["startDate"])
    pages = aws.states.get_paginator("get_execution_history").paginate(executionArn=last["executionArn"])
    jobs, parts = of_history(aws, [event for page in pages for event in page["events"]], last["stopDate"], prices)
    run = str(last["executionArn"]).rpartition(":")[2]
    return Measured("state machine", name, run, last["status"], last["startDate"], last["stopDate"], jobs, parts, arn)


def of_history(
    aws: Aws, events: Sequence[Mapping[str, Any]], end: datetime, prices: Prices
) -> tuple[list[Told], list[Cost]]:
    """The job runs that an execution started, by its events, and the costs of these, its crawls and transitions."""
    jobs = list(_jobs_of(aws, events))
    parts = [costs.of_job_run(one, prices) for one in jobs]
    return jobs, [*parts, *_crawls_of(aws, events, end, prices), of_transitions(events, prices)]


def of_transitions(events: Sequence[Mapping[str, Any]], prices: Prices) -> Cost:
    """What the state transitions of an execution's history cost: a state that is entered, and each retry of a task.

    So counts the page "AWS Step Functions pricing", which leaves open whether the start is one; here it is none.
    """
    kinds = [str(event["type"]) for event in events]
    entered = sum(kind.endswith("StateEntered") for kind in kinds)
    retries = max(0, kinds.count("TaskScheduled") - kinds.count("TaskStateEntered"))
    number = entered + retries
    return Cost("states", number / 1000 * prices["transitions_1000"], "state transitions", f"{number:,} transitions")


def _jobs_of(aws: Aws, events: Sequence[Mapping[str, Any]]) -> Iterator[Told]:
    """The job runs that an execution started: a task that waits tells its run once submitted, another at its end."""
    names = {one["id"]: _read(_details(one).get("parameters")).get("JobName") for one in events}
    seen = set()
    for event in events:
        run = _read(_details(event).get("output")).get("JobRunId") if "Task" in str(event["type"]) else None
        job = _read(_details(event).get("output")).get("JobName") or _before(events, event, names)
        if run and job and run not in seen:
            seen.add(run)
            yield aws.glue.get_job_run(JobName=job, RunId=run)["JobRun"]


def _before(events: Sequence[Mapping[str, Any]], event: Mapping[str, Any], names: Mapping[int, Any]) -> str:
    """The job's name that the events before one led to, the nearest first."""
    by_id = {one["id"]: one for one in events}
    at: Mapping[str, Any] | None = event
    while at is not None:
        if names.get(at["id"]):
            return str(names[at["id"]])
        at = by_id.get(at.get("previousEventId", 0))
    return ""


def _crawls_of(aws: Aws, events: Sequence[Mapping[str, Any]], end: datetime, prices: Prices) -> list[Cost]:
    """The crawls of the crawlers that an execution started, by their times."""
    found: dict[str, Cost] = {}
    for event in events:
        details = _details(event)
        if event["type"] == "TaskScheduled" and str(details.get("resource", "")).startswith("startCrawler"):
            name = _read(details.get("parameters")).get("Name")
            for crawl in aws.glue.list_crawls(CrawlerName=name, MaxResults=LATEST)["Crawls"] if name else ():
                early = (event["timestamp"] - crawl["StartTime"]).total_seconds()
                if early <= CRAWL_TELLS_START_S and crawl["StartTime"] <= end:
                    found[crawl["CrawlId"]] = costs.of_crawl(crawl, prices, str(name))
    return list(found.values())


def _of_job(aws: Aws, name: str, prices: Prices, to_run: str) -> Measured:
    runs = [
        one
        for one in aws.glue.get_job_runs(JobName=name, MaxResults=LATEST)["JobRuns"]
        if one["JobRunState"] in OVER and one.get("StartedOn") and one.get("CompletedOn")
    ]
    if not runs:
        raise _never(aws, "job", name, to_run or f"aws glue start-job-run --job-name {name}")
    run = max(runs, key=lambda one: (one["StartedOn"], one.get("Attempt", 0)))
    part = costs.of_job_run(run, prices)
    return Measured("job", name, run["Id"], run["JobRunState"], run["StartedOn"], run["CompletedOn"], [run], [part])


def _never(aws: Aws, what: str, name: str, to_run: str) -> DeployError:
    return DeployError(
        f"what {name} costs is not known before it ran",
        f"the {what} has no run in {aws} that is over",
        to_run,
    )


def _details(event: Mapping[str, Any]) -> Mapping[str, Any]:
    return next((value for key, value in event.items() if key.endswith("EventDetails")), {})


def _read(text: Any) -> Mapping[str, Any]:
    try:
        found = json.loads(text or "{}")
    except (TypeError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}
