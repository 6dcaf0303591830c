"""The process group of a job run: started, waited for, ended as a whole, found again after the server was killed.

A group is told from a stranger's that got its number by a token in the environment of its processes: their folder,
whose name is the run's id, or was another before the run took it over.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

GRACE_S = 10.0
"""How long a stopped process has to write back what it has before it is killed."""

_LOOK_EVERY_S = 0.02
_GONE_AFTER_S = 5.0


_live: set[int] = set()
"""The groups that were started and did not end yet."""


async def start(
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path,
    *,
    merge_output: bool = False,
    takes_input: bool = False,
) -> asyncio.subprocess.Process:
    """Start a command in a group of its own, its output in pipes.

    Args:
        command: what to run.
        environment: all variables.
        folder: to run it in.
        merge_output: have standard error with the output.
        takes_input: have its input in a pipe; else it is empty.
    """
    process = await asyncio.create_subprocess_exec(
        *command,
        cwd=folder,
        env=dict(environment),
        stdin=asyncio.subprocess.PIPE if takes_input else asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.STDOUT if merge_output else asyncio.subprocess.PIPE,
        start_new_session=True,
    )
    _live.add(process.pid)
    return process


def is_over(process: asyncio.subprocess.Process) -> bool:
    """Whether the process has ended, as the system knows it: `returncode` comes some moments later."""
    if process.returncode is not None:
        return True
    if not hasattr(os, "waitid"):  # macOS
        return False
    try:
        return os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None
    except ChildProcessError:  # it was waited for just now
        return True


async def wait(process: asyncio.subprocess.Process) -> None:
    """Wait until the process itself is over; Process.wait also waits for whoever else holds its pipes."""
    while process.returncode is None:
        await asyncio.sleep(_LOOK_EVERY_S)


async def end(process: asyncio.subprocess.Process) -> None:
    """Ask a process's group to end, then make it."""
    if process.returncode is None:
        _signal_group(process.pid, signal.SIGTERM)
        with contextlib.suppress(TimeoutError, asyncio.CancelledError):
            await asyncio.wait_for(wait(process), GRACE_S)
    _signal_group(process.pid, signal.SIGKILL)
    _live.discard(process.pid)
    await wait(process)


def pause(group: int) -> None:
    """Have a group stand still until `resume`."""
    _signal_group(group, signal.SIGSTOP)


def resume(group: int) -> None:
    """Have a group that stands still go on."""
    _signal_group(group, signal.SIGCONT)


def kill(group: int) -> None:
    """Kill a group at once."""
    _signal_group(group, signal.SIGKILL)


def kill_all() -> None:
    """Kill every group that was started here and goes on, at once."""
    for group in list(_live):
        _signal_group(group, signal.SIGKILL)


def end_orphans(groups: Iterable[tuple[int, str]]) -> list[int]:
    """End the groups that an earlier server left running; return their numbers once their processes are gone.

    Nothing is written back: the endpoint that they knew is gone.

    Args:
        groups: (number of the group, token that the environment of one of its processes holds); a group may have
            several.
    """
    wanted = list(groups)
    if not wanted:
        return []
    running = _environments()
    ours = list({group for group, token in wanted if any(token in text for text in running.get(group, []))})
    for group in ours:
        _signal_group(group, signal.SIGKILL)
    end_at = time.monotonic() + _GONE_AFTER_S
    while ours and set(ours) & _environments().keys() and time.monotonic() < end_at:
        time.sleep(_LOOK_EVERY_S)
    return ours


def _signal_group(group: int, number: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, number)


def _environments() -> dict[int, list[str]]:
    """The environment of each live process that this user may read, by process group."""
    found: dict[int, list[str]] = {}
    for group, environment in _from_proc() if sys.platform.startswith("linux") else _from_ps():
        found.setdefault(group, []).append(environment)
    return found


def _from_proc() -> Iterable[tuple[int, str]]:
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            state, _, group = (folder / "stat").read_text().rpartition(")")[2].split()[:3]
            if state != "Z":
                yield int(group), (folder / "environ").read_bytes().decode("utf-8", "replace")


def _from_ps() -> Iterable[tuple[int, str]]:
    """macOS: `-E` shows the environment after the command."""
    listed = subprocess.run(
        ["/bin/ps", "-axEww", "-o", "pgid=,stat=,command="], capture_output=True, check=False
    ).stdout.decode("utf-8", "replace")
    for line in listed.splitlines():
        group, _, rest = line.strip().partition(" ")
        if group.isdigit() and not rest.lstrip().startswith("Z"):
            yield int(group), rest
