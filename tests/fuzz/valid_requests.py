"""Valid requests for every operation that botocore's models know of the services that are answered here."""

from __future__ import annotations

import functools
import json
import random
from dataclasses import dataclass, field, replace
from typing import Any
from urllib.parse import urlencode

from botocore.loaders import Loader
from botocore.model import ServiceModel
from botocore.serialize import create_serializer

from tests.fuzz.pattern_texts import matches, text_of

ACCOUNT, REGION = "000000000000", "eu-west-1"

OFTEN = (
    "glue athena s3 iam sts cloudformation logs cloudwatch stepfunctions sns sqs dynamodb events scheduler kms "
    "secretsmanager ssm lambda ec2 kinesis firehose budgets resourcegroupstaggingapi"
).split()
"""What pipelines use: three of four requests are for these."""

SELDOM = (
    "account acm apigateway apigatewayv2 appconfig appconfigdata appsync autoscaling backup batch bedrock "
    "bedrock-agent bedrock-agent-runtime bedrock-agentcore bedrock-agentcore-control bedrock-runtime cloudcontrol "
    "cloudfront cloudfront-keyvaluestore cloudtrail codebuild cognito-identity cognito-idp config cur docdb dsql "
    "dynamodbstreams ecr ecs efs eks elasticache elb elbv2 emr inspector2 iot iot-data iot-jobs-data iotwireless "
    "kafka kinesisanalyticsv2 lambda-core lambda-microvms location mediaconnect mq mwaa opensearch "
    "opensearchserverless organizations pipes rds rds-data resource-groups route53 s3files s3tables "
    "servicediscovery ses sesv2 signer transcribe transfer translate waf waf-regional wafv2 "
).split()

LEFT_OUT = frozenset(
    # They run code or programs of the machine
    "Invoke InvokeAsync InvokeWithResponseStream InvokeFunction StartJobRun RunTask StartTask StartBuild "
    "EvaluateCode EvaluateMappingTemplate TestFunction "
    # They wait, or hold a connection open, as AWS has it
    "GetActivityTask StartLiveTail SubscribeToShard ReceiveMessage StartSyncExecution".split()
)

_NAMES = {
    "Bucket": "fuzz-bucket",
    "TokenCode": "123456",
    "Key": "folder/object",
    "QueueUrl": f"http://127.0.0.1/{ACCOUNT}/fuzz",
    "WorkGroup": "primary",
    "CatalogId": ACCOUNT,
    "AccountId": ACCOUNT,
    "accountId": ACCOUNT,
    "definition": json.dumps({"StartAt": "A", "States": {"A": {"Type": "Pass", "End": True}}}),
    "TemplateBody": json.dumps({"Resources": {"T": {"Type": "AWS::SNS::Topic"}}}),
    "PolicyDocument": json.dumps({"Version": "2012-10-17", "Statement": []}),
    "AssumeRolePolicyDocument": json.dumps({"Version": "2012-10-17", "Statement": []}),
    "QueryString": "select 1",
    "ScheduleExpression": "rate(1 day)",
    "CidrBlock": "10.0.0.0/16",
    "roleArn": f"arn:aws:iam::{ACCOUNT}:role/fuzz",
    "CopySource": "fuzz-bucket/folder/object",
}

_ARN_KINDS = {
    "sns": "fuzz",
    "sqs": "fuzz",
    "stepfunctions": "stateMachine:fuzz",
    "lambda": "function:fuzz",
    "logs": "log-group:fuzz",
    "kinesis": "stream/fuzz",
    "dynamodb": "table/fuzz",
    "iam": "role/fuzz",
}


@dataclass(frozen=True)
class Request:
    """A request as it goes on the wire, without its signature.

    Attributes:
        service: botocore's name.
        operation: that it is a valid request for, or began as.
        path: percent-encoded, with the query string.
        signing_name: the service that it is to be signed for.
    """

    service: str
    operation: str
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    signing_name: str
    note: str = field(default="as it is")

    def but(self, **changes: Any) -> Request:
        return replace(self, **changes)


@functools.cache
def model(service: str) -> ServiceModel:
    return ServiceModel(Loader().load_service_model(service, "service-2"), service)


@functools.cache
def operations(service: str) -> tuple[str, ...]:
    return tuple(name for name in sorted(model(service).operation_names) if name not in LEFT_OUT)


@functools.cache
def _serializer(service: str) -> Any:
    return create_serializer(model(service).metadata["protocol"], include_validation=False)


def any_request(chance: random.Random, service: str = "") -> Request:
    """A valid request for some operation (of this service): with required members alone, or with all."""
    service = service or chance.choice(OFTEN if chance.random() < 0.75 else SELDOM)
    return request_for(service, chance.choice(operations(service)), full=chance.random() < 0.6)


@functools.cache
def request_for(service: str, operation: str, *, full: bool) -> Request:
    """A valid request for one operation: always the same."""
    chance = random.Random(f"{service} {operation} {full}")  # noqa: S311 - tests are seeded, not secret
    shape = model(service).operation_model(operation).input_shape
    params = _structure(service, shape, chance, 0, full=full) if shape is not None else {}
    made = _serializer(service).serialize_to_request(params, model(service).operation_model(operation))
    body = made["body"]
    if isinstance(body, dict):
        body = urlencode(body)
    if isinstance(body, str):
        body = body.encode()
    if not isinstance(body, bytes):
        body = body.read() if hasattr(body, "read") else b""
    path = made["url_path"]
    query = made["query_string"]
    if query:
        path += ("&" if "?" in path else "?") + (urlencode(query, doseq=True) if isinstance(query, dict) else query)
    headers = tuple((str(name), _text(value)) for name, value in made["headers"].items())
    return Request(service, operation, made["method"], path, headers, body, model(service).signing_name)


def _text(value: Any) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else str(value)


def _structure(service: str, shape: Any, chance: random.Random, depth: int, *, full: bool) -> dict[str, Any]:
    made = {}
    for name, member in shape.members.items():
        wanted = name in shape.required_members or (full and depth < 4 and chance.random() < 0.8)
        if getattr(shape, "is_tagged_union", False) and made:
            break
        if wanted and depth < 12 and not member.serialization.get("eventstream"):
            made[name] = _value(service, name, member, chance, depth + 1, full=full)
    if shape.name.lower().endswith("tag") and (key := {"Key", "key", "TagKey"} & shape.members.keys()):
        made[min(key)] = "fuzz"
    if not made and 0 < depth < 12 and shape.members:  # a form cannot hold an empty structure
        name, member = next(iter(shape.members.items()))
        made[name] = _value(service, name, member, chance, depth + 1, full=full)
    return made


def _value(service: str, name: str, shape: Any, chance: random.Random, depth: int, *, full: bool) -> Any:
    kind = shape.type_name
    if kind == "structure":
        if getattr(shape, "is_document_type", False):
            return {"a": [1, "x"]}
        return _structure(service, shape, chance, depth, full=full)
    if kind == "list":
        least = int(shape.metadata.get("min", 0))
        return [_value(service, name, shape.member, chance, depth, full=full) for _ in range(max(least, 1))]
    if kind == "map":
        key = _value(service, "", shape.key, chance, depth, full=full)
        keys = [key, *(f"{key}{number}" for number in range(1, int(shape.metadata.get("min", 1))))]
        return {each: _value(service, name, shape.value, chance, depth, full=full) for each in keys}
    return _scalar(service, name, shape, chance)


def _scalar(service: str, name: str, shape: Any, chance: random.Random) -> Any:
    kind, least, most = shape.type_name, shape.metadata.get("min", 1), shape.metadata.get("max", 2**31 - 1)
    plain = {
        "boolean": chance.random() < 0.5,
        "integer": int(min(max(float(least), 1), most, 2**31 - 1)),
        "long": int(min(max(float(least), 1), most, 2**31 - 1)),
        "float": min(max(float(least), 1.5), float(most)),
        "double": min(max(float(least), 1.5), float(most)),
        "timestamp": 1_700_000_000,
        "blob": b"some bytes",
    }
    if kind in plain:
        return plain[kind]
    if getattr(shape, "enum", None):
        return chance.choice(shape.enum)
    text = _wished(service, name, shape, int(least))
    pattern, bounds = (
        shape.metadata.get("pattern"),
        (int(shape.metadata.get("min", 0)), int(shape.metadata.get("max", 2**31))),
    )
    if bounds[0] <= len(text) <= bounds[1] and (not pattern or matches(pattern, text)):
        return text
    made = text_of(pattern, *bounds) if pattern else None
    return text[: bounds[1]].ljust(bounds[0], "z") if made is None else made


def _wished(service: str, name: str, shape: Any, least: int) -> str:
    if name in _NAMES:
        return _NAMES[name]
    if name.lower().endswith("arn") or shape.name.lower().endswith("arn"):
        partition = "" if service == "iam" else REGION
        return f"arn:aws:{model(service).signing_name}:{partition}:{ACCOUNT}:{_ARN_KINDS.get(service, 'thing/fuzz')}"
    return "fuzz".ljust(min(least, 200), "z")
