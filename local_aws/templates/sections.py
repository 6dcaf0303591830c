"""The sections of a template and their members: which there are, and their shapes."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from local_aws.templates.errors import TemplateError

_SECTIONS = frozenset(
    "AWSTemplateFormatVersion Description Metadata Parameters Rules Mappings Conditions Transform Hooks Resources "
    "Outputs Globals".split()
)
_MAPS = ("Metadata", "Parameters", "Rules", "Mappings", "Conditions", "Hooks", "Resources", "Outputs", "Globals")
_VERSION = "2010-09-09"

_RESOURCE_MEMBERS = frozenset(
    "Type Properties DependsOn Condition Metadata CreationPolicy DeletionPolicy UpdatePolicy UpdateReplacePolicy "
    "Version Description Connectors IgnoreGlobals".split()
)
_OUTPUT_MEMBERS = frozenset(("Description", "Value", "Export", "Condition"))
_POLICIES = {
    "DeletionPolicy": ("Delete", "Retain", "Snapshot", "RetainExceptOnCreate"),
    "UpdateReplacePolicy": ("Delete", "Retain", "Snapshot"),
}
_EXPORT_NAME = re.compile(r"[A-Za-z0-9:-]+")


def check_resources_there(template: Mapping[str, Any]) -> None:
    """Refuse a template without resources.

    Raises:
        TemplateError: Resources is missing, empty or no map.
    """
    resources = template.get("Resources", {})
    if resources is None:
        raise TemplateError("[/Resources] 'null' values are not allowed in templates")
    if not isinstance(resources, Mapping) or not resources:
        raise TemplateError("Template format error: At least one Resources member must be defined.")


def check_sections(template: Mapping[str, Any]) -> None:
    """Refuse sections that there are none of, and members of another shape.

    Raises:
        TemplateError: says which.
    """
    unknown = [name for name in template if name not in _SECTIONS]
    if unknown:
        raise TemplateError(f"Invalid template property or properties [{', '.join(unknown)}]")
    if str(template.get("AWSTemplateFormatVersion", _VERSION)) != _VERSION:
        version = str(template["AWSTemplateFormatVersion"])[:80]
        raise TemplateError(
            f"Template format error: unsupported value for AWSTemplateFormatVersion: {version}"
        )  # unverified
    _check_shapes(template)
    transformed = bool(template.get("Transform"))
    for name, resource in template["Resources"].items():
        if not name.startswith(("Fn::", "&{")):
            _check_resource(name, resource, transformed=transformed)
    _check_mappings(template.get("Mappings", {}))
    for name, output in template.get("Outputs", {}).items():
        if not name.startswith("Fn::"):
            _check_output(name, output)


def _check_shapes(template: Mapping[str, Any]) -> None:
    for name in _MAPS:
        if template.get(name) is None and name in template:
            _null(f"/{name}")
        if not isinstance(template.get(name, {}), Mapping):
            raise TemplateError(f"Template format error: {name} must be an object")  # unverified
    if not isinstance(template.get("Description", ""), str):
        raise TemplateError("Template format error: Description must be a string")  # unverified
    _check_printable(template.get("Description", ""), "Description")
    _check_transform(template.get("Transform"))


def check_nulls(template: Mapping[str, Any]) -> None:
    """Refuse null anywhere.

    Raises:
        TemplateError: says where; AWS writes the path of a property with Type in the place of Properties.
    """
    pending: list[tuple[str, Any]] = [("", template)]
    while pending:
        path, value = pending.pop()
        if value is None:
            _null(re.sub(r"^(/Resources/[^/]+)/Properties", r"\1/Type", path))
        if isinstance(value, Mapping):
            pending += [(f"{path}/{name}", item) for name, item in reversed([*value.items()])]
        elif isinstance(value, list):
            pending += [(f"{path}/{number}", item) for number, item in enumerate(value)][::-1]


def _null(path: str) -> None:
    raise TemplateError(f"[{path}] 'null' values are not allowed in templates")


def _check_printable(text: str, what: str) -> None:
    """Control characters would make the answers no XML."""
    if any(ord(character) < 32 and character not in "\t\n\r" for character in text):
        raise TemplateError(f"Template format error: {what} has control characters")  # unverified


def _check_transform(transform: Any) -> None:
    for one in transform if isinstance(transform, list) else [transform]:
        if not (one is None or isinstance(one, str) or (isinstance(one, Mapping) and isinstance(one.get("Name"), str))):
            raise TemplateError("Template format error: Transform must be a string, an object with a Name or a list")


def _check_name(kind: str, name: str) -> None:
    if not (name.isascii() and name.isalnum()):
        raise TemplateError(f"Template format error: {kind} name {name[:255]} is non alphanumeric.")


def _check_resource(name: str, resource: Any, *, transformed: bool) -> None:
    if not transformed:
        _check_name("Resource", name)
    if resource is None:
        _null(f"/Resources/{name}")
    if not isinstance(resource, Mapping):
        raise TemplateError(f"Template format error: [/Resources/{name}] Any Resources member must be an object.")
    if "Fn::Transform" in resource:
        return
    if "Type" not in resource:
        raise TemplateError(
            f"Template format error: [/Resources/{name}] Every Resources object must contain a Type member."
        )
    if not isinstance(resource["Type"], str):
        _must_be(f"/Resources/{name}/Type", "a string")
    unknown = [member for member in resource if member not in _RESOURCE_MEMBERS]
    if unknown and not transformed:
        raise TemplateError(f"Invalid template resource property '{unknown[0]}'")
    _check_members(name, resource)
    if not isinstance(resource.get("Condition", ""), str) and not transformed:
        raise TemplateError("Template format error: Every Condition member must be a string.")


def _check_members(name: str, resource: Mapping[str, Any]) -> None:
    for member in ("Properties", "Metadata", "CreationPolicy", "UpdatePolicy"):
        if resource.get(member, _NONE) is None:
            _null(f"/Resources/{name}/{member}")
        if not isinstance(resource.get(member, {}), Mapping):
            _must_be(f"/Resources/{name}/{member}", "an object")
    depends = resource.get("DependsOn", [])
    depends = [depends] if isinstance(depends, str) else depends
    if not isinstance(depends, list) or not all(isinstance(one, str) for one in depends):
        raise TemplateError("Template format error: DependsOn must be a string or list of strings.")
    for member, values in _POLICIES.items():
        given = resource.get(member, "Delete")
        if given not in values and not (isinstance(given, Mapping) and given):
            raise TemplateError(f"Template format error: Unrecognized {member} {str(given)[:80]} for resource {name}")


_NONE = object()


def _must_be(path: str, what: str) -> None:
    raise TemplateError(f"Template format error: [{path}] must be {what}")  # unverified


def _check_mappings(mappings: Mapping[str, Any]) -> None:
    for name, mapping in mappings.items():
        if name == "Fn::Transform":
            continue
        _check_name("Mappings", name)
        if mapping is None:
            _null(f"/Mappings/{name}")
        if not isinstance(mapping, Mapping):
            raise TemplateError(f"Template format error: [/Mappings/{name}] Every Mappings member must be a map")
        for key, attributes in mapping.items():
            if key == "Fn::Transform":
                continue
            if not isinstance(attributes, Mapping):
                path = f"/Mappings/{name}/{key}"
                raise TemplateError(f"Template format error: [{path}] Every Mappings attribute must be a map")
            for attribute, value in attributes.items():
                _check_mapped(name, attribute, value)


def _check_mapped(name: str, attribute: str, value: Any) -> None:
    if attribute == "Fn::Transform":
        return
    items = value if isinstance(value, list) else [value]
    if any(isinstance(item, (Mapping, list)) for item in items):
        raise TemplateError(f"Template format error: Every Mappings attribute must be a String or a List. ({name})")
    if not (attribute.isascii() and attribute.isalnum()):
        text = f"Mappings attribute name '{attribute[:255]}' must contain only alphanumeric characters."
        raise TemplateError(f"Template format error: {text}")


def _check_output(name: str, output: Any) -> None:
    if "${" not in name and "&{" not in name:
        _check_name("Output", name)
    if output is None:
        _null(f"/Outputs/{name}")
    if not isinstance(output, Mapping):
        raise TemplateError(f"Template format error: [/Outputs/{name}] Any Outputs member must be an object.")
    if "Fn::Transform" in output:
        return
    unknown = [member for member in output if member not in _OUTPUT_MEMBERS]
    if unknown:
        raise TemplateError(f"Invalid template output property '{unknown[0]}'")  # unverified
    if "Value" not in output:
        raise TemplateError("Template format error: Every Outputs member must contain a Value object")
    if isinstance(output["Value"], list):
        raise TemplateError("Template format error: The Value field of every Outputs member must evaluate to a String.")
    if not isinstance(output.get("Description", ""), str):
        _must_be(f"/Outputs/{name}/Description", "a string")
    _check_printable(output.get("Description", ""), f"the Description of {name}")
    _check_where(name, output)


def _check_where(name: str, output: Mapping[str, Any]) -> None:
    if not isinstance(output.get("Condition", ""), str):
        raise TemplateError("Template format error: Every Condition member must be a string.")
    if "Export" in output:
        _check_export(name, output["Export"])


def _check_export(name: str, export: Any) -> None:
    if export is None:
        _null(f"/Outputs/{name}/Export")
    given = export.get("Name") if isinstance(export, Mapping) and set(export) == {"Name"} else None
    if not (isinstance(given, Mapping) and given) and not (isinstance(given, str) and _EXPORT_NAME.fullmatch(given)):
        text = (
            f"Output {name} is malformed. The Name field of every Export member must be specified and consist only of "
            "alphanumeric characters, colons, or hyphens."
        )
        raise TemplateError(f"Template format error: {text}")
