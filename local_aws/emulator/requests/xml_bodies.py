"""Bodies of XML: S3's, Route 53's and CloudFront's."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, ParseError

from local_aws.emulator.requests.forms import fits_text
from local_aws.emulator.requests.models import Node
from local_aws.emulator.requests.refusals import Refusal

_WELL_FORMED = "The XML you provided was not well-formed or did not validate against our published schema"


def check_xml(shape: Node, body: bytes) -> None:
    """Check an XML body by the shape of its root. A document type or an entity of its own is refused.

    Raises:
        Refusal: it is no XML, or not as the shape says.
    """
    from defusedxml.common import DefusedXmlException  # type: ignore[import-untyped]
    from defusedxml.ElementTree import fromstring  # type: ignore[import-untyped]

    try:
        root = fromstring(body, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise Refusal("serialization", _WELL_FORMED) from error
    _check(shape, root)


def _check(node: Node, element: Element) -> None:
    if node.kind == "structure":
        _structure(node, element)
    elif node.kind == "list":
        name = str(node.item.traits.get("name", "member"))
        for child in element:
            if _local(child.tag) == name:
                _check(node.item, child)
    elif node.kind != "map" and (len(element) or not fits_text(node.kind, (element.text or "").strip())):
        raise Refusal("serialization", _WELL_FORMED)


def _structure(node: Node, element: Element) -> None:
    children: dict[str, list[Element]] = {}
    for child in element:
        children.setdefault(_local(child.tag), []).append(child)
    for name, member in node.members.items():
        if member.traits.get("xmlAttribute") or "location" in member.traits:
            continue
        flattened = member.kind == "list" and member.traits.get("flattened")
        written = str(member.traits.get("name", name))
        if flattened and "name" in member.item.traits:
            written = str(member.item.traits["name"])
        found = children.get(written, [])
        if not found:
            if name in node.required and not flattened:
                raise Refusal(
                    "missing", f"Value null at '{written}' failed to satisfy constraint: Member must not be null"
                )
            continue
        if len(found) > 1 and not flattened:  # whoever reads the first is not to be asked about the last
            raise Refusal("serialization", _WELL_FORMED)
        inner = member.item if flattened else member
        for child in found:
            _check(inner, child)


def _local(tag: Any) -> str:
    return str(tag).rpartition("}")[2]
