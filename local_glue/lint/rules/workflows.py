"""Workflows: one way in, no circle, nothing in each other's way."""

import graphlib
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import combinations, islice

from local_aws.glue.definitions import cron
from local_glue.lint.base import GUIDE, Finding, GlueRule, own
from local_glue.lint.project import Project
from local_glue.lint.starts import CRAWLER, JOB, Node, Start, Trigger
from local_glue.lint.expressions import is_known
from local_glue.lint.values import Resource, Source

WORKFLOWS = GUIDE + "workflows_overview.html"
_MOMENTS = 400
"""So many moments of two schedules are held against each other."""


def _of(project: Project, source: Source) -> Iterator[tuple[Resource, list[Trigger]]]:
    """The workflows that a template makes, each with its triggers."""
    for workflow in own(project, source, "AWS::Glue::Workflow"):
        yield workflow, project.workflows.get(workflow, [])


def _exclude(first: Resource, second: Resource) -> bool:
    """Whether two resources may never be there together: each has a condition of its own."""
    return first.condition != second.condition


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
                if other.resource.source is source and not _exclude(first[0].resource, other.resource):
                    yield (
                        other.resource.place("Type"),
                        f"trigger {other.resource.id} is the second start trigger of a workflow that "
                        f"{first[0].resource.id} starts, and Glue takes one; make it CONDITIONAL, or a workflow of its own",
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
                    f"workflow {workflow.id} has no start trigger, so that its runs start nothing; add one of Type "
                    "ON_DEMAND, SCHEDULED or EVENT",
                )


class Circle(GlueRule):
    """Jobs of a workflow that wait for each other."""

    id = "E9322"
    shortdesc = "A circle of triggers"
    description = "In a workflow each trigger fires once a run, so that what waits for itself never starts"
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
                        f"{' - '.join(map(str, ring))}: each is started after the one before it, in a circle; take one of "
                        "these triggers out",
                    )


class Overlap(GlueRule):
    """A job that runs once at a time, and that two things may start together."""

    id = "W9323"
    shortdesc = "Two triggers may start a job, or crawler, that runs once at a time"
    description = "A run beyond ExecutionProperty.MaxConcurrentRuns fails, as does a crawl of a crawler that runs"
    source_url = GUIDE + "add-job.html"

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each job or crawler and pair of triggers, at the second."""
        for node in dict.fromkeys(node for start in project.starts for node in start.nodes):
            if not isinstance(node.value, Resource) or _runs(project, node.value) > 1:
                continue
            pairs = combinations([one for one in self._places(project, node) if len(one[1].nodes) == 1], 2)
            for (first, one), (second, other) in pairs:
                if other.by.source is source and _may_meet(project, first, second):
                    how = f"ExecutionProperty.MaxConcurrentRuns of {node}" if node.kind == JOB else "other crawlers"
                    yield (
                        other.path,
                        f"{node} runs once at a time, and {other.by.id} may start it while a run that {one.by.id} started "
                        f"goes on, and then fails; raise {how}, or start it once",
                    )

    def _places(self, project: Project, node: Node) -> list[tuple[Trigger, Start]]:
        return [(trigger, start) for trigger in project.triggers for start in trigger.starts if node in start.nodes]


def _runs(project: Project, resource: Resource) -> int:
    """How many runs may go on at once; many where only a deployment tells."""
    text = project.text(resource, "ExecutionProperty", "MaxConcurrentRuns") or "1"
    return int(text) if text.isdigit() else 2


def _may_meet(project: Project, first: Trigger, second: Trigger) -> bool:
    """Whether two triggers fire in one run of a workflow, or at the same moment."""
    if _exclude(first.resource, second.resource):
        return False
    if first is second:
        return True
    if first.type == second.type == "CONDITIONAL" and first.workflow is not None and first.workflow == second.workflow:
        return not _contradict(first, second)
    if first.type == second.type == "SCHEDULED":
        moments = [_moments(project, one) for one in (first, second)]
        return bool(moments[0] & moments[1])
    return False


def _contradict(first: Trigger, second: Trigger) -> bool:
    """Whether both wait, among others, for different ends of one node: they never fire both."""
    if "ANY" in (first.logical, second.logical) and max(len(first.watched), len(second.watched)) > 1:
        return False
    return any(
        one.nodes == other.nodes and one.state != other.state for one in first.watched for other in second.watched
    )


def _moments(project: Project, trigger: Trigger) -> set[datetime]:
    text = project.text(trigger.resource, "Schedule") or ""
    return set(islice(cron.read(text).after(datetime.now(UTC)), _MOMENTS)) if cron.is_cron(text) else set()


class CrawlerOfItsOwn(GlueRule):
    """A crawler that a trigger starts has a schedule besides."""

    id = "W9324"
    shortdesc = "A crawler that a trigger starts, and that has a schedule too"
    description = "When both are due, the second crawl fails with CrawlerRunningException, and the workflow stops there"
    source_url = GUIDE + "orchestrate-using-crawlers.html"

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each crawler."""
        for crawler in own(project, source, "AWS::Glue::Crawler"):
            starts = project.starts_of(Node(CRAWLER, crawler))
            if starts and project.text(crawler, "Schedule", "ScheduleExpression"):
                yield (
                    crawler.place("Schedule"),
                    f"crawler {crawler.id} has a schedule, and {starts[0].by.id} starts it too; take the schedule out, or "
                    "the action of the trigger",
                )


class MadeAtOnce(GlueRule):
    """Triggers of a workflow that CloudFormation makes at the same time."""

    id = "I9325"
    shortdesc = "Triggers of a workflow that do not depend on each other"
    description = (
        "CloudFormation makes them at the same time, and Glue refuses some now and then: "
        "Workflow … was modified while adding trigger …"
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
                    f"triggers {', '.join(one.id for one in free)} of one workflow are made at the same time, which Glue "
                    "refuses now and then (was modified while adding trigger); chain them with DependsOn",
                )


def _waits_for(trigger: Resource, others: Sequence[Resource]) -> bool:
    said = trigger.source.resources[trigger.id].get("DependsOn", [])
    return bool({said} if isinstance(said, str) else {str(one) for one in said}) and any(
        other.id in (said if isinstance(said, list) else [said]) for other in others
    )


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
                        f"no trigger and no state machine here starts {kind} {resource.id}; add it to a trigger's Actions",
                    )
