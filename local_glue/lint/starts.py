"""Who starts which job or crawler: triggers, and the tasks of state machines."""

from __future__ import annotations

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_glue.lint.expressions import Path_, branches, items
from local_glue.lint.script_files import Scripts
from local_glue.lint.values import Resource, Source, Value, Values

JOB, CRAWLER = "job", "crawler"
TYPES = {JOB: "AWS::Glue::Job", CRAWLER: "AWS::Glue::Crawler"}
KEYS = {JOB: "JobName", CRAWLER: "CrawlerName"}
_TASK = re.compile(r"states:::(?:aws-sdk:)?glue:(startJobRun|startCrawler)(?:\.sync)?$")
_SUBSTITUTION = re.compile(r"\$\{([A-Za-z0-9_-]+)\}")


@dataclass(frozen=True)
class Node:
    """A job or crawler: a resource of the templates, or the text that names one."""

    kind: str
    value: Value

    def __str__(self) -> str:
        return f"{self.kind} {self.value.id if isinstance(self.value, Resource) else self.value}"


@dataclass(frozen=True)
class Start:
    """Something starts a job or crawler.

    Attributes:
        by: the trigger or state machine.
        path: the place that says so, in `by`'s template.
        nodes: what it may start: one, but for Fn::If.
        arguments: those that it passes, each by its place in the template; without `--`.
        open: whether it may pass others.
        in_workflow: whether the run is one of a workflow.
    """

    by: Resource
    path: Path_
    nodes: tuple[Node, ...]
    arguments: Mapping[str, Path_]
    open: bool
    in_workflow: bool


@dataclass(frozen=True)
class Watched:
    """A condition of a trigger: what it waits for, and the state that this must end with."""

    path: Path_
    nodes: tuple[Node, ...]
    state: str


@dataclass(frozen=True)
class Trigger:
    """A trigger as the rules see it.

    Attributes:
        workflow: what its workflow is; None outside of one.
        activated: whether it can fire from its creation on; None where that is known only in a deployment.
    """

    resource: Resource
    type: str
    workflow: Value | None
    activated: bool | None
    logical: str
    watched: tuple[Watched, ...]
    starts: tuple[Start, ...]


class Nodes:
    """What names in templates stand for, resources or texts."""

    def __init__(self, values: Values) -> None:
        self._values = values
        self._named: dict[tuple[str, str], Resource] = {}
        for source in values.sources:
            for key in source.resources:
                resource = Resource(source, key)
                self._named.setdefault((resource.type, values.name(resource)), resource)

    def resource(self, value: Value, kind: str) -> Value:
        """The resource of a type that a value names; the value itself where the templates have none."""
        return self._named.get((kind, value), value) if isinstance(value, str) else value

    def of(self, source: Source, node: Any, kind: str) -> tuple[Node, ...]:
        """The jobs or crawlers that an expression stands for."""
        found = [self.resource(value, TYPES[kind]) for value in self._values.alternatives(source, node)]
        return tuple(Node(kind, one) for one in dict.fromkeys(found))


def triggers(values: Values, nodes: Nodes) -> Iterator[Trigger]:
    """The triggers of all templates."""
    for source in values.sources:
        for key, body in source.resources.items():
            if body.get("Type") == "AWS::Glue::Trigger":
                yield _trigger(Resource(source, key), values, nodes)


def _trigger(resource: Resource, values: Values, nodes: Nodes) -> Trigger:
    said, source = resource.properties, resource.source
    predicate = said.get("Predicate")
    predicate = predicate if isinstance(predicate, dict) else {}
    workflow = values.of(source, said["WorkflowName"]) if "WorkflowName" in said else None
    workflow = None if workflow is None else nodes.resource(workflow, "AWS::Glue::Workflow")
    activated = values.text(source, said.get("StartOnCreation", False)).lower()
    conditions = items(predicate.get("Conditions"), resource.place("Predicate", "Conditions"))
    actions = items(said.get("Actions"), resource.place("Actions"))
    started = [
        Start(
            resource,
            path,
            nodes.of(source, one[KEYS[kind]], kind),
            *_arguments(one.get("Arguments"), (*path, "Arguments")),
            in_workflow=workflow is not None,
        )
        for path, one in actions
        for kind in (JOB, CRAWLER)
        if KEYS[kind] in one
    ]
    watched = [
        Watched(path, nodes.of(source, one[KEYS[kind]], kind), values.text(source, one.get(state, "")))
        for path, one in conditions
        for kind, state in ((JOB, "State"), (CRAWLER, "CrawlState"))
        if KEYS[kind] in one
    ]
    return Trigger(
        resource,
        values.text(source, said.get("Type", "")),
        workflow,
        {"true": True, "false": False}.get(activated) if len(list(branches(said.get("StartOnCreation")))) < 2 else None,
        values.text(source, predicate.get("Logical", "AND")),
        tuple(watched),
        tuple(started),
    )


def _arguments(node: Any, path: Path_) -> tuple[dict[str, Path_], bool]:
    """The names of arguments, each with its place; and whether there may be others."""
    found: dict[str, Path_] = {}
    others = False
    for place, one in branches(node, path):
        if isinstance(one, dict):
            found |= {str(key): (*place, key) for key in one if not str(key).startswith("Fn::")}
            others |= any(str(key).startswith(("Fn::", "Ref")) for key in one)
        else:
            others |= one is not None
    return found, others


def arguments_of(resource: Resource, name: str) -> tuple[dict[str, Path_], bool]:
    """The arguments that a property of a job holds, each with its place; and whether there may be others."""
    return _arguments(resource.properties.get(name), resource.place(name))


def of_state_machines(values: Values, nodes: Nodes, scripts: Scripts) -> Iterator[Start]:
    """What state machines start, by the definitions in templates and in files beside them."""
    for source in values.sources:
        for key, body in source.resources.items():
            if body.get("Type") in ("AWS::StepFunctions::StateMachine", "AWS::Serverless::StateMachine"):
                yield from _of_state_machine(Resource(source, key), values, nodes, scripts)


def _of_state_machine(machine: Resource, values: Values, nodes: Nodes, scripts: Scripts) -> Iterator[Start]:
    source, said = machine.source, machine.properties
    given = said.get("DefinitionSubstitutions")
    given = given if isinstance(given, dict) else {}

    def named(text: Any, kind: str) -> tuple[Node, ...]:
        """`${Name}` stands for what DefinitionSubstitutions give for it."""
        alone = _SUBSTITUTION.fullmatch(text) if isinstance(text, str) else None
        if alone and alone[1] in given:
            return nodes.of(source, given[alone[1]], kind)
        if not isinstance(text, str):
            return nodes.of(source, text, kind)
        filled = _SUBSTITUTION.sub(
            lambda place: values.text(source, given[place[1]]) if place[1] in given else place[0], text
        )
        return (Node(kind, nodes.resource(filled, TYPES[kind])),)

    for state in _tasks(_definition(machine, values, scripts)):
        task = _TASK.search(str(state.get("Resource")))
        passed: dict[str, Any] = next(
            (state[one] for one in ("Arguments", "Parameters") if isinstance(state.get(one), dict)), {}
        )
        kind = JOB if task and task[1] == "startJobRun" else CRAWLER
        name = passed.get("JobName" if kind == JOB else "Name")
        if task is None or name is None:
            continue
        arguments = passed.get("Arguments")
        names = {str(one).removesuffix(".$") for one in arguments} if isinstance(arguments, dict) else set()
        unread = any(key.startswith("Arguments") and not isinstance(passed[key], dict) for key in passed)
        yield Start(
            machine, machine.path, named(name, kind), dict.fromkeys(names, machine.path), unread, in_workflow=False
        )


def _definition(machine: Resource, values: Values, scripts: Scripts) -> Any:
    source, said = machine.source, machine.properties
    for name in ("Definition", "DefinitionString", "DefinitionS3Location", "DefinitionUri"):
        node = said.get(name)
        if node is None:
            continue
        if isinstance(node, dict) and "States" in node:
            return node
        if isinstance(node, dict) and "Key" in node:
            node = {"Fn::Join": ["", ["s3://bucket/", node["Key"]]]}
        text = values.text(source, node)
        if not text.lstrip().startswith("{"):
            script = scripts.find(Path(source.file), text)
            text = script.text if script else ""
        with contextlib.suppress(ValueError):
            return json.loads(text)
    return {}


def _tasks(node: Any) -> Iterator[Mapping[str, Any]]:
    """Every task of a definition, those in branches and maps too."""
    if isinstance(node, dict):
        if node.get("Type") == "Task":
            yield node
        for one in node.values():
            yield from _tasks(one)
    elif isinstance(node, list):
        for one in node:
            yield from _tasks(one)
