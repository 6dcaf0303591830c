"""./pyntw runjob and logs with jobs of a stranger: lines as they come, the end, the cause, how one leaves."""

import os
import signal
import subprocess
import sys

import pytest

from tests.local_aws.aws_server import ROOT, unique, wait_until

SHELL = """\
import json, sys, time
given = dict(zip(sys.argv[1:], sys.argv[2:]))
print("begun with", given.get("--word"), flush=True)
time.sleep(0.7)
print("careful", file=sys.stderr, flush=True)
time.sleep(0.7)
print(json.dumps({"job": "loader", "rows_read": 1200, "rows_written": 1000, "rows_rejected": 200, "rows_duplicate": 0}))
if given.get("--fail"):
    raise ValueError("no such day")
time.sleep(float(given.get("--sleep", 0)))
"""
SPARK = """\
from decimal import Decimal
from pyspark.sql import SparkSession, functions as F

def margin(profit):
    return str(Decimal(1 + profit) / Decimal(0))

spark = SparkSession.builder.getOrCreate()
frame = spark.range(3).withColumn("margin", F.udf(margin)(F.col("id")))
print("rows", frame.count(), flush=True)
frame.collect()
"""


@pytest.fixture
def settings(local_aws):
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    keys = {"AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    return (
        clean | keys | {"AWS_ENDPOINT_URL": local_aws.endpoint, "AWS_REGION": local_aws.client("s3").meta.region_name}
    )


@pytest.fixture
def task(settings):
    """Run a task as ./pyntw does: what it printed and complained of, its exit code."""

    def run(call):
        command = [sys.executable, ROOT / "build.py", call]
        done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False, timeout=240)
        return done.stdout, done.stderr, done.returncode

    return run


def without_times(text):
    """The lines without the seconds before them, which all but the first and last have."""
    return [line[9:] if line[:8].strip()[:1].isdigit() else line for line in text.splitlines()]


def test_a_job_of_anybody_is_run_and_its_lines_come_in_the_order_of_time(local_aws, task):
    job = local_aws.job(SHELL)
    out, complaint, code = task(f"runjob[{job},--word=hello]")
    assert (complaint, code) == ("", 0)
    first, *lines = without_times(out)
    assert first.startswith(f"{job}: run jr_")
    assert [line for line in lines if line.startswith(("output", "error"))] == [
        "output  begun with hello",
        "error   careful",
        'output  {"job": "loader", "rows_read": 1200, "rows_written": 1000, "rows_rejected": 200, "rows_duplicate": 0}',
    ]
    assert lines[-2].startswith(f"{job}: SUCCEEDED in ")
    assert lines[-1] == "loader: 1,200 rows read = 1,000 written + 200 rejected + 0 duplicates"

    out, complaint, code = task(f"runjob[{job},--fail=yes]")
    assert code == 1
    assert "  next: ./pyntw 'logs[" + job + "]'" in complaint
    assert (out + complaint).count("ValueError: no such day") == 2  # in the log, and as the error
    assert f"error: job {job} ended FAILED\n" in complaint

    out, complaint, code = task(f"logs[{job}]")
    assert code == 0
    assert "ValueError: no such day" in complaint
    head, *lines = without_times(out)
    assert head.startswith(f"{job}: run jr_")
    assert " FAILED after " in head
    assert lines[:3] == ["output  begun with None", "error   careful", lines[2]]
    assert [line for line in lines if "Traceback" in line] == ["error   Traceback (most recent call last):"]

    near = task(f"runjob[{job}x]")
    assert near[2] == 1
    assert f"did you mean {job}" in near[1]
    assert task(f"runjob[{job},word=hello]")[1:] == (
        "error: runjob passes arguments to the job as --name=value, and got word: write --word=…\n", 2
    )  # fmt: skip


def test_what_a_function_of_spark_raised_is_told_before_javas_frames(local_aws, task):
    job = local_aws.job(SPARK, spark=True)
    out, complaint, code = task(f"runjob[{job}]")
    assert code == 1
    assert "in margin" in complaint
    assert "decimal.DivisionByZero" in complaint
    assert "\tat org.apache.spark" not in out + complaint
    assert "lines of a Java stack (java=true shows them)" in out
    line = next(line for line in complaint.splitlines() if "in margin" in line)
    assert "line 5, " in line
    assert line.startswith(f"  {job} | ")

    run_id = local_aws.client("glue").get_job_runs(JobName=job)["JobRuns"][0]["Id"]
    out, complaint, code = task(f"logs[{run_id},java=true]")
    assert code == 0
    assert "at org.apache.spark" in out
    assert "line 5, in margin" in complaint
    assert out.index(" rows 3") < out.index("Traceback")


def test_who_leaves_is_told_that_the_run_goes_on_and_how_to_stop_it(local_aws, settings):
    job = local_aws.job(SHELL)
    command = [sys.executable, ROOT / "build.py", f"runjob[{job},--sleep=60]"]
    process = subprocess.Popen(
        command, env=settings, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )
    first = process.stdout.readline()
    for line in process.stdout:
        if "begun with" in line:
            break
    process.send_signal(signal.SIGINT)
    _, complaint = process.communicate(timeout=60)
    run_id = first.split()[2]
    stop = f"aws glue batch-stop-job-run --job-name {job} --job-run-ids {run_id}"
    assert process.returncode == 130
    assert f"the run goes on without this window; to stop it: {stop}" in complaint
    assert local_aws.job_run(job, run_id)["JobRunState"] == "RUNNING"
    local_aws.client("glue").batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    assert local_aws.wait_run(job, run_id)["JobRunState"] == "STOPPED"


def test_a_run_that_never_started_has_no_log_and_says_why(local_aws, task):
    job, trigger = local_aws.job(SHELL), unique("trigger")
    glue = local_aws.client("glue")
    busy = local_aws.start_run(job, {"--sleep": "20"})
    glue.create_trigger(Name=trigger, Type="ON_DEMAND", Actions=[{"JobName": job}])
    wait_until(lambda: local_aws.job_run(job, busy)["JobRunState"] == "RUNNING", bool, 60)
    glue.start_trigger(Name=trigger)
    [never] = wait_until(
        lambda: [run["Id"] for run in glue.get_job_runs(JobName=job)["JobRuns"] if run["JobRunState"] == "FAILED"]
    )
    out, complaint, code = task(f"logs[{never}]")
    assert code == 0
    assert "FAILED: Max concurrent runs exceeded" in complaint
    assert f"it never logged anything: aws glue get-job-run --job-name {job} --run-id {never} tells of it" in out
    glue.batch_stop_job_run(JobName=job, JobRunIds=[busy])
