"""How a run's end becomes its state."""

import asyncio

import pytest

from local_aws.emulator import RoleUnusableError, Scope
from local_aws.glue.jobs.execution import Execution
from local_aws.glue.jobs.files import JobSetupError
from local_aws.glue.jobs.limits import JobLimits
from local_aws.glue.model import JobRun

SCOPE = Scope("000000000000", "eu-west-1")
JOB = {"Name": "job", "Role": "r", "Command": {"Name": "pythonshell"}}


def outcome(tmp_path, monkeypatch, process, timeout):
    """The state and message of a run whose process is this coroutine function."""
    monkeypatch.setattr(Execution, "_run_process", process)
    run = JobRun("jr_1", "job", "STARTING", StartedOn=1.0, LastModifiedOn=1.0, Timeout=timeout)
    return asyncio.run(
        Execution(SCOPE, JOB, run, None, tmp_path, "", None, None, print, JobLimits.from_environment()).carry_out()
    )


def test_a_run_that_takes_longer_than_its_timeout_is_timed_out(tmp_path, monkeypatch):
    ended = []

    async def forever(_):
        try:
            await asyncio.Event().wait()
        finally:
            ended.append("ended in order")

    assert outcome(tmp_path, monkeypatch, forever, timeout=0.001) == ("TIMEOUT", "Job timed out")
    assert ended == ["ended in order"]


@pytest.mark.parametrize(
    ("raised", "expected"),
    [
        (None, ("SUCCEEDED", None)),
        (JobSetupError("no script"), ("FAILED", "no script")),
        (RoleUnusableError("no role"), ("FAILED", "no role")),
        (RuntimeError("a bug"), ("FAILED", "InternalServiceException: a bug")),
    ],
)
def test_what_ends_a_run_is_its_message(tmp_path, monkeypatch, raised, expected):
    async def process(_):
        if raised:
            raise raised

    assert outcome(tmp_path, monkeypatch, process, timeout=1) == expected
