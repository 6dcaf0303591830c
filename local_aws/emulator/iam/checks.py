"""Policies are checked by IAM's grammar wherever IAM takes one: by its API and by CloudFormation."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from local_aws.emulator.iam import principals
from local_aws.emulator.iam.grammar import identity_problem, trust_problem, trusted

Properties = Mapping[str, Any]

_MANAGED = ("CreatePolicy", "CreatePolicyVersion")
_WITH_INLINE = ("AWS::IAM::Role", "AWS::IAM::User", "AWS::IAM::Group")


def check_policies() -> None:
    """Refuse what IAM refuses with MalformedPolicyDocument; a resource of a stack fails with its sentence."""
    from ministack.core import iam_evaluator
    from ministack.services import iam
    from ministack.services.cloudformation import provisioners

    iam_evaluator.validate_policy_document = identity_problem
    iam._trust_policy_not_principal_error = _problem_of_trust
    for operation in _MANAGED:
        iam._IAM_HANDLERS[operation] = _checked(iam._IAM_HANDLERS[operation])
    handlers = provisioners._RESOURCE_HANDLERS
    _before("AWS::IAM::ManagedPolicy", _check_managed)
    for name in _WITH_INLINE:
        if name in handlers:
            _before(name, _check_inline)


def _problem_of_trust(document: Any) -> str | None:
    """Why IAM refuses a role's trust policy now: by its grammar, or as a role or user of the account is not there."""
    problem = trust_problem(document)
    if problem:
        return problem
    missing = next((arn for arn in trusted(document) if principals.is_missing(arn)), None)
    return f'Invalid principal in policy: "AWS":"{missing}"' if missing else None


def _checked(handler: Any) -> Any:
    from ministack.services import iam

    def create(parameters: dict[str, Any]) -> Any:
        problem = identity_problem(iam._p(parameters, "PolicyDocument"), managed=True)
        if problem:
            return iam._error(400, "MalformedPolicyDocument", problem, ns="iam")
        return handler(parameters)

    return create


def _before(resource_type: str, check: Callable[[Properties], None]) -> None:
    from ministack.services.cloudformation import provisioners

    handler = provisioners._RESOURCE_HANDLERS[resource_type]
    create, update = handler["create"], handler["update"]

    def creating(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        check(properties)
        return create(logical_id, properties, stack)

    def updating(physical_id: str, old: dict[str, Any], new: dict[str, Any], *rest: Any) -> Any:
        check(new)
        return update(physical_id, old, new, *rest)

    handler.update(create=creating, update=updating)


def _check_managed(properties: Properties) -> None:
    _refuse(identity_problem(properties.get("PolicyDocument"), managed=True))


def _check_inline(properties: Properties) -> None:
    for policy in properties.get("Policies") or []:
        _refuse(identity_problem(policy.get("PolicyDocument")))


def _refuse(problem: str | None) -> None:
    if problem:
        raise ValueError(f"{problem} (Service: Iam, Status Code: 400, Error Code: MalformedPolicyDocument)")
