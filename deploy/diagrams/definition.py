"""The definition of a state machine as far as a picture shows it: its states, and which leads to which.

Amazon States Language (states-language.net): Next, Default, Choices and Catch lead on; Branches of a Parallel state and
the ItemProcessor of a Map state hold states of their own.
"""

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from deploy.diagrams.kinds import KINDS, STATES, Kind
from deploy.diagrams.model import Model
from deploy.project import DEFINITIONS
from glue_client.errors import DeployError
from glue_client.execution_view import TOLD
from glue_client.intrinsics import PLACE

ENDING = ".asl.json"
ERROR, ELSE = "error", "else"
SERVICES = {
    "Crawler": "AWS::Glue::Crawler",
    "glue:startJobRun": "AWS::Glue::Job",
    "sns:": "AWS::SNS::Topic",
    "athena:": "AWS::Athena::WorkGroup",
    "dynamodb:": "AWS::DynamoDB::Table",
    "states:": "AWS::StepFunctions::StateMachine",
}
"""What the resource of a task has in it, and the type of what the task works on; the first that fits."""


@dataclass(frozen=True)
class Way:
    """From a state to another one; `label` is ERROR, ELSE or nothing."""

    to: str
    label: str


@dataclass(frozen=True)
class State:
    """A state: how it is shown, a word on what it does, where it leads, and the charts of the states within it."""

    name: str
    kind: Kind
    note: str
    ways: tuple[Way, ...]
    within: tuple["Chart", ...]


@dataclass(frozen=True)
class Chart:
    """States of one level, in the definition's order."""

    start: str
    states: Mapping[str, State]


def read(model: Model, stack: str, logical_id: str, scripts: Path) -> Chart:
    """The chart of a stack's state machine.

    Raises:
        DeployError: its definition is not in the template, and no file of the scripts; or it is no JSON.
    """
    properties = model.properties(stack, logical_id)
    text = _text(model, stack, logical_id, scripts)
    try:
        body = text if isinstance(text, dict) else json.loads(text)
    except ValueError as error:
        seen = f"its definition in {stack}.yml is no JSON: {error}"
        raise DeployError(f"the state machine {logical_id} cannot be drawn", seen, "correct it") from error
    return _chart(_filled(body, {key: str(one) for key, one in properties.get("DefinitionSubstitutions", {}).items()}))


def _text(model: Model, stack: str, logical_id: str, scripts: Path) -> Any:
    properties = model.properties(stack, logical_id)
    for key in ("Definition", "DefinitionString"):
        if key in properties:
            return properties[key]
    known = model.parameters(stack)
    for name in _references(model.declared(stack, logical_id).get("DefinitionS3Location", {})):
        path = scripts / (known.get(name, "").removeprefix(f"{DEFINITIONS}/") + ENDING)
        if known.get(name, "").startswith(f"{DEFINITIONS}/") and path.is_file():
            return path.read_text(encoding="utf-8")
    raise DeployError(
        f"the state machine of {stack}.yml cannot be drawn",
        "its definition is not in the template, and no parameter of DefinitionS3Location names a file of glue_scripts/",
        f"name it {DEFINITIONS}/<path>, as deploy/definitions.py tells",
    )


def _references(node: Any) -> Iterator[str]:
    """The parameters that a value refers to, by Ref or in the text of a Fn::Sub."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key == "Ref":
                yield str(value)
            yield from _references(value)
    elif isinstance(node, list):
        for one in node:
            yield from _references(one)
    elif isinstance(node, str):
        yield from (name for _, name in PLACE.findall(node))


def _filled(node: Any, values: Mapping[str, str]) -> Any:
    """A definition with what the template puts into it."""
    if isinstance(node, dict):
        return {key: _filled(value, values) for key, value in node.items()}
    if isinstance(node, list):
        return [_filled(one, values) for one in node]
    return PLACE.sub(lambda found: values.get(found[2], found[0]), node) if isinstance(node, str) else node


def _chart(body: Mapping[str, Any]) -> Chart:
    return Chart(body["StartAt"], {name: _state(name, state) for name, state in body["States"].items()})


def _state(name: str, body: Mapping[str, Any]) -> State:
    type_ = str(body["Type"])
    processor = body.get("ItemProcessor", body.get("Iterator"))
    inner = [*body.get("Branches", []), *([processor] if processor else [])]
    kind = _task(str(body.get("Resource", ""))) if type_ == "Task" else STATES[type_]
    return State(name, kind, _note(type_, body), tuple(_ways(body)), tuple(map(_chart, inner)))


def _ways(body: Mapping[str, Any]) -> Iterator[Way]:
    """Where a state leads, each place once: what comes first says how."""
    found = [(body.get("Next"), "")]
    found += [(one["Next"], "") for one in body.get("Choices", [])]
    found += [(body.get("Default"), ELSE), *((one["Next"], ERROR) for one in body.get("Catch", []))]
    seen = set()
    for to, label in found:
        if to and to not in seen:
            seen.add(to)
            yield Way(to, label)


def _task(resource: str) -> Kind:
    return next((KINDS[type_] for part, type_ in SERVICES.items() if part in resource), STATES["Task"])


def _note(type_: str, body: Mapping[str, Any]) -> str:
    if type_ == "Task":
        given = {**body.get("Parameters", {}), **body.get("Arguments", {})}
        told = next((str(given[key]) for key in TOLD if key in given), "")
        return told or str(body.get("Resource", "")).rpartition(":::")[2]
    if type_ == "Wait":
        return f"{body['Seconds']} s" if "Seconds" in body else "until a time"
    if type_ == "Fail":
        return str(body.get("Error", "with the error of before"))
    if type_ == "Map":
        return f"{body['MaxConcurrency']} at a time" if body.get("MaxConcurrency") else "all at a time"
    if type_ == "Pass":
        return "a given value" if "Result" in body else "puts values together"
    return {"Parallel": "an error in one ends all", "Choice": "decides"}.get(type_, "the end")
