"""Change sets as CloudFormation has them, where the emulator's are otherwise.

What they tell of resources is that of change_details.py. A stack that waits for its first change set stays the same
stack when another one is made or refused; changed outputs are a change (the AWS CDK deploys exports so; AWS's guide
says otherwise of updates).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

from local_aws.emulator.protocol import Response
from local_aws.emulator.stacks.change_details import tell_details
from local_aws.emulator.stacks.change_values import show_values

Params = dict[str, Any]


def correct_change_sets() -> None:
    """Put this into the emulator's CloudFormation. Must come before what wraps its actions for all."""
    from ministack.services.cloudformation import handlers

    tell_details()
    actions = handlers._ACTION_HANDLERS
    actions["CreateChangeSet"] = _checked(_in_review(_with_outputs(actions["CreateChangeSet"])))
    actions["UpdateStack"] = _checked(actions["UpdateStack"])
    actions["ExecuteChangeSet"] = _executable(actions["ExecuteChangeSet"])
    actions["DescribeChangeSet"] = show_values(actions["DescribeChangeSet"])


_UPDATABLE = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
)
"""States in which a stack can be updated, by a change set as by UpdateStack (public reports)."""


def _checked(handler: Callable[[Params], Response]) -> Callable[[Params], Response]:
    """Refuse a request with no template, or with two, and one to look into nested stacks."""
    from ministack.services.cloudformation.helpers import _error, _p

    def handle(params: Params) -> Response:
        previous = str(_p(params, "UsePreviousTemplate")).lower() == "true"
        given = [name for name in ("TemplateBody", "TemplateURL") if _p(params, name)]
        refusal = None
        if previous and given:
            refusal = "You cannot specify both usePreviousTemplate and Template Body/Template URL."
        elif len(given) > 1 or not (given or previous):
            refusal = "Either Template URL or Template Body must be specified."
        elif str(_p(params, "IncludeNestedStacks")).lower() == "true":
            refusal = "IncludeNestedStacks is not supported by the local AWS"
        if refusal:
            refused: Response = _error("ValidationError", refusal, 400)
            return refused
        return handler(params)

    return handle


def _in_review(create: Callable[[Params], Response]) -> Callable[[Params], Response]:
    """Keep a stack in REVIEW_IN_PROGRESS, its id and its events, when a further change set is asked for."""
    from ministack.services.cloudformation import _change_sets, _stack_events, _stacks, handlers
    from ministack.services.cloudformation.helpers import _error, _p

    def handle(params: Params) -> Response:
        before = handlers._resolve_stack(_p(params, "StackName"))
        status = "" if before is None else str(before.get("StackStatus"))
        if status not in ("", "DELETE_COMPLETE", "REVIEW_IN_PROGRESS", *_UPDATABLE):
            text = f"Stack:{before['StackId']} is in {status} state and can not be updated."
            refused: Response = _error("ValidationError", text, 400)
            return refused
        if before is None or status != "REVIEW_IN_PROGRESS":
            return create(params)
        name, stack_id = before["StackName"], before["StackId"]
        events = list(_stack_events.get(stack_id) or [])
        code, headers, body = create(params)
        made = _stacks.get(name)
        if made is not None and made is not before:
            _stack_events.pop(made["StackId"], None)
            for change_set in _change_sets.values():
                if change_set["StackId"] == made["StackId"]:
                    change_set["StackId"] = stack_id
            body = body.replace(made["StackId"].encode(), stack_id.encode())
        _stacks[name], _stack_events[stack_id] = before, events
        return code, headers, body

    return handle


def _with_outputs(create: Callable[[Params], Response]) -> Callable[[Params], Response]:
    """Have a change set that changes outputs alone succeed, without changes of resources."""
    from ministack.services.cloudformation import _change_sets, _stacks

    def handle(params: Params) -> Response:
        before = set(_change_sets)
        response = create(params)
        for made in [_change_sets[one] for one in _change_sets if one not in before]:
            stack = _stacks.get(made["StackName"]) or {}
            if (
                made["Status"] == "FAILED"
                and made["ChangeSetType"] == "UPDATE"
                and not made["Changes"]
                and _outputs(made["_template"]) != _outputs(stack.get("_template"))
            ):
                made.update(Status="CREATE_COMPLETE", ExecutionStatus="AVAILABLE", StatusReason="")
        return response

    return handle


def _outputs(template: Mapping[str, Any] | None) -> str:
    return json.dumps((template or {}).get("Outputs", {}), sort_keys=True)


def _executable(execute: Callable[[Params], Response]) -> Callable[[Params], Response]:
    """Refuse in AWS's words (public reports) to execute what has failed or was executed."""
    from ministack.services.cloudformation import changesets
    from ministack.services.cloudformation.helpers import _error, _p

    def handle(params: Params) -> Response:
        _id, found = changesets._find_change_set(_p(params, "ChangeSetName"), _p(params, "StackName"))
        if found and found["ExecutionStatus"] != "AVAILABLE":
            text = f"ChangeSet [{found['ChangeSetId']}] cannot be executed in its current "
            failed = found["Status"] != "CREATE_COMPLETE"
            text += f"status of [{found['Status']}]" if failed else f"execution status of [{found['ExecutionStatus']}]"
            refused: Response = _error("InvalidChangeSetStatus", text, 400)
            return refused
        return execute(params)

    return handle
