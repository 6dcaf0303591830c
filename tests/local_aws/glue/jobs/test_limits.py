"""What job runs may take of the machine: memory, places, room in the log."""

import asyncio
import contextlib
import json
import re
import types

import pytest

from local_aws.emulator import RoleSession, Scope
from local_aws.glue.jobs import logs
from local_aws.glue.jobs.limits import AT_ONCE, MEMORY, JobLimits, LimitError, memory_of
from tests.local_aws.aws_server import LocalAws, wait_until

GREEDY = """
import subprocess, sys, time
child = "x = bytearray(400 << 20); import time; time.sleep(60)"
subprocess.run([sys.executable, "-c", child], check=True)
"""


@pytest.mark.parametrize(
    ("text", "expected"), [("4g", 4 << 30), ("512M", 512 << 20), ("1gb", 1 << 30), ("100000000", 100_000_000)]
)
def test_a_ceiling_is_read(monkeypatch, text, expected):
    monkeypatch.setenv(MEMORY, text)
    limits = JobLimits.from_environment()
    assert (limits.memory, limits.memory_is_set) == (expected, True)


@pytest.mark.parametrize("text", ["much", "-1g", "0", "1m", "4 g", "4g\n", "٤g", "1e9"])
def test_what_is_no_size_is_refused(monkeypatch, text):
    monkeypatch.setenv(MEMORY, text)
    with pytest.raises(LimitError, match="LOCAL_AWS_JOB_MEMORY is a size such as 4g or 512m, at least 64m"):
        JobLimits.from_environment()


@pytest.mark.parametrize("text", ["0", "-1", "two", "²", "1.5"])
def test_what_is_no_number_of_runs_is_refused(monkeypatch, text):
    monkeypatch.setenv(AT_ONCE, text)
    with pytest.raises(LimitError, match="LOCAL_AWS_JOBS_AT_ONCE is a number from 1 on"):
        JobLimits.from_environment()


def test_memory_of_a_group_that_is_not_there_is_none():
    assert memory_of(2**22 + 1) == 0


@pytest.fixture(scope="module")
def narrow(tmp_path_factory):
    """A server whose runs may take 300 MB, two at once."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv(MEMORY, "300m")
        patch.setenv(AT_ONCE, "2")
        server = LocalAws(tmp_path_factory.mktemp("narrow") / "state").start()
    yield server
    server.stop()


def test_a_run_that_takes_too_much_memory_fails_and_says_so(narrow):
    run = narrow.run_script(GREEDY)
    assert run["JobRunState"] == "FAILED"
    message = run["ErrorMessage"]
    assert re.match(r"Command failed with exit code 137\. The run used [34]\d\d MiB of memory", message)
    assert "over the ceiling of 300 MiB for a job run on this machine" in message
    assert message.endswith("or start the local AWS with a higher LOCAL_AWS_JOB_MEMORY")
    assert narrow.run_script("print('next')")["JobRunState"] == "SUCCEEDED"


def test_runs_beyond_the_number_wait_in_state_starting(narrow):
    job = narrow.job("import time; time.sleep(600)", ExecutionProperty={"MaxConcurrentRuns": 5})
    runs = [narrow.start_run(job) for _ in range(4)]

    def states():
        return [narrow.job_run(job, run)["JobRunState"] for run in runs]

    wait_until(states, lambda seen: seen.count("RUNNING") == 2, 60)
    assert states() == ["RUNNING", "RUNNING", "STARTING", "STARTING"]
    stop = narrow.client("glue").batch_stop_job_run
    stop(JobName=job, JobRunIds=[runs[0], runs[2]])  # of one that waits too
    wait_until(states, lambda seen: seen == ["STOPPED", "RUNNING", "STOPPED", "RUNNING"], 60)
    stop(JobName=job, JobRunIds=[runs[1], runs[3]])


# Logs


@pytest.fixture
def stream(monkeypatch):
    """A log stream, and what it sent."""
    sent = []
    emulated = types.SimpleNamespace(
        denial=lambda *_: None,
        has_log_group=lambda *_: True,
        filtering=contextlib.nullcontext,
        put_log_lines=lambda *given: sent.extend(text for _, text in given[-1]),
    )
    monkeypatch.setattr(logs, "emulator", emulated)
    stream = logs.LogStream(Scope("0" * 12, "eu-west-1"), RoleSession(*"aabcd"), "g", "s")
    stream.sent = sent
    return stream


def pipe_of(*chunks):
    pipe = asyncio.StreamReader()
    for chunk in chunks:
        pipe.feed_data(chunk)
    pipe.feed_eof()
    return pipe


def test_a_line_longer_than_an_event_becomes_several(stream):
    async def follow():
        await stream.follow_pipe(pipe_of(b"x" * 600_000 + b"\nshort\n"))

    asyncio.run(follow())
    stream.finish()
    assert [len(text) for text in stream.sent] == [250_000, 250_000, 100_000, 5]


def test_a_line_without_an_end_is_not_kept_whole(stream):
    async def follow():
        pipe = pipe_of(*[b"y" * 100_000] * 30)
        task = asyncio.ensure_future(stream.follow_pipe(pipe))
        await task

    asyncio.run(follow())
    stream.finish()
    assert sum(map(len, stream.sent)) == 3_000_000
    assert max(map(len, stream.sent)) == 250_000


def test_a_log_that_is_full_says_so_and_keeps_its_end(stream, monkeypatch):
    monkeypatch.setattr(stream, "_room", 1000 * 260)
    for number in range(5000):
        stream.write(f"{number:04}")
    stream.send()
    stream.finish()
    assert stream.sent[:1000] == [f"{number:04}" for number in range(1000)]
    assert stream.sent[1000] == (
        "3950 lines are left out here: this log has reached 64 MiB, which is what the local AWS keeps of one"
    )
    assert stream.sent[1001:] == [f"{number:04}" for number in range(4950, 5000)]


def test_a_file_is_read_in_parts_and_a_link_not_at_all(stream, tmp_path):
    file, link = tmp_path / "spark.log", tmp_path / "link"
    file.write_bytes(b"".join(b"%06d\n" % number for number in range(300_000)) + b"no end")
    link.symlink_to(file)
    assert stream._copy_lines(link, 0) == 0
    offset = stream._copy_lines(file, 0)
    assert offset == 300_000 * 7
    with file.open("ab") as more:
        more.write(b" yet\n")
    stream._copy_lines(file, offset)
    stream.finish()
    assert stream.sent[0] == "000000"
    assert stream.sent[-1] == "no end yet" or "left out" in stream.sent[-52]


LINKS = """
import os
for name in ("spark.log", "result.json"):
    os.symlink({file!r}, os.path.join(os.environ["HOME"], name))
os.kill(os.getpid(), 9)
"""


def test_what_a_job_links_into_its_folder_is_not_read(narrow, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text(json.dumps({"error": "secret"}) + "\n")
    run = narrow.run_script(LINKS.format(file=str(secret)))
    assert run["JobRunState"] == "FAILED"
    assert "secret" not in run["ErrorMessage"].replace(str(secret), "")
    assert "secret" not in str(narrow.log(run, "error"))
