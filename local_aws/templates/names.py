"""Names that a template refers to and does not have, and circles of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.templates.errors import TemplateError
from local_aws.templates.functions import circular

_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
_BLOCKS = ("Resources", "Outputs")


def check_names(template: Mapping[str, Any]) -> None:
    """Refuse a template with a Ref, Fn::GetAtt, Fn::Sub or DependsOn that leads nowhere.

    A template with a Transform is passed over: a macro may make what it refers to.

    Raises:
        TemplateError: says which names, in which block (AWS's text, as public issues show it).
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
            raise TemplateError(f"Template format error: {unresolved} in the {block} block of the template")


def check_left_out(template: Mapping[str, Any], conditions: Mapping[str, bool]) -> None:
    """Refuse references to resources that a condition leaves out, from what is made and from outputs that are shown.

    Of an Fn::If only the branch that is taken counts. A DependsOn of such a resource is passed over.

    Args:
        template: has been checked, without transforms.
        conditions: name -> whether it holds, of all.

    Raises:
        TemplateError: says which, in which block (AWS's text; of outputs it has no prefix, as public tests show).
    """
    out = {name for name, resource in template["Resources"].items() if not _holds(resource, conditions)}
    if not out:
        return
    for block, prefix in (("Resources", "Template format error: "), ("Outputs", "")):
        shown = [member for member in template.get(block, {}).values() if _holds(member, conditions)]
        parts = [[member.get(part) for part in ("Properties", "Value", "Export")] for member in shown]
        found = out.intersection(_names(_taken(parts, conditions)))
        if found:
            unresolved = f"Unresolved resource dependencies [{', '.join(sorted(found))}]"
            raise TemplateError(f"{prefix}{unresolved} in the {block} block of the template")


def _holds(member: Any, conditions: Mapping[str, bool]) -> bool:
    return isinstance(member, Mapping) and conditions.get(member.get("Condition", ""), True)


def check_circles(template: Mapping[str, Any], conditions: Mapping[str, bool] | None = None) -> None:
    """Refuse resources that wait for each other.

    Args:
        template: its functions are well-formed.
        conditions: name -> whether it holds. Of an Fn::If only the branch that is taken counts, as on AWS; without
            the conditions none does, and resources with a condition count as there.

    Raises:
        TemplateError: says which resources (AWS's text, as public issues show it).
    """
    resources = {
        name: resource
        for name, resource in template["Resources"].items()
        if isinstance(resource, Mapping) and (conditions or {}).get(resource.get("Condition", ""), True)
    }
    uses = {}
    for name, resource in resources.items():
        named = set(_names(_taken(resource.get("Properties"), conditions)))
        uses[name] = {*named, *_depended_on({name: resource})} & resources.keys()
    circle = [name for name, used in uses.items() if name in used][:1] or circular(uses)
    if circle:
        raise TemplateError(f"Circular dependency between resources: [{', '.join(circle)}]")


def _taken(value: Any, conditions: Mapping[str, bool] | None) -> Any:
    if isinstance(value, list):
        return [_taken(item, conditions) for item in value]
    if not isinstance(value, Mapping):
        return value
    if set(value) == {"Fn::If"}:
        branches = value["Fn::If"]
        if conditions is None or len(branches) != 3:
            return None
        return _taken(branches[1 if conditions.get(branches[0]) else 2], conditions)
    return {name: _taken(item, conditions) for name, item in value.items()}


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
