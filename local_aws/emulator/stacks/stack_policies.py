"""Stack policies hold: an update that one denies fails at the resource, and the stack is rolled back.

The emulator keeps policies and looks at none. Sources: CloudFormation's user guide, "Prevent updates to stack
resources" (once there is a policy, what it does not allow is denied; Deny is stronger; an update may bring a policy of
its own); the sentences are those of public reports. When in an update AWS refuses a removal is unverified: here after
the changes of the others, which are rolled back.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from fnmatch import fnmatchcase
from typing import Any

from local_aws.emulator.protocol import Response

Params = dict[str, Any]
Stack = dict[str, Any]
Statement = Mapping[str, Any]

_DURING = "_policy_during_update"
_NO_POLICY = "Error validating stack policy: Invalid stack policy"
_TESTS: dict[str, Callable[[str, str], bool]] = {
    "StringEquals": lambda value, wanted: value == wanted,
    "StringLike": fnmatchcase,
}
"""The two operators of conditions that the guide names; their key is ResourceType."""


def hold_stack_policies() -> None:
    """Put this into the emulator's CloudFormation. Must come before what wraps its actions for all."""
    from ministack.services.cloudformation import handlers, provisioners, stacks

    actions = handlers._ACTION_HANDLERS
    actions["UpdateStack"] = _with_policy_of_update(actions["UpdateStack"])
    actions["ExecuteChangeSet"] = _with_policy_of_update(actions["ExecuteChangeSet"])
    update, resolve = provisioners._update_resource, stacks._resolve_stack_outputs

    def updated(kind: str, physical_id: str, old: Any, new: Any, stack: str, logical_id: str = "", *more: Any) -> Any:
        if old != new:
            replaces = stacks._replacing_change(kind, old, new)
            _check(stack, "Update:Replace" if replaces else "Update:Modify", logical_id, kind)
        return update(kind, physical_id, old, new, stack, logical_id, *more)

    def resolving(outputs: Any, conditions: Any, left: Any, *more: Any) -> Any:
        _check_removals(left, more[-2])
        return resolve(outputs, conditions, left, *more)

    for module in (provisioners, stacks):
        module._update_resource = updated
    stacks._resolve_stack_outputs = resolving


def _with_policy_of_update(update: Callable[[Params], Response]) -> Callable[[Params], Response]:
    """Keep the policy that an update brings for itself, until the next one."""
    from ministack.services.cloudformation import handlers
    from ministack.services.cloudformation.helpers import _error, _p, _resolve_document

    def handle(params: Params) -> Response:
        name = "StackPolicyDuringUpdate"
        policy, refusal = _resolve_document(params, f"{name}Body", f"{name}URL", "Stack policy")
        if policy and not _statements(policy):
            refusal = _error("ValidationError", _NO_POLICY, 400)
        if refusal:
            refused: Response = refusal
            return refused
        stack = handlers._resolve_stack(_p(params, "StackName"))
        if stack is not None:
            stack.pop(_DURING, None)
            if policy:
                stack[_DURING] = policy
        return update(params)

    return handle


def _check_removals(left: Mapping[str, Any], stack: str) -> None:
    """Refuse the removal of what the policy keeps, told as that resource's failure; `left` are those that stay."""
    from ministack.services.cloudformation import _stacks, stacks

    records: Mapping[str, Any] = (_stacks.get(stack) or {}).get("_resources") or {}
    for name in [name for name in records if name not in left]:
        kind, physical_id = records[name].get("ResourceType", ""), records[name].get("PhysicalResourceId", "")
        try:
            _check(stack, "Update:Delete", name, kind)
        except ValueError as error:
            stack_id = _stacks[stack]["StackId"]
            stacks._add_event(stack_id, stack, name, kind, "UPDATE_FAILED", str(error), physical_id)
            raise ValueError(f"The following resource(s) failed to update: [{name}]. ") from error


def _check(stack_name: str, action: str, logical_id: str, kind: str) -> None:
    """Raise ValueError, with AWS's words, where the policy in force does not allow the action."""
    from ministack.services.cloudformation import _stacks

    stack = _stacks.get(stack_name) or {}
    policy = stack.get(_DURING) or stack.get("_stack_policy")
    if not policy or stack.get("StackStatus") != "UPDATE_IN_PROGRESS":
        return
    resource = f"LogicalResourceId/{logical_id}"
    meant = [(number, one) for number, one in enumerate(_statements(policy), 1) if _means(one, action, resource, kind)]
    for number, one in meant:
        if one.get("Effect") == "Deny":
            text = f"Statement [#{number}] does not allow [{action}] for resource [{resource}];"
            raise ValueError(f"Action denied by stack policy: {text}")
    if not meant:
        raise ValueError("Action not allowed by stack policy")


def _statements(policy: str) -> list[Statement]:
    """The statements of a policy; none of what is no policy."""
    try:
        found = json.loads(policy)["Statement"]
    except (ValueError, KeyError, TypeError):
        return []
    return [one for one in ([found] if isinstance(found, dict) else found) if isinstance(one, dict)]


def _means(statement: Statement, action: str, resource: str, kind: str) -> bool:
    for name, value in (("Action", action), ("Resource", resource)):
        if name in statement and not _any(statement[name], value):
            return False
        if f"Not{name}" in statement and _any(statement[f"Not{name}"], value):
            return False
    conditions: Mapping[str, Any] = statement.get("Condition") or {}
    return all(
        operator in _TESTS and any(_TESTS[operator](kind, one) for one in _list(keys.get("ResourceType", [])))
        for operator, keys in conditions.items()
    )


def _any(patterns: Any, value: str) -> bool:
    return any(fnmatchcase(value, one) for one in _list(patterns))


def _list(value: Any) -> list[str]:
    return value if isinstance(value, list) else [value]
