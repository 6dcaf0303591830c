"""IAM: groups, who is in them, and policies as resources of their own."""

from __future__ import annotations

import json
from typing import Any

from local_aws import emulator
from local_aws.cloudformation.service_types.service_type import Answer, ServiceType
from local_aws.cloudformation.settings.setting import Params, Properties, Step


def _document(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value)


def _policies(given: Properties) -> dict[str, str]:
    return {str(each["PolicyName"]): _document(each["PolicyDocument"]) for each in given.get("Policies") or []}


def _reconciled(group: str, old: Properties, new: Properties) -> list[Step]:
    """Managed and inline policies of a group, from the one template to the other."""
    before, now = set(old.get("ManagedPolicyArns") or []), set(new.get("ManagedPolicyArns") or [])
    inline_before, inline = _policies(old), _policies(new)
    return [
        *(("DetachGroupPolicy", {"GroupName": group, "PolicyArn": arn}) for arn in sorted(before - now)),
        *(("AttachGroupPolicy", {"GroupName": group, "PolicyArn": arn}) for arn in sorted(now - before)),
        *(
            ("DeleteGroupPolicy", {"GroupName": group, "PolicyName": name})
            for name in sorted(inline_before.keys() - inline.keys())
        ),
        *(
            ("PutGroupPolicy", {"GroupName": group, "PolicyName": name, "PolicyDocument": text})
            for name, text in inline.items()
        ),
    ]


def _path(given: Properties) -> Params:
    return {"Path": str(given["Path"])} if given.get("Path") else {}


def _new_group(name: str, given: Properties) -> list[Step]:
    return [("CreateGroup", {"GroupName": name, **_path(given)}), *_reconciled(name, {}, given)]


def _changed_group(name: str, old: Properties, new: Properties) -> list[Step]:
    moved = [("UpdateGroup", {"GroupName": name, "NewPath": str(new.get("Path") or "/")})]
    return [*(moved if old.get("Path") != new.get("Path") else []), *_reconciled(name, old, new)]


def _no_group(name: str, given: Properties) -> list[Step]:
    return [*_reconciled(name, given, {}), ("DeleteGroup", {"GroupName": name})]


def _group_attributes(name: str, given: Properties, _answer: Answer) -> Params:
    return {"Arn": f"arn:aws:iam::{emulator.request_scope().account_id}:group{given.get('Path') or '/'}{name}"}


_GROUP = ServiceType(
    "AWS::IAM::Group",
    "iam",
    create=_new_group,
    update=_changed_group,
    delete=_no_group,
    attributes=_group_attributes,
    replaced_by=("GroupName",),
    name_at="GroupName",
)


def _embedded(kind: str) -> ServiceType:
    """RolePolicy, UserPolicy, GroupPolicy: an inline policy of one role, user or group."""
    owner = f"{kind}Name"

    def put(given: Properties) -> list[Step]:
        return [
            (
                f"Put{kind}Policy",
                {
                    owner: str(given[owner]),
                    "PolicyName": str(given["PolicyName"]),
                    "PolicyDocument": _document(given.get("PolicyDocument", {})),
                },
            )
        ]

    return ServiceType(
        f"AWS::IAM::{kind}Policy",
        "iam",
        create=lambda _name, given: put(given),
        update=lambda _id, _old, new: put(new),
        delete=lambda _id, given: [
            (f"Delete{kind}Policy", {owner: str(given[owner]), "PolicyName": str(given["PolicyName"])})
        ],
        ref=lambda _name, given, _answer: f"{given['PolicyName']}|{given[owner]}",  # unverified
        replaced_by=("PolicyName", owner),
    )


def _members(given: Properties, users: Any, operation: str) -> list[Step]:
    return [(operation, {"GroupName": str(given["GroupName"]), "UserName": str(user)}) for user in users]


def _changed_members(_id: str, old: Properties, new: Properties) -> list[Step]:
    before, now = list(old.get("Users") or []), list(new.get("Users") or [])
    left = _members(new, [user for user in before if user not in now], "RemoveUserFromGroup")
    return left + _members(new, [user for user in now if user not in before], "AddUserToGroup")


IAM = (
    _GROUP,
    *(_embedded(kind) for kind in ("Role", "User", "Group")),
    ServiceType(
        "AWS::IAM::UserToGroupAddition",
        "iam",
        create=lambda _name, given: _members(given, given["Users"], "AddUserToGroup"),
        update=_changed_members,
        delete=lambda _id, given: _members(given, given["Users"], "RemoveUserFromGroup"),
        replaced_by=("GroupName",),
    ),
)
