"""IAM.

Sources: the registry's schemas, the service authorization reference. Which operations a handler calls for which
property is told by neither: that it calls them for those that the template has is assumed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from local_aws import emulator
from local_aws.cloudformation.rights.naming import arn, given, listed, name_of
from local_aws.cloudformation.rights.rights import Rights, changed
from local_aws.emulator import Change, Need

_LONGEST_NAME = 64
_OWNERS = ("Role", "User", "Group")


def principal(kind: str, name: object) -> str:
    """The ARN of a role, user or group that is there, by its name or ARN; of one that is not, without a path."""
    return emulator.principal_arn(kind, str(name))


def _own(kind: str) -> Callable[[Change], str]:
    """A role, user, group or instance profile itself, with its path."""
    resource = {"InstanceProfile": "instance-profile"}.get(kind, kind.lower())

    def own(change: Change) -> str:
        if change.verb != "create":
            return principal(kind, name_of(change, f"{kind}Name"))
        path = str(change.new.get("Path") or "/")
        return arn("iam", f"{resource}{path}{name_of(change, f'{kind}Name', _LONGEST_NAME)}")

    return own


def _boundary(kind: str, change: Change) -> dict[str, Any]:
    """What limits a role or user: of one that is there, not what a template says, which nothing holds it to."""
    made = change.verb == "create"
    boundary = (
        given(change, "PermissionsBoundary") if made else emulator.boundary_of(kind, name_of(change, f"{kind}Name"))
    )
    return {"iam:PermissionsBoundary": str(boundary)} if boundary else {}


def _policies(properties: Any) -> dict[str, Any]:
    return {str(each.get("PolicyName")): each.get("PolicyDocument") for each in listed(properties, "Policies")}


def _holding(kind: str) -> Callable[[Change], Iterator[Need]]:
    """Managed and inline policies of a role, user or group, and the boundary that limits it."""
    own = _own(kind)

    def more(change: Change) -> Iterator[Need]:
        who, context = own(change), _boundary(kind, change)
        before, now = listed(change.old, "ManagedPolicyArns"), listed(change.new, "ManagedPolicyArns")
        for policy in (each for each in now if each not in before):
            yield Need(f"iam:Attach{kind}Policy", who, {**context, "iam:PolicyARN": str(policy)})
        for policy in (each for each in before if each not in now):
            yield Need(f"iam:Detach{kind}Policy", who, {**context, "iam:PolicyARN": str(policy)})
        inline_before, inline = _policies(change.old), _policies(change.new)
        if any(inline_before.get(name) != document for name, document in inline.items()):
            yield Need(f"iam:Put{kind}Policy", who, context)
        if inline_before.keys() - inline.keys():
            yield Need(f"iam:Delete{kind}Policy", who, context)
        if kind != "Group" and change.verb == "update" and "PermissionsBoundary" in changed(change):
            asked = given(change, "PermissionsBoundary")
            verb = "Put" if asked else "Delete"
            boundary = {"iam:PermissionsBoundary": str(asked)} if asked else context
            yield Need(f"iam:{verb}{kind}PermissionsBoundary", who, boundary)

    return more


def _making(kind: str, others: Callable[[Change], Iterable[Need]] = lambda _change: ()) -> Any:
    """The first operation sees the boundary too, so that policies can demand one."""
    own, holding = _own(kind), _holding(kind)

    def more(change: Change) -> Iterator[Need]:
        if change.verb == "create":
            yield Need(f"iam:Create{kind}", own(change), _boundary(kind, change))
        yield from holding(change)
        yield from others(change)

    return more


def _of_user(change: Change) -> Iterator[Need]:
    """The groups of a user, and the password."""
    before, now = listed(change.old, "Groups"), listed(change.new, "Groups")
    for group in (each for each in now if each not in before):
        yield Need("iam:AddUserToGroup", principal("Group", group))
    for group in (each for each in before if each not in now):
        yield Need("iam:RemoveUserFromGroup", principal("Group", group))
    was, is_now = bool(change.old.get("LoginProfile")), bool(change.new.get("LoginProfile"))
    if "LoginProfile" in changed(change):
        verb = "Update" if was and is_now else "Create" if is_now else "Delete"
        yield Need(f"iam:{verb}LoginProfile", _own("User")(change))


def _attached(change: Change) -> Iterator[Need]:
    """A managed policy's roles, users and groups."""
    policy = _policy(change)
    for kind in _OWNERS:
        before, now = listed(change.old, f"{kind}s"), listed(change.new, f"{kind}s")
        for verb, names in (
            ("Attach", [each for each in now if each not in before]),
            ("Detach", [each for each in before if each not in now]),
        ):
            for name in names:
                yield Need(f"iam:{verb}{kind}Policy", principal(kind, name), {"iam:PolicyARN": policy})


def _policy(change: Change) -> str:
    if change.physical_id:
        return change.physical_id
    path = str(given(change, "Path") or "/")
    return arn("iam", f"policy{path}{name_of(change, 'ManagedPolicyName', _LONGEST_NAME * 2)}")


def _put(change: Change) -> Iterator[Need]:
    """An inline policy of several roles, users and groups."""
    rewritten = any(change.old.get(name) != change.new.get(name) for name in ("PolicyDocument", "PolicyName"))
    for kind in _OWNERS:
        before, now = listed(change.old, f"{kind}s"), listed(change.new, f"{kind}s")
        for name in (each for each in now if rewritten or each not in before):
            yield Need(f"iam:Put{kind}Policy", principal(kind, name))
        for name in (each for each in before if each not in now):
            yield Need(f"iam:Delete{kind}Policy", principal(kind, name))


def _embedded(kind: str) -> Rights:
    """An inline policy of one role, user or group."""

    def owner(change: Change) -> str:
        return principal(kind, (change.new or change.old).get(f"{kind}Name"))

    return Rights("iam", owner, create=f"Put{kind}Policy", delete=f"Delete{kind}Policy", read=f"Get{kind}Policy")


def _user_of_key(change: Change) -> str:
    return principal("User", (change.new or change.old).get("UserName"))


def _group(change: Change) -> str:
    return principal("Group", (change.new or change.old).get("GroupName"))


def _members(change: Change) -> Iterator[Need]:
    before, now = listed(change.old, "Users"), listed(change.new, "Users")
    if any(each not in before for each in now):
        yield Need("iam:AddUserToGroup", _group(change))
    if any(each not in now for each in before):
        yield Need("iam:RemoveUserFromGroup", _group(change))


def _roles_of_profile(change: Change) -> Iterator[Need]:
    own = _own("InstanceProfile")(change)
    before, now = listed(change.old, "Roles"), listed(change.new, "Roles")
    for role in (each for each in now if each not in before):
        yield Need("iam:AddRoleToInstanceProfile", own)
        yield emulator.passing_to_instance(principal("Role", role))
    if any(each not in now for each in before):
        yield Need("iam:RemoveRoleFromInstanceProfile", own)


_HELD = "ManagedPolicyArns Policies PermissionsBoundary"

IDENTITY = {
    "AWS::IAM::Role": Rights(
        "iam",
        _own("Role"),
        delete="DeleteRole",
        update="UpdateRole",
        read="GetRole",
        parts={"AssumeRolePolicyDocument": "UpdateAssumeRolePolicy"},
        made_with="AssumeRolePolicyDocument",
        unasked=_HELD,
        tag="TagRole|UntagRole",
        more=_making("Role"),
    ),
    "AWS::IAM::User": Rights(
        "iam",
        _own("User"),
        delete="DeleteUser",
        update="UpdateUser",
        read="GetUser",
        unasked=f"{_HELD} Groups LoginProfile",
        tag="TagUser|UntagUser",
        more=_making("User", _of_user),
    ),
    "AWS::IAM::Group": Rights(
        "iam",
        _own("Group"),
        delete="DeleteGroup",
        update="UpdateGroup",
        read="GetGroup",
        unasked=_HELD,
        more=_making("Group"),
    ),
    "AWS::IAM::Policy": Rights(
        "iam", lambda _change: "*", unasked="PolicyDocument PolicyName Roles Users Groups", more=_put
    ),
    "AWS::IAM::ManagedPolicy": Rights(
        "iam",
        _policy,
        create="CreatePolicy",
        delete="DeletePolicy",
        update="CreatePolicyVersion",
        read="GetPolicy",
        unasked="Roles Users Groups",
        tag="TagPolicy|UntagPolicy",
        more=_attached,
    ),
    **{f"AWS::IAM::{kind}Policy": _embedded(kind) for kind in _OWNERS},
    "AWS::IAM::UserToGroupAddition": Rights("iam", _group, unasked="Users GroupName", more=_members),
    "AWS::IAM::AccessKey": Rights(
        "iam",
        _user_of_key,
        create="CreateAccessKey",
        delete="DeleteAccessKey",
        parts={"Status": "UpdateAccessKey|UpdateAccessKey"},
    ),
    "AWS::IAM::InstanceProfile": Rights(
        "iam",
        _own("InstanceProfile"),
        create="CreateInstanceProfile",
        delete="DeleteInstanceProfile",
        read="GetInstanceProfile",
        unasked="Roles",
        more=_roles_of_profile,
    ),
}
