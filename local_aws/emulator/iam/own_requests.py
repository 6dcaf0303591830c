"""IAM's own requests as policies see them: whom they are about, with its path, and IAM's condition keys.

Source: service authorization reference of IAM: which resource and which of `iam:PermissionsBoundary` and
`iam:PolicyARN` each action has. Both keys together let administrators delegate (IAM user guide, "Permissions boundaries
for IAM entities", delegating responsibility).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from local_aws.emulator.iam.principals import principal_arn

_ABOUT = re.compile(r"arn:aws:iam::[0-9]{12}:(role|user|group)/([^/]+)")
_MADE = {
    "CreateInstanceProfile": ("InstanceProfileName", "instance-profile"),
    "CreatePolicy": ("PolicyName", "policy"),
    "CreateRole": ("RoleName", "role"),
    "CreateUser": ("UserName", "user"),
    "CreateGroup": ("GroupName", "group"),
}
"""Operation -> the member that names what it makes, and how its ARN is called."""

_SETTING = frozenset(
    {"CreateRole", "CreateUser", "PutRolePermissionsBoundary", "PutUserPermissionsBoundary"},
)
"""Operations that see the boundary that they set."""

_BOUNDED = frozenset(
    f"{verb}{kind}{what}"
    for kind in ("Role", "User")
    for verb, what in (
        ("Attach", "Policy"),
        ("Delete", "PermissionsBoundary"),
        ("Delete", "Policy"),
        ("Detach", "Policy"),
        ("Put", "Policy"),
    )
)
"""Operations that see the boundary that the role or user has."""

_ATTACHING = frozenset(f"{verb}{kind}Policy" for kind in ("Role", "User", "Group") for verb in ("Attach", "Detach"))


def give_keys_of_iam() -> None:
    """Have policies on IAM's requests see `iam:PermissionsBoundary` and `iam:PolicyARN`."""
    from ministack.core import iam_actions

    original = iam_actions.request_tag_context

    def request_tag_context(service: str, action: str, body: bytes, params: dict[str, Any]) -> dict[str, Any]:
        context: dict[str, Any] = original(service, action, body, params)
        if service == "iam":
            context.update(_keys(action.partition(":")[2], params))
        return context

    iam_actions.request_tag_context = request_tag_context


def resource_of_iam(operation: str, members: Mapping[str, Any], account: str, found: str) -> str:
    """The ARN that a request is about, with its path.

    Args:
        operation: of IAM.
        members: of the request.
        account: whose it is.
        found: the ARN that the emulator asks about.
    """
    if operation in _MADE:
        name, kind = _MADE[operation]
        path = str(members.get("Path") or "/")
        return f"arn:aws:iam::{account}:{kind}{path}{members[name]}" if members.get(name) else found
    if members.get("InstanceProfileName"):
        return _profile(str(members["InstanceProfileName"]), account)
    about = _ABOUT.fullmatch(found)
    return principal_arn(about[1].capitalize(), about[2]) if about else found


def _profile(name: str, account: str) -> str:
    from ministack.services import iam

    kept = iam._instance_profiles.get(name)
    return str(kept["Arn"]) if kept else f"arn:aws:iam::{account}:instance-profile/{name}"


def _keys(operation: str, params: Mapping[str, Any]) -> dict[str, str]:
    from ministack.services import iam

    boundary = ""
    if operation in _SETTING:
        boundary = _first(params, "PermissionsBoundary")
    elif operation in _BOUNDED:
        of_role = iam._roles.get(_first(params, "RoleName"))
        kept = of_role or iam._users.get(_first(params, "UserName")) or {}
        boundary = str(kept.get("PermissionsBoundary") or "")
    keys = {"iam:PermissionsBoundary": boundary} if boundary else {}
    if operation in _ATTACHING:
        keys["iam:PolicyARN"] = _first(params, "PolicyArn")
    return keys


def _first(params: Mapping[str, Any], name: str) -> str:
    value = params.get(name) or ""
    return str(value[0] if isinstance(value, list) else value)
