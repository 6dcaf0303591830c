"""AWS's managed policies: all are known by name, those that data teams attach grant what they grant on AWS.

The emulator knows some of them, none of Glue's or Athena's, and lets any name be attached, which then grants nothing.
Here a name that AWS has not is refused. One whose document is not here can be attached, grants nothing, and says so:
in its description, in the event of the stack that attaches it, and in each denial of who has it.

| file | what |
|---|---|
| managed_policy_names.txt | the names of all, with their paths, as AWS had them in August 2026 |
| managed_policy_grants.json | what some allow: actions, resources (`on`, `not-on`; without, all), conditions (`if`) |
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

_PREFIX = "arn:aws:iam::aws:policy/"
_OF_SERVICES = f"{_PREFIX}aws-service-role/"
_NOTHING = {"Effect": "Allow", "NotAction": "*", "Resource": "*"}
_UNKNOWN = "The local AWS does not know what this policy allows: here it allows nothing."
_TYPES = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")
_FOLDER = Path(__file__).parent


@functools.cache
def names() -> tuple[str, ...]:
    """The names of all managed policies, with their paths: `service-role/AWSGlueServiceRole`."""
    return tuple((_FOLDER / "managed_policy_names.txt").read_text().split())


def know_managed_policies() -> None:
    """Add the policies, and have a policy that is not there refused wherever it is attached, in AWS's words."""
    from ministack.services import iam
    from ministack.services.cloudformation import stacks

    grants = _grants()
    seeded = iam._aws_managed_policies
    for name in names():
        if name not in grants and f"{_PREFIX}{name}" in seeded:
            continue
        document = {"Version": "2012-10-17", "Statement": grants.get(name, [_NOTHING])}
        described = "" if name in grants else _UNKNOWN
        record = iam._make_aws_managed_record(name, json.dumps(document), described)
        seeded[record["Arn"]] = record
    for operation in ("AttachRolePolicy", "AttachUserPolicy", "AttachGroupPolicy"):
        iam._IAM_HANDLERS[operation] = _refusing(iam._IAM_HANDLERS[operation])
    attach = iam.attach_managed_policy

    def attach_managed_policy(entity: dict[str, Any], policy_arn: str) -> None:
        if refusal := _refusal(policy_arn):
            status, code, text = refusal
            raise ValueError(f"{text} (Service: Iam, Status Code: {status}, Error Code: {code})")
        attach(entity, policy_arn)

    iam.attach_managed_policy = attach_managed_policy
    stacks._add_event = _telling(stacks._add_event)


def unknown_policies(principal: str) -> list[str]:
    """The ARNs of attached policies of which nothing is known, of a user or a role's session by its ARN."""
    from ministack.services import iam

    kind, _, rest = principal.rpartition(":")[2].partition("/")
    name = rest.partition("/")[0] if kind == "assumed-role" else rest.rpartition("/")[2]
    entities: list[Mapping[str, Any]] = []
    if kind == "user":
        groups = [group for group in iam._groups.values() if name in group.get("Users", ())]
        entities = [iam._users.get(name) or {}, *groups]
    elif kind in ("assumed-role", "role"):
        entities = [iam._roles.get(name) or {}]
    return _unknown(arn for entity in entities for arn in entity.get("AttachedPolicies") or ())


def with_unknown_policies(message: str, principal: str) -> str:
    """The sentence of a denial, with what may have been the reason here and is none on AWS."""
    unknown = unknown_policies(principal)
    return f"{message} ({_sentence(unknown)})" if unknown else message


def _sentence(unknown: list[str]) -> str:
    return f"The local AWS does not know what {', '.join(unknown)} allows: here it allows nothing"


def _unknown(arns: Iterable[Any]) -> list[str]:
    from ministack.services import iam

    found = dict.fromkeys(arn for arn in arns if isinstance(arn, str))
    return [arn for arn in found if (iam._aws_managed_policies.get(arn) or {}).get("Description") == _UNKNOWN]


def _grants() -> dict[str, list[dict[str, Any]]]:
    """The statements of the policies whose documents are here."""
    read = json.loads((_FOLDER / "managed_policy_grants.json").read_text())
    return {name: [_statement(entry) for entry in entries] for name, entries in read.items()}


def _statement(entry: Mapping[str, Any]) -> dict[str, Any]:
    effect = "Allow" if "allow" in entry else "Deny"
    statement: dict[str, Any] = {"Effect": effect, "Action": entry[effect.lower()].split()}
    if "not-on" in entry:
        statement["NotResource"] = entry["not-on"].split()
    else:
        statement["Resource"] = entry.get("on", "*").split()
    return statement | ({"Condition": entry["if"]} if "if" in entry else {})


def managed_policy_arns() -> dict[str, str]:
    """Name -> ARN of AWS's managed policies that are there."""
    from ministack.services import iam

    return {str(record["PolicyName"]): str(record["Arn"]) for record in iam._aws_managed_policies.values()}


def _refusing(handler: Any) -> Any:
    from ministack.services import iam

    def attach(parameters: dict[str, Any]) -> Any:
        if refusal := _refusal(iam._p(parameters, "PolicyArn")):
            return iam._error(*refusal, ns="iam")
        return handler(parameters)

    return attach


def _refusal(arn: str) -> tuple[int, str, str] | None:
    """Status, code and text of AWS's refusal to attach a policy; None for one that can be attached."""
    from ministack.services import iam

    if not iam.policy_known(arn):
        return 404, "NoSuchEntity", f"Policy {arn} does not exist or is not attachable."
    if arn.startswith(_OF_SERVICES):  # unverified: the text
        return 400, "PolicyNotAttachable", "Cannot attach a Service Role Policy to a Customer Role."
    return None


def _telling(add_event: Callable[..., None]) -> Callable[..., None]:
    """An event of a role, user or group says which of its policies allow nothing here."""
    from ministack.services.cloudformation import _stacks

    def add(
        stack_id: str,
        stack_name: str,
        logical_id: str,
        resource_type: str,
        status: str,
        reason: str = "",
        *more: Any,
        **others: Any,
    ) -> None:
        if resource_type in _TYPES and status in ("CREATE_COMPLETE", "UPDATE_COMPLETE") and not reason:
            kept = (_stacks.get(stack_name) or {}).get("_resources", {}).get(logical_id) or {}
            unknown = _unknown((kept.get("Properties") or {}).get("ManagedPolicyArns") or ())
            if unknown:
                reason = kept["ResourceStatusReason"] = _sentence(unknown)
        add_event(stack_id, stack_name, logical_id, resource_type, status, reason, *more, **others)

    return add
