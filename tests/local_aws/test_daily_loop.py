"""./pyntw runjob and logs with jobs of a stranger: lines as they come, the end, the cause, how one leaves."""

import functools
import os
import pty
import re
import select
import signal
import subprocess
import sys

import pytest

from tests.local_aws import tasks
from tests.local_aws.aws_server import ROOT, LocalAws, allow, unique, wait_until

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
if given.get("--until"):
    import boto3
    s3 = boto3.client("s3")
    while not s3.list_objects_v2(Bucket=given["--until"], Prefix="go").get("Contents"):
        time.sleep(0.2)
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


def heeds_ctrl_c():
    """A process that a shell without a terminal starts in the background passes Ctrl-C by, and so do its children."""
    signal.signal(signal.SIGINT, signal.SIG_DFL)


@pytest.fixture
def bucket(local_aws):
    """A bucket for which runs wait, until there is an object `go` in it: at the latest when the test is over."""
    made = local_aws.bucket()
    yield made
    local_aws.put(made, "go")


@pytest.fixture
def task(local_aws):
    return functools.partial(tasks.task, local_aws)


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
    assert lines[-3].startswith(f"{job}: SUCCEEDED in ")
    assert lines[-1].startswith("on AWS about $0.0005 (eu-west-1, ")
    assert lines[-2] == "loader: 1,200 rows read = 1,000 written + 200 rejected + 0 duplicates"

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

    run_id = local_aws.client("glue").get_job_runs(JobName=job)["JobRuns"][0]["Id"]
    out, complaint, code = task(f"logs[{run_id},java=true]")
    assert code == 0
    assert "at org.apache.spark" in out
    assert "line 5, in margin" in complaint
    assert out.index(" rows 3") < out.index("Traceback")


def test_who_leaves_is_told_that_the_run_goes_on_and_how_to_stop_it(local_aws, bucket):
    job = local_aws.job(SHELL)
    command = [sys.executable, ROOT / "build.py", f"runjob[{job},--until={bucket}]"]
    process = subprocess.Popen(
        command,
        preexec_fn=heeds_ctrl_c,  # noqa: PLW1509 - one call
        env=tasks.environment_of(local_aws),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
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


def test_a_run_that_never_started_has_no_log_and_says_why(local_aws, task, bucket):
    job, trigger = local_aws.job(SHELL), unique("trigger")
    glue = local_aws.client("glue")
    busy = local_aws.start_run(job, {"--until": bucket})
    glue.create_trigger(Name=trigger, Type="ON_DEMAND", Actions=[{"JobName": job}])
    wait_until(lambda: local_aws.job_run(job, busy)["JobRunState"] == "RUNNING", bool, 60)
    glue.start_trigger(Name=trigger)
    [never] = wait_until(
        lambda: [run["Id"] for run in glue.get_job_runs(JobName=job)["JobRuns"] if run["JobRunState"] == "FAILED"]
    )
    _, refused, code = task(f"runjob[{job}]")
    assert code == 1
    assert f"  next: wait for it (./pyntw 'logs[{job},follow=true]'), or end it:\n" in refused
    assert f"aws glue batch-stop-job-run --job-name {job} --job-run-ids {busy}" in refused
    out, complaint, code = task(f"logs[{never}]")
    assert code == 0
    assert "FAILED: Max concurrent runs exceeded" in complaint
    assert f"it never logged anything: aws glue get-job-run --job-name {job} --run-id {never} tells of it" in out
    glue.batch_stop_job_run(JobName=job, JobRunIds=[busy])


def test_the_terminal_of_the_server_tells_what_ended_and_a_running_workflow_is_followed(tmp_path):
    server = LocalAws(tmp_path / "state", options=("--tell",)).start()
    try:
        glue, bucket = server.client("glue"), server.bucket()
        server.put(bucket, "in/a.csv", "a,b\n1,2\n")
        glue.create_database(DatabaseInput={"Name": "shop"})
        target = {"S3Targets": [{"Path": f"s3://{bucket}/in/"}]}
        glue.create_crawler(Name="looker", Role=server.role(allow("*")), DatabaseName="shop", Targets=target)
        job = server.job(SHELL, arguments={"--until": bucket})
        glue.create_workflow(Name="both", MaxConcurrentRuns=1)
        actions = [{"JobName": job}, {"CrawlerName": "looker"}]
        glue.create_trigger(Name="go", Type="ON_DEMAND", WorkflowName="both", Actions=actions)
        run_id = glue.start_workflow_run(Name="both")["RunId"]

        command = [sys.executable, ROOT / "build.py", "runworkflow[both]"]
        follower = subprocess.Popen(command, env=tasks.environment_of(server), stdout=subprocess.PIPE, text=True)
        first = follower.stdout.readline()
        command = [sys.executable, ROOT / "build.py", "logs[both,follow=true]"]
        reader = subprocess.Popen(command, env=tasks.environment_of(server), stdout=subprocess.PIPE, text=True)
        begun = reader.stdout.readline()
        server.put(bucket, "go")
        out, code = follower.stdout.read(), follower.wait(60)  # communicate would lose what was read ahead
        attached = f"both runs already in 000000000000 / eu-west-1: nothing was started, run {run_id} is followed\n"
        assert (first, code) == (attached, 0)
        read, code = reader.stdout.read(), reader.wait(60)
        assert (begun.endswith(" output  begun with None\n"), code) == (True, 0)
        assert [line[:14] for line in without_times(read)] == [
            "error   carefu",
            'output  {"job"',
            read.splitlines()[-1][:14],
        ]
        assert re.match(rf"{job}: run jr_\w+ SUCCEEDED after ", read.splitlines()[-1])
        assert re.search(r"^on AWS about \$0\.15: crawlers \$0\.15, jobs \$0\.000\d \(eu-west-1, ", out, re.MULTILINE)
        shown = [float(line.split()[0]) for line in out.splitlines() if re.match(r" +[0-9.]+ s ", line)]
        assert shown == sorted(shown)

        out, _, code = tasks.task(server, "logs[both]")
        assert code == 0
        assert out.startswith(f"{job}: run jr_")
        assert "output  begun with None" in out  # one job only: no name before its lines
        server.query("SELECT\n  '\x1b[31m' AS x", "shop")
        server.query("SELECT * FROM nowhere", "shop")
    finally:
        server.process.send_signal(signal.SIGTERM)
        told, _ = server.process.communicate(timeout=60)
    lines = [line[9:] for line in told.splitlines() if re.match(r"\d\d:\d\d:\d\d ", line)]
    ended = [re.sub(r" after [0-9.]+ s", " after", line) for line in lines]
    assert ended[:3] == [
        "crawler  looker SUCCEEDED after",
        f"job      {job} SUCCEEDED after",
        "workflow both COMPLETED after",
    ]
    assert ended[3] == r"query    SELECT '\x1b[31m' AS x SUCCEEDED after"
    assert ended[4].startswith("query    SELECT * FROM nowhere FAILED after: TABLE_NOT_FOUND: ")
    assert len(ended) == 5


@pytest.mark.parametrize(("answer", "state"), [(b"y\n", "STOPPED"), (b"\n", "RUNNING")])
def test_who_leaves_in_a_terminal_is_asked_whether_the_run_stops(local_aws, bucket, answer, state):
    job = local_aws.job(SHELL)
    leader, follower = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, ROOT / "build.py", f"runjob[{job},--until={bucket}]"],
        env=tasks.environment_of(local_aws) | {"TERM": "dumb", "COLUMNS": "200"}, stdin=follower, stdout=follower,
        stderr=follower, start_new_session=True, preexec_fn=heeds_ctrl_c,  # noqa: PLW1509 - one call
    )  # fmt: skip
    os.close(follower)
    printed = b""

    def read_until(*words):
        nonlocal printed
        while not any(word in printed for word in words):
            assert select.select([leader], [], [], 60)[0], printed
            printed += os.read(leader, 65536)

    read_until(b'{"job": "loader"')
    process.send_signal(signal.SIGINT)
    read_until(b"[y/N]")
    os.write(leader, answer)
    read_until(b"stopped by Ctrl-C")
    assert process.wait(60) == 130
    os.close(leader)
    run_id = local_aws.client("glue").get_job_runs(JobName=job)["JobRuns"][0]["Id"]
    assert f"Stop the run {run_id}?".encode() in printed
    assert local_aws.job_run(job, run_id)["JobRunState"] == state
    assert (f"to stop it: aws glue batch-stop-job-run --job-name {job}".encode() in printed) == (state == "RUNNING")
