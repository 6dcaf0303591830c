"""ARNs of roles, users and groups, and what limits them."""

from __future__ import annotations

from local_aws.emulator.identity import Scope, request_scope


def role_arn(scope: Scope, role: str) -> str:
    """The ARN of a role that is given by ARN or by name; a name that no role has gives the ARN that it would have."""
    from ministack.services import iam

    if role.startswith("arn:"):
        return role
    with scope.entered():
        found = iam._roles.get(role.rpartition("/")[2])
    return str(found["Arn"]) if found else f"arn:aws:iam::{scope.account_id}:role/{role}"


def principal_arn(kind: str, name: str) -> str:
    """The ARN of a role, user or group of the current scope, by its name; of one that is not there, without a path.

    Args:
        kind: Role, User, Group or InstanceProfile.
        name: its name; an ARN stays as it is.
    """
    from ministack.services import iam

    if name.startswith("arn:"):
        return name
    kept = {
        "Role": iam._roles,
        "User": iam._users,
        "Group": iam._groups,
        "InstanceProfile": iam._instance_profiles,
    }[kind].get(name)
    resource = {"InstanceProfile": "instance-profile"}.get(kind, kind.lower())
    return str(kept["Arn"]) if kept else f"arn:aws:iam::{request_scope().account_id}:{resource}/{name}"


def boundary_of(kind: str, name: str) -> str:
    """The permissions boundary of a role or user of the current scope, an ARN; "" for none.

    Args:
        kind: Role, User, or Group, which has none.
        name: its name.
    """
    from ministack.services import iam

    kept = {"Role": iam._roles, "User": iam._users}.get(kind, {}).get(name) or {}
    return str(kept.get("PermissionsBoundary") or "")


def role_meant(text: str) -> str:
    """The ARN of the role that the emulator takes a text for, which looks at what follows the last `/`; "" for none."""
    from ministack.services import iam

    found = iam._roles.get(text.rpartition("/")[2])
    return str(found["Arn"]) if found else ""


def is_missing(arn: str) -> bool:
    """Whether an ARN is of a role or user of the current scope's account that is not there.

    Not of those that AWS makes itself, below aws-service-role/ and aws-reserved/, which need not be here.
    """
    from ministack.services import iam

    _, _, service, _, account, resource = arn.split(":", 5)
    kind, _, path = resource.partition("/")
    kept = {"role": iam._roles, "user": iam._users}.get(kind)
    if service != "iam" or account != request_scope().account_id or kept is None:
        return False
    if path.startswith(("aws-service-role/", "aws-reserved/")):
        return False
    found = kept.get(path.rpartition("/")[2])
    return found is None or found["Arn"] != arn
