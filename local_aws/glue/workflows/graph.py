"""A workflow as nodes and edges, and a run's statistics: pure functions.

Shapes as seen in real GetWorkflowRun output; that an edge leads from a watched node to the trigger is assumed.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from local_aws.glue.model import Crawl, JobRun, node_id
from local_aws.glue.workflows.triggers import Node, Trigger, planned_nodes

_RUNNING = frozenset({"STARTING", "RUNNING", "STOPPING", "CANCELLING"})
_COUNTED = {
    "SUCCEEDED": "SucceededActions",
    "FAILED": "FailedActions",
    "TIMEOUT": "TimeoutActions",
    "STOPPED": "StoppedActions",
    "CANCELLED": "StoppedActions",
    "ERROR": "ErroredActions",
    "WAITING": "WaitingActions",
}


def build(
    workflow: str,
    definitions: Sequence[Mapping[str, Any]],
    job_runs: Iterable[JobRun] = (),
    crawls: Iterable[Crawl] = (),
) -> dict[str, Any]:
    """Glue's WorkflowGraph.

    Args:
        workflow: its name.
        definitions: Trigger structures.
        job_runs: those of the run, the earliest first; none for the definition's graph.
        crawls: those of the run likewise.
    """
    triggers = [Trigger.of(definition) for definition in definitions]
    nodes = [
        {
            "Type": "TRIGGER",
            "Name": definition["Name"],
            "UniqueId": node_id(workflow, "TRIGGER", definition["Name"]),
            "TriggerDetails": {"Trigger": dict(definition)},
        }
        for definition in definitions
    ]
    nodes += [_action_node(workflow, node, job_runs, crawls) for node in _all_nodes(triggers)]
    edges = []
    for trigger in triggers:
        own = node_id(workflow, "TRIGGER", trigger.name)
        watched = dict.fromkeys(condition.node for condition in trigger.conditions)
        edges += [{"SourceId": node_id(workflow, *node), "DestinationId": own} for node in watched]
        edges += [{"SourceId": own, "DestinationId": node_id(workflow, *action.node)} for action in trigger.actions]
    return {"Nodes": nodes, "Edges": edges}


def _all_nodes(triggers: Sequence[Trigger]) -> list[Node]:
    watched = [condition.node for trigger in triggers for condition in trigger.conditions]
    return list(dict.fromkeys([*planned_nodes(triggers), *watched]))


def _action_node(workflow: str, node: Node, job_runs: Iterable[JobRun], crawls: Iterable[Crawl]) -> dict[str, Any]:
    kind, name = node
    entry: dict[str, Any] = {"Type": kind, "Name": name, "UniqueId": node_id(workflow, kind, name)}
    if kind == "JOB":
        runs = [run.to_api() for run in job_runs if run.JobName == name]
        entry["JobDetails"] = {"JobRuns": runs} if runs else {}
    else:
        found = [crawl.to_node() for crawl in crawls if crawl.CrawlerName == name]
        entry["CrawlerDetails"] = {"Crawls": found} if found else {}
    return entry


def statistics(
    definitions: Iterable[Mapping[str, Any]], job_runs: Iterable[JobRun], crawls: Iterable[Crawl]
) -> dict[str, int]:
    """Glue's WorkflowRunStatistics; TotalActions counts the planned actions, started or not (a documented sample)."""
    counts = {
        "TotalActions": len(planned_nodes(Trigger.of(definition) for definition in definitions)),
        "TimeoutActions": 0,
        "FailedActions": 0,
        "StoppedActions": 0,
        "SucceededActions": 0,
        "RunningActions": 0,
        "ErroredActions": 0,
        "WaitingActions": 0,
    }
    for state in last_states(job_runs, crawls).values():
        counts["RunningActions" if state in _RUNNING else _COUNTED[state]] += 1
    return counts


def last_states(job_runs: Iterable[JobRun], crawls: Iterable[Crawl]) -> dict[Node, str]:
    """The state of each node's latest run."""
    states: dict[Node, str] = {("JOB", run.JobName): run.JobRunState for run in job_runs}
    return states | {("CRAWLER", crawl.CrawlerName): crawl.State for crawl in crawls}
