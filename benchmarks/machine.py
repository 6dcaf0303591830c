"""What a benchmark needs to know of the machine: whether it is idle, and the CPU time of what is measured."""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import threading
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")

MOST_LOAD = 0.5
"""The load a core, over the last minute, up to which a machine counts as idle."""

TICK = os.sysconf("SC_CLK_TCK")


def begin(about, **numbers):
    """The options of a benchmark, and the load a core when it begins; SystemExit where the machine is busy.

    Args:
        about: its docstring, whose first line says what it measures.
        numbers: options that take a whole number, with their defaults.
    """
    parser = argparse.ArgumentParser(description=about.splitlines()[0])
    for name, usual in numbers.items():
        parser.add_argument(f"--{name}", type=int, default=usual, help=f"{usual:,} without it")
    parser.add_argument("--force", action="store_true", help="measure although the machine is busy, and say so")
    options = parser.parse_args()
    return options, refuse_when_busy(force=options.force)


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


def about(load):
    """What a result says of the machine; `load` as refuse_when_busy gave it."""
    return {
        "machine": f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
        "load_a_core_at_start": load,
        "was_busy": load > MOST_LOAD,
    }


def kept(measure):
    """The result of a measure as results.json has it; empty where it has none."""
    return json.loads(RESULTS.read_text(encoding="utf-8")).get(measure, {}) if RESULTS.exists() else {}


def keep(measure, result):
    """Put the result of one measure into results.json, where those of the others stay, and print it."""
    results = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    text = json.dumps(dict(sorted((results | {measure: result}).items())), indent=2) + "\n"
    partial = RESULTS.with_suffix(".partial")
    partial.write_text(text, encoding="utf-8")
    partial.replace(RESULTS)
    print(json.dumps({measure: result}, indent=2), flush=True)


def summary(seen, digits=2):
    """Median, least and most of the values of each name."""
    return {
        name: {
            "median": round(statistics.median(values), digits),
            "least": round(min(values), digits),
            "most": round(max(values), digits),
        }
        for name, values in seen.items()
    }


def ratio(over, under, digits=2):
    """The median over the rounds of one side divided by the other in the same round."""
    return round(statistics.median(one / other for one, other in zip(over, under, strict=True)), digits)


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
        for pid, (_, start, ticks, _) in _family(self.pid).items():
            self._seen[pid, start] = ticks


def memory_of_family(pid):
    """Megabytes that a process and all that it started have in memory now, by name (python, java); Linux only."""
    found = {}
    for own, (*_, pages) in _family(pid).items():
        try:
            name = Path(f"/proc/{own}/comm").read_text().strip()
        except OSError:  # it is gone
            continue
        name = "server" if own == pid else name
        found[name] = found.get(name, 0) + round(pages * os.sysconf("SC_PAGE_SIZE") / 1e6)
    return found


def _family(pid):
    """Processes by number: parent, start, CPU ticks, pages in memory; those of a process and all that it started."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rpartition(")")[2].split()
        except OSError:  # it is gone
            continue
        ticks = int(fields[11]) + int(fields[12])
        found[int(path.parent.name)] = (int(fields[1]), int(fields[19]), ticks, int(fields[21]))
    family = {pid}
    while True:
        more = {own for own, (parent, *_) in found.items() if parent in family} - family
        if not more:
            return {own: found[own] for own in family if own in found}
        family |= more
