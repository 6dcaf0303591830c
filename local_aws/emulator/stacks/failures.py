"""A stack that failed and was not rolled back can be updated: what was made is kept, the rest is tried again.

Sources: CloudFormation's user guide, "Choose how to handle failures when provisioning resources"; the sentence of a
refusal is of public reports. RollbackStack goes back behind all failures, to the last stable state.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from local_aws.emulator.protocol import Response

Params = dict[str, Any]
Stack = dict[str, Any]

_FAILED = ("CREATE_FAILED", "UPDATE_FAILED")
_BEFORE = "_failed_before"
"""Where a stack keeps what would undo its failed operations while it is updated."""


def update_failed_stacks() -> None:
    """Put this into the emulator's CloudFormation. Must come before what wraps its actions for all."""
    from ministack.services.cloudformation import handlers

    actions, unchanged = handlers._ACTION_HANDLERS, handlers._stack_has_no_updates
    actions["UpdateStack"] = _from_failure(actions["UpdateStack"])
    handlers._stack_has_no_updates = lambda stack, *more: _BEFORE not in stack and unchanged(stack, *more)


def _from_failure(update: Callable[[Params], Response]) -> Callable[[Params], Response]:
    from ministack.services.cloudformation import handlers
    from ministack.services.cloudformation.helpers import _error, _p

    def is_true(params: Params, name: str) -> bool:
        return str(_p(params, name)).lower() == "true"

    def handle(params: Params) -> Response:
        stack = handlers._resolve_stack(_p(params, "StackName"))
        operation = (stack or {}).get("_failed_operation")
        if not stack or not operation or stack.get("StackStatus") not in _FAILED:
            return update(params)
        status = stack["StackStatus"]
        if not is_true(params, "DisableRollback"):
            text = (
                f"This stack is currently in a non-terminal [{status}] state. To update the stack from this state, "
                "please use the disable-rollback parameter with update-stack API. To rollback to the last known good "
                "state, use the rollback-stack API"
            )
            refused: Response = _error("ValidationError", text, 400)
            return refused
        kept = {name: stack.get(name) for name in ("_template", "_resolved_params")}
        template = operation["template"]
        if not is_true(params, "UsePreviousTemplate"):  # what neither of them has is removed by the policies of both
            before = (operation.get("previous_stack") or {}).get("_template") or {}
            template = {**template, "Resources": {**before.get("Resources", {}), **template.get("Resources", {})}}
        stack.update(StackStatus="UPDATE_COMPLETE", _template=template, _resolved_params=operation["param_values"])
        stack[_BEFORE] = operation
        answer = update(params)
        if answer[0] >= 300:
            stack.update(StackStatus=status, **kept)
            stack.pop(_BEFORE, None)
        return answer

    return handle


def note_failure(stack: Stack) -> None:
    """Have what undoes an update that ended undo the failed operations before it too, if it failed again."""
    first, last = stack.pop(_BEFORE, None), stack.get("_failed_operation")
    if first and last:
        stack["_failed_operation"] = _both(first, last)


def _both(first: Mapping[str, Any], last: Mapping[str, Any]) -> dict[str, Any]:
    of_both = {name: list(dict.fromkeys([*first[name], *last[name]])) for name in ("created", "replaced_ids")}
    before = {name: first[name] for name in ("is_update", "previous_stack", "previous_tags")}
    return {**last, **before, **of_both}
