"""Names that a template refers to and does not have, which CloudFormation refuses before it makes anything."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
_BLOCKS = ("Resources", "Outputs")


def check_names(template: Mapping[str, Any]) -> None:
    """Refuse a template with a Ref, Fn::GetAtt, Fn::Sub or DependsOn that leads nowhere.

    A template with a Transform is passed over: a macro may make what it refers to.

    Raises:
        ValueError: says which names, in which block (AWS's text, as public issues show it).
    """
    if template.get("Transform"):
        return
    resources = template.get("Resources") or {}
    known = {*resources, *(template.get("Parameters") or {})}
    for block in _BLOCKS:
        absent = {name for name in _names(template.get(block)) if name not in known and not name.startswith("AWS::")}
        if block == "Resources":
            absent |= {name for name in _depended_on(resources) if name not in resources}
        if absent:
            unresolved = f"Unresolved resource dependencies [{', '.join(sorted(absent))}]"
            raise ValueError(f"Template format error: {unresolved} in the {block} block of the template")


def _depended_on(resources: Mapping[str, Any]) -> Iterator[str]:
    for resource in resources.values():
        names = resource.get("DependsOn") if isinstance(resource, Mapping) else None
        yield from [names] if isinstance(names, str) else filter(lambda name: isinstance(name, str), names or ())


def _names(value: Any) -> Iterator[str]:
    """All that a part of a template refers to."""
    if isinstance(value, list):
        for item in value:
            yield from _names(item)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if name == "Ref" and len(value) == 1 and isinstance(item, str):
                yield item
            elif name == "Fn::GetAtt":
                first = item[0] if isinstance(item, list) and item else item
                if isinstance(first, str):
                    yield first.partition(".")[0]
            elif name == "Fn::Sub":
                yield from _of_sub(item)
            else:
                yield from _names(item)


def _of_sub(item: Any) -> Iterator[str]:
    text, own = (item[0], item[1]) if isinstance(item, list) and len(item) > 1 else (item, {})
    yield from _names(own)
    if isinstance(text, str):
        for name in _VARIABLE.findall(text):
            if name not in own:
                yield name.strip().partition(".")[0]
