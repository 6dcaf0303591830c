"""Runs of jobs, each really in a process: states, arguments, logs, errors, limits."""

import json
from pathlib import Path

import pytest

from tests.local_aws.aws_server import allow, error_of, unique, wait_until

PRINT_ARGV = "import sys, json; print(json.dumps(sys.argv))"
SLEEP = "import time; print('started', flush=True); time.sleep(60)"


def alive(pid):
    """Whether a process still runs; one that is over may wait for its parent to notice."""
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_a_run_goes_from_starting_to_succeeded(local_aws):
    run = local_aws.run_script("print('hello')")
    assert run["JobRunState"] == "SUCCEEDED"
    assert "ErrorMessage" not in run
    assert run["StartedOn"] <= run["CompletedOn"]


def test_a_python_shell_run_shows_its_capacity_and_log_group(local_aws):
    run = local_aws.run_script("pass")
    assert (run["MaxCapacity"], run["AllocatedCapacity"], run["LogGroupName"]) == (0.0625, 0, "/aws-glue/python-jobs")
    assert "WorkerType" not in run


def test_what_a_script_prints_is_in_its_log(local_aws):
    run = local_aws.run_script("import sys; print('out'); print('err', file=sys.stderr)")
    assert local_aws.log(run, "output") == ["out"]
    assert local_aws.log(run, "error") == ["err"]


def test_arguments_of_the_run_win_over_the_jobs_and_those_not_overridable_over_both(local_aws):
    job = local_aws.job(
        PRINT_ARGV,
        arguments={"--a": "job", "--b": "job", "--c": "job"},
        NonOverridableArguments={"--c": "fixed"},
    )
    run = local_aws.run(job, {"--b": "run", "--c": "run"})
    argv = json.loads(local_aws.log(run)[0])
    given = {name: argv[argv.index(name) + 1] for name in ("--a", "--b", "--c")}
    assert given == {"--a": "job", "--b": "run", "--c": "fixed"}


def test_python_shell_gets_no_job_name_and_a_bare_flag_for_an_empty_value(local_aws):
    run = local_aws.run(local_aws.job(PRINT_ARGV, arguments={"--flag": "", "--x": "1"}))
    argv = json.loads(local_aws.log(run)[0])
    assert not {"--JOB_NAME", "--JOB_ID", "--JOB_RUN_ID"} & set(argv)
    assert argv[argv.index("--flag") + 1] == "--x"
    assert argv[argv.index("--job-language") + 1] == "python"


def test_an_exception_becomes_the_runs_error_message(local_aws):
    run = local_aws.run_script("1 / 0")
    assert run["JobRunState"] == "FAILED"
    assert run["ErrorMessage"] == "ZeroDivisionError: division by zero"
    assert "ZeroDivisionError: division by zero" in local_aws.log(run, "error")


def test_the_credentials_are_those_of_the_jobs_role(local_aws):
    role = local_aws.role(allow("*"))
    run = local_aws.run_script("import boto3; print(boto3.client('sts').get_caller_identity()['Arn'])", role=role)
    name = role.rpartition("/")[2]
    assert local_aws.log(run) == [f"arn:aws:sts::000000000000:assumed-role/{name}/GlueJobRunnerSession"]


def test_a_role_that_does_not_trust_glue_fails_the_run(local_aws):
    role = local_aws.role(allow("*"), trusts="ec2.amazonaws.com")
    run = local_aws.run_script("pass", role=role)
    assert run["ErrorMessage"] == (
        f"Service is unable to assume provided role {role}. Please verify role's TrustPolicy"
    )


def test_a_script_that_the_role_may_not_read_fails_the_run_by_name(local_aws):
    bucket = local_aws.bucket()
    job = local_aws.job("pass", bucket=bucket, role=local_aws.role(allow("logs:*", "*")))
    run = local_aws.run(job)
    assert "is not authorized to perform: s3:GetObject on resource: arn:aws:s3:::" + bucket in run["ErrorMessage"]


def test_a_script_that_is_not_there_fails_the_run(local_aws):
    job = local_aws.job("pass")
    location = local_aws.client("glue").get_job(JobName=job)["Job"]["Command"]["ScriptLocation"]
    bucket, _, key = location.removeprefix("s3://").partition("/")
    local_aws.client("s3").delete_object(Bucket=bucket, Key=key)
    assert local_aws.run(job)["ErrorMessage"] == f"The specified key does not exist: {location}"


def test_glue_studios_own_transforms_are_refused_by_name(local_aws):
    uri = "s3://aws-glue-studio-transforms-510798373988-prod-us-east-1/gs_concat.py"
    run = local_aws.run_script("", arguments={"--extra-py-files": uri})
    assert run["ErrorMessage"] == f"{uri} is AWS's own: Glue Studio's transforms (gs_...) are not supported here"


def test_the_script_that_runs_is_the_deployed_one(local_aws):
    job = local_aws.job("print('first')")
    location = local_aws.client("glue").get_job(JobName=job)["Job"]["Command"]["ScriptLocation"]
    bucket, _, key = location.removeprefix("s3://").partition("/")
    local_aws.put(bucket, key, "print('second')")
    assert local_aws.log(local_aws.run(job)) == ["second"]


def test_a_busy_job_is_refused(local_aws):
    job = local_aws.job(SLEEP)
    run_id = local_aws.start_run(job)
    start = local_aws.client("glue").start_job_run
    assert error_of(start, JobName=job) == f"ConcurrentRunsExceededException: Concurrent runs exceeded for {job}"
    local_aws.client("glue").batch_stop_job_run(JobName=job, JobRunIds=[run_id])


def test_max_concurrent_runs_lets_more_run(local_aws):
    job = local_aws.job("pass", ExecutionProperty={"MaxConcurrentRuns": 2})
    runs = [local_aws.start_run(job) for _ in range(2)]
    assert [local_aws.wait_run(job, run)["JobRunState"] for run in runs] == ["SUCCEEDED", "SUCCEEDED"]


def test_an_absent_job_is_not_found(local_aws):
    assert error_of(local_aws.client("glue").start_job_run, JobName="absent") == (
        "EntityNotFoundException: Failed to start job run due to missing metadata."
    )


def test_a_stopped_run_is_stopped_and_its_processes_are_gone(local_aws):
    child = (
        "import os, subprocess, time\n"
        "print(os.getpid(), subprocess.Popen(['sleep', '60']).pid, flush=True)\n"
        "time.sleep(60)\n"
    )
    job = local_aws.job(child)
    run_id = local_aws.start_run(job)
    lines = wait_until(lambda: local_aws.log(local_aws.job_run(job, run_id)))
    answer = local_aws.client("glue").batch_stop_job_run(JobName=job, JobRunIds=[run_id, "jr_absent"])
    assert [entry["JobRunId"] for entry in answer["SuccessfulSubmissions"]] == [run_id]
    assert [entry["ErrorDetail"]["ErrorCode"] for entry in answer["Errors"]] == ["EntityNotFoundException"]
    assert local_aws.wait_run(job, run_id)["JobRunState"] == "STOPPED"
    assert [pid for pid in lines[0].split() if alive(pid)] == []


def test_a_failed_run_is_tried_again(local_aws):
    bucket = local_aws.bucket()
    script = (
        "import boto3\n"
        f"s3 = boto3.client('s3'); names = dict(Bucket='{bucket}', Key='tried')\n"
        f"seen = s3.list_objects_v2(Bucket='{bucket}').get('KeyCount')\n"
        "s3.put_object(**names)\n"
        "assert seen\n"
    )
    job = local_aws.job(script, MaxRetries=1)
    local_aws.start_run(job)
    runs = wait_until(
        lambda: local_aws.client("glue").get_job_runs(JobName=job)["JobRuns"],
        lambda found: len(found) == 2 and found[0]["JobRunState"] == "SUCCEEDED",
    )
    assert [(run["Attempt"], run["JobRunState"]) for run in runs] == [(1, "SUCCEEDED"), (0, "FAILED")]
    assert runs[0]["PreviousRunId"] == runs[1]["Id"]


@pytest.mark.parametrize(
    ("name", "value", "reason"),
    [
        ("--datalake-formats", "iceberg", "the libraries of Delta Lake, Hudi and Iceberg are not on this machine"),
        ("--python-virtual-env", "s3://b/x.tar.gz", "name the packages in --additional-python-modules"),
    ],
)
def test_an_argument_that_is_not_supported_fails_the_run_by_name(local_aws, name, value, reason):
    run = local_aws.run(local_aws.job("pass"), {name: value})
    assert run["ErrorMessage"] == f"The argument {name} is not supported by the local AWS (seen: {value}): {reason}"


REFUSED_OF_SHELL = {
    "another language": ("--job-language", "scala", "The job language scala is not supported by the local AWS"),
    "extra files": ("--extra-files", "s3://b/x", "The argument --extra-files is not supported in Python shell jobs"),
    "an egg": (
        "--extra-py-files",
        "s3://b/x.egg",
        "Python 3.9 shell jobs take .whl files in --extra-py-files, not .egg (seen: s3://b/x.egg)",
    ),
    "a library set": ("library-set", "all", "library-set is analytics or none (seen: all)"),
    "a wheel in S3": (
        "--additional-python-modules",
        "s3://b/x.whl",
        "--additional-python-modules of Python shell jobs takes no files in S3 (seen: s3://b/x.whl)",
    ),
}


@pytest.mark.parametrize(("name", "value", "message"), REFUSED_OF_SHELL.values(), ids=REFUSED_OF_SHELL.keys())
def test_what_python_shell_does_not_have_fails_the_run_by_name(local_aws, name, value, message):
    assert local_aws.run(local_aws.job("pass"), {name: value})["ErrorMessage"] == message


def test_runs_are_listed_latest_first_in_pages(local_aws):
    job = local_aws.job("pass")
    ids = [local_aws.run(job)["Id"] for _ in range(3)]
    pages = (
        local_aws.client("glue").get_paginator("get_job_runs").paginate(JobName=job, PaginationConfig={"PageSize": 2})
    )
    assert [run["Id"] for page in pages for run in page["JobRuns"]] == ids[::-1]


def test_a_run_of_another_job_is_not_found(local_aws):
    run = local_aws.run_script("pass")
    other = local_aws.job("pass", bucket=local_aws.bucket(unique("b")))
    found = error_of(local_aws.client("glue").get_job_run, JobName=other, RunId=run["Id"])
    assert found.startswith("EntityNotFoundException")


def test_what_a_job_prints_when_it_is_stopped_is_in_its_log(local_aws):
    script = (
        "import signal, sys, time\n"
        "def last(*_): print('last words', flush=True); sys.exit(1)\n"
        "signal.signal(signal.SIGTERM, last)\n"
        "print('started', flush=True)\n"
        "time.sleep(60)\n"
    )
    job = local_aws.job(script)
    run_id = local_aws.start_run(job)
    wait_until(lambda: local_aws.log(local_aws.job_run(job, run_id)))
    local_aws.client("glue").batch_stop_job_run(JobName=job, JobRunIds=[run_id])
    assert local_aws.log(local_aws.wait_run(job, run_id)) == ["started", "last words"]


def test_a_child_that_holds_the_pipes_does_not_keep_a_run_from_ending(local_aws):
    script = "import os, subprocess; subprocess.Popen(['sleep', '300']); print('done', flush=True); os._exit(3)"
    run = local_aws.run_script(script)
    assert run["ErrorMessage"] == "Command failed with exit code 3"
    assert local_aws.log(run) == ["done"]
