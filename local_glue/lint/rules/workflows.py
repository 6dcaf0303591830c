"""Workflows: one way in, no circle, nothing in each other's way."""

import graphlib
from collections.abc import Iterator, Sequence

from local_glue.lint.base import GUIDE, Finding, GlueRule, own
from local_glue.lint.expressions import is_known
from local_glue.lint.project import Project
from local_glue.lint.starts import CRAWLER, JOB, Node, Trigger
from local_glue.lint.values import Resource, Source

WORKFLOWS = GUIDE + "workflows_overview.html"


def _of(project: Project, source: Source) -> Iterator[tuple[Resource, list[Trigger]]]:
    """The workflows that a template makes, each with its triggers."""
    for workflow in own(project, source, "AWS::Glue::Workflow"):
        yield workflow, project.workflows.get(workflow, [])


class StartTriggers(GlueRule):
    """A workflow has one start trigger."""

    id = "E9320"
    shortdesc = "A workflow with more than one start trigger"
    description = "One trigger of a workflow is on demand, scheduled or for events; all others are conditional"
    source_url = WORKFLOWS

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each trigger behind the first, in its own template."""
        for triggers in project.workflows.values():
            first = [one for one in triggers if one.type in ("ON_DEMAND", "SCHEDULED", "EVENT")]
            for other in first[1:]:
                if other.resource.source is source and not first[0].resource.excludes(other.resource):
                    yield (
                        other.resource.place("Type"),
                        (
                            f"trigger {other.resource.id} is the second start trigger of a workflow that "
                            f"{first[0].resource.id} starts, and Glue takes one; make it CONDITIONAL, or a workflow of "
                            "its own"
                        ),
                    )


class NoStart(GlueRule):
    """A workflow that nothing begins."""

    id = "W9321"
    shortdesc = "A workflow without a start trigger"
    description = "Its runs end at once, as none of its triggers is on demand, scheduled or for events"
    source_url = WORKFLOWS

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each workflow that has triggers."""
        for workflow, triggers in _of(project, source):
            if triggers and all(one.type == "CONDITIONAL" for one in triggers):
                yield (
                    workflow.path,
                    (
                        f"workflow {workflow.id} has no start trigger, so that its runs start nothing; add one of Type "
                        "ON_DEMAND, SCHEDULED or EVENT"
                    ),
                )


class Circle(GlueRule):
    """Jobs of a workflow that wait for each other."""

    id = "E9322"
    shortdesc = "A circle of triggers"
    description = (
        "What waits for itself never starts; and outside of a workflow, once somebody starts it, it goes on for ever"
    )
    source_url = WORKFLOWS

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each workflow; outside of workflows a circle runs for ever, which is said too."""
        groups = [*project.workflows.values(), [one for one in project.triggers if one.workflow is None]]
        for triggers in groups:
            needs: dict[Node, set[Node]] = {}
            by: dict[tuple[Node, Node], Trigger] = {}
            for trigger in triggers:
                before = {node for one in trigger.watched for node in one.nodes}
                for node in {node for start in trigger.starts for node in start.nodes}:
                    needs.setdefault(node, set()).update(before)
                    by |= {(one, node): trigger for one in before}
            try:
                graphlib.TopologicalSorter(needs).prepare()
            except graphlib.CycleError as error:
                ring: list[Node] = error.args[1]
                trigger = by[ring[0], ring[1]] if (ring[0], ring[1]) in by else by[ring[1], ring[0]]
                if trigger.resource.source is source:
                    yield (
                        trigger.resource.path,
                        (
                            f"{' - '.join(map(str, ring))}: each is started after the one before it, in a circle; take "
                            "one of these triggers out"
                        ),
                    )


class MadeAtOnce(GlueRule):
    """Triggers of a workflow that CloudFormation makes at the same time."""

    id = "I9325"
    shortdesc = "Triggers of a workflow that do not depend on each other"
    description = (
        "CloudFormation makes them at the same time, and Glue refuses some now and then: Workflow … was modified "
        "while adding trigger …"
    )
    source_url = "https://github.com/aws-cloudformation/cloudformation-coverage-roadmap/issues/2103"

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each workflow, at the first trigger that waits for none of the others."""
        for triggers in project.workflows.values():
            here = [one.resource for one in triggers if one.resource.source is source]
            free = [one for one in here if not _waits_for(one, here)]
            if len(free) > 1:
                yield (
                    free[1].path,
                    (
                        f"triggers {', '.join(one.id for one in free)} of one workflow are made at the same time, "
                        "which Glue refuses now and then (was modified while adding trigger); chain them with "
                        "DependsOn"
                    ),
                )


def _waits_for(trigger: Resource, others: Sequence[Resource]) -> bool:
    said = trigger.source.resources[trigger.id].get("DependsOn")
    names = said if isinstance(said, list) else [said]
    return any(other.id in names for other in others)


class StartedByNobody(GlueRule):
    """A job or crawler beside a workflow that nothing starts."""

    id = "I9326"
    shortdesc = "A job or crawler beside a workflow, which nothing in these templates starts"
    description = "It runs only by hand, or by what is deployed elsewhere"
    source_url = WORKFLOWS

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each job and crawler of a template that has a workflow, too."""
        if not any(True for _ in own(project, source, "AWS::Glue::Workflow")):
            return
        for kind, type_ in ((JOB, "AWS::Glue::Job"), (CRAWLER, "AWS::Glue::Crawler")):
            for resource in own(project, source, type_):
                scheduled = kind == CRAWLER and project.text(resource, "Schedule", "ScheduleExpression")
                if not scheduled and not project.starts_of(Node(kind, resource)) and is_known(resource.id):
                    yield (
                        resource.path,
                        (
                            f"no trigger and no state machine here starts {kind} {resource.id}; add it to a trigger's "
                            "Actions"
                        ),
                    )
