"""One Spark job with jars, files, settings, logs and metrics of its own, and what became of each."""

import io
import json
import textwrap
import time
import zipfile

import pytest

from tests.local_aws.aws_server import allow, unique

SCRIPT = """
import json
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
loader = spark._jvm.Thread.currentThread().getContextClassLoader()
frame = spark.read.csv("s3://{bucket}/input/", header=True)
frame.repartition(2).groupBy("a").count().collect()
print(json.dumps({{
    "jar": loader.getResource("in-a-jar.txt") is not None,
    "file": open("table.txt").read(),
    "conf": [spark.conf.get("spark.sql.shuffle.partitions"), spark.conf.get("spark.sql.ansi.enabled")],
}}))
"""
ROWS = 30


@pytest.fixture(scope="module")
def job(local_aws):
    """A job and its run, ended, with the name of its bucket and of its log group."""
    bucket, prefix = local_aws.bucket(), f"/{unique('logs')}"
    jar = io.BytesIO()
    with zipfile.ZipFile(jar, "w") as archive:
        archive.writestr("in-a-jar.txt", "x")
    local_aws.put(bucket, "lib/mine.jar", jar.getvalue())
    local_aws.put(bucket, "files/table.txt", "a table")
    for name in ("one", "two"):
        local_aws.put(bucket, f"input/{name}.csv", "a,b\n" + "x,1\ny,2\nz,3\n" * (ROWS // 6))
    arguments = {
        "--extra-jars": f"s3://{bucket}/lib/mine.jar",
        "--extra-files": f"s3://{bucket}/files/table.txt",
        "--conf": "spark.sql.shuffle.partitions=3 --conf spark.sql.ansi.enabled=true",
        "--custom-logGroup-prefix": prefix,
        "--custom-logStream-prefix": "mine",
        "--enable-metrics": "",
        "--enable-observability-metrics": "true",
        "--enable-spark-ui": "true",
        "--spark-event-logs-path": f"s3://{bucket}/events/",
    }
    name = local_aws.job(SCRIPT.format(bucket=bucket), bucket=bucket, spark=True, arguments=arguments)
    run = local_aws.run(name)
    return {"name": name, "bucket": bucket, "run": run, "group": prefix}


@pytest.fixture(scope="module")
def seen(local_aws, job):
    lines = local_aws.log_lines(job["group"] + "/output", "mine-driver")
    assert job["run"]["JobRunState"] == "SUCCEEDED", (job["run"], lines)
    return json.loads(lines[-1])


def metric(local_aws, name, **dimensions):
    """The sum of a metric in the last hour; None where there is none."""
    found = local_aws.client("cloudwatch").get_metric_statistics(
        Namespace="Glue",
        MetricName=name,
        Dimensions=[{"Name": key, "Value": value} for key, value in dimensions.items()],
        StartTime=time.time() - 3600,
        EndTime=time.time() + 60,
        Period=3600,
        Statistics=["Sum"],
    )["Datapoints"]
    return sum(point["Sum"] for point in found) if found else None


def of_run(local_aws, job, name, run_id=None, **more):
    return metric(local_aws, name, JobName=job["name"], JobRunId=run_id or job["run"]["Id"], Type="count", **more)


def test_the_log_group_is_the_runs(job):
    assert job["run"]["LogGroupName"] == job["group"]


def test_classes_and_resources_of_a_jar_are_found(seen):
    assert seen["jar"]


def test_an_extra_file_lies_in_the_working_folder(seen):
    assert seen["file"] == "a table"


def test_chained_settings_are_sparks(seen):
    assert seen["conf"] == ["3", "true"]


@pytest.mark.usefixtures("seen")
@pytest.mark.parametrize("run_id", [None, "ALL"])
def test_records_read_are_counted(local_aws, job, run_id):
    assert of_run(local_aws, job, "glue.driver.aggregate.recordsRead", run_id) >= ROWS


@pytest.mark.usefixtures("seen")
def test_stages_tasks_and_time_are_counted(local_aws, job):
    counted = {
        name: of_run(local_aws, job, f"glue.driver.aggregate.{name}")
        for name in ("numCompletedStages", "numCompletedTasks", "numFailedTasks", "elapsedTime", "bytesRead")
    }
    assert counted["numFailedTasks"] == 0
    assert counted["numCompletedTasks"] >= counted["numCompletedStages"] >= 2
    assert 0 < counted["elapsedTime"] <= 1000 * job["run"]["ExecutionTime"] + 1000
    assert counted["bytesRead"] > 0


@pytest.mark.usefixtures("seen")
def test_how_it_ended_is_counted(local_aws, job):
    assert of_run(local_aws, job, "glue.succeed.ALL", ObservabilityGroup="error") == 1
    assert of_run(local_aws, job, "glue.error.ALL", ObservabilityGroup="error") is None


@pytest.mark.usefixtures("seen")
def test_the_event_log_is_where_a_spark_ui_looks(local_aws, job):
    (key,) = local_aws.keys(job["bucket"], "events/")
    events = [json.loads(line)["Event"] for line in local_aws.get(job["bucket"], key).splitlines()]
    assert events[-1] == "SparkListenerApplicationEnd"


def test_a_role_that_may_put_no_metrics_runs_its_job_and_says_so(local_aws):
    role = local_aws.role(allow(["s3:*", "logs:*"]))
    script = textwrap.dedent(
        """
        from pyspark.sql import SparkSession
        SparkSession.builder.getOrCreate().range(3).collect()
        raise KeyError("k")
        """
    )
    job = local_aws.job(script, spark=True, role=role, arguments={"--enable-metrics": "true"})
    run = local_aws.run(job)
    assert run["ErrorMessage"] == "Error Category: INVALID_ARGUMENT_ERROR; Failed Line Number: 4; KeyError: 'k'"
    said = [line for line in local_aws.log(run, "error") if "Metrics of the job run could not be written" in line]
    assert "AccessDenied" in said[0]
    assert "cloudwatch:PutMetricData" in said[0]
