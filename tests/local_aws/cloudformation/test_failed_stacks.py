"""A stack that failed without a rollback is updated from there, or rolled back to what was stable before.

Source: CloudFormation's user guide, "Choose how to handle failures when provisioning resources"; RollbackStack's
reference; the sentence of the refusal is of public reports.
"""

import json

import pytest

from tests.local_aws.aws_server import error_of, unique
from tests.local_aws.cloudformation.stack import Stack


@pytest.fixture
def stack(local_aws):
    return Stack(local_aws)


def group(**more):
    return {"Type": "AWS::IAM::Group", **more}


def failing(user="nobody", after="Kept"):
    return {"Type": "AWS::IAM::AccessKey", "Properties": {"UserName": user}, "DependsOn": after}


PAUSED = {"DisableRollback": True}


def refusal(state):
    return (
        f"ValidationError: This stack is currently in a non-terminal [{state}] state. To update the stack from this "
        "state, please use the disable-rollback parameter with update-stack API. To rollback to the last known good "
        "state, use the rollback-stack API"
    )


def updated(stack, resources):
    return error_of(
        stack.cloudformation.update_stack,
        StackName=stack.name,
        TemplateBody=json.dumps({"Resources": resources, "Parameters": {}}),
        Capabilities=["CAPABILITY_NAMED_IAM"],
    )


def test_a_creation_that_failed_goes_on_with_another_template(stack):
    assert stack.apply({"Kept": group(), "It": failing()}, **PAUSED) == "CREATE_FAILED"
    kept = stack.refs()["Kept"]
    assert updated(stack, {"Kept": group()}) == refusal("CREATE_FAILED")
    assert stack.status_now() == "CREATE_FAILED"
    assert stack.apply({"Kept": group(), "New": group()}, update=True, **PAUSED) == "UPDATE_COMPLETE", stack.reasons()
    assert (stack.refs()["Kept"], set(stack.refs())) == (kept, {"Kept", "New"})
    assert updated(stack, {"Kept": group(), "New": group()}) == "ValidationError: No updates are to be performed."
    stack.delete()


def test_what_failed_for_want_of_something_is_tried_again_with_the_same_template(local_aws, stack):
    user = unique("user")
    assert stack.apply({"Kept": group(), "It": failing(user)}, **PAUSED) == "CREATE_FAILED"
    local_aws.client("iam").create_user(UserName=user)
    stack.cloudformation.update_stack(
        StackName=stack.name, UsePreviousTemplate=True, Capabilities=["CAPABILITY_NAMED_IAM"], **PAUSED
    )
    assert stack.status() == "UPDATE_COMPLETE", stack.reasons("UPDATE_FAILED")
    assert set(stack.refs()) == {"Kept", "It"}
    stack.delete()


def test_an_update_that_failed_goes_back_to_the_template_before(local_aws, stack):
    assert stack.apply({"Kept": group()}) == "CREATE_COMPLETE"
    more = {"Kept": group(), "New": group(), "It": failing(after="New")}
    assert stack.apply(more, update=True, **PAUSED) == "UPDATE_FAILED"
    new = stack.refs()["New"]
    assert updated(stack, {"Kept": group()}) == refusal("UPDATE_FAILED")
    assert stack.apply({"Kept": group()}, update=True, **PAUSED) == "UPDATE_COMPLETE"
    assert set(stack.refs()) == {"Kept"}
    assert error_of(local_aws.client("iam").get_group, GroupName=new).startswith("NoSuchEntity")
    stack.delete()


def test_a_rollback_behind_several_failures_goes_to_what_was_stable(local_aws, stack):
    assert stack.apply({"Kept": group()}) == "CREATE_COMPLETE"
    for name in ("First", "Second"):
        resources = {"Kept": group(), "First": group(), name: group(), "It": failing(after=name)}
        assert stack.apply(resources, update=True, **PAUSED) == "UPDATE_FAILED"
    made = stack.refs()
    stack.cloudformation.rollback_stack(StackName=stack.name)
    assert stack.status() == "UPDATE_ROLLBACK_COMPLETE"
    assert set(stack.refs()) == {"Kept"}
    for name in ("First", "Second"):
        assert error_of(local_aws.client("iam").get_group, GroupName=made[name]).startswith("NoSuchEntity")
    stack.delete()


def test_a_rollback_of_a_creation_that_failed_twice_leaves_nothing(stack):
    assert stack.apply({"Kept": group(), "It": failing()}, **PAUSED) == "CREATE_FAILED"
    assert stack.apply({"Kept": group(), "New": group(), "It": failing()}, update=True, **PAUSED) == "UPDATE_FAILED"
    stack.cloudformation.rollback_stack(StackName=stack.name)
    assert stack.status() == "ROLLBACK_COMPLETE"
    stack.delete()
