"""Updates of resources that need a new one: which do, by the registry's schemas, and what the events tell of the old.

The emulator knows the create-only properties of some types, and deletes what was replaced without a word. On AWS the
stack is in UPDATE_COMPLETE_CLEANUP_IN_PROGRESS meanwhile, and that of a rolled-back update likewise.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any

from local_aws.emulator.types.own_types import replaces
from local_aws.templates import registry

_KIND = "AWS::CloudFormation::Stack"
_CLEANS = {
    "UPDATE_COMPLETE": "UPDATE_COMPLETE_CLEANUP_IN_PROGRESS",
    "UPDATE_ROLLBACK_COMPLETE": "UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS",
}
_KEYED_BY_MORE = frozenset(
    """
    AWS::ApiGatewayV2::Stage AWS::AutoScaling::ScheduledAction AWS::Cognito::UserPoolResourceServer
    AWS::EKS::Nodegroup AWS::Logs::MetricFilter AWS::Logs::SubscriptionFilter
    """.split()
)
"""Types whose physical id is not all that tells one from another: the emulator's own update replaces them."""

_STREAM = "AWS::Logs::LogStream"

_NAMED = {"AWS::EC2::SecurityGroup": "GroupName"}
"""More types that are not replaced under a name of the template's (seen in public reports)."""


def replace_as_the_registry_says(types: Iterable[str]) -> None:
    """Have a changed create-only property of these types make another resource."""
    from ministack.services.cloudformation import provisioners, stacks

    for kind in types:
        if kind not in _KEYED_BY_MORE:
            known = provisioners._REPLACING_PROPERTIES.get(kind, ())
            provisioners._REPLACING_PROPERTIES[kind] = _CreateOnly(kind, known)
    for kind, name in _NAMED.items():
        provisioners._CUSTOM_NAME_REPLACEMENT[kind] = {"name": name}
    refused = provisioners._custom_named_replacement_error

    def by_name(kind: str, old: Mapping[str, Any], new: Mapping[str, Any], _physical_id: str | None = None) -> Any:
        """The sentence names the name, not the physical id (seen in public reports)."""
        return refused(kind, old, new)

    inner = stacks._replacing_change

    def replacing(kind: str, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        """Whether the event is to say so."""
        if kind in replaces and replaces[kind](old, new):
            return True
        known = _CreateOnly(kind, ()) if kind in _KEYED_BY_MORE else ()
        return inner(kind, old, new) or any(old.get(name) != new.get(name) for name in {*old, *new} if name in known)

    provisioners._replace_resource = _forgetting(provisioners._replace_resource)
    provisioners._custom_named_replacement_error = by_name
    stacks._replacing_change = replacing


def _forgetting(replace: Callable[..., Any]) -> Callable[..., Any]:
    """Delete the old stream of a log group, too, where another group has the new one under the same name."""
    from ministack.services.cloudformation import provisioners

    def replace_resource(kind: str, physical_id: str, old: dict[str, Any], *more: Any) -> Any:
        made = replace(kind, physical_id, old, *more)
        if kind == _STREAM and made[0] == physical_id:
            provisioners._delete_predecessor(provisioners._RESOURCE_HANDLERS[kind]["delete"], physical_id, old)
        return made

    return replace_resource


class _CreateOnly:
    """The names of properties whose change needs a new resource: those of the schema, read when a change asks."""

    def __init__(self, kind: str, known: Container[str]) -> None:
        self._kind, self._known = kind, known

    def __contains__(self, name: object) -> bool:
        return name in self._known or f"/properties/{name}" in registry.schema(self._kind).get(
            "createOnlyProperties", ()
        )


def tell_of_the_clean_up() -> None:
    """Have events and the stack's status tell of what an update deletes at its end."""
    from ministack.services.cloudformation import stacks

    stacks._add_event = _with_clean_up(stacks._add_event)
    stacks._delete_resource = _telling(stacks._delete_resource)


def _with_clean_up(add_event: Callable[..., None]) -> Callable[..., None]:
    def add(
        stack_id: str, stack: str, logical_id: str, resource_type: str, status: str, *more: Any, **named: Any
    ) -> None:
        clean = _CLEANS.get(status)
        if clean and resource_type == _KIND and logical_id == stack and _last(stack_id, stack) != clean:
            add_event(stack_id, stack, stack, _KIND, clean, "", stack_id)
        add_event(stack_id, stack, logical_id, resource_type, status, *more, **named)

    return add


def _last(stack_id: str, stack: str) -> str:
    """The status that the last event of the stack itself tells."""
    from ministack.services.cloudformation import _stack_events

    own = (each for each in reversed(_stack_events.get(stack_id, [])) if each["LogicalResourceId"] == stack)
    last: dict[str, Any] = next(own, {})
    return str(last.get("ResourceStatus", ""))


def _telling(delete: Callable[..., None]) -> Callable[..., None]:
    def delete_resource(
        kind: str, physical_id: str, properties: dict[str, Any], stack_name: str = "", logical_id: str = ""
    ) -> None:
        from ministack.services.cloudformation import _stacks, stacks

        stack: dict[str, Any] = _stacks.get(stack_name) or {}
        clean = _CLEANS["UPDATE_COMPLETE"]
        if stack.get("StackStatus") not in ("UPDATE_IN_PROGRESS", clean):
            delete(kind, physical_id, properties, stack_name, logical_id)  # the emulator tells of these
            return
        stack_id = stack["StackId"]
        if stack["StackStatus"] != clean:
            stack["StackStatus"] = clean
            stacks._add_event(stack_id, stack_name, stack_name, _KIND, clean, physical_id=stack_id)
        stacks._add_event(stack_id, stack_name, logical_id, kind, "DELETE_IN_PROGRESS", physical_id=physical_id)
        delete(kind, physical_id, properties, stack_name, logical_id)
        stacks._add_event(stack_id, stack_name, logical_id, kind, "DELETE_COMPLETE", physical_id=physical_id)

    return delete_resource
