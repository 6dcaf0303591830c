"""What GetTemplateSummary and ValidateTemplate say of a template."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any
from xml.sax.saxutils import escape

from local_aws.emulator.protocol import Response
from local_aws.emulator.templates.checks import template_of_request
from local_aws.templates.registry import schema as schema_of

Params = dict[str, Any]
Template = Mapping[str, Any]

_LOOPS = "AWS::LanguageExtensions"


def summarize_templates() -> None:
    """Answer instead of the emulator, which refuses what it refuses."""
    from ministack.services.cloudformation import handlers

    actions = handlers._ACTION_HANDLERS
    actions["GetTemplateSummary"] = _answering("GetTemplateSummary", actions["GetTemplateSummary"], _summary)
    actions["ValidateTemplate"] = _answering("ValidateTemplate", actions["ValidateTemplate"], _validation)


def _answering(
    action: str, handler: Callable[[Params], Response], write: Callable[[Template], str]
) -> Callable[[Params], Response]:
    from ministack.services.cloudformation.helpers import _xml

    def handle(params: Params) -> Response:
        template = template_of_request()
        response = handler(params)
        if response[0] != 200 or template is None:
            return response
        answer: Response = _xml(200, f"{action}Response", f"<{action}Result>{write(template)}</{action}Result>")
        return answer

    return handle


def _validation(template: Template) -> str:
    parameters = "".join(
        f"<member>{_parameter(name, each)}</member>" for name, each in template.get("Parameters", {}).items()
    )
    return f"{_text('Description', template.get('Description'))}<Parameters>{parameters}</Parameters>{_rest(template)}"


def _summary(template: Template) -> str:
    parameters = "".join(
        f"<member>{_parameter(name, each)}{_kind(each)}{_constraints(each)}</member>"
        for name, each in template.get("Parameters", {}).items()
    )
    metadata = json.dumps(template["Metadata"]) if "Metadata" in template else None
    return (
        f"<Parameters>{parameters}</Parameters>{_text('Description', template.get('Description'))}"
        f"{_text('Version', template.get('AWSTemplateFormatVersion'))}{_text('Metadata', metadata)}"
        f"{_types(template)}{_rest(template)}"
    )


def _rest(template: Template) -> str:
    from ministack.services.cloudformation import engine, handlers

    transforms = engine.declared_transforms(template)
    capabilities = "" if _LOOPS in transforms else handlers._capabilities_xml(template)
    return capabilities + _members("DeclaredTransforms", transforms)


def _parameter(name: str, declared: Mapping[str, Any]) -> str:
    no_echo = str(declared.get("NoEcho", False)).lower()
    return (
        f"{_text('ParameterKey', name)}{_text('DefaultValue', declared.get('Default'))}{_text('NoEcho', no_echo)}"
        f"{_text('Description', declared.get('Description'))}"
    )


def _kind(declared: Mapping[str, Any]) -> str:
    return _text("ParameterType", declared.get("Type"))


def _constraints(declared: Mapping[str, Any]) -> str:
    allowed = _members("AllowedValues", declared.get("AllowedValues", ()))
    return f"<ParameterConstraints>{allowed}</ParameterConstraints>"


def _types(template: Template) -> str:
    """The types of resources, and by which properties each could be imported; none before loops are expanded."""
    from ministack.services.cloudformation import engine

    if _LOOPS in engine.declared_transforms(template):
        return ""
    ids: dict[str, list[str]] = {}
    for name, resource in template.get("Resources", {}).items():
        if isinstance(resource, Mapping) and isinstance(resource.get("Type"), str):
            ids.setdefault(resource["Type"], []).append(name)
    summaries = ""
    for kind, names in ids.items():
        identifiers = [path.rpartition("/")[2] for path in schema_of(kind).get("primaryIdentifier") or ()]
        if identifiers:
            parts = _members("LogicalResourceIds", names) + _members("ResourceIdentifiers", identifiers)
            summaries += f"<member>{_text('ResourceType', kind)}{parts}</member>"
    shown = f"<ResourceIdentifierSummaries>{summaries}</ResourceIdentifierSummaries>" if summaries else ""
    return _members("ResourceTypes", sorted(ids)) + shown


def _text(name: str, value: Any) -> str:
    return "" if value is None else f"<{name}>{escape(str(value))}</{name}>"


def _members(name: str, values: Iterable[Any]) -> str:
    members = "".join(_text("member", value) for value in values)
    return f"<{name}>{members}</{name}>" if members else ""
