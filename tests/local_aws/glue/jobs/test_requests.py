"""Starting, retrying, queuing and stopping job runs as StartJobRun and BatchStopJobRun say."""

import json
import time

import pytest

from tests.local_aws.aws_server import error_of, unique, wait_until

PRINT_ARGV = "import sys, json; print(json.dumps(sys.argv))"
SLEEP = "import time; print('started', flush=True); time.sleep(60)"


def given(local_aws, run, name):
    """The value of an argument as the script of a run saw it."""
    argv = json.loads(local_aws.log(run)[0])
    return argv[argv.index(name) + 1]


def started(local_aws, job, **params):
    return local_aws.client("glue").start_job_run(JobName=job, **params)["JobRunId"]


def stop(local_aws, job, *runs):
    return local_aws.client("glue").batch_stop_job_run(JobName=job, JobRunIds=list(runs))


def wait_state(local_aws, job, run, state):
    return wait_until(lambda: local_aws.job_run(job, run), lambda seen: seen["JobRunState"] == state)


# Retry


def test_a_retry_has_the_arguments_and_the_id_of_the_first_run_and_the_next_attempt(local_aws):
    job = local_aws.job(PRINT_ARGV, arguments={"--a": "job"})
    first = local_aws.run(job, {"--a": "run"})
    second = local_aws.wait_run(job, started(local_aws, job, JobRunId=first["Id"]))
    third = local_aws.wait_run(job, started(local_aws, job, JobRunId=first["Id"], Arguments={"--a": "again"}))
    assert [given(local_aws, run, "--a") for run in (first, second, third)] == ["run", "run", "again"]
    assert [(run["Attempt"], run.get("PreviousRunId")) for run in (first, second, third)] == [
        (0, None),
        (1, first["Id"]),
        (2, first["Id"]),
    ]
    assert second["Id"] == first["Id"] + "_attempt_1"


def test_a_retry_keeps_the_settings_of_the_run(local_aws):
    job = local_aws.job("pass")
    first = local_aws.wait_run(job, started(local_aws, job, Timeout=7))
    assert local_aws.job_run(job, started(local_aws, job, JobRunId=first["Id"]))["Timeout"] == 7


def test_a_run_that_goes_on_cannot_be_retried(local_aws):
    job = local_aws.job(SLEEP, ExecutionProperty={"MaxConcurrentRuns": 2})
    run = local_aws.start_run(job)
    wait_state(local_aws, job, run, "RUNNING")
    seen = error_of(local_aws.client("glue").start_job_run, JobName=job, JobRunId=run)
    assert seen == (f"InvalidInputException: JobRun {run} is in state RUNNING: only a run that is over can be retried")
    stop(local_aws, job, run)


def test_an_absent_run_cannot_be_retried(local_aws):
    start = local_aws.client("glue").start_job_run
    assert error_of(start, JobName=local_aws.job("pass"), JobRunId="jr_absent") == (
        "EntityNotFoundException: JobRun with id jr_absent does not exist"
    )


def test_max_retries_counts_the_retries_of_each_start(local_aws):
    job = local_aws.job("1 / 0", MaxRetries=1)
    first = local_aws.run(job)
    ends = wait_until(
        lambda: local_aws.client("glue").get_job_runs(JobName=job)["JobRuns"],
        lambda runs: len(runs) == 2 and all(run["JobRunState"] == "FAILED" for run in runs),
    )
    assert [run["Id"] for run in ends] == [first["Id"] + "_attempt_1", first["Id"]]


# Settings of a run


SHELL_REFUSALS = {
    "workers": (
        {"WorkerType": "G.1X", "NumberOfWorkers": 2},
        "Worker Type is not supported for Job Command pythonshell",
    ),
    "half a DPU": ({"MaxCapacity": 0.5}, "MaxCapacity of a pythonshell job is 0.0625 or 1, not 0.5"),
    "flex": ({"ExecutionClass": "FLEX"}, "ExecutionClass FLEX is for jobs with command glueetl"),
    "eight days": ({"Timeout": 11_520}, "Timeout must be between 1 and 10080 minutes, not 11520"),
}
SPARK_REFUSALS = {
    "capacity beside workers": (
        {"MaxCapacity": 4.0},
        "Please do not set Max Capacity if using Worker Type and Number of Workers.",
    ),
    "one worker": (
        {"NumberOfWorkers": 1},
        "To use Worker Type G.1X, minimum allowed value of Number of Workers is 2.",
    ),
    "flex on large workers": (
        {"ExecutionClass": "FLEX", "WorkerType": "G.4X", "NumberOfWorkers": 2},
        "ExecutionClass FLEX needs Worker Type G.1X or G.2X, not G.4X",
    ),
}


@pytest.mark.parametrize(("params", "message"), SHELL_REFUSALS.values(), ids=SHELL_REFUSALS.keys())
def test_settings_that_a_shell_job_does_not_take(local_aws, params, message):
    start = local_aws.client("glue").start_job_run
    assert error_of(start, JobName=local_aws.job("pass"), **params) == f"InvalidInputException: {message}"


@pytest.mark.parametrize(("params", "message"), SPARK_REFUSALS.values(), ids=SPARK_REFUSALS.keys())
def test_settings_that_a_spark_job_does_not_take(local_aws, params, message):
    start = local_aws.client("glue").start_job_run
    job = local_aws.job("pass", spark=True)
    assert error_of(start, JobName=job, **params) == f"InvalidInputException: {message}"


@pytest.mark.parametrize(("more", "refused"), [(0, False), (1, True)], ids=["260 KB", "a byte more"])
def test_arguments_have_a_largest_size(local_aws, more, refused):
    job = local_aws.job("pass", arguments={"--a": "x" * 200_000}, MaxRetries=0)
    rest = 260 * 1024 - 200_000 - len("--a--b") + more
    seen = error_of(local_aws.client("glue").start_job_run, JobName=job, Arguments={"--b": "x" * rest})
    text = "InvalidInputException: The job arguments take 266241 bytes, more than the limit of 266240"
    assert seen == (text if refused else "")


def test_a_run_may_be_larger_than_its_job(local_aws):
    job = local_aws.job("pass")
    run = local_aws.wait_run(
        job, started(local_aws, job, MaxCapacity=1.0, NotificationProperty={"NotifyDelayAfter": 5})
    )
    assert (run["MaxCapacity"], run["AllocatedCapacity"]) == (1.0, 1)
    assert run["NotificationProperty"] == {"NotifyDelayAfter": 5}


def test_a_session_policy_is_refused_by_name(local_aws):
    start = local_aws.client("glue").start_job_run
    assert error_of(start, JobName=local_aws.job("pass"), ExecutionRoleSessionPolicy="{}") == (
        "OperationNotSupportedException: StartJobRun with ExecutionRoleSessionPolicy is not supported by the local AWS"
    )


# The queue


def test_a_busy_job_with_queuing_has_runs_that_wait_and_start_in_order(local_aws):
    bucket = local_aws.bucket()
    script = (
        "import boto3, sys, time\n"
        "s3 = boto3.client('s3')\n"
        f"there = lambda: s3.list_objects_v2(Bucket='{bucket}').get('KeyCount')\n"
        "while '--wait' in sys.argv and not there(): time.sleep(0.05)\n"
    )
    job = local_aws.job(script, JobRunQueuingEnabled=True)
    first = started(local_aws, job, Arguments={"--wait": "1"})
    queued = [started(local_aws, job) for _ in range(2)]
    waiting = [local_aws.job_run(job, run) for run in queued]
    assert [run["JobRunState"] for run in waiting] == ["WAITING", "WAITING"]
    assert waiting[0]["StateDetail"] == (
        "The job run waits in the queue: the job's maximum of concurrent runs (1) is reached"
    )
    local_aws.put(bucket, "go")
    runs = [local_aws.wait_run(job, run) for run in (first, *queued)]
    assert [run["JobRunState"] for run in runs] == ["SUCCEEDED"] * 3
    assert runs[0]["CompletedOn"] <= runs[1]["CompletedOn"] <= runs[2]["CompletedOn"]
    assert "StateDetail" not in runs[1]


def test_the_run_says_whether_it_waits_over_the_job(local_aws):
    job = local_aws.job(SLEEP, JobRunQueuingEnabled=True)
    first = local_aws.start_run(job)
    start = local_aws.client("glue").start_job_run
    assert error_of(start, JobName=job, JobRunQueuingEnabled=False) == (
        f"ConcurrentRunsExceededException: Concurrent runs exceeded for {job}"
    )
    stop(local_aws, job, first)


def test_a_run_that_waits_is_stopped_at_once(local_aws):
    job = local_aws.job(SLEEP)
    first = local_aws.start_run(job)
    queued = started(local_aws, job, JobRunQueuingEnabled=True)
    assert [entry["JobRunId"] for entry in stop(local_aws, job, queued)["SuccessfulSubmissions"]] == [queued]
    ended = local_aws.job_run(job, queued)
    assert (ended["JobRunState"], ended["ExecutionTime"]) == ("STOPPED", 0)
    stop(local_aws, job, first)
    assert local_aws.wait_run(job, first)["JobRunState"] == "STOPPED"
    assert local_aws.job_run(job, queued)["JobRunState"] == "STOPPED"


# Stop


def test_a_run_that_is_over_is_no_more_to_be_stopped(local_aws):
    job = local_aws.job("pass")
    run = local_aws.run(job)["Id"]
    answer = stop(local_aws, job, run)
    detail = {"ErrorCode": "InvalidInputException", "ErrorMessage": f"JobRun {run} is in state SUCCEEDED"}
    assert (answer["SuccessfulSubmissions"], answer["Errors"]) == (
        [],
        [{"JobName": job, "JobRunId": run, "ErrorDetail": detail}],
    )


def test_no_more_than_25_runs_are_stopped_in_one_call(local_aws):
    call = local_aws.client("glue").batch_stop_job_run
    ids = [unique("jr_") for _ in range(26)]
    assert error_of(call, JobName=local_aws.job("pass"), JobRunIds=ids) == (
        f"ValidationException: 1 validation error detected: Value '[{', '.join(ids)}]' at 'jobRunIds' failed to "
        "satisfy constraint: Member must have length less than or equal to 25"
    )


# Times


def test_times_of_a_run_are_those_of_its_states(local_aws):
    before = time.time()
    job = local_aws.job("pass")
    run = local_aws.run(job)
    times = [run[name].timestamp() for name in ("StartedOn", "LastModifiedOn", "CompletedOn")]
    assert before - 1 <= times[0] <= times[1] <= time.time() + 1
    assert times[1] == times[2]


def test_a_run_that_never_ran_took_no_time(local_aws):
    job = local_aws.job("pass", role=local_aws.role(trusts="ec2.amazonaws.com"))
    assert local_aws.run(job)["ExecutionTime"] == 0


def test_a_run_of_a_job_that_was_deleted_meanwhile_is_stopped_by_its_id(local_aws):
    job = local_aws.job(SLEEP)
    run = local_aws.start_run(job)
    wait_state(local_aws, job, run, "RUNNING")
    local_aws.client("glue").delete_job(JobName=job)
    answer = stop(local_aws, job, run)
    assert answer["SuccessfulSubmissions"] == [{"JobName": job, "JobRunId": run}]
    wait_state(local_aws, job, run, "STOPPED")
