"""Process groups that an earlier server left: ours are ended, a stranger's are not."""

import contextlib
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from local_aws.glue.jobs import processes

FAMILY = """
import os, subprocess, sys
child = subprocess.Popen(["sleep", "300"])
print(child.pid, flush=True)
if sys.argv[1] == "stays":
    child.wait()
"""


def is_alive(pid):
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


@pytest.fixture
def family():
    """Starts a process with a child in a group of their own; returns it and the child's id."""
    begun = []

    def begin(token, mode="stays"):
        environment = {**os.environ, "HOME": f"/somewhere/runs/{token}"}
        command = [sys.executable, "-c", FAMILY, mode]
        leader = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True, start_new_session=True)
        begun.append(leader)
        return leader, int(leader.stdout.readline())

    yield begin
    for leader in begun:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(leader.pid, signal.SIGKILL)
        leader.wait()
        leader.stdout.close()


def test_a_group_that_holds_the_token_is_ended_with_all_of_it(family):
    leader, child = family("jr_1")
    assert processes.end_orphans([(leader.pid, "jr_1")]) == [leader.pid]
    assert leader.wait(10) == -9
    assert not is_alive(child)


def test_a_group_whose_leader_is_gone_is_ended_too(family):
    leader, child = family("jr_2", "goes")
    leader.wait(10)
    assert is_alive(child)
    assert processes.end_orphans([(leader.pid, "jr_2")]) == [leader.pid]
    assert not is_alive(child)


def test_a_stranger_that_got_the_number_is_left_alone(family):
    leader, _ = family("somebody")
    assert processes.end_orphans([(leader.pid, "jr_3")]) == []
    assert leader.poll() is None


def test_a_number_that_nobody_has_is_nothing_to_end():
    gone = subprocess.Popen(["true"], start_new_session=True)
    gone.wait()
    assert processes.end_orphans([(gone.pid, "jr_4")]) == []


def test_nothing_to_end_asks_nobody():
    assert processes.end_orphans([]) == []


LISTED = """
  411 Ss   /sbin/launchd
  812 S    python launch.py HOME=/state/runs/jr_5 TMPDIR=/state/runs/jr_5/tmp
  812 R    sleep 300 HOME=/state/runs/jr_5
  900 Z    (python)
"""


def test_where_there_is_no_proc_the_environments_are_pss(monkeypatch):
    listed = subprocess.CompletedProcess([], 0, LISTED.encode())
    monkeypatch.setattr(processes.sys, "platform", "darwin")
    monkeypatch.setattr(processes.subprocess, "run", lambda *_, **__: listed)
    seen = processes._environments()
    assert sorted(seen) == [411, 812]
    assert [("jr_5" in text) for text in seen[812]] == [True, True]
