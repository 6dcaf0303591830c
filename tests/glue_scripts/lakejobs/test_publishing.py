"""Replacing a table's files on a real S3 emulator that enforces IAM."""

import json
import time

import boto3
import pytest
from boto3.s3.transfer import TransferConfig
from botocore.stub import Stubber
from lakejobs import objects
from lakejobs import publishing as publish
from lakejobs.errors import JobError

SPARK_NAME = "part-{task:05d}-6f0c2a9e-0f0a-4a33-9d0c-0c5a52a2f2c1{mark}c{file:03d}.snappy.parquet"
TARGET = "s3://silver/sales/"
STAGED = "s3://silver/_staging/sales/run-1/"


@pytest.fixture
def s3(aws):  # noqa: ARG001 - it sets the environment
    """An administrator's client, and an empty bucket `silver`."""
    client = boto3.Session().client("s3")
    client.create_bucket(Bucket="silver", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    yield client
    for page in client.get_paginator("list_object_versions").paginate(Bucket="silver"):
        for found in page.get("Versions", []) + page.get("DeleteMarkers", []):
            client.delete_object(Bucket="silver", Key=found["Key"], VersionId=found["VersionId"])
    client.delete_bucket(Bucket="silver")


def act_as_user_denied(monkeypatch, action, resource):
    """From here on the script runs as a user who may do anything in S3 but this."""
    iam = boto3.Session().client("iam")
    name = f"user-{time.monotonic_ns()}"
    iam.create_user(UserName=name)
    statements = [
        {"Effect": "Allow", "Action": "s3:*", "Resource": "*"},
        {"Effect": "Deny", "Action": action, "Resource": resource},
    ]
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


def put(s3, *keys, body=None):
    for key in keys:
        s3.put_object(Bucket="silver", Key=key, Body=(body or key).encode())


def content(s3):
    """Key -> text of everything in the bucket."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket="silver")
    keys = [found["Key"] for page in pages for found in page.get("Contents", [])]
    return {key: s3.get_object(Bucket="silver", Key=key)["Body"].read().decode() for key in keys}


def staged(name):
    return f"_staging/sales/run-1/{name}"


# ---------------------------------------------------------------- names


def test_files_are_numbered_in_sparks_order_within_their_folder():
    names = [
        "country=Mali/" + SPARK_NAME.format(task=3, mark=".", file=1000),
        "country=Mali/" + SPARK_NAME.format(task=3, mark=".", file=999),
        "country=Chad/" + SPARK_NAME.format(task=100000, mark=".", file=0),
        "country=Chad/" + SPARK_NAME.format(task=99999, mark=".", file=0),
        SPARK_NAME.format(task=7, mark="-", file=0),
    ]
    assert publish.table_names(names) == {
        names[4]: "part-00000.snappy.parquet",
        names[3]: "country=Chad/part-00000.snappy.parquet",
        names[2]: "country=Chad/part-00001.snappy.parquet",
        names[1]: "country=Mali/part-00000.snappy.parquet",
        names[0]: "country=Mali/part-00001.snappy.parquet",
    }


@pytest.mark.parametrize(
    "name",
    ["_SUCCESS", ".part.crc", "_temporary/0/part-00000.parquet", "a/", "country=Mali_$folder$", "a/_b/c.parquet"],
)
def test_hidden_files_are_not_published(name):
    assert publish.table_names([name]) == {}


def test_a_country_that_looks_hidden_is_not():
    assert publish.table_names(["country=_x/a.parquet"]) == {"country=_x/a.parquet": "country=_x/part-00000.parquet"}


def test_the_apostrophe_is_no_longer_escaped_but_the_rest_is():
    names = ["country=Cote d%27Ivoire/a.parquet", "country=A%2FB/a.parquet"]
    assert list(publish.table_names(names).values()) == [
        "country=A%2FB/part-00000.parquet",
        "country=Cote d'Ivoire/part-00000.parquet",
    ]


# ---------------------------------------------------------------- arguments


@pytest.mark.parametrize(
    "uri", ["s3://silver", "s3://silver/", "s3://silver//", "s3:///sales/", "/sales/", "s3://silver/a//b/"]
)
def test_only_a_folder_in_a_bucket_is_taken(uri):
    with pytest.raises(publish.PublishError, match=r"^error: not a folder in a bucket: "):
        publish.folder(uri)


@pytest.mark.parametrize("uri", ["s3://silver/a/b", "s3://silver/a/b/"])
def test_the_last_slash_may_be_missing(uri):
    assert publish.folder(uri) == ("silver", "a/b/")


@pytest.mark.parametrize("other", ["s3://silver/sales", "s3://silver/sales/deep/"])
def test_folders_within_each_other_are_refused(other):
    for pair in ((TARGET, other), (other, TARGET)):
        with pytest.raises(publish.PublishError, match="overlap"):
            publish.check_apart(*pair)


def test_folders_with_a_common_beginning_are_apart():
    publish.check_apart(TARGET, "s3://silver/sales-old/", "s3://gold/sales/", "s3://silver/rejected/sales/")


# ---------------------------------------------------------------- publishing


def test_the_new_files_are_the_only_ones(s3):
    put(
        s3,
        "sales/part-00000.snappy.parquet",
        "sales/part-00001.snappy.parquet",
        "sales/_SUCCESS",
        "sales/old/x",
        body="old",
    )
    put(s3, "sales-old/x", "other/x", "_staging/sales/run-12/x", body="not ours")
    put(s3, staged(SPARK_NAME.format(task=4, mark="-", file=0)), body="new")
    put(s3, staged("_SUCCESS"), body="hidden")
    assert publish.publish(STAGED, TARGET) == ["sales/part-00000.snappy.parquet"]
    assert content(s3) == {
        "_staging/sales/run-12/x": "not ours",
        "other/x": "not ours",
        "sales-old/x": "not ours",
        "sales/part-00000.snappy.parquet": "new",
    }


def test_the_marker_of_the_tables_folder_may_stay(s3):
    put(s3, "sales/", body=" ")
    put(s3, staged("a.parquet"), body="new")
    publish.publish(STAGED, TARGET)
    assert content(s3) == {"sales/": " ", "sales/part-00000.parquet": "new"}


def test_a_rerun_gives_the_same_keys_and_touches_nothing(s3):
    s3.put_bucket_versioning(Bucket="silver", VersioningConfiguration={"Status": "Enabled"})
    for _ in range(2):
        put(s3, staged("country=Cote d%27Ivoire/a.parquet"), staged("country=Mali/a.parquet"), body="same")
        publish.publish(STAGED, TARGET)
    versions = s3.list_object_versions(Bucket="silver", Prefix="sales/")["Versions"]
    assert [found["Key"] for found in versions] == [
        "sales/country=Cote d'Ivoire/part-00000.parquet",
        "sales/country=Mali/part-00000.parquet",
    ]


def test_more_files_than_one_request_lists_or_deletes(s3):
    put(s3, *(f"sales/old/{number}" for number in range(1100)), body="old")
    put(s3, *(staged(f"country={number}/a.parquet") for number in range(5)), body="new")
    publish.publish(STAGED, TARGET)
    assert content(s3) == {f"sales/country={number}/part-00000.parquet": "new" for number in range(5)}


@pytest.mark.parametrize(("limit", "in_parts"), [(5, True), (8, False)], ids=["in parts", "at once"])
def test_a_large_file_is_copied_in_parts(s3, monkeypatch, limit, in_parts):
    mib = publish.MIB
    monkeypatch.setattr(publish, "COPY", TransferConfig(multipart_threshold=limit * mib, multipart_chunksize=5 * mib))
    put(s3, staged("a.parquet"), body="0123456789abcdef" * (6 * mib // 16))
    publish.publish(STAGED, TARGET)
    found = s3.get_object(Bucket="silver", Key="sales/part-00000.parquet")
    assert found["ETag"].endswith('-2"') == in_parts
    assert found["Body"].read() == b"0123456789abcdef" * (6 * mib // 16)


def test_no_request_deletes_more_than_aws_allows(s3):
    sizes = []
    s3.meta.events.register(
        "provide-client-params.s3.DeleteObjects", lambda params, **_: sizes.append(len(params["Delete"]["Objects"]))
    )
    objects.delete(s3, "silver", [f"key-{number}" for number in range(2001)])
    assert sizes == [1000, 1000, 1]


def test_nothing_staged_leaves_the_table_alone(s3):
    put(s3, "sales/a.parquet", staged("_SUCCESS"))
    with pytest.raises(publish.PublishError, match=r"^error: nothing to publish in s3://silver/_staging/sales/run-1/"):
        publish.publish(STAGED, TARGET)
    assert set(content(s3)) == {"sales/a.parquet", staged("_SUCCESS")}


# ---------------------------------------------------------------- failures


@pytest.fixture
def half_copied(s3, monkeypatch):
    """A table of two countries, a staged one with a third; the copy of one of them will be refused."""

    def prepare(*, versioned):
        if versioned:
            s3.put_bucket_versioning(Bucket="silver", VersioningConfiguration={"Status": "Enabled"})
        put(s3, "sales/c=A/part-00000.parquet", "sales/c=Z/part-00000.parquet", body="old")
        put(s3, *(staged(f"c={letter}/a.parquet") for letter in "ABZ"), body="new")
        act_as_user_denied(monkeypatch, "s3:PutObject", "arn:aws:s3:::silver/sales/c=Z/*")
        # One at a time, so that what comes before the refused copy is done by then.
        monkeypatch.setattr(publish, "WORKERS", 1)
        with pytest.raises(publish.PublishError) as error:
            publish.publish(STAGED, TARGET)
        table = {key: text for key, text in content(s3).items() if key.startswith("sales/")}
        return str(error.value), table

    return prepare


def test_a_refused_copy_is_undone_where_the_bucket_keeps_versions(half_copied):
    message, table = half_copied(versioned=True)
    assert table == {"sales/c=A/part-00000.parquet": "old", "sales/c=Z/part-00000.parquet": "old"}
    assert message.startswith(
        "error: 1 of 3 files could not be copied to s3://silver/sales/\n  seen: s3://silver/sales/c=Z/"
    )
    assert message.endswith("\n  next: remove the cause and run the job again; the table is as it was")


def test_without_versions_the_error_says_what_is_new(half_copied):
    message, table = half_copied(versioned=False)
    assert table == {"sales/c=A/part-00000.parquet": "new", "sales/c=Z/part-00000.parquet": "old"}
    assert "; 1 files are the new ones already (the bucket has no older versions of them)" in message


def test_a_refused_delete_is_an_error_although_s3_answers_200(s3):
    # The emulator refuses it as a whole; AWS answers 200 with an error for each key. Hence a stub, only here.
    answer = {"Errors": [{"Key": "sales/old", "Code": "AccessDenied", "Message": "Access Denied"}]}
    stub = Stubber(s3)
    stub.add_response("delete_objects", answer)
    with stub, pytest.raises(JobError) as error:
        objects.delete(s3, "silver", ["sales/old", "sales/older"])
    assert str(error.value) == (
        "error: 1 objects could not be deleted from s3://silver/\n"
        "  seen: sales/old: AccessDenied: Access Denied\n"
        "  next: let the role delete there and run the job again; until then old files lie beside new ones"
    )


# ---------------------------------------------------------------- staging


def test_staging_lies_beside_the_table(s3):
    with publish.staging(TARGET, "run-1") as path:
        assert path == STAGED
    assert content(s3) == {}


@pytest.mark.parametrize("fails", [False, True])
def test_nothing_of_a_run_is_left_in_staging(s3, fails):
    with pytest.raises(ZeroDivisionError) if fails else publish.suppress(), publish.staging(TARGET, "run-1"):
        put(s3, staged("parsed/a"), "_staging/sales/run-1_$folder$", "_staging/sales/run-12/a", "sales/a", body="x")
        if fails:
            raise ZeroDivisionError
    assert set(content(s3)) == {"_staging/sales/run-12/a", "sales/a"}
