"""A request means one thing: to the policies that allow it and to what carries it out."""

import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.local_aws.aws_server import REGION, allow, error_of, unique
from tests.local_aws.emulator.test_gate import call


def test_an_action_in_the_address_does_not_allow_another_in_the_body(local_aws):
    victim = unique("user")
    local_aws.client("iam").create_user(UserName=victim)
    keys = local_aws.user(allow("iam:ListUsers"))
    body = f"Action=DeleteUser&UserName={victim}&Version=2010-05-08".encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    request = AWSRequest("POST", local_aws.endpoint + "/?Action=ListUsers", headers, body)
    SigV4Auth(Credentials(keys["AccessKeyId"], keys["SecretAccessKey"]), "iam", REGION).add_auth(request)
    status, _, answer = call(local_aws, "POST", "/?Action=ListUsers", dict(request.headers.items()), body)
    assert (status, b"MalformedQueryString" in answer) == (400, True), answer
    assert local_aws.client("iam").get_user(UserName=victim)["User"]["UserName"] == victim


def test_a_key_twice_in_an_object_deletes_nothing(local_aws):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "secret/x", "x")
    body = b"<Delete><Object><Key>secret/x</Key><Key>pub/x</Key></Object></Delete>"
    keys = local_aws.user(allow("s3:*", f"arn:aws:s3:::{bucket}/pub/*"))
    session = (keys["AccessKeyId"], keys["SecretAccessKey"])
    from botocore.auth import S3SigV4Auth

    request = AWSRequest("POST", f"{local_aws.endpoint}/{bucket}?delete", {}, body)
    S3SigV4Auth(Credentials(*session), "s3", REGION).add_auth(request)
    status, _, answer = call(local_aws, "POST", f"/{bucket}?delete", dict(request.headers.items()), body)
    assert (status, b"MalformedXML" in answer) == (400, True), answer
    assert local_aws.keys(bucket) == ["secret/x"]


@pytest.mark.parametrize(
    ("allowed", "key", "right"),
    [("pub/*", "pub/", True), ("pub/*", "/pub/x", False), ("only", "only/", False), ("a//b", "a//b", True)],
)
def test_policies_see_keys_as_they_are(local_aws, allowed, key, right):
    bucket = local_aws.bucket()
    local_aws.put(bucket, key, "x")
    keys = local_aws.user(allow("s3:GetObject", f"arn:aws:s3:::{bucket}/{allowed}"))
    s3 = local_aws.client("s3", keys)
    assert (error_of(s3.get_object, Bucket=bucket, Key=key) == "") == right
