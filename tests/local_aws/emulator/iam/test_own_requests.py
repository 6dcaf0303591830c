"""Policies on IAM's own requests see paths and IAM's condition keys, those on Logs the groups (see each source)."""

import json

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, allow, error_of, unique
from tests.local_aws.cloudformation.stack import Stack

TRUST = json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}]})
ALL = json.dumps({"Version": "2012-10-17", "Statement": [allow("*")]})
READING = "arn:aws:iam::aws:policy/ReadOnlyAccess"
ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess"
VERBS = "Attach{}Policy Put{}Policy Detach{}Policy Delete{}Policy Put{}PermissionsBoundary Create{}"


@pytest.fixture(scope="module")
def boundary(local_aws):
    return local_aws.client("iam").create_policy(PolicyName=unique("boundary"), PolicyDocument=ALL)["Policy"]["Arn"]


@pytest.fixture(scope="module")
def delegate(local_aws, boundary):
    """Who may do all with roles and users that have the boundary (IAM user guide, "Permissions boundaries")."""
    actions = [f"iam:{verb.format(kind)}" for kind in ("Role", "User") for verb in VERBS.split()]
    one = {"StringEquals": {"iam:PermissionsBoundary": boundary}}
    return local_aws.client("iam", local_aws.user(allow(actions, Condition=one)))


def arguments(kind, name):
    return {f"{kind.capitalize()}Name": name} | ({"AssumeRolePolicyDocument": TRUST} if kind == "role" else {})


@pytest.mark.parametrize("kind", ["role", "user"])
def test_only_what_has_the_boundary_is_made(delegate, boundary, kind):
    name, create = unique(kind), getattr(delegate, f"create_{kind}")
    assert error_of(create, **arguments(kind, name)).startswith("AccessDenied")
    assert error_of(create, **arguments(kind, name), PermissionsBoundary=ADMINISTRATOR).startswith("AccessDenied")
    assert error_of(create, **arguments(kind, name), PermissionsBoundary=boundary) == ""
    member = {f"{kind.capitalize()}Name": name}
    put = getattr(delegate, f"put_{kind}_permissions_boundary")
    assert error_of(put, **member, PermissionsBoundary=ADMINISTRATOR).startswith("AccessDenied")
    assert error_of(put, **member, PermissionsBoundary=boundary) == ""


CHANGES = {
    "attach_{}_policy": {"PolicyArn": READING},
    "detach_{}_policy": {"PolicyArn": READING},
    "put_{}_policy": {"PolicyName": "p", "PolicyDocument": ALL},
    "delete_{}_policy": {"PolicyName": "p"},
}


@pytest.mark.parametrize("kind", ["role", "user"])
def test_only_what_has_the_boundary_is_changed(local_aws, delegate, boundary, kind):
    free, bound = unique(kind), unique(kind)
    create, member = getattr(local_aws.client("iam"), f"create_{kind}"), f"{kind.capitalize()}Name"
    create(**arguments(kind, free))
    create(**arguments(kind, bound), PermissionsBoundary=boundary)
    for change, more in CHANGES.items():
        order = getattr(delegate, change.format(kind))
        assert error_of(order, **{member: bound}, **more) == "", change
        assert error_of(order, **{member: free}, **more).startswith("AccessDenied"), change


@pytest.mark.parametrize("kind", ["role", "user", "group"])
def test_a_policy_says_which_policies_are_attached(local_aws, kind):
    name, member = unique(kind), f"{kind.capitalize()}Name"
    getattr(local_aws.client("iam"), f"create_{kind}")(**arguments(kind, name))
    one = {"ArnEquals": {"iam:PolicyARN": READING}}
    actions = [f"iam:{verb}{kind.capitalize()}Policy" for verb in ("Attach", "Detach")]
    iam = local_aws.client("iam", local_aws.user(allow(actions, Condition=one)))
    for verb in ("attach", "detach"):
        order = getattr(iam, f"{verb}_{kind}_policy")
        assert error_of(order, **{member: name}, PolicyArn=ADMINISTRATOR).startswith("AccessDenied")
        assert error_of(order, **{member: name}, PolicyArn=READING) == ""


@pytest.mark.parametrize("kind", ["role", "user", "group", "instance-profile"])
def test_paths_are_parts_of_arns(local_aws, kind):
    name = unique("n")
    word = "".join(part.capitalize() for part in kind.split("-"))
    member, end = {f"{word}Name": name}, kind.replace("-", "_")
    own = {**arguments(kind, name), **member} if kind == "role" else member
    team = local_aws.client("iam", local_aws.user(allow("iam:*", f"arn:aws:iam::{ACCOUNT}:{kind}/team/*")))
    assert error_of(getattr(team, f"create_{end}"), **own).startswith("AccessDenied")
    assert error_of(getattr(team, f"create_{end}"), **own, Path="/team/") == ""
    assert error_of(getattr(team, f"get_{end}"), **member) == ""
    other = local_aws.client("iam", local_aws.user(allow("iam:*", f"arn:aws:iam::{ACCOUNT}:{kind}/{name}")))
    assert error_of(getattr(other, f"get_{end}"), **member).startswith("AccessDenied")


# Log groups (user guide of CloudWatch Logs, "Overview of managing access permissions")


def group_arn(name):
    return f"arn:aws:logs:{REGION}:{ACCOUNT}:log-group:{name}"


@pytest.mark.parametrize(("end", "passes"), [("", False), (":*", True)])
def test_a_log_group_is_named_with_an_end(local_aws, end, passes):
    name, made, of_stack = unique("g"), unique("g"), unique("g")
    local_aws.client("logs").create_log_group(logGroupName=name)
    rights = [allow("logs:*", group_arn(each) + end) for each in (name, made, of_stack)]
    keys = local_aws.user(*rights, allow("cloudformation:*"))
    logs, denied = local_aws.client("logs", keys), "" if passes else "AccessDenied"
    calls = [
        (logs.create_log_group, {"logGroupName": made}),
        (logs.put_retention_policy, {"logGroupName": name, "retentionInDays": 7}),
        (logs.create_log_stream, {"logGroupName": name, "logStreamName": "s"}),
        (logs.describe_log_streams, {"logGroupName": name}),
        (logs.start_query, {"logGroupNames": [name], "startTime": 0, "endTime": 1, "queryString": "fields @message"}),
    ]
    for call, given in calls:
        said = error_of(call, **given)
        assert said.startswith(denied) if denied else said == "", said
    stack = Stack(local_aws, keys)
    status = stack.apply({"It": {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": of_stack}}})
    assert status == ("CREATE_COMPLETE" if passes else "ROLLBACK_COMPLETE"), stack.reasons()


def test_a_stream_is_named_by_its_group(local_aws):
    name = unique("g")
    local_aws.client("logs").create_log_group(logGroupName=name)
    logs = local_aws.client("logs", local_aws.user(allow("logs:*", f"{group_arn(name)}:log-stream:mine")))
    assert error_of(logs.create_log_stream, logGroupName=name, logStreamName="mine") == ""
    assert f"on resource: {group_arn(name)}:log-stream:other because" in error_of(
        logs.create_log_stream, logGroupName=name, logStreamName="other"
    )


def test_tags_of_a_log_group_are_asked_about_without_an_end(local_aws):
    name, of_stack = unique("g"), unique("g")
    local_aws.client("logs").create_log_group(logGroupName=name)
    tagging = [allow(["logs:TagResource", "logs:ListTagsForResource"], group_arn(each)) for each in (name, of_stack)]
    keys = local_aws.user(allow(["logs:CreateLogGroup", "logs:DeleteLogGroup", "cloudformation:*"]), *tagging)
    tag = {"resourceArn": group_arn(name), "tags": {"a": "b"}}
    assert error_of(local_aws.client("logs", keys).tag_resource, **tag) == ""
    properties = {"LogGroupName": of_stack, "Tags": [{"Key": "a", "Value": "b"}]}
    stack = Stack(local_aws, keys)
    assert stack.apply({"It": {"Type": "AWS::Logs::LogGroup", "Properties": properties}}) == "CREATE_COMPLETE", (
        stack.reasons()
    )


def test_tags_of_a_log_group_are_seen_by_policies_on_it(local_aws):
    mine, other = unique("g"), unique("g")
    for name, team in ((mine, "a"), (other, "b")):
        local_aws.client("logs").create_log_group(logGroupName=name, tags={"team": team})
    of_a = {"StringEquals": {"aws:ResourceTag/team": "a"}}
    logs = local_aws.client("logs", local_aws.user(allow("logs:*", Condition=of_a)))
    assert error_of(logs.put_retention_policy, logGroupName=mine, retentionInDays=7) == ""
    assert error_of(logs.put_retention_policy, logGroupName=other, retentionInDays=7).startswith("AccessDenied")
