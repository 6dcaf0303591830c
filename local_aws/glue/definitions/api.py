"""The operations on definitions: the same few shapes for jobs, crawlers, triggers and workflows."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from local_aws import emulator
from local_aws.emulator import Scope
from local_aws.glue.definitions.records import Definitions, arn
from local_aws.glue.paging import page

Params = Mapping[str, Any]
Operation = Callable[[Scope, Params], dict[str, Any]]


def definition_operations(definitions: Definitions) -> dict[str, Operation]:
    """Operation name -> what answers it."""
    made = _Operations(definitions)
    return {
        "CreateJob": definitions.create_job,
        "UpdateJob": lambda scope, params: definitions.update_job(scope, params["JobName"], params["JobUpdate"]),
        "DeleteJob": made.delete("job", "JobName"),
        "GetJob": made.get("job", "JobName", "Job"),
        "GetJobs": made.every("job", "Jobs"),
        "ListJobs": made.names("job", "JobNames"),
        "BatchGetJobs": made.batch("job", "JobNames", "Jobs", "JobsNotFound"),
        "CreateCrawler": definitions.create_crawler,
        "UpdateCrawler": definitions.update_crawler,
        "DeleteCrawler": made.delete("crawler", "Name"),
        "UpdateCrawlerSchedule": definitions.update_crawler_schedule,
        "StartCrawlerSchedule": lambda scope, params: definitions.switch_crawler_schedule(
            scope, params["CrawlerName"], "SCHEDULED"
        ),
        "StopCrawlerSchedule": lambda scope, params: definitions.switch_crawler_schedule(
            scope, params["CrawlerName"], "NOT_SCHEDULED"
        ),
        "CreateTrigger": definitions.create_trigger,
        "UpdateTrigger": lambda scope, params: definitions.update_trigger(
            scope, params["Name"], params["TriggerUpdate"]
        ),
        "DeleteTrigger": made.delete("trigger", "Name"),
        "GetTrigger": made.get("trigger", "Name", "Trigger"),
        "GetTriggers": made.triggers,
        "ListTriggers": made.trigger_names,
        "BatchGetTriggers": made.batch("trigger", "TriggerNames", "Triggers", "TriggersNotFound"),
        "StopTrigger": lambda scope, params: definitions.stop_trigger(scope, params["Name"]),
        "CreateWorkflow": definitions.create_workflow,
        "UpdateWorkflow": definitions.update_workflow,
        "DeleteWorkflow": made.delete("workflow", "Name"),
        "ListWorkflows": made.names("workflow", "Workflows"),
    }


def tagged(scope: Scope, kind: str, entries: list[dict[str, Any]], params: Params) -> list[dict[str, Any]]:
    """The definitions that have all of the request's Tags, with these values; all where it names none."""
    wanted = (params.get("Tags") or {}).items()
    return [entry for entry in entries if wanted <= emulator.glue_tags(scope, arn(scope, kind, entry["Name"])).items()]


class _Operations:
    """Makes operations of one shape for any kind of definition."""

    def __init__(self, definitions: Definitions) -> None:
        self._definitions = definitions

    def delete(self, kind: str, key: str) -> Operation:
        def run(scope: Scope, params: Params) -> dict[str, Any]:
            self._definitions.delete(scope, kind, params[key])
            return {key: params[key]}

        return run

    def get(self, kind: str, key: str, member: str) -> Operation:
        return lambda scope, params: {member: self._definitions.get(scope, kind, params[key])}

    def every(self, kind: str, member: str) -> Operation:
        return lambda scope, params: page(member, self._definitions.every(scope, kind), params)

    def names(self, kind: str, member: str) -> Operation:
        def run(scope: Scope, params: Params) -> dict[str, Any]:
            entries = tagged(scope, kind, self._definitions.every(scope, kind), params)
            return page(member, [entry["Name"] for entry in entries], params)

        return run

    def triggers(self, scope: Scope, params: Params) -> dict[str, Any]:
        return page("Triggers", self._dependent(scope, params), params)

    def trigger_names(self, scope: Scope, params: Params) -> dict[str, Any]:
        entries = tagged(scope, "trigger", self._dependent(scope, params), params)
        return page("TriggerNames", [entry["Name"] for entry in entries], params)

    def _dependent(self, scope: Scope, params: Params) -> list[dict[str, Any]]:
        """The triggers that can start DependentJobName; all where none can (botocore's model of GetTriggers)."""
        triggers = self._definitions.every(scope, "trigger")
        job = params.get("DependentJobName")
        starting = [entry for entry in triggers if any(action.get("JobName") == job for action in entry["Actions"])]
        return starting if job and starting else triggers

    def batch(self, kind: str, key: str, member: str, missing: str) -> Operation:
        def run(scope: Scope, params: Params) -> dict[str, Any]:
            found = {entry["Name"]: entry for entry in self._definitions.every(scope, kind)}
            wanted = params[key]
            return {
                member: [found[name] for name in wanted if name in found],
                missing: [name for name in wanted if name not in found],
            }

        return run
