"""CloudFormation templates as files: what they declare, export, import, and hold.

A stack is called as its template's file is. `<stack>.json` beside `<stack>.yml` holds its parameters, in the shape that
the AWS CLI takes: a list of {"ParameterKey": …, "ParameterValue": …}.
"""

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

from glue_client.errors import DeployError
from glue_client.intrinsics import text_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.literals import CapabilityType

NAME = re.compile(r"[a-z][a-z0-9-]*")
"""Names of pipelines: they are names of folders too."""
INLINE_BYTES = 51_200  # CloudFormation's limit for a template sent with the call


_Yaml: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""The one in C, where it was built, takes a tenth of the time: each task reads all templates."""


class _Loader(_Yaml):  # type: ignore[misc]
    """YAML with CloudFormation's short tags: `!Sub x` is read as {"Fn::Sub": x}."""


def _short_tag(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)  # type: ignore[arg-type]
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _short_tag)


@dataclass(frozen=True)
class Template:
    """One template and the values that its parameter file gives."""

    name: str
    path: Path
    text: str
    body: Mapping[str, Any]
    values: Mapping[str, str]

    @classmethod
    def load(cls, path: Path) -> "Template":
        """Read a template and its parameter file. DeployError when one of them is not what it should be."""
        return cls.read(path, parameter_file(path.with_suffix(".json")))

    @classmethod
    def read(cls, path: Path, values: Mapping[str, str]) -> "Template":
        """Read a template, YAML or JSON, with the given parameters. DeployError when it is none."""
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise DeployError(f"{path.name} is not text in UTF-8", str(error), "correct the template") from error
        body = _parsed(path, text)
        if not isinstance(body, dict) or not isinstance(body.get("Resources"), dict):
            raise DeployError(f"{path.name} is no CloudFormation template", "no Resources", "correct the template")
        return cls(path.stem, path, text, body, values)

    @property
    def parameters(self) -> Mapping[str, Mapping[str, Any]]:
        """The declared parameters, in the template's order."""
        return self.body.get("Parameters") or {}

    @property
    def outputs(self) -> Mapping[str, Mapping[str, Any]]:
        """The declared outputs."""
        return self.body.get("Outputs") or {}

    @property
    def pipeline(self) -> str | None:
        """The pipeline it belongs to, by `Metadata.Pipeline`; None where several share it or none needs it."""
        said = (self.body.get("Metadata") or {}).get("Pipeline")
        name = said.get("Name") if isinstance(said, dict) else said
        if said is not None and (not isinstance(name, str) or not NAME.fullmatch(name)):
            seen = f"Metadata.Pipeline is {said!r}"
            raise DeployError(
                f"{self.path.name} gives its pipeline no name",
                seen,
                "write Pipeline: <name>, or a mapping with Name: small letters, digits and hyphens",
            )
        return name

    @property
    def holds_data(self) -> bool:
        """Whether its stack is to be protected, by `Metadata.HoldsData`. DeployError for neither true nor false."""
        said = (self.body.get("Metadata") or {}).get("HoldsData", False)
        if not isinstance(said, bool):
            seen = f"Metadata.HoldsData is {said!r}"
            raise DeployError(f"{self.path.name} does not say whether it holds data", seen, "write true or false")
        return said

    @property
    def is_inline(self) -> bool:
        """Whether CloudFormation takes the template with the call; a longer one it reads from S3."""
        return len(self.text.encode()) <= INLINE_BYTES

    @cached_property
    def capabilities(self) -> "list[CapabilityType]":
        """What AWS wants acknowledged: roles and policies, where there are any."""
        types = [resource.get("Type", "") for resource in self.body["Resources"].values()]
        return ["CAPABILITY_NAMED_IAM"] if any(kind.startswith("AWS::IAM::") for kind in types) else []

    def exports(self, given: Mapping[str, str]) -> list[str]:
        """Names of the exports, with the given parameters."""
        known = {**self.known, **given}
        exports = [output["Export"]["Name"] for output in self.outputs.values() if "Export" in output]
        return [text_of(name, known) for name in exports]

    def imports(self, given: Mapping[str, str]) -> list[str]:
        """Names of the imported exports in the order of the template, each once, with the given parameters."""
        known = {**self.known, **given}
        found = (text_of(argument, known) for argument in _arguments_of("Fn::ImportValue", self.body))
        return list(dict.fromkeys(found))

    @cached_property
    def known(self) -> Mapping[str, str]:
        """What a Ref may name before a deployment: parameters (of the file, else the default) and the stack's name."""
        defaults = {key: str(declared["Default"]) for key, declared in self.parameters.items() if "Default" in declared}
        return {**defaults, **self.values, "AWS::StackName": self.name}


def _parsed(path: Path, text: str) -> Any:
    """What the text holds, as JSON where it begins as JSON does: YAML takes no tabs between its parts."""
    if text.lstrip().startswith("{"):
        with contextlib.suppress(ValueError):
            return json.loads(text)
    try:
        return yaml.load(text, _Loader)  # noqa: S506 - a SafeLoader with constructors for tags
    except yaml.YAMLError as error:
        raise DeployError(f"{path.name} is not YAML or JSON", str(error), "correct the template") from error


def _arguments_of(function: str, node: object) -> Iterator[object]:
    """The arguments of every use of an intrinsic function below the node."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == function:
                yield value
            else:
                yield from _arguments_of(function, value)
    elif isinstance(node, list):
        for value in node:
            yield from _arguments_of(function, value)


def parameter_file(path: Path) -> dict[str, str]:
    """The values of a parameter file by name; none where there is no such file. DeployError when it is none."""
    if not path.exists():
        return {}
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
        return {entry["ParameterKey"]: str(entry["ParameterValue"]) for entry in entries}
    except (ValueError, TypeError, KeyError) as error:
        seen = f"{type(error).__name__}: {error}"
        shape = 'a list of {"ParameterKey": "…", "ParameterValue": "…"}'
        raise DeployError(f"{path.name} is no parameter file", seen, f"write {shape}") from error
