"""Values of a template's parameters: which there must be and may be, in CloudFormation's words (public reports)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any


def check_values_of_parameters() -> None:
    """Put the check before the emulator's own."""
    from ministack.services.cloudformation import changesets, engine, handlers

    resolve = _checking(engine._resolve_parameters)
    engine._constraint_error = constraint_error
    for module in (engine, handlers, changesets):
        module._resolve_parameters = resolve


def _checking(resolve: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def resolve_parameters(
        template: Mapping[str, Any], given: Sequence[Mapping[str, Any]], previous: Mapping[str, Any] | None = None
    ) -> dict[str, Any]:
        declared = template.get("Parameters", {})
        _check_names(declared, given, previous or {})
        free = {name: {key: each[key] for key in each if key != "AllowedValues"} for name, each in declared.items()}
        found = resolve({**template, "Parameters": free}, given, previous)
        for name, each in declared.items():
            _check_allowed(name, each, found[name])
        return found

    return resolve_parameters


def _check_names(declared: Mapping[str, Any], given: Sequence[Mapping[str, Any]], previous: Mapping[str, Any]) -> None:
    unknown = [each["Key"] for each in given if each.get("Key") and each["Key"] not in declared]
    if unknown:
        raise ValueError(f"Parameters: [{', '.join(unknown)}] do not exist in the template")
    has = {each["Key"] for each in given if not each.get("UsePreviousValue") or each["Key"] in previous}
    missing = [name for name, each in declared.items() if name not in has and "Default" not in each]
    if missing:
        raise ValueError(f"Parameters: [{', '.join(missing)}] must have values")


def _check_allowed(name: str, declared: Mapping[str, Any], found: Mapping[str, Any]) -> None:
    """Hold a value, or each of a list, against AllowedValues."""
    from ministack.services.cloudformation import engine

    if "AllowedValues" not in declared:
        return
    listed = engine._rule_inner_type(str(declared.get("Type")))[1]
    values = [part.strip() for part in found["Value"].split(",")] if listed else [found["Value"]]
    if any(value not in declared["AllowedValues"] for value in values):
        raise constraint_error(name, declared, "must be one of AllowedValues")


def constraint_error(name: str, declared: Mapping[str, Any], reason: str) -> ValueError:
    """A value that breaks a rule of its declaration, in AWS's words."""
    description = declared.get("ConstraintDescription")
    if description:
        return ValueError(f"Parameter {name} failed to satisfy constraint: {description}")
    return ValueError(f"Parameter '{name}' {reason}")
