"""What an expression of a template stands for, as far as that is known before a deployment: a resource, or a text.

What is not known stays in the text as `${…}`; two texts that are equal stand for the same in any deployment.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import product
from pathlib import Path
from typing import Any

from glue_client.intrinsics import PLACE
from local_glue.lint.expressions import Path_, branches, named_in

_FEW = 4
"""So many values of a parameter are tried one by one."""
SSM = "AWS::SSM::Parameter::Value<"
STORED = re.compile(r"\$\{ssm:([^}]*)\}")
"""What Parameter Store keeps under a name."""
NAMES = {
    "AWS::Glue::Job": "Name",
    "AWS::Glue::Crawler": "Name",
    "AWS::Glue::Trigger": "Name",
    "AWS::Glue::Workflow": "Name",
    "AWS::S3::Bucket": "BucketName",
    "AWS::IAM::Role": "RoleName",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
"""The property that names a resource of a type."""


@dataclass(frozen=True, eq=False)
class Source:
    """One template of those that are checked together.

    Attributes:
        file: its path, as it was given.
        body: as cfn-lint reads it: its parts know their lines.
        values: those of its parameters that a parameter file beside it gives.
    """

    file: str
    body: Mapping[str, Any]
    values: Mapping[str, str] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The name of its stack, where nobody says another one."""
        return Path(self.file).name.split(".")[0]

    @property
    def resources(self) -> Mapping[str, Mapping[str, Any]]:
        """Its resources; what is no mapping is left out, as cfn-lint complains of it."""
        found = self.body.get("Resources")
        return {str(key): one for key, one in _mapping(found).items() if isinstance(one, dict)}

    @property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """Its parameters likewise."""
        return {key: one for key, one in _mapping(self.body.get("Parameters")).items() if isinstance(one, dict)}


@dataclass(frozen=True)
class Resource:
    """A resource of a template that is checked."""

    source: Source
    id: str

    @property
    def type(self) -> str:
        """For example AWS::Glue::Job."""
        return str(self.source.resources[self.id].get("Type"))

    @property
    def properties(self) -> Mapping[str, Any]:
        """As they are written."""
        return _mapping(self.source.resources[self.id].get("Properties"))

    @property
    def condition(self) -> str | None:
        """The name of the condition under which it is made; None where it always is."""
        found = self.source.resources[self.id].get("Condition")
        return found if isinstance(found, str) else None

    def excludes(self, other: Resource) -> bool:
        """Whether two resources may never be there together: their conditions differ."""
        return self.condition != other.condition

    @property
    def path(self) -> Path_:
        """Where it stands in its template."""
        return ("Resources", self.id)

    def place(self, *keys: str | int) -> Path_:
        """Where a part of its properties stands."""
        return (*self.path, "Properties", *keys)


Value = Resource | str


def _mapping(node: object) -> Mapping[str, Any]:
    return node if isinstance(node, dict) else {}


class Values:
    """The values of expressions in templates that are checked together."""

    def __init__(self, sources: Sequence[Source]) -> None:
        self.sources = list(sources)
        self._chosen: dict[tuple[Source, str], str] = {}
        self._naming: list[Resource] = []
        self._exports: dict[str, tuple[Source, Any]] = {}
        for source in self.sources:
            for output in _mapping(source.body.get("Outputs")).values():
                export = _mapping(_mapping(output).get("Export"))
                if "Name" in export:
                    self._exports[self.text(source, export["Name"])] = (source, output.get("Value"))

    def of(self, source: Source, node: Any) -> Value:
        """What an expression stands for; of Fn::If the first branch (`alternatives` has all)."""
        if not isinstance(node, dict) or len(node) != 1:
            return str(node).lower() if isinstance(node, bool) else str(node)
        function, argument = next(iter(node.items()))
        known = {
            "Ref": self._named,
            "Fn::GetAtt": self._attribute,
            "Fn::Sub": self._substituted,
            "Fn::Join": self._joined,
            "Fn::ImportValue": self._imported,
            "Fn::If": self._decided,
            "Fn::Select": self._selected,
        }
        value = known[function](source, argument) if function in known else None
        return f"${{{function}:{source.file}:{_written(argument)}}}" if value is None else value

    def text(self, source: Source, node: Any) -> str:
        """The text of an expression; a resource is its name, where its template says one."""
        return self.name(self.of(source, node))

    def name(self, value: Value) -> str:
        """The text of a value."""
        if isinstance(value, str):
            return value
        said = value.properties.get(NAMES.get(value.type, ""))
        if said is None or value in self._naming:  # a name that is made of itself has none
            return f"${{{value.source.file}:{value.id}}}"
        self._naming.append(value)
        try:
            return self.text(value.source, said)
        finally:
            self._naming.pop()

    def alternatives(self, source: Source, node: Any) -> list[Value]:
        """All that an expression may stand for, by its Fn::If and by parameters that have a few values.

        None where it is left out altogether.
        """
        found: dict[Value, None] = {}
        for _, one in branches(node):
            names = {name: self._allowed(source, name) for name in named_in(one)}
            few = {name: values for name, values in names.items() if 0 < len(values) <= _FEW}
            for chosen in product(*few.values()):
                self._chosen = {(source, name): value for name, value in zip(few, chosen, strict=True)}
                found[self.of(source, one)] = None
            self._chosen = {}
        return list(found)

    def _allowed(self, source: Source, name: str) -> list[str]:
        allowed = source.parameters.get(name, {}).get("AllowedValues")
        return [str(one) for one in allowed] if isinstance(allowed, list) else []

    def _named(self, source: Source, argument: Any) -> Value:
        name = str(argument)
        if name in source.resources:
            return Resource(source, name)
        if name == "AWS::StackName":
            return source.name
        declared = source.parameters.get(name)
        if declared is None:
            return f"${{{name}}}"
        value = self._chosen.get((source, name), source.values.get(name, declared.get("Default")))
        if value not in (None, "") and str(declared.get("Type", "")).startswith(SSM):
            return f"${{ssm:{value}}}"
        return f"${{{source.file}:{name}}}" if value in (None, "") else str(value)

    def _attribute(self, source: Source, argument: Any) -> Value:
        words = [str(word) for word in argument] if isinstance(argument, list) else str(argument).split(".", 1)
        if words and words[0] in source.resources and (len(words) < 2 or words[1] in ("Arn", "Name", "Id")):
            return Resource(source, words[0])
        return f"${{{source.file}:{'.'.join(words)}}}"

    def _substituted(self, source: Source, argument: Any) -> Value:
        text, given = argument if isinstance(argument, list) and len(argument) == 2 else (argument, {})
        names = {key: self.of(source, one) for key, one in _mapping(given).items()}

        def value(name: str) -> Value:
            if name in names:
                return names[name]
            attribute = "." in name and name.partition(".")[0] in source.resources
            return self._attribute(source, name) if attribute else self._named(source, name)

        alone = PLACE.fullmatch(str(text))
        if alone and not alone[1]:
            return value(alone[2].strip())
        return PLACE.sub(
            lambda place: f"${{{place[2]}}}" if place[1] else self.name(value(place[2].strip())), str(text)
        )

    def _joined(self, source: Source, argument: Any) -> Value | None:
        if not isinstance(argument, list) or len(argument) != 2 or not isinstance(argument[1], list):
            return None
        return str(argument[0]).join(self.text(source, part) for part in argument[1])

    def _imported(self, source: Source, argument: Any) -> Value:
        name = self.text(source, argument)
        return self.of(*self._exports[name]) if name in self._exports else f"${{import:{name}}}"

    def _decided(self, source: Source, argument: Any) -> Value | None:
        return self.of(source, argument[1]) if isinstance(argument, list) and len(argument) == 3 else None

    def _selected(self, source: Source, argument: Any) -> Value | None:
        index, parts = argument if isinstance(argument, list) and len(argument) == 2 else (None, None)
        split = parts.get("Fn::Split") if isinstance(parts, dict) else None
        if isinstance(split, list) and len(split) == 2:
            whole = self.text(source, split[1])
            stored = STORED.search(whole)
            if stored:  # a part of what is known in a deployment only, but for the name under which it is kept
                return stored[0]
            parts = whole.split(str(split[0]))
        if not isinstance(parts, list) or not str(index).isdigit() or int(str(index)) >= len(parts):
            return None
        return self.of(source, parts[int(str(index))])


def _written(argument: Any) -> str:
    return json.dumps(argument, sort_keys=True, default=str)
