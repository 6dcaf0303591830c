"""What the properties of a resource hand on: roles, which are passed, and objects in S3, which are read."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws import emulator
from local_aws.emulator import Change, Need
from local_aws.templates import registry

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/.+")
_SERVICES = {
    "AWS::ApiGateway": "apigateway.amazonaws.com",
    "AWS::ApiGatewayV2": "apigateway.amazonaws.com",
    "AWS::AppSync": "appsync.amazonaws.com",
    "AWS::ECS": "ecs-tasks.amazonaws.com",
    "AWS::EKS": "eks.amazonaws.com",
    "AWS::Events": "events.amazonaws.com",
    "AWS::KinesisAnalyticsV2": "kinesisanalytics.amazonaws.com",
    "AWS::KinesisFirehose": "firehose.amazonaws.com",
    "AWS::Lambda": "lambda.amazonaws.com",
    "AWS::Logs": "logs.amazonaws.com",
    "AWS::Pipes": "pipes.amazonaws.com",
    "AWS::S3": "s3.amazonaws.com",
    "AWS::SNS": "sns.amazonaws.com",
    "AWS::Scheduler": "scheduler.amazonaws.com",
    "AWS::StepFunctions": "states.amazonaws.com",
}
"""Types -> the service that a role is passed to (iam:PassedToService); of others that key is absent."""

_CALLER = "SnsCallerArn"
"""A role of Cognito's, though it is not called so."""

_TAKING = frozenset({"AWS::S3::Bucket"})
"""Types that take roles though their schemas do not say so."""

_NOT_TAKING = ("AWS::CloudFormation::", "AWS::IAM::")
"""How types are called whose roles are parameters of others, or asked about otherwise."""

_DATA = frozenset(
    """
    Definition DefinitionString DefinitionSubstitutions Environment EnvironmentVariables Input InputTemplate Policy
    PolicyDocument PolicyText Tags Variables
    """.split()
)
"""Properties below which a role's ARN is a mere text."""

_OBJECTS = {
    "AWS::Lambda::Function": ("Code", "S3Bucket", "S3Key", "S3ObjectVersion"),
    "AWS::Lambda::LayerVersion": ("Content", "S3Bucket", "S3Key", "S3ObjectVersion"),
    "AWS::StepFunctions::StateMachine": ("DefinitionS3Location", "Bucket", "Key", "Version"),
}
"""Type -> the property that names an object, and that property's bucket, key and version."""


_READ_FOR = {"AWS::Lambda::Function": ("Code", "DurableConfig", "PackageType")}
"""Type -> the properties whose change has the object read again; of the others any has."""


def passing(role: str, service: str = "") -> Need:
    """The right to pass a role."""
    return Need("iam:PassRole", role, {"iam:PassedToService": service} if service else {})


def roles_passed(change: Change) -> Iterator[Need]:
    """The roles that a resource is given, of those that it has not had before."""
    if change.verb not in ("create", "update") or not _takes_roles(change.kind):
        return
    before = set(_roles(change.old))
    service = _SERVICES.get(change.kind.rpartition("::")[0], "")
    for text in dict.fromkeys(_roles(change.new)):
        role = emulator.role_meant(text) or (text if _ROLE.fullmatch(text) else "")
        if role and text not in before:
            yield passing(role, service)


def _takes_roles(kind: str) -> bool:
    if kind in _TAKING:
        return True
    if kind.startswith(_NOT_TAKING):
        return False
    handlers = registry.schema(kind).get("handlers", {})
    return "iam:PassRole" in handlers.get("create", {}).get("permissions", ()) or not handlers


def _roles(value: Any, *, below: bool = False) -> Iterator[str]:
    """The texts below properties that are called after roles; policies name roles otherwise."""
    if isinstance(value, Mapping):
        for name, part in value.items():
            if name not in _DATA:
                yield from _roles(part, below=below or "role" in str(name).lower() or name == _CALLER)
    elif isinstance(value, list):
        for part in value:
            yield from _roles(part, below=below)
    elif below and isinstance(value, str):
        yield value


def objects_read(change: Change) -> Iterator[Need]:
    """The object that a resource is made of, if it is made of one."""
    if change.kind not in _OBJECTS or change.verb not in ("create", "update"):
        return
    name, bucket, key, version = _OBJECTS[change.kind]
    place, read_for = change.new.get(name), _READ_FOR.get(change.kind)
    if not isinstance(place, Mapping) or not (place.get(bucket) and place.get(key)):
        return
    if read_for and all(change.old.get(each) == change.new.get(each) for each in read_for):
        return
    action = "s3:GetObjectVersion" if place.get(version) else "s3:GetObject"
    yield Need(action, f"arn:aws:s3:::{place[bucket]}/{place[key]}")
