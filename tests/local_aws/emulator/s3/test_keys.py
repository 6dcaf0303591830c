"""Who reads or writes an object under a customer's KMS key needs rights to the key too, as S3 asks KMS for them."""

import json

import pytest

from tests.local_aws.aws_server import ACCOUNT, allow, error_of

ROOT = f"arn:aws:iam::{ACCOUNT}:root"


@pytest.fixture
def key(local_aws):
    return local_aws.client("kms").create_key()["KeyMetadata"]["Arn"]


@pytest.fixture
def bucket(local_aws, key):
    """A bucket whose objects are encrypted with the key, with one in it."""
    name = local_aws.bucket()
    encrypt(local_aws, name, {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key})
    local_aws.put(name, "a", "body")
    return name


def encrypt(local_aws, bucket, default):
    rules = [{"ApplyServerSideEncryptionByDefault": default}]
    local_aws.client("s3").put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": rules})


def acting(local_aws, *statements):
    """A client of S3 as a role that may do everything with S3, and this."""
    role = local_aws.role(allow("s3:*"), *statements, trusts=ROOT)
    session = local_aws.client("sts").assume_role(RoleArn=role, RoleSessionName="test")["Credentials"]
    return local_aws.client("s3", session)


def test_to_read_is_to_decrypt(local_aws, bucket, key):
    without = acting(local_aws, allow("kms:GenerateDataKey", key))
    said = error_of(without.get_object, Bucket=bucket, Key="a")
    assert said.startswith("AccessDenied: User: arn:aws:sts::")
    assert f"is not authorized to perform: kms:Decrypt on resource: {key}" in said
    assert acting(local_aws, allow("kms:Decrypt", key)).get_object(Bucket=bucket, Key="a")["Body"].read() == b"body"


def test_to_write_is_to_ask_for_a_data_key(local_aws, bucket, key):
    without = acting(local_aws, allow("kms:Decrypt", key))
    assert "kms:GenerateDataKey" in error_of(without.put_object, Bucket=bucket, Key="b", Body=b"")
    acting(local_aws, allow("kms:GenerateDataKey", key)).put_object(Bucket=bucket, Key="b", Body=b"")


def test_a_request_may_name_a_key_of_its_own(local_aws, key):
    bucket, sse = local_aws.bucket(), {"ServerSideEncryption": "aws:kms", "SSEKMSKeyId": key}
    without = acting(local_aws)
    without.put_object(Bucket=bucket, Key="plain", Body=b"")
    assert "kms:GenerateDataKey" in error_of(without.put_object, Bucket=bucket, Key="b", Body=b"", **sse)
    acting(local_aws, allow("kms:*", key)).put_object(Bucket=bucket, Key="b", Body=b"", **sse)
    assert "kms:Decrypt" in error_of(without.get_object, Bucket=bucket, Key="b")


def test_a_copy_reads_with_one_key_and_writes_with_another(local_aws, bucket, key):
    target = local_aws.bucket()
    copy = {"Bucket": target, "Key": "c", "CopySource": {"Bucket": bucket, "Key": "a"}}
    assert "kms:Decrypt" in error_of(acting(local_aws).copy_object, **copy)
    acting(local_aws, allow("kms:Decrypt", key)).copy_object(**copy)
    back = {"Bucket": bucket, "Key": "d", "CopySource": {"Bucket": target, "Key": "c"}}
    assert "kms:GenerateDataKey" in error_of(acting(local_aws).copy_object, **back)


def test_aws_s_own_key_needs_no_right(local_aws):
    bucket = local_aws.bucket()
    encrypt(local_aws, bucket, {"SSEAlgorithm": "aws:kms"})
    client = acting(local_aws)
    client.put_object(Bucket=bucket, Key="a", Body=b"1")
    assert client.get_object(Bucket=bucket, Key="a")["Body"].read() == b"1"


def test_a_key_s_policy_may_let_in_whoever_s3_lets_in_at_one_bucket(local_aws, bucket, key):
    condition = {
        "StringEquals": {"kms:CallerAccount": ACCOUNT, "kms:ViaService": "s3.eu-west-1.amazonaws.com"},
        "StringLike": {"kms:EncryptionContext:aws:s3:arn": f"arn:aws:s3:::{bucket}/*"},
    }
    other = local_aws.bucket()
    encrypt(local_aws, other, {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key})
    local_aws.put(other, "a", "body")
    statements = [
        {**allow("kms:*"), "Principal": {"AWS": ROOT}},
        {**allow(["kms:Decrypt", "kms:GenerateDataKey"], Condition=condition), "Principal": {"AWS": "*"}},
    ]
    policy = json.dumps({"Version": "2012-10-17", "Statement": statements})
    local_aws.client("kms").put_key_policy(KeyId=key, PolicyName="default", Policy=policy)
    client = acting(local_aws)
    client.put_object(Bucket=bucket, Key="b", Body=b"1")
    assert client.get_object(Bucket=bucket, Key="b")["Body"].read() == b"1"
    assert "kms:Decrypt" in error_of(client.get_object, Bucket=other, Key="a")
