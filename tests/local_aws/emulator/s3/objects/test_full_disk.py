"""A full disk: what was answered 200 is there after a kill, byte for byte; what was refused left no trace."""

import random
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.local_aws.aws_server import LocalAws, error_of

MB = 1 << 20
REFUSED = "InternalError"


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", folder], capture_output=True, text=True, check=False
    )
    if mounted.returncode:
        pytest.skip(f"no disk of 64 MB can be mounted here: {mounted.stderr.strip()}")
    yield folder
    subprocess.run(["umount", "-l", folder], check=True)


@pytest.fixture
def aws(small_disk: Path) -> Iterator[LocalAws]:
    server = LocalAws(small_disk / "state").start()
    yield server
    server.stop()


def code_of(call: Callable[..., object], /, **params: object) -> str:
    return error_of(call, **params).partition(":")[0]


def body(number: int, size: int) -> bytes:
    return random.Random(number).randbytes(size)  # noqa: S311 - test data


def fill(folder: Path) -> Path:
    """Leave no room; the file that takes it can be deleted to have room again."""
    filler = folder / "filler"
    with filler.open("wb", buffering=0) as file:
        for size in (MB, 1):
            try:
                while True:
                    file.write(b"x" * size)
            except OSError:
                continue
    return filler


@pytest.mark.parametrize("size", [4 * MB, MB - 1])
def test_each_put_is_kept_or_refused(aws, size):
    s3, bucket = aws.client("s3"), aws.bucket()
    aws.put(bucket, "over", body(999, size))
    refused: dict[int, str] = {}
    for number in range(40 if size > MB else 90):
        refused[number] = code_of(s3.put_object, Bucket=bucket, Key=f"k{number}", Body=body(number, size))
    over = code_of(s3.put_object, Bucket=bucket, Key="over", Body=body(998, 4 * MB))
    assert set(refused.values()) == {"", REFUSED}
    kept = sorted(f"k{number}" for number, error in refused.items() if not error)
    assert len(kept) >= (12 if size > MB else 50)
    for server in (aws, restarted(aws)):
        assert server.keys(bucket) == [*kept, "over"]
        for number in (int(key[1:]) for key in kept):
            assert server.get(bucket, f"k{number}") == body(number, size)
        assert over == REFUSED
        assert server.get(bucket, "over") == body(999, size)
    assert list((aws.state_dir / "spool").iterdir()) == []


def restarted(aws: LocalAws) -> LocalAws:
    aws.stop(9)
    return aws.start()


def changes(aws: LocalAws, bucket: str) -> dict[str, Callable[[], object]]:
    s3, tags = aws.client("s3"), {"TagSet": [{"Key": "new", "Value": "x" * 200}]}
    metadata = {"MetadataDirective": "REPLACE", "Metadata": {"new": "x" * 1500}}
    return {
        "bucket": lambda: s3.create_bucket(
            Bucket=f"{bucket}-2", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
        ),
        "bucket's tags": lambda: s3.put_bucket_tagging(Bucket=bucket, Tagging=tags),
        "versioning": lambda: s3.put_bucket_versioning(Bucket=bucket, VersioningConfiguration={"Status": "Suspended"}),
        "tags": lambda: s3.put_object_tagging(Bucket=bucket, Key="k", Tagging=tags),
        "metadata": lambda: s3.copy_object(Bucket=bucket, Key="k", CopySource=f"{bucket}/k", **metadata),
        "copy": lambda: s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/k"),
        "delete marker": lambda: s3.delete_object(Bucket=bucket, Key="k"),
        "delete markers": lambda: s3.delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "k"}]}),
        "upload": lambda: s3.create_multipart_upload(Bucket=bucket, Key="k"),
        "small object": lambda: s3.put_object(Bucket=bucket, Key="k", Body=b"new"),
    }


def seen(aws: LocalAws, bucket: str) -> tuple[object, ...]:
    s3 = aws.client("s3")
    head = s3.head_object(Bucket=bucket, Key="k")
    versions = s3.list_object_versions(Bucket=bucket)
    return (
        [entry["Name"] for entry in s3.list_buckets()["Buckets"]],
        s3.get_bucket_versioning(Bucket=bucket)["Status"],
        s3.get_bucket_tagging(Bucket=bucket)["TagSet"],
        s3.get_object_tagging(Bucket=bucket, Key="k")["TagSet"],
        (head["Metadata"], head["VersionId"]),
        aws.get(bucket, "k"),
        [(entry["Key"], entry["VersionId"]) for entry in versions["Versions"]],
        versions.get("DeleteMarkers", []),
        s3.list_multipart_uploads(Bucket=bucket).get("Uploads", []),
    )


def test_what_describes_buckets_and_objects_is_kept_or_refused(aws, small_disk):
    s3, bucket = aws.client("s3"), aws.bucket(versioned=True)
    s3.put_bucket_tagging(Bucket=bucket, Tagging={"TagSet": [{"Key": "old", "Value": "1"}]})
    s3.put_object(Bucket=bucket, Key="k", Body=b"old", Metadata={"old": "1"}, Tagging="old=1")
    before = seen(aws, bucket)
    filler = fill(small_disk)
    for name, change in changes(aws, bucket).items():
        error = code_of(lambda change=change: change())
        assert (name, error) == (name, REFUSED)
        assert (name, seen(aws, bucket)) == (name, before)
    aws.stop(9)
    filler.unlink()
    aws.start()
    assert seen(aws, bucket) == before
    for change in changes(aws, bucket).values():
        change()


def test_a_part_and_a_completion_without_room_leave_the_upload(aws):
    s3, bucket = aws.client("s3"), aws.bucket()
    upload = s3.create_multipart_upload(Bucket=bucket, Key="k")["UploadId"]
    tags = {}
    for number in (1, 2):
        part = {"Bucket": bucket, "Key": "k", "UploadId": upload, "PartNumber": number}
        tags[number] = s3.upload_part(**part, Body=body(number, 20 * MB))["ETag"]
    third = {"Bucket": bucket, "Key": "k", "UploadId": upload, "PartNumber": 3}
    assert code_of(s3.upload_part, **third, Body=body(3, 30 * MB)) == REFUSED
    parts = {"Parts": [{"PartNumber": number, "ETag": tag} for number, tag in tags.items()]}
    asked = {"Bucket": bucket, "Key": "k", "UploadId": upload, "MultipartUpload": parts}
    assert code_of(s3.complete_multipart_upload, **asked) == REFUSED
    listed = restarted(aws).client("s3").list_parts(Bucket=bucket, Key="k", UploadId=upload)["Parts"]
    assert [part["Size"] for part in listed] == [20 * MB, 20 * MB]


FILE_LIMIT = """
import resource, runpy, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (3 << 20, 3 << 20))
sys.argv = ["local_aws", *sys.argv[1:]]
runpy.run_module("local_aws", run_name="__main__")
"""


def test_a_file_that_may_not_be_so_large_is_refused(tmp_path):
    """Where no disk can be mounted, this is the same road: EFBIG instead of ENOSPC."""
    aws = LocalAws(tmp_path / "state").start()
    bucket = aws.bucket()
    aws.put(bucket, "k", body(1, 2 * MB))
    aws.stop()
    command = [sys.executable, "-c", FILE_LIMIT, "--port", str(aws.port), "--state-dir", str(aws.state_dir)]
    aws.process = subprocess.Popen(
        command, cwd=Path(__file__).parents[5], stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    try:
        assert aws.process.stdout.readline().startswith("ready:")
        s3 = aws.client("s3")
        assert code_of(s3.put_object, Bucket=bucket, Key="k", Body=body(2, 4 * MB)) == REFUSED
        assert aws.get(bucket, "k") == body(1, 2 * MB)
        aws.put(bucket, "k", body(3, 2 * MB))
    finally:
        aws.stop(signal.SIGKILL)
    aws.start()
    assert list((aws.state_dir / "spool").iterdir()) == []
    assert aws.get(bucket, "k") == body(3, 2 * MB)
    aws.stop()
