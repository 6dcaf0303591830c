"""Shows the log of runs that are there: of a job's latest one, of a run by its id, of a workflow's latest run.

Of what is over the end comes first, and why it failed; then the lines, output and errors of all its jobs by time.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from difflib import get_close_matches

from botocore.exceptions import ClientError

from glue_client import causes, console, failures, hints, job_runs
from glue_client.aws import Aws
from glue_client.aws_errors import code_of
from glue_client.errors import DeployError
from glue_client.job_logs import JobLog, Line
from glue_client.job_runs import OVER, Told
from glue_client.log_view import KEPT, LogView
from glue_client.workflow_view import job_node

RUN_ID = "jr_"
PAUSE = 0.5  # seconds between looks
NEAR = 5
LATEST = 25
"""Of so many runs the one that began last is taken: that GetJobRuns tells the latest first is not documented."""
ABSENT = ("EntityNotFoundException",)

Look = tuple[Sequence[Told], bool]
"""The runs that there are by now, and whether no more will come, and all are over."""


def show(aws: Aws, name: str, *, following: bool = False, java: bool = False, made_by: str = "") -> None:
    """Print the log of a job's latest run, of a run (`jr_…`), or of the jobs of a workflow's latest run.

    Args:
        aws: where.
        name: of the job or workflow, or the run's id.
        following: whether to go on until it is over.
        java: whether Java's stacks are printed line by line.
        made_by: what to do where there is no such job or workflow, if that is known.

    Raises:
        DeployError: there is no such thing, or it never ran.
    """
    look = _looker(aws, name, made_by)
    runs, over = look()
    if following and not over:
        with console.leaving(f"{name} goes on without this window"):
            _follow(aws, look, java=java)
        return
    logs = {run["Id"]: JobLog(aws, run, _defaults(aws, run["JobName"])) for run in runs}
    found = {run["Id"]: logs[run["Id"]].fresh(last=True) for run in runs}
    for run in runs:
        _tell_end(run, logs[run["Id"]], [line.text for line in found[run["Id"]]])
    lines = sorted(((line, run["JobName"]) for run in runs for line in found[run["Id"]]), key=_time)
    left_out = sum(log.left_out for log in logs.values()) + max(0, len(lines) - KEPT)
    if left_out:
        console.say(console.text(f"the first {left_out:,} lines are left out", "dim"))
    out = LogView(_began(runs), java=java)
    _print(out, lines[-KEPT:], several=len(runs) > 1)
    out.unfold()


def _follow(aws: Aws, look: Callable[[], Look], *, java: bool) -> None:
    logs: dict[str, JobLog] = {}
    texts: dict[str, list[str]] = {}
    out: LogView | None = None
    while True:
        runs, over = look()
        lines: list[tuple[Line, str]] = []
        for run in runs:
            if run["Id"] not in logs:
                logs[run["Id"]] = JobLog(aws, run, _defaults(aws, run["JobName"]))
            fresh = logs[run["Id"]].fresh(last=run["JobRunState"] in OVER)
            texts[run["Id"]] = [*texts.get(run["Id"], []), *(line.text for line in fresh)][-KEPT:]
            lines += [(line, run["JobName"]) for line in fresh]
        if runs:
            out = out or LogView(_began(runs), java=java)
            _print(out, sorted(lines, key=_time), several=len({run["JobName"] for run in runs}) > 1)
        if over:
            break
        time.sleep(PAUSE)
    if out:
        out.unfold()
    for run in runs:
        _tell_end(run, logs[run["Id"]], texts[run["Id"]])


def _print(out: LogView, lines: Sequence[tuple[Line, str]], *, several: bool) -> None:
    for line, job in lines:
        out.show([line], job if several else "")


def _tell_end(run: Told, log: JobLog, lines: Sequence[str]) -> None:
    """How a run is, and of one that failed the cause, or that it logged nothing."""
    node = job_node(run["JobName"], run)
    took = node.seconds(datetime.now(UTC))
    after = () if took is None else (f"{'after' if node.ended else 'for'} {console.seconds(took)}",)
    console.say(f"{node.name}:", f"run {node.run_id}", console.state(node.state), *after)
    if node.is_bad:
        console.complain(failures.what_happened(node))
        for line in causes.of(lines):
            console.complain(f"  {node.name} | {line}")
    if log.refused:
        console.say(console.text(f"its log cannot be read: {log.refused}", "yellow"))
    elif log.place is None:
        said = "it never logged anything" if node.state in OVER else "it has not logged anything yet"
        console.say(console.text(f"{said}: {hints.run_of(node.name, node.run_id)} tells of it", "dim"))


def _looker(aws: Aws, name: str, made_by: str) -> Callable[[], Look]:
    """What looks at the runs that a name means."""
    if name.startswith(RUN_ID):
        job = job_of(aws, name)
        return lambda: _of_run(aws, job, name)
    known = job_runs.names(aws)
    if name in known:
        latest = _latest(aws, name)
        return lambda: _of_run(aws, name, latest)
    workflows = [one for page in aws.glue.get_paginator("list_workflows").paginate() for one in page["Workflows"]]
    if name in workflows:
        run_id = _latest_of_workflow(aws, name)
        return lambda: _of_workflow(aws, name, run_id)
    near = get_close_matches(name, [*known, *workflows], n=NEAR, cutoff=0.5)
    seen = f"jobs: {', '.join(known) or 'none'}\nworkflows: {', '.join(workflows) or 'none'}"
    raise DeployError(
        f"there is no job or workflow {name} in {aws}",
        seen,
        made_by or (f"did you mean {' or '.join(near)}?" if near else "name one of them"),
    )


def _of_run(aws: Aws, job: str, run_id: str) -> Look:
    run: Told = aws.glue.get_job_run(JobName=job, RunId=run_id)["JobRun"]
    return [run], run["JobRunState"] in OVER


def _of_workflow(aws: Aws, name: str, run_id: str) -> Look:
    """The runs of its jobs in the order of their starts; the graph tells all attempts."""
    told = aws.glue.get_workflow_run(Name=name, RunId=run_id, IncludeGraph=True)["Run"]
    nodes = told.get("Graph", {}).get("Nodes", [])
    runs: list[Told] = [run for node in nodes for run in node.get("JobDetails", {}).get("JobRuns", [])]
    over = told["Status"] != "RUNNING" and all(run["JobRunState"] in OVER for run in runs)
    return sorted(runs, key=lambda run: _began([run])), over


def _latest(aws: Aws, job: str) -> str:
    runs: Sequence[Told] = aws.glue.get_job_runs(JobName=job, MaxResults=LATEST)["JobRuns"]
    if not runs:
        raise DeployError(f"job {job} has not run yet in {aws}", "", f"aws glue start-job-run --job-name {job}")
    return str(max(runs, key=lambda run: (_began([run]), run.get("Attempt", 0)))["Id"])


def _latest_of_workflow(aws: Aws, name: str) -> str:
    runs = aws.glue.get_workflow_runs(Name=name, MaxResults=LATEST)["Runs"]
    if not runs:
        raise DeployError(f"workflow {name} has not run yet in {aws}", "", f"aws glue start-workflow-run --name {name}")
    return max(runs, key=lambda run: run["StartedOn"])["WorkflowRunId"]


def job_of(aws: Aws, run_id: str) -> str:
    """The job that a run is of. Glue finds runs by job and id only, so each job is asked.

    Raises:
        DeployError: no job has such a run.
    """
    for job in job_runs.names(aws):
        try:
            aws.glue.get_job_run(JobName=job, RunId=run_id)
        except ClientError as error:
            if code_of(error) not in ABSENT:
                raise
        else:
            return job
    raise DeployError(f"no job in {aws} has a run {run_id}", "", "name the job: its latest run is shown")


def _defaults(aws: Aws, job: str) -> Mapping[str, str]:
    """The job's DefaultArguments; none where the job is gone by now."""
    try:
        return aws.glue.get_job(JobName=job)["Job"].get("DefaultArguments", {})
    except ClientError as error:
        if code_of(error) not in ABSENT:
            raise
        return {}


def _began(runs: Sequence[Told]) -> datetime:
    return min((run["StartedOn"] for run in runs if run.get("StartedOn")), default=datetime.now(UTC))


def _time(pair: tuple[Line, str]) -> int:
    return pair[0].at
