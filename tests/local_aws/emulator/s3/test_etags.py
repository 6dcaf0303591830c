"""The ETag of an object: the MD5 of its content, but under a KMS key or a caller's own one another at each write."""

import hashlib
import re

import pytest

BODY = b"the same content"
MD5 = f'"{hashlib.md5(BODY, usedforsecurity=False).hexdigest()}"'
OWN = {"SSECustomerAlgorithm": "AES256", "SSECustomerKey": "k" * 32}


@pytest.fixture
def s3(local_aws):
    return local_aws.client("s3")


@pytest.fixture
def bucket(local_aws, s3):
    """Keeps versions."""
    name = local_aws.bucket()
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    return name


def default_to_kms(s3, bucket):
    rule = {"ApplyServerSideEncryptionByDefault": {"SSEAlgorithm": "aws:kms"}}
    s3.put_bucket_encryption(Bucket=bucket, ServerSideEncryptionConfiguration={"Rules": [rule]})


def told(s3, bucket, key, **more):
    """An object's ETag as each operation tells it, which must be one."""
    found = {
        s3.head_object(Bucket=bucket, Key=key, **more)["ETag"],
        s3.get_object(Bucket=bucket, Key=key, **more)["ETag"],
        *(one["ETag"] for one in s3.list_objects_v2(Bucket=bucket, Prefix=key)["Contents"]),
        *(one["ETag"] for one in s3.list_object_versions(Bucket=bucket, Prefix=key)["Versions"] if one["IsLatest"]),
    }
    (etag,) = found
    return etag


def test_without_a_key_it_is_the_md5(s3, bucket):
    assert s3.put_object(Bucket=bucket, Key="a", Body=BODY)["ETag"] == told(s3, bucket, "a") == MD5
    copied = s3.copy_object(Bucket=bucket, Key="b", CopySource=f"{bucket}/a")["CopyObjectResult"]["ETag"]
    assert copied == told(s3, bucket, "b") == MD5


@pytest.mark.parametrize("more", [{"ServerSideEncryption": "aws:kms"}, OWN])
def test_with_one_each_write_has_another(s3, bucket, more):
    to_read = more if more is OWN else {}
    etags = set()
    for _ in range(2):
        etag = s3.put_object(Bucket=bucket, Key="a", Body=BODY, **more)["ETag"]
        assert etag == told(s3, bucket, "a", **to_read)
        etags.add(etag)
    assert len({*etags, MD5}) == 3


def test_where_the_bucket_says_so_copies_and_parts_have_others_too(s3, bucket):
    s3.put_object(Bucket=bucket, Key="plain", Body=BODY)
    default_to_kms(s3, bucket)
    put = s3.put_object(Bucket=bucket, Key="put", Body=BODY)["ETag"]
    copied = s3.copy_object(Bucket=bucket, Key="copied", CopySource=f"{bucket}/plain")["CopyObjectResult"]["ETag"]
    upload = s3.create_multipart_upload(Bucket=bucket, Key="parts")["UploadId"]
    part = s3.upload_part(Bucket=bucket, Key="parts", UploadId=upload, PartNumber=1, Body=BODY)["ETag"]
    made = s3.complete_multipart_upload(
        Bucket=bucket,
        Key="parts",
        UploadId=upload,
        MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": part}]},
    )["ETag"]
    assert [put, copied, made] == [told(s3, bucket, key) for key in ("put", "copied", "parts")]
    assert told(s3, bucket, "plain") == MD5
    assert part == MD5
    of_parts = hashlib.md5(bytes.fromhex(MD5.strip('"')), usedforsecurity=False).hexdigest()
    assert len({MD5, f'"{of_parts}-1"', put, copied, made}) == 5
    assert re.fullmatch(r'"[0-9a-f]{32}-1"', made)
