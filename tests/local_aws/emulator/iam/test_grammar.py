"""Policy documents that IAM refuses, in its words, and those that it takes, by its API and in stacks."""

import json

import pytest

from local_aws.emulator.iam.grammar import identity_problem, trust_problem
from tests.local_aws.aws_server import error_of, unique
from tests.local_aws.cloudformation.stack import Stack

SYNTAX = "Syntax errors in policy."
LEGACY = "The policy failed legacy parsing"
SIDS = "Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*"
VENDOR = "Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc."


def policy(**statement):
    return {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Action": "s3:Get*", "Resource": "*", **statement}],
    }


def left_out(name):
    made = policy()
    del made["Statement"][0][name]
    return made


REFUSED = [
    ("{", SYNTAX),
    ("[]", SYNTAX),
    ({**policy(), "Version": "2012-10-18"}, SYNTAX),
    ({**policy(), "Comment": "x"}, SYNTAX),
    ({"Version": "2012-10-17", "Statement": []}, SYNTAX),
    (policy(Efect="Allow"), SYNTAX),
    (policy(Effect="Permit"), SYNTAX),
    (policy(Effect="ALLOW"), LEGACY),
    (left_out("Effect"), SYNTAX),
    (left_out("Action"), "Policy statement must contain actions."),
    (left_out("Resource"), "Policy statement must contain resources."),
    (policy(Resource=[]), "Policy statement must contain resources."),
    (policy(NotAction="s3:Put*"), SYNTAX),
    (policy(Action="ListBucket"), VENDOR),
    (policy(Action="glue :Get"), "Vendor glue  is not valid"),
    (policy(Action="glue:Get:Table"), "Actions/Condition can contain only one colon."),
    (policy(Resource="my-bucket"), 'Resource my-bucket must be in ARN format or "*".'),
    (policy(Resource="arn:aws"), "Resource vendor must be fully qualified and cannot contain regexes."),
    (policy(Resource="arn:aws:s3:::b", Principal="*"), "Policy document should not specify a principal."),
    (policy(Resource="arn:amazon:s3:::b"), 'Partition "amazon" is not valid for resource "arn:amazon:s3:::b".'),
    (
        policy(Resource="arn:aws:s3:x::b"),
        "Resource arn:aws:s3:x::b can not contain region information.",
    ),
    (policy(Resource="arn:aws:s3::b"), LEGACY),
    (policy(Condition=[]), SYNTAX),
    (policy(Condition={"StringSame": {"aws:x": "y"}}), SYNTAX),
    (policy(Condition={"StringEquals": {"aws:x": {"y": 1}}}), SYNTAX),
    (policy(Condition={"DateLessThan": {"aws:CurrentTime": "tomorrow"}}), LEGACY),
    (policy(Sid=7), SYNTAX),
    (
        policy(Sid="read it"),
        SIDS,
    ),
    (
        {"Version": "2012-10-17", "Statement": policy(Sid="a")["Statement"] * 2},
        "Statement IDs (SID) in a single policy must be unique.",
    ),
    ("[" * 5000 + "]" * 5000, SYNTAX),
]
TAKEN = [
    policy(),
    policy(Sid="", Resource=["arn:aws:s3:::b", "arn:aws:s3:::b/*"]),
    policy(Action=["glue:*", "*"], Resource="arn:aws:glue:*:*:catalog"),
    policy(Condition={"ForAnyValue:StringLikeIfExists": {"aws:TagKeys": ["a", "b"]}, "Bool": {"aws:x": True}}),
    policy(Condition={"DateGreaterThan": {"aws:CurrentTime": "2024-05-01T10:00:00Z"}, "NumericLessThan": {"s3:k": 5}}),
    policy(Resource="arn:aws:s3:::${aws:PrincipalAccount}-b/*"),
    policy(Resource="arn:aws:iam::*:role/etl-*"),
    policy(Resource="arn:aws-cn:s3:::b"),
]


@pytest.mark.parametrize(("document", "sentence"), REFUSED)
def test_what_iam_refuses_of_a_policy(document, sentence):
    text = document if isinstance(document, str) else json.dumps(document)
    assert identity_problem(text, managed=True) == sentence


@pytest.mark.parametrize("document", TAKEN)
def test_what_iam_takes(document):
    assert identity_problem(json.dumps(document), managed=True) is None


def test_only_a_managed_policy_has_to_be_of_the_newer_version():
    old = {**policy(), "Version": "2008-10-17"}
    assert identity_problem(old) is None
    assert identity_problem(old, managed=True) == "Policy document must be version 2012-10-17 or greater."


def trust(**statement):
    given = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole", **statement}
    return {"Version": "2012-10-17", "Statement": given}


@pytest.mark.parametrize(
    ("document", "sentence"),
    [
        (trust(Resource="*"), "Has prohibited field Resource"),
        (trust(Action="s3:GetObject"), "AssumeRole policy may only specify STS AssumeRole actions."),
        (trust(Principal={"Service": "glue"}), 'Invalid principal in policy: "SERVICE":"glue"'),
        (trust(Principal={"AWS": "someone"}), 'Invalid principal in policy: "AWS":"someone"'),
        (trust(Principal={"Services": "glue.amazonaws.com"}), "Invalid principal in policy"),
        (
            {"Version": "2012-10-17", "Statement": {"Effect": "Allow", "Action": "sts:AssumeRole"}},
            "Missing required field Principal",
        ),
        (trust(), None),
        (
            trust(
                Principal={"AWS": ["123456789012", "arn:aws:iam::123456789012:root", "*"]},
                Action=["sts:AssumeRole", "sts:TagSession"],
            ),
            None,
        ),
        (
            trust(
                Principal={"Federated": "arn:aws:iam::123456789012:oidc-provider/x"},
                Action="sts:AssumeRoleWithWebIdentity",
            ),
            None,
        ),
    ],
)
def test_trust_policies(document, sentence):
    assert trust_problem(json.dumps(document)) == sentence


# By the API and in stacks


@pytest.fixture(scope="module")
def iam(local_aws):
    return local_aws.client("iam")


BAD = json.dumps(policy(Action="ListBucket"))


def test_every_operation_that_takes_a_policy_refuses_a_wrong_one(iam):
    role, user, group = unique("role"), unique("user"), unique("group")
    iam.create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust()))
    iam.create_user(UserName=user)
    iam.create_group(GroupName=group)
    arn = iam.create_policy(PolicyName=unique("p"), PolicyDocument=json.dumps(policy()))["Policy"]["Arn"]
    calls = [
        (iam.create_policy, {"PolicyName": unique("p"), "PolicyDocument": BAD}),
        (iam.create_policy_version, {"PolicyArn": arn, "PolicyDocument": BAD}),
        (iam.put_role_policy, {"RoleName": role, "PolicyName": "p", "PolicyDocument": BAD}),
        (iam.put_user_policy, {"UserName": user, "PolicyName": "p", "PolicyDocument": BAD}),
        (iam.put_group_policy, {"GroupName": group, "PolicyName": "p", "PolicyDocument": BAD}),
    ]
    assert [error_of(call, **params) for call, params in calls] == [f"MalformedPolicyDocument: {VENDOR}"] * len(calls)
    wrong = json.dumps(trust(Resource="*"))
    refused = "MalformedPolicyDocument: Has prohibited field Resource"
    assert error_of(iam.create_role, RoleName=unique("r"), AssumeRolePolicyDocument=wrong) == refused
    assert error_of(iam.update_assume_role_policy, RoleName=role, PolicyDocument=wrong) == refused


INLINE = [{"PolicyName": "p", "PolicyDocument": json.loads(BAD)}]


def resource(kind, **properties):
    return {"R": {"Type": f"AWS::IAM::{kind}", "Properties": properties}}


@pytest.mark.parametrize(
    "resources",
    [
        resource("ManagedPolicy", PolicyDocument=policy(Action="ListBucket")),
        resource("Role", AssumeRolePolicyDocument=trust(), Policies=INLINE),
        resource("User", Policies=INLINE),
    ],
)
def test_a_stack_with_a_wrong_policy_is_rolled_back_with_the_reason(local_aws, resources):
    stack = Stack(local_aws)
    assert stack.apply(resources) == "ROLLBACK_COMPLETE"
    assert any(VENDOR in reason for reason in stack.reasons())


def test_a_stack_with_a_wrong_trust_policy_is_rolled_back(local_aws):
    stack = Stack(local_aws)
    assert stack.apply(resource("Role", AssumeRolePolicyDocument=trust(Action="s3:GetObject"))) == "ROLLBACK_COMPLETE"
    assert any("may only specify STS AssumeRole actions" in reason for reason in stack.reasons())
