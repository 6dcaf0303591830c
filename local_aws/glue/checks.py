"""What AWS refuses when something is defined or started, in AWS's words where those are known.

A text marked "real" in `facts` of public issues is quoted; the others are ours and say so.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from local_aws import emulator
from local_aws.emulator import Scope
from local_aws.glue.crawler.failures import CrawlFailed, Unsupported
from local_aws.glue.crawler.settings import read_settings
from local_aws.glue.model import GlueError

_MAX_JOBS_PER_TRIGGER = 50
_MAX_CRAWLERS_PER_TRIGGER = 2
_MAX_CONDITIONS = 500
_JOB_COMMANDS = ("glueetl", "pythonshell")
_GLUE_VERSIONS = ("3.0", "4.0", "5.0", "5.1")


def invalid(message: str) -> GlueError:
    """An InvalidInputException."""
    return GlueError("InvalidInputException", message)


def unsupported(what: str) -> GlueError:
    """The refusal of something that Glue has and this machine has not (the text is ours)."""
    return GlueError("OperationNotSupportedException", f"{what} is not supported by the local AWS")


def not_found(kind: str, name: str) -> GlueError:
    """EntityNotFoundException; real texts for job and crawler, unverified ones for trigger and workflow."""
    text = {
        "job": "Job not found.",
        "crawler": f"Crawler entry with name {name} does not exist",
    }.get(kind, f"{kind.capitalize()} with name {name} does not exist")
    return GlueError("EntityNotFoundException", text)


def check_job(params: Mapping[str, Any]) -> None:
    """The rules for workers and commands (developer guide, "Configuring job properties")."""
    command = params["Command"].get("Name", "glueetl")
    workers, count = params.get("WorkerType"), params.get("NumberOfWorkers")
    if command == "pythonshell":
        if workers or count:
            raise invalid("Worker Type is not supported for Job Command pythonshell")  # real
        if params.get("MaxCapacity") not in (None, 0.0625, 1, 1.0):
            raise invalid("MaxCapacity of a pythonshell job is 0.0625 or 1")
        return
    if command not in _JOB_COMMANDS:
        raise unsupported(f"A job with command {command}")
    version = params.get("GlueVersion", "5.1")
    if version not in _GLUE_VERSIONS:
        raise unsupported(f"GlueVersion {version}")
    if (workers is None) != (count is None):
        raise invalid("Please set both Worker Type and Number of Workers.")  # real
    if workers and params.get("MaxCapacity") is not None:
        raise invalid("Please do not set Max Capacity if using Worker Type and Number of Workers.")  # real
    if workers and int(count or 0) < 2:
        raise invalid(  # real
            f"To use Worker Type {workers}, minimum allowed value of Number of Workers is 2."
        )


def check_crawler(scope: Scope, params: Mapping[str, Any]) -> None:
    """What CreateCrawler checks: the role can be assumed, the buckets exist, the settings make sense."""
    with scope.entered():
        if not emulator.role_exists_and_trusts(params["Role"]):
            raise invalid("Service is unable to assume provided role. Please verify role's TrustPolicy")  # real
    targets = params["Targets"]
    for kind, entries in targets.items():
        if entries and kind not in ("S3Targets", "CatalogTargets"):
            raise unsupported(f"A crawler target in {kind}")
    if params.get("Schedule"):
        raise unsupported("A crawler's Schedule")
    try:
        settings = read_settings(params)
    except Unsupported as error:
        raise unsupported(error.what) from error
    except CrawlFailed as error:
        raise invalid(str(error)) from error
    for target in settings.targets:
        if not emulator.bucket_exists(scope, target.bucket):
            raise invalid(f"S3 bucket {target.bucket} does not exist.")  # real
    if settings.catalog_targets and settings.policy["DeleteBehavior"] != "LOG":
        # The rule is the developer guide's; the text is ours.
        raise invalid("The SchemaChangePolicy for catalog targets can have only LOG DeleteBehavior value.")


def check_trigger(params: Mapping[str, Any]) -> None:
    """The rules of the developer guide's "About triggers" and of real errors."""
    kind = params["Type"]
    if kind in ("SCHEDULED", "EVENT"):
        raise unsupported(f"A trigger of type {kind}")
    if not params.get("WorkflowName"):
        raise unsupported("A trigger outside a workflow")
    actions = params.get("Actions") or []
    if not actions:
        raise invalid("Actions cannot be null or empty")
    if sum("CrawlerName" in action for action in actions) > _MAX_CRAWLERS_PER_TRIGGER:
        raise invalid("A trigger can start at most 2 crawlers")
    if sum("JobName" in action for action in actions) > _MAX_JOBS_PER_TRIGGER:
        raise invalid("A trigger can start at most 50 jobs")
    conditions = (params.get("Predicate") or {}).get("Conditions", [])
    if kind == "CONDITIONAL":
        _check_conditions(conditions, actions)
    elif params.get("StartOnCreation"):
        raise invalid("StartOnCreation is not supported for ON_DEMAND triggers")


def _check_conditions(conditions: Sequence[Mapping[str, Any]], actions: Sequence[Mapping[str, Any]]) -> None:
    if not conditions:
        raise invalid("Predicate cannot be null or empty for a conditional trigger")
    if len(conditions) > _MAX_CONDITIONS:
        raise invalid("A predicate can have at most 500 conditions")
    for condition in conditions:
        if not condition.get("LogicalOperator"):
            raise invalid("Logical operator cannot be null or empty")  # real
        name, state = ("CrawlerName", "CrawlState") if "CrawlerName" in condition else ("JobName", "State")
        if not condition.get(name) or not condition.get(state):
            raise invalid("State cannot be null or empty")  # real
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
