import io
import sys

import pytest

from deploy import buckets
from deploy.bundle import Bundle
from deploy.project import TEMPLATES
from glue_client.errors import DeployError, WrongCall

EUROPE = {"LocationConstraint": "eu-west-1"}


@pytest.fixture
def make(aws, unique):
    def bucket(purpose="data", *, versioned=True):
        name = f"{unique}-{purpose}-{aws.account}-{aws.region}"
        aws.s3.create_bucket(Bucket=name, CreateBucketConfiguration=EUROPE)
        if versioned:
            aws.s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    return bucket


@pytest.fixture
def names(aws):
    return lambda: [bucket["Name"] for bucket in aws.s3.list_buckets()["Buckets"]]


def answer(monkeypatch, text):
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def test_versions_delete_markers_and_unfinished_uploads_go(aws, make):
    bucket = make()
    for body in (b"old", b"new"):
        aws.s3.put_object(Bucket=bucket, Key="twice", Body=body)
    aws.s3.put_object(Bucket=bucket, Key="deleted", Body=b"x")
    aws.s3.delete_object(Bucket=bucket, Key="deleted")
    aws.s3.create_multipart_upload(Bucket=bucket, Key="unfinished")
    buckets.empty(aws, bucket)
    left = aws.s3.list_object_versions(Bucket=bucket)
    uploads = aws.s3.list_multipart_uploads(Bucket=bucket)
    assert (left.get("Versions", []), left.get("DeleteMarkers", []), uploads.get("Uploads", [])) == ([], [], [])


def test_what_was_emptied_is_counted(aws, make, capsys):
    bucket = make()
    for body in (b"old", b"new"):
        aws.s3.put_object(Bucket=bucket, Key="twice", Body=body)
    aws.s3.create_multipart_upload(Bucket=bucket, Key="unfinished")
    buckets.empty(aws, bucket)
    assert capsys.readouterr().out == f"{bucket}: 2 versions deleted, 1 unfinished upload ended\n"


def test_in_an_environment_a_name_means_its_bucket_and_never_the_plain_one(aws, make, names, unique):
    plain, own = make("data"), make("data-test")
    with pytest.raises(WrongCall, match='no bucket of the environment "test": nothing was deleted'):
        buckets.delete(aws, [plain], yes=True, environment="test")
    buckets.delete(aws, [f"{unique}-data"], yes=True, environment="test")
    assert (plain in names(), own in names()) == (True, False)
    with pytest.raises(WrongCall, match=f'there is no bucket "{unique}-data-test"'):
        buckets.delete(aws, [f"{unique}-data"], yes=True, environment="test")
    assert plain in names()


def test_more_objects_than_a_call_takes_go_too(aws, make, names):
    bucket = make(versioned=False)
    for number in range(1001):
        aws.s3.put_object(Bucket=bucket, Key=str(number), Body=b"")
    buckets.delete(aws, [bucket], yes=True)
    assert bucket not in names()


@pytest.mark.parametrize("is_short", [True, False])
def test_the_short_name_and_the_full_one_mean_the_same(aws, make, names, unique, is_short):
    bucket = make()
    buckets.delete(aws, [f"{unique}-data" if is_short else bucket], yes=True)
    assert bucket not in names()


def test_several_are_deleted_in_one_call(aws, make, names):
    pair = [make("one"), make("two")]
    buckets.delete(aws, pair, yes=True)
    assert set(pair) & set(names()) == set()


@pytest.mark.parametrize("is_short", [True, False])
def test_an_absent_bucket_of_the_project_is_a_calm_sentence(aws, unique, capsys, is_short):
    name = unique if is_short else f"{unique}-{aws.account}-{aws.region}"
    buckets.delete(aws, [name], yes=True, planned=[unique])
    assert capsys.readouterr().out == f"there is no bucket {name} in {aws}: nothing to delete\n"


def test_a_name_that_no_bucket_can_have_is_an_error_and_nothing_is_deleted(aws, make, names, unique):
    bucket = make()
    with pytest.raises(WrongCall) as caught:
        buckets.delete(aws, [bucket, f"{unique}-dta"], yes=True, planned=["mine-of-the-templates"])
    told = caught.value.failed
    assert told.startswith(f'there is no bucket "{unique}-dta" in {aws}, and no template makes one of that name; ')
    assert f"did you mean {unique}-data" in told
    assert bucket in names()
    with pytest.raises(WrongCall, match=r"did you mean mine-of-the-templates\?"):
        buckets.delete(aws, ["mine-of-the-template"], yes=True, planned=["mine-of-the-templates"])


def test_the_buckets_that_templates_make_are_known_by_their_short_names():
    planned = buckets.planned(Bundle(TEMPLATES))
    assert {"etl-poc-artifacts", "etl-poc-data-raw", "etl-poc-data-silver", "etl-poc-data-gold"} <= set(planned)
    assert "nope" not in planned


def test_yes_deletes(aws, make, names, monkeypatch):
    bucket = make()
    answer(monkeypatch, "y\n")
    buckets.delete(aws, [bucket], yes=False)
    assert bucket not in names()


def test_the_question_says_how_much_is_at_stake(aws, make, monkeypatch, capsys):
    bucket = make()
    aws.s3.put_object(Bucket=bucket, Key="data", Body=b"x" * 1500)
    answer(monkeypatch, "y\n")
    buckets.delete(aws, [bucket], yes=False)
    assert capsys.readouterr().out.startswith(
        f"bucket to delete: {bucket} (1 object, 1.5 kB)\nDelete it with all versions? [y/N] "
    )


@pytest.mark.parametrize("text", ["n", "", "yess"])
def test_anything_but_yes_deletes_nothing(aws, make, names, monkeypatch, text):
    bucket = make()
    answer(monkeypatch, f"{text}\n")
    with pytest.raises(DeployError) as caught:
        buckets.delete(aws, [bucket], yes=False)
    assert (str(caught.value), bucket in names()) == (
        f'error: nothing was deleted\n  seen: your answer "{text}"',
        True,
    )


def test_nobody_to_ask_deletes_nothing(aws, make, names, monkeypatch):
    bucket = make()
    answer(monkeypatch, "")
    with pytest.raises(DeployError) as caught:
        buckets.delete(aws, [bucket], yes=False)
    assert (caught.value.next_step, bucket in names()) == ("say it in the call: yes=true", True)


def test_without_a_name_the_projects_buckets_are_listed(aws):
    name = f"etl-poc-listed-{aws.account}-{aws.region}"
    aws.s3.create_bucket(Bucket=name, CreateBucketConfiguration=EUROPE)
    with pytest.raises(WrongCall, match="deleteS3bucket needs the name of a bucket: etl-poc-listed"):
        buckets.delete(aws, [], yes=True)
    aws.s3.delete_bucket(Bucket=name)


def test_an_object_that_may_not_be_deleted_is_named(aws, unique):
    aws.s3.create_bucket(Bucket=unique, CreateBucketConfiguration=EUROPE, ObjectLockEnabledForBucket=True)
    version = aws.s3.put_object(Bucket=unique, Key="kept", Body=b"x")["VersionId"]
    aws.s3.put_object_legal_hold(Bucket=unique, Key="kept", VersionId=version, LegalHold={"Status": "ON"})
    with pytest.raises(DeployError, match=f"an object in {unique} could not be deleted") as caught:
        buckets.empty(aws, unique)
    assert caught.value.seen.startswith("kept: AccessDenied")
