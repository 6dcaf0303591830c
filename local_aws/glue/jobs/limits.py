"""What the job runs of this machine may take together and each: settings in the server's environment.

LOCAL_AWS_JOB_MEMORY     memory of one run, all its processes together, such as 4g or 512m; without it three
                         quarters of the machine's
LOCAL_AWS_JOBS_AT_ONCE   runs that go on at once, others waiting in state STARTING as for capacity on AWS; without it
                         twice the cores, at least 8
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

MEMORY, AT_ONCE = "LOCAL_AWS_JOB_MEMORY", "LOCAL_AWS_JOBS_AT_ONCE"

_SIZE = re.compile(r"([1-9][0-9]{0,12})([kmgt]?)b?", re.IGNORECASE | re.ASCII)
_UNITS = {"": 1, "k": 1 << 10, "m": 1 << 20, "g": 1 << 30, "t": 1 << 40}
_LEAST_MEMORY = 64 << 20
_LOOK_EVERY_S = 0.5


class LimitError(ValueError):
    """A setting cannot be read; the text says which."""


@dataclass(frozen=True)
class JobLimits:
    """The limits.

    Attributes:
        memory: bytes of one run.
        at_once: number of runs.
        memory_is_set: whether somebody chose the former.
    """

    memory: int
    at_once: int
    memory_is_set: bool = False

    @classmethod
    def from_environment(cls) -> JobLimits:
        """Read the settings.

        Raises:
            LimitError: one cannot be read.
        """
        total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        given, number = os.environ.get(MEMORY, ""), os.environ.get(AT_ONCE, "")
        size = _SIZE.fullmatch(given)
        if given and (size is None or int(size[1]) * _UNITS[size[2].lower()] < _LEAST_MEMORY):
            raise LimitError(f"{MEMORY} is a size such as 4g or 512m, at least 64m (seen: {given!r})")
        if number and not (number.isascii() and number.isdigit() and int(number) > 0):
            raise LimitError(f"{AT_ONCE} is a number from 1 on (seen: {number!r})")
        memory = int(size[1]) * _UNITS[size[2].lower()] if size else total * 3 // 4
        return cls(memory, int(number) if number else max(8, 2 * (os.cpu_count() or 1)), size is not None)

    def exceeded(self, used: int) -> str:
        """What the run that used so many bytes is told."""
        return (
            f"Command failed with exit code 137. The run used {_readable(used)} of memory, over the ceiling of "
            f"{_readable(self.memory)} for a job run on this machine. Have it keep less in memory at once, or start "
            f"the local AWS with a higher {MEMORY}"
        )

    async def watch(self, group: int) -> int:
        """Wait until a process group uses more memory than it may; return how many bytes."""
        while True:
            await asyncio.sleep(_LOOK_EVERY_S)
            used = memory_of(group)
            if used > self.memory:
                return used


def memory_of(group: int) -> int:
    """Bytes of memory that the processes of a group have for themselves: pages of files, shared ones, do not count."""
    if not sys.platform.startswith("linux"):
        return sum(_of_group_by_ps(group))
    return sum(_of_group(group)) * os.sysconf("SC_PAGE_SIZE")


def _of_group(group: int) -> Iterator[int]:
    for folder in os.scandir("/proc"):
        if folder.name.isdigit():
            with contextlib.suppress(OSError, ValueError):
                if os.getpgid(int(folder.name)) == group:
                    resident, shared = Path(folder.path, "statm").read_text().split()[1:3]
                    yield int(resident) - int(shared)


def _of_group_by_ps(group: int) -> Iterator[int]:
    command = ["/bin/ps", "-axo", "pgid=,rss="]
    listed = subprocess.run(command, capture_output=True, text=True, check=False).stdout
    for line in listed.splitlines():
        number, kilobytes = line.split()
        if int(number) == group:
            yield int(kilobytes) << 10


def _readable(size: int) -> str:
    return f"{size / (1 << 30):.1f} GiB" if size >= 1 << 30 else f"{size / (1 << 20):.0f} MiB"
