"""Which nodes a resumed workflow run runs again, and what it takes over: pure functions.

(Developer guide, "Repairing and resuming a workflow run".)
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from local_aws.glue.errors import invalid
from local_aws.glue.model import Crawl, JobRun, WorkflowRun, node_id
from local_aws.glue.workflows.graph import last_states
from local_aws.glue.workflows.triggers import Action, Node, Trigger, dependents


@dataclass(frozen=True)
class Resumption:
    """How a run is taken up again.

    Attributes:
        starts: the nodes that it begins with, each with the trigger that started it in the run before.
        fired: names of the triggers that need not fire again.
        carried: ids of the job runs and crawls that stay as they ended.
    """

    starts: list[tuple[Trigger, Action]]
    fired: list[str]
    carried: list[str]


def resumption(
    run: WorkflowRun, job_runs: Collection[JobRun], crawls: Collection[Crawl], node_ids: Iterable[str]
) -> Resumption:
    """Take up a completed run at some of its nodes: these and all that come after them run again.

    Of the nodes that are asked for, those that come after another one of them wait for their triggers.

    Raises:
        GlueError: InvalidInputException for a node that is no job or crawler of the run, or was never tried in it (the
            text is ours).
    """
    tried = {node_id(run.Name, *node): node for node in last_states(job_runs, crawls)}
    wanted: dict[Node, None] = {}
    for identifier in node_ids:
        if identifier not in tried:
            raise invalid(f"Node {identifier} is not a job or crawler that was tried in run {run.WorkflowRunId}")
        wanted[tried[identifier]] = None
    triggers = [Trigger.of(definition) for definition in run.Triggers]
    again = {*wanted, *dependents(triggers, wanted)}
    first = [node for node in wanted if node not in dependents(triggers, wanted.keys() - {node})] or list(wanted)
    carried = [job.Id for job in job_runs if ("JOB", job.JobName) not in again]
    carried += [crawl.CrawlId for crawl in crawls if ("CRAWLER", crawl.CrawlerName) not in again]
    waiting = {trigger.name for trigger in triggers if any(watch.node in again for watch in trigger.conditions)}
    return Resumption(
        starts=[_starting(triggers, node, run.Fired) for node in first],
        fired=[name for name in run.Fired if name not in waiting],
        carried=carried,
    )


def _starting(triggers: Iterable[Trigger], node: Node, fired: Collection[str]) -> tuple[Trigger, Action]:
    """The trigger that started a node in a run, and its action."""
    return next(
        (trigger, action)
        for trigger in triggers
        if trigger.name in fired
        for action in trigger.actions
        if action.node == node
    )
