"""What S3 answers of encryption, conditions and versions, as AWS does (API reference; public tests that ran on AWS)."""

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.aws_server import ACCOUNT, REGION, unique

NOT_HELD = "At least one of the pre-conditions you specified did not hold"
PART = b"0" * 5 * 2**20


@pytest.fixture(scope="module")
def s3(local_aws):
    return local_aws.client("s3")


def error(call, **parameters):
    with pytest.raises(ClientError) as raised:
        call(**parameters)
    found = raised.value.response["Error"]
    return {name: found[name] for name in found if name not in ("Resource", "RequestId")}


def uploaded(s3, **target):
    """An upload of one part that is ready to be completed."""
    upload = {**target, "UploadId": s3.create_multipart_upload(**target)["UploadId"]}
    part = s3.upload_part(**upload, PartNumber=1, Body=PART)
    return {**upload, "MultipartUpload": {"Parts": [{"PartNumber": 1, "ETag": part["ETag"]}]}}


# Encryption


def encryption(answer):
    names = ("ServerSideEncryption", "SSEKMSKeyId", "BucketKeyEnabled")
    return tuple(answer.get(name) for name in names)


def test_every_object_is_encrypted_with_s3s_key(local_aws, s3):
    bucket = local_aws.bucket()
    answers = [s3.put_object(Bucket=bucket, Key="k", Body=b"x")]
    answers.append(s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k"))
    answers.append(s3.create_multipart_upload(Bucket=bucket, Key="m"))
    answers.append(s3.complete_multipart_upload(**uploaded(s3, Bucket=bucket, Key="m")))
    for key in ("k", "copy", "m"):
        answers += [s3.head_object(Bucket=bucket, Key=key), s3.get_object(Bucket=bucket, Key=key)]
    assert {encryption(answer) for answer in answers} == {("AES256", None, None)}
    assert (
        "x-amz-server-side-encryption"
        not in (s3.get_object_tagging(Bucket=bucket, Key="k")["ResponseMetadata"]["HTTPHeaders"])
    )


def test_a_buckets_default_holds_for_its_objects_and_is_told_whole(local_aws, s3):
    bucket = local_aws.bucket()
    assert s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"] == [
        {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "AES256"}, "BucketKeyEnabled": False}
    ]
    key = local_aws.client("kms").create_key()["KeyMetadata"]
    default = {"SSEAlgorithm": "aws:kms", "KMSMasterKeyID": key["KeyId"]}

    def set_default(**more):
        rule = {"ApplyServerSideEncryptionByDefault": default, **more}
        s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})
        return s3.get_bucket_encryption(Bucket=bucket)["ServerSideEncryptionConfiguration"]["Rules"]

    assert set_default() == [{"ApplyServerSideEncryptionByDefault": default, "BucketKeyEnabled": False}]
    assert encryption(s3.put_object(Bucket=bucket, Key="a")) == ("aws:kms", key["Arn"], None)
    assert set_default(BucketKeyEnabled=True)[0]["BucketKeyEnabled"] is True
    assert encryption(s3.put_object(Bucket=bucket, Key="b")) == ("aws:kms", key["Arn"], True)
    assert encryption(s3.head_object(Bucket=bucket, Key="b")) == ("aws:kms", key["Arn"], True)
    assert encryption(s3.put_object(Bucket=bucket, Key="c", ServerSideEncryption="AES256")) == ("AES256", None, None)
    assert encryption(s3.head_object(Bucket=bucket, Key="a")) == ("aws:kms", key["Arn"], None)


def test_a_kms_key_that_is_not_named_is_the_accounts_own(local_aws, s3):
    bucket = local_aws.bucket()
    algorithm, key, _ = encryption(s3.put_object(Bucket=bucket, Key="k", ServerSideEncryption="aws:kms"))
    assert algorithm == "aws:kms"
    assert key.startswith(f"arn:aws:kms:{REGION}:{ACCOUNT}:key/")
    assert encryption(s3.head_object(Bucket=bucket, Key="k")) == ("aws:kms", key, None)


# Errors


def test_errors_name_bucket_key_version_and_upload(local_aws, s3):
    bucket, absent = local_aws.bucket(), unique("absent")
    assert error(s3.list_objects_v2, Bucket=absent)["BucketName"] == absent
    assert error(s3.get_bucket_policy, Bucket=bucket)["BucketName"] == bucket
    assert error(s3.get_object, Bucket=bucket, Key="a/<b>")["Key"] == "a/<b>"
    assert error(s3.copy_object, Bucket=bucket, Key="t", CopySource=f"{bucket}/no such")["Key"] == "no such"
    local_aws.put(bucket, "k")
    assert error(s3.delete_bucket, Bucket=bucket)["BucketName"] == bucket
    upload = "A" * 40
    assert error(s3.list_parts, Bucket=bucket, Key="k", UploadId=upload)["UploadId"] == upload


def test_the_condition_that_did_not_hold_is_named(local_aws, s3):
    bucket = local_aws.bucket()
    target = {"Bucket": bucket, "Key": "k"}
    etag = s3.put_object(**target, IfNoneMatch="*")["ETag"]

    def failed(call, condition, **more):
        assert error(call, **more) == {"Code": "PreconditionFailed", "Message": NOT_HELD, "Condition": condition}

    failed(s3.put_object, "If-None-Match", **target, IfNoneMatch="*")
    failed(s3.put_object, "If-Match", **target, IfMatch="other")
    failed(s3.get_object, "If-Match", **target, IfMatch="other")
    failed(s3.get_object, "If-Unmodified-Since", **target, IfUnmodifiedSince="2020-01-01")
    failed(s3.delete_object, "If-Match", **target, IfMatch="other")
    failed(s3.complete_multipart_upload, "If-None-Match", **uploaded(s3, **target), IfNoneMatch="*")
    source = {"Bucket": bucket, "Key": "t", "CopySource": f"{bucket}/k"}
    failed(s3.copy_object, "x-amz-copy-source-If-None-Match", **source, CopySourceIfNoneMatch=etag)
    failed(s3.copy_object, "x-amz-copy-source-If-Match", **source, CopySourceIfMatch="other")
    assert error(s3.put_object, Bucket=bucket, Key="absent", IfMatch=etag)["Code"] == "NoSuchKey"
    s3.delete_object(**target, IfMatch=etag)


# Versions


def test_prefixes_and_versions_are_counted_in_the_order_of_their_keys(local_aws, s3):
    bucket = local_aws.bucket(versioned=True)
    for number in (1, 11, 12, 13):
        for body in "abc":
            local_aws.put(bucket, f"key{number}-with-data", body)
            local_aws.put(bucket, f"key{number}-without-data", body)
    marker, pages = {"KeyMarker": "key11"}, []
    while True:
        page = s3.list_object_versions(Bucket=bucket, Delimiter="with-", Prefix="key1", MaxKeys=5, **marker)
        prefixes = [entry["Prefix"] for entry in page.get("CommonPrefixes", [])]
        pages.append(([entry["Key"] for entry in page.get("Versions", [])], prefixes, page.get("NextKeyMarker")))
        if not page["IsTruncated"]:
            break
        marker = {"KeyMarker": page["NextKeyMarker"]}
        if "NextVersionIdMarker" in page:
            marker["VersionIdMarker"] = page["NextVersionIdMarker"]
    assert pages == [
        (["key11-without-data"] * 3, ["key11-with-", "key12-with-"], "key12-with-"),
        (["key12-without-data"] * 3 + ["key13-without-data"], ["key13-with-"], "key13-without-data"),
        (["key13-without-data"] * 2, [], None),
    ]


def test_all_versions_and_delete_markers_are_listed_the_newest_first(local_aws, s3):
    bucket = local_aws.bucket(versioned=True)
    made = [s3.put_object(Bucket=bucket, Key="k", Body=body)["VersionId"] for body in (b"1", b"22")]
    deleted = s3.delete_object(Bucket=bucket, Key="k")["VersionId"]
    page = s3.list_object_versions(Bucket=bucket)
    assert [(entry["VersionId"], entry["Size"], entry["IsLatest"]) for entry in page["Versions"]] == [
        (made[1], 2, False),
        (made[0], 1, False),
    ]
    assert [(entry["VersionId"], entry["IsLatest"]) for entry in page["DeleteMarkers"]] == [(deleted, True)]
