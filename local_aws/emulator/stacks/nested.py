"""Nested stacks (AWS::CloudFormation::Stack): stacks like others, which their parent makes, changes and deletes.

The emulator makes their resources in a loop of its own, which knows no transforms, exports, rollback or policies.
"""

from __future__ import annotations

import copy
import secrets
import string
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from local_aws.emulator.stacks.corrections import export_in_use
from local_aws.emulator.stacks.tasks import wait_for
from local_aws.emulator.templates.documents import read_document

Properties = Mapping[str, Any]
Made = tuple[str, dict[str, Any]]
Stack = dict[str, Any]

_TYPE = "AWS::CloudFormation::Stack"
_KEPT = "_resources _template _template_body _resolved_params _conditions Parameters Tags Outputs".split()
"""What an update that fails gives back."""

_DEEPEST, _MOST_NESTED = 20, 500
"""Levels of stacks, and stacks below one: a template that nests itself would go on for ever (AWS's are unverified)."""

_LETTERS = string.ascii_uppercase + string.digits
_LONGEST_NAME = 128


class _Wanted(NamedTuple):
    """What the properties of a nested stack ask for."""

    body: str
    template: dict[str, Any]
    values: dict[str, Any]
    conditions: dict[str, bool]
    tags: list[dict[str, str]]
    topics: list[str]


def nest_stacks() -> None:
    """Put this in the place of the emulator's. Must come after what wraps how resources are made."""
    from ministack.services.cloudformation import provisioners, stacks

    provisioners._RESOURCE_HANDLERS[_TYPE] = {
        "create": _create,
        "update": _update,
        "update_with_logical_id": True,
        "delete": _delete,
    }
    update = _always(stacks._update_resource)
    for module in (provisioners, stacks):
        module._update_resource = update


def _always(update: Callable[..., Any]) -> Callable[..., Any]:
    """A nested stack is looked at whenever its parent is updated: another template may be at the same address."""

    def update_resource(resource_type: str, physical_id: str, old: Any, new: Any, *more: Any) -> Any:
        if resource_type == _TYPE and old == new:
            return _update(physical_id, old, new, *more[:2])
        return update(resource_type, physical_id, old, new, *more)

    return update_resource


def _wanted(properties: Properties, parent: str, before: Mapping[str, Any] | None) -> _Wanted:
    from ministack.services.cloudformation import engine, handlers, provisioners

    address = properties.get("TemplateURL")
    if not isinstance(address, str) or not address:
        raise ValueError("Property TemplateURL cannot be empty.")
    given = properties.get("Parameters") or {}
    if any(isinstance(value, (list, Mapping)) for value in given.values()):
        raise ValueError("Value of property Parameters must be an object with String (or simple type) properties")
    told = [{"Key": name, "Value": str(value)} for name, value in given.items()]
    body = read_document(address)
    sent = engine._parse_template(body)
    template = engine._apply_transforms(sent, told, before)
    for one in (sent, template):
        provisioners._check_nested_stack_capabilities(parent, one)
    values = engine._resolve_parameters(template, told, before)
    conditions = engine._evaluate_conditions(template, values)
    handlers.validate_template_support(template, conditions, params=values)
    tags = provisioners._tag_map(properties.get("Tags"))
    shown = [{"Key": key, "Value": value} for key, value in tags.items() if not key.startswith("aws:")]
    return _Wanted(body, template, values, conditions, shown, list(properties.get("NotificationARNs") or []))


def _records(wanted: _Wanted) -> dict[str, Any]:
    """What a stack's record holds of these."""
    shown = [
        {"ParameterKey": name, "ParameterValue": value["Value"], "NoEcho": value["NoEcho"]}
        for name, value in wanted.values.items()
    ]
    return {
        "Description": wanted.template.get("Description", ""),
        "Parameters": shown,
        "Tags": wanted.tags,
        "NotificationARNs": wanted.topics,
        "_template_body": wanted.body,
        "_conditions": wanted.conditions,
    }


# Creation


def _create(logical_id: str, properties: Properties, parent: str) -> Made:
    from ministack.core.responses import get_account_id, get_region, new_uuid, now_iso
    from ministack.services.cloudformation import _stack_events, _stacks, handlers, provisioners

    above = _stacks.get(parent) or {}
    _check_ancestors(above)
    wanted = _wanted(properties, parent, None)
    end = "".join(secrets.choice(_LETTERS) for _ in range(12))
    name = f"{f'{parent}-{logical_id}'[: _LONGEST_NAME - 13]}-{end}"
    stack_id = f"arn:aws:cloudformation:{get_region()}:{get_account_id()}:stack/{name}/{new_uuid()}"
    keeps = bool(above.get("DisableRollback"))
    now = now_iso()
    stack: Stack = {
        "StackName": name,
        "StackId": stack_id,
        "StackStatus": "CREATE_IN_PROGRESS",
        "StackStatusReason": "",
        "CreationTime": now,
        "LastUpdatedTime": now,
        "Outputs": [],
        "DisableRollback": keeps,
        "Capabilities": provisioners._inherited_capabilities(parent),
        "ParentId": above.get("StackId", ""),
        "RootId": above.get("RootId") or above.get("StackId", ""),
        **{key: above[key] for key in ("RoleARN",) if key in above},
        **{key: properties[key] for key in ("TimeoutInMinutes",) if key in properties},
        "_region": get_region(),
        "_resources": {},
        "_template": wanted.template,
        "_resolved_params": wanted.values,
        "_parent_stack_name": parent,
        **_records(wanted),
    }
    _stacks[name], _stack_events[stack_id] = stack, []
    _event(stack, "CREATE_IN_PROGRESS", "User Initiated")
    wait_for(handlers._deploy_stack_async(name, stack_id, wanted.template, wanted.values, keeps, wanted.tags), stack_id)
    if stack["StackStatus"] != "CREATE_COMPLETE":
        reason = _failure(stack, "CREATE_FAILED", "create")
        if not keeps:
            wait_for(handlers._delete_stack_async(name, stack_id), stack_id)
        raise ValueError(f"Embedded stack {stack_id} was not successfully created: {reason}")
    return stack_id, _attributes(stack)


def _check_ancestors(stack: Mapping[str, Any]) -> None:
    """Refuse one more stack below others that are being deleted, or are too many.

    Raises:
        ValueError: why.
    """
    from ministack.services.cloudformation import _stacks

    root = stack.get("RootId") or stack.get("StackId")
    if sum(one.get("RootId") == root for one in _stacks.values()) >= _MOST_NESTED:
        raise ValueError(f"A stack has more than {_MOST_NESTED} nested stacks, the most of the local AWS")
    depth = 0
    while stack:
        depth += 1
        if depth > _DEEPEST:
            raise ValueError(f"Stacks are nested more than {_DEEPEST} deep, the most of the local AWS")
        if str(stack.get("StackStatus")).startswith("DELETE_"):
            raise ValueError("Resource creation cancelled")
        stack = _stacks.get(stack.get("_parent_stack_name")) or {}


def _event(stack: Stack, status: str, reason: str = "") -> None:
    from ministack.services.cloudformation import stacks

    name, stack_id = stack["StackName"], stack["StackId"]
    stacks._add_event(stack_id, name, name, _TYPE, status, reason, stack_id)


def _attributes(stack: Mapping[str, Any]) -> dict[str, Any]:
    return {f"Outputs.{output['OutputKey']}": output["OutputValue"] for output in stack.get("Outputs", [])}


def _failure(stack: Stack, status: str, verb: str) -> str:
    """Which resources of a stack failed in its last operation, or why it did, in AWS's words (public reports)."""
    from ministack.services.cloudformation import _stack_events

    failed: list[str] = []
    for event in reversed(_stack_events.get(stack["StackId"], [])):
        own = event["LogicalResourceId"] == stack["StackName"]
        if own and event["ResourceStatus"] in ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"):
            break
        if event["ResourceStatus"] in (status, "CREATE_FAILED") and not own:
            failed.append(event["LogicalResourceId"])
    if failed:
        return f"The following resource(s) failed to {verb}: [{', '.join(reversed(failed))}]. "
    return str(stack.get("StackStatusReason") or stack["StackStatus"])


# Update


def _update(physical_id: str, _old: Properties, new: Properties, parent: str, _logical_id: str | None = None) -> Made:
    from ministack.core.responses import now_iso
    from ministack.services.cloudformation import handlers

    stack = _found(physical_id)
    if stack is None:
        raise ValueError(f"Stack with id {physical_id} does not exist")
    wanted = _wanted(new, parent, stack.get("_resolved_params"))
    if _is_same(stack, wanted):
        stack["NotificationARNs"] = wanted.topics
        return physical_id, _attributes(stack)
    before = {key: copy.deepcopy(stack[key]) for key in _KEPT}
    stack.update(StackStatus="UPDATE_IN_PROGRESS", StackStatusReason="", LastUpdatedTime=now_iso(), **_records(wanted))
    _event(stack, "UPDATE_IN_PROGRESS")
    name, stack_id = stack["StackName"], stack["StackId"]
    wait_for(
        handlers._deploy_stack_async(
            *(name, stack_id, wanted.template, wanted.values),
            disable_rollback=False,
            tags=wanted.tags,
            is_update=True,
            previous_stack=before,
        ),
        stack_id,
    )
    if stack["StackStatus"] != "UPDATE_COMPLETE":
        reason = _failure(stack, "UPDATE_FAILED", "update")
        text = "was not successfully updated. Currently in UPDATE_ROLLBACK_IN_PROGRESS with reason: "
        raise ValueError(f"Embedded stack {stack_id} {text}{reason}")
    return physical_id, _attributes(stack)


def _is_same(stack: Mapping[str, Any], wanted: _Wanted) -> bool:
    values = {name: value["Value"] for name, value in wanted.values.items()}
    before = {name: value["Value"] for name, value in stack.get("_resolved_params", {}).items()}
    return (wanted.template, values, wanted.tags) == (stack.get("_template"), before, stack.get("Tags"))


def _found(stack_id: str) -> Stack | None:
    from ministack.services.cloudformation import handlers

    found: Stack | None = handlers._resolve_stack(stack_id)
    return None if found is None or found.get("StackStatus") == "DELETE_COMPLETE" else found


# Deletion


def _delete(physical_id: str, _properties: Properties) -> None:
    from ministack.services.cloudformation import handlers

    stack = _found(physical_id)
    if stack is None:
        return
    reason = export_in_use(stack)
    if not reason:
        wait_for(handlers._delete_stack_async(stack["StackName"], stack["StackId"]), stack["StackId"])
        if stack["StackStatus"] == "DELETE_COMPLETE":
            return
        reason = str(stack.get("StackStatusReason") or stack["StackStatus"])
    raise ValueError(f"Embedded stack {stack['StackId']} was not successfully deleted: {reason}")
