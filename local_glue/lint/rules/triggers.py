"""Triggers: each can fire, and what it starts is there."""

import difflib
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from glue_client import cron
from local_aws.glue.definitions import checks
from local_aws.glue.model import GlueError
from local_glue.lint.base import GUIDE, Finding, GlueRule, own
from local_glue.lint.checked import refused
from local_glue.lint.expressions import is_known, variants
from local_glue.lint.project import Project
from local_glue.lint.starts import KEYS, TYPES, Node, Trigger
from local_glue.lint.values import Resource, Source, Value

TRIGGERS = GUIDE + "about-triggers.html"
STATES = {"job": ("SUCCEEDED", "STOPPED", "FAILED", "TIMEOUT"), "crawler": ("SUCCEEDED", "FAILED", "CANCELLED")}
"""Final states that a trigger can wait for (developer guide, "AWS Glue triggers")."""


def _triggers(project: Project, source: Source) -> Iterator[Trigger]:
    return (one for one in project.triggers if one.resource.source is source)


class RefusedTrigger(GlueRule):
    """Glue refuses a trigger when the stack is made."""

    id = "E9310"
    shortdesc = "A trigger that Glue refuses"
    description = "Conditions without LogicalOperator or state, no actions, more than two crawlers, a wrong schedule, …"
    source_url = TRIGGERS

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each trigger, by the checks of the local AWS."""
        for trigger in _triggers(project, source):
            resource = trigger.resource
            calls = [_as_call(project, resource, said) for said in variants(resource.properties)]
            for sentence in dict.fromkeys(refused(checks.check_trigger, call) for call in calls if call is not None):
                if sentence:
                    yield resource.place(), f"Glue refuses trigger {resource.id}: {sentence}; correct it"


def _as_call(project: Project, trigger: Resource, said: Mapping[str, Any]) -> dict[str, Any] | None:
    """A trigger as CreateTrigger takes it, with a text for each expression; None where a macro or the like makes it.

    A schedule that only a deployment tells is taken for a right one.
    """
    predicate = said.get("Predicate", {})
    lists = said.get("Actions", []), predicate.get("Conditions", []) if isinstance(predicate, dict) else None
    if not all(isinstance(one, list) and all(map(_is_plain, one)) for one in lists):
        return None

    def texts(part: Mapping[str, Any]) -> dict[str, str]:
        return {key: project.values.text(trigger.source, value) for key, value in part.items()}

    call: dict[str, Any] = texts({key: said[key] for key in ("Type", "WorkflowName", "Schedule") if key in said})
    if not is_known(call.get("Schedule", "")):
        call["Schedule"] = "cron(0 0 * * ? *)"
    return {
        "Type": "",
        **call,
        "StartOnCreation": str(said.get("StartOnCreation")).lower() == "true",
        "Actions": [texts({key: one[key] for key in KEYS.values() if key in one}) for one in lists[0]],
        "Predicate": {"Conditions": [texts(one) for one in lists[1] or []]},
    }


def _is_plain(part: Any) -> bool:
    return isinstance(part, dict) and not any(str(key).startswith(("Fn::", "Ref")) for key in part)


class NoLogical(GlueRule):
    """Several conditions, and nothing says whether all or any of them must hold."""

    id = "E9316"
    shortdesc = "Several conditions without Logical"
    description = "Predicate.Logical is AND or ANY, and required where there are several conditions"
    source_url = GUIDE + "aws-glue-api-jobs-trigger.html"

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each trigger."""
        for trigger in _triggers(project, source):
            for said in variants(trigger.resource.properties.get("Predicate")):
                conditions = said.get("Conditions") if isinstance(said, dict) else None
                if isinstance(conditions, list) and len(conditions) > 1 and "Logical" not in said:
                    yield (
                        trigger.resource.place("Predicate"),
                        (
                            f"trigger {trigger.resource.id} has {len(conditions)} conditions and no Logical; say AND "
                            "or ANY"
                        ),
                    )
                    break


class NeverActivated(GlueRule):
    """A scheduled or conditional trigger that stays as it is created never fires."""

    id = "W9311"
    shortdesc = "A trigger that nothing activates"
    description = "A scheduled or conditional trigger without StartOnCreation never fires until somebody starts it"
    source_url = TRIGGERS

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each trigger."""
        for trigger in _triggers(project, source):
            if trigger.type in ("SCHEDULED", "CONDITIONAL") and trigger.activated is False:
                yield (
                    trigger.resource.place(),
                    (
                        f"{trigger.type.lower()} trigger {trigger.resource.id} never fires, as nothing activates it; "
                        "add StartOnCreation: true (Glue reads it at creation only: to a trigger that is there, aws "
                        "glue start-trigger)"
                    ),
                )


class StateThatNeverComes(GlueRule):
    """A trigger waits for a state with which nothing ends."""

    id = "E9312"
    shortdesc = "A trigger waits for a state with which no job, or no crawler, ends"
    description = "Jobs end SUCCEEDED, STOPPED, FAILED or TIMEOUT, crawlers SUCCEEDED, FAILED or CANCELLED"
    source_url = TRIGGERS

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each condition."""
        for trigger in _triggers(project, source):
            for condition in trigger.watched:
                kind = condition.nodes[0].kind if condition.nodes else ""
                if (
                    condition.state
                    and is_known(condition.state)
                    and condition.state not in STATES.get(kind, (condition.state,))
                ):
                    yield (
                        condition.path,
                        (
                            f"trigger {trigger.resource.id} waits for a {kind} to be {condition.state}, and none ends "
                            f"so; wait for one of {', '.join(STATES[kind])}"
                        ),
                    )


class UnknownName(GlueRule):
    """A trigger names a job or crawler that no template makes."""

    id = "W9313"
    shortdesc = "A trigger names a job, crawler or workflow that these templates do not make"
    description = "A name that is written out, and that no resource of the templates has: often a misspelt one"
    source_url = TRIGGERS

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each name; references, parameters and imports are left alone."""
        for trigger in _triggers(project, source):
            places = [(one.path, one.nodes) for one in trigger.starts]
            places += [(one.path, one.nodes) for one in trigger.watched]
            named = [(path, node.kind, TYPES[node.kind], node.value) for path, nodes in places for node in nodes]
            if trigger.workflow is not None:
                place = trigger.resource.place("WorkflowName")
                named.append((place, "workflow", "AWS::Glue::Workflow", trigger.workflow))
            for path, kind, type_, value in named:
                if isinstance(value, str) and is_known(value):
                    yield path, _unknown(project, trigger, kind, type_, value)
                elif isinstance(value, Resource) and value.type != type_:
                    yield path, f"{value.id} is no {kind} but {value.type}; name a {kind}"


def _unknown(project: Project, trigger: Trigger, kind: str, type_: str, name: str) -> str:
    names = {project.values.name(one): one for one in project.of_type(type_)}
    near = difflib.get_close_matches(name, [one for one in names if is_known(one)], 1, 0.8)
    advice = (
        f"name {near[0]}, which {names[near[0]].id} is"
        if near
        else "deploy it first, or check its template with this one"
    )
    return f"trigger {trigger.resource.id} names the {kind} {name}, which no template here makes; {advice}"


class WaitsForWhatNeverStarts(GlueRule):
    """A trigger waits for what no trigger starts."""

    id = "E9314"
    shortdesc = "A trigger waits for a job or crawler that no trigger starts"
    description = (
        "Only what a trigger started fires the next one, in a workflow only what a trigger of the same workflow "
        "started; a run by hand, or by anything else, does not count"
    )
    source_url = TRIGGERS

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each condition, where the job or crawler is known."""
        for trigger in _triggers(project, source):
            beside = project.triggers if trigger.workflow is None else project.workflows[trigger.workflow]
            started = {node for one in beside for start in one.starts for node in start.nodes}
            for condition in trigger.watched:
                missing = [node for node in condition.nodes if node not in started]
                if missing and len(missing) == len(condition.nodes) and _is_told(trigger, missing, started):
                    where = "" if trigger.workflow is None else " of its workflow"
                    yield (
                        condition.path,
                        (
                            f"trigger {trigger.resource.id} waits for {missing[0]}, which no trigger{where} starts, so "
                            f"that it never fires; start it by a trigger{where}"
                        ),
                    )


def _is_told(trigger: Trigger, missing: Iterable[Node], started: Iterable[Node]) -> bool:
    """Whether the templates tell that nothing starts some nodes: no name stands for what only a deployment tells."""
    if not isinstance(trigger.workflow, Resource) and trigger.workflow is not None:
        return False
    if trigger.workflow is None and not all(isinstance(node.value, Resource) for node in missing):
        return False
    forms = [{_form(node.value) for node in nodes} for nodes in (missing, started)]
    return not {*forms[0], *forms[1]} - {""} or forms[0] == forms[1]


def _form(value: Value) -> str:
    """How a name is left open: by a parameter, by an import; empty for what the template says."""
    return "" if isinstance(value, Resource) or is_known(value) else value.partition(":")[0]


class NeverDue(GlueRule):
    """A schedule that names no moment, or one that Glue refuses, of a trigger or a crawler."""

    id = "E9315"
    shortdesc = "A schedule that is never due"
    description = "A day that no month has, or years that are over"
    source_url = GUIDE + "monitor-data-warehouse-schedule.html"

    def findings(self, project: Project, source: Source) -> Iterator[Finding]:
        """One for each schedule."""
        keys = {"AWS::Glue::Trigger": ("Schedule",), "AWS::Glue::Crawler": ("Schedule", "ScheduleExpression")}
        for type_, names in keys.items():
            for resource in own(project, source, type_):
                text = project.text(resource, *names)
                if not text or not is_known(text):
                    continue
                if type_ == "AWS::Glue::Crawler":
                    try:
                        checks.check_schedule(text)
                    except GlueError as error:
                        yield resource.place(*names), f"Glue refuses crawler {resource.id}: {error}; correct it"
                        continue
                if cron.is_cron(text) and next(cron.read(text).after(datetime.now(UTC)), None) is None:
                    yield resource.place(*names), f"{text} of {resource.id} is never due; correct it"
