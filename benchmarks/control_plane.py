"""The control plane's own figures: one function a measure.

    .venv/bin/python -m benchmarks.control_plane [--rounds 3]

Medians and spread, in seconds or megabytes, go into results.json.
"""

import tempfile
import time
from pathlib import Path

from benchmarks import machine
from benchmarks.laptop import Laptop


def server_ready(laptop):
    """Seconds from starting the server to its first answer."""
    return {"server ready": laptop.ready}


def four_stacks(laptop):
    """Seconds for the project's own task to deploy all stacks, and the scripts that the jobs' stack needs."""
    started = time.monotonic()
    laptop.task("createstack[basic-infra]", "deploygluescripts", "createstack[glue-jobs,glue-catalog,glue-workflow]")
    return {"four stacks": time.monotonic() - started}


def idle_memory(laptop):
    """Megabytes that the idle server holds, with the stacks in it."""
    status = Path(f"/proc/{laptop.server.pid}/status").read_text(encoding="utf-8")
    (line,) = [line for line in status.splitlines() if line.startswith("VmRSS:")]
    return {"idle memory": int(line.split()[1]) * 1024 / 1e6}


MEASURES = (server_ready, four_stacks, idle_memory)


def main():
    options, load = machine.begin(__doc__, rounds=3)
    seen = {}
    for _ in range(options.rounds):
        with tempfile.TemporaryDirectory() as name:
            laptop = Laptop(Path(name) / "state")
            try:
                for measure in MEASURES:
                    for figure, value in measure(laptop).items():
                        seen.setdefault(figure, []).append(value)
            finally:
                laptop.stop()
    machine.keep(
        "control_plane",
        {"rounds": options.rounds, **machine.about(load), "found": machine.summary(seen)},
    )


if __name__ == "__main__":
    main()
