"""Whose request this is, what a role may do, and credentials of roles."""

from __future__ import annotations

import contextlib
import json
import secrets
import time
from collections.abc import Callable, Hashable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any

from local_aws.emulator.gate.doors import verified_key
from local_aws.emulator.iam.many_resources import Likeness
from local_aws.emulator.iam.used_rights import only_asking, record

_CALLER: ContextVar[str] = ContextVar("access key of the request that is served", default="")
_ASKER: ContextVar[str] = ContextVar("access key of whoever has a role act for them", default="")
_BETWEEN: ContextVar[str] = ContextVar("the service that calls others for whoever asked", default="")


@dataclass(frozen=True)
class Scope:
    """The account and region that a request or a run belongs to."""

    account_id: str
    region: str

    def __str__(self) -> str:
        return f"{self.account_id}/{self.region}"

    @classmethod
    def parse(cls, text: str) -> Scope:
        """Read what `str` gave."""
        account_id, _, region = text.partition("/")
        return cls(account_id, region)

    @contextlib.contextmanager
    def entered(self) -> Iterator[None]:
        """Make the emulator's stores answer for this account and region."""
        from ministack.core.iam_evaluator import pin_request_origin
        from ministack.core.responses import request_scope

        with request_scope(self.account_id, self.region):
            pin_request_origin("127.0.0.1", True)  # noqa: FBT003 - the emulator's own signature
            yield


def request_scope() -> Scope:
    """The scope of the request that is being served."""
    from ministack.core.responses import get_account_id, get_region

    return Scope(get_account_id(), get_region())


def request_access_key(headers: Mapping[str, str]) -> str:
    """The access key that signed a request."""
    return headers.get("authorization", "").partition("Credential=")[2].partition("/")[0]


def note_caller(headers: Mapping[str, str]) -> None:
    """Remember who signed a request, for everything that it causes: stacks and executions inherit it."""
    _CALLER.set(request_access_key(headers) or verified_key())
    _ASKER.set("")


def caller_access_key() -> str:
    """The access key of the request that is served, or that caused what runs now."""
    return _CALLER.get()


def asker_access_key() -> str:
    """The access key of whoever asked for what is done, though a role that they passed may do it."""
    return _ASKER.get() or _CALLER.get()


def caller_arn() -> str:
    """The ARN of that caller."""
    from ministack.core.iam_evaluator import resolve_caller_identity

    found = resolve_caller_identity(_CALLER.get())
    return str(found["userArn"]) if found else f"arn:aws:iam::{request_scope().account_id}:root"


@contextlib.contextmanager
def acting_as(session: RoleSession, asker: str = "") -> Iterator[None]:
    """Make a role the caller of what is done meanwhile; asker is the access key of whoever passed it, if it counts."""
    before, asked = _CALLER.set(session.access_key), _ASKER.set(asker)
    try:
        yield
    finally:
        _CALLER.reset(before)
        _ASKER.reset(asked)


@contextlib.contextmanager
def calling_as(service: str) -> Iterator[None]:
    """Have policies see that a service, such as `cloudformation.amazonaws.com`, asks with the caller's credentials."""
    before = _BETWEEN.set(service)
    try:
        yield
    finally:
        _BETWEEN.reset(before)


def forwarded() -> dict[str, Any]:
    """The condition keys of a call that a service makes with the caller's own credentials (IAM user guide).

    A role that acts for them has credentials of its own, with which nothing is forwarded.
    """
    service = _BETWEEN.get()
    if not service or _ASKER.get():
        return {}
    return {
        "aws:CalledVia": [service],
        "aws:CalledViaFirst": service,
        "aws:CalledViaLast": service,
        "aws:ViaAWSService": "true",
    }


@dataclass(frozen=True)
class RoleSession:
    """Temporary credentials of a role."""

    access_key: str
    secret_key: str
    token: str
    role_arn: str
    arn: str


class RoleUnusableError(Exception):
    """A role does not exist, or does not trust the service that is to assume it."""


def role_exists_and_trusts(
    role: str, service_principal: str = "glue.amazonaws.com", source_arn: str = "", *, external_id: str = ""
) -> bool:
    """Whether a role (ARN or name) exists in the scope's account and lets the service assume it.

    Conditions of the trust see `aws:SourceAccount`, and `aws:SourceArn` and `sts:ExternalId` where the caller knows
    which one the service sends; else it is absent, and a trust that demands one is not met.
    """
    from ministack.core.iam_evaluator import EvalContext, evaluate_trust_policy
    from ministack.services import iam

    found = iam._roles.get(role.rpartition("/")[2])
    if not found:
        return False
    trust = found["AssumeRolePolicyDocument"]
    document = json.loads(trust) if isinstance(trust, str) else trust
    # The evaluator knows no service callers: name the service as if it were a principal of its own.
    statements = document["Statement"] if isinstance(document["Statement"], list) else [document["Statement"]]
    as_principals = [
        {**statement, "Principal": {"AWS": statement.get("Principal", {}).get("Service", [])}}
        for statement in statements
        if isinstance(statement.get("Principal"), dict)
    ]
    account = request_scope().account_id
    context = EvalContext(
        principal_arn=service_principal,
        principal_type="Service",
        principal_account="",
        action="sts:AssumeRole",
        resource_arn=str(found["Arn"]),
        region=request_scope().region,
        service_context={
            "aws:sourceaccount": account,
            "aws:principalisawsservice": "true",
            **({"aws:sourcearn": source_arn} if source_arn else {}),
            **({"sts:externalid": external_id} if external_id else {}),
        },
    )
    return bool(evaluate_trust_policy({"Statement": as_principals}, service_principal, context))


def assume_role(
    scope: Scope,
    role: str,
    session_name: str,
    lifetime_s: int,
    *,
    service_principal: str = "glue.amazonaws.com",
    source_arn: str = "",
) -> RoleSession:
    """Hand out credentials of a role.

    Raises:
        RoleUnusableError: the role is absent or does not trust the service; the text is AWS's.
    """
    from ministack.services import iam, sts

    with scope.entered():
        if not role_exists_and_trusts(role, service_principal, source_arn):
            raise RoleUnusableError(
                f"Service is unable to assume provided role {role}. Please verify role's TrustPolicy"
            )
        record = iam._roles.get(role.rpartition("/")[2])
        name = record["RoleName"]
        session = RoleSession(
            access_key="ASIA" + secrets.token_hex(8).upper(),
            secret_key=secrets.token_urlsafe(30),
            token=secrets.token_urlsafe(64),
            role_arn=record["Arn"],
            arn=f"arn:aws:sts::{scope.account_id}:assumed-role/{name}/{session_name}",
        )
        sts.register_session(
            session.access_key,
            {
                "AccountId": scope.account_id,
                "SecretAccessKey": session.secret_key,
                "SessionToken": session.token,
                "Arn": session.arn,
                "RoleArn": session.role_arn,
                "UserId": f"{record['RoleId']}:{session_name}",
                "Expiration": time.time() + lifetime_s,
            },
        )
        return session


def denial(access_key: str, action: str, resource: str, context: Mapping[str, Any] | None = None) -> str | None:
    """Evaluate IAM for one action in the current scope; return the denied principal's ARN, or None when allowed."""
    from ministack.core.iam_evaluator import enforce

    service, keys = action.partition(":")[0], {**(context or {}), **forwarded()}
    denied = enforce(access_key, action, service, request_scope().region, resource_arn=resource, service_context=keys)
    return None if denied is None else str(getattr(denied, "principal_arn", "") or access_key)


def plug_catalog_policy(policy_of: Callable[[Scope, str], str | None]) -> None:
    """Have policies on resources of Glue asked beside those of whoever calls.

    Args:
        policy_of: scope and ARN -> the policy of that resource, None where it has none.
    """
    from ministack.core import iam_evaluator
    from ministack.services import glue

    def catalog_policy_for_arn(arn: str) -> tuple[str, str] | None:
        scope = request_scope()
        policy = policy_of(scope, arn)
        return None if policy is None else (policy, scope.account_id)

    glue.catalog_policy_for_arn = catalog_policy_for_arn
    iam_evaluator._RESOURCE_POLICY_LOOKUPS["glue"] = ("glue", "catalog_policy_for_arn")


def permission_checker(access_key: str, *, is_use: bool = False) -> Callable[..., bool]:
    """A function (action, resource ARN, context = {}) -> allowed, for many checks in the current scope.

    It goes by the policies as they are now: for one listing, not for longer.

    Args:
        access_key: of who asks.
        is_use: whether what is asked is a use of a right, as whoever is allowed goes on to do it.
    """
    likeness = Likeness(access_key, request_scope().account_id)
    decided: dict[Hashable, bool] = {}

    def decide(action: str, resource: str, context: Mapping[str, Any] | None) -> bool:
        with contextlib.nullcontext() if is_use else only_asking():
            return denial(access_key, action, resource, context) is None

    def allowed(action: str, resource: str, context: Mapping[str, Any] | None = None) -> bool:
        alike = likeness.of(action, resource, context or {})
        if alike is None:
            return decide(action, resource, context)
        if alike not in decided:
            decided[alike] = decide(action, resource, context)
        elif is_use:
            record.note(access_key, action, resource, {**(context or {}), **forwarded()}, allowed=decided[alike])
        return decided[alike]

    return allowed
