"""Conditions of templates, worked out with all functions and pseudo parameters that CloudFormation takes there.

The emulator's own know Ref of a parameter and Fn::Select: for it AWS::Region is the text "AWS::Region". A list
parameter without a value is an empty list; for it that is a list of one empty text.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Mapping
from typing import Any

from local_aws.templates.arguments import LOGIC
from local_aws.templates.scalars import text_of

Params = dict[str, Any]

_stack: contextvars.ContextVar[tuple[str, str]] = contextvars.ContextVar("stack", default=("", ""))
"""Name and id of the stack that a request is about; the id is empty where it is being made."""


def work_out_conditions() -> None:
    """Put these into the emulator's CloudFormation. Must come before what wraps its actions."""
    from ministack.services.cloudformation import changesets, engine, handlers, language_extensions, stacks

    resolve = _with_empty_lists(engine._resolve_refs, engine._rule_inner_type)
    for module in (engine, handlers, changesets, stacks):
        module._resolve_refs = resolve
        module._evaluate_conditions = evaluate_conditions
    language_extensions._ref_value = _without_empty_items(language_extensions._ref_value)
    for action, handler in handlers._ACTION_HANDLERS.items():
        handlers._ACTION_HANDLERS[action] = _noting_stack(handler)


def evaluate_conditions(template: Mapping[str, Any], params: Mapping[str, Any]) -> dict[str, bool]:
    """Work out the conditions of a template that has been checked.

    Args:
        template: its scalars are texts where texts are taken.
        params: name -> the emulator's record of its value.

    Returns:
        Name -> whether it holds, of all.

    Raises:
        ValueError: a function cannot be worked out, such as Fn::FindInMap of what is not there.
    """
    from ministack.services.cloudformation import engine

    declared, mappings = template.get("Conditions", {}), template.get("Mappings", {})
    found: dict[str, bool] = {}

    def value_of(value: Any) -> Any:
        return engine._resolve_refs(value, {}, params, {}, mappings, *_stack.get())

    def holds(condition: Any) -> bool:
        function = next(iter(condition)) if isinstance(condition, Mapping) else None
        if function not in LOGIC:
            return bool(text_of(condition) == "true")
        given = condition[function]
        if function == "Condition":
            if given not in found:
                found[given] = holds(declared[given])
            return found[given]
        if function == "Fn::Equals":
            left, right = (value_of(value) for value in given)
            return bool(text_of(left) == text_of(right))
        if function == "Fn::Not":
            return not holds(given[0])
        several = [holds(value) for value in given]
        return all(several) if function == "Fn::And" else any(several)

    for name in declared:
        found[name] = holds({"Condition": name})
    return found


def _with_empty_lists(resolve: Callable[..., Any], inner_type: Callable[[str], tuple[str, bool]]) -> Callable[..., Any]:
    def resolve_refs(value: Any, resources: Any, params: Any, *more: Any) -> Any:
        if isinstance(value, dict) and len(value) == 1 and "Ref" in value:
            given = params.get(value["Ref"])
            if given is not None and given["Value"] == "" and inner_type(given.get("Type", "String"))[1]:
                return []
        return resolve(value, resources, params, *more)

    return resolve_refs


def _without_empty_items(ref_value: Callable[..., Any]) -> Callable[..., Any]:
    def value_of_ref(*args: Any) -> Any:
        value = ref_value(*args)
        return [] if value == [""] else value

    return value_of_ref


def _noting_stack(handler: Callable[[Params], Any]) -> Callable[[Params], Any]:
    from ministack.services.cloudformation import changesets, handlers
    from ministack.services.cloudformation.helpers import _p

    def handle(params: Params) -> Any:
        name = _p(params, "StackName")
        if not name and _p(params, "ChangeSetName"):
            name = (changesets._find_change_set(_p(params, "ChangeSetName"))[1] or {}).get("StackName", "")
        stack = (handlers._resolve_stack(name) if name else None) or {}
        token = _stack.set((stack.get("StackName", name), stack.get("StackId", "")))
        try:
            return handler(params)
        finally:
            _stack.reset(token)

    return handle
