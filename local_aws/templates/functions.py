"""The functions of a template: which there are, their arguments, and the conditions that they name."""

from __future__ import annotations

import graphlib
from collections.abc import Mapping
from typing import Any

from local_aws.templates.arguments import ARGUMENTS, FIND, LOGIC, Names, function_of, named, template_error
from local_aws.templates.errors import TemplateError

_SUPPORTED = (
    "Fn::Base64 Fn::GetAtt Fn::GetAZs Fn::ImportValue Fn::Join Fn::Split Fn::FindInMap Fn::Select Ref Fn::Equals "
    "Fn::If Fn::Not Condition Fn::And Fn::Or Fn::Contains Fn::EachMemberEquals Fn::EachMemberIn Fn::ValueOf "
    "Fn::ValueOfAll Fn::RefAll Fn::Sub Fn::Cidr"
).split()
"""In AWS's order, as its sentence has them."""

_EXTENSIONS = ("Fn::Length", "Fn::ToJsonString")
_MORE = frozenset(("Fn::Transform", "Fn::GetStackOutput", *_EXTENSIONS))
_KNOWN = _MORE.union(_SUPPORTED)
_MAX_CHAIN = 100
"""Conditions are worked out one within the other."""


def check_functions(template: Mapping[str, Any]) -> None:
    """Refuse unknown functions and wrong arguments in resources and outputs, and conditions that are not there.

    Raises:
        TemplateError: says which.
    """
    conditions = frozenset(template.get("Conditions", {}))
    resources = frozenset(template["Resources"])
    mappings = frozenset(template.get("Mappings", {}))
    for block in ("Resources", "Outputs"):
        names = Names(resources, conditions, mappings)
        for member in filter(_is_map, template.get(block, {}).values()):  # a loop that no transform expands is none
            condition = member.get("Condition")
            if condition is not None and condition not in conditions:
                text = f"Unresolved condition dependency {condition} in the {block} block of the template"
                raise TemplateError(f"Template format error: {text}")
            for part in ("Properties", "Value", "Export", "CreationPolicy", "UpdatePolicy"):
                _check_value(member.get(part), names)


def _is_map(value: Any) -> bool:
    return isinstance(value, Mapping)


def check_conditions(template: Mapping[str, Any]) -> None:
    """Refuse conditions that are no boolean operations, name what is not there, or name each other in a circle.

    Raises:
        TemplateError: says which.
    """
    conditions = template.get("Conditions", {})
    mappings = frozenset(template.get("Mappings", {}))
    names = Names(frozenset(template["Resources"]), frozenset(conditions), mappings)
    known = {*template.get("Parameters", {}), *conditions}
    uses: dict[str, set[str]] = {}
    for name, condition in conditions.items():
        if not (isinstance(condition, Mapping) and len(condition) == 1 and next(iter(condition)) in LOGIC):
            text = "Conditions can only be boolean operations on parameters and other conditions"
            raise TemplateError(f"Template format error: {text}")
        _check_value(condition, names, logic=True)
        uses[name] = set(named(condition, "Condition"))
        absent = sorted(uses[name] - names.conditions)
        if absent:
            text = f"Unresolved condition dependency {absent[0]} in the Conditions block of the template"
            raise TemplateError(f"Template format error: {text}")
        wrong = sorted(one for one in named(condition, "Ref") if one not in known and not one.startswith("AWS::"))
        if wrong:
            text = "Cannot reference resources in the Conditions block of the template"
            raise TemplateError(f"Template format error: Unresolved dependencies [{', '.join(wrong)}]. {text}")
    circle = circular(uses)
    if circle:
        raise TemplateError(f"Template format error: Circular dependency between conditions: [{', '.join(circle)}]")
    if _longest(uses) > _MAX_CHAIN:
        raise TemplateError(
            f"Template format error: more than {_MAX_CHAIN} conditions name each other in a chain (on the local AWS)"
        )


def check_extensions(template: Mapping[str, Any]) -> None:
    """Refuse what only AWS::LanguageExtensions allows in a template that does not declare it.

    Loops have their own check, when transforms are carried out.

    Raises:
        TemplateError: says which; that of Fn::FindInMap is unverified.
    """
    for resource in template["Resources"].values():
        for policy in ("DeletionPolicy", "UpdateReplacePolicy"):
            if isinstance(resource, Mapping) and isinstance(resource.get(policy), Mapping):
                raise TemplateError(f"Template format error: Every {policy} member must be a string.")
    _check_no_extension([template.get(section) for section in ("Resources", "Outputs", "Conditions")])


def _check_no_extension(value: Any) -> None:
    if isinstance(value, list):
        for item in value:
            _check_no_extension(item)
    elif isinstance(value, Mapping):
        for name, item in value.items():
            if name in _EXTENSIONS:
                raise _unsupported(name)
            if name == "Fn::FindInMap" and isinstance(item, list) and len(item) == 4:
                raise template_error(FIND)
            _check_no_extension(item)


def _unsupported(name: str) -> TemplateError:
    supported = ", ".join(_SUPPORTED)
    return template_error(f"Encountered unsupported function: {name[:255]} Supported functions are: [{supported}]")


def circular(uses: Mapping[str, set[str]]) -> list[str]:
    """The names of one circle of a graph, in the graph's order; none where there is no circle."""
    try:
        graphlib.TopologicalSorter(uses).prepare()
    except graphlib.CycleError as error:
        circle = set(error.args[1])
        return [name for name in uses if name in circle]
    return []


def _longest(uses: Mapping[str, set[str]]) -> int:
    """How many names of a graph without circles are used one by the other at most."""
    lengths: dict[str, int] = {}
    for name in graphlib.TopologicalSorter(uses).static_order():
        lengths[name] = 1 + max((lengths[other] for other in uses.get(name, ())), default=0)
    return max(lengths.values(), default=0)


def _check_value(value: Any, names: Names, *, logic: bool = False) -> None:
    """Check all calls within a value; `logic` within a condition, where `Condition` is one."""
    if isinstance(value, list):
        for item in value:
            _check_value(item, names, logic=logic)
        return
    if not isinstance(value, Mapping):
        return
    for name in value:
        if name.startswith("Fn::") and name not in _KNOWN:
            raise _unsupported(name)
    calls = [name for name in value if name.startswith("Fn::") and name != "Fn::Transform"]
    if calls and len(value) > 1:
        others = [name for name in value if name != calls[0]]
        raise template_error(
            f"{calls[0]} must be the only key of its map, there is also {others[0][:255]}"
        )  # unverified
    name = function_of(value)
    if name is None and logic and len(value) == 1 and "Condition" in value:
        name = "Condition"
    if name is not None and name in ARGUMENTS:
        ARGUMENTS[name](value[name], names)
    for item in value.values():
        _check_value(item, names, logic=logic)
