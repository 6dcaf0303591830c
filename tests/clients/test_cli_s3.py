"""`aws s3` on a local AWS: what is copied is there byte for byte, and failures say so."""

import os

import pytest
import urllib3


@pytest.fixture
def folder(tmp_path):
    """A folder with two files."""
    (tmp_path / "sub").mkdir()
    (tmp_path / "1.csv").write_text("id,name\n1,ann\n")
    (tmp_path / "sub" / "2.csv").write_text("id,name\n2,bob\n")
    return tmp_path


def test_sync_brings_what_is_missing_and_takes_what_is_gone(cli, local_aws, place, folder):
    cli("s3", "sync", str(folder), place.uri("t/"))
    assert local_aws.keys(place.bucket) == ["t/1.csv", "t/sub/2.csv"]
    assert cli("s3", "sync", str(folder), place.uri("t/")) == ""
    (folder / "sub" / "2.csv").unlink()
    cli("s3", "sync", str(folder), place.uri("t/"), "--delete")
    assert local_aws.keys(place.bucket) == ["t/1.csv"]


def test_sync_down_gives_the_same_files(cli, place, folder, tmp_path_factory):
    cli("s3", "sync", str(folder), place.uri("t/"))
    copy = tmp_path_factory.mktemp("copy")
    cli("s3", "sync", place.uri("t/"), str(copy))
    assert {path.relative_to(copy).as_posix(): path.read_text() for path in copy.rglob("*.csv")} == {
        "1.csv": "id,name\n1,ann\n",
        "sub/2.csv": "id,name\n2,bob\n",
    }


def test_a_large_file_goes_up_and_down_in_parts(cli, local_aws, place, tmp_path):
    body = os.urandom(18 * 1024 * 1024)  # the CLI cuts above 8 MB
    (tmp_path / "big").write_bytes(body)
    cli("s3", "cp", str(tmp_path / "big"), place.uri("big"))
    assert local_aws.client("s3").head_object(Bucket=place.bucket, Key="big")["ETag"].endswith('-3"')
    cli("s3", "cp", place.uri("big"), str(tmp_path / "back"))
    assert (tmp_path / "back").read_bytes() == body


def test_standard_input_and_output_move_and_list(cli, place):
    cli("s3", "cp", "-", place.uri("a.txt"), stdin="hello\n")
    cli("s3", "mv", place.uri("a.txt"), place.uri("b/c d=1.txt"))
    assert cli("s3", "cp", place.uri("b/c d=1.txt"), "-") == "hello"
    listed = cli("s3", "ls", place.uri(), "--recursive").split()
    assert [listed[2], " ".join(listed[3:])] == ["6", "b/c d=1.txt"]


def test_a_presigned_address_is_read_without_keys(cli, place):
    cli("s3", "cp", "-", place.uri("a.txt"), stdin="hello\n")
    pool = urllib3.PoolManager()
    assert pool.request("GET", cli("s3", "presign", place.uri("a.txt"))).data == b"hello\n"


def test_a_full_bucket_is_not_removed_but_by_force(cli, place):
    cli("s3", "cp", "-", place.uri("a.txt"), stdin="x")
    code, last = cli.error("s3", "rb", place.uri())
    assert code == 1
    assert last.endswith(
        "An error occurred (BucketNotEmpty) when calling the DeleteBucket operation: "
        "The bucket you tried to delete is not empty"
    )
    cli("s3", "rb", place.uri(), "--force")
    assert cli.error("s3", "ls", place.uri())[1].startswith("An error occurred (NoSuchBucket)")


def test_an_object_that_is_not_there(cli, place):
    code, last = cli.error("s3", "cp", place.uri("none"), "-")
    assert code == 1
    assert last.endswith("An error occurred (404) when calling the HeadObject operation: Not Found")
