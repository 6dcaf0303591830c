"""All measures in one run, or those that are named: `python -m benchmarks [measure ...] [--force]`.

Each is a program of its own that keeps its result in results.json. The machine is looked at before each: what the one
before it did is let pass first. At the end the plots are drawn from results.json.
"""

import argparse
import os
import subprocess
import sys
import time

from benchmarks import machine, plots

MEASURES = ("daily_loop", "sales", "athena", "objects", "awsglue", "operations", "control_plane", "growth")
_CALM_WITHIN_S = 300


def wait_until_calm():
    """Wait for the load that the last measure left to pass; whoever waits in vain is refused by the next one."""
    end = time.monotonic() + _CALM_WITHIN_S
    while os.getloadavg()[0] / (os.cpu_count() or 1) > machine.MOST_LOAD and time.monotonic() < end:
        time.sleep(5)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("measures", nargs="*", metavar="measure", help=f"of {', '.join(MEASURES)}; all without one")
    parser.add_argument("--force", action="store_true", help="measure although the machine is busy, and say so")
    options = parser.parse_args()
    unknown = [name for name in options.measures if name not in MEASURES]
    if unknown:
        parser.error(f"no measure {unknown[0]!r}; there are {', '.join(MEASURES)}")
    machine.refuse_when_busy(force=options.force)
    for place, name in enumerate(options.measures or MEASURES):
        if place and not options.force:
            wait_until_calm()
        command = [sys.executable, "-m", f"benchmarks.{name}", *(["--force"] if options.force else [])]
        code = subprocess.run(command, cwd=machine.RESULTS.parents[1], check=False).returncode
        if code:
            raise SystemExit(code)
    plots.draw()


if __name__ == "__main__":
    main()
