"""The arguments that each function takes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from local_aws.templates.errors import TemplateError

LOGIC = ("Fn::And", "Fn::Or", "Fn::Not", "Fn::Equals", "Condition")
"""What a condition is."""

_VARIABLE = re.compile(r"\$\{([^!}][^}]*)\}")
_VARIABLE_NAME = re.compile(r"[A-Za-z0-9_.: ]+")
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
FIND = "every Fn::FindInMap object requires three parameters, the map name, map key and the attribute for return value"
_SELECT = "Fn::Select requires a list argument with two elements: an integer index and a list"
_IMPORT = "the attribute in Fn::ImportValue must not depend on any resources, imported values, or Fn::GetAZs"


def template_error(text: str) -> TemplateError:
    """An error in the call of a function, in the form of AWS's."""
    return TemplateError(f"Template error: {text}")


@dataclass(frozen=True)
class Names:
    """What functions may name."""

    resources: frozenset[str]
    conditions: frozenset[str]
    mappings: frozenset[str]


def function_of(value: Any) -> str | None:
    """The function that a value is a call of, or None."""
    if isinstance(value, Mapping) and len(value) == 1:
        name = next(iter(value))
        if name.startswith("Fn::") or name == "Ref":
            return str(name)
    return None


def named(value: Any, function: str) -> Iterator[str]:
    """What all calls of one function within a value name."""
    if isinstance(value, Mapping):
        for name, item in value.items():
            if name == function and len(value) == 1 and isinstance(item, str):
                yield item
            yield from named(item, function)
    elif isinstance(value, list):
        for item in value:
            yield from named(item, function)


def _is_call(value: Any) -> bool:
    return function_of(value) is not None


def _is_scalar(value: Any) -> bool:
    return isinstance(value, (str, int, float))


def _list_of(value: Any, *counts: int) -> bool:
    return isinstance(value, list) and len(value) in counts


def _ref(value: Any, _names: Names) -> None:
    if not isinstance(value, str):
        raise template_error("All References must be of type string")


def _condition(value: Any, _names: Names) -> None:
    if not isinstance(value, str):
        raise template_error("All Conditions must be of type string")


def _get_att(value: Any, _names: Names) -> None:
    parts = value.split(".", 1) if isinstance(value, str) else value
    if not _list_of(parts, 2) or not isinstance(parts[0], str) or not all(parts):
        raise template_error(_GET_ATT)
    if not isinstance(parts[1], str) and not _is_call(parts[1]):
        raise template_error(_GET_ATT)


def _sub(value: Any, _names: Names) -> None:
    text, own = (value[0], value[1]) if _list_of(value, 2) else (value, {})
    if not isinstance(text, str) or not isinstance(own, Mapping):
        raise template_error(_SUB)
    if any(not _VARIABLE_NAME.fullmatch(name) for name in _VARIABLE.findall(text)):
        raise template_error(_SUB_NAMES)
    for item in own.values():
        if isinstance(item, list) or (isinstance(item, Mapping) and not _is_call(item)):
            raise template_error(_SUB)


def _join(value: Any, _names: Names) -> None:
    if (
        not _list_of(value, 2)
        or not isinstance(value[0], str)
        or not (isinstance(value[1], list) or _is_call(value[1]))
    ):
        raise template_error(_JOIN)
    if isinstance(value[1], list) and not all(_is_scalar(item) or _is_call(item) for item in value[1]):
        raise template_error(_JOIN)


def _split(value: Any, _names: Names) -> None:
    if not _list_of(value, 2) or not isinstance(value[0], str) or not value[0]:
        raise template_error(_SPLIT)
    if not _is_scalar(value[1]) and not _is_call(value[1]):
        raise template_error(_SPLIT)


def _select(value: Any, _names: Names) -> None:
    if not _list_of(value, 2) or not (isinstance(value[1], list) or _is_call(value[1])):
        raise template_error(_SELECT)
    index, items = value
    if _is_call(index):
        return
    if isinstance(index, bool) or not re.fullmatch(r"[0-9]{1,9}", str(index), re.ASCII):
        raise template_error(_SELECT)
    if isinstance(items, list) and int(index) >= len(items):
        raise template_error(f"Fn::Select cannot select nonexistent value at index {index}")


def _if(value: Any, names: Names) -> None:
    if not isinstance(value, list) or not value or not isinstance(value[0], str):
        raise template_error("Fn::If requires a list argument with the first element being a condition")
    if len(value) != 3:
        raise template_error("Fn::If requires a list argument with three elements")
    if value[0] not in names.conditions:
        raise template_error(f"unresolved condition dependency {value[0]} in Fn::If")


def _find_in_map(value: Any, names: Names) -> None:
    if not _list_of(value, 3, 4) or not all(_is_scalar(item) or _is_call(item) for item in value[:3]):
        raise template_error(FIND)
    if len(value) == 4 and not (isinstance(value[3], Mapping) and "DefaultValue" in value[3]):
        raise template_error(FIND)
    if len(value) == 3 and isinstance(value[0], str) and value[0] not in names.mappings:
        raise template_error(f"Mapping named '{value[0]}' is not present in the 'Mappings' section of template.")


def _cidr(value: Any, _names: Names) -> None:
    if not _list_of(value, 3) or not all(_is_scalar(item) or _is_call(item) for item in value):
        raise template_error(
            "every Fn::Cidr object requires three parameters, an ipBlock, a count and cidrBits"
        )  # unverified
    for item in value[1:]:
        if not _is_call(item) and not re.fullmatch(r"[0-9]{1,3}", str(item), re.ASCII):
            raise template_error("every Fn::Cidr object requires numbers as count and cidrBits")  # unverified


def _base64(value: Any, _names: Names) -> None:
    if not _is_scalar(value) and not _is_call(value):
        raise template_error("every Fn::Base64 object must have a String-typed value.")


def _get_azs(value: Any, _names: Names) -> None:
    if not isinstance(value, str) and not _is_call(value):
        raise template_error("every Fn::GetAZs object must have a String-typed value.")  # unverified


def _import_value(value: Any, names: Names) -> None:
    if not _is_scalar(value) and not _is_call(value):
        raise template_error("the attribute in Fn::ImportValue must be a string or a function that returns a string")
    if any(one in names.resources for one in named(value, "Ref")) or _calls(value, _AT_RUN_TIME):
        raise template_error(_IMPORT)


def _calls(value: Any, functions: tuple[str, ...]) -> bool:
    if isinstance(value, Mapping):
        return any(name in functions or _calls(item, functions) for name, item in value.items())
    return isinstance(value, list) and any(_calls(item, functions) for item in value)


def _equals(value: Any, _names: Names) -> None:
    if not _list_of(value, 2):
        raise template_error("Fn::Equals requires a list argument with two elements")


def _boolean(value: Any) -> bool:
    return isinstance(value, Mapping) and len(value) == 1 and next(iter(value)) in LOGIC


def _several(function: str) -> Callable[[Any, Names], None]:
    def check(value: Any, _names: Names) -> None:
        if not isinstance(value, list) or not 2 <= len(value) <= 10 or not all(map(_boolean, value)):
            raise template_error(
                f"every {function} object requires a list of at least 2 and at most 10 boolean parameters."
            )

    return check


def _not(value: Any, _names: Names) -> None:
    if not _list_of(value, 1) or not _boolean(value[0]):
        raise template_error("every Fn::Not object requires a list with exactly 1 boolean parameter.")


def _length(value: Any, _names: Names) -> None:
    if not isinstance(value, list) and not _is_call(value):
        raise template_error("every Fn::Length object must have a list")  # unverified


def _get_stack_output(value: Any, _names: Names) -> None:
    if not isinstance(value, Mapping) or not {"StackName", "OutputName"} <= set(value):
        raise template_error("every Fn::GetStackOutput object requires StackName and OutputName")  # unverified


def _transform(value: Any, _names: Names) -> None:
    if not isinstance(value, Mapping) or not isinstance(value.get("Name"), str):
        raise template_error("every Fn::Transform object requires a Name")  # unverified


ARGUMENTS: dict[str, Callable[[Any, Names], None]] = {
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
