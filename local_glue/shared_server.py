"""A server for as long as somebody uses it: whoever comes first starts it, whoever leaves last ends it.

Each user of a state folder holds a shared lock on one of its files. The one who gets it alone, as they leave, is the
last; a server that `local-glue start` or `localaws` runs in the foreground is nobody's to end.
"""

import contextlib
import fcntl
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import NoReturn, TextIO

from glue_client.console import complain, nothing_goes_on, say, seconds
from glue_client.errors import DeployError
from local_aws import root_key
from local_glue.starting import LENT, LOG, PLACE, STARTING, USERS, endpoint_of, environment, say_what_is_open

START_SECONDS, STOP_SECONDS, GIVEN_UP_SECONDS = 60, 60, 5
LOG_LINES = 15
LOOK = 0.05  # seconds between looks
JOB_COMES = {"LOCAL_AWS_WARM_AT_START": "1"}
"""Who starts a server here will run a job next: Spark's Java starts beside the stacks."""


@dataclass(frozen=True)
class LocalAws:
    """The local AWS of a state folder."""

    state: Path

    @property
    def endpoint(self) -> str | None:
        """Its address when it runs."""
        return endpoint_of(self.state)

    @contextlib.contextmanager
    def used(self) -> Iterator[str]:
        """Its address: it runs for that long at least, and this process's settings lead to it and nowhere else."""
        with server(self.state) as endpoint, environment(endpoint, root_key.kept(self.state)):
            yield endpoint


@contextlib.contextmanager
def server(state: Path) -> Iterator[str]:
    """The endpoint of the state folder's server: the one that runs, else one for as long as anybody uses it.

    Raises:
        DeployError: the folder cannot be written, or the server does not start.
    """
    state = state.resolve()  # the server works in another folder
    with contextlib.ExitStack() as held:
        try:
            state.mkdir(parents=True, exist_ok=True)
            users = held.enter_context((state / USERS).open("a"))
        except OSError as error:
            raise DeployError(
                f"the state folder {state} cannot be used",
                f"{error.strerror}: {error.filename}",
                "make room or give this user the rights to it, or name another folder",
            ) from error
        fcntl.flock(users, fcntl.LOCK_SH)  # waits for one who is ending a server
        previous = signal.signal(signal.SIGTERM, _leave)
        try:
            endpoint = _found_or_started(state)
            with nothing_goes_on() if _is_lent(state) else contextlib.nullcontext():
                yield endpoint
        except KeyboardInterrupt:
            if _is_lent(state):
                complain(
                    "stopping: the local AWS ends what runs there, which may take 10 s; Ctrl-C again ends it at once"
                )
            raise
        finally:
            _leave_last(state, users)
            signal.signal(signal.SIGTERM, previous)


def _found_or_started(state: Path) -> str:
    with (state / STARTING).open("a") as starting:
        fcntl.flock(starting, fcntl.LOCK_EX)
        running = endpoint_of(state)
        if running:
            say(f"local AWS: {running}, already running")
            return running
        began = time.monotonic()
        say_what_is_open(state)
        endpoint = _started(state)
        say(f"local AWS: {endpoint}, ready after {seconds(time.monotonic() - began)}")
        return endpoint


def _started(state: Path) -> str:
    log = state / LOG
    command = [sys.executable, "-m", "local_aws", "--port", "0", "--state-dir", str(state)]
    with log.open("w", encoding="utf-8") as output:
        # A session of its own: Ctrl-C reaches its users only, of whom the last then stops the server in order.
        process = subprocess.Popen(
            command, cwd=PLACE, stdout=output, stderr=output, start_new_session=True, env=JOB_COMES | os.environ
        )
    (state / LENT).write_text(str(process.pid), encoding="utf-8")
    end = time.monotonic() + START_SECONDS
    while not (endpoint := endpoint_of(state, process.pid)):
        if process.poll() is not None or time.monotonic() > end:
            process.kill()
            lines = log.read_text(encoding="utf-8", errors="replace").splitlines()[-LOG_LINES:]
            raise DeployError("local AWS did not start", "\n".join(lines) or "it said nothing", f"see {log}")
        time.sleep(LOOK)
    return endpoint


def _lent(state: Path) -> int | None:
    """The process of the state folder's server, if it was started for its users and runs.

    Of one that another user started it is asked: a number alone may be another process's by now.
    """
    try:
        pid = int((state / LENT).read_text(encoding="utf-8"))
    except (OSError, ValueError):  # none, or half written
        return None
    return pid if _is_child(pid) or endpoint_of(state, pid) else None


def _is_child(pid: int) -> bool:
    """Whether it is a running child of this process; one that ended is put away."""
    try:
        return os.waitpid(pid, os.WNOHANG) == (0, 0)
    except ChildProcessError:
        return False


def _is_lent(state: Path) -> bool:
    return _lent(state) is not None


def _leave_last(state: Path, users: TextIO) -> None:
    """End a server that was started for its users, unless another of them is there."""
    pid = _lent(state)
    if pid is None:
        return
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        say("others use this local AWS: it goes on until the last of them ends")
        return
    _stop(pid)


def _stop(pid: int) -> None:
    """Ask the server to end in order, so that it keeps what it has; end it when it does not, or at Ctrl-C."""
    _send(pid, signal.SIGTERM)
    try:
        ended = _has_ended(pid, STOP_SECONDS)
    except KeyboardInterrupt:
        _send(pid, signal.SIGINT)  # after SIGTERM that means at once
        if not _has_ended(pid, GIVEN_UP_SECONDS):
            _send(pid, signal.SIGKILL)
        raise
    if not ended:
        complain(f"local AWS did not end within {STOP_SECONDS} s: ending it by force")
        _send(pid, signal.SIGKILL)
        _has_ended(pid, GIVEN_UP_SECONDS)


def _has_ended(pid: int, within: float) -> bool:
    end = time.monotonic() + within
    while _runs(pid):
        if time.monotonic() > end:
            return False
        time.sleep(LOOK)
    return True


def _runs(pid: int) -> bool:
    """Whether the process is there."""
    if _is_child(pid):
        return True
    try:
        os.kill(pid, 0)
    except (ProcessLookupError, PermissionError):
        return False
    return True


def _send(pid: int, number: signal.Signals) -> None:
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, number)


def _leave(_signal: int, _frame: FrameType | None) -> NoReturn:
    sys.exit(128 + signal.SIGTERM)
