"""The server is killed at random points of a running workflow: what it had answered is there, and nothing is half."""

from __future__ import annotations

import json
import random
import signal
import subprocess
import threading
import time
from typing import Any

import pytest
from botocore.exceptions import BotoCoreError, ClientError

from tests.local_aws.aws_server import LocalAws, unique, wait_until

KILLS = 12
LONGEST_S = 4.0
"""About what the workflow takes: kills fall on its start, its middle and its end."""

FINAL = {"SUCCEEDED", "FAILED", "STOPPED", "TIMEOUT", "ERROR", "COMPLETED", "CANCELLED"}
CUT_SHORT = "The local AWS ended while this ran"
JOB = """
import boto3, sys, time
run = sys.argv[sys.argv.index("--WORKFLOW_RUN_ID") + 1]
name = sys.argv[sys.argv.index("--part") + 1]
key, body = f"made/part={{name}}/{{run}}.csv", b"name,age\\nann,3\\nbob,4\\n"
boto3.client("s3").put_object(Bucket="{bucket}", Key=key, Body=body)
time.sleep(0.2)
"""
TRUST = {"Statement": [{"Effect": "Allow", "Principal": {"Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}]}


def resource(kind: str, **properties: Any) -> dict[str, Any]:
    return {"Type": f"AWS::{kind}", "Properties": properties}


def template(bucket: str, name: str) -> str:
    """Three jobs and a crawler in a workflow, and a trigger on a schedule that is never due meanwhile."""

    def job(part: str) -> dict[str, Any]:
        command = {"Name": "pythonshell", "PythonVersion": "3.9", "ScriptLocation": f"s3://{bucket}/script.py"}
        arguments = {"--part": part}
        return resource("Glue::Job", Name=f"{name}-{part}", Role=role, Command=command, DefaultArguments=arguments)

    def after(part: str, *actions: dict[str, str]) -> dict[str, Any]:
        condition = {"LogicalOperator": "EQUALS", "JobName": f"{name}-{part}", "State": "SUCCEEDED"}
        watching = {"Type": "CONDITIONAL", "StartOnCreation": True, "Predicate": {"Conditions": [condition]}}
        return resource("Glue::Trigger", Name=f"{name}-after-{part}", **member, **watching, Actions=[*actions])

    role = {"Fn::GetAtt": ["Role", "Arn"]}
    member = {"WorkflowName": {"Ref": "Workflow"}}
    allowed = {"Statement": [{"Effect": "Allow", "Action": ["s3:*", "glue:*", "logs:*"], "Resource": "*"}]}
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/made/"}]}
    crawled = {"DatabaseName": {"Ref": "Database"}, "Targets": targets, "Role": role}
    start = {"Type": "ON_DEMAND", "Actions": [{"JobName": f"{name}-a"}]}
    yearly = {"Type": "SCHEDULED", "Schedule": "cron(0 0 29 2 ? *)", "StartOnCreation": True}
    resources = {
        "Role": resource(
            "IAM::Role", AssumeRolePolicyDocument=TRUST, Policies=[{"PolicyName": "p", "PolicyDocument": allowed}]
        ),
        "Database": resource("Glue::Database", CatalogId={"Ref": "AWS::AccountId"}, DatabaseInput={"Name": name}),
        "Crawler": resource("Glue::Crawler", Name=name, **crawled),
        "Workflow": resource("Glue::Workflow", Name=name),
        "Start": resource("Glue::Trigger", Name=f"{name}-start", **member, **start),
        "AfterA": after("a", {"JobName": f"{name}-b"}, {"CrawlerName": name}),
        "AfterB": after("b", {"JobName": f"{name}-c"}),
        "Yearly": resource("Glue::Trigger", Name=f"{name}-yearly", **yearly, Actions=[{"JobName": f"{name}-a"}]),
        **{part.upper(): job(part) for part in "abc"},
    }
    return json.dumps({"Resources": resources})


class Writer(threading.Thread):
    """A client that writes until the server is gone; it notes what was answered."""

    def __init__(self, aws: LocalAws, bucket: str, database: str, turn: int) -> None:
        super().__init__(daemon=True)
        self._s3, self._glue = aws.client("s3"), aws.client("glue")
        self._bucket, self._database, self._turn = bucket, database, turn
        self.keys: list[str] = []
        self.tables: list[str] = []

    def run(self) -> None:
        number = 0
        while True:
            name = f"t{self._turn}_{number}"
            number += 1
            try:
                self._s3.put_object(Bucket=self._bucket, Key=f"written/{name}", Body=name.encode())
                self.keys.append(f"written/{name}")
                self._glue.create_table(DatabaseName=self._database, TableInput={"Name": name})
                self.tables.append(name)
            except (BotoCoreError, ClientError, ValueError):
                return
            time.sleep(0.02)


class Checks:
    """What must hold after each restart."""

    def __init__(self, aws: LocalAws, bucket: str, name: str) -> None:
        self._aws, self._bucket, self.name = aws, bucket, name
        self.keys: dict[str, bytes] = {}
        self.tables: set[str] = set()
        self.runs: list[str] = []
        self.over: dict[str, dict[str, Any]] = {}
        self.cut = 0
        self.triggers = self._trigger_states()

    @property
    def _glue(self) -> Any:
        return self._aws.client("glue")

    def _trigger_states(self) -> dict[str, str]:
        return {entry["Name"]: entry["State"] for entry in self._glue.get_triggers()["Triggers"]}

    def all(self) -> None:
        self._check_definitions()
        self._check_objects()
        self._check_tables()
        self._check_runs()
        self._check_processes()

    def _check_definitions(self) -> None:
        [stack] = self._aws.client("cloudformation").describe_stacks(StackName=self.name)["Stacks"]
        assert stack["StackStatus"] == "CREATE_COMPLETE"
        assert self._trigger_states() == self.triggers
        crawler = self._glue.get_crawler(Name=self.name)["Crawler"]
        assert crawler["State"] == "READY"

    def _check_objects(self) -> None:
        there = set(self._aws.keys(self._bucket))
        assert self.keys.keys() <= there
        for key, body in list(self.keys.items())[-5:]:
            assert self._aws.get(self._bucket, key) == body

    def _check_tables(self) -> None:
        pages = self._glue.get_paginator("get_tables").paginate(DatabaseName=self.name)
        assert self.tables <= {table["Name"] for page in pages for table in page["TableList"]}

    def _check_runs(self) -> None:
        """Nothing runs; what was over stays as it was; what was cut says so."""
        pages = self._glue.get_paginator("get_workflow_runs").paginate(Name=self.name, IncludeGraph=True)
        runs = {run["WorkflowRunId"]: run for page in pages for run in page["Runs"]}
        assert list(runs) == self.runs[::-1]
        for run_id, run in runs.items():
            assert run["Status"] in FINAL
            assert run["Statistics"]["RunningActions"] == 0
            for state, message, ended in _actions(run):
                assert state in FINAL
                assert ended is not None
                if state == "FAILED":
                    assert message == CUT_SHORT
                    self.cut += 1
            if run["Status"] == "ERROR":
                assert run["ErrorMessage"] == CUT_SHORT
            assert self.over.setdefault(run_id, run) == run

    def _check_processes(self) -> None:
        """No process of a job that an earlier server started is left."""
        folder = str(self._aws.state_dir / "runs")

        def left() -> list[str]:
            listed = subprocess.run(["ps", "-axo", "pid,command"], capture_output=True, text=True, check=True).stdout
            return [line for line in listed.splitlines() if folder in line]

        wait_until(left, lambda found: not found, 10)


def _actions(run: dict[str, Any]) -> list[tuple[str, str | None, Any]]:
    """(state, error message, when it ended) of each job run and crawl."""
    found = []
    for node in run["Graph"]["Nodes"]:
        for entry in node.get("JobDetails", {}).get("JobRuns", []):
            found.append((entry["JobRunState"], entry.get("ErrorMessage"), entry.get("CompletedOn")))
        for entry in node.get("CrawlerDetails", {}).get("Crawls", []):
            found.append((entry["State"], entry.get("ErrorMessage"), entry.get("CompletedOn")))
    return found


@pytest.fixture
def deployed(fresh_local_aws: LocalAws) -> tuple[LocalAws, str, str]:
    bucket, name = fresh_local_aws.bucket(), unique("kill")
    fresh_local_aws.put(bucket, "script.py", JOB.format(bucket=bucket))
    cloudformation = fresh_local_aws.client("cloudformation")
    body, rights = template(bucket, name), ["CAPABILITY_IAM"]
    cloudformation.create_stack(StackName=name, TemplateBody=body, Capabilities=rights)
    cloudformation.get_waiter("stack_create_complete").wait(
        StackName=name, WaiterConfig={"Delay": 0.1, "MaxAttempts": 1200}
    )
    return fresh_local_aws, bucket, name


def test_a_kill_at_any_moment_loses_nothing_that_was_answered(deployed):
    aws, bucket, name = deployed
    checks, moments = Checks(aws, bucket, name), random.Random(20261120)  # noqa: S311 - a seed, not a secret
    for turn in range(KILLS):
        checks.runs.append(aws.client("glue").start_workflow_run(Name=name)["RunId"])
        writer = Writer(aws, bucket, name, turn)
        writer.start()
        time.sleep(moments.uniform(0, LONGEST_S))
        aws.stop(signal.SIGKILL)
        writer.join(30)
        assert not writer.is_alive()
        checks.keys |= {key: key.rpartition("/")[2].encode() for key in writer.keys}
        checks.tables |= set(writer.tables)
        aws.start()
        checks.all()
    assert checks.cut, "no kill fell into a running job"
    run = aws.client("glue").start_workflow_run(Name=name)["RunId"]
    get = aws.client("glue").get_workflow_run
    ended = wait_until(lambda: get(Name=name, RunId=run)["Run"], lambda found: found["Status"] in FINAL, 60)
    assert (ended["Status"], ended["Statistics"]["SucceededActions"]) == ("COMPLETED", 4)
