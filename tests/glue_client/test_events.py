import io

import pytest

from deploy import lifecycle
from deploy.bundle import Bundle
from glue_client.errors import DeployError
from glue_client.events import Event, Watch, refusal, wait_until_rest

IN_USE = "Export base-Topic cannot be deleted as it is in use by user"
WAITING = """
Resources:
  Handle: {Type: 'AWS::CloudFormation::WaitConditionHandle'}
  Condition: {Type: 'AWS::CloudFormation::WaitCondition', Properties: {Handle: !Ref Handle, Timeout: '2'}}
"""


def event(state, reason="", of_stack=False):
    return Event("1", "Policy", "AWS::IAM::Policy", state, reason, of_stack)


@pytest.mark.parametrize(
    ("status", "reason", "quiet", "expected"),
    [
        ("UPDATE_COMPLETE", IN_USE, 11, IN_USE),
        ("UPDATE_COMPLETE", IN_USE, 9, None),  # it may be the reason of an earlier try
        ("DELETE_IN_PROGRESS", IN_USE, 11, None),
        ("DELETE_COMPLETE", "", 1000, None),
        ("UPDATE_COMPLETE", "", 119, None),
        ("UPDATE_COMPLETE", "", 121, "still UPDATE_COMPLETE after 2 m 01 s, and no event"),
    ],
)
def test_a_stack_that_aws_leaves_as_it_is_is_not_waited_for(status, reason, quiet, expected):
    assert refusal(status, reason, quiet) == expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (event("CREATE_FAILED", "No such role."), True),
        (event("CREATE_FAILED", "Resource creation cancelled"), False),
        (event("UPDATE_FAILED", "Resource update cancelled"), False),
        (event("CREATE_COMPLETE"), False),
        (event("CREATE_FAILED", "The following resource(s) failed to create", of_stack=True), False),
    ],
)
def test_a_cause_is_a_resource_that_failed_by_itself(one, expected):
    assert one.is_cause == expected


@pytest.mark.parametrize(
    ("one", "expected"),
    [
        (event("UPDATE_COMPLETE", of_stack=True), True),
        (event("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", of_stack=True), False),
        (event("UPDATE_COMPLETE"), False),
    ],
)
def test_an_operation_ends_when_the_stack_itself_rests(one, expected):
    assert one.ends_operation == expected


@pytest.fixture
def busy(aws, tmp_path, unique):
    """A stack that AWS has under way for two seconds, until its wait condition fails."""
    (tmp_path / f"{unique}.yml").write_text(WAITING)
    aws.cloudformation.create_stack(StackName=unique, TemplateBody=WAITING)
    return unique


@pytest.fixture
def refusing(monkeypatch):
    """Somebody who answers no."""
    monkeypatch.setattr("sys.stdin", io.StringIO("n\n"))


@pytest.mark.usefixtures("refusing")
def test_what_is_under_way_is_waited_for(aws, tmp_path, busy, capsys):
    with pytest.raises(DeployError, match="stays as it is"):
        lifecycle.create(aws, Bundle(tmp_path), [busy])
    assert f"{busy} is CREATE_IN_PROGRESS by an earlier call: waiting for that\n" in capsys.readouterr().out


def test_waiting_ends_with_the_last_status(aws, busy):
    stack_id = aws.cloudformation.describe_stacks(StackName=busy)["Stacks"][0]["StackId"]
    assert wait_until_rest(Watch(aws.cloudformation, busy, stack_id)) == "ROLLBACK_COMPLETE"


@pytest.mark.usefixtures("refusing")
def test_events_from_before_are_not_shown(aws, tmp_path, busy, capsys):
    with pytest.raises(DeployError):
        lifecycle.create(aws, Bundle(tmp_path), [busy])
    assert "Handle" not in capsys.readouterr().out.split("CREATE_FAILED")[0]


def test_of_a_stack_that_goes_back_the_reason_counts_that_says_why():
    watch = Watch(None, "base")
    watch.events = [
        event("UPDATE_FAILED", IN_USE, of_stack=True),
        event("ROLLBACK", "Rollback requested", of_stack=True),
    ]
    assert watch.causes() == IN_USE
    watch.events = watch.events[1:]
    assert watch.causes() == "Rollback requested"
