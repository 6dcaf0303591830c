"""Jobs and crawlers that two things start: one at a time is all that most of them take."""

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import combinations, islice

from glue_client import cron
from local_glue.lint.base import GUIDE, Finding, GlueRule, own
from local_glue.lint.project import Project
from local_glue.lint.starts import CRAWLER, JOB, Node, Start, Trigger, Watched
from local_glue.lint.values import Resource, Source

_MOMENTS = 400
"""So many moments of two schedules are held against each other."""


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
                    advice = f"raise ExecutionProperty.MaxConcurrentRuns of {node}, or " if node.kind == JOB else ""
                    yield (
                        other.path,
                        (
                            f"{node} runs once at a time, and {other.by.id} may start it while a run that {one.by.id} "
                            f"started goes on, and then fails; {advice}start it once"
                        ),
                    )

    def _places(self, project: Project, node: Node) -> list[tuple[Trigger, Start]]:
        return [(trigger, start) for trigger in project.triggers for start in trigger.starts if node in start.nodes]


def _runs(project: Project, resource: Resource) -> int:
    """How many runs may go on at once; many where only a deployment tells."""
    text = project.text(resource, "ExecutionProperty", "MaxConcurrentRuns") or "1"
    return int(text) if text.isdigit() else 2


def _may_meet(project: Project, first: Trigger, second: Trigger) -> bool:
    """Whether two triggers fire in one run of a workflow, or at the same moment."""
    if first.resource.excludes(second.resource):
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
    """Whether each way to fire one of them needs another end of some node than each way to fire the other."""
    return not any(
        all(one.nodes != other.nodes or one.state == other.state for one in way for other in another)
        for way in _ways(first)
        for another in _ways(second)
    )


def _ways(trigger: Trigger) -> list[tuple[Watched, ...]]:
    """The conditions that must hold together, for each way in which it fires."""
    return [(one,) for one in trigger.watched] if trigger.logical == "ANY" else [trigger.watched]


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
                    (
                        f"crawler {crawler.id} has a schedule, and {starts[0].by.id} starts it too; take the schedule "
                        "out, or the action of the trigger"
                    ),
                )
