"""A job that writes an object's file anew: the object gets the new bytes, whatever else is the same file stays."""

import json

import pytest

from tests.local_aws.aws_server import LocalAws, allow

SMALL, LARGE = b"old\n", b"old\n" * (1 << 19)
SCRIPT = """
import json, os, sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
jvm, conf = spark._jvm, spark._jsc.hadoopConfiguration()

def written(uri, append=False):
    path = jvm.org.apache.hadoop.fs.Path(uri)
    system = path.getFileSystem(conf)
    try:
        stream = system.append(path) if append else system.create(path, True)
        stream.write(bytearray(b"new\\n"))
        stream.close()
    except Exception as error:
        java = getattr(error, "java_exception", None)
        return str(java.getClass().getSimpleName()) if java else type(error).__name__
    return "written"

root = "s3://" + sys.argv[sys.argv.index("--bucket") + 1] + "/"
run = os.path.dirname(os.environ["SPARK_CONF_DIR"])
def links(key):
    return os.stat(os.path.join(run, "mount", root[5:-1], key)).st_nlink
print(json.dumps({
    "links": {key: links(key) for key in ("mine/small", "mine/large", "theirs/small", "mine/same")},
    **{key: written(root + key) for key in ("mine/small", "mine/large", "mine/_SUCCESS", "mine/new", "theirs/small")},
    "append": written(root + "mine/same", True),
    "after": {key: links(key) for key in ("mine/small", "mine/large", "mine/same")},
}))
"""


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    aws = LocalAws(tmp_path_factory.mktemp("linked") / "state").start()
    try:
        bucket = aws.bucket(versioned=True)
        olds = {}
        for key, body in {
            "mine/small": SMALL,
            "mine/large": LARGE,
            "mine/_SUCCESS": b"",
            "mine/same": SMALL,
            "theirs/small": SMALL,
        }.items():
            put = aws.client("s3").put_object(Bucket=bucket, Key=key, Body=body)
            olds[key] = (put["VersionId"], body)
        scripts = aws.bucket()
        role = aws.role(
            allow("s3:GetObject", f"arn:aws:s3:::{bucket}/*", f"arn:aws:s3:::{scripts}/*"),
            allow("s3:ListBucket", f"arn:aws:s3:::{bucket}"),
            allow("s3:PutObject", f"arn:aws:s3:::{bucket}/mine/*"),
            allow("logs:*"),
        )
        run = aws.run_script(SCRIPT, spark=True, role=role, bucket=scripts, arguments={"--bucket": bucket})
        assert run["JobRunState"] == "SUCCEEDED", (run["ErrorMessage"], aws.log(run, "error"))

        def read(key, **version):
            return aws.client("s3").get_object(Bucket=bucket, Key=key, **version)["Body"].read()

        now = {key: read(key) for key in (*olds, "mine/new")}
        before = {key: read(key, VersionId=version) == body for key, (version, body) in olds.items()}
        return {"seen": json.loads(aws.log(run)[-1]), "now": now, "before": before}
    finally:
        aws.stop()


def test_objects_are_links_whatever_their_size(found):
    assert found["seen"]["links"] == {"mine/small": 2, "mine/large": 2, "theirs/small": 2, "mine/same": 2}


@pytest.mark.parametrize("key", ["mine/small", "mine/large", "mine/_SUCCESS", "mine/new"])
def test_what_the_role_may_write_is_written(found, key):
    assert (found["seen"][key], found["now"][key]) == ("written", b"new\n")


def test_a_file_that_was_written_is_a_link_no_more(found):
    assert found["seen"]["after"] == {"mine/small": 1, "mine/large": 1, "mine/same": 2}


def test_what_the_role_may_not_write_is_refused_at_once(found):
    assert (found["seen"]["theirs/small"], found["now"]["theirs/small"]) == ("FileNotFoundException", SMALL)


def test_nothing_is_appended_to_an_object(found):
    assert (found["seen"]["append"], found["now"]["mine/same"]) == ("UnsupportedOperationException", SMALL)


def test_the_versions_before_are_as_they_were(found):
    assert set(found["before"].values()) == {True}
