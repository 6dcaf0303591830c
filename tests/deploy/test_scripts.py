import pytest

from deploy import scripts


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "glue_scripts" / "sales"
    path.mkdir(parents=True)
    (path / "clean.py").write_text("print('clean')\n")
    (path / "extract.py").write_text("print('extract')\n")
    return tmp_path / "glue_scripts"


@pytest.fixture
def bucket(aws, unique):
    aws.s3.create_bucket(Bucket=unique, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return unique


@pytest.fixture
def upload(aws, bucket, folder, capsys):
    def run():
        capsys.readouterr()
        scripts.upload(aws, bucket, folder, "/tests/wheels")
        return capsys.readouterr().out.splitlines()

    return run


@pytest.fixture
def keys(aws, bucket):
    return lambda: [entry["Key"] for entry in aws.s3.list_objects_v2(Bucket=bucket).get("Contents", [])]


def test_scripts_lie_under_their_relative_path(upload, keys):
    upload()
    assert keys() == ["glue_scripts/sales/clean.py", "glue_scripts/sales/extract.py"]


def test_the_first_upload_says_what_it_brought(upload, bucket):
    assert upload() == [
        "glue_scripts/sales/clean.py: uploaded",
        "glue_scripts/sales/extract.py: uploaded",
        f"scripts in s3://{bucket}/glue_scripts/: 2 uploaded, 0 unchanged, 0 removed",
    ]


def test_unchanged_scripts_are_not_uploaded_again(aws, upload, bucket):
    upload()
    before = aws.s3.head_object(Bucket=bucket, Key="glue_scripts/sales/clean.py")["LastModified"]
    lines = upload()
    after = aws.s3.head_object(Bucket=bucket, Key="glue_scripts/sales/clean.py")["LastModified"]
    assert (lines, after) == ([f"scripts in s3://{bucket}/glue_scripts/: 0 uploaded, 2 unchanged, 0 removed"], before)


@pytest.fixture
def asked(aws):
    """The names of the operations of S3 that are called."""
    called = []
    aws.s3.meta.events.register("before-call.s3", lambda model, **_: called.append(model.name))
    return called


def test_what_is_as_the_list_says_is_not_asked_about(upload, asked):
    upload()
    asked.clear()
    upload()
    assert asked == ["ListObjectsV2"]


def test_an_object_whose_etag_is_no_md5_is_asked_about(aws, upload, bucket, folder, asked):
    """As those uploaded in parts have it, and those that a key of KMS encrypts."""
    upload()
    key, content = "glue_scripts/sales/clean.py", (folder / "sales" / "clean.py").read_bytes()
    told = aws.s3.head_object(Bucket=bucket, Key=key)["Metadata"]
    started = aws.s3.create_multipart_upload(Bucket=bucket, Key=key, Metadata=told)["UploadId"]
    part = {"Bucket": bucket, "Key": key, "UploadId": started}
    etag = aws.s3.upload_part(**part, PartNumber=1, Body=content)["ETag"]
    aws.s3.complete_multipart_upload(**part, MultipartUpload={"Parts": [{"PartNumber": 1, "ETag": etag}]})
    asked.clear()
    assert upload()[-1].endswith("0 uploaded, 2 unchanged, 0 removed")
    assert asked == ["ListObjectsV2", "HeadObject"]


def test_a_newer_time_alone_is_no_change(upload, folder):
    upload()
    (folder / "sales" / "clean.py").touch()
    assert upload()[-1].endswith("0 uploaded, 2 unchanged, 0 removed")


def test_a_changed_script_is_uploaded(aws, upload, folder, bucket):
    upload()
    (folder / "sales" / "clean.py").write_text("print('cleaner')\n")
    upload()
    body = aws.s3.get_object(Bucket=bucket, Key="glue_scripts/sales/clean.py")["Body"].read()
    assert body == b"print('cleaner')\n"


def test_an_object_that_somebody_overwrote_is_uploaded_again(aws, upload, bucket):
    upload()
    aws.s3.put_object(Bucket=bucket, Key="glue_scripts/sales/clean.py", Body=b"other")
    assert upload()[0] == "glue_scripts/sales/clean.py: uploaded"


def test_a_script_that_is_gone_is_removed(upload, folder, keys):
    upload()
    (folder / "sales" / "clean.py").unlink()
    upload()
    assert keys() == ["glue_scripts/sales/extract.py"]


def test_what_somebody_else_put_there_stays(aws, upload, bucket, keys):
    aws.s3.put_object(Bucket=bucket, Key="glue_scripts/theirs.py", Body=b"x")
    upload()
    assert "glue_scripts/theirs.py" in keys()


@pytest.mark.parametrize("name", ["__pycache__/clean.cpython-311.pyc", ".hidden", ".idea/x.py", "clean.py~", "old.pyc"])
def test_what_python_and_editors_leave_is_not_shipped(folder, name):
    path = folder / "sales" / name
    path.parent.mkdir(exist_ok=True)
    path.write_text("x")
    assert [one.name for one in scripts.shipped(folder)] == ["clean.py", "extract.py"]
