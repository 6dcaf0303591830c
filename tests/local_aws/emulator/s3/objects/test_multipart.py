"""Multipart uploads: their parts lie on disk, outlive the server and are gone when the upload is."""

import base64
import hashlib
import random
import zlib
from pathlib import Path

import pytest

from tests.local_aws.aws_server import LocalAws, error_of, unique

MB = 1 << 20
FIRST = random.Random(3).randbytes(5 * MB + 3)  # noqa: S311 - test data
SECOND = random.Random(4).randbytes(6 * MB)  # noqa: S311 - test data
LAST = b"the end"


def etag(*parts: bytes) -> str:
    """Of a multipart object: S3 user guide, "Checking object integrity"."""
    digests = b"".join(hashlib.md5(part, usedforsecurity=False).digest() for part in parts)
    return f'"{hashlib.md5(digests, usedforsecurity=False).hexdigest()}-{len(parts)}"'


class Upload:
    """One upload of a key."""

    def __init__(self, aws: LocalAws, bucket: str, key: str, **settings: object) -> None:
        self.aws, self.place = aws, {"Bucket": bucket, "Key": key}
        self.id = aws.client("s3").create_multipart_upload(**self.place, **settings)["UploadId"]
        self.tags: dict[int, str] = {}

    def part(self, number: int, body: bytes, **settings: object) -> None:
        s3 = self.aws.client("s3")
        answer = s3.upload_part(**self.place, UploadId=self.id, PartNumber=number, Body=body, **settings)
        self.tags[number] = answer["ETag"]

    def copied(self, number: int, source: str, asked: str = "") -> None:
        s3, more = self.aws.client("s3"), {"CopySourceRange": asked} if asked else {}
        answer = s3.upload_part_copy(**self.place, UploadId=self.id, PartNumber=number, CopySource=source, **more)
        self.tags[number] = answer["CopyPartResult"]["ETag"]

    def asked(self, numbers: list[int] | None = None) -> dict[str, object]:
        parts = [{"PartNumber": number, "ETag": self.tags[number]} for number in numbers or sorted(self.tags)]
        return {**self.place, "UploadId": self.id, "MultipartUpload": {"Parts": parts}}

    def complete(self, **settings: object) -> dict[str, object]:
        return self.aws.client("s3").complete_multipart_upload(**self.asked(), **settings)

    @property
    def files(self) -> list[Path]:
        return [file for file in (self.aws.state_dir / "uploads").rglob("*") if self.id in str(file)]


@pytest.fixture(scope="module")
def bucket(local_aws: LocalAws) -> str:
    return local_aws.bucket()


def test_parts_become_one_object(local_aws, bucket):
    upload = Upload(local_aws, bucket, "joined", Metadata={"m": "1"}, ContentType="text/csv", Tagging="t=v")
    upload.part(2, SECOND)
    upload.part(1, b"replaced" + SECOND)
    upload.part(1, FIRST)
    upload.part(7, LAST)
    assert upload.complete()["ETag"] == etag(FIRST, SECOND, LAST)
    s3 = local_aws.client("s3")
    got = s3.get_object(Bucket=bucket, Key="joined")
    assert got["Body"].read() == FIRST + SECOND + LAST
    assert (got["Metadata"], got["ContentType"]) == ({"m": "1"}, "text/csv")
    assert s3.get_object_tagging(Bucket=bucket, Key="joined")["TagSet"] == [{"Key": "t", "Value": "v"}]
    second = s3.get_object(Bucket=bucket, Key="joined", PartNumber=2)
    assert (second["Body"].read() == SECOND, second["PartsCount"]) == (True, 3)
    assert upload.files == []


def test_completing_again_answers_the_same(local_aws, bucket):
    upload = Upload(local_aws, bucket, "twice")
    upload.part(1, FIRST)
    assert upload.complete()["ETag"] == upload.complete()["ETag"] == etag(FIRST)


def test_parts_are_copied_whole_and_in_ranges(local_aws, bucket):
    local_aws.put(bucket, "of-parts", FIRST)
    upload = Upload(local_aws, bucket, "from copies", ChecksumAlgorithm="CRC32")
    upload.copied(1, f"{bucket}/of-parts")
    upload.copied(2, f"{bucket}/of-parts", f"bytes=9-{len(FIRST) - 1}")
    whole = FIRST + FIRST[9:]
    answer = upload.complete()
    assert answer["ETag"] == etag(FIRST, FIRST[9:])
    crcs = b"".join(zlib.crc32(part).to_bytes(4) for part in (FIRST, FIRST[9:]))
    assert answer["ChecksumCRC32"] == base64.b64encode(zlib.crc32(crcs).to_bytes(4)).decode() + "-2"
    assert local_aws.get(bucket, "from copies") == whole


def test_an_upload_outlives_a_kill(fresh_local_aws):
    aws, bucket = fresh_local_aws, fresh_local_aws.bucket()
    upload = Upload(aws, bucket, "k", Metadata={"m": "1"}, Tagging="t=v")
    upload.part(1, FIRST)
    upload.part(3, LAST)
    aws.stop(9)
    aws.start()
    parts = aws.client("s3").list_parts(Bucket=bucket, Key="k", UploadId=upload.id)["Parts"]
    assert [(part["PartNumber"], part["Size"]) for part in parts] == [(1, len(FIRST)), (3, len(LAST))]
    upload.part(2, SECOND)
    assert upload.complete()["ETag"] == etag(FIRST, SECOND, LAST)
    aws.stop(9)
    aws.start()
    s3 = aws.client("s3")
    got = s3.get_object(Bucket=bucket, Key="k")
    assert (got["Body"].read() == FIRST + SECOND + LAST, got["Metadata"]) == (True, {"m": "1"})
    assert s3.get_object(Bucket=bucket, Key="k", PartNumber=3)["Body"].read() == LAST
    sizes = s3.get_object_attributes(Bucket=bucket, Key="k", ObjectAttributes=["ObjectParts"])["ObjectParts"]["Parts"]
    assert [part["Size"] for part in sizes] == [len(FIRST), len(SECOND), len(LAST)]
    assert s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"] == [{"Key": "t", "Value": "v"}]


def test_an_aborted_upload_frees_its_files(local_aws, bucket):
    upload = Upload(local_aws, bucket, "aborted")
    upload.part(1, FIRST)
    assert sum(file.stat().st_size for file in upload.files if file.suffix == ".part") == len(FIRST)
    local_aws.client("s3").abort_multipart_upload(**upload.place, UploadId=upload.id)
    assert upload.files == []


def test_a_deleted_bucket_frees_its_uploads(local_aws):
    bucket = local_aws.bucket()
    upload = Upload(local_aws, bucket, "k")
    upload.part(1, FIRST)
    local_aws.client("s3").delete_bucket(Bucket=bucket)
    assert upload.files == []


def test_a_lifecycle_rule_ends_old_uploads(fresh_local_aws):
    aws, bucket = fresh_local_aws, fresh_local_aws.bucket()
    rule = {"ID": "r", "Status": "Enabled", "Filter": {"Prefix": "old/"}}
    rule["AbortIncompleteMultipartUpload"] = {"DaysAfterInitiation": 1}
    aws.client("s3").put_bucket_lifecycle_configuration(Bucket=bucket, LifecycleConfiguration={"Rules": [rule]})
    ended, kept = Upload(aws, bucket, "old/k"), Upload(aws, bucket, "k")
    for upload in (ended, kept):
        upload.part(1, LAST)
        described = next(file for file in upload.files if file.name == "upload.json")
        described.write_text(described.read_text().replace('"created": "20', '"created": "19'))
    aws.stop(9)
    aws.start()
    assert (ended.files == [], kept.files == []) == (True, False)


def test_lists_of_parts_that_make_no_object_are_refused(local_aws, bucket):
    upload, s3 = Upload(local_aws, bucket, "refused"), local_aws.client("s3")
    upload.part(1, LAST)
    upload.part(2, FIRST)
    upload.part(3, LAST)
    out_of_order = error_of(s3.complete_multipart_upload, **upload.asked([3, 2]))
    assert out_of_order.startswith("InvalidPartOrder: The list of parts was not in ascending order.")
    too_small = error_of(s3.complete_multipart_upload, **upload.asked([1, 2]))
    assert too_small == "EntityTooSmall: Your proposed upload is smaller than the minimum allowed size"
    upload.tags[9] = upload.tags[3]
    assert error_of(s3.complete_multipart_upload, **upload.asked([2, 9])).startswith("InvalidPart:")
    asked = upload.asked([2])
    asked["MultipartUpload"] = {"Parts": []}
    assert error_of(s3.complete_multipart_upload, **asked).startswith("MalformedXML:")
    assert error_of(local_aws.client("s3").head_object, Bucket=bucket, Key="refused").startswith("404")
    assert len([file for file in upload.files if file.suffix == ".part"]) == 3


def test_a_part_that_is_not_what_its_checksum_says_leaves_the_old_part(local_aws, bucket):
    upload = Upload(local_aws, bucket, unique())
    upload.part(1, FIRST)
    wrong = base64.b64encode(hashlib.md5(b"", usedforsecurity=False).digest()).decode()
    refused = error_of(
        local_aws.client("s3").upload_part,
        **upload.place,
        UploadId=upload.id,
        PartNumber=1,
        Body=SECOND,
        ContentMD5=wrong,
    )
    assert refused == "BadDigest: The Content-MD5 you specified did not match what we received."
    assert upload.complete()["ETag"] == etag(FIRST)


def test_an_upload_of_another_key_is_not_found(local_aws, bucket):
    upload = Upload(local_aws, bucket, "mine")
    refused = error_of(
        local_aws.client("s3").upload_part, Bucket=bucket, Key="other", UploadId=upload.id, PartNumber=1, Body=FIRST
    )
    assert refused == "NoSuchUpload: The specified multipart upload does not exist."
