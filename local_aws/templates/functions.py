"""The functions of a template: which there are, their arguments, and the conditions that they name."""

from __future__ import annotations

import graphlib
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.templates.reading import TemplateError

_SUPPORTED = (
    "Fn::Base64 Fn::GetAtt Fn::GetAZs Fn::ImportValue Fn::Join Fn::Split Fn::FindInMap Fn::Select Ref Fn::Equals "
    "Fn::If Fn::Not Condition Fn::And Fn::Or Fn::Contains Fn::EachMemberEquals Fn::EachMemberIn Fn::ValueOf "
    "Fn::ValueOfAll Fn::RefAll Fn::Sub Fn::Cidr"
).split()
"""In AWS's order, as its sentence has them."""

_MORE = frozenset(("Fn::Transform", "Fn::GetStackOutput", "Fn::Length", "Fn::ToJsonString"))
_KNOWN = _MORE.union(_SUPPORTED)
_LOGIC = ("Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition")
_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
_VARIABLE_NAME = re.compile(r"[A-Za-z0-9_.: ]+")
_MAX_CHAIN = 100
"""Conditions are worked out one within the other."""

_AT_RUN_TIME = ("Fn::GetAtt", "Fn::ImportValue", "Fn::GetAZs")

_JOIN = (
    "every Fn::Join object requires two parameters, (1) a string delimiter and (2) a list of strings to be joined or a "
    "function that returns a list of strings (such as Fn::GetAZs) to be joined."
)
_SPLIT = (
    "every Fn::Split object requires two parameters, (1) a string delimiter and (2) a string to be split or a function "
    "that returns a string to be split."
)
_SUB = (
    "One or more Fn::Sub intrinsic functions don't specify expected arguments. Specify a string as first argument, and "
    "an optional second argument to specify a mapping of values to replace in the string"
)
_SUB_NAMES = (
    "variable names in Fn::Sub syntax must contain only alphanumeric characters, underscores, periods, and colons"
)
_GET_ATT = "every Fn::GetAtt object requires two non-empty parameters, the resource name and the resource attribute"
_FIND = "every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value"
_SELECT = "Fn::Select requires a list argument with two elements: an integer index and a list"
_IMPORT = "the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs"


def _error(text: str) -> TemplateError:
    return TemplateError(f"Template error: {text}")


@dataclass(frozen=True)
class _Names:
    """What functions may name."""

    resources: frozenset[str]
    conditions: frozenset[str]
    mappings: frozenset[str]
    block: str


def function_of(value: Any) -> str | None:
    """The function that a value is a call of, or None."""
    if isinstance(value, Mapping) and len(value) == 1:
        name = next(iter(value))
        if name.startswith("Fn::") or name == "Ref":
            return str(name)
    return None


def check_functions(template: Mapping[str, Any]) -> None:
    """Refuse unknown functions and wrong arguments in resources and outputs, and conditions that are not there.

    Raises:
        TemplateError: says which.
    """
    conditions = frozenset(template.get("Conditions", {}))
    resources = frozenset(template["Resources"])
    mappings = frozenset(template.get("Mappings", {}))
    for block in ("Resources", "Outputs"):
        names = _Names(resources, conditions, mappings, block)
        for member in template.get(block, {}).values():
            condition = member.get("Condition")
            if condition is not None and condition not in conditions:
                text = f"Unresolved condition dependency {condition} in the {block} block of the template"
                raise TemplateError(f"Template format error: {text}")
            for part in ("Properties", "Value", "Export", "CreationPolicy", "UpdatePolicy"):
                _check_value(member.get(part), names)


def check_conditions(template: Mapping[str, Any]) -> None:
    """Refuse conditions that are no boolean operations, name what is not there, or name each other in a circle.

    Raises:
        TemplateError: says which.
    """
    conditions = template.get("Conditions", {})
    mappings = frozenset(template.get("Mappings", {}))
    names = _Names(frozenset(template["Resources"]), frozenset(conditions), mappings, "Conditions")
    known = {*template.get("Parameters", {}), *conditions}
    uses: dict[str, set[str]] = {}
    for name, condition in conditions.items():
        if not (isinstance(condition, Mapping) and len(condition) == 1 and next(iter(condition)) in _LOGIC):
            text = "Conditions can only be boolean operations on parameters and other conditions"
            raise TemplateError(f"Template format error: {text}")
        _check_value(condition, names, logic=True)
        uses[name] = set(_named(condition, "Condition"))
        absent = sorted(uses[name] - names.conditions)
        if absent:
            text = f"Unresolved condition dependency {absent[0]} in the Conditions block of the template"
            raise TemplateError(f"Template format error: {text}")
        wrong = sorted(one for one in _named(condition, "Ref") if one not in known and not one.startswith("AWS::"))
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


def _named(value: Any, function: str) -> Iterator[str]:
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name == function and len(value) == 1 and isinstance(item, str):
                yield item
            yield from _named(item, function)
    elif isinstance(value, list):
        for item in value:
            yield from _named(item, function)


def _check_value(value: Any, names: _Names, *, logic: bool = False) -> None:
    """Check all calls within a value; `logic` within a condition, where `Condition` is one."""
    if isinstance(value, list):
        for item in value:
            _check_value(item, names, logic=logic)
        return
    if not isinstance(value, Mapping):
        return
    for name in value:
        if name.startswith("Fn::") and name not in _KNOWN:
            supported = ", ".join(_SUPPORTED)
            raise _error(f"Encountered unsupported function: {name[:255]} Supported functions are: [{supported}]")
    calls = [name for name in value if name.startswith("Fn::") and name != "Fn::Transform"]
    if calls and len(value) > 1:
        others = [name for name in value if name != calls[0]]
        raise _error(f"{calls[0]} must be the only key of its map, there is also {others[0][:255]}")  # unverified
    name = function_of(value)
    if name is None and logic and len(value) == 1 and "Condition" in value:
        name = "Condition"
    if name is not None and name in _ARGUMENTS:
        _ARGUMENTS[name](value[name], names)
    for item in value.values():
        _check_value(item, names, logic=logic)


# The arguments of each


def _is_call(value: Any) -> bool:
    return function_of(value) is not None


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (str, int, float))


def _list_of(value: Any, *counts: int) -> bool:
    return isinstance(value, list) and len(value) in counts


def _ref(value: Any, _names: _Names) -> None:
    if not isinstance(value, str):
        raise _error("All References must be of type string")


def _condition(value: Any, _names: _Names) -> None:
    if not isinstance(value, str):
        raise _error("All Conditions must be of type string")


def _get_att(value: Any, _names: _Names) -> None:
    parts = value.split(".", 1) if isinstance(value, str) else value
    if not _list_of(parts, 2) or not isinstance(parts[0], str) or not all(parts):
        raise _error(_GET_ATT)
    if not isinstance(parts[1], str) and not _is_call(parts[1]):
        raise _error(_GET_ATT)


def _sub(value: Any, _names: _Names) -> None:
    text, own = (value[0], value[1]) if _list_of(value, 2) else (value, {})
    if not isinstance(text, str) or not isinstance(own, Mapping):
        raise _error(_SUB)
    if any(not _VARIABLE_NAME.fullmatch(name) for name in _VARIABLE.findall(text)):
        raise _error(_SUB_NAMES)
    for item in own.values():
        if isinstance(item, list) or (isinstance(item, Mapping) and not _is_call(item)):
            raise _error(_SUB)


def _join(value: Any, _names: _Names) -> None:
    if (
        not _list_of(value, 2)
        or not isinstance(value[0], str)
        or not (isinstance(value[1], list) or _is_call(value[1]))
    ):
        raise _error(_JOIN)
    if isinstance(value[1], list) and not all(_is_scalar(item) or _is_call(item) for item in value[1]):
        raise _error(_JOIN)


def _split(value: Any, _names: _Names) -> None:
    if not _list_of(value, 2) or not isinstance(value[0], str) or not value[0]:
        raise _error(_SPLIT)
    if not _is_scalar(value[1]) and not _is_call(value[1]):
        raise _error(_SPLIT)


def _select(value: Any, _names: _Names) -> None:
    if not _list_of(value, 2) or not (isinstance(value[1], list) or _is_call(value[1])):
        raise _error(_SELECT)
    index, items = value
    if _is_call(index):
        return
    if isinstance(index, bool) or not re.fullmatch(r"[0-9]{1,9}", str(index), re.ASCII):
        raise _error(_SELECT)
    if isinstance(items, list) and int(index) >= len(items):
        raise _error(f"Fn::Select cannot select nonexistent value at index {index}")


def _if(value: Any, names: _Names) -> None:
    if not isinstance(value, list) or not value or not isinstance(value[0], str):
        raise _error("Fn::If requires a list argument with the first element being a condition")
    if len(value) != 3:
        raise _error("Fn::If requires a list argument with three elements")
    if value[0] not in names.conditions:
        raise _error(f"unresolved condition dependency {value[0]} in Fn::If")


def _find_in_map(value: Any, names: _Names) -> None:
    if not _list_of(value, 3, 4) or not all(_is_scalar(item) or _is_call(item) for item in value[:3]):
        raise _error(_FIND)
    if len(value) == 4 and not (isinstance(value[3], Mapping) and "DefaultValue" in value[3]):
        raise _error(_FIND)
    if len(value) == 3 and isinstance(value[0], str) and value[0] not in names.mappings:
        raise _error(f"Mapping named '{value[0]}' is not present in the 'Mappings' section of template.")


def _cidr(value: Any, _names: _Names) -> None:
    if not _list_of(value, 3) or not all(_is_scalar(item) or _is_call(item) for item in value):
        raise _error("every Fn::Cidr object requires three parameters, an ipBlock, a count and cidrBits")  # unverified
    for item in value[1:]:
        if not _is_call(item) and not re.fullmatch(r"[0-9]{1,3}", str(item), re.ASCII):
            raise _error("every Fn::Cidr object requires numbers as count and cidrBits")  # unverified


def _base64(value: Any, _names: _Names) -> None:
    if not _is_scalar(value) and not _is_call(value):
        raise _error("every Fn::Base64 object must have a String-typed value.")


def _get_azs(value: Any, _names: _Names) -> None:
    if not isinstance(value, str) and not _is_call(value):
        raise _error("every Fn::GetAZs object must have a String-typed value.")  # unverified


def _import_value(value: Any, names: _Names) -> None:
    if not _is_scalar(value) and not _is_call(value):
        raise _error("the attribute in Fn::ImportValue must be a string or a function that returns a string")
    if any(one in names.resources for one in _named(value, "Ref")) or _calls(value, _AT_RUN_TIME):
        raise _error(_IMPORT)


def _calls(value: Any, functions: tuple[str, ...]) -> bool:
    if isinstance(value, Mapping):
        return any(name in functions or _calls(item, functions) for name, item in value.items())
    return isinstance(value, list) and any(_calls(item, functions) for item in value)


def _equals(value: Any, _names: _Names) -> None:
    if not _list_of(value, 2):
        raise _error("Fn::Equals requires a list argument with two elements")


def _boolean(value: Any) -> bool:
    return isinstance(value, Mapping) and len(value) == 1 and next(iter(value)) in _LOGIC


def _several(function: str) -> Callable[[Any, _Names], None]:
    def check(value: Any, _names: _Names) -> None:
        if not isinstance(value, list) or not 2 <= len(value) <= 10 or not all(map(_boolean, value)):
            raise _error(f"every {function} object requires a list of at least 2 and at most 10 boolean parameters.")

    return check


def _not(value: Any, _names: _Names) -> None:
    if not _list_of(value, 1) or not _boolean(value[0]):
        raise _error("every Fn::Not object requires a list with exactly 1 boolean parameter.")


def _length(value: Any, _names: _Names) -> None:
    if not isinstance(value, list) and not _is_call(value):
        raise _error("every Fn::Length object must have a list")  # unverified


def _get_stack_output(value: Any, _names: _Names) -> None:
    if not isinstance(value, Mapping) or not {"StackName", "OutputName"} <= set(value):
        raise _error("every Fn::GetStackOutput object requires StackName and OutputName")  # unverified


def _transform(value: Any, _names: _Names) -> None:
    if not isinstance(value, Mapping) or not isinstance(value.get("Name"), str):
        raise _error("every Fn::Transform object requires a Name")  # unverified


_ARGUMENTS: dict[str, Callable[[Any, _Names], None]] = {
    "Ref": _ref,
    "Condition": _condition,
    "Fn::GetAtt": _get_att,
    "Fn::Sub": _sub,
    "Fn::Join": _join,
    "Fn::Split": _split,
    "Fn::Select": _select,
    "Fn::If": _if,
    "Fn::FindInMap": _find_in_map,
    "Fn::Cidr": _cidr,
    "Fn::Base64": _base64,
    "Fn::GetAZs": _get_azs,
    "Fn::ImportValue": _import_value,
    "Fn::Equals": _equals,
    "Fn::And": _several("Fn::And"),
    "Fn::Or": _several("Fn::Or"),
    "Fn::Not": _not,
    "Fn::Length": _length,
    "Fn::GetStackOutput": _get_stack_output,
    "Fn::Transform": _transform,
}
