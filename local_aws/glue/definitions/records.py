"""Jobs, crawlers, triggers and workflows as defined: create, get, update, delete, list.

A definition is stored in the shape in which Get… answers it. The checks are those that AWS makes when one is created,
with AWS's texts where they are known (see checks.py).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from local_aws import emulator
from local_aws.emulator import Scope
from local_aws.glue.definitions import checks, crawler_checks
from local_aws.glue.errors import not_found
from local_aws.glue.model import GlueError
from local_aws.glue.stamps import now
from local_aws.glue.store import Store

Params = Mapping[str, Any]

_JOB_FIELDS = [
    "JobMode",
    "JobRunQueuingEnabled",
    "Description",
    "LogUri",
    "Role",
    "ExecutionProperty",
    "Command",
    "DefaultArguments",
    "NonOverridableArguments",
    "Connections",
    "MaxRetries",
    "AllocatedCapacity",
    "Timeout",
    "MaxCapacity",
    "SecurityConfiguration",
    "NotificationProperty",
    "GlueVersion",
    "NumberOfWorkers",
    "WorkerType",
    "CodeGenConfigurationNodes",
    "ExecutionClass",
    "SourceControlDetails",
    "MaintenanceWindow",
]
_CRAWLER_FIELDS = [
    "Role",
    "DatabaseName",
    "Description",
    "Targets",
    "Classifiers",
    "TablePrefix",
    "SchemaChangePolicy",
    "RecrawlPolicy",
    "LineageConfiguration",
    "LakeFormationConfiguration",
    "Configuration",
    "CrawlerSecurityConfiguration",
    "CatalogId",
]
_TRIGGER_FIELDS = ["WorkflowName", "Type", "Schedule", "Predicate", "Actions", "Description", "EventBatchingCondition"]
_WORKFLOW_FIELDS = ["Description", "DefaultRunProperties", "MaxConcurrentRuns"]

DPU_OF_WORKER = {"G.025X": 0.25, "G.1X": 1, "G.2X": 2, "G.4X": 4, "G.8X": 8, "G.12X": 12, "G.16X": 16, "Standard": 1}
DPU_OF_WORKER |= {"R.1X": 1, "R.2X": 2, "R.4X": 4, "R.8X": 8, "Z.2X": 2}


def arn(scope: Scope, kind: str, name: str) -> str:
    """The ARN of a job, crawler, trigger or workflow."""
    return f"arn:aws:glue:{scope.region}:{scope.account_id}:{kind}/{name}"


class Definitions:
    """The definitions of every account and region, in a store."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.job_made: Callable[[Params], None] = lambda _job: None
        """Told of each job that is made or changed."""

    # Any kind

    def get(self, scope: Scope, kind: str, name: str) -> dict[str, Any]:
        """Read one; raises EntityNotFoundException with the text of its kind."""
        found = self.store.definition(scope, kind, name)
        if found is None:
            raise not_found(kind, name)
        return found

    def every(self, scope: Scope, kind: str) -> list[dict[str, Any]]:
        """All of a kind, by name."""
        return self.store.definitions(scope, kind)

    def delete(self, scope: Scope, kind: str, name: str) -> None:
        """Delete one; an absent job, trigger or workflow is no error (AWS API reference), an absent crawler is."""
        if kind == "crawler":
            crawler = self.get(scope, kind, name)
            if crawler["State"] != "READY":
                raise GlueError("CrawlerRunningException", f"Crawler with name {name} is currently running")
        self.store.delete_definition(scope, kind, name)
        emulator.set_glue_tags(scope, arn(scope, kind, name), {})
        if kind == "workflow":
            for trigger in self.triggers_of(scope, name):
                self._write(scope, "trigger", {**trigger, "WorkflowName": ""})

    def _create(self, scope: Scope, kind: str, body: dict[str, Any], tags: Mapping[str, str]) -> None:
        name = body["Name"]
        old = self.store.definition(scope, kind, name)
        if old is not None:
            clash = checks.already_there(kind, name, same=_configuration(old) == _configuration(body))
            if clash:
                raise clash
            return
        self._write(scope, kind, body)
        emulator.set_glue_tags(scope, arn(scope, kind, name), tags)

    def _write(self, scope: Scope, kind: str, body: dict[str, Any]) -> None:
        self.store.put_definition(scope, kind, body["Name"], body)

    # Jobs

    def create_job(self, scope: Scope, params: Params) -> dict[str, Any]:
        """CreateJob."""
        body = _job_body(params["Name"], params)
        self._create(scope, "job", {**body, "CreatedOn": now(), "LastModifiedOn": now()}, params.get("Tags", {}))
        self.job_made(body)
        return {"Name": params["Name"]}

    def update_job(self, scope: Scope, name: str, update: Params) -> dict[str, Any]:
        """UpdateJob: the update replaces the whole definition (API reference)."""
        old = self.get(scope, "job", name)
        body = _job_body(name, update)
        self._write(scope, "job", {**body, "CreatedOn": old["CreatedOn"], "LastModifiedOn": now()})
        self.job_made(body)
        return {"JobName": name}

    # Crawlers

    def create_crawler(self, scope: Scope, params: Params) -> dict[str, Any]:
        """CreateCrawler."""
        crawler_checks.check_crawler(scope, params)
        body = {
            "Name": params["Name"],
            "State": "READY",
            "CrawlElapsedTime": 0,
            "CreationTime": now(),
            "LastUpdated": now(),
            "Version": 1,
            **_crawler_settings({}, params),
            **_schedule(params),
        }
        self._create(scope, "crawler", body, params.get("Tags", {}))
        return {}

    def update_crawler(self, scope: Scope, params: Params) -> dict[str, Any]:
        """UpdateCrawler: settings not given stay."""
        old = self.get(scope, "crawler", params["Name"])
        if old["State"] != "READY":
            raise GlueError(
                "CrawlerRunningException",
                "Cannot update Crawler while running. Please stop crawl or wait until it completes to update.",
            )
        crawler_checks.check_crawler(scope, {**old, **params, "Schedule": params.get("Schedule")})
        body = {**old, **_crawler_settings(old, params), "LastUpdated": now(), "Version": old["Version"] + 1}
        self._write(scope, "crawler", {**body, **_schedule(params)})
        return {}

    def update_crawler_schedule(self, scope: Scope, params: Params) -> dict[str, Any]:
        """UpdateCrawlerSchedule: a new expression, or an empty one to have none; a stopped schedule stays stopped."""
        old = self.get(scope, "crawler", params["CrawlerName"])
        checks.check_schedule(params.get("Schedule"))
        schedule = _schedule({"Schedule": params.get("Schedule", "")})
        if schedule["Schedule"] and (old.get("Schedule") or {}).get("State") == "NOT_SCHEDULED":
            schedule["Schedule"]["State"] = "NOT_SCHEDULED"
        self._write(scope, "crawler", {**old, **schedule})
        return {}

    def switch_crawler_schedule(self, scope: Scope, name: str, state: str) -> dict[str, Any]:
        """StartCrawlerSchedule and StopCrawlerSchedule.

        Args:
            scope: account and region.
            name: the crawler's.
            state: SCHEDULED or NOT_SCHEDULED.

        Raises:
            GlueError: NoScheduleException, SchedulerRunningException or SchedulerNotRunningException (the texts are
                unverified).
        """
        crawler = self.get(scope, "crawler", name)
        schedule = crawler.get("Schedule")
        if not schedule:
            raise GlueError("NoScheduleException", f"Crawler {name} has no schedule")
        if schedule["State"] == state:
            code, text = ("Running", "already") if state == "SCHEDULED" else ("NotRunning", "not")
            raise GlueError(f"Scheduler{code}Exception", f"The schedule of crawler {name} is {text} running")
        self._write(scope, "crawler", {**crawler, "Schedule": {**schedule, "State": state}})
        return {}

    def set_crawler_state(self, scope: Scope, name: str, **values: Any) -> None:
        """Change what a crawl changes: State, LastCrawl, CrawlElapsedTime."""
        self._write(scope, "crawler", {**self.get(scope, "crawler", name), **values})

    # Triggers

    def create_trigger(self, scope: Scope, params: Params) -> dict[str, Any]:
        """CreateTrigger."""
        checks.check_trigger(params)
        workflow = params.get("WorkflowName")
        if workflow:
            self.get(scope, "workflow", workflow)
            checks.check_start_trigger(params, self.triggers_of(scope, workflow))
        active = params["Type"] in ("CONDITIONAL", "SCHEDULED") and params.get("StartOnCreation", False)
        body = {name: params[name] for name in _TRIGGER_FIELDS if params.get(name) is not None}
        body |= {"Name": params["Name"], "State": "ACTIVATED" if active else "CREATED"}
        self._create(scope, "trigger", body, params.get("Tags", {}))
        return {"Name": params["Name"]}

    def update_trigger(self, scope: Scope, name: str, update: Params) -> dict[str, Any]:
        """UpdateTrigger: the update replaces the whole definition (API reference), but for what it cannot name."""
        old = self.get(scope, "trigger", name)
        kept = {field: old[field] for field in ("Name", "WorkflowName", "Type", "State") if field in old}
        body: dict[str, Any] = kept | {field: value for field, value in update.items() if field != "Name"}
        checks.check_trigger(body)
        self._write(scope, "trigger", body)
        return {"Trigger": body}

    def stop_trigger(self, scope: Scope, name: str) -> dict[str, Any]:
        """StopTrigger; a trigger that is CREATED cannot be stopped (real text)."""
        trigger = self.get(scope, "trigger", name)
        if trigger["State"] == "CREATED":
            raise GlueError("InvalidInputException", "The operation is not allowed when trigger is in state: CREATED")
        self._write(scope, "trigger", {**trigger, "State": "DEACTIVATED"})
        return {"Name": name}

    def activate_trigger(self, scope: Scope, name: str) -> None:
        """Make a conditional or scheduled trigger ACTIVATED."""
        self._write(scope, "trigger", {**self.get(scope, "trigger", name), "State": "ACTIVATED"})

    def triggers_of(self, scope: Scope, workflow: str) -> list[dict[str, Any]]:
        """The triggers that belong to a workflow, or with "" those that belong to none, by name."""
        return [trigger for trigger in self.every(scope, "trigger") if trigger.get("WorkflowName", "") == workflow]

    # Workflows

    def create_workflow(self, scope: Scope, params: Params) -> dict[str, Any]:
        """CreateWorkflow."""
        body = {name: params[name] for name in _WORKFLOW_FIELDS if params.get(name) is not None}
        body |= {"Name": params["Name"], "CreatedOn": now(), "LastModifiedOn": now()}
        self._create(scope, "workflow", body, params.get("Tags", {}))
        return {"Name": params["Name"]}

    def update_workflow(self, scope: Scope, params: Params) -> dict[str, Any]:
        """UpdateWorkflow: what is not given stays."""
        old = self.get(scope, "workflow", params["Name"])
        given = {name: params[name] for name in _WORKFLOW_FIELDS if name in params}
        self._write(scope, "workflow", {**old, **given, "LastModifiedOn": now()})
        return {"Name": params["Name"]}


def _configuration(body: Params) -> dict[str, Any]:
    """A definition without what time and use have made of it."""
    changing = ("CreatedOn", "LastModifiedOn", "State")
    return {name: value for name, value in body.items() if name not in changing}


def _job_body(name: str, params: Params) -> dict[str, Any]:
    """A job with the values that Glue fills in (developer guide, "Configuring job properties")."""
    checks.check_job(params)
    body: dict[str, Any] = {field: params[field] for field in _JOB_FIELDS if params.get(field) is not None}
    shell = params["Command"].get("Name") == "pythonshell"
    command = {"PythonVersion": "3.9" if shell else "3", **params["Command"]}
    body = {
        "Name": name,
        "JobMode": "SCRIPT",
        "JobRunQueuingEnabled": False,
        "ExecutionProperty": {"MaxConcurrentRuns": 1},
        "DefaultArguments": {},
        "MaxRetries": 0,
        **body,
        "Command": command,
    }
    if shell:
        capacity = body.setdefault("MaxCapacity", 0.0625)
    else:
        body.setdefault("GlueVersion", "5.1")
        body.setdefault("ExecutionClass", "STANDARD")
        if "WorkerType" not in body:
            body.setdefault("MaxCapacity", float(body.get("AllocatedCapacity", 10)))
        else:
            body["MaxCapacity"] = float(DPU_OF_WORKER.get(body["WorkerType"], 1) * body["NumberOfWorkers"])
        capacity = body["MaxCapacity"]
    body["AllocatedCapacity"] = int(capacity)
    body.setdefault("Timeout", 2880 if shell or float(body["GlueVersion"]) < 5 else 480)
    return body


def _schedule(params: Params) -> dict[str, Any]:
    """A crawler's Schedule where an expression is given, running at once; an empty one takes the schedule away."""
    expression = params.get("Schedule")
    if expression is None:
        return {}
    return {"Schedule": {"ScheduleExpression": expression, "State": "SCHEDULED"} if expression else None}


def _crawler_settings(old: Params, params: Params) -> dict[str, Any]:
    settings: dict[str, Any] = {
        "Targets": {},
        "Classifiers": [],
        "RecrawlPolicy": {"RecrawlBehavior": "CRAWL_EVERYTHING"},
        "SchemaChangePolicy": {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "DEPRECATE_IN_DATABASE"},
        "LineageConfiguration": {"CrawlerLineageSettings": "DISABLE"},
    }
    for source in (old, params):
        settings |= {field: source[field] for field in _CRAWLER_FIELDS if source.get(field) is not None}
    # The API shows the role by its name, whatever it was given as (seen in real GetCrawler output).
    settings["Role"] = str(settings["Role"]).rpartition("role/")[2]
    return settings
