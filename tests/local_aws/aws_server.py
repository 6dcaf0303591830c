"""A local AWS in a process of its own, and short ways to put roles, data, jobs and queries on it."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import threading
import time
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

ROOT = Path(__file__).parents[2]
ACCOUNT = "000000000000"
REGION = "eu-west-1"
START_SECONDS = 90
STOP_SECONDS = 30
RUN_SECONDS = 240


_SESSION = boto3.session.Session()
"""One for all clients: it keeps the models of services, which take long to read."""

_MAKING_CLIENTS = threading.Lock()


def unique(prefix: str = "t") -> str:
    """A name that no other test uses, good for buckets, databases (with `_`) and everything else."""
    return f"{prefix}{uuid.uuid4().hex[:10]}"


def allow(actions: str | list[str], *resources: str, **more: Any) -> dict[str, Any]:
    """One Allow statement; no resource means all."""
    return {"Effect": "Allow", "Action": actions, "Resource": list(resources) or "*", **more}


@dataclass
class LocalAws:
    """A server in a process of its own."""

    state_dir: Path
    port: int = 0
    endpoint: str = ""
    process: subprocess.Popen[str] | None = None
    options: tuple[str, ...] = ()
    _clients: dict[str, Any] = field(default_factory=dict)

    # The process

    @property
    def pid(self) -> int:
        return self.process.pid

    def start(self) -> LocalAws:
        """Start it, on the port that it had before if there was one, and wait for its ready line."""
        errors = self.state_dir.with_name(self.state_dir.name + ".stderr")
        with errors.open("a") as log:
            self.process = spawn(self.state_dir, self.port, *self.options, stderr=log)
        line = read_line(self.process, START_SECONDS)
        assert line.startswith("ready: http://127.0.0.1:"), line + errors.read_text()
        self.endpoint = line.removeprefix("ready: ").strip()
        self.port = int(self.endpoint.rpartition(":")[2])
        self._clients.clear()
        return self

    def stop(self, number: int = signal.SIGTERM) -> int:
        """Send it a signal and wait; return its exit code."""
        if self.process.poll() is None:
            self.process.send_signal(number)
        try:
            return self.process.wait(STOP_SECONDS)
        finally:
            self.process.kill()
            self.process.stdout.close()

    # Clients

    def client(self, service: str, session: Mapping[str, str] | None = None, **config: Any) -> Any:
        """A boto3 client of the root user, or of temporary credentials as AssumeRole answers them."""
        if session is None and not config and service in self._clients:
            return self._clients[service]
        keys = session or {"AccessKeyId": "test", "SecretAccessKey": "test"}
        with _MAKING_CLIENTS:
            made = _SESSION.client(
                service,
                REGION,
                aws_access_key_id=keys["AccessKeyId"],
                aws_secret_access_key=keys["SecretAccessKey"],
                aws_session_token=keys.get("SessionToken"),
                endpoint_url=self.endpoint,
                config=Config(retries={"total_max_attempts": 1}, **config),
            )
        if session is None and not config:
            self._clients[service] = made
        return made

    # Roles and users

    def role(self, *statements: Mapping[str, Any], trusts: str = "glue.amazonaws.com", name: str = "") -> str:
        """Make a role with these statements as its policy; return its ARN."""
        name = name or unique("role")
        principal = {"AWS": trusts} if trusts.startswith("arn:") else {"Service": trusts}
        trust = {"Statement": [{"Effect": "Allow", "Principal": principal, "Action": "sts:AssumeRole"}]}
        iam = self.client("iam")
        made = iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps(trust))["Role"]["Arn"]
        if statements:
            document = {"Version": "2012-10-17", "Statement": list(statements)}
            iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(document))
        return made

    def user(self, *statements: Mapping[str, Any]) -> dict[str, str]:
        """Make a user with these statements as its policy; return its access key for `client`."""
        iam, name = self.client("iam"), unique("user")
        iam.create_user(UserName=name)
        document = {"Version": "2012-10-17", "Statement": list(statements)}
        iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=json.dumps(document))
        return iam.create_access_key(UserName=name)["AccessKey"]

    # Objects

    def bucket(self, name: str = "", *, versioned: bool = False) -> str:
        """Make a bucket; return its name."""
        name = name or unique("b")
        s3 = self.client("s3")
        s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": REGION})
        if versioned:
            s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
        return name

    def put(self, bucket: str, key: str, body: bytes | str = b"") -> None:
        self.client("s3").put_object(Bucket=bucket, Key=key, Body=body.encode() if isinstance(body, str) else body)

    def get(self, bucket: str, key: str) -> bytes:
        return self.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()

    def keys(self, bucket: str, prefix: str = "") -> list[str]:
        """The keys of a bucket, in S3's order."""
        pages = self.client("s3").get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
        return [entry["Key"] for page in pages for entry in page.get("Contents", [])]

    # Jobs

    def job(
        self,
        script: str,
        *,
        role: str = "",
        spark: bool = False,
        arguments: Mapping[str, str] | None = None,
        bucket: str = "",
        **settings: Any,
    ) -> str:
        """Make a job that runs this text; return its name.

        Args:
            script: Python, as it stands in the file.
            role: ARN; without one, a role that may do everything.
            spark: a Glue 5.1 Spark job rather than a Python shell job.
            arguments: its DefaultArguments.
            bucket: where the script lies; without one, in a bucket of its own.
            settings: other parameters of CreateJob.
        """
        name, bucket = unique("job"), bucket or self.bucket()
        self.put(bucket, f"scripts/{name}.py", script)
        command = {"Name": "glueetl" if spark else "pythonshell", "PythonVersion": "3" if spark else "3.9"}
        size = {"GlueVersion": "5.1", "WorkerType": "G.1X", "NumberOfWorkers": 2} if spark else {"MaxCapacity": 0.0625}
        self.client("glue").create_job(
            Name=name,
            Role=role or self.role(allow("*")),
            Command={**command, "ScriptLocation": f"s3://{bucket}/scripts/{name}.py"},
            DefaultArguments=dict(arguments or {}),
            **{**size, **settings},
        )
        return name

    def start_run(self, job: str, arguments: Mapping[str, str] | None = None) -> str:
        return self.client("glue").start_job_run(JobName=job, Arguments=dict(arguments or {}))["JobRunId"]

    def job_run(self, job: str, run_id: str) -> dict[str, Any]:
        return self.client("glue").get_job_run(JobName=job, RunId=run_id)["JobRun"]

    def wait_run(self, job: str, run_id: str, seconds: float = RUN_SECONDS) -> dict[str, Any]:
        """Wait until a run is over; return the JobRun."""
        return wait_until(
            lambda: self.job_run(job, run_id),
            lambda run: run["JobRunState"] not in ("STARTING", "RUNNING", "STOPPING", "WAITING"),
            seconds,
        )

    def run(self, job: str, arguments: Mapping[str, str] | None = None) -> dict[str, Any]:
        """Start a run and wait for its end; return the JobRun."""
        return self.wait_run(job, self.start_run(job, arguments))

    def run_script(self, script: str, **job: Any) -> dict[str, Any]:
        """Make a job of this text (see `job`), run it to its end; return the JobRun."""
        return self.run(self.job(script, **job))

    def log(self, run: Mapping[str, Any], kind: str = "output") -> list[str]:
        """The lines that a run wrote: `output` or `error`."""
        stream = run["Id"] if run["LogGroupName"].endswith("python-jobs") else f"{run['Id']}-driver"
        return self.log_lines(f"{run['LogGroupName']}/{kind}", stream)

    def log_lines(self, group: str, stream: str) -> list[str]:
        """The lines of a log stream; none where it is not there."""
        lines, token = [], {}
        try:
            while True:
                page = self.client("logs").get_log_events(
                    logGroupName=group, logStreamName=stream, startFromHead=True, **token
                )
                if not page["events"]:
                    return lines
                lines += [event["message"] for event in page["events"]]
                token = {"nextToken": page["nextForwardToken"]}
        except ClientError as error:
            if error.response["Error"]["Code"] != "ResourceNotFoundException":
                raise
            return lines

    # Queries

    def query(self, sql: str, database: str = "default", **more: Any) -> dict[str, Any]:
        """Run a query of Athena to its end; return the QueryExecution."""
        athena = self.client("athena")
        if "WorkGroup" not in more and "ResultConfiguration" not in more:
            more["ResultConfiguration"] = {"OutputLocation": f"s3://{self._results_bucket()}/results/"}
        started = athena.start_query_execution(QueryString=sql, QueryExecutionContext={"Database": database}, **more)[
            "QueryExecutionId"
        ]
        return wait_until(
            lambda: athena.get_query_execution(QueryExecutionId=started)["QueryExecution"],
            lambda execution: execution["Status"]["State"] not in ("QUEUED", "RUNNING"),
            60,
        )

    def rows(self, sql: str, database: str = "default", **more: Any) -> list[list[str | None]]:
        """The rows of a query, without the header, as GetQueryResults answers them."""
        execution = self.query(sql, database, **more)
        assert execution["Status"]["State"] == "SUCCEEDED", execution["Status"]
        pages = self.client("athena").get_paginator("get_query_results")
        found = pages.paginate(QueryExecutionId=execution["QueryExecutionId"]).build_full_result()
        return [[cell.get("VarCharValue") for cell in row["Data"]] for row in found["ResultSet"]["Rows"]][1:]

    def _results_bucket(self) -> str:
        name = "results-of-queries"
        with contextlib.suppress(ClientError):
            self.bucket(name)
        return name


# Small parts


def spawn(state_dir: Path, port: int = 0, *options: str, **popen: Any) -> subprocess.Popen[str]:
    """Start a server without waiting; its standard output is a pipe."""
    command = [sys.executable, "-m", "local_aws", "--port", str(port), "--state-dir", str(state_dir), *options]
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    return subprocess.Popen(command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, text=True, **popen)


def read_line(process: subprocess.Popen[str], seconds: float) -> str:
    """The first line of a process's output; killed when it takes too long."""
    timer = threading.Timer(seconds, process.kill)
    timer.start()
    try:
        return process.stdout.readline()
    finally:
        timer.cancel()


def wait_until(ask: Callable[[], Any], done: Callable[[Any], bool] = bool, seconds: float = 30) -> Any:
    """Ask until the answer is as wanted, soon again at first; return it."""
    end, pause = time.monotonic() + seconds, 0.02
    while True:
        answer = ask()
        if done(answer):
            return answer
        assert time.monotonic() < end, answer
        time.sleep(pause)
        pause = min(0.1, 1.5 * pause)


def error_of(call: Callable[..., Any], /, **params: Any) -> str:
    """The error of a call as `Code: message`; "" when there is none."""
    try:
        call(**params)
    except ClientError as error:
        return f"{error.response['Error']['Code']}: {error.response['Error']['Message']}"
    return ""
