"""The sales pipeline, the obvious script and DuckDB on the same input, side by side on one local AWS.

    .venv/bin/python -m benchmarks.sales [--rows 2000000] [--rounds 3]

Writes benchmarks/sales.json: medians in seconds.
"""

import argparse
import json
import os
import platform
import signal
import statistics
import subprocess
import sys
import tempfile
import time
import zipfile
from pathlib import Path

import boto3
import duckdb

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
    """Seconds to deploy the four stacks; then scripts, input and the obvious script's job."""
    source = f"s3://{BUCKET.format('artifacts')}/samples/sales.zip"
    s3, glue = laptop.client("s3"), laptop.client("glue")
    started = time.monotonic()
    laptop.task("createstack[basic-infra]")
    took = time.monotonic() - started
    laptop.task("deploygluescripts")
    s3.upload_file(str(archive), BUCKET.format("artifacts"), "samples/sales.zip")
    started = time.monotonic()
    laptop.task("createstack[glue-jobs,glue-catalog,glue-workflow,SourceUrl=" + source + "]")
    took += time.monotonic() - started
    s3.upload_file(str(ROOT / "benchmarks/obvious.py"), BUCKET.format("artifacts"), "glue_scripts/obvious.py")
    glue.create_job(
        Name="obvious",
        Role=glue.get_job(JobName="etl-clean")["Job"]["Role"],
        Command={"Name": "glueetl", "ScriptLocation": f"s3://{BUCKET.format('artifacts')}/glue_scripts/obvious.py"},
        GlueVersion="5.1",
        WorkerType="G.1X",
        NumberOfWorkers=2,
        DefaultArguments={
            "--source_path": f"s3://{BUCKET.format('data-raw')}/sales/",
            "--silver_path": f"s3://{BUCKET.format('data-silver')}/_staging/obvious/",
            "--gold_path": f"s3://{BUCKET.format('data-gold')}/_staging/obvious/",
        },
    )
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


def run_duckdb(archive, folder):
    """Seconds for the same tables by DuckDB, from the unpacked CSV."""
    with zipfile.ZipFile(archive) as opened:
        csv = Path(opened.extract(opened.namelist()[0], folder))
    started = time.monotonic()
    db = duckdb.connect()
    db.execute(
        f"CREATE TABLE rows AS SELECT DISTINCT * FROM read_csv('{csv}', ignore_errors = true, all_varchar = true, "
        "strict_mode = false, null_padding = false)"
    )
    db.execute(f"COPY rows TO '{folder}/silver.parquet'")
    db.execute(f"COPY rows TO '{folder}/gold' (FORMAT parquet, PARTITION_BY (Country), OVERWRITE)")
    return time.monotonic() - started


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rows", type=int, default=2_000_000)
    parser.add_argument("--rounds", type=int, default=3)
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write_zip(folder / "sales.zip", options.rows, seed=1)
        laptop = Laptop(folder / "state")
        try:
            seconds = {"server ready": [laptop.ready], "four stacks": [deploy(laptop, folder / "sales.zip")]}
            for _ in range(options.rounds):
                for job in (*JOBS, "obvious"):
                    seconds.setdefault(job, []).append(run_job(laptop, job))
                seconds.setdefault("etl-workflow", []).append(run_workflow(laptop))
                seconds.setdefault("duckdb", []).append(run_duckdb(folder / "sales.zip", folder))
        finally:
            laptop.stop()
    medians = {name: round(statistics.median(values), 1) for name, values in seconds.items()}
    result = {
        "rows": options.rows,
        "rounds": options.rounds,
        "machine": f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}",
        "median_seconds": medians,
    }
    RESULT.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    print(json.dumps(result, indent=2))


if __name__ == "__main__":
    main()
