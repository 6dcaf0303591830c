"""Policies hold for whole names, with the values of policy variables, as a real server evaluates them."""

import json

import pytest
from botocore.exceptions import ClientError

from local_aws.emulator.iam.matching import arn_matches, principal_matches
from tests.local_aws.aws_server import ACCOUNT, allow, unique


@pytest.fixture(scope="module")
def bucket(local_aws):
    name = local_aws.bucket()
    for key in ("pub", "pub\n", "secret/x", "secret/a\nb", "s\necret", "home/*/x", "home/?", "${aws:username}/x"):
        local_aws.put(name, key, "body")
    return name


def may_read(aws, keys, bucket, key):
    try:
        aws.client("s3", keys).get_object(Bucket=bucket, Key=key)
    except ClientError as error:
        assert error.response["Error"]["Code"] == "AccessDenied"  # noqa: PT017
        return False
    return True


def deny(actions, *resources, **more):
    return {**allow(actions, *resources), "Effect": "Deny", **more}


def policy_of(aws, document):
    """A user with this policy document, as it stands."""
    name = unique("user")
    aws.client("iam").create_user(UserName=name)
    aws.client("iam").put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))
    return name, aws.client("iam").create_access_key(UserName=name)["AccessKey"]


@pytest.mark.parametrize(
    ("key", "readable"), [("pub", True), ("secret/x", False), ("secret/a\nb", False), ("s\necret", True)]
)
def test_a_deny_holds_whatever_is_in_a_key(local_aws, bucket, key, readable):
    user = local_aws.user(allow("s3:*"), deny("s3:*", f"arn:aws:s3:::{bucket}/secret/*"))
    assert may_read(local_aws, user, bucket, key) is readable


@pytest.mark.parametrize(("key", "readable"), [("pub", True), ("pub\n", False), ("secret/x", False)])
def test_an_allow_is_for_the_whole_key(local_aws, bucket, key, readable):
    user = local_aws.user(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/pub"))
    assert may_read(local_aws, user, bucket, key) is readable


@pytest.mark.parametrize(("key", "readable"), [("pub", True), ("s\necret", True), ("secret/a\nb", False)])
def test_not_resource_is_all_but_those_keys(local_aws, bucket, key, readable):
    statement = {"Effect": "Allow", "Action": "s3:GetObject", "NotResource": f"arn:aws:s3:::{bucket}/secret/*"}
    assert may_read(local_aws, local_aws.user(statement), bucket, key) is readable


def test_not_action_is_all_but_those_actions(local_aws, bucket):
    statement = {"Effect": "Allow", "NotAction": "S3:getO*", "Resource": "*"}
    user = local_aws.user(statement)
    assert not may_read(local_aws, user, bucket, "pub")
    local_aws.client("s3", user).head_bucket(Bucket=bucket)


@pytest.mark.parametrize("operator", ["StringLike", "ForAnyValue:StringLike", "StringLikeIfExists"])
@pytest.mark.parametrize(("prefix", "denied"), [("secret/", True), ("secret/a\nb", True), ("pub", False)])
def test_conditions_hold_for_whole_values(local_aws, bucket, operator, prefix, denied):
    condition = {operator: {"s3:prefix": ["secret/*"]}}
    user = local_aws.user(allow("s3:*"), deny("s3:ListBucket", Condition=condition))
    s3 = local_aws.client("s3", user)
    if denied:
        with pytest.raises(ClientError, match="AccessDenied"):
            s3.list_objects_v2(Bucket=bucket, Prefix=prefix)
    else:
        s3.list_objects_v2(Bucket=bucket, Prefix=prefix)


@pytest.mark.parametrize(("key", "readable"), [("home/*/x", True), ("home/?", True), ("pub", False)])
def test_escaped_wildcards_are_themselves(local_aws, bucket, key, readable):
    patterns = [f"arn:aws:s3:::{bucket}/home/{end}" for end in ("${*}/x", "${?}")]
    user = local_aws.user(allow("s3:GetObject", *patterns))
    assert may_read(local_aws, user, bucket, key) is readable
    assert not may_read(local_aws, user, bucket, "secret/x")


@pytest.mark.parametrize("version", ["2012-10-17", "2008-10-17", None])
def test_policy_variables_have_their_values_since_2012(local_aws, bucket, version):
    statement = allow("s3:GetObject", f"arn:aws:s3:::{bucket}/${{aws:username}}/*")
    document = {"Statement": [statement], **({"Version": version} if version else {})}
    name, keys = policy_of(local_aws, document)
    local_aws.put(bucket, f"{name}/x", "own")
    substituted = version == "2012-10-17"
    assert may_read(local_aws, keys, bucket, f"{name}/x") is substituted
    assert may_read(local_aws, keys, bucket, "${aws:username}/x") is not substituted
    assert not may_read(local_aws, keys, bucket, "secret/x")


def test_a_variable_without_a_value_matches_nothing_and_one_with_a_default_has_that(local_aws, bucket):
    def readable(variable):
        return may_read(
            local_aws, local_aws.user(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/${{{variable}}}")), bucket, "pub"
        )

    assert not readable("aws:PrincipalTag/team")
    assert readable("aws:PrincipalTag/team, 'pub'")
    assert not readable("aws:PrincipalTag/team, '*'")


def test_a_variable_in_a_condition_has_its_value(local_aws, bucket):
    def lists(document):
        name, keys = policy_of(local_aws, document)
        try:
            local_aws.client("s3", keys).list_objects_v2(Bucket=bucket, Prefix=f"{name}/")
        except ClientError:
            return False
        return True

    def document(operator, value):
        condition = {"Condition": {operator: {"s3:prefix": value}}}
        return {"Version": "2012-10-17", "Statement": [allow("s3:ListBucket", **condition)]}

    assert lists(document("StringEquals", "${aws:username}/"))
    assert lists(document("StringLike", ["nothing", "${aws:username}*"]))
    assert not lists(document("StringNotEquals", "${aws:username}/"))


def test_a_bucket_policy_keeps_its_version(local_aws):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "${aws:username}", "x")
    user = local_aws.user(allow("sts:GetCallerIdentity"))
    arn = local_aws.client("sts", user).get_caller_identity()["Arn"]
    for version, readable in (("2008-10-17", True), ("2012-10-17", False)):
        statement = {**allow("s3:GetObject", f"arn:aws:s3:::{bucket}/${{aws:username}}"), "Principal": {"AWS": arn}}
        document = json.dumps({"Version": version, "Statement": [statement]})
        local_aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=document)
        assert may_read(local_aws, user, bucket, "${aws:username}") is readable


@pytest.mark.parametrize(
    ("value", "pattern", "found"),
    [
        ("arn:aws:s3:::b/a:b", "arn:aws:s3:::b/*", True),
        ("arn:aws:s3:::b\n", "arn:aws:s3:::b", False),
        ("arn:aws:sns:eu-west-1:1:t", "arn:aws:sns:*:1:t", True),
        ("arn:aws:sns:eu-west-1:1:t", "arn:aws:sns:*:t:*", False),
        ("arn:aws:sns:eu-west-1:1:t", "*", True),
        ("arn:aws:sns:eu-west-1:1:T", "arn:aws:sns:*:*:t", False),
        ("no arn", "arn:*:*:*:*:*", False),
    ],
)
def test_arns_are_compared_part_by_part(value, pattern, found):
    assert arn_matches(value, pattern) is found


SESSION = f"arn:aws:sts::{ACCOUNT}:assumed-role/reader/s"


@pytest.mark.parametrize(
    ("principal", "caller", "found"),
    [
        ("*", SESSION, True),
        ({"AWS": "*"}, SESSION, True),
        ({"AWS": ACCOUNT}, SESSION, True),
        ({"AWS": ACCOUNT + "\n"}, SESSION, False),
        ({"AWS": "111111111111"}, SESSION, False),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, SESSION, True),
        ({"AWS": "arn:aws:iam::111111111111:root"}, SESSION, False),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/reader"}, SESSION, True),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/path/reader"}, SESSION, True),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/Reader"}, SESSION, False),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:role/read*"}, SESSION, False),
        ({"AWS": f"arn:aws:iam::{ACCOUNT}:user/reader"}, SESSION, False),
        ({"AWS": [SESSION]}, SESSION, True),
        ({"AWS": [SESSION.upper()]}, SESSION, False),
        ({"AWS": ["x:role/reader", 5]}, SESSION, False),
        ({"AWS": ["glue.amazonaws.com"]}, "glue.amazonaws.com", True),
        ({"AWS": ["*.amazonaws.com"]}, "glue.amazonaws.com", False),
        ({"Federated": "x"}, SESSION, False),
        (None, SESSION, False),
    ],
)
def test_principals_are_compared_as_they_stand(principal, caller, found):
    assert principal_matches(principal, caller) is found


def test_a_pattern_that_backtracks_answers_at_once(local_aws, bucket):
    user = local_aws.user(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/{'*a' * 30}*b"))
    key = "a" * 900
    local_aws.put(bucket, key)
    assert not may_read(local_aws, user, bucket, key)
