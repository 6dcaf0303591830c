"""What a role of the templates may do in S3, as far as its policies stand in the templates."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.wildcards import matches, matches_any_case
from local_glue.lint.expressions import branches
from local_glue.lint.project import Project
from local_glue.lint.values import Resource, Source

_ARN = re.compile(r"arn:[^:]*:s3:::|arn:\$\{AWS::Partition\}:s3:::")
_ADDRESS = re.compile(r"s3[an]?://((?:\$\{[^{}]*\}|[^/$])+)/?(.*)", re.DOTALL)
_EVERYTHING = (("*", "*"),)
_READ = (("s3:Get*", "*"), ("s3:List*", "*"))
MANAGED = {
    "AdministratorAccess": _EVERYTHING,
    "PowerUserAccess": _EVERYTHING,
    "AmazonS3FullAccess": (("s3:*", "*"),),
    "AmazonS3ReadOnlyAccess": _READ,
    "ReadOnlyAccess": _READ,
    "AWSGlueServiceRole": (
        ("s3:ListBucket", "*"),
        ("s3:GetObject", "aws-glue-*"),
        ("s3:GetObject", "*/*aws-glue-*/*"),
        ("s3:GetObject", "crawler-public*"),
    ),
    "AWSGlueServiceNotebookRole": (("s3:ListBucket", "*"), ("s3:GetObject", "aws-glue-*")),
    "AWSGlueConsoleFullAccess": (("s3:ListBucket", "*"), ("s3:GetObject", "aws-glue-*")),
    "CloudWatchLogsFullAccess": (),
    "CloudWatchFullAccess": (),
    "AmazonAthenaFullAccess": (("s3:GetObject", "aws-athena-query-results-*"),),
    "AWSLambdaBasicExecutionRole": (),
}
"""What AWS's own policies allow of S3's reading: action and resource (AWS managed policy reference guide)."""


class Unknown(Exception):  # noqa: N818 - no error: the answer is not in the templates
    """Only a deployment tells."""


def role_of(project: Project, resource: Resource) -> Resource | None:
    """The role that a job or crawler names, where the templates make it."""
    value = project.values.of(resource.source, resource.properties.get("Role", ""))
    if isinstance(value, str):
        value = project.nodes.resource(value.rpartition("/")[2], "AWS::IAM::Role")
    return value if isinstance(value, Resource) and value.type == "AWS::IAM::Role" else None


def bucket_and_key(address: str) -> tuple[str, str] | None:
    """The parts of an address in S3; None where it is none."""
    found = _ADDRESS.fullmatch(address)
    return (found[1], found[2]) if found else None


def may(project: Project, role: Resource, action: str, place: str) -> bool:
    """Whether a role may do something with `bucket` or `bucket/key`, by what its policies allow (not what they deny).

    Raises:
        Unknown: it has a policy that is not in the templates, or one that names what only a deployment tells.
    """
    unsure = False
    for actions, resource in _allowed(project, role):
        if not matches_any_case(action, actions):
            continue
        pattern = _ARN.sub("", resource)
        if matches(place, pattern):
            return True
        unsure |= not _is_told(project, pattern.partition("*")[0])
    if unsure or not _is_told(project, place) or _has_bucket_policy(project, place):
        raise Unknown
    return False


def _is_told(project: Project, text: str) -> bool:
    """Whether a text holds nothing open but names of the templates' own resources and what is the same everywhere."""
    made = {f"${{{one.source.file}:{one.id}}}" for one in project.of_type("AWS::S3::Bucket")}
    for name in (*made, "${AWS::AccountId}", "${AWS::Region}", "${AWS::Partition}"):
        text = text.replace(name, "")
    return "${" not in text


def _has_bucket_policy(project: Project, place: str) -> bool:
    """Whether the bucket has a policy that allows something: maybe this."""
    for policy in project.of_type("AWS::S3::BucketPolicy"):
        bucket = project.text(policy, "Bucket")
        statements = _statements(policy.source, policy.properties.get("PolicyDocument"))
        if bucket and place.startswith(bucket) and any(one.get("Effect") == "Allow" for one in statements):
            return True
    return False


def _allowed(project: Project, role: Resource) -> Iterator[tuple[str, str]]:
    """Action and resource of all that a role is allowed."""
    said = role.properties
    for _, named in _each(said.get("ManagedPolicyArns")):
        value = project.values.of(role.source, named)
        if isinstance(value, Resource) and value.type == "AWS::IAM::ManagedPolicy":
            yield from _of_document(project, value.source, value.properties.get("PolicyDocument"))
            continue
        name = value.rpartition("/")[2] if isinstance(value, str) else ""
        if name not in MANAGED:
            raise Unknown
        yield from MANAGED[name]
    for _, policy in _each(said.get("Policies")):
        if not isinstance(policy, dict):
            raise Unknown
        yield from _of_document(project, role.source, policy.get("PolicyDocument"))
    for kind in ("AWS::IAM::Policy", "AWS::IAM::ManagedPolicy", "AWS::IAM::RolePolicy"):
        for attached in project.of_type(kind):
            roles = attached.properties.get("Roles", [attached.properties.get("RoleName")])
            found = [project.values.of(attached.source, one) for _, one in _each(roles)]
            if any(project.nodes.resource(one, "AWS::IAM::Role") == role for one in found):
                yield from _of_document(project, attached.source, attached.properties.get("PolicyDocument"))


def _of_document(project: Project, source: Source, document: Any) -> Iterator[tuple[str, str]]:
    for statement in _statements(source, document):
        if statement.get("Effect") != "Allow":
            continue
        if "NotAction" in statement or "NotResource" in statement:
            raise Unknown
        actions = [project.values.text(source, one) for _, one in _each(statement.get("Action"))]
        for _, resource in _each(statement.get("Resource")):
            for value in project.values.alternatives(source, resource):
                yield from ((action, project.values.name(value)) for action in actions)


def _statements(_source: Source, document: Any) -> Iterator[Mapping[str, Any]]:
    for _, one in branches(document):
        if not isinstance(one, dict):
            raise Unknown
        for _, statement in _each(one.get("Statement")):
            if not isinstance(statement, dict):
                raise Unknown
            yield statement


def _each(node: Any) -> Iterator[tuple[Any, Any]]:
    """The parts of what may be one part or a list of them, through each Fn::If."""
    for place, found in branches(node):
        for one in found if isinstance(found, list) else [] if found is None else [found]:
            yield from branches(one, place)


def trusts(project: Project, role: Resource, service: str) -> bool:
    """Whether a service may take a role.

    Raises:
        Unknown: only a deployment tells.
    """
    for statement in _statements(role.source, role.properties.get("AssumeRolePolicyDocument")):
        if statement.get("Effect") != "Allow":
            continue
        actions = [project.values.text(role.source, one) for _, one in _each(statement.get("Action"))]
        if not any(matches_any_case("sts:AssumeRole", action) for action in actions):
            continue
        for _, principal in _each(statement.get("Principal")):
            if not isinstance(principal, dict):
                return True
            for _, one in _each(principal.get("Service")):
                named = project.values.text(role.source, one)
                if named.split(".")[0] == service or named == "*":
                    return True
                if "${" in named.split(".")[0]:
                    raise Unknown
    return False
