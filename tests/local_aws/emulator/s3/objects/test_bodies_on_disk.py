"""Objects whose bytes are not small: what is put is what is got, whole, in ranges, by part and by version."""

import base64
import hashlib
import random
import zlib
from pathlib import Path

import pytest

from tests.local_aws.aws_server import LocalAws, error_of, unique, wait_until
from tests.local_aws.emulator.s3.objects.raw_requests import answer, connect, sha256, signed_head

MB = 1 << 20
BIG = random.Random(1).randbytes(3 * MB + 17)  # noqa: S311 - test data
OTHER = random.Random(2).randbytes(2 * MB + 5)  # noqa: S311 - test data


@pytest.fixture(scope="module")
def bucket(local_aws: LocalAws) -> str:
    return local_aws.bucket()


def spool(aws: LocalAws) -> list[str]:
    return [file.name for file in (aws.state_dir / "spool").iterdir()]


def resident_peak_mb(aws: LocalAws) -> int:
    status = Path(f"/proc/{aws.pid}/status").read_text()
    return next(int(line.split()[1]) // 1024 for line in status.splitlines() if line.startswith("VmHWM"))


def test_an_object_comes_back_with_its_md5_as_its_etag(local_aws, bucket):
    put = local_aws.client("s3").put_object(Bucket=bucket, Key="whole", Body=BIG)
    assert put["ETag"] == f'"{hashlib.md5(BIG, usedforsecurity=False).hexdigest()}"'
    got = local_aws.client("s3").get_object(Bucket=bucket, Key="whole")
    assert (got["ContentLength"], got["Body"].read() == BIG) == (len(BIG), True)


@pytest.mark.parametrize(
    ("asked", "first", "last"),
    [
        ("bytes=0-0", 0, 0),
        (f"bytes=5-{2 * MB}", 5, 2 * MB),
        (f"bytes={3 * MB}-", 3 * MB, len(BIG) - 1),
        ("bytes=-18", len(BIG) - 18, len(BIG) - 1),
        (f"bytes=7-{len(BIG) * 9}", 7, len(BIG) - 1),
    ],
)
def test_a_range_is_these_bytes(local_aws, bucket, asked, first, last):
    s3 = local_aws.client("s3")
    s3.put_object(Bucket=bucket, Key="ranged", Body=BIG)
    got = s3.get_object(Bucket=bucket, Key="ranged", Range=asked)
    assert got["Body"].read() == BIG[first : last + 1]
    assert got["ContentRange"] == f"bytes {first}-{last}/{len(BIG)}"
    assert got["ContentLength"] == last - first + 1


def test_a_range_behind_the_end_is_refused_and_one_without_sense_passed_over(local_aws, bucket):
    s3 = local_aws.client("s3")
    s3.put_object(Bucket=bucket, Key="ranged", Body=BIG)
    refused = error_of(s3.get_object, Bucket=bucket, Key="ranged", Range=f"bytes={len(BIG)}-")
    assert refused == "InvalidRange: The requested range is not satisfiable"
    assert s3.get_object(Bucket=bucket, Key="ranged", Range="bytes=0-1,3-4")["ContentLength"] == len(BIG)


def test_what_a_client_has_already_is_not_sent(local_aws, bucket):
    s3 = local_aws.client("s3")
    tag = s3.put_object(Bucket=bucket, Key="tagged", Body=BIG)["ETag"]
    assert error_of(s3.get_object, Bucket=bucket, Key="tagged", IfNoneMatch=tag) == "304: Not Modified"
    assert s3.head_object(Bucket=bucket, Key="tagged")["ContentLength"] == len(BIG)


def test_versions_keep_their_bytes_and_give_ranges(local_aws):
    s3, bucket = local_aws.client("s3"), local_aws.bucket(versioned=True)
    old = s3.put_object(Bucket=bucket, Key="k", Body=BIG)["VersionId"]
    s3.put_object(Bucket=bucket, Key="k", Body=OTHER)
    assert s3.get_object(Bucket=bucket, Key="k", VersionId=old)["Body"].read() == BIG
    ranged = s3.get_object(Bucket=bucket, Key="k", VersionId=old, Range="bytes=1-4")
    assert (ranged["Body"].read(), ranged["ContentRange"]) == (BIG[1:5], f"bytes 1-4/{len(BIG)}")
    s3.delete_object(Bucket=bucket, Key="k")
    s3.copy_object(Bucket=bucket, Key="back", CopySource={"Bucket": bucket, "Key": "k", "VersionId": old})
    assert local_aws.get(bucket, "back") == BIG


def test_a_copy_stays_when_its_source_is_overwritten_and_deleted(local_aws, bucket):
    s3 = local_aws.client("s3")
    s3.put_object(Bucket=bucket, Key="source", Body=BIG, Metadata={"a": "b"})
    s3.copy_object(Bucket=bucket, Key="copy", CopySource=f"{bucket}/source")
    s3.put_object(Bucket=bucket, Key="source", Body=OTHER)
    s3.delete_object(Bucket=bucket, Key="source")
    got = s3.get_object(Bucket=bucket, Key="copy")
    assert (got["Body"].read() == BIG, got["Metadata"]) == (True, {"a": "b"})


def test_an_object_copied_onto_itself_keeps_its_bytes_and_takes_new_metadata(local_aws, bucket):
    s3 = local_aws.client("s3")
    s3.put_object(Bucket=bucket, Key="self", Body=BIG)
    s3.copy_object(
        Bucket=bucket, Key="self", CopySource=f"{bucket}/self", MetadataDirective="REPLACE", Metadata={"n": "1"}
    )
    got = s3.get_object(Bucket=bucket, Key="self")
    assert (got["Body"].read() == BIG, got["Metadata"]) == (True, {"n": "1"})
    assert spool(local_aws) == []


@pytest.mark.parametrize(
    ("algorithm", "value"),
    [
        ("SHA256", hashlib.sha256(BIG).digest()),
        ("SHA1", hashlib.sha1(BIG, usedforsecurity=False).digest()),
        ("CRC32", zlib.crc32(BIG).to_bytes(4)),
    ],
)
def test_a_checksum_that_is_asked_for_is_that_of_the_bytes(local_aws, bucket, algorithm, value):
    s3 = local_aws.client("s3")
    s3.put_object(Bucket=bucket, Key=algorithm, Body=BIG, ChecksumAlgorithm=algorithm)
    head = s3.head_object(Bucket=bucket, Key=algorithm, ChecksumMode="ENABLED")
    assert head[f"Checksum{algorithm}"] == base64.b64encode(value).decode()
    s3.copy_object(Bucket=bucket, Key="summed", CopySource=f"{bucket}/{algorithm}", ChecksumAlgorithm="SHA256")
    copied = s3.head_object(Bucket=bucket, Key="summed", ChecksumMode="ENABLED")
    assert copied["ChecksumSHA256"] == base64.b64encode(hashlib.sha256(BIG).digest()).decode()


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ({"ContentMD5": base64.b64encode(hashlib.md5(OTHER, usedforsecurity=False).digest()).decode()}, "BadDigest"),
        ({"ChecksumSHA256": base64.b64encode(hashlib.sha256(OTHER).digest()).decode()}, "BadDigest"),
        ({"Tagging": "&".join(f"k{number}=v" for number in range(11))}, "BadRequest"),
    ],
)
def test_a_refused_upload_leaves_the_old_object(local_aws, bucket, header, code):
    s3 = local_aws.client("s3")
    s3.put_object(Bucket=bucket, Key="kept", Body=OTHER)
    assert error_of(s3.put_object, Bucket=bucket, Key="kept", Body=BIG, **header).startswith(f"{code}:")
    assert local_aws.get(bucket, "kept") == OTHER
    assert spool(local_aws) == []


def test_bytes_that_are_not_those_that_were_signed_leave_the_old_object(local_aws, bucket):
    local_aws.put(bucket, "signed", OTHER)
    url = f"{local_aws.endpoint}/{bucket}/signed"
    head = signed_head(url, "PUT", {"Content-Length": str(len(BIG)), "Connection": "close", **sha256(OTHER)})
    with connect(url) as connection:
        connection.sendall(head + BIG)
        assert b"<Code>XAmzContentSHA256Mismatch</Code>" in answer(connection)
    assert local_aws.get(bucket, "signed") == OTHER
    assert spool(local_aws) == []


def test_an_object_may_be_called_a_form(local_aws, bucket):
    """As curl does of whatever it sends."""
    kind = "application/x-www-form-urlencoded"
    local_aws.client("s3").put_object(Bucket=bucket, Key="form", Body=BIG, ContentType=kind)
    assert local_aws.get(bucket, "form") == BIG


def test_an_upload_that_breaks_off_leaves_the_old_object(local_aws, bucket):
    local_aws.put(bucket, "broken", OTHER)
    url = f"{local_aws.endpoint}/{bucket}/broken"
    head = signed_head(url, "PUT", {"Content-Length": str(len(BIG)), **sha256(BIG)})
    with connect(url) as connection:
        connection.sendall(head + BIG[: 2 * MB])
        wait_until(lambda: spool(local_aws))
    wait_until(lambda: spool(local_aws) == [])
    assert local_aws.get(bucket, "broken") == OTHER


@pytest.mark.parametrize("change", ["overwrite", "delete"])
def test_a_download_is_of_the_object_as_it_was_when_it_began(local_aws, bucket, change):
    s3, key = local_aws.client("s3"), unique()
    body = BIG * 8  # more than the buffers of the connection hold
    s3.put_object(Bucket=bucket, Key=key, Body=body)
    got = s3.get_object(Bucket=bucket, Key=key)["Body"]
    begin = got.read(MB)
    if change == "overwrite":
        s3.put_object(Bucket=bucket, Key=key, Body=OTHER)
    else:
        s3.delete_object(Bucket=bucket, Key=key)
    assert begin + got.read() == body


def test_a_client_that_leaves_a_download_frees_the_file(local_aws, bucket):
    s3 = local_aws.client("s3")
    s3.put_object(Bucket=bucket, Key="left", Body=BIG * 8)

    def open_files() -> list[str]:
        links = Path(f"/proc/{local_aws.pid}/fd")
        found = [str(link.readlink()) for link in links.iterdir() if link.is_symlink()]
        return [path for path in found if path.endswith(f"{bucket}/left")]

    url = f"{local_aws.endpoint}/{bucket}/left"
    with connect(url) as connection:
        connection.sendall(signed_head(url, "GET", sha256(b"")))
        assert connection.recv(10)
        assert wait_until(open_files)
    wait_until(lambda: not open_files())


def test_the_servers_memory_does_not_grow_with_an_object(fresh_local_aws, tmp_path):
    aws, size = fresh_local_aws, 192 * MB
    s3, bucket = aws.client("s3"), aws.bucket()
    aws.put(bucket, "warm", BIG)
    aws.get(bucket, "warm")
    aws.client("athena").list_work_groups()  # whose libraries would be loaded in between
    before = resident_peak_mb(aws)
    file = tmp_path / "big"
    with file.open("wb") as out:
        out.truncate(size)
    with file.open("rb") as body:
        s3.put_object(Bucket=bucket, Key="one", Body=body)
    s3.upload_file(str(file), bucket, "parts")
    s3.copy({"Bucket": bucket, "Key": "parts"}, bucket, "copied")
    s3.copy_object(Bucket=bucket, Key="linked", CopySource=f"{bucket}/one")
    s3.download_file(bucket, "copied", str(tmp_path / "again"))
    assert sum(len(piece) for piece in s3.get_object(Bucket=bucket, Key="linked")["Body"].iter_chunks(MB)) == size
    assert (tmp_path / "again").stat().st_size == size
    assert resident_peak_mb(aws) - before < 64
