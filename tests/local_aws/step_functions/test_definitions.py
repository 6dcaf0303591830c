"""What Step Functions says of definitions that are none, asked about and when a state machine is to be made of them.

The rules are those of the Amazon States Language's specification.
"""

import json

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.aws_server import unique

PASS = {"Type": "Pass", "End": True}


def machine(**states):
    return {"StartAt": next(iter(states)), "States": states}


GOOD = {
    "tasks": machine(A={"Type": "Task", "Resource": "arn:aws:states:::glue:startJobRun.sync", "Next": "B"}, B=PASS),
    "choices": machine(
        A={"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": True, "Next": "B"}], "Default": "C"},
        B={"Type": "Succeed"},
        C={"Type": "Fail"},
    ),
    "branches": machine(A={"Type": "Parallel", "Branches": [machine(X=PASS), machine(Y=PASS)], "End": True}),
    "a loop": machine(A={"Type": "Wait", "Seconds": 1, "Next": "B"}, B={"Type": "Pass", "Next": "A"}),
    "paths that may be null": machine(
        A={"Type": "Pass", "ResultPath": None, "Next": "B"}, B={"Type": "Succeed", "InputPath": "$.a"}
    ),
    "iterations": machine(A={"Type": "Map", "ItemProcessor": machine(X=PASS), "End": True}),
}
BAD = {
    "a start that is not there": (
        {"StartAt": "B", "States": {"A": PASS}},
        ("MISSING_TRANSITION_TARGET", "/StartAt", "B"),
    ),
    "a next state that is not there": (
        machine(A={"Type": "Pass", "Next": "B"}),
        ("MISSING_TRANSITION_TARGET", "/States/A/Next", "B"),
    ),
    "neither a next state nor an end": (
        machine(A={"Type": "Pass"}),
        ("MISSING_TRANSITION_TARGET", "/States/A/Next", ""),
    ),
    "a state that nothing leads to": (machine(A=PASS, B=PASS), ("MISSING_TRANSITION_TARGET", "/States/B", "reachable")),
    "a default that is not there": (
        machine(A={"Type": "Choice", "Choices": [{"Variable": "$.a", "IsPresent": True, "Next": "A"}], "Default": "Z"}),
        ("MISSING_TRANSITION_TARGET", "/States/A/Default", "Z"),
    ),
    "a catch that leads nowhere": (
        machine(
            A={
                "Type": "Task",
                "Resource": "arn:aws:states:::sns:publish",
                "Catch": [{"ErrorEquals": ["States.ALL"], "Next": "Z"}],
                "End": True,
            }
        ),
        ("MISSING_TRANSITION_TARGET", "/States/A/Catch[0]/Next", "Z"),
    ),
    "a branch that leads out of itself": (
        machine(A={"Type": "Parallel", "Branches": [machine(X={"Type": "Pass", "Next": "B"})], "Next": "B"}, B=PASS),
        ("MISSING_TRANSITION_TARGET", "/States/A/Branches[0]/States/X/Next", "B"),
    ),
    "two states of one name": (
        machine(A={"Type": "Parallel", "Branches": [machine(A=PASS)], "End": True}),
        ("DUPLICATE_STATE_NAME", "", "A"),
    ),
    "a type that there is not": (machine(A={"Type": "Job", "End": True}), ("SCHEMA_VALIDATION_FAILED", "", "")),
    "no states": ({"StartAt": "A"}, ("SCHEMA_VALIDATION_FAILED", "/", "States")),
    "a field of another type": (
        machine(A={"Type": "Wait", "Seconds": 1, "Resource": "x", "End": True}),
        ("SCHEMA_VALIDATION_FAILED", "/States/A/Resource", "not supported"),
    ),
    "a task without a resource": (
        machine(A={"Type": "Task", "End": True}),
        ("SCHEMA_VALIDATION_FAILED", "/States/A", ""),
    ),
}


@pytest.fixture
def states(local_aws):
    return local_aws.client("stepfunctions")


@pytest.mark.parametrize("name", GOOD)
def test_good_ones_are(states, name):
    answer = states.validate_state_machine_definition(definition=json.dumps(GOOD[name]))
    assert (answer["result"], answer["diagnostics"]) == ("OK", [])


@pytest.mark.parametrize("name", BAD)
def test_bad_ones_are_told_with_the_place(states, name):
    definition, (code, place, word) = BAD[name]
    answer = states.validate_state_machine_definition(definition=json.dumps(definition))
    assert answer["result"] == "FAIL"
    assert any(
        one["code"] == code and one.get("location", "").startswith(place) and word in one["message"]
        for one in answer["diagnostics"]
    ), answer["diagnostics"]


def test_what_is_no_json_is_said(states):
    answer = states.validate_state_machine_definition(definition="{")
    assert [one["code"] for one in answer["diagnostics"]] == ["INVALID_JSON_DESCRIPTION"]


@pytest.mark.parametrize(
    "definition",
    [
        '{"StartAt": "A", "States": {"A": {"Type": "Parallel", "Branches": 5, "Catch": {"Next": 1}, "End": true}}}',
        '{"StartAt": "A", "States": {"A": {"Type": "Choice", "Choices": [1, null], "Default": {}}}}',
        '{"StartAt": [], "States": {"A": []}}',
        '{"a":' * 20_000,
        "[]",
    ],
)
def test_nonsense_is_refused_like_any_other_fault(states, definition):
    assert states.validate_state_machine_definition(definition=definition)["result"] == "FAIL"


def test_no_state_machine_is_made_of_or_changed_to_what_refers_to_no_state(local_aws, states):
    role = local_aws.role(trusts="states.amazonaws.com")
    bad = json.dumps(BAD["a next state that is not there"][0])
    with pytest.raises(ClientError, match=r"InvalidDefinition.*Missing 'Next' target: B"):
        states.create_state_machine(name=unique("m"), definition=bad, roleArn=role)
    good = json.dumps(GOOD["a loop"])
    arn = states.create_state_machine(name=unique("m"), definition=good, roleArn=role)["stateMachineArn"]
    with pytest.raises(ClientError, match="InvalidDefinition"):
        states.update_state_machine(stateMachineArn=arn, definition=bad)
    assert states.describe_state_machine(stateMachineArn=arn)["definition"] == good
