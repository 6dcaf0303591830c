"""The transforms of templates: AWS::Include, AWS::LanguageExtensions and AWS::Serverless-2016-10-31, in their order.

Macros of the account, which a Lambda function would carry out, and AWS's other transforms are refused by name.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from local_aws.emulator.iam.managed_policies import managed_policy_arns
from local_aws.emulator.templates.conditions import evaluate_conditions
from local_aws.templates import TemplateError, serverless

_INCLUDE, _LOOPS = "AWS::Include", "AWS::LanguageExtensions"
_HERE = (_INCLUDE, _LOOPS, serverless.NAME)
_OF_AWS = (
    "AWS::CodeDeployBlueGreen",
    "AWS::CodeStar",
    "AWS::SecretsManager-2020-07-23",
    "AWS::SecretsManager-2024-09-16",
    "AWS::ServiceCatalog",
)
_POLICIES = ("DeletionPolicy", "UpdateReplacePolicy")

_records: contextvars.ContextVar[dict[str, Any]] = contextvars.ContextVar("records", default={})  # noqa: B039
"""Name -> the emulator's record of a parameter's value, while the transforms of a template are carried out."""

_context: contextvars.ContextVar[Any] = contextvars.ContextVar("context", default=None)
"""What AWS::LanguageExtensions resolves names with, while it is carried out."""


def carry_out_transforms() -> None:
    """Put this around the emulator's own transforms. Must come before the checks of templates."""
    from ministack.services.cloudformation import changesets, engine, handlers, language_extensions

    apply = _applying(engine._apply_transforms)
    for module in (engine, handlers, changesets):
        module._apply_transforms = apply
    engine._include_location = _resolved_location(engine._include_location)
    language_extensions.apply = _with_context(language_extensions.apply)
    language_extensions._literal_sub = _literal(language_extensions._literal_sub)


def _applying(apply: Callable[..., Any]) -> Callable[..., Any]:
    from ministack.services.cloudformation import engine

    def apply_transforms(template: dict[str, Any], given: Any = None, previous: Any = None) -> Any:
        names = engine.declared_transforms(template)
        values = engine._transform_parameters(template, given, previous)
        declared = template.get("Parameters", {})
        token = _records.set({
            name: {"Value": value, "Type": declared[name].get("Type", "String")} for name, value in values.items()
        })  # fmt: skip
        try:
            _check_names(template, names)
            made: Any = _with_top_include(template)
            if serverless.NAME not in names:
                return _with_policies(apply(made, given, previous), names)
            first = _LOOPS in names and names.index(serverless.NAME) < names.index(_LOOPS)
            made = _serverless(made, values) if first else made
            made = _with_policies(apply(_without(made, serverless.NAME), given, previous), names)
            return made if first or isinstance(made, engine._TransformFailed) else _serverless(made, values)
        except (TemplateError, engine._IncludeError) as error:
            return engine._TransformFailed(template, str(error))
        finally:
            _records.reset(token)

    return apply_transforms


def _without(template: Mapping[str, Any], name: str) -> dict[str, Any]:
    from ministack.services.cloudformation import engine

    found: dict[str, Any] = engine._without_transform(template, name) if template.get("Transform") else dict(template)
    return found


def _serverless(template: Mapping[str, Any], values: Mapping[str, str]) -> dict[str, Any]:
    from ministack.core.responses import get_region

    rest = _without(template, serverless.NAME)
    made = serverless.expand({**rest, "Transform": serverless.NAME}, values, get_region(), managed_policy_arns())
    made.pop("Transform", None)
    return {**made, **{key: rest[key] for key in ("Transform",) if key in rest}}


# Names


def _check_names(template: Mapping[str, Any], declared: list[str]) -> None:
    from ministack.core.responses import get_account_id

    for name in [*declared, *_embedded([value for key, value in template.items() if key != "Transform"])]:
        if name in _OF_AWS:
            raise TemplateError(f"The transform {name} is not supported by the local AWS")
        if name not in _HERE:
            full = name if "::" in name else f"{get_account_id()}::{name}"
            raise TemplateError(f"No transform named {full} found.")


def _embedded(value: Any) -> Iterator[str]:
    """The names of all Fn::Transform within a value."""
    if isinstance(value, list):
        for item in value:
            yield from _embedded(item)
    elif isinstance(value, Mapping):
        macro = value.get("Fn::Transform")
        if isinstance(macro, Mapping) and isinstance(macro.get("Name"), str):
            yield macro["Name"]
        for item in value.values():
            yield from _embedded(item)


# AWS::Include


def _with_top_include(template: Mapping[str, Any]) -> dict[str, Any]:
    """Take in what a top-level AWS::Include names; what the template has itself stays (unverified)."""
    from ministack.services.cloudformation import engine

    declared = template.get("Transform")
    made = dict(template)
    for entry in declared if isinstance(declared, list) else [declared]:
        if isinstance(entry, Mapping) and entry.get("Name") == _INCLUDE:
            for section, value in engine._fetch_include_snippet(
                engine._include_location({"Fn::Transform": entry})
            ).items():
                own = made.get(section)
                both = isinstance(own, Mapping) and isinstance(value, Mapping)
                made[section] = {**value, **own} if both else made.get(section, value)  # type: ignore[dict-item]
            made = _without(made, _INCLUDE)
    return made


def _resolved_location(location: Callable[[Any], Any]) -> Callable[[Any], Any]:
    from ministack.services.cloudformation import engine

    def include_location(node: Any) -> Any:
        return engine._resolve_refs(location(node), {}, _records.get(), {}, {}, "", "")

    return include_location


# AWS::LanguageExtensions


def _with_context(apply: Callable[..., Any]) -> Callable[..., Any]:
    from ministack.services.cloudformation import language_extensions

    def apply_extensions(template: Mapping[str, Any], parameters: Mapping[str, Any]) -> Any:
        token = _context.set(language_extensions._Context(template, parameters))
        try:
            return apply(template, parameters)
        finally:
            _context.reset(token)

    return apply_extensions


def _literal(otherwise: Callable[[Any], Any]) -> Callable[[Any], Any]:
    """A function within Ref or Fn::GetAtt as the name that it stands for."""
    from ministack.services.cloudformation import language_extensions

    def literal(node: Any) -> Any:
        found = otherwise(node)
        if found is not None or _context.get() is None:
            return found
        try:
            value = language_extensions._value(node, {}, _context.get())
        except language_extensions._Unresolved:
            return None
        return value if isinstance(value, str) else None

    return literal


def _with_policies(template: Any, names: list[str]) -> Any:
    """Functions in DeletionPolicy and UpdateReplacePolicy worked out, which AWS::LanguageExtensions allows."""
    from ministack.services.cloudformation import engine

    if _LOOPS not in names or isinstance(template, engine._TransformFailed):
        return template
    resources, conditions = dict(template.get("Resources", {})), None
    for name, resource in resources.items():
        given = {key: resource[key] for key in _POLICIES if isinstance(resource, Mapping) and key in resource}
        if not any(isinstance(value, Mapping) for value in given.values()):
            continue
        if conditions is None:
            conditions = evaluate_conditions(template, _records.get())
        more: Any = ({}, _records.get(), conditions, template.get("Mappings", {}), "", "")
        found = {key: engine._resolve_refs(value, *more) for key, value in given.items()}
        kept = {key: value for key, value in resource.items() if key not in _POLICIES}
        resources[name] = {**kept, **{key: value for key, value in found.items() if isinstance(value, str)}}
    return {**template, "Resources": resources}
