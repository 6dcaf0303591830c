"""A disk without room: one sentence that says so, and nothing lost."""

import asyncio
import errno
import shutil
import sqlite3

import pytest

from local_aws.emulator import Scope
from local_aws.glue.api import storage_failure
from local_aws.glue.definitions.records import Definitions
from local_aws.glue.jobs import execution as job_execution
from local_aws.glue.jobs import room
from local_aws.glue.jobs import runs as job_runs
from local_aws.glue.jobs.execution import Execution
from local_aws.glue.jobs.limits import JobLimits
from local_aws.glue.jobs.runs import JobRuns
from local_aws.glue.model import JobRun
from local_aws.glue.store import Store

SCOPE = Scope("000000000000", "eu-west-1")
JOB = {"Name": "job", "Role": "r", "Command": {"Name": "pythonshell"}, "Timeout": 1}
RUN = JobRun("jr_1", "job", "STARTING", StartedOn=1.0, LastModifiedOn=1.0, Timeout=1)


FULL = "No space left on device: /state/x. Make room on the disk of the local AWS's state folder, then run again."


@pytest.mark.parametrize(
    ("error", "message"),
    [
        (OSError(errno.ENOSPC, "No space left on device", "/state/x"), FULL),
        (OSError(errno.EACCES, "Permission denied", "/state/x"), "PermissionError: Permission denied: /state/x"),
    ],
)
def test_files_that_cannot_be_prepared_fail_the_run(tmp_path, monkeypatch, error, message):
    def plan(*_):
        raise error

    monkeypatch.setattr(job_execution, "plan", plan)
    monkeypatch.setattr(job_execution.emulator, "assume_role", lambda *_: None)
    execution = Execution(SCOPE, JOB, RUN, None, tmp_path, "", None, None, print, JobLimits.from_environment())
    assert asyncio.run(execution.carry_out()) == ("FAILED", message)


@pytest.mark.parametrize(
    ("free", "more"), [(1 << 30, ""), (0, ". No space left on device: {folder}")], ids=["room", "no room"]
)
def test_a_process_that_had_no_room_for_its_outcome_is_said_to(tmp_path, monkeypatch, free, more):
    usage = shutil.disk_usage(tmp_path)._replace(free=free)
    monkeypatch.setattr(job_execution.shutil, "disk_usage", lambda _: usage)
    expected = "Command failed with exit code 1" + more.format(folder=tmp_path)
    assert job_execution._outcome(tmp_path / "result.json", 1) == expected


class FullStore(Store):
    """A store whose disk is full for the first two times that a run's end is written."""

    refused = 0

    def put_run(self, scope, run):
        if getattr(run, "CompletedOn", None) and self.refused < 2:
            self.refused += 1
            raise sqlite3.OperationalError("database or disk is full")
        super().put_run(scope, run)


def test_how_a_run_ended_is_written_once_there_is_room(tmp_path, monkeypatch):
    class Succeeds:
        def __init__(self, *_):
            pass

        async def carry_out(self):
            return "SUCCEEDED", None

    monkeypatch.setattr(room, "Execution", Succeeds)
    monkeypatch.setattr(room, "_TRY_AGAIN_S", 0.0)
    monkeypatch.setattr(job_runs.events, "job_ended", lambda *_: None)
    store, ended = FullStore(tmp_path / "glue.sqlite"), []
    runs = JobRuns(Definitions(store), tmp_path / "runs", "", lambda _scope, run: ended.append(run.JobRunState))

    async def play():
        runs._begin(SCOPE, JOB, RUN, job_runs.StartRequest({}))
        await asyncio.gather(*runs._tasks.values())

    asyncio.run(play())
    assert (store.refused, store.run(SCOPE, JobRun, "jr_1").JobRunState, ended) == (2, "SUCCEEDED", ["SUCCEEDED"])
    store.close()


def test_a_request_that_cannot_be_written_down_is_an_internal_error_that_says_why():
    status, _, body = storage_failure(sqlite3.OperationalError("database or disk is full"))
    assert status == 500
    assert body == (
        b'{"__type": "InternalServiceException", "Message": "The state folder of the local AWS cannot be written: '
        b'database or disk is full"}'
    )
