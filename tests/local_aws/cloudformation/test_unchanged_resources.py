"""An update has events of the resources that it changes alone, as public stack histories show."""

import pytest

from tests.local_aws.aws_server import wait_until

TOPIC = "AWS::SNS::Topic"


def topic(text="first", **more):
    return {"Type": TOPIC, "Properties": {"DisplayName": text}, **more}


def history(stack):
    """Status and logical id of each event since the last update began, oldest first."""
    events = stack.cloudformation.describe_stack_events(StackName=stack.name)["StackEvents"]
    found = []
    for event in events:
        found.append((event["LogicalResourceId"].replace(stack.name, "stack"), event["ResourceStatus"]))
        if found[-1] == ("stack", "UPDATE_IN_PROGRESS"):
            break
    return found[::-1]


def resources(stack):
    """Logical id -> status and the time of the last change."""
    found = stack.cloudformation.describe_stack_resources(StackName=stack.name)["StackResources"]
    return {one["LogicalResourceId"]: (one["ResourceStatus"], one["Timestamp"]) for one in found}


ONE_CHANGED = [
    ("stack", "UPDATE_IN_PROGRESS"),
    ("Two", "UPDATE_IN_PROGRESS"),
    ("Two", "UPDATE_COMPLETE"),
    ("stack", "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS"),
    ("stack", "UPDATE_COMPLETE"),
]


@pytest.mark.parametrize(
    "changed", [topic("second"), topic(Metadata={"Note": "n"}), topic(DeletionPolicy="RetainExceptOnCreate")]
)
def test_what_did_not_change_has_no_event_and_keeps_its_status(stack, changed):
    assert stack.apply({"One": topic(), "Two": topic()}) == "CREATE_COMPLETE"
    before = resources(stack)
    assert stack.apply({"One": topic(), "Two": changed}, update=True) == "UPDATE_COMPLETE"
    assert history(stack) == ONE_CHANGED
    after = resources(stack)
    assert after["One"] == before["One"]
    assert after["One"][0] == "CREATE_COMPLETE"
    assert after["Two"][0] == "UPDATE_COMPLETE"
    assert after["Two"][1] > before["Two"][1]
    stack.delete()


def test_nor_has_it_in_a_change_set(stack):
    assert stack.apply({"Two": topic(), "One": topic()}) == "CREATE_COMPLETE"
    made = stack.cloudformation.create_change_set(
        StackName=stack.name,
        ChangeSetName="one",
        TemplateBody='{"Resources": {"One": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "first"}}, '
        '"Two": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": "other"}}}}',
    )["Id"]
    stack.cloudformation.get_waiter("change_set_create_complete").wait(
        ChangeSetName=made, WaiterConfig={"Delay": 0.1, "MaxAttempts": 200}
    )
    stack.cloudformation.execute_change_set(ChangeSetName=made)
    wait_until(stack.status_now, lambda status: status == "UPDATE_COMPLETE")
    assert [one for one in history(stack) if one[0] != "stack"] == ONE_CHANGED[1:3]
    stack.delete()


def test_what_an_attribute_of_another_changes_is_told(stack):
    def both(name):
        queue = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": name}}
        return {"One": topic(), "Queue": queue, "Two": topic({"Fn::GetAtt": ["Queue", "QueueName"]})}

    assert stack.apply(both(f"{stack.name}-a")) == "CREATE_COMPLETE"
    assert stack.apply(both(f"{stack.name}-b"), update=True) == "UPDATE_COMPLETE"
    assert {one for one, _ in history(stack)} == {"stack", "Queue", "Two"}
    stack.delete()


def test_tags_of_the_stack_change_what_takes_tags(stack):
    subscription = {"Type": "AWS::SNS::TopicPolicy", "Properties": {"Topics": [{"Ref": "One"}], "PolicyDocument": {}}}
    allowed = {"Effect": "Allow", "Principal": "*", "Action": "sns:Publish", "Resource": {"Ref": "One"}}
    subscription["Properties"]["PolicyDocument"] = {"Version": "2012-10-17", "Statement": [allowed]}
    members = {"One": topic(), "Policy": subscription}
    assert stack.apply(members, Tags=[{"Key": "k", "Value": "a"}]) == "CREATE_COMPLETE"
    assert stack.apply(members, update=True, Tags=[{"Key": "k", "Value": "b"}]) == "UPDATE_COMPLETE"
    assert {one for one, _ in history(stack)} == {"stack", "One"}
    stack.delete()


def test_what_an_update_makes_is_created(stack):
    assert stack.apply({"One": topic()}) == "CREATE_COMPLETE"
    assert stack.apply({"One": topic(), "Two": topic()}, update=True) == "UPDATE_COMPLETE"
    assert [one for one in history(stack) if one[0] != "stack"] == [
        ("Two", "CREATE_IN_PROGRESS"),
        ("Two", "CREATE_COMPLETE"),
    ]
    assert resources(stack)["Two"][0] == "CREATE_COMPLETE"
    stack.delete()


def test_a_rollback_tells_of_what_it_brings_back_and_the_others_keep_their_status(stack):
    bad = {"Type": "AWS::S3::Bucket", "DependsOn": "Two", "Properties": {"BucketName": "xn--reserved"}}
    assert stack.apply({"One": topic(), "Two": topic()}) == "CREATE_COMPLETE"
    before = resources(stack)
    changed = {"One": topic(), "Two": topic("second"), "Bucket": bad}
    assert stack.apply(changed, update=True) == "UPDATE_ROLLBACK_COMPLETE"
    told = history(stack)
    assert [one for one in told if one[0] == "One"] == []
    assert [status for one, status in told if one == "Two"] == ["UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"] * 2
    begun = told.index(("stack", "UPDATE_ROLLBACK_IN_PROGRESS"))
    assert told[begun - 2 : begun] == [("Bucket", "CREATE_IN_PROGRESS"), ("Bucket", "CREATE_FAILED")]
    assert ("Two", "UPDATE_IN_PROGRESS") in told[begun:]
    assert resources(stack)["One"] == before["One"]
    stack.delete()
