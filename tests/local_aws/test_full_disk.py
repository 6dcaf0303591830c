"""A full disk: what was answered is there after a kill and a restart, what was refused is not, and nothing hangs."""

from __future__ import annotations

import contextlib
import json
import resource
import shutil
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.aws_server import LocalAws

BIG = "x" * 20_000
TRUST = json.dumps({"Statement": [{"Effect": "Allow", "Principal": {"Service": "x.com"}, "Action": "sts:AssumeRole"}]})
MACHINE = json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}})


@dataclass
class Kind:
    """Writes of one service.

    Attributes:
        write: of a number.
        names: the numbers whose write is there.
        code: of the refusal: the service's internal error.
    """

    write: Callable[[int], Any]
    numbers: Callable[[], set[int]]
    codes: set[str]
    written: set[int] = field(default_factory=set)
    refused: set[int] = field(default_factory=set)

    def attempt(self, number: int) -> bool:
        try:
            self.write(number)
        except ClientError as error:
            seen = error.response
        else:
            self.written.add(number)
            return True
        assert seen["ResponseMetadata"]["HTTPStatusCode"] == 500
        assert seen["Error"]["Code"] in self.codes, seen
        self.refused.add(number)
        return False


def numbers_of(names: Iterator[str]) -> set[int]:
    return {int(name.rpartition("-")[2]) for name in names if name.startswith("n-")}


def kinds_of(aws: LocalAws) -> dict[str, Kind]:
    """Each asks for its clients anew, so that it lives on when the server is started again."""

    def client(name: str) -> Any:
        return aws.client(name)

    def pages(service: str, operation: str, **arguments: Any) -> dict[str, Any]:
        return client(service).get_paginator(operation).paginate(**arguments).build_full_result()

    def queue() -> str:
        return client("sqs").get_queue_url(QueueName="full")["QueueUrl"]

    def messages() -> Iterator[str]:
        while True:
            found = client("sqs").receive_message(QueueUrl=queue(), MaxNumberOfMessages=10, VisibilityTimeout=600)
            if not found.get("Messages"):
                return
            yield from (message["Body"].partition(" ")[0] for message in found["Messages"])

    def send(n: int) -> None:
        client("sqs").send_message(QueueUrl=queue(), MessageBody=f"n-{n} {BIG}")

    def put_item(n: int) -> None:
        client("dynamodb").put_item(TableName="full", Item={"k": {"S": f"n-{n}"}, "v": {"S": BIG}})

    def put_log(n: int) -> None:
        event = {"timestamp": int(time.time() * 1000), "message": f"n-{n}"}
        padding = {"timestamp": event["timestamp"], "message": BIG}
        client("logs").put_log_events(logGroupName="full", logStreamName="full", logEvents=[event, padding])

    return {
        "dynamodb": Kind(
            put_item,
            lambda: numbers_of(i["k"]["S"] for i in pages("dynamodb", "scan", TableName="full")["Items"]),
            {"InternalServerError"},
        ),
        "sqs": Kind(send, lambda: numbers_of(messages()), {"InternalFailure"}),
        "logs": Kind(
            put_log,
            lambda: numbers_of(iter(aws.log_lines("full", "full"))),
            {"ServiceUnavailableException"},
        ),
        "iam": Kind(
            lambda n: client("iam").create_role(
                RoleName=f"n-{n}", AssumeRolePolicyDocument=TRUST, Description="d" * 900
            ),
            lambda: numbers_of(r["RoleName"] for r in pages("iam", "list_roles")["Roles"]),
            {"ServiceFailure"},
        ),
        "glue table": Kind(
            lambda n: client("glue").create_table(
                DatabaseName="full", TableInput={"Name": f"n-{n}", "Parameters": {"p": BIG}}
            ),
            lambda: numbers_of(t["Name"] for t in pages("glue", "get_tables", DatabaseName="full")["TableList"]),
            {"InternalServiceException"},
        ),
        "glue job": Kind(
            lambda n: client("glue").create_job(
                Name=f"n-{n}",
                Role="arn:aws:iam::000000000000:role/any",
                Command={"Name": "glueetl", "ScriptLocation": "s3://b/s.py"},
                DefaultArguments={"--a": BIG},
            ),
            lambda: numbers_of(j["Name"] for j in pages("glue", "get_jobs")["Jobs"]),
            {"InternalServiceException"},
        ),
        "ssm": Kind(
            lambda n: client("ssm").put_parameter(Name=f"n-{n}", Value="v" * 4000, Type="String"),
            lambda: numbers_of(p["Name"] for p in pages("ssm", "describe_parameters")["Parameters"]),
            {"InternalServerError"},
        ),
        "sns": Kind(
            lambda n: client("sns").create_topic(
                Name=f"n-{n}", Tags=[{"Key": f"k{i}", "Value": "v" * 250} for i in range(40)]
            ),
            lambda: numbers_of(t["TopicArn"].rpartition(":")[2] for t in pages("sns", "list_topics")["Topics"]),
            {"InternalError"},
        ),
        "events": Kind(
            lambda n: client("events").put_rule(Name=f"n-{n}", EventPattern=json.dumps({"source": ["s" * 1900]})),
            lambda: numbers_of(r["Name"] for r in pages("events", "list_rules")["Rules"]),
            {"InternalException"},
        ),
        "states": Kind(
            lambda n: client("stepfunctions").create_state_machine(
                name=f"n-{n}", definition=MACHINE, roleArn="arn:aws:iam::000000000000:role/full"
            ),
            lambda: numbers_of(m["name"] for m in pages("stepfunctions", "list_state_machines")["stateMachines"]),
            {"InternalFailure"},
        ),
        "s3 bucket": Kind(
            lambda n: client("s3").create_bucket(
                Bucket=f"n-{n}", CreateBucketConfiguration={"LocationConstraint": "eu-west-1"}
            ),
            lambda: numbers_of(b["Name"] for b in client("s3").list_buckets()["Buckets"]),
            {"InternalError"},
        ),
    }


def prepare(aws: LocalAws) -> None:
    aws.client("dynamodb").create_table(
        TableName="full",
        KeySchema=[{"AttributeName": "k", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "k", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    aws.role(trusts="states.amazonaws.com", name="full")
    aws.client("sqs").create_queue(QueueName="full")
    aws.client("logs").create_log_group(logGroupName="full")
    aws.client("logs").create_log_stream(logGroupName="full", logStreamName="full")
    aws.client("glue").create_database(DatabaseInput={"Name": "full"})


def check(kinds: dict[str, Kind]) -> None:
    """What is there is what was answered: nothing less, and nothing that was refused."""
    there = {name: kind.numbers() for name, kind in kinds.items()}
    assert there == {name: kind.written for name, kind in kinds.items()}


def fill(kinds: dict[str, Kind], most: int) -> None:
    """Write to all services in turn until each has refused twice."""
    for number in range(most):
        for kind in kinds.values():
            if len(kind.refused) < 2:
                kind.attempt(number)
        if all(len(kind.refused) >= 2 for kind in kinds.values()):
            return
    pytest.fail(f"{most} rounds of writes did not fill the disk")


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=12m", "none", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        pytest.skip("a file system of a limited size cannot be mounted; the limit of a file's size is tested instead")
    try:
        yield folder
    finally:
        subprocess.run(["umount", folder], check=True)


def test_on_a_full_disk_what_is_answered_is_kept_and_what_is_refused_is_not(small_disk):
    filler = small_disk / "filler"
    with contextlib.closing(_Running(LocalAws(small_disk / "state"))) as running:
        aws = running.aws.start()
        prepare(aws)
        kinds = kinds_of(aws)
        fill(kinds, 500)
        assert all(kind.written for kind in kinds.values())
        for name, kind in kinds.items():
            if name != "sqs":  # receiving is a write
                assert kind.numbers() == kind.written, name
        aws.stop(signal.SIGKILL)
        subprocess.run(["mount", "-o", "remount,size=40m", small_disk], check=True)
        aws.start()
        check(kinds)
        free = shutil.disk_usage(small_disk).free
        with filler.open("wb") as file:
            file.write(bytes(free - 300_000))
        fill(kinds, 500)
        filler.unlink()
        for kind in kinds.values():  # without a restart
            assert kind.attempt(1000)
        aws.stop(signal.SIGKILL)
        aws.start()
        for kind in kinds.values():
            assert kind.attempt(1001)
        for name, kind in kinds.items():
            assert kind.numbers() >= kind.written - (kinds["sqs"].written if name == "sqs" else set())
            if name != "sqs":
                assert kind.numbers() == kind.written


@dataclass
class _Running:
    aws: LocalAws

    def close(self) -> None:
        if self.aws.process:
            self.aws.stop(signal.SIGKILL)


class LimitedAws(LocalAws):
    """A server that can write no file of more than 3 MB."""

    def start(self) -> LocalAws:
        super().start()
        resource.prlimit(self.pid, resource.RLIMIT_FSIZE, (3_000_000, resource.RLIM_INFINITY))
        return self


def test_with_a_limit_of_the_size_of_a_file_what_is_answered_is_kept_and_what_is_refused_is_not(tmp_path):
    with contextlib.closing(_Running(LimitedAws(tmp_path / "state"))) as running:
        aws = running.aws.start()
        prepare(aws)
        kinds = kinds_of(aws)
        fill(kinds, 500)
        aws.stop(signal.SIGKILL)
        LocalAws.start(aws)
        check(kinds)
