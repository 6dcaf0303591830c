"""Parts of objects, copies onto themselves, tags: as S3 answers them."""

import pytest

from tests.local_aws.aws_server import error_of
from tests.local_aws.emulator.test_two_meanings import s3_call

PART = 5 << 20
ADMIN = {"AccessKeyId": "test", "SecretAccessKey": "test"}
KEY, VALUE = (
    "InvalidTag: The TagKey you have provided is invalid",
    "InvalidTag: The TagValue you have provided is invalid",
)
HEADER = "InvalidArgument: The header 'x-amz-tagging' shall be encoded as UTF-8"


@pytest.fixture(scope="module")
def bucket(local_aws):
    """A versioned bucket with an object of two parts, and one of one piece over it."""
    name, s3 = local_aws.bucket(versioned=True), local_aws.client("s3")
    where = {"Bucket": name, "Key": "k"}
    upload = s3.create_multipart_upload(**where)["UploadId"]
    made = []
    for number, body in ((1, b"a" * PART), (2, b"bcd")):
        etag = s3.upload_part(**where, UploadId=upload, PartNumber=number, Body=body)["ETag"]
        made.append({"PartNumber": number, "ETag": etag})
    s3.complete_multipart_upload(**where, UploadId=upload, MultipartUpload={"Parts": made})
    return name


@pytest.mark.parametrize("old", [False, True])
def test_a_part_is_read_by_its_number(local_aws, bucket, old):
    s3, where = local_aws.client("s3"), {"Bucket": bucket, "Key": "k"}
    if old:
        where["VersionId"] = s3.head_object(**where)["VersionId"]
        local_aws.put(bucket, "k", "now in one piece")
    for call in (s3.get_object, s3.head_object):
        answer = call(**where, PartNumber=2)
        assert answer["ResponseMetadata"]["HTTPStatusCode"] == 206
        assert (answer["ContentLength"], answer["PartsCount"]) == (3, 2)
        assert answer["ResponseMetadata"]["HTTPHeaders"]["content-range"] == f"bytes {PART}-{PART + 2}/{PART + 3}"
    assert s3.get_object(**where, PartNumber=2)["Body"].read() == b"bcd"
    assert error_of(s3.get_object, **where, PartNumber=3).startswith("InvalidPartNumber: The requested partnumber")
    assert error_of(s3.head_object, **where, PartNumber=3).startswith("416")
    assert error_of(s3.get_object, **where, PartNumber=1, Range="bytes=0-1").startswith(
        "InvalidRequest: Cannot specify"
    )
    assert error_of(s3.get_object, **where, PartNumber=10001).startswith("InvalidArgument: Part number must be")


def test_an_object_in_one_piece_has_one_part(local_aws):
    name, s3 = local_aws.bucket(), local_aws.client("s3")
    local_aws.put(name, "k", "content")
    answer = s3.get_object(Bucket=name, Key="k", PartNumber=1)
    assert (answer["Body"].read(), answer["ContentRange"], answer.get("PartsCount")) == (
        b"content",
        "bytes 0-6/7",
        None,
    )
    assert error_of(s3.get_object, Bucket=name, Key="k", PartNumber=2).startswith("InvalidPartNumber")


@pytest.mark.parametrize(
    ("more", "good"),
    [
        ({}, False),
        ({"TaggingDirective": "REPLACE", "Tagging": "a=b"}, False),
        ({"MetadataDirective": "COPY", "ACL": "private"}, False),
        ({"MetadataDirective": "REPLACE"}, True),
        ({"StorageClass": "STANDARD_IA"}, True),
        ({"ServerSideEncryption": "AES256"}, True),
        ({"ChecksumAlgorithm": "SHA256"}, True),
    ],
)
def test_a_copy_onto_itself_must_change_something(local_aws, more, good):
    name, s3 = local_aws.bucket(), local_aws.client("s3")
    local_aws.put(name, "a/ b", "content")
    copy = {"Bucket": name, "Key": "a/ b", "CopySource": {"Bucket": name, "Key": "a/ b"}}
    said = error_of(s3.copy_object, **copy, **more)
    assert said == "" if good else said.startswith("InvalidRequest: This copy request is illegal because it is trying")
    assert local_aws.get(name, "a/ b") == b"content"


def test_an_old_version_is_copied_over_its_object(local_aws):
    name, s3 = local_aws.bucket(versioned=True), local_aws.client("s3")
    first = s3.put_object(Bucket=name, Key="k", Body=b"old")["VersionId"]
    local_aws.put(name, "k", "new")
    s3.copy_object(Bucket=name, Key="k", CopySource={"Bucket": name, "Key": "k", "VersionId": first})
    assert local_aws.get(name, "k") == b"old"


def test_a_directive_that_there_is_not_is_refused(local_aws):
    name = local_aws.bucket()
    local_aws.put(name, "k", "x")
    headers = {"x-amz-copy-source": f"/{name}/k", "x-amz-metadata-directive": "MERGE"}
    status, answer = s3_call(local_aws, ADMIN, "PUT", f"/{name}/copy", headers)
    assert (status, b"Unknown metadata directive" in answer) == (400, True), answer


@pytest.mark.parametrize(
    ("tagging", "said"),
    [
        ("a=%01b", VALUE),
        ("a%09=b", KEY),
        ("a=b&a=c", HEADER),
        ("a", HEADER),
        ("a=%FF", HEADER),
        ("=b", KEY),
        (f"{'k' * 129}=v", KEY),
        (f"k={'v' * 257}", VALUE),
        ("a=b%3Cc", VALUE),
        ("aws:a=b", "InvalidTag: Your TagKey cannot be prefixed with aws:"),
        ("&".join(f"k{number}=v" for number in range(11)), "BadRequest: Object tags cannot be greater than 10"),
        (f"{'k' * 128}={'v' * 256}&a+b=%C3%A9_.:/%3D%2B-@&c=&d=%E2%82%82", ""),
    ],
)
def test_tags_of_headers_are_as_s3_takes_them(local_aws, tagging, said):
    name, s3 = local_aws.bucket(), local_aws.client("s3")
    local_aws.put(name, "source", "x")
    where = {"Bucket": name, "Key": "k", "Tagging": tagging}
    source = {"Bucket": name, "Key": "source"}
    found = {
        error_of(s3.put_object, **where),
        error_of(s3.create_multipart_upload, **where),
        error_of(s3.copy_object, **where, CopySource=source, TaggingDirective="REPLACE"),
    }
    assert [each for each in found if not each.startswith(said) or bool(each) != bool(said)] == []
    assert local_aws.keys(name) == (["source"] if said else ["k", "source"])


@pytest.mark.parametrize(
    ("tags", "said"),
    [
        ([("a\tb", "v")], KEY),
        ([("k" * 129, "v")], KEY),
        ([("a", "v" * 257)], VALUE),
        ([("a", "b|c")], VALUE),
        ([("a", "1"), ("a", "2")], "InvalidTag: Cannot provide multiple Tags with the same key"),
        ([("a", ""), ("é /", "+-=._:/@")], ""),
    ],
)
def test_tags_of_documents_are_as_s3_takes_them(local_aws, tags, said):
    name, s3 = local_aws.bucket(), local_aws.client("s3")
    local_aws.put(name, "k", "x")
    tagging = {"TagSet": [{"Key": key, "Value": value} for key, value in tags]}
    for found in (
        error_of(s3.put_object_tagging, Bucket=name, Key="k", Tagging=tagging),
        error_of(s3.put_bucket_tagging, Bucket=name, Tagging=tagging),
    ):
        assert found.startswith(said)
        assert bool(found) == bool(said), found


@pytest.mark.parametrize("condition", [{"IfNoneMatch": "*"}, {"IfMatch": '"other"'}])
def test_conditions_of_the_target_of_a_copy_are_kept(local_aws, condition):
    name, s3 = local_aws.bucket(), local_aws.client("s3")
    local_aws.put(name, "k", "old")
    local_aws.put(name, "source", "new")
    copy = {"Bucket": name, "Key": "k", "CopySource": {"Bucket": name, "Key": "source"}}
    assert error_of(s3.copy_object, **copy, **condition).startswith("PreconditionFailed")
    assert local_aws.get(name, "k") == b"old"
    s3.copy_object(**copy, IfMatch=s3.head_object(Bucket=name, Key="k")["ETag"])
    assert local_aws.get(name, "k") == b"new"


def test_a_page_of_keys_has_a_thousand_at_most(local_aws):
    name, s3 = local_aws.bucket(versioned=True), local_aws.client("s3")
    for call in (s3.list_objects, s3.list_objects_v2, s3.list_object_versions):
        assert call(Bucket=name, MaxKeys=5000)["MaxKeys"] == 1000
        assert error_of(call, Bucket=name, MaxKeys=-1).startswith(
            "InvalidArgument: Argument maxKeys must be an integer"
        )
        assert error_of(call, Bucket=name, EncodingType="base64").startswith("InvalidArgument: Invalid Encoding Method")
