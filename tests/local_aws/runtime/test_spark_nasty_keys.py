"""A Spark job beside keys that no file can stand for."""

import pytest

from tests.local_aws.aws_server import allow

SCRIPT = """
import sys
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
bucket = sys.argv[sys.argv.index("--bucket") + 1]
spark.read.text(f"s3://{bucket}/in/").write.text(f"s3://{bucket}/out/")
print("rows", spark.read.text(f"s3://{bucket}/out/").count())
spark.read.text(f"s3://{bucket}/" + sys.argv[sys.argv.index("--then") + 1]).show()
"""

LONG = "k" * 300


@pytest.fixture(scope="module")
def run(local_aws):
    bucket, other = local_aws.bucket(), local_aws.bucket()
    for key in (LONG, "a", "a/", "b", "b/c/", "c//d", "e/..", "line\nbreak", "f\x01"):
        local_aws.put(other, key, "x")
    for key in (
        "in/part-0",
        "in/part-1",
        "in/part-1/deeper",
        f"in/{LONG}",
        "in//x",
        "old/.a.crc",
        "old/_temporary/0/x",
    ):
        local_aws.put(bucket, key, "row")
    both = [f"arn:aws:s3:::{name}{end}" for name in (bucket, other) for end in ("", "/*")]
    role = local_aws.role(allow("s3:*", *both), allow("logs:*"))
    job = local_aws.job(SCRIPT, spark=True, role=role, bucket=bucket)
    ended = local_aws.run(job, {"--bucket": bucket, "--then": f"in/{LONG}"})
    return bucket, other, ended


def test_it_runs_and_reads_what_has_a_file(local_aws, run):
    bucket, other, ended = run
    assert [line for line in local_aws.log(ended) if line.startswith("rows")] == ["rows 1"]
    assert {"a", "a/", "b", "b/c/", LONG} <= set(local_aws.keys(other))
    assert {f"in/{LONG}", "in//x", "in/part-1", "old/.a.crc", "old/_temporary/0/x"} <= set(local_aws.keys(bucket))


def test_what_is_hidden_is_said_in_its_log(local_aws, run):
    bucket, _, ended = run
    log = local_aws.log(ended, "error")
    said = f"WARN s3://{bucket}/in/part-1 is hidden from Spark: a folder of other keys has its name"
    assert said in log
    assert all(len(line) < 300 for line in log if line.startswith("WARN s3://"))


def test_reading_what_is_hidden_fails_by_name(run):
    bucket, _, ended = run
    assert ended["JobRunState"] == "FAILED"
    assert f"s3://{bucket}/in/kkk" in ended["ErrorMessage"]
    assert "cannot be shown to Spark on this machine: a part of it is longer than 255 bytes" in ended["ErrorMessage"]
