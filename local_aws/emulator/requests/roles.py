"""The roles that a request names: its members that are called after roles, by botocore's models.

Keys of maps are the caller's own data and no members; neither is what stands below definitions, inputs and policies.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from xml.etree import ElementTree

from local_aws.emulator.requests.forms import fields_of
from local_aws.emulator.requests.models import Node, Operation, load_models

_NOT_AFTER_ROLES = frozenset({"DeliverLogsPermissionArn", "SnsCallerArn"})
"""Members that take roles though they are not called so."""

_DATA = frozenset(
    """
    codegenconfigurationnodes definition definitionstring definitionsubstitutions environment environmentvariables
    iamactiondefinition input inputtemplate policy policydocument policytext resourceidentifier tags variables
    """.split()
)
"""Members below which a role's ARN is a mere text, in small letters."""

_READING = ("BatchGet", "Delete", "Describe", "Disassociate", "Get", "Head", "List", "Lookup", "Remove", "Search")
"""How operations begin that hand nothing on."""

_TAKING: dict[tuple[str, str], bool] = {}


def is_for_role(name: str) -> bool:
    """Whether a member of a request, or a property of a resource, takes a role, by its name."""
    return "role" in name.lower() or name in _NOT_AFTER_ROLES


def is_data(name: str) -> bool:
    """Whether what stands below a member or property hands nothing on."""
    return name.lower() in _DATA


def roles_named(
    service: str, operation: Operation, protocol: str, headers: Mapping[str, str], body: bytes, query: Mapping[str, Any]
) -> Iterator[tuple[str, str]]:
    """The members of a request that are called after roles, and their values.

    Args:
        service: as the emulator names it.
        operation: what the request means.
        protocol: of the request.
        headers: by lower-case name.
        body: as it was checked.
        query: name -> value or values.
    """
    if protocol in ("query", "ec2"):
        if operation.name.startswith(_READING):
            return
        yield from _in_form(fields_of(query, headers, body), attributes=service == "sns")
    elif body and _takes(service, operation):
        shape = operation.input
        node = shape.members[operation.payload] if operation.payload else shape  # type: ignore[union-attr] # it takes
        if protocol == "rest-xml":
            yield from _in_xml(ElementTree.fromstring(body), below=False)  # noqa: S314 - the request was checked
        else:
            yield from _in_document(node, read_document(protocol, body), operation.payload or "", below=False)  # type: ignore[arg-type]


def roles_of_parameters(service: str, operation: str, parameters: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    """The same of an operation of a service that speaks JSON, given its parameters."""
    found = load_models(service)[0].operation(operation)
    if found is not None and found.input is not None and _takes(service, found):
        yield from _in_document(found.input, parameters, "", below=False)


def read_document(protocol: str, body: bytes) -> Any:
    """The document of a JSON or CBOR body that was checked."""
    if protocol == "smithy-rpc-v2-cbor":
        import cbor2

        return cbor2.loads(body)
    return json.loads(body)


def _takes(service: str, operation: Operation) -> bool:
    identity = (service, operation.name)
    if identity not in _TAKING:
        shape = operation.input
        _TAKING[identity] = (
            shape is not None and not operation.name.startswith(_READING) and _leads(shape, set(), below=False)
        )
    return _TAKING[identity]


def _leads(node: Node, seen: set[int], *, below: bool) -> bool:
    """Whether a text of the shape can be a role."""
    if node.kind == "string":
        return below
    if id(node) in seen:
        return False
    seen.add(id(node))
    if node.kind == "structure":
        return any(
            _leads(member, seen if not (below or is_for_role(name)) else set(seen), below=below or is_for_role(name))
            for name, member in node.members.items()
            if not is_data(name)
        )
    return node.item is not None and _leads(node.item, seen, below=below)


def _in_document(node: Node, value: Any, name: str, *, below: bool) -> Iterator[tuple[str, str]]:
    if node.kind == "structure" and isinstance(value, Mapping):
        for each, member in node.written.items():
            if each in value and not is_data(each):
                yield from _in_document(member, value[each], each, below=below or is_for_role(each))
    elif node.kind == "list" and isinstance(value, list):
        for item in value:
            yield from _in_document(node.item, item, name, below=below)
    elif node.kind == "map" and isinstance(value, Mapping):
        for item in value.values():
            yield from _in_document(node.item, item, name, below=below)
    elif below and isinstance(value, str):
        yield name, value


def _in_xml(element: ElementTree.Element, *, below: bool) -> Iterator[tuple[str, str]]:
    name = str(element.tag).rpartition("}")[2]
    if is_data(name):
        return
    below = below or is_for_role(name)
    if below and element.text and element.text.strip():
        yield name, element.text.strip()
    for child in element:
        yield from _in_xml(child, below=below)


def _in_form(fields: Mapping[str, str], *, attributes: bool) -> Iterator[tuple[str, str]]:
    """A form's fields; of SNS the attributes too, whose names are values."""
    for field, value in fields.items():
        parts = [part for part in field.split(".") if not part.isdecimal()]
        if attributes and parts[-1] in ("key", "AttributeName") and is_for_role(value):
            other = field.removesuffix(parts[-1]) + {"key": "value"}.get(parts[-1], "AttributeValue")
            yield value, fields.get(other, "")
        elif any(map(is_for_role, parts)) and not any(map(is_data, parts)):
            yield next(part for part in reversed(parts) if part not in ("member", "entry", "key", "value")), value
