"""Whether a text is a state machine's definition: what ValidateStateMachineDefinition finds, and what is refused.

The rules are those of the Amazon States Language's specification and of Step Functions' schema of it as cfn-lint has it
(its rule E3601). The emulator takes anything. AWS's codes of diagnostics are used; which other ones it has, and how it
words them, is unverified.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from importlib import resources
from typing import Any, NamedTuple

from local_aws.emulator.protocol import Response

MOST = 100
"""Diagnostics in an answer, as on AWS (API reference, ValidateStateMachineDefinition, maxResults)."""

_ENDS = ("Succeed", "Fail")


class Problem(NamedTuple):
    """What is wrong: AWS's code, words, and where, as a JSON pointer."""

    code: str
    message: str
    location: str


def check_definitions() -> None:
    """Put this in front of the emulator's state machines: made, changed or only asked about."""
    from ministack.services import stepfunctions

    stepfunctions._validate_state_machine_definition = _validate
    for name in ("_create_state_machine", "_update_state_machine"):
        setattr(stepfunctions, name, _refusing(getattr(stepfunctions, name)))


def problems(text: str) -> list[Problem]:
    """What is wrong with a definition; nothing for a good one."""
    try:
        definition = json.loads(text)
    except ValueError as error:
        return [Problem("INVALID_JSON_DESCRIPTION", f"Could not parse JSON: {error}", "/")]
    if not isinstance(definition, dict):
        return [Problem("SCHEMA_VALIDATION_FAILED", "The definition is no JSON object", "/")]
    names: dict[str, str] = {}
    return [*_of_schema(definition), *_of_machine(definition, "", names)]


def _of_schema(definition: Mapping[str, Any]) -> Iterator[Problem]:
    for error in _validator().iter_errors(definition):
        deepest = error
        while deepest.context:
            deepest = max(deepest.context, key=lambda one: len(one.absolute_path))
        place = "/" + "/".join(str(part) for part in deepest.absolute_path)
        yield Problem("SCHEMA_VALIDATION_FAILED", deepest.message[:500], place)


@cache
def _validator() -> Any:
    import jsonschema

    package = resources.files("cfnlint.data.schemas.other.step_functions")
    schema = json.loads((package / "statemachine.json").read_text(encoding="utf-8"))
    return jsonschema.Draft7Validator(schema)


def _of_machine(machine: Mapping[str, Any], place: str, names: dict[str, str]) -> Iterator[Problem]:
    """What the specification says of states and how they follow one another; of those within branches too."""
    states = machine.get("States")
    if not isinstance(states, dict) or not all(isinstance(state, dict) for state in states.values()):
        return
    reached, waiting = set[str](), [(machine.get("StartAt"), f"{place}/StartAt")]
    while waiting:
        name, said = waiting.pop()
        if not isinstance(name, str) or name not in states:
            yield Problem("MISSING_TRANSITION_TARGET", f"Missing 'Next' target: {name}", said)
        elif name not in reached:
            reached.add(name)
            waiting += _following(states[name], f"{place}/States/{name}")
    for name, state in states.items():
        here = f"{place}/States/{name}"
        if name in names:
            yield Problem("DUPLICATE_STATE_NAME", f"Duplicate State name: {name}, also at {names[name]}", here)
        names.setdefault(name, here)
        if name not in reached:
            yield Problem("MISSING_TRANSITION_TARGET", f'State "{name}" is not reachable.', here)
        for inner, where in _inner(state):
            yield from _of_machine(inner, f"{here}/{where}", names)


def _following(state: Mapping[str, Any], here: str) -> Iterator[tuple[Any, str]]:
    kind = state.get("Type")
    if "Next" in state:
        yield state["Next"], f"{here}/Next"
    elif kind == "Choice":
        if "Default" in state:
            yield state["Default"], f"{here}/Default"
    elif kind not in _ENDS and not state.get("End"):
        yield None, f"{here}/Next"
    for key in ("Choices", "Catch"):
        for number, one in enumerate(state.get(key) or []):
            if isinstance(one, dict):
                yield one.get("Next"), f"{here}/{key}[{number}]/Next"


def _inner(state: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    for number, one in enumerate(state.get("Branches") or []):
        if isinstance(one, dict):
            yield one, f"Branches[{number}]"
    for key in ("ItemProcessor", "Iterator"):
        if isinstance(state.get(key), dict):
            yield state[key], key


def _validate(parameters: Mapping[str, Any]) -> Response:
    found = problems(str(parameters.get("definition") or ""))
    most = parameters.get("maxResults") or MOST
    answer = {
        "result": "FAIL" if found else "OK",
        "diagnostics": [{"severity": "ERROR", **one._asdict()} for one in found[:most]],
        "truncated": len(found) > most,
    }
    return 200, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(answer).encode()


def _refusing(original: Callable[[dict[str, Any]], Response]) -> Callable[[dict[str, Any]], Response]:
    """What refers to a state that is not there is refused; the schema is cfn-lint's, and may be stricter than AWS."""

    def handle(parameters: dict[str, Any]) -> Response:
        from ministack.services import stepfunctions

        found = [
            f"'{one.code}: {one.message} at {one.location}'"
            for one in (problems(parameters["definition"]) if isinstance(parameters.get("definition"), str) else [])
            if one.code == "MISSING_TRANSITION_TARGET"
        ]
        if found:
            text = f"Invalid State Machine Definition: {', '.join(found)}"
            refused: Response = stepfunctions.error_response_json("InvalidDefinition", text, 400)
            return refused
        return original(parameters)

    return handle
