"""What AWS refuses when something is defined or started, in AWS's words where those are known.

A text marked "real" in `facts` of public issues is quoted; the others are ours and say so. Nothing here asks the
emulator: templates are checked by the same rules. What it must be asked for is in crawler_checks.py.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from itertools import islice, pairwise
from typing import Any

from glue_client import cron
from local_aws.glue.definitions import job_kinds
from local_aws.glue.errors import invalid
from local_aws.glue.model import GlueError

_MAX_JOBS_PER_TRIGGER = 50
_MAX_CRAWLERS_PER_TRIGGER = 2
_MAX_CONDITIONS = 500
_SHORTEST_PERIOD_S = 300
_OCCURRENCES_OF_A_DAY = 24 * 60 * 60 // _SHORTEST_PERIOD_S
_MAX_RETRIES = 10
_MAX_TIMEOUT_MINUTES = 10_080
_MOST_WORKERS = {"G.025X": 299, "G.1X": 299, "G.2X": 149}
"""The first is from a real error, the others from the API reference of StartJobRun."""
_LEAST_WORKERS = 2
_FEWER_WORKERS = ("Standard", "Z.2X")
"""One worker of these is enough (of Z.2X unverified)."""

_FLEX_WORKERS = (None, "G.1X", "G.2X")
_NO_STATE = "State cannot be null or empty, choose from one of the following {} state: [{}]"
_CRAWLER_STATES = ("crawler", "SUCCEEDED, FAILED, CANCELLED")  # real
_JOB_STATES = ("job", "SUCCEEDED, STOPPED, FAILED, TIMEOUT")  # as a public test suite has it


def check_job(params: Mapping[str, Any]) -> None:
    """The rules for workers, commands and limits (developer guide, "Configuring job properties").

    Neither the role nor the script is looked at: on AWS too the run fails when they are not there (real). A job that
    cannot run here is made, and its runs fail with the reason (see job_kinds.py).
    """
    if params.get("MaxRetries", 0) not in range(_MAX_RETRIES + 1):
        raise invalid(f"MaxRetries must be between 0 and {_MAX_RETRIES}, not {params['MaxRetries']}")
    if params.get("Timeout", 1) not in range(1, _MAX_TIMEOUT_MINUTES + 1):
        raise invalid(f"Timeout must be between 1 and {_MAX_TIMEOUT_MINUTES} minutes, not {params['Timeout']}")
    check_capacities(params)
    command = params["Command"].get("Name", job_kinds.SPARK)
    if command not in job_kinds.COMMANDS:
        raise invalid(f"Command name {command} is none of {', '.join(job_kinds.COMMANDS)}")
    if reason := job_kinds.ended(params):
        raise invalid(reason)
    if params.get("ExecutionClass") == "FLEX" and command != job_kinds.SPARK:
        raise invalid("ExecutionClass FLEX is for jobs with command glueetl")
    workers, count = params.get("WorkerType"), params.get("NumberOfWorkers")
    if command == job_kinds.SHELL:
        _check_shell(params)
        return
    if params.get("GlueVersion") not in (None, *job_kinds.VERSIONS):
        raise invalid(f"Given GlueVersion [{params['GlueVersion']}] is not valid.")  # real, of a run
    if not float(params.get("MaxCapacity") or 0).is_integer():
        raise invalid(f"MaxCapacity of a {command} job is a whole number, not {params['MaxCapacity']}")
    _check_workers(params, workers, count)


def _check_shell(params: Mapping[str, Any]) -> None:
    if params.get("WorkerType") or params.get("NumberOfWorkers"):
        raise invalid("Worker Type is not supported for Job Command pythonshell")  # real
    if params.get("MaxCapacity") not in (None, 0.0625, 1, 1.0):
        raise invalid("MaxCapacity of a pythonshell job is 0.0625 or 1")


def check_capacities(params: Mapping[str, Any]) -> None:
    """AllocatedCapacity is the old name of MaxCapacity: AWS takes one of them (real for UpdateJob)."""
    if params.get("AllocatedCapacity") is not None and params.get("MaxCapacity") is not None:
        raise invalid("Please set only Allocated Capacity or Max Capacity")


def _check_workers(params: Mapping[str, Any], workers: str | None, count: int | None) -> None:
    if (workers is None) != (count is None):
        raise invalid("Please set both Worker Type and Number of Workers.")  # real
    if workers and params.get("MaxCapacity") is not None:
        raise invalid("Please do not set Max Capacity if using Worker Type and Number of Workers.")  # real
    check_least_workers(workers, count)
    most = _MOST_WORKERS.get(workers or "")
    if most and int(count or 0) > most:
        raise invalid(f"To use Worker Type {workers}, maximum allowed value of Number of Workers is {most}.")  # real
    if params.get("ExecutionClass") == "FLEX" and workers not in _FLEX_WORKERS:
        raise invalid(f"Worker Type {workers} is not supported for Execution Class FLEX: use G.1X or G.2X")


def check_least_workers(workers: str | None, count: int | None) -> None:
    """The least number of workers of a type."""
    if workers and workers not in _FEWER_WORKERS and int(count or 0) < _LEAST_WORKERS:
        raise invalid(f"To use Worker Type {workers}, minimum allowed value of Number of Workers is 2.")  # real


def already_there(kind: str, name: str, *, same: bool) -> GlueError | None:
    """What a name that is taken gives at creation; None where the same definition again is no error.

    CreateJob and CreateTrigger are idempotent: their texts are real, that the same definition is taken is read from
    them and unverified. So are the texts for crawlers and workflows.
    """
    if kind not in ("job", "trigger"):
        return GlueError("AlreadyExistsException", f"{kind.capitalize()} with name {name} already exists")
    if same:
        return None
    what = "Job" if kind == "job" else f"Trigger with name '{name}'"
    return GlueError("IdempotentParameterMismatchException", f"{what} already submitted with different configuration")


def check_schedule(expression: str | None) -> None:
    """A schedule of six fields in UTC, not more often than every five minutes; none, or an empty one, is fine.

    (Developer guide, "Time-based schedules for jobs and crawlers". The texts are ours.)
    """
    if not expression:
        return
    if len(expression) > cron.LONGEST:
        raise invalid(f"Schedule is longer than {cron.LONGEST} characters")
    try:
        schedule = cron.read(expression)
    except cron.CronError:
        raise invalid(
            f"Schedule '{expression}' is not cron(Minutes Hours Day-of-month Month Day-of-week Year) with a ? as "
            "exactly one of Day-of-month and Day-of-week"
        ) from None
    in_any_year = replace(schedule, years=None).after(datetime(2000, 1, 1, tzinfo=UTC))
    for moment, following in pairwise(islice(in_any_year, _OCCURRENCES_OF_A_DAY + 1)):
        if (following - moment).total_seconds() < _SHORTEST_PERIOD_S:
            raise invalid(f"Schedule '{expression}' is due more often than every 5 minutes")


def check_trigger(params: Mapping[str, Any]) -> None:
    """The rules of the developer guide's "About triggers" and of real errors."""
    kind = params["Type"]
    if kind == "EVENT" and not params.get("WorkflowName"):
        raise invalid("A trigger of type EVENT needs a workflow that it starts: WorkflowName cannot be null or empty")
    if kind == "SCHEDULED":
        if not params.get("Schedule"):
            raise invalid("Schedule cannot be null or empty for a scheduled trigger")
        check_schedule(params["Schedule"])
    actions = params.get("Actions") or []
    if not actions:
        raise invalid("Actions cannot be null or empty")
    for action in actions:
        _check_one_of(action, "an action")
    if sum("CrawlerName" in action for action in actions) > _MAX_CRAWLERS_PER_TRIGGER:
        raise invalid("A trigger can start at most 2 crawlers")
    if sum("JobName" in action for action in actions) > _MAX_JOBS_PER_TRIGGER:
        raise invalid("A trigger can start at most 50 jobs")
    conditions = (params.get("Predicate") or {}).get("Conditions", [])
    if kind == "CONDITIONAL":
        _check_conditions(conditions, actions)
    elif kind == "ON_DEMAND" and params.get("StartOnCreation"):
        raise invalid("StartOnCreation is not supported for ON_DEMAND triggers")


def _check_one_of(part: Mapping[str, Any], what: str) -> None:
    """Exactly one of job and crawler (the first text is a public test suite's; the second is ours)."""
    if part.get("JobName") and part.get("CrawlerName"):
        raise invalid(f"Both JobName and CrawlerName cannot be set together in {what}")
    if not part.get("JobName") and not part.get("CrawlerName"):
        raise invalid(f"Either JobName or CrawlerName must be set in {what}")


def _check_conditions(conditions: Sequence[Mapping[str, Any]], actions: Sequence[Mapping[str, Any]]) -> None:
    if not conditions:
        raise invalid("Predicate cannot be null or empty for a conditional trigger")
    if len(conditions) > _MAX_CONDITIONS:
        raise invalid("A predicate can have at most 500 conditions")
    for condition in conditions:
        if not condition.get("LogicalOperator"):
            raise invalid("Logical operator cannot be null or empty")  # real
        _check_one_of(condition, "a condition")
        of_crawler = bool(condition.get("CrawlerName"))
        if not condition.get("CrawlState" if of_crawler else "State"):
            raise invalid(_NO_STATE.format(*_CRAWLER_STATES if of_crawler else _JOB_STATES))
    watched = {condition.get("JobName") for condition in conditions} - {None}
    if watched & {action.get("JobName") for action in actions}:
        raise invalid("Job cannot be a Predicate and Action for Conditional Trigger.")  # real


def check_start_trigger(params: Mapping[str, Any], others: Sequence[Mapping[str, Any]]) -> None:
    """A workflow has exactly one start trigger (developer guide)."""
    if params["Type"] == "CONDITIONAL":
        return
    for other in others:
        if other["Type"] != "CONDITIONAL" and other["Name"] != params["Name"]:
            raise invalid(f"Workflow {params['WorkflowName']} already has a start trigger: {other['Name']}")
