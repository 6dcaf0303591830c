"""The sales jobs on two million rows and on ten times as many; the extract job beside unzip and `aws s3 cp`.

    .venv/bin/python -m benchmarks.growth [--rows 2000000] [--times 10] [--force]

Seconds and CPU seconds per million rows of each job by size, and the most that the server and its jobs' processes had
in memory, looked at twice a second. By hand, the archive is unpacked to disk by Python's zipfile and sent by the AWS
CLI to the same bucket. One round of each: the large size takes minutes. Results go into results.json.
"""

import shutil
import sys
import tempfile
import threading
import time
import zipfile
from pathlib import Path

from benchmarks import machine
from benchmarks.laptop import BUCKET, JOBS, Laptop, deploy, run_job
from samples.sales import write_zip

_EVERY_S = 0.5


class Memory:
    """The most megabytes that the processes of a server's family had at once, by what they are; Linux only."""

    def __init__(self, pid):
        self.pid, self.most = pid, {}
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True)

    def __enter__(self):
        self._thread.start()
        return self

    def __exit__(self, *_):
        self._over.set()
        self._thread.join()

    def _watch(self):
        while not self._over.wait(_EVERY_S):
            for name, megabytes in machine.memory_of_family(self.pid).items():
                self.most[name] = max(self.most.get(name, 0), megabytes)


def by_hand(laptop, archive, folder):
    """Seconds of unpacking an archive to disk, and of sending what was in it."""
    target = f"s3://{BUCKET.format('data-raw')}/by-hand/"
    began = time.monotonic()
    with zipfile.ZipFile(archive) as opened:
        opened.extractall(folder)
    unpacked = time.monotonic() - began
    laptop.program([sys.executable, "-m", "awscli", "s3", "cp", "--recursive", "--only-show-errors", folder, target])
    return unpacked, time.monotonic() - began


def one_size(rows, folder):
    """Figures of one size, in a server of its own."""
    write_zip(folder / "sales.zip", rows, seed=1)
    laptop = Laptop(folder / "state", LOCAL_AWS_WARM_MINUTES="0")
    try:
        deploy(laptop, folder / "sales.zip")
        found = {"zip_megabytes": round((folder / "sales.zip").stat().st_size / 1e6), "jobs": {}}
        for job in JOBS:
            with Memory(laptop.server.pid) as memory, machine.Cpu(laptop.server.pid) as cpu:
                seconds = run_job(laptop, job)
            found["jobs"][job] = {
                "seconds": round(seconds, 1),
                "seconds_a_million_rows": round(seconds / rows * 1e6, 2),
                "cpu_seconds_a_million_rows": round(cpu.seconds / rows * 1e6, 2),
                "most_megabytes": memory.most,
            }
        (folder / "by-hand").mkdir()
        unpacked, both = by_hand(laptop, folder / "sales.zip", folder / "by-hand")
        found["extract_by_hand"] = {"unzip": round(unpacked, 1), "unzip and aws s3 cp": round(both, 1)}
        found["extract_to_by_hand"] = round(found["jobs"]["etl-extract"]["seconds"] / both, 2)
    finally:
        laptop.stop()
    shutil.rmtree(folder)
    return found


def main():
    options, load = machine.begin(__doc__, rows=2_000_000, times=10)
    sizes = {}
    for rows in (options.rows, options.rows * options.times):
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name) / "size"
            folder.mkdir()
            sizes[str(rows)] = one_size(rows, folder)
    small, large = sizes.values()
    growth = {
        f"{figure}_large_to_small": {
            job: round(large["jobs"][job][figure] / small["jobs"][job][figure], 2) for job in JOBS
        }
        for figure in ("seconds_a_million_rows", "cpu_seconds_a_million_rows")
    }
    machine.keep("growth", {**machine.about(load), "rows": sizes, **growth})


if __name__ == "__main__":
    main()
