"""What a benchmark needs to know of the machine: whether it is idle, and the CPU time of what is measured."""

from __future__ import annotations

import os
import threading
from pathlib import Path

MOST_LOAD = 0.5
"""The load a core, over the last minute, up to which a machine counts as idle."""

TICK = os.sysconf("SC_CLK_TCK")


def add_force(parser):
    """The option that all benchmarks have."""
    parser.add_argument("--force", action="store_true", help="measure although the machine is busy, and say so")


def refuse_when_busy(*, force):
    """The load a core, for the result; SystemExit where the machine is busy and nobody insists."""
    load = os.getloadavg()[0] / (os.cpu_count() or 1)
    if load > MOST_LOAD and not force:
        raise SystemExit(
            "error: the machine is busy, and what is measured now would not be true\n"
            f"  seen: a load of {load:.2f} a core over the last minute; {MOST_LOAD} is the most\n"
            "  next: wait until it is idle, or give --force: the result then says that it was busy"
        )
    return round(load, 2)


class Cpu:
    """CPU seconds of a process and all that it started, read from /proc twice a second; Linux only, else None.

    with Cpu(pid) as cpu: ...
    cpu.seconds
    """

    def __init__(self, pid):
        self.pid, self.seconds = pid, None
        self._seen, self._over = {}, threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._look()
        self._before = dict(self._seen)
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()
        self._look()
        if self._seen:
            ticks = sum(ticks - self._before.get(process, 0) for process, ticks in self._seen.items())
            self.seconds = round(ticks / TICK, 1)

    def _watch(self):
        while not self._over.wait(0.5):
            self._look()

    def _look(self):
        """Note the CPU time of each process of the family; what a process did in its last half second is missed."""
        found = {}
        for path in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = path.read_text().rpartition(")")[2].split()
            except OSError:  # it is gone
                continue
            found[int(path.parent.name)] = (int(fields[1]), int(fields[19]), int(fields[11]) + int(fields[12]))
        family = {self.pid}
        while True:
            more = {pid for pid, (parent, *_) in found.items() if parent in family} - family
            if not more:
                break
            family |= more
        self._seen |= {(pid, found[pid][1]): found[pid][2] for pid in family if pid in found}
