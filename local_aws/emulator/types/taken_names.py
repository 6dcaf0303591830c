"""What a stack makes is made over nothing: under a name that is taken, a resource fails.

On AWS a create handler must answer AlreadyExists where there is one of its primary identifier (resource type handler
contract). Many of the emulator's write over it, and a rollback then deletes what was there before.

A name that CloudFormation makes up has a random end on AWS; one of the emulator's that is taken gets another end.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Mapping
from importlib import import_module
from typing import Any

from local_aws.emulator.types.names_kept import KEPT, Kept

Properties = Mapping[str, Any]

_BEFORE: contextvars.ContextVar[Properties | None] = contextvars.ContextVar("properties_before", default=None)
"""What a resource had that is being updated."""


_REVERTING: contextvars.ContextVar[bool] = contextvars.ContextVar("reverting", default=False)
"""Whether a failed update is taken back: the resource gets what it had, and may still have."""


def refuse_taken_names() -> None:
    """Have resources of the emulator's types fail that would be made over others.

    Must come after what makes more of a resource than the emulator's handlers do, so that nothing of it is done.
    """
    from ministack.services.cloudformation import provisioners, stacks

    for kind, kept in KEPT.items():
        _refusing(provisioners._RESOURCE_HANDLERS[kind], kind, kept)
    provision, update = provisioners._provision_resource, provisioners._update_resource

    def provisioned(kind: str, logical_id: str, properties: dict[str, Any], stack: str, *more: Any) -> Any:
        if kind in KEPT and _BEFORE.get() is None:
            _find_free_name(KEPT[kind], logical_id, properties, stack)
        return provision(kind, logical_id, properties, stack, *more)

    def updated(kind: str, physical_id: str, old: dict[str, Any], new: dict[str, Any], *more: Any) -> Any:
        if kind in KEPT:
            old, new = _with_own_name(KEPT[kind], physical_id, old, new, *more)
        token = _BEFORE.set(old)
        try:
            return update(kind, physical_id, old, new, *more)
        finally:
            _BEFORE.reset(token)

    for module in (provisioners, stacks):
        module._provision_resource = provisioned
        module._update_resource = updated
    revert = stacks._revert_update

    async def reverting(*args: Any, **named: Any) -> Any:
        token = _REVERTING.set(True)
        try:
            return await revert(*args, **named)
        finally:
            _REVERTING.reset(token)

    stacks._revert_update = reverting


def _refusing(handler: dict[str, Any], kind: str, kept: Kept) -> None:
    create = handler["create"]

    def creating(logical_id: str, properties: dict[str, Any], stack: str, *more: Any) -> Any:
        before = _BEFORE.get()
        if before is None or _identity(kept, before) != _identity(kept, properties):
            _check(kind, kept, _name(kept, logical_id, properties, stack), properties)
        return create(logical_id, properties, stack, *more)

    handler["create"] = creating
    if "update" in handler:
        handler["update"] = _not_moving(handler["update"], kind, kept)


def _not_moving(update: Callable[..., Any], kind: str, kept: Kept) -> Callable[..., Any]:
    def updating(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, *more: Any) -> Any:
        given = new.get(kept.name)
        if given and not _REVERTING.get() and _identity(kept, old) != _identity(kept, new):
            _check(kind, kept, str(given), new)
        return update(physical_id, old, new, stack, *more)

    return updating


def _identity(kept: Kept, properties: Properties) -> list[Any]:
    return [properties.get(each) for each in (kept.name, *kept.within)]


def _with_own_name(
    kept: Kept,
    physical_id: str,
    old: dict[str, Any],
    new: dict[str, Any],
    stack: str,
    logical_id: str | None = None,
    *_: Any,
) -> tuple[dict[str, Any], dict[str, Any]]:
    """The properties with the name of what was imported under one that no template says: it is not given another."""
    if old.get(kept.name) or new.get(kept.name) or kept.within:
        return old, new
    own, made_up = name_in(physical_id), kept.made_up(stack, logical_id or physical_id, old)
    if not made_up or own == made_up:
        return old, new
    return {**old, kept.name: own}, {**new, kept.name: own}


def name_in(physical_id: str) -> str:
    """The name that an ARN, a queue's URL or a name ends in."""
    if physical_id.startswith("arn:"):
        return physical_id.rpartition(":")[2].rpartition("/")[2]
    return physical_id.rpartition("/")[2] if physical_id.startswith(("http:", "https:")) else physical_id


def contradiction(kind: str, physical_id: str, identifier: Mapping[str, str], properties: Properties) -> str:
    """Why a template does not describe the resource that it is to import; "" where it does."""
    wanted = dict(identifier)
    if kind in KEPT and not KEPT[kind].within:
        wanted[KEPT[kind].name] = name_in(physical_id)
    for name, value in wanted.items():
        if properties.get(name) not in (None, "", value, physical_id):
            return f"The template's {name} is not that of the resource to import: {value}"  # text unverified
    return ""


def _check(kind: str, kept: Kept, name: str, properties: Properties) -> None:
    if name and _is_taken(kept, name, properties):
        raise ValueError(kept.says.format(kind=kind, name=name))


def _is_taken(kept: Kept, name: str, properties: Properties) -> bool:
    module, _, store = kept.store.partition(".")
    records = getattr(import_module(f"ministack.services.{module}"), store)
    return any(kept.is_it(name, properties, key, record) for key, record in list(records.items()))


def _name(kept: Kept, logical_id: str, properties: Properties, stack: str) -> str:
    """The template's name, or the one that is made up; "" where that is random anyway."""
    declared = properties.get(kept.name)
    return str(declared) if declared else kept.made_up(stack, logical_id, properties)


def _find_free_name(kept: Kept, logical_id: str, properties: Properties, stack: str) -> None:
    """Give the made-up name another end where it is taken; the emulator keeps the seed with the resource."""
    from ministack.services.cloudformation import provisioners

    if not properties.get(kept.name) and _is_taken(kept, _name(kept, logical_id, properties, stack), properties):
        provisioners._NAME_SEED.set(provisioners.new_uuid()[:8])
