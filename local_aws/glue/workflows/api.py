"""The operations on workflows, their runs, and the starting of triggers."""

from __future__ import annotations

from typing import Any

from local_aws.emulator import Scope
from local_aws.glue.definitions.api import Operation, Params
from local_aws.glue.definitions.records import Definitions
from local_aws.glue.errors import invalid
from local_aws.glue.model import WorkflowRun
from local_aws.glue.paging import page
from local_aws.glue.workflows import graph
from local_aws.glue.workflows.runs import WorkflowRuns


def workflow_operations(definitions: Definitions, workflow_runs: WorkflowRuns) -> dict[str, Operation]:
    """Operation name -> what answers it."""
    made = _Operations(definitions, workflow_runs)
    return {
        "StartTrigger": made.start_trigger,
        "GetWorkflow": made.get_workflow,
        "BatchGetWorkflows": made.batch_get_workflows,
        "StartWorkflowRun": made.start_workflow_run,
        "StopWorkflowRun": made.stop_workflow_run,
        "ResumeWorkflowRun": made.resume_workflow_run,
        "GetWorkflowRun": made.get_workflow_run,
        "GetWorkflowRuns": made.get_workflow_runs,
        "GetWorkflowRunProperties": made.get_workflow_run_properties,
        "PutWorkflowRunProperties": made.put_workflow_run_properties,
    }


class _Operations:
    def __init__(self, definitions: Definitions, workflow_runs: WorkflowRuns) -> None:
        self._definitions = definitions
        self._store = definitions.store
        self._workflow_runs = workflow_runs

    def start_trigger(self, scope: Scope, params: Params) -> dict[str, Any]:
        """Fire an ON_DEMAND trigger, activate a CONDITIONAL or SCHEDULED one."""
        trigger = self._definitions.get(scope, "trigger", params["Name"])
        if trigger["Type"] == "EVENT":
            raise invalid("Trigger Type EVENT cannot be started")  # real
        if trigger["Type"] != "ON_DEMAND":
            self._definitions.activate_trigger(scope, params["Name"])
        elif trigger.get("WorkflowName"):
            self._workflow_runs.start(scope, trigger["WorkflowName"], {})
        else:
            self._workflow_runs.start_by_trigger(scope, trigger)
        return {"Name": params["Name"]}

    def _workflow(self, scope: Scope, name: str, *, include_graph: bool) -> dict[str, Any]:
        workflow = self._definitions.get(scope, "workflow", name)
        runs = self._store.runs(scope, WorkflowRun, name)
        if runs:
            workflow["LastRun"] = self._workflow_runs.to_api(scope, runs[0], include_graph=include_graph)
        if include_graph:
            workflow["Graph"] = graph.build(name, self._definitions.triggers_of(scope, name))
        return workflow

    def get_workflow(self, scope: Scope, params: Params) -> dict[str, Any]:
        return {"Workflow": self._workflow(scope, params["Name"], include_graph=params.get("IncludeGraph", False))}

    def batch_get_workflows(self, scope: Scope, params: Params) -> dict[str, Any]:
        known = {entry["Name"] for entry in self._definitions.every(scope, "workflow")}
        graph_wanted = params.get("IncludeGraph", False)
        return {
            "Workflows": [
                self._workflow(scope, name, include_graph=graph_wanted) for name in params["Names"] if name in known
            ],
            "MissingWorkflows": [name for name in params["Names"] if name not in known],
        }

    def start_workflow_run(self, scope: Scope, params: Params) -> dict[str, Any]:
        run = self._workflow_runs.start(scope, params["Name"], params.get("RunProperties", {}))
        return {"RunId": run.WorkflowRunId}

    def stop_workflow_run(self, scope: Scope, params: Params) -> dict[str, Any]:
        self._workflow_runs.stop(scope, params["Name"], params["RunId"])
        return {}

    def resume_workflow_run(self, scope: Scope, params: Params) -> dict[str, Any]:
        run, nodes = self._workflow_runs.resume(scope, params["Name"], params["RunId"], params["NodeIds"])
        return {"RunId": run.WorkflowRunId, "NodeIds": nodes}

    def get_workflow_run(self, scope: Scope, params: Params) -> dict[str, Any]:
        run = self._workflow_runs.get(scope, params["Name"], params["RunId"])
        return {"Run": self._workflow_runs.to_api(scope, run, include_graph=params.get("IncludeGraph", False))}

    def get_workflow_runs(self, scope: Scope, params: Params) -> dict[str, Any]:
        self._definitions.get(scope, "workflow", params["Name"])
        answer = page("Runs", self._store.runs(scope, WorkflowRun, params["Name"]), params)
        graph_wanted = params.get("IncludeGraph", False)
        answer["Runs"] = [self._workflow_runs.to_api(scope, run, include_graph=graph_wanted) for run in answer["Runs"]]
        return answer

    def get_workflow_run_properties(self, scope: Scope, params: Params) -> dict[str, Any]:
        run = self._workflow_runs.get(scope, params["Name"], params["RunId"])
        return {"RunProperties": run.WorkflowRunProperties}

    def put_workflow_run_properties(self, scope: Scope, params: Params) -> dict[str, Any]:
        self._workflow_runs.put_properties(scope, params["Name"], params["RunId"], params["RunProperties"])
        return {}
