"""Templates that are checked together, and what all rules ask of them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

from local_glue.lint.script_files import Script, Scripts
from local_glue.lint.starts import Node, Nodes, Start, Trigger, of_state_machines, triggers
from local_glue.lint.values import Resource, Source, Value, Values


class Project:
    """Templates that are checked together: one may import what another exports."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = list(sources)
        self.values = Values(self.sources)
        self.nodes = Nodes(self.values)
        self.scripts = Scripts()

    def of_type(self, kind: str) -> list[Resource]:
        """The resources of a type, in all templates."""
        return [
            Resource(source, key)
            for source in self.sources
            for key, body in source.resources.items()
            if body.get("Type") == kind
        ]

    @cached_property
    def triggers(self) -> list[Trigger]:
        """All triggers."""
        return list(triggers(self.values, self.nodes))

    @cached_property
    def starts(self) -> list[Start]:
        """All that starts jobs and crawlers."""
        found = [start for trigger in self.triggers for start in trigger.starts]
        return [*found, *of_state_machines(self.values, self.nodes, self.scripts)]

    def starts_of(self, node: Node) -> list[Start]:
        """What starts a job or crawler."""
        return [start for start in self.starts if node in start.nodes]

    @cached_property
    def workflows(self) -> dict[Value, list[Trigger]]:
        """The triggers of each workflow."""
        found: dict[Value, list[Trigger]] = {}
        for trigger in self.triggers:
            if trigger.workflow is not None:
                found.setdefault(trigger.workflow, []).append(trigger)
        return found

    def text(self, resource: Resource, *keys: str) -> str | None:
        """The text of a resource's property; None where it is not there."""
        node: Any = resource.properties
        for key in keys:
            if not isinstance(node, dict) or key not in node:
                return None
            node = node[key]
        return self.values.text(resource.source, node)

    def command(self, job: Resource) -> str:
        """The name of a job's command: glueetl, pythonshell or another one."""
        return self.text(job, "Command", "Name") or "glueetl"

    def script(self, job: Resource) -> Script | None:
        """The Python script of a job, where it is on this disk."""
        address = self.text(job, "Command", "ScriptLocation")
        if address is None or not address.endswith(".py"):
            return None
        return self.scripts.find(Path(job.source.file), address)


def read_values(template: Path) -> dict[str, str]:
    """The values that a parameter file beside a template gives (the shape that the AWS CLI takes); none without one."""
    path = template.with_suffix(".json")
    if path == template or not path.is_file():
        return {}
    try:
        return dict(_pairs(json.loads(path.read_text(encoding="utf-8"))))
    except (ValueError, OSError):  # it is another file of that name
        return {}


def _pairs(said: Any) -> Iterator[tuple[str, str]]:
    for one in said if isinstance(said, list) else []:
        if isinstance(one, dict) and "ParameterKey" in one and "ParameterValue" in one:
            yield str(one["ParameterKey"]), str(one["ParameterValue"])
