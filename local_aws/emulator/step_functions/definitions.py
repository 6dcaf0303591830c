"""Whether a text is a state machine's definition: what ValidateStateMachineDefinition finds, and what is refused.

The rules are those of the Amazon States Language's specification (states, transitions, the table of fields by type);
what stands in paths, parameters and expressions is not looked at. The emulator takes anything. AWS's codes of
diagnostics are used; which other ones it has, and how it words them, is unverified.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NamedTuple

from local_aws.emulator.protocol import Response

MOST = 100
"""Diagnostics in an answer, as on AWS (API reference, ValidateStateMachineDefinition, maxResults)."""

_ENDS = ("Succeed", "Fail")
_OF_ALL = ("Type", "Comment", "QueryLanguage")
_PATHS, _ON = "InputPath OutputPath Output", "Next End Assign"
_FIELDS = {
    "Pass": f"{_PATHS} {_ON} Result ResultPath Parameters Arguments",
    "Task": f"{_PATHS} {_ON} Resource ResultPath Parameters Arguments ResultSelector Retry Catch TimeoutSeconds "
    "TimeoutSecondsPath HeartbeatSeconds HeartbeatSecondsPath Credentials",
    "Wait": f"{_PATHS} {_ON} Seconds SecondsPath Timestamp TimestampPath",
    "Choice": f"{_PATHS} Assign Choices Default",
    "Succeed": _PATHS,
    "Fail": "Error ErrorPath Cause CausePath",
    "Parallel": f"{_PATHS} {_ON} Branches ResultPath Parameters Arguments ResultSelector Retry Catch",
    "Map": f"{_PATHS} {_ON} ItemProcessor Iterator Items ItemsPath ItemSelector ItemReader ItemBatcher ResultWriter "
    "MaxConcurrency MaxConcurrencyPath Label ToleratedFailureCount ToleratedFailureCountPath "
    "ToleratedFailurePercentage ToleratedFailurePercentagePath ResultPath Parameters ResultSelector Retry Catch",
}
_NEEDED = {
    "Task": "Resource",
    "Wait": "Seconds SecondsPath Timestamp TimestampPath",
    "Choice": "Choices",
    "Parallel": "Branches",
    "Map": "ItemProcessor Iterator",
}
"""Of these fields a state of the type has one."""

_LISTS = ("Choices", "Catch", "Retry", "Branches")


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
        if not isinstance(definition, dict):
            return [Problem("SCHEMA_VALIDATION_FAILED", "The definition is no JSON object", "/")]
        return list(_of_machine(definition, "", {}))
    except ValueError as error:
        return [Problem("INVALID_JSON_DESCRIPTION", f"Could not parse JSON: {error}", "/")]
    except RecursionError:
        return [Problem("SCHEMA_VALIDATION_FAILED", "The definition is nested too deeply", "/")]


def _of_fields(state: Mapping[str, Any], here: str) -> Iterator[Problem]:
    """What the specification says of the fields of one state."""
    kind = state.get("Type")
    if kind not in _FIELDS:
        yield Problem("SCHEMA_VALIDATION_FAILED", f"Type is none of {', '.join(_FIELDS)}", f"{here}/Type")
        return
    known = {*_OF_ALL, *_FIELDS[kind].split()}
    for name in state:
        if name not in known:
            yield Problem("SCHEMA_VALIDATION_FAILED", "Field is not supported", f"{here}/{name}")
    for name in _LISTS:
        if name in state and not (isinstance(state[name], list) and all(isinstance(one, dict) for one in state[name])):
            yield Problem("SCHEMA_VALIDATION_FAILED", "Expected a list of objects", f"{here}/{name}")
    needed = _NEEDED.get(kind, "").split()
    if needed and not any(name in state for name in needed):
        yield Problem("SCHEMA_VALIDATION_FAILED", f"The field {' or '.join(needed)} is required", here)
    if "Next" in state and "End" in state:
        yield Problem("SCHEMA_VALIDATION_FAILED", "Next and End are both given", here)


def _of_machine(machine: Mapping[str, Any], place: str, names: dict[str, str]) -> Iterator[Problem]:
    """What the specification says of states and how they follow one another; of those within branches too."""
    states = machine.get("States")
    if not isinstance(states, dict) or not all(isinstance(state, dict) for state in states.values()):
        yield Problem("SCHEMA_VALIDATION_FAILED", "States is no object of states", f"{place}/States")
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
        yield from _of_fields(state, here)
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
        for number, one in enumerate(_listed(state, key)):
            yield one.get("Next"), f"{here}/{key}[{number}]/Next"


def _inner(state: Mapping[str, Any]) -> Iterator[tuple[Mapping[str, Any], str]]:
    for number, one in enumerate(_listed(state, "Branches")):
        yield one, f"Branches[{number}]"
    for key in ("ItemProcessor", "Iterator"):
        if isinstance(state.get(key), dict):
            yield state[key], key


def _listed(state: Mapping[str, Any], key: str) -> list[dict[str, Any]]:
    """The objects in a list of a state; that other things are none is the schema's to say."""
    found = state.get(key)
    return [one for one in found if isinstance(one, dict)] if isinstance(found, list) else []


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
            for one in problems(str(parameters.get("definition") or "{}"))
            if one.code == "MISSING_TRANSITION_TARGET"
        ]
        if found:
            text = f"Invalid State Machine Definition: {', '.join(found)}"
            refused: Response = stepfunctions.error_response_json("InvalidDefinition", text, 400)
            return refused
        return original(parameters)

    return handle
