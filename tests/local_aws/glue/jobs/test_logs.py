"""Where the output of a job run goes: names of groups and streams (developer guide, "Logging for AWS Glue jobs")."""

import pytest

from local_aws.glue.jobs.logs import continuous_log, log_group, log_stream
from local_aws.glue.model import JobRun
from tests.local_aws.aws_server import error_of, unique

NAMES = {
    # (shell, version, prefix, encrypted by): the name
    (True, None, None, None): "/aws-glue/python-jobs",
    (False, "5.1", None, None): "/aws-glue/jobs",
    (False, "5.0", "/mine", None): "/mine",
    (False, "4.0", "/mine", None): "/aws-glue/jobs",
    (False, "5.1", None, "conf"): "/aws-glue/jobs/conf-role/Worker",
    (False, "5.1", "/mine", "conf"): "/mine/conf-role/Worker",
    (True, None, "/mine", None): "/aws-glue/python-jobs",
}


@pytest.mark.parametrize(("given", "name"), NAMES.items())
def test_a_groups_name(given, name):
    shell, version, prefix, encrypted_by = given
    role = "arn:aws:iam::000000000000:role/path/Worker"
    seen = log_group(shell=shell, version=version, prefix=prefix, encrypted_by=encrypted_by, role=role)
    assert seen == name


@pytest.mark.parametrize(
    ("arguments", "shell", "version", "name"),
    [
        ({}, False, "5.1", "jr_1-driver"),
        ({"--custom-logStream-prefix": "mine"}, False, "5.1", "mine-driver"),
        ({"--custom-logStream-prefix": "mine"}, False, "4.0", "jr_1-driver"),
        ({}, True, None, "jr_1"),
    ],
)
def test_a_streams_name(arguments, shell, version, name):
    assert log_stream("jr_1", arguments, shell=shell, version=version) == name


@pytest.mark.parametrize(
    ("version", "arguments", "place"),
    [
        ("4.0", {}, None),
        ("4.0", {"--enable-continuous-cloudwatch-log": "false"}, None),
        ("4.0", {"--continuous-log-logGroup": "/mine"}, None),
        ("4.0", {"--enable-continuous-cloudwatch-log": "true"}, ("/aws-glue/jobs/logs-v2", "jr_1-driver")),
        (
            "3.0",
            {
                "--enable-continuous-cloudwatch-log": "",
                "--continuous-log-logGroup": "/mine",
                "--continuous-log-logStreamPrefix": "p",
            },
            ("/mine", "p-driver"),
        ),
        # Migrating to AWS Glue 5.0: the group is no longer used, the arguments do nothing
        ("5.0", {"--enable-continuous-cloudwatch-log": "true", "--continuous-log-logGroup": "/mine"}, None),
        (None, {"--enable-continuous-cloudwatch-log": "true"}, None),
    ],
)
def test_the_place_of_the_continuous_log(version, arguments, place):
    run = JobRun(
        "jr_1",
        "j",
        "STARTING",
        StartedOn=0.0,
        LastModifiedOn=0.0,
        Arguments=arguments,
        GlueVersion=version,
        LogGroupName="/aws-glue/jobs",
    )
    assert continuous_log(run) == place


CONTINUOUS = """
import os
from awsglue.context import GlueContext
from pyspark.context import SparkContext
glue = GlueContext(SparkContext.getOrCreate())
glue.get_logger().info("from the logger")
print("printed", os.environ["CUSTOMER_A"])
seen = glue.spark_session.sparkContext.parallelize([1]).map(lambda _: os.environ.get("CUSTOMER_B")).collect()
print("in a worker", seen[0])
"""


def test_a_job_of_glue_4_has_a_continuous_log_in_the_groups_and_lines_that_it_asks_for(local_aws):
    group = f"/{unique()}/logs"
    arguments = {
        "--enable-continuous-cloudwatch-log": "true",
        "--enable-continuous-log-filter": "false",
        "--continuous-log-logGroup": group,
        "--continuous-log-logStreamPrefix": "pre",
        "--continuous-log-conversionPattern": "%p|\u00e9|%c{1}|%m%n",
        "--customer-driver-env-vars": 'CUSTOMER_A="x, y",PATH=/nowhere',
        "--customer-executor-env-vars": "CUSTOMER_B=z",
        "--enable-auto-scaling": "true",
    }
    run = local_aws.run(local_aws.job(CONTINUOUS, spark=True, GlueVersion="4.0", arguments=arguments))
    assert run["JobRunState"] == "SUCCEEDED"
    lines = local_aws.log_lines(group, "pre-driver")
    assert "INFO|\u00e9|GlueLogger|from the logger" in lines
    assert any(line.startswith("INFO|\u00e9|SparkContext|Running Spark version") for line in lines)
    assert not any("printed" in line for line in lines)
    output = local_aws.log_lines(run["LogGroupName"] + "/output", f"{run['Id']}-driver")
    assert output == ["printed x, y", "in a worker z"]
    errors = local_aws.log_lines(run["LogGroupName"] + "/error", f"{run['Id']}-driver")
    assert any(line.endswith("GlueLogger - from the logger") for line in errors)
    assert not any("SparkContext - Running Spark version" in line for line in errors)


KEY = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555"


def security_configuration(local_aws, mode):
    name = unique("conf")
    encryption = {"CloudWatchEncryption": {"CloudWatchEncryptionMode": mode, "KmsKeyArn": KEY}}
    local_aws.client("glue").create_security_configuration(Name=name, EncryptionConfiguration=encryption)
    return name


def test_a_security_configuration_that_encrypts_logs_has_groups_of_its_own(local_aws):
    name = security_configuration(local_aws, "SSE-KMS")
    job = local_aws.job("print('hello')", SecurityConfiguration=name)
    role = local_aws.client("glue").get_job(JobName=job)["Job"]["Role"].rpartition("/")[2]
    run = local_aws.run(job)
    assert run["LogGroupName"] == f"/aws-glue/python-jobs/{name}-role/{role}"
    assert local_aws.log_lines(run["LogGroupName"] + "/output", run["Id"]) == ["hello"]
    assert key_of(local_aws, run["LogGroupName"] + "/output") == KEY


def key_of(local_aws, group):
    """The KMS key that a log group names."""
    [found] = local_aws.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    return found.get("kmsKeyId")


def test_a_security_configuration_that_encrypts_no_logs_changes_no_names(local_aws):
    job = local_aws.job("pass", SecurityConfiguration=security_configuration(local_aws, "DISABLED"))
    assert local_aws.run(job)["LogGroupName"] == "/aws-glue/python-jobs"


def test_an_absent_security_configuration_is_not_found(local_aws):
    start = local_aws.client("glue").start_job_run
    assert error_of(start, JobName=local_aws.job("pass"), SecurityConfiguration="absent") == (
        "EntityNotFoundException: Security configuration absent not found"
    )


def test_prefixes_that_cloudwatch_does_not_take_fail_the_run(local_aws):
    run = local_aws.run(local_aws.job("pass", spark=True), {"--custom-logGroup-prefix": "/a:b"})
    assert run["ErrorMessage"] == (
        "--custom-logGroup-prefix takes at most 400 characters, none of them : or * (seen: /a:b)"
    )
