"""What the templates say, as far as a picture shows it: resources by name, imports, and the workflow's steps."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from deploy.bundle import Bundle
from deploy.diagrams.kinds import KINDS
from deploy.names import Names
from glue_client.errors import DeployError
from glue_client.ordering import ordered
from glue_client.templates import Template


@dataclass(frozen=True)
class Resource:
    """A resource with its name on AWS, or its logical id where AWS makes the name up. Properties are resolved."""

    type: str
    name: str
    properties: Mapping[str, Any]


@dataclass(frozen=True)
class Import:
    """What one stack takes from another: keys of the other's outputs, in its order."""

    exporter: str
    importer: str
    keys: tuple[str, ...]


@dataclass(frozen=True)
class Step:
    """A trigger with what it waits for, as (name, state), and what it starts."""

    name: str
    type: str
    schedule: str
    logical: str
    waits_for: tuple[tuple[str, str], ...]
    starts: tuple[str, ...]


class Model:
    """Stacks of a bundle, all unless told, with the values of their parameter files, as things to draw."""

    def __init__(self, bundle: Bundle, stacks: Sequence[str] | None = None) -> None:
        self._bundle = bundle
        self.stacks = bundle.order if stacks is None else list(stacks)
        self._names = Names(bundle, self.stacks)
        self._resources = {name: self._resources_of(bundle[name]) for name in self.stacks}

    def imports_of(self, importer: str) -> list[Import]:
        """What a stack imports, one entry for each stack that it imports from."""
        wanted = set(self._bundle[importer].imports({}))
        found: dict[str, list[str]] = {}
        for export, (template, key) in self._names.exports.items():
            if export in wanted:
                found.setdefault(template.name, []).append(key)
        return [Import(exporter, importer, tuple(keys)) for exporter, keys in found.items()]

    def resources(self, stack: str) -> list[Resource]:
        """The resources of a stack that a picture shows, in the order of their kinds and then of the template."""
        return self._resources[stack]

    def name(self, stack: str, logical_id: str) -> str:
        """What a resource of a stack is called."""
        return self._names.name(stack, logical_id)

    def properties(self, stack: str, logical_id: str) -> Mapping[str, Any]:
        """The properties of a resource, resolved as far as that is known."""
        return self._resource(self._bundle[stack], logical_id).properties

    def declared(self, stack: str, logical_id: str) -> Mapping[str, Any]:
        """The properties of a resource as the template has them."""
        found: Mapping[str, Any] = self._bundle[stack].body["Resources"][logical_id].get("Properties", {})
        return found

    def parameters(self, stack: str) -> Mapping[str, str]:
        """The values of a stack's parameters: those of its parameter file, else the defaults."""
        return self._bundle[stack].known

    def find(self, name: str, *kinds: str) -> Resource:
        """The resource of that name and one of those types, wherever it is. DeployError when there is none."""
        for resources in self._resources.values():
            for one in resources:
                if one.name == name and one.type in kinds:
                    return one
        raise DeployError(f'no template makes "{name}"', f"a trigger names it as one of {', '.join(kinds)}")

    def steps(self, stack: str, workflow: str) -> list[Step]:
        """The triggers of a workflow, in the template's order."""
        triggers = [one for one in self.resources(stack) if one.type == "AWS::Glue::Trigger"]
        return [_step(one) for one in triggers if one.properties.get("WorkflowName") == workflow]

    def _resources_of(self, template: Template) -> list[Resource]:
        kinds = list(KINDS)
        bodies = template.body["Resources"]
        shown = [self._resource(template, key) for key in bodies if bodies[key]["Type"] in KINDS]
        return sorted(shown, key=lambda one: kinds.index(one.type))

    def _resource(self, template: Template, logical_id: str) -> Resource:
        body = template.body["Resources"][logical_id]
        properties = self._names.resolved(template, body.get("Properties", {}))
        return Resource(body["Type"], self._names.name(template.name, logical_id), properties)


def columns(needs: Mapping[str, Iterable[str]]) -> list[list[str]]:
    """Names in columns: each stands right of everything that it needs, and no further right than it must."""
    lists = {name: list(those) for name, those in needs.items()}
    depth: dict[str, int] = {}
    for name in ordered(lists):
        depth[name] = max((depth[need] + 1 for need in lists[name] if need in depth), default=0)
    return [[name for name in lists if depth[name] == column] for column in range(max(depth.values(), default=-1) + 1)]


def _step(trigger: Resource) -> Step:
    predicate = trigger.properties.get("Predicate", {})
    return Step(
        name=trigger.name,
        type=trigger.properties["Type"],
        schedule=trigger.properties.get("Schedule", ""),
        logical=predicate.get("Logical", "AND"),
        waits_for=tuple(
            (_target(one), one.get("State") or one["CrawlState"]) for one in predicate.get("Conditions", [])
        ),
        starts=tuple(_target(action) for action in trigger.properties["Actions"]),
    )


def _target(part: Mapping[str, Any]) -> str:
    return str(part.get("JobName") or part["CrawlerName"])
