"""XML: elements as records, with attributes, texts and inner elements as fields."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as Tree

_WHOLE = re.compile(r"[+-]?\d{1,38}")
_NUMBER = re.compile(r"[+-]?(\d+\.\d*|\.\d+|\d+)([eE][+-]?\d+)?")
_DEFINES = re.compile(rb"<!(DOCTYPE|ENTITY)")


@dataclass(frozen=True)
class Rules:
    """What becomes of an element (developer guide, "Using the XML format").

    Attributes:
        tag: name of a record's element.
        attribute_prefix: before the names of attributes.
        value_name: of the text of an element that has attributes or inner elements.
        attributes: whether they count.
        empty_is_null: whether an element without a text is null rather than an empty text.
        null: a text that is null, or None.
        strip: whether blanks around texts go.
    """

    tag: str
    attribute_prefix: str
    value_name: str
    attributes: bool
    empty_is_null: bool
    null: str | None
    strip: bool


def records(content: bytes, rules: Rules) -> Iterator[dict[str, Any]]:
    """The records of a document.

    Raises:
        ValueError: it defines entities, or an element is no record but a text.
        xml.etree.ElementTree.ParseError: it is no XML.
    """
    if _DEFINES.search(content[: 1 << 16]):
        raise ValueError("documents with a DOCTYPE are not read")
    yield from records_of(Tree.iterparse(io.BytesIO(content), ("start", "end")), rules)  # noqa: S314 - see above


def records_of(events: Iterable[tuple[str, Any]], rules: Rules) -> Iterator[dict[str, Any]]:
    """The records of a document that is being parsed.

    An empty element is none (developer guide, "Writing XML custom classifiers").

    Args:
        events: `start` and `end` with the element, as `iterparse` gives them.
        rules: what becomes of an element.
    """
    depth = 0
    for event, element in events:
        if _name(element.tag) != rules.tag:
            continue
        depth += 1 if event == "start" else -1
        if event == "end" and not depth:
            if element.text or len(element):
                found = _value(element, rules)
                yield found if isinstance(found, dict) else {rules.value_name: found}
            element.clear()


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]


def _value(element: Any, rules: Rules) -> Any:
    found: dict[str, Any] = {}
    if rules.attributes:
        for name, text in element.attrib.items():
            found[f"{rules.attribute_prefix}{_name(name)}"] = _scalar(text, rules)
    for child in element:
        name, value = _name(child.tag), _value(child, rules)
        known = found.get(name)
        if name not in found:
            found[name] = value
        elif isinstance(known, list):
            known.append(value)
        else:
            found[name] = [known, value]
    text = element.text or ""
    if not found:
        return _scalar(text, rules)
    if text.strip():
        found[rules.value_name] = _scalar(text, rules)
    return found


def _scalar(text: str, rules: Rules) -> Any:
    if rules.strip:
        text = text.strip()
    if text == rules.null or (rules.empty_is_null and not text):
        return None
    plain = text.strip()
    if _WHOLE.fullmatch(plain):
        return int(plain)
    if _NUMBER.fullmatch(plain):
        return float(plain)
    return plain.lower() == "true" if plain.lower() in ("true", "false") else text
