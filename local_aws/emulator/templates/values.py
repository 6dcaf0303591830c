"""Values that templates take from Parameter Store and Secrets Manager, read with the rights of whoever asks.

That is {{resolve:...}} and parameters of AWS::SSM::Parameter::Value (CloudFormation user guide, "Dynamic references"
and "Systems Manager parameter types": the caller, or the stack's role, needs the right to the value).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any

from local_aws.emulator.iam.needs import Need, check
from local_aws.emulator.identity import calling_as, request_scope

_FOR_STACKS: ContextVar[bool] = ContextVar("whether a template asks", default=False)


def read_values_with_rights() -> None:
    """Have them asked for. Must come after what wraps how parameters are worked out."""
    from ministack.services import secretsmanager, ssm
    from ministack.services.cloudformation import changesets, engine, handlers

    engine._resolve_dynamic_reference = _for_stacks(engine._resolve_dynamic_reference)
    resolve = _for_stacks(engine._resolve_parameters)
    for module in (engine, handlers, changesets):
        module._resolve_parameters = resolve
    ssm.resolve_parameter_value = _asking(ssm.resolve_parameter_value, _parameter)
    secretsmanager.resolve_secret_string = _asking(secretsmanager.resolve_secret_string, _secret)


@contextmanager
def _asked_by_a_template() -> Iterator[None]:
    before = _FOR_STACKS.set(True)
    try:
        with calling_as("cloudformation.amazonaws.com"):
            yield
    finally:
        _FOR_STACKS.reset(before)


def _for_stacks(resolve: Callable[..., Any]) -> Callable[..., Any]:
    def resolving(*args: Any, **named: Any) -> Any:
        with _asked_by_a_template():
            return resolve(*args, **named)

    return resolving


def _asking(read: Callable[..., Any], need: Callable[[str], Need]) -> Callable[..., Any]:
    """Other services of the emulator read so, too; they are let alone."""

    def reading(name: str, *args: Any, **named: Any) -> Any:
        if _FOR_STACKS.get():
            check([need(name)])
        return read(name, *args, **named)

    return reading


def _parameter(name: str) -> Need:
    scope = request_scope()
    arn = f"arn:aws:ssm:{scope.region}:{scope.account_id}:parameter/{name.removeprefix('/')}"
    return Need("ssm:GetParameters", name if name.startswith("arn:") else arn)


def _secret(name: str) -> Need:
    """A secret that is there has characters of its own behind its name."""
    from ministack.services import secretsmanager

    scope = request_scope()
    _, found = secretsmanager._resolve(name, use_arn_scope=True)
    arn = name if name.startswith("arn:") else f"arn:aws:secretsmanager:{scope.region}:{scope.account_id}:secret:{name}"
    return Need("secretsmanager:GetSecretValue", str(found["ARN"]) if found else arn)
