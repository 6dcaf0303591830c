"""What the properties of a resource hand on: roles, which are passed, and objects in S3, which are read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from local_aws import emulator
from local_aws.emulator import Change, Need
from local_aws.templates import registry

_TAKING = frozenset({"AWS::ApiGatewayV2::Api", "AWS::S3::Bucket"})
"""Types that take roles though their schemas do not say so."""

_NOT_TAKING = ("AWS::CloudFormation::", "AWS::IAM::")
"""How types are called whose roles are parameters of others, or asked about otherwise."""

_APIS = "AWS::ApiGateway"
"""How types are called whose roles may stand in an OpenAPI document, and have names such as Credentials."""

_PROFILE = "IamInstanceProfile"

_READ_FOR = {"AWS::Lambda::Function": ("Code", "DurableConfig", "PackageType")}
"""Type -> the properties whose change has the object read again; of the others any has."""


def roles_passed(change: Change) -> Iterator[Need]:
    """The roles that a resource is given, of those that it has not had before."""
    if change.verb not in ("create", "update") or not _takes_roles(change.kind):
        return
    before = {text for _, text in _roles(change.old)}
    service = emulator.service_of_type(change.kind)
    if change.kind.startswith(_APIS):
        had = set(emulator.roles_written(change.old))
        yield from (emulator.passing(role, service) for role in emulator.roles_written(change.new) if role not in had)
    for member, text in dict.fromkeys(_roles(change.new)):
        role = emulator.role_passed(text)
        if role and text not in before:
            yield emulator.passing(role, service, member)
    profile = change.new.get(_PROFILE)
    if isinstance(profile, str) and profile != change.old.get(_PROFILE):
        yield from emulator.roles_of_profile(profile)


def _takes_roles(kind: str) -> bool:
    if kind in _TAKING:
        return True
    if kind.startswith(_NOT_TAKING):
        return False
    handlers = registry.schema(kind).get("handlers", {})
    return "iam:PassRole" in handlers.get("create", {}).get("permissions", ()) or not handlers


def _roles(value: Any, name: str = "", *, below: bool = False) -> Iterator[tuple[str, str]]:
    """The texts below properties that are called after roles, with these; policies name roles otherwise."""
    if isinstance(value, Mapping):
        for each, part in value.items():
            if not emulator.is_data(each):
                yield from _roles(part, each, below=below or emulator.is_for_role(each))
    elif isinstance(value, list):
        for part in value:
            yield from _roles(part, name, below=below)
    elif below and isinstance(value, str):
        yield name, value


def objects_read(change: Change) -> Iterator[Need]:
    """The object that a resource is made of, if it is made of one."""
    if change.kind not in emulator.OBJECTS or change.verb not in ("create", "update"):
        return
    read_for = _READ_FOR.get(change.kind)
    if read_for and all(change.old.get(each) == change.new.get(each) for each in read_for):
        return
    yield from emulator.OBJECTS[change.kind].read(change.new)
