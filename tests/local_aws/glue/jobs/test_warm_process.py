"""When a process waits for the next run: what waits here is a program that only waits."""

import asyncio
import json
import os
from pathlib import Path

import pytest

from local_aws.glue.jobs import job_memory, waiting_process, warm_process
from local_aws.glue.jobs.limits import JobLimits, LimitError
from local_aws.glue.jobs.warm_process import MINUTES, WarmProcess, minutes_from_environment
from local_aws.runtime.jvm.shared import Shared

SPARK, SHELL = {"Command": {"Name": "glueetl"}}, {"Command": {"Name": "pythonshell"}}
PROGRAM = """
import json, sys
run = sys.stdin.read()
print(json.dumps([sys.argv[1], run]))
"""


@pytest.fixture
def runs(tmp_path, monkeypatch):
    """The folder of the runs, where a program that only waits is started."""
    (tmp_path / "launch.py").write_text(PROGRAM)
    monkeypatch.setattr(waiting_process, "RUNTIME", tmp_path)
    monkeypatch.setattr(warm_process, "_QUIET_S", 0.0)
    monkeypatch.setattr(warm_process, "_LOOK_EVERY_S", 0.01)
    monkeypatch.setattr(waiting_process, "shared_with_others", lambda: Shared(str(tmp_path), "", ""))
    monkeypatch.setattr(job_memory, "_LEAST_FREE_BYTES", 0)
    monkeypatch.setattr(job_memory, "TAKEN_BYTES", 0)
    return tmp_path / "state" / "runs"


def played(runs, act, minutes=5.0):
    """Play an act with a WarmProcess, and close that; return what the act does."""

    async def play():
        warm = WarmProcess(runs, JobLimits(1 << 32, 8), minutes)
        try:
            return await asyncio.wait_for(act(warm), 60)
        finally:
            await warm.close()

    return asyncio.run(play())


async def until(condition):
    while not condition():
        await asyncio.sleep(0.01)


def folders(runs):
    return list(runs.glob("*")) if runs.exists() else []


async def a_while():
    await asyncio.sleep(0.1)


def test_one_at_most_waits_from_when_there_is_a_spark_job(runs):
    async def act(warm):
        warm.foresee(SHELL)
        await a_while()
        before = folders(runs)
        for _ in range(5):
            warm.foresee(SPARK)
        await until(lambda: warm.ready)
        warm.foresee(SPARK)
        await a_while()
        return before, len(folders(runs))

    assert played(runs, act) == ([], 1)
    assert folders(runs) == []


def test_a_run_takes_it_with_its_folder_and_the_next_one_is_made_after_the_run(runs):
    async def act(warm):
        warm.foresee(SPARK)
        await until(lambda: warm.ready)
        [first] = folders(runs)
        inode = first.stat().st_ino
        async with warm.while_running(SPARK):
            taken = warm.take(SPARK, {}, runs / "jr_1")
            again = warm.take(SPARK, {}, runs / "jr_2")
            link, same = first.is_symlink(), (runs / "jr_1").stat().st_ino == inode
            await a_while()
            during = {folder.name for folder in folders(runs)}
            output, _ = await taken.process.communicate(b"its run")
            await taken.leave()
        await until(lambda: warm.ready)
        return link, same, again, during - {first.name}, json.loads(output)[1], first.is_symlink()

    assert played(runs, act) == (True, True, None, {"jr_1"}, "its run", False)


def test_the_next_one_is_for_as_much_to_read_as_the_last_run_had(runs):
    async def act(warm):
        seen = []
        for few in (True, False):
            warm.expect(few=few)
            warm.foresee(SPARK)
            await until(lambda: warm.ready)
            taken = warm.take(SPARK, {}, runs / f"jr_{few}")
            seen.append(json.loads((taken.folder / "waiting.json").read_text())["few"])
            await taken.leave()
            await until(lambda: not warm.keeps)
        return seen

    assert played(runs, act) == [True, False]


@pytest.mark.parametrize(
    ("job", "arguments"),
    [
        (SHELL, {}),
        (SPARK, {"--extra-jars": "s3://b/x.jar"}),
        (SPARK, {"--additional-python-modules": "x"}),
        (SPARK, {"--conf": "spark.driver.memory=3g"}),
        (SPARK, {"--conf": "spark.sql.shuffle.partitions=3 --conf spark.driver.extraJavaOptions=-Dx=1"}),
        (SPARK, {"--conf": "nonsense"}),
    ],
)
def test_a_run_that_needs_another_java_does_not_take_it(runs, job, arguments):
    async def act(warm):
        warm.foresee(SPARK)
        await until(lambda: warm.ready)
        refused = warm.take(job, arguments, runs / "jr_1")
        taken = warm.take(SPARK, {"--conf": "spark.sql.shuffle.partitions=3"}, runs / "jr_2")
        await taken.leave()
        return refused

    assert played(runs, act) is None


def test_it_is_given_up_after_its_time(runs):
    async def act(warm):
        warm.foresee(SPARK)
        await until(lambda: warm.ready)
        await until(lambda: not folders(runs))
        return warm.take(SPARK, {}, runs / "jr_1")

    assert played(runs, act, minutes=0.01) is None


def test_it_is_given_up_where_memory_runs_short_and_none_is_made(runs, monkeypatch):
    async def act(warm):
        warm.foresee(SPARK)
        await until(lambda: warm.ready)
        monkeypatch.setattr(job_memory, "_LEAST_FREE_BYTES", 1 << 60)
        await until(lambda: not folders(runs))
        warm.foresee(SPARK)
        await a_while()
        return folders(runs)

    assert played(runs, act) == []


def test_one_that_ended_is_not_taken(runs):
    async def act(warm):
        warm.foresee(SPARK)
        await until(lambda: warm.ready)
        os.kill(_pid(runs), 9)
        await until(lambda: not folders(runs))
        return warm.take(SPARK, {}, runs / "jr_1")

    assert played(runs, act) is None


def _pid(runs):
    [folder] = folders(runs)
    for process in Path("/proc").glob("[0-9]*"):
        if f"{folder}/waiting.json".encode() in (process / "cmdline").read_bytes():
            return int(process.name)
    raise AssertionError


def test_none_waits_where_that_is_turned_off(runs):
    async def act(warm):
        warm.foresee(SPARK)
        async with warm.while_running(SPARK):
            await a_while()
        await a_while()
        return folders(runs)

    assert played(runs, act, minutes=0.0) == []


@pytest.mark.parametrize(("text", "minutes"), [("", 20.0), ("0", 0.0), ("off", 0.0), ("2.5", 2.5)])
def test_the_setting_is_read(monkeypatch, text, minutes):
    monkeypatch.setenv(MINUTES, text)
    assert minutes_from_environment() == minutes


@pytest.mark.parametrize("text", ["-1", "soon", "1e3", "٤"])
def test_a_setting_that_is_no_number_of_minutes_is_refused(monkeypatch, text):
    monkeypatch.setenv(MINUTES, text)
    with pytest.raises(LimitError, match="LOCAL_AWS_WARM_MINUTES is a number of minutes"):
        minutes_from_environment()
