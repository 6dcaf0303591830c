"""Stand-ins in the emulator's stacks: resources of types that it has not, and what is said of them."""

from __future__ import annotations

from collections.abc import Callable, Container, Iterable, Mapping
from typing import Any, Protocol

from local_aws.emulator.protocol import Response
from local_aws.emulator.types.own_types import Made

NOT_SIMULATED = "NOT SIMULATED"
"""How the reason of each resource that is not simulated begins."""

_UNRECOGNIZED = (
    "Template format error: Unrecognized resource types: [{}] (AWS has them; the local AWS makes stand-ins for them, "
    "but not with strict=true)"
)
_CUSTOM = "AWS::CloudFormation::CustomResource"
_CUSTOM_ID = "not-simulated-"
"""How the physical id of a custom resource begins whose function does not run here."""
_CUSTOM_REASON = f"{NOT_SIMULATED}: the function that makes it does not run on the local AWS"

_types: set[str] = set()


class StandIn(Protocol):
    """How stand-ins of one type are made; a ValueError's text becomes the status reason."""

    @property
    def replaced_by(self) -> Container[object]:
        """Properties of the top level whose change gives a resource with another id."""

    def create(self, logical_id: str, properties: Mapping[str, Any], stack: str) -> Made:
        """Make one."""

    def update(self, made: Made, old: Mapping[str, Any], new: Mapping[str, Any], logical_id: str, stack: str) -> Made:
        """Change one, or make another where the physical id is another."""


class Reason(Protocol):
    """Why a resource is not simulated."""

    def __call__(self, resource_type: str, properties: Mapping[str, Any], *, is_stand_in: bool) -> str:
        """The text that begins with NOT_SIMULATED; empty for a resource that is simulated."""


def is_stand_in(resource_type: str) -> bool:
    """Whether resources of that type are stand-ins, which are made on a thread of their own."""
    return resource_type in _types


def plug_stand_ins(types: Iterable[str], make: Callable[[str], StandIn], reason: Reason, *, strict: bool) -> None:
    """Have stacks make stand-ins for the types that the emulator has not.

    Must come after all types that really are there.

    Args:
        types: names of all types that AWS has.
        make: name of a type -> how its stand-ins are made.
        reason: what stacks say of a resource; empty where it is simulated.
        strict: refuse templates with such types instead. What is there already is still deleted.
    """
    from ministack.services.cloudformation import changesets, handlers, provisioners, stacks

    missing = [name for name in types if name not in provisioners._RESOURCE_HANDLERS]
    missing = [name for name in missing if not name.startswith("AWS::Serverless::") and name.count("::") == 2]
    for name in missing:
        stand_in = make(name)
        provisioners._RESOURCE_HANDLERS[name] = {"create": stand_in.create, "delete": _delete}
        provisioners._REPLACING_PROPERTIES[name] = _Lazily(stand_in)
    _types.clear()
    _types.update(missing)
    _update_in_place(make, reason)
    _stand_in_for_custom_resources(reason)
    stacks._add_event = _with_reasons(stacks._add_event, reason)
    handlers._ACTION_HANDLERS["ListStackResources"] = _listing_reasons(handlers._ACTION_HANDLERS["ListStackResources"])
    if strict:
        for module in (handlers, changesets):
            module.validate_template_support = _refusing(module.validate_template_support)


def _delete(_physical_id: str, _properties: Mapping[str, Any]) -> None:
    """Nothing is behind it."""


class _Lazily:
    """The names of properties that replace a resource, asked for when a change set asks: they are in its schema."""

    def __init__(self, stand_in: StandIn) -> None:
        self._stand_in = stand_in

    def __contains__(self, name: object) -> bool:
        return name in self._stand_in.replaced_by


def _refusing(validate: Callable[..., None]) -> Callable[..., None]:
    def validate_template_support(template: Mapping[str, Any], conditions: Mapping[str, bool], **more: Any) -> None:
        validate(template, conditions, **more)
        resources = (template.get("Resources") or {}).values() if not template.get("Transform") else ()
        made = [one for one in resources if conditions.get(one.get("Condition", ""), True)]
        missing = {one["Type"] for one in made if one.get("Type") in _types}
        if missing:
            raise ValueError(_UNRECOGNIZED.format(", ".join(sorted(missing))))

    return validate_template_support


def _update_in_place(make: Callable[[str], StandIn], reason: Reason) -> None:
    """A stand-in's update keeps what was made up for it, which the emulator does not hand to handlers."""
    from ministack.services.cloudformation import provisioners, stacks

    inner = provisioners._update_resource

    def update(
        resource_type: str,
        physical_id: str,
        old: dict[str, Any],
        new: dict[str, Any],
        stack: str,
        logical_id: str | None = None,
        attributes: dict[str, Any] | None = None,
    ) -> Made:
        if physical_id.startswith(_CUSTOM_ID) and _is_custom(resource_type) and _does_not_run(new, reason):
            return physical_id, _Anything(attributes or {})
        if resource_type not in _types:
            found: Made = inner(resource_type, physical_id, old, new, stack, logical_id, attributes)
            return found
        if old == new and attributes:
            return physical_id, attributes
        return make(resource_type).update((physical_id, attributes or {}), old, new, logical_id or physical_id, stack)

    for module in (provisioners, stacks):
        module._update_resource = update


# What is said


def _with_reasons(add_event: Callable[..., None], reason: Reason) -> Callable[..., None]:
    def add(
        stack_id: str,
        stack_name: str,
        logical_id: str,
        resource_type: str,
        status: str,
        given: str = "",
        physical_id: str = "",
        *more: Any,
        **others: Any,
    ) -> None:
        given, physical_id = others.pop("reason", given), others.pop("physical_id", physical_id)
        if status in ("CREATE_COMPLETE", "UPDATE_COMPLETE") and not given:
            record = _record(stack_name, logical_id)
            given = _reason(resource_type, physical_id, record.get("Properties") or {}, reason)
            if given:
                record["ResourceStatusReason"] = given
        add_event(stack_id, stack_name, logical_id, resource_type, status, given, physical_id, *more, **others)

    return add


def _reason(resource_type: str, physical_id: str, properties: Mapping[str, Any], reason: Reason) -> str:
    if _is_custom(resource_type):
        return _CUSTOM_REASON if physical_id.startswith(_CUSTOM_ID) else ""
    return reason(resource_type, properties, is_stand_in=resource_type in _types)


def _record(stack_name: str, logical_id: str) -> dict[str, Any]:
    """What the stack keeps of a resource that was made just now."""
    from ministack.services.cloudformation import _stacks

    found: dict[str, Any] = (_stacks.get(stack_name) or {}).get("_resources", {}).get(logical_id, {})
    return found


def _listing_reasons(list_resources: Callable[..., Response]) -> Callable[..., Response]:
    """ListStackResources tells reasons as DescribeStackResources does, which the emulator's does not."""
    from ministack.services.cloudformation import handlers

    def listed(params: dict[str, Any]) -> Response:
        status, headers, body = list_resources(params)
        stack = handlers._resolve_stack(handlers._p(params, "StackName")) or {}
        for logical_id, record in stack.get("_resources", {}).items():
            name = f"<LogicalResourceId>{handlers._esc(logical_id)}</LogicalResourceId>".encode()
            body = body.replace(name, name + handlers._resource_status_reason_xml(record).encode())
        return status, headers, body

    return listed


# Custom resources


class _Anything(dict[str, Any]):
    """Attributes of a custom resource whose function would have chosen them: whichever a template asks for is there."""

    def __contains__(self, name: object) -> bool:
        return isinstance(name, str)

    def __missing__(self, name: str) -> str:
        self[name] = f"{_CUSTOM_ID}{name}"
        return str(self[name])


def _is_custom(resource_type: str) -> bool:
    return resource_type.startswith("Custom::") or resource_type == _CUSTOM


def _stand_in_for_custom_resources(reason: Reason) -> None:
    """Custom resources whose function is a stand-in are stand-ins; nothing is called when they are deleted."""
    from ministack.core.responses import new_uuid
    from ministack.services.cloudformation import custom_resource

    inner = custom_resource.invoke_custom_resource

    def invoke(
        request: str,
        logical_id: str,
        properties: dict[str, Any],
        stack_name: str,
        stack_id: str,
        resource_type: str,
        physical_id: str | None = None,
        old_props: dict[str, Any] | None = None,
    ) -> Made:
        if request == "Delete" and (physical_id or "").startswith(_CUSTOM_ID):
            return str(physical_id), {}
        if request == "Create" and _does_not_run(properties, reason):
            return f"{_CUSTOM_ID}{logical_id}-{new_uuid()[:8]}", _Anything()
        found: Made = inner(
            request, logical_id, properties, stack_name, stack_id, resource_type, physical_id, old_props
        )
        return found

    custom_resource.invoke_custom_resource = invoke


def _does_not_run(properties: Mapping[str, Any], reason: Reason) -> bool:
    """Whether the ServiceToken is that of a function or another resource that is not simulated."""
    from ministack.services import lambda_svc
    from ministack.services.cloudformation import _stacks

    token = properties.get("ServiceToken")
    if not isinstance(token, str) or not token:
        return False
    _, function, _ = lambda_svc._get_func_record_for_ref(token)
    if function:
        return bool(reason("AWS::Lambda::Function", function, is_stand_in=False))
    for stack in list(_stacks.values()):
        for record in list(stack.get("_resources", {}).values()):
            if str(record.get("ResourceStatusReason", "")).startswith(NOT_SIMULATED):
                names = (record.get("PhysicalResourceId"), *(record.get("Attributes") or {}).values())
                if any(name == token for name in names):
                    return True
    return False
