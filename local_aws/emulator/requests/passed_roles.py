"""What a request hands on needs the caller's rights: roles iam:PassRole, objects in S3 s3:GetObject.

Else whoever may make a function could act as any role. Stacks ask for the same by the same tables, see
`local_aws/cloudformation/rights/passing.py`. Sources: IAM user guide, "Granting a user permissions to pass a role to an
AWS service"; service authorization reference, iam:PassRole. Which operations ask is read off the members of their
models: each that names a role, but for those that read or delete (unverified operation by operation).
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from typing import Any, NamedTuple

from local_aws.emulator.iam.needs import Need, refusal
from local_aws.emulator.iam.principals import principal_arn, role_meant
from local_aws.emulator.identity import caller_access_key, caller_arn
from local_aws.emulator.protocol import Response
from local_aws.emulator.requests.checking import operation_meant
from local_aws.emulator.requests.forms import fields_of
from local_aws.emulator.requests.models import Operation
from local_aws.emulator.requests.roles import read_document, roles_named

UNASKED: ContextVar[bool] = ContextVar("whether the request that is served has not been asked about yet", default=False)
"""What a request causes asks for itself: a stack for its resources, a state machine for its tasks' requests."""

_ROLE = re.compile(r"arn:aws[a-z-]*:iam::[0-9]{12}:role/.+")
_EC2 = "ec2.amazonaws.com"

_RECEIVERS = {
    "apigateway": "apigateway.amazonaws.com",
    "appsync": "appsync.amazonaws.com",
    "athena": "athena.amazonaws.com",
    "backup": "backup.amazonaws.com",
    "bedrock": "bedrock.amazonaws.com",
    "budgets": "budgets.amazonaws.com",
    "cloudformation": "cloudformation.amazonaws.com",
    "cloudtrail": "cloudtrail.amazonaws.com",
    "codebuild": "codebuild.amazonaws.com",
    "config": "config.amazonaws.com",
    "ecs": "ecs-tasks.amazonaws.com",
    "eks": "eks.amazonaws.com",
    "elasticmapreduce": "elasticmapreduce.amazonaws.com",
    "events": "events.amazonaws.com",
    "firehose": "firehose.amazonaws.com",
    "glue": "glue.amazonaws.com",
    "iot": "iot.amazonaws.com",
    "kinesisanalyticsv2": "kinesisanalytics.amazonaws.com",
    "lambda": "lambda.amazonaws.com",
    "logs": "logs.amazonaws.com",
    "pipes": "pipes.amazonaws.com",
    "s3": "s3.amazonaws.com",
    "scheduler": "scheduler.amazonaws.com",
    "sns": "sns.amazonaws.com",
    "ssm": "ssm.amazonaws.com",
    "states": "states.amazonaws.com",
    "transcribe": "transcribe.amazonaws.com",
    "transfer": "transfer.amazonaws.com",
    "translate": "translate.amazonaws.com",
}
"""Service, as the emulator names it -> whom its roles are passed to (iam:PassedToService); else the key is absent."""

_RECEIVERS_OF_MEMBERS = {
    "AutoScalingRole": "application-autoscaling.amazonaws.com",
    "DeliverLogsPermissionArn": "vpc-flow-logs.amazonaws.com",
    "JobFlowRole": _EC2,
}
"""The same of members and properties whose roles another service gets."""

_SERVICES_OF_TYPES = {
    "apigatewayv2": "apigateway",
    "emr": "elasticmapreduce",
    "kinesisfirehose": "firehose",
    "stepfunctions": "states",
}
"""The second part of types, in small letters -> the service, where it is called otherwise."""

_ASKING_THEMSELVES = frozenset({"glue", "iam", "organizations", "sts"})
"""Services whose roles are what requests are about, and Glue (see `local_aws/glue/permissions.py`)."""

_OF_S3 = (
    "Your access has been denied by S3, please make sure your request credentials have permission to GetObject for {}. "
    "S3 Error Code: AccessDenied. S3 Error Message: Access Denied"
)
"""Lambda's sentence (public reports)."""

_PROFILE = "IamInstanceProfile"
_NOT_YET = "CreateLaunchTemplate"
"""How operations begin that pass the role of a profile only when they are used."""


class Place(NamedTuple):
    """Where a request or resource names an object: in the members of another member, or of its own ("").

    Attributes:
        member: such as `Code`.
        bucket: name of the member that has the bucket, and so on.
    """

    member: str
    bucket: str = "S3Bucket"
    key: str = "S3Key"
    version: str = "S3ObjectVersion"

    def read(self, document: Mapping[str, Any]) -> Iterator[Need]:
        """The right to read the object, if one is named."""
        place = document.get(self.member) if self.member else document
        if isinstance(place, Mapping) and place.get(self.bucket) and place.get(self.key):
            action = "s3:GetObjectVersion" if place.get(self.version) else "s3:GetObject"
            yield Need(action, f"arn:aws:s3:::{place[self.bucket]}/{place[self.key]}")


OBJECTS = {
    "AWS::Lambda::Function": Place("Code"),
    "AWS::Lambda::LayerVersion": Place("Content"),
    "AWS::StepFunctions::StateMachine": Place("DefinitionS3Location", "Bucket", "Key", "Version"),
}
"""Type -> the object that it is made of."""

_OBJECTS_OF_REQUESTS = {
    ("lambda", "CreateFunction"): OBJECTS["AWS::Lambda::Function"],
    ("lambda", "UpdateFunctionCode"): Place(""),
    ("lambda", "PublishLayerVersion"): OBJECTS["AWS::Lambda::LayerVersion"],
}


def service_of_type(kind: str) -> str:
    """The service of a type such as `AWS::Lambda::Function`, as the emulator names it."""
    name = kind.partition("::")[2].partition("::")[0].lower()
    return _SERVICES_OF_TYPES.get(name, name)


def passing(role: str, service: str, member: str = "") -> Need:
    """The right to pass a role.

    Args:
        role: ARN.
        service: as the emulator names it.
        member: that names the role.
    """
    receiver = _RECEIVERS_OF_MEMBERS.get(member) or _RECEIVERS.get(service)
    return Need("iam:PassRole", role, {"iam:PassedToService": receiver} if receiver else {})


def passing_to_instance(role: str) -> Need:
    """The right to pass a role to instances of EC2, by a profile."""
    return Need("iam:PassRole", role, {"iam:PassedToService": _EC2})


def role_passed(text: str) -> str:
    """The ARN of the role that a text names, as the emulator takes it; "" for none."""
    return role_meant(text) or (text if _ROLE.fullmatch(text) else "")


def roles_written(value: Any) -> Iterator[str]:
    """The roles whose ARNs are texts anywhere in a document: an OpenAPI document names them where it likes."""
    if isinstance(value, Mapping):
        for part in value.values():
            yield from roles_written(part)
    elif isinstance(value, list):
        for part in value:
            yield from roles_written(part)
    elif isinstance(value, str) and _ROLE.fullmatch(value):
        yield role_passed(value)
    elif isinstance(value, str) and value.lstrip()[:1] == "{":  # of a HTTP API, in a text of its own
        yield from roles_written(_json(value))


def _json(text: str | bytes) -> Any:
    """The document of a text; None where it is none."""
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def roles_of_profile(text: str) -> Iterator[Need]:
    """The rights to pass the roles of an instance profile, that is given by name or ARN."""
    from ministack.services import iam

    profile = iam._instance_profiles.get(text.rpartition("/")[2]) or {}
    for role in profile.get("Roles") or ():
        name = role["RoleName"] if isinstance(role, Mapping) else str(role)
        yield passing_to_instance(principal_arn("Role", name))


def refused_to_pass(
    service: str, method: str, path: str, headers: Mapping[str, str], body: Any, query: Mapping[str, Any]
) -> Response | None:
    """The refusal of a request that was authorised, if the caller may not hand on what it names."""
    if not isinstance(body, bytes) or not (body or query):
        return None
    protocol, operation = operation_meant(service, method, path, headers, body, query)
    if operation is None:
        return None
    needs = _needs(service, operation, protocol, headers, body, query)
    return next((answer for need in needs if (answer := _refusal(service, headers, need))), None)


def _needs(
    service: str, operation: Operation, protocol: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]
) -> Iterator[Need]:
    fields = fields_of(query, headers, body) if service in ("ec2", "iam") else {}
    if service == "iam" and operation.name == "AddRoleToInstanceProfile":
        yield passing_to_instance(principal_arn("Role", fields.get("RoleName", "")))
    if service == "ec2" and not operation.name.startswith(_NOT_YET):
        for value in (value for field, value in fields.items() if _PROFILE in field.split(".")):
            yield from roles_of_profile(value)
    if service not in _ASKING_THEMSELVES:
        for member, text in roles_named(service, operation, protocol, headers, body, query):
            if role := role_passed(text):
                yield passing(role, service, member)
    if service == "apigateway":
        yield from (passing(role, service) for role in roles_written(_json(body)))
    place = _OBJECTS_OF_REQUESTS.get((service, operation.name))
    if place and body:
        yield from place.read(read_document(protocol, body))


def _refusal(service: str, headers: Mapping[str, str], need: Need) -> Response | None:
    """The refusal in the form of the service that is asked."""
    from ministack.core.iam_actions import access_denied_response

    said = refusal(need, caller_access_key())
    if not said:
        return None
    if need.action.startswith("s3:"):
        said = _OF_S3.format(need.resource.removeprefix("arn:aws:s3:::"))
    answer: Response = access_denied_response(
        service,
        need.action,
        caller_arn(),
        str(uuid.uuid4()),
        headers=dict(headers),
        resource_arn=need.resource,
        message=said,
    )
    return answer
