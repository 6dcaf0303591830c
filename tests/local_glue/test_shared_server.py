"""A server for as long as somebody uses it: who starts it, who ends it, and whose it is not to end."""

import os
import signal
import subprocess
import sys
import time

import pytest

from glue_client import console
from glue_client.errors import DeployError
from local_glue import shared_server
from local_glue.starting import endpoint_of


@pytest.fixture(scope="module")
def life(tmp_path_factory):
    """What was seen while a server was started, found by a second caller, left by it, and ended."""
    state = tmp_path_factory.mktemp("state")
    with shared_server.server(state) as first:
        with shared_server.server(state) as second:
            pass
        still = endpoint_of(state)
    return {"first": first, "second": second, "still": still, "after": endpoint_of(state)}


def test_a_server_answers_on_loopback(life):
    assert life["first"].startswith("http://127.0.0.1:")


def test_a_server_that_runs_is_used(life):
    assert life["second"] == life["first"]


def test_a_server_that_somebody_else_started_is_left_running(life):
    assert life["still"] == life["first"]


def test_a_server_that_was_started_is_ended(life):
    assert life["after"] is None


def test_a_server_that_does_not_start_shows_what_it_said(tmp_path):
    (tmp_path / "lock").mkdir()  # where the server's lock file is to be
    with pytest.raises(DeployError) as caught, shared_server.server(tmp_path):
        pass
    assert caught.value.failed == "local AWS did not start"
    assert "Is a directory" in caught.value.seen


USER = """
import sys
from pathlib import Path
from local_glue.shared_server import server
with server(Path(sys.argv[1])) as endpoint:
    print(endpoint, flush=True)
    sys.stdin.readline()
"""


def user(state):
    """Another process that uses the state folder's server until it is told to leave."""
    command = [sys.executable, "-c", USER, str(state)]
    return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def address(process):
    """What the process was given, after what it was told of it."""
    for line in process.stdout:
        if line.startswith("http"):
            return line.strip()
    return None


def leave(process):
    process.communicate("\n", timeout=60)
    return process.returncode


def test_the_last_user_ends_the_server_and_not_the_first(tmp_path):
    first, second = user(tmp_path), user(tmp_path)  # at once, on a folder without a server
    endpoint = address(first)
    assert address(second) == endpoint is not None
    assert leave(first) == 0
    assert endpoint_of(tmp_path) == endpoint
    assert leave(second) == 0
    assert endpoint_of(tmp_path) is None


def test_a_server_in_the_foreground_is_nobodys_to_end(tmp_path):
    command = [sys.executable, "-m", "local_aws", "--port", "0", "--state-dir", str(tmp_path)]
    owner = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert owner.stdout.readline().startswith("ready")
        (tmp_path / "lent").write_text("1")  # of a server that was killed long ago
        with shared_server.server(tmp_path) as endpoint:
            pass
        assert endpoint_of(tmp_path) == endpoint
    finally:
        owner.send_signal(signal.SIGTERM)
        owner.communicate(timeout=60)


def test_a_folder_that_cannot_be_made_is_told(tmp_path):
    (tmp_path / "file").write_text("")
    wanted = pytest.raises(DeployError, match=r"the state folder .*/file/state cannot be used")
    with wanted, shared_server.server(tmp_path / "file" / "state"):
        pass


def test_who_leaves_is_not_told_that_it_goes_on_when_it_does_not(capsys):
    def left():
        with pytest.raises(KeyboardInterrupt), console.leaving("it goes on"):
            raise KeyboardInterrupt
        return capsys.readouterr().err

    assert "it goes on" in left()
    with console.nothing_goes_on():
        assert left() == ""
    assert "it goes on" in left()


STUBBORN = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: print("SIGTERM", flush=True))
signal.signal(signal.SIGINT, lambda *_: print("SIGINT", flush=True))
print("begun", flush=True)
while True:
    time.sleep(1)
"""


def test_ctrl_c_while_the_server_ends_is_handed_on(monkeypatch):
    stubborn = subprocess.Popen([sys.executable, "-c", STUBBORN], stdout=subprocess.PIPE, text=True)
    assert stubborn.stdout.readline() == "begun\n"
    monkeypatch.setattr(shared_server, "GIVEN_UP_SECONDS", 0.5)
    sleeps = []

    def interrupted(seconds):
        sleeps.append(seconds)
        if len(sleeps) == 4:
            raise KeyboardInterrupt
        os.sched_yield()
        return real(seconds)

    real = time.sleep
    monkeypatch.setattr(shared_server.time, "sleep", interrupted)
    with pytest.raises(KeyboardInterrupt):
        shared_server._stop(stubborn.pid)
    assert stubborn.stdout.read() == "SIGTERM\nSIGINT\n"  # and then it was ended by force: the pipe is closed
