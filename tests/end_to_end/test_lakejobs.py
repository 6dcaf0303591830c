"""The library's wheel in real job runs: deployed by the tasks, imported by Spark and Python shell jobs."""

import json

import pytest

SPARK = """
from lakejobs import arguments, counts, tables
from pyspark.sql import SparkSession, functions as F

args = arguments.read({"target_path": str})
spark = SparkSession.builder.getOrCreate()
rows = spark.range(6).select("id", F.when(F.col("id") < 4, 1).otherwise(2).alias("day"))
assert tables.replace(rows, args["target_path"], args.run, ["day"]) == 6
later = spark.createDataFrame([(10,), (11,), (12,)], "id bigint")
assert tables.replace(later, args["target_path"] + "day=2/", args.run) == 3
broken = later.select(F.raise_error(F.lit("no more")).cast("bigint").alias("id"))
try:
    tables.replace(broken, args["target_path"] + "day=1/", args.run)
except Exception as error:
    assert "no more" in str(error), error
else:
    raise AssertionError("nothing failed")
found = {(row.day, row.id) for row in spark.read.parquet(args["target_path"]).collect()}
counts.log({"rows": len(found), "sum": sum(id for _, id in found)}, args)
assert found == {(1, 0), (1, 1), (1, 2), (1, 3), (2, 10), (2, 11), (2, 12)}, found
"""
SHELL = """
from lakejobs import arguments, counts
from lakejobs.publishing import publish, staging
from lakejobs.schema import Schema
import boto3

args = arguments.read({"target_path": str, "times": int}, {"times": "2"})
with staging(args["target_path"], args.run) as staged:
    bucket, _, key = staged[len("s3://"):].partition("/")
    for number in range(args["times"]):
        boto3.client("s3").put_object(Bucket=bucket, Key=f"{key}{number}.csv", Body=b"x")
    counts.log({"files": len(publish(staged, args["target_path"]))}, args)
print(Schema({"a": "bigint"}).ddl)
"""


@pytest.fixture(scope="module")
def deployed(laptop):
    laptop.task("createstack[basic-infra]")
    laptop.deployed = laptop.task("deploygluescripts").stdout
    trust = {"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
    allow = {"Effect": "Allow", "Action": ["s3:*", "logs:*"], "Resource": "*"}
    iam = laptop.client("iam")
    iam.create_role(RoleName="jobs", AssumeRolePolicyDocument=json.dumps({"Statement": [trust]}))
    document = json.dumps({"Version": "2012-10-17", "Statement": [allow]})
    iam.put_role_policy(RoleName="jobs", PolicyName="all", PolicyDocument=document)
    return laptop


@pytest.fixture(scope="module")
def wheel(deployed):
    return deployed.client("ssm").get_parameter(Name="/etl-poc/wheels/lakejobs")["Parameter"]["Value"]


@pytest.fixture
def run(deployed, wheel, wait_for):
    """Function: the text of a script and its command -> the files below its target, after the run succeeded."""

    def start(name, script, **command):
        s3, glue, scripts = deployed.client("s3"), deployed.client("glue"), deployed.bucket("artifacts")
        s3.put_object(Bucket=scripts, Key=f"mine/{name}.py", Body=script.encode())
        target = f"{deployed.bucket('data-silver')}/{name}/"
        glue.create_job(
            Name=name,
            Role="jobs",
            Command={**command, "ScriptLocation": f"s3://{scripts}/mine/{name}.py"},
            DefaultArguments={"--extra-py-files": wheel, "--target_path": f"s3://{target}"},
            **(
                {"GlueVersion": "5.1", "WorkerType": "G.1X", "NumberOfWorkers": 2}
                if command["Name"] == "glueetl"
                else {}
            ),
        )
        started = glue.start_job_run(JobName=name)["JobRunId"]
        ended = wait_for(
            lambda: glue.get_job_run(JobName=name, RunId=started)["JobRun"],
            lambda one: one["JobRunState"] in ("SUCCEEDED", "FAILED"),
        )
        assert ended["JobRunState"] == "SUCCEEDED", ended
        found = s3.list_objects_v2(Bucket=deployed.bucket("data-silver")).get("Contents", [])
        return sorted(one["Key"] for one in found if name in one["Key"])

    return start


def test_the_wheel_is_built_uploaded_and_named(deployed, wheel):
    key = wheel.removeprefix(f"s3://{deployed.bucket('artifacts')}/")
    assert key.startswith("glue_scripts/lakejobs/lakejobs-1.0.")
    assert f"{key}: built and uploaded" in deployed.deployed
    held = deployed.client("s3").list_objects_v2(Bucket=deployed.bucket("artifacts"), Prefix="glue_scripts/lakejobs/")
    assert [one["Key"] for one in held["Contents"]] == [key]


def test_a_spark_job_replaces_a_table_and_then_one_partition_of_it_alone(run):
    keys = run("spark-table", SPARK, Name="glueetl", PythonVersion="3")
    assert {key.rpartition("/")[0] for key in keys} == {"spark-table/day=1", "spark-table/day=2"}
    assert all(key.rpartition("/")[2].startswith("part-0000") for key in keys)


def test_a_python_shell_job_has_what_needs_no_spark(run):
    keys = run("shell-table", SHELL, Name="pythonshell", PythonVersion="3.9")
    assert keys == ["shell-table/part-00000.csv", "shell-table/part-00001.csv"]


def test_what_is_deleted_with_the_bucket_is_named_no_more(deployed, wheel):
    deployed.task("deleteS3bucket[etl-poc-artifacts,yes=true]")
    assert wheel
    assert deployed.client("ssm").get_parameters_by_path(Path="/etl-poc", Recursive=True)["Parameters"] == []
