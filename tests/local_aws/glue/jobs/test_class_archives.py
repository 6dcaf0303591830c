"""When the archive of classes is begun: once a Spark job has ended and none runs, or as the server ends."""

import asyncio
import contextlib
from pathlib import Path

import pytest

from local_aws.glue.jobs import class_archives
from local_aws.glue.jobs.class_archives import ClassArchives

SPARK, SHELL = {"Command": {"Name": "glueetl"}}, {"Command": {"Name": "pythonshell"}}


@pytest.fixture
def begun(monkeypatch):
    """The commands of the processes that were started."""
    commands = []
    monkeypatch.setattr(class_archives, "_QUIET_S", 0.0)
    monkeypatch.setattr(class_archives, "archive_to_make", lambda _: Path("/cache"))
    monkeypatch.setattr(class_archives.subprocess, "Popen", lambda command, **_: commands.append(command) or command)
    return commands


async def quiet():
    """Let all timers that are due run."""
    for _ in range(3):
        await asyncio.sleep(0.001)


def played(*acts):
    """Play acts one after the other, each with the same ClassArchives."""

    async def play():
        archives = ClassArchives()
        for act in acts:
            await act(archives)

    asyncio.run(play())


async def spark(archives):
    async with archives.while_running(SPARK):
        await quiet()


async def shell(archives):
    async with archives.while_running(SHELL):
        await quiet()


async def rest(_archives):
    await quiet()


async def close(archives):
    archives.close()


def test_it_is_begun_once_after_a_spark_job(begun):
    played(spark, rest, spark, rest, close)
    assert [command[-2] for command in begun] == ["local_aws.runtime.jvm.maker"]


def test_python_shell_jobs_need_none(begun):
    played(shell, rest, close)
    assert begun == []


def test_it_waits_until_no_job_runs(begun):
    async def two(archives):
        async with archives.while_running(SHELL):
            await spark(archives)
            await quiet()
            assert begun == []

    played(two, rest)
    assert len(begun) == 1


def test_a_job_that_is_cut_short_counts(begun):
    async def cut(archives):
        with contextlib.suppress(asyncio.CancelledError):
            async with archives.while_running(SPARK):
                raise asyncio.CancelledError

    played(cut, rest)
    assert len(begun) == 1


def test_it_is_begun_at_the_end_where_it_was_about_to_be(begun):
    played(spark, close)
    assert len(begun) == 1


def test_it_is_not_begun_where_none_is_to_be_made(begun, monkeypatch):
    monkeypatch.setattr(class_archives, "archive_to_make", lambda _: None)
    played(spark, rest, close)
    assert begun == []
