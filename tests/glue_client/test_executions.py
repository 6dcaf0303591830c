"""State machines: started and followed on an emulator, and lines of histories as the API reference has them."""

import io
import json
from datetime import UTC, datetime, timedelta

import pytest
from rich.console import Console

from glue_client import executions
from glue_client.errors import DeployError
from glue_client.execution_view import Execution

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)
PASSES = {
    "StartAt": "First",
    "States": {"First": {"Type": "Pass", "Next": "Last"}, "Last": {"Type": "Succeed"}},
}
FAILS = {"StartAt": "No", "States": {"No": {"Type": "Fail", "Error": "Mine", "Cause": "because"}}}


@pytest.fixture
def machine(aws, unique):
    """Makes a state machine of a definition and gives its ARN."""

    def make(definition, **settings):
        trust = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "states.amazonaws.com"},
                                "Action": "sts:AssumeRole"}]}  # fmt: skip
        iam = aws._session.client("iam")
        role = iam.create_role(RoleName=unique, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        made = aws.states.create_state_machine(name=unique, definition=json.dumps(definition), roleArn=role, **settings)
        return made["stateMachineArn"]

    return make


def test_an_execution_is_followed_to_its_end(aws, machine, unique, capsys):
    arn = machine(PASSES)
    executions.run(aws, arn, {"day": "1"}, "./pyntw up")
    first, *states, last, cost = capsys.readouterr().out.splitlines()
    assert first.startswith(f"{unique}: execution ")
    assert [line.split()[2:5] for line in states] == [
        ["state", "First", "RUNNING"],
        ["state", "First", "SUCCEEDED"],
        ["state", "Last", "RUNNING"],
        ["state", "Last", "SUCCEEDED"],
    ]
    assert last.startswith(f"{unique}: SUCCEEDED in ")
    assert cost.startswith("on AWS about $0.0001 (")  # two states at 0.025 a thousand, rounded
    [execution] = aws.states.list_executions(stateMachineArn=arn)["executions"]
    assert aws.states.describe_execution(executionArn=execution["executionArn"])["input"] == '{"day": "1"}'


def test_an_execution_that_fails_says_why(aws, machine, unique):
    arn = machine(FAILS)
    with pytest.raises(DeployError) as caught:
        executions.run(aws, arn, {}, "./pyntw up")
    assert (caught.value.failed, caught.value.seen) == (f"state machine {unique} ended FAILED", "Mine: because")
    assert caught.value.next_step.startswith("aws stepfunctions get-execution-history --execution-arn arn:aws:states:")


@pytest.mark.parametrize("name", ["mine", "arn:aws:states:eu-west-1:000000000000:stateMachine:mine"])
def test_a_state_machine_that_is_not_there_is_told_with_what_makes_it(aws, name):
    with pytest.raises(DeployError) as caught:
        executions.run(aws, name, {}, "./pyntw up")
    assert (caught.value.failed, caught.value.next_step) == (f"there is no state machine mine in {aws}", "./pyntw up")


def test_an_express_machine_is_refused_by_name(aws, machine, unique):
    arn = machine(PASSES, type="EXPRESS")
    with pytest.raises(DeployError, match=f"state machine {unique} is an express one"):
        executions.run(aws, arn, {}, "./pyntw up")


def event(number, kind, before, seconds, **details):
    return {"id": number, "type": kind, "previousEventId": before, "timestamp": BEGAN + timedelta(seconds=seconds),
            **details}  # fmt: skip


def entered(name):
    return {"stateEnteredEventDetails": {"name": name}}


HISTORY = [  # two branches at a time, of which one fails once and is tried again
    event(1, "ExecutionStarted", 0, 0, executionStartedEventDetails={}),
    event(2, "ParallelStateEntered", 0, 0, **entered("Both")),
    event(3, "ParallelStateStarted", 2, 0),
    event(4, "TaskStateEntered", 3, 1, **entered("Left")),
    event(5, "TaskStateEntered", 3, 2, **entered("Right")),
    event(6, "TaskFailed", 4, 3, taskFailedEventDetails={"error": "Glue.Busy", "cause": "come again"}),
    event(7, "TaskScheduled", 6, 4, taskScheduledEventDetails={"resource": "x"}),
    event(8, "TaskStateExited", 5, 5, stateExitedEventDetails={"name": "Right"}),
    event(9, "TaskStateExited", 7, 8, stateExitedEventDetails={"name": "Left"}),
    event(10, "ParallelStateExited", 9, 9, stateExitedEventDetails={"name": "Both"}),
    event(11, "ExecutionFailed", 10, 9, executionFailedEventDetails={"error": "x"}),
]


def test_a_line_for_each_change_with_what_the_state_took():
    lines = [executions.line(step, moment, BEGAN) for step, moment in Execution().changes(HISTORY)]
    assert [" ".join(str(part).strip() for part in line) for line in lines if line] == [
        "0.0 s state Both RUNNING",
        "1.0 s state Left RUNNING",
        "2.0 s state Right RUNNING",
        "3.0 s state Left FAILED Glue.Busy: come again",
        "5.0 s state Right SUCCEEDED after 3.0 s",
        "8.0 s state Left SUCCEEDED after 7.0 s",
        "9.0 s state Both SUCCEEDED after 9.0 s",
    ]


def test_the_tree_has_branches_below_their_state_with_seconds_and_what_failed():
    execution = Execution()
    execution.changes(HISTORY[:6])
    look = {"status": "RUNNING", "startDate": BEGAN}
    console = Console(file=io.StringIO(), width=100)
    console.print(executions.tree("mine", look, execution, BEGAN + timedelta(seconds=6)))
    lines = [line.rstrip() for line in console.file.getvalue().splitlines()]
    assert lines == [
        "mine  RUNNING  6.0 s",
        "└── Both  RUNNING  6.0 s",
        "    ├── Left  FAILED  2.0 s  Glue.Busy: come again",
        "    └── Right  RUNNING  4.0 s",
    ]


def test_a_state_machine_is_found_by_its_name_and_others_are_offered(aws, machine, unique):
    arn = machine(PASSES)
    assert executions.find(aws, unique, "./pyntw up") == executions.find(aws, arn, "./pyntw up") == arn
    with pytest.raises(DeployError) as caught:
        executions.find(aws, "nope", "./pyntw up")
    assert caught.value.failed == f"there is no state machine nope in {aws}"
    assert f"./pyntw 'runstatemachine[{unique}]'" in caught.value.next_step
