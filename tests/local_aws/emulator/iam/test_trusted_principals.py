"""A trust policy may name roles and users of its account only that are there; of other accounts nothing is known."""

import json

import pytest

from tests.local_aws.aws_server import ACCOUNT, error_of, unique
from tests.local_aws.cloudformation.stack import Stack


def trust(*principals):
    statement = {"Effect": "Allow", "Principal": {"AWS": list(principals)}, "Action": "sts:AssumeRole"}
    return {"Version": "2012-10-17", "Statement": [statement]}


def arn(resource, account=ACCOUNT):
    return f"arn:aws:iam::{account}:{resource}"


@pytest.fixture
def iam(local_aws):
    return local_aws.client("iam")


@pytest.mark.parametrize("resource", ["role/nobody-here", "user/nobody-here", "role/path/of/nobody"])
def test_who_is_not_there_is_no_principal(iam, resource):
    sentence = f'Invalid principal in policy: "AWS":"{arn(resource)}"'
    name = unique("role")
    document = json.dumps(trust(arn("root"), arn(resource)))
    refused = error_of(iam.create_role, RoleName=name, AssumeRolePolicyDocument=document)
    assert "MalformedPolicyDocument" in refused
    assert sentence in refused

    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust(arn("root"))))
    refused = error_of(iam.update_assume_role_policy, RoleName=name, PolicyDocument=document)
    assert sentence in refused
    kept = iam.get_role(RoleName=name)["Role"]["AssumeRolePolicyDocument"]
    assert kept == trust(arn("root"))


def test_a_role_of_another_path_is_another_one(iam):
    name = unique("role")
    iam.create_role(RoleName=name, Path="/team/", AssumeRolePolicyDocument=json.dumps(trust(arn("root"))))
    right, wrong = arn(f"role/team/{name}"), arn(f"role/{name}")
    iam.create_role(RoleName=unique("role"), AssumeRolePolicyDocument=json.dumps(trust(right)))
    refused = error_of(iam.create_role, RoleName=unique("role"), AssumeRolePolicyDocument=json.dumps(trust(wrong)))
    assert wrong in refused


@pytest.mark.parametrize(
    "principal",
    [
        arn("root"),
        ACCOUNT,
        arn("role/nobody-here", "999999999999"),
        arn("role/aws-service-role/glue.amazonaws.com/AWSServiceRoleForGlue"),
        "AROA0123456789ABCDEF0",
    ],
)
def test_of_whom_nothing_is_known_may_be_one(iam, principal):
    iam.create_role(RoleName=unique("role"), AssumeRolePolicyDocument=json.dumps(trust(principal)))


def test_a_stack_whose_role_trusts_nobody_there_fails(local_aws):
    missing, stack = arn("role/nobody-here"), Stack(local_aws)
    role = {"Type": "AWS::IAM::Role", "Properties": {"AssumeRolePolicyDocument": trust(missing)}}
    assert stack.apply({"Role": role}) == "ROLLBACK_COMPLETE"
    assert f'Invalid principal in policy: "AWS":"{missing}"' in " ".join(stack.reasons())
