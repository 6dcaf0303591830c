"""Which roles a service may take: conditions of the trust count, with the account that the service acts for."""

import json

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.aws_server import ACCOUNT, REGION, unique, wait_until

SOURCE = "aws:SourceAccount"


def make_crawler(local_aws, condition):
    """A crawler under a role that trusts Glue on this condition."""
    role = unique("role")
    s3 = local_aws.client("s3")
    s3.create_bucket(Bucket=role, CreateBucketConfiguration={"LocationConstraint": REGION})
    trust = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
    document = {"Version": "2012-10-17", "Statement": [trust | ({"Condition": condition} if condition else {})]}
    made = local_aws.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(document))
    local_aws.client("glue").create_crawler(
        Name=role, Role=made["Role"]["Arn"], DatabaseName="d", Targets={"S3Targets": [{"Path": f"s3://{role}/x/"}]}
    )


@pytest.mark.parametrize(
    "condition",
    [
        None,
        {"StringEquals": {SOURCE: ACCOUNT}},
        {"StringEqualsIfExists": {SOURCE: ACCOUNT}},
        {"StringLike": {SOURCE: ACCOUNT[:5] + "*"}},
        {"ArnLikeIfExists": {"aws:SourceArn": "arn:aws:glue:*:999999999999:*"}},
    ],
)
def test_a_role_that_trusts_glue_for_this_account_is_taken(local_aws, condition):
    make_crawler(local_aws, condition)


@pytest.mark.parametrize(
    "condition",
    [
        {"StringEquals": {SOURCE: "999999999999"}},
        {"StringEqualsIfExists": {SOURCE: "999999999999"}},
        {"StringNotEquals": {SOURCE: ACCOUNT}},
        {"StringEquals": {"sts:ExternalId": "x"}},
    ],
)
def test_a_role_for_another_account_is_not(local_aws, condition):
    with pytest.raises(ClientError, match="Service is unable to assume provided role"):
        make_crawler(local_aws, condition)


@pytest.mark.parametrize(("arn", "status"), [("stateMachine:*", "SUCCEEDED"), ("activity:*", "FAILED")])
def test_step_functions_takes_a_role_for_its_state_machine(local_aws, arn, status):
    condition = {
        "StringEquals": {SOURCE: ACCOUNT},
        "ArnLike": {"aws:SourceArn": f"arn:aws:states:{REGION}:{ACCOUNT}:{arn}"},
    }
    principal = {"Service": "states.amazonaws.com"}
    trust = {"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole", "Condition": condition}
    document = json.dumps({"Version": "2012-10-17", "Statement": [trust]})
    role = local_aws.client("iam").create_role(RoleName=unique("role"), AssumeRolePolicyDocument=document)
    states = local_aws.client("stepfunctions")
    machine = states.create_state_machine(
        name=unique("m"),
        roleArn=role["Role"]["Arn"],
        definition=json.dumps({"StartAt": "One", "States": {"One": {"Type": "Pass", "End": True}}}),
    )
    execution = states.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]
    ended = wait_until(
        lambda: states.describe_execution(executionArn=execution)["status"], lambda found: found != "RUNNING"
    )

    assert ended == status
