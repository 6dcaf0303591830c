"""Stack policies, termination protection: what the user guide says of them ("Prevent updates to stack resources")."""

import json

from tests.local_aws.aws_server import error_of, unique

ALLOW = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
BUCKETS = {"StringEquals": {"ResourceType": ["AWS::S3::Bucket"]}}


def deny(*actions, **more):
    return {"Effect": "Deny", "Action": list(actions), "Principal": "*", "Resource": "*", **more}


def policy(*statements):
    return json.dumps({"Statement": list(statements)})


def two(bucket, topic):
    """A bucket and a topic."""
    return {
        "B": {"Type": "AWS::S3::Bucket", "Properties": {"BucketName": bucket}},
        "T": {"Type": "AWS::SNS::Topic", "Properties": {"DisplayName": topic}},
    }


def made(stack, *statements):
    bucket = unique("b")
    assert stack.apply(two(bucket, "a")) == "CREATE_COMPLETE"
    stack.cloudformation.set_stack_policy(StackName=stack.name, StackPolicyBody=policy(*statements))
    return bucket


def test_a_denied_replacement_fails_and_the_rest_is_allowed(stack):
    bucket = made(stack, ALLOW, deny("Update:Replace", "Update:Delete", Condition=BUCKETS))
    assert stack.apply(two(bucket, "b"), update=True) == "UPDATE_COMPLETE"
    assert stack.apply(two(unique("b"), "c"), update=True) == "UPDATE_ROLLBACK_COMPLETE"
    text = "Statement [#2] does not allow [Update:Replace] for resource [LogicalResourceId/B];"
    assert stack.reasons("UPDATE_FAILED") == [f"Action denied by stack policy: {text}"]
    assert stack.refs()["B"] == bucket


def test_a_denied_removal_fails(stack):
    bucket = made(stack, ALLOW, deny("Update:Delete", Resource="LogicalResourceId/B"))
    left = {"T": two(bucket, "b")["T"]}
    assert stack.apply(left, update=True) == "UPDATE_ROLLBACK_COMPLETE"
    text = "Statement [#2] does not allow [Update:Delete] for resource [LogicalResourceId/B];"
    assert f"Action denied by stack policy: {text}" in stack.reasons("UPDATE_FAILED")
    assert stack.refs()["B"] == bucket
    assert stack.apply({"B": two(bucket, "b")["B"]}, update=True) == "UPDATE_COMPLETE"


def test_what_no_statement_allows_is_denied(stack):
    bucket = made(stack, {**ALLOW, "Resource": "LogicalResourceId/B"})
    assert stack.apply(two(bucket, "b"), update=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.reasons("UPDATE_FAILED") == ["Action not allowed by stack policy"]


def test_an_update_may_bring_a_policy_of_its_own(stack):
    made(stack, ALLOW, deny("Update:*"))
    other = unique("b")
    assert stack.apply(two(other, "b"), update=True, StackPolicyDuringUpdateBody=policy(ALLOW)) == "UPDATE_COMPLETE"
    assert stack.refs()["B"] == other
    assert stack.apply(two(other, "c"), update=True) == "UPDATE_ROLLBACK_COMPLETE"


def test_a_policy_holds_for_change_sets(stack):
    bucket = made(stack, ALLOW, {"Effect": "Deny", "Action": "Update:M*", "NotResource": "LogicalResourceId/B"})
    call = {"StackName": stack.name, "ChangeSetName": "c"}
    body = json.dumps({"Resources": two(bucket, "b")})
    stack.cloudformation.create_change_set(**call, TemplateBody=body)
    stack.cloudformation.execute_change_set(**call)
    assert stack.status() == "UPDATE_ROLLBACK_COMPLETE"


def test_what_is_no_policy_is_refused(stack):
    bucket = made(stack, ALLOW)
    call = {"StackName": stack.name, "TemplateBody": json.dumps({"Resources": two(bucket, "b")})}
    refused = error_of(stack.cloudformation.update_stack, **call, StackPolicyDuringUpdateBody="{}")
    assert refused == "ValidationError: Error validating stack policy: Invalid stack policy"


def test_a_protected_stack_is_not_deleted(stack):
    made(stack, ALLOW)
    protect = stack.cloudformation.update_termination_protection
    protect(StackName=stack.name, EnableTerminationProtection=True)
    refused = error_of(stack.cloudformation.delete_stack, StackName=stack.name)
    assert refused.endswith("cannot be deleted while TerminationProtection is enabled")
    protect(StackName=stack.name, EnableTerminationProtection=False)
    stack.cloudformation.delete_stack(StackName=stack.name)
