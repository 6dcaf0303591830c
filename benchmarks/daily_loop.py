"""The daily loop on the sample: runjob cold and warm, the workflow, both beside the scripts by hand; the demo.

    .venv/bin/python -m benchmarks.daily_loop [--rounds 3] [--force]

`runjob[sales/clean]` is timed as a user has it, from the command to its end, on two servers: one that keeps a process
ready for the next job (LOCAL_AWS_WARM_MINUTES) and one that does not. By hand is `python clean.py` with the same
arguments, awsglue from local_aws/runtime, S3 from the same server, Spark's own settings: what one would do without.
The sides take turns. Seconds and ratios go into results.json.
"""

import subprocess
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import machine
from benchmarks.laptop import JOBS, ROOT, Laptop, deploy, run_by_hand, run_workflow
from samples.sales import write_zip

ROWS, SEED = 20_000, 7
"""Those of the demo's sample."""
WAIT_S = 120


def runjob(laptop):
    """Seconds of the task, from the command to its end."""
    started = time.monotonic()
    laptop.task("runjob[sales/clean]")
    return time.monotonic() - started


def wait_for_warm(laptop):
    """Until a process waits for the next job, and has used its Spark: it then stands still."""
    end = time.monotonic() + WAIT_S
    while time.monotonic() < end:
        for folder in Path(laptop.folder, "runs").glob("warm-*"):
            if (folder / "warming" / "session").is_dir() and not (folder / "warming" / "session" / "data").exists():
                time.sleep(2)
                return
        time.sleep(0.2)
    raise SystemExit(
        "error: no process came to wait for the next job\n  seen: none\n  next: look into the server's log"
    )


def demo(folder):
    """Seconds of the demo in a new clone of this checkout, after set-up."""
    with tempfile.TemporaryDirectory(dir=folder) as name:
        subprocess.run(["git", "clone", "--quiet", ROOT, name], check=True)
        began = time.monotonic()
        subprocess.run([sys.executable, "build.py", "demo"], cwd=name, check=True, stdout=subprocess.DEVNULL)
        return time.monotonic() - began


def started(folder, minutes):
    """A server with the pipeline and its sample, run once."""
    write_zip(folder / "sales.zip", ROWS, seed=SEED)
    laptop = Laptop(folder / "state", LOCAL_AWS_WARM_MINUTES=minutes)
    deploy(laptop, folder / "sales.zip")
    run_workflow(laptop)
    return laptop


def rounds(options, folder):
    """Seconds of each side, of all rounds."""
    seen = {}
    laptops = []
    try:
        for minutes in ("0", "60"):
            (folder / minutes).mkdir()
            laptops.append(started(folder / minutes, minutes))
        cold, warm = laptops
        for _ in range(options.rounds):
            seen.setdefault("runjob, cold", []).append(runjob(cold))
            wait_for_warm(warm)
            seen.setdefault("runjob, warm", []).append(runjob(warm))
            for job in JOBS:
                seen.setdefault(f"{job} by hand", []).append(run_by_hand(cold, job))
            seen.setdefault("workflow", []).append(run_workflow(cold))
            seen.setdefault("demo", []).append(demo(folder))
    finally:
        for laptop in laptops:
            laptop.stop()
    return seen


def main():
    options, load = machine.begin(__doc__, rounds=3)
    with tempfile.TemporaryDirectory() as name:
        seen = rounds(options, Path(name))
    seen["scripts by hand"] = [sum(times) for times in zip(*(seen[f"{job} by hand"] for job in JOBS), strict=True)]
    machine.keep(
        "daily_loop",
        {
            "rows": ROWS,
            "rounds": options.rounds,
            **machine.about(load),
            "seconds": machine.summary(seen, 1),
            "runjob_warm_to_by_hand": machine.ratio(seen["runjob, warm"], seen["etl-clean by hand"]),
            "runjob_cold_to_by_hand": machine.ratio(seen["runjob, cold"], seen["etl-clean by hand"]),
            "workflow_to_scripts_by_hand": machine.ratio(seen["workflow"], seen["scripts by hand"]),
        },
    )


if __name__ == "__main__":
    main()
