"""How stacks in progress end that do not end by themselves: an exception stopped them, or the end of the local AWS."""

from __future__ import annotations

from typing import Any

Stack = dict[str, Any]

INTERRUPTED = "The local AWS ended while this ran"
_KIND = "AWS::CloudFormation::Stack"

_ENDS = {
    "CREATE_IN_PROGRESS": "CREATE_FAILED",
    "ROLLBACK_IN_PROGRESS": "ROLLBACK_FAILED",
    "UPDATE_IN_PROGRESS": "UPDATE_ROLLBACK_FAILED",
    "UPDATE_ROLLBACK_IN_PROGRESS": "UPDATE_ROLLBACK_FAILED",
    "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS": "UPDATE_ROLLBACK_COMPLETE",
    "DELETE_IN_PROGRESS": "DELETE_FAILED",
    "IMPORT_IN_PROGRESS": "IMPORT_ROLLBACK_FAILED",
    "IMPORT_ROLLBACK_IN_PROGRESS": "IMPORT_ROLLBACK_FAILED",
}
"""A status in which something runs -> the one that it has when that ended without having said how.

REVIEW_IN_PROGRESS is none: there a stack waits for its change set.
"""


def end_stack(stack: Stack, stack_id: str, reason: str) -> None:
    """Give a stack in progress the status of its failure."""
    from ministack.services.cloudformation.stacks import _add_event

    status = _ENDS.get(str(stack.get("StackStatus")))
    if status is not None:
        stack.update(StackStatus=status, StackStatusReason=reason)
        _add_event(stack_id, stack["StackName"], stack["StackName"], _KIND, status, reason, stack_id)


def settle_interrupted() -> None:
    """Give each stack and change set that a restart finds in progress the status of its failure."""
    from ministack.core.responses import new_uuid, now_iso
    from ministack.services.cloudformation import _change_sets, _stack_events, _stacks

    for (account, region, _name), stack in list(_stacks._data.items()):
        status = _ENDS.get(str(stack.get("StackStatus")))
        if status is None:
            continue
        reason = "" if status.endswith("_COMPLETE") else INTERRUPTED
        stack.update(StackStatus=status, StackStatusReason=reason)
        events = _stack_events._data.setdefault((account, region, stack["StackId"]), [])
        events.append({
            "StackId": stack["StackId"],
            "StackName": stack["StackName"],
            "EventId": new_uuid(),
            "LogicalResourceId": stack["StackName"],
            "PhysicalResourceId": stack["StackId"],
            "ResourceType": _KIND,
            "ResourceStatus": status,
            "ResourceStatusReason": reason,
            "Timestamp": now_iso(),
        })  # fmt: skip
    for change_set in _change_sets._data.values():
        if change_set.get("ExecutionStatus") == "EXECUTE_IN_PROGRESS":
            change_set["ExecutionStatus"] = "EXECUTE_FAILED"
