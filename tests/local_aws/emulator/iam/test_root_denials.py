"""A Deny in a bucket's policy holds for the root user, who can still change the policy (S3's API reference)."""

import json

import pytest

from tests.local_aws.aws_server import allow, error_of


def deny(actions, *resources, **more):
    return {"Effect": "Deny", "Principal": "*", "Action": actions, "Resource": list(resources), **more}


@pytest.fixture
def bucket(local_aws):
    name = local_aws.bucket()
    local_aws.put(name, "k", "text")
    return name


def set_policy(local_aws, bucket, *statements):
    policy = json.dumps({"Version": "2012-10-17", "Statement": list(statements)})
    local_aws.client("s3").put_bucket_policy(Bucket=bucket, Policy=policy)


def test_root_is_denied_what_the_policy_denies_to_all(local_aws, bucket):
    s3 = local_aws.client("s3")
    set_policy(local_aws, bucket, deny("s3:DeleteObject", f"arn:aws:s3:::{bucket}/*"))
    error = error_of(s3.delete_object, Bucket=bucket, Key="k")
    assert error.startswith(
        "AccessDenied: User: arn:aws:iam::000000000000:root is not authorized to perform: s3:DeleteObject"
    )
    assert "explicit deny in a resource-based policy" in error
    assert local_aws.get(bucket, "k") == b"text"
    several = s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k"}]})
    assert [found["Code"] for found in several.get("Errors", [])] == ["AccessDenied"]
    assert local_aws.keys(bucket) == ["k"]


def test_root_is_never_locked_out_of_the_policy(local_aws, bucket):
    s3 = local_aws.client("s3")
    set_policy(local_aws, bucket, deny("s3:*", f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*"))
    assert error_of(s3.get_object, Bucket=bucket, Key="k").startswith("AccessDenied: ")
    assert error_of(s3.list_objects_v2, Bucket=bucket).startswith("AccessDenied: ")
    assert "s3:*" in s3.get_bucket_policy(Bucket=bucket)["Policy"]
    s3.delete_bucket_policy(Bucket=bucket)
    assert local_aws.get(bucket, "k") == b"text"


def test_a_deny_for_others_or_under_another_condition_does_not_hold_for_root(local_aws, bucket):
    everything = (f"arn:aws:s3:::{bucket}", f"arn:aws:s3:::{bucket}/*")
    insecure = deny("s3:*", *everything, Condition={"Bool": {"aws:SecureTransport": "false"}})
    role = local_aws.role(allow("s3:*"))
    set_policy(local_aws, bucket, insecure, {**deny("s3:*", *everything), "Principal": {"AWS": role}})
    assert local_aws.get(bucket, "k") == b"text"
    local_aws.client("s3").delete_object(Bucket=bucket, Key="k")
