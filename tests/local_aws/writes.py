"""Numbered writes to many services, and which of them are there."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from botocore.exceptions import ClientError

from tests.local_aws.aws_server import LocalAws

BIG = "x" * 100_000
GLUE = {"Service": "glue.amazonaws.com"}
TRUST = json.dumps({"Statement": [{"Effect": "Allow", "Principal": GLUE, "Action": "sts:AssumeRole"}]})
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


def kinds_of(aws: LocalAws, big: str = BIG) -> dict[str, Kind]:
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
        client("sqs").send_message(QueueUrl=queue(), MessageBody=f"n-{n} {big}")

    def put_item(n: int) -> None:
        client("dynamodb").put_item(TableName="full", Item={"k": {"S": f"n-{n}"}, "v": {"S": big}})

    def put_log(n: int) -> None:
        event = {"timestamp": int(time.time() * 1000), "message": f"n-{n}"}
        padding = {"timestamp": event["timestamp"], "message": big}
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
                DatabaseName="full", TableInput={"Name": f"n-{n}", "Parameters": {"p": big}}
            ),
            lambda: numbers_of(t["Name"] for t in pages("glue", "get_tables", DatabaseName="full")["TableList"]),
            {"InternalServiceException"},
        ),
        "glue job": Kind(
            lambda n: client("glue").create_job(
                Name=f"n-{n}",
                Role="arn:aws:iam::000000000000:role/any",
                Command={"Name": "glueetl", "ScriptLocation": "s3://b/s.py"},
                DefaultArguments={"--a": big},
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
