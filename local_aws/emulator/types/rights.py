"""What a stack does to a resource, it does with the rights of whoever asked, or of the stack's role.

The emulator's resource types work on its stores without asking anybody. On AWS, CloudFormation calls each service with
the caller's credentials (user guide, "Controlling access with IAM" and "CloudFormation service role").
"""

from __future__ import annotations

import contextvars
import functools
import re
from collections.abc import Callable, Container, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

from local_aws.emulator.iam.needs import Need, check
from local_aws.emulator.identity import caller_access_key, calling_as, request_scope
from local_aws.emulator.types.imports import NOW
from local_aws.emulator.types.taken_names import contradiction

Properties = Mapping[str, Any]
Verb = Literal["create", "update", "delete", "import"]

_CLOUDFORMATION = "cloudformation.amazonaws.com"
_HOLDING_ROOT = "AWS::S3::"
"""How types are called whose own policies hold for the root user too; of all others nothing needs to be worked out."""


@dataclass(frozen=True)
class Change:
    """What a stack does to a resource.

    Attributes:
        kind: the resource's type.
        verb: create, update in place, delete, import.
        stack: name of the stack; "" where the emulator does not tell it.
        logical_id: the resource's name in the template; "" where the emulator does not tell it.
        physical_id: "" before the resource is made.
        old: properties before; none before it is made.
        new: properties after; none after it is deleted.
    """

    kind: str
    verb: Verb
    stack: str = ""
    logical_id: str = ""
    physical_id: str = ""
    old: Properties = field(default_factory=dict)
    new: Properties = field(default_factory=dict)


Needed = Callable[[Change], Iterable[Need]]

_REPLACING: contextvars.ContextVar[tuple[str, Callable[[Change], None]] | None] = contextvars.ContextVar(
    "replacing", default=None
)
"""The type of what is being updated, and how its rights are asked."""


def plug_rights(own: Container[str], needed: Needed) -> None:
    """Have the rights to what is done to a resource asked before it is done.

    Must come after all types that are really there, and before the stand-ins, behind which is nothing.

    Args:
        own: types that ask for themselves.
        needed: (change) -> the rights that it needs.
    """
    from ministack.services.cloudformation import custom_resource, provisioners

    handlers = provisioners._RESOURCE_HANDLERS
    for kind, handler in list(handlers.items()):
        asking = handler if kind in own else _asking(handler, kind, needed)
        handlers[kind] = {name: _forwarding(part) if callable(part) else part for name, part in asking.items()}
    provisioners._rename_replacement = _replacing(provisioners._rename_replacement)
    custom_resource.invoke_custom_resource = _invoking(custom_resource.invoke_custom_resource)


def _is_root() -> bool:
    from ministack.core.iam_evaluator import is_root_access_key

    key = caller_access_key()
    return bool(key) and bool(is_root_access_key(key))


def _forwarding(work: Callable[..., Any]) -> Callable[..., Any]:
    """Have policies see that CloudFormation asks, also where a type asks for itself."""

    @functools.wraps(work)
    def forwarding(*args: Any, **named: Any) -> Any:
        with calling_as(_CLOUDFORMATION):
            return work(*args, **named)

    return forwarding


def _asking(handler: Mapping[str, Any], kind: str, needed: Needed) -> dict[str, Any]:
    """The handlers of a type, each of which asks first."""

    def check_change(change: Change) -> None:
        if kind.startswith(_HOLDING_ROOT) or not _is_root():
            check(needed(change))

    def creating(logical_id: str, properties: dict[str, Any], stack: str, *more: Any) -> Any:
        check_change(Change(kind, "create", stack, logical_id, new=properties))
        return handler["create"](logical_id, properties, stack, *more)

    def updating(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, *more: Any) -> Any:
        logical_id = str(more[0]) if more and more[0] else ""
        check_change(Change(kind, "update", stack, logical_id, physical_id, old, new))
        token = _REPLACING.set((kind, check_change))
        try:
            return handler["update"](physical_id, old, new, stack, *more)
        finally:
            _REPLACING.reset(token)

    def deleting(physical_id: str, properties: dict[str, Any], *more: Any) -> Any:
        check_change(Change(kind, "delete", physical_id=physical_id, old=properties))
        return handler["delete"](physical_id, properties, *more)

    def keeping(physical_id: str, properties: dict[str, Any]) -> Any:
        """A final snapshot is part of the deletion, and none is taken of what may not be deleted."""
        check_change(Change(kind, "delete", physical_id=physical_id, old=properties))
        return handler["snapshot"](physical_id, properties)

    def importing(identifier: dict[str, Any]) -> Any:
        """Later updates are held against what the template says now; so all of it needs the rights to set it."""
        check_change(Change(kind, "import", new=identifier))
        made = handler["import"](identifier)
        imported = NOW.get()
        if imported is not None:
            stack, logical_id, properties = imported
            said = contradiction(kind, made[0], identifier, properties)
            if said:
                raise ValueError(said)
            new = {name: value for name, value in properties.items() if name not in identifier}
            check_change(Change(kind, "update", stack, logical_id, made[0], new=new))
        return made

    asking = {"create": creating, "update": updating, "delete": deleting, "import": importing, "snapshot": keeping}
    return {**handler, **{name: ask for name, ask in asking.items() if name in handler}}


def _replacing(rename: Callable[..., Any]) -> Callable[..., Any]:
    """What an update makes and deletes by itself needs the rights to both."""

    def renaming(
        physical_id: str,
        old: Properties,
        new: Properties,
        stack: str,
        logical_id: str,
        declared: Any,
        current: Any,
        *more: Any,
        **named: Any,
    ) -> Any:
        asked = _REPLACING.get()
        if asked is not None and (current is None or declared != current):
            kind, ask = asked
            ask(Change(kind, "create", stack, logical_id or physical_id, new=new))
            if current is not None:
                ask(Change(kind, "delete", physical_id=physical_id, old=old))
        return rename(physical_id, old, new, stack, logical_id, declared, current, *more, **named)

    return renaming


def _invoking(invoke: Callable[..., Any]) -> Callable[..., Any]:
    """Custom resources ask for the right to call their function (public reports)."""

    def invoke_custom_resource(request: str, logical_id: str, properties: Properties, *more: Any, **named: Any) -> Any:
        token = properties.get("ServiceToken")
        _check_token(token)
        with calling_as(_CLOUDFORMATION):
            check([Need("lambda:InvokeFunction", str(token))])
        return invoke(request, logical_id, properties, *more, **named)

    return invoke_custom_resource


def _check_token(token: object) -> None:
    """A token is the ARN of a function or topic of the stack's region (template reference, "CustomResource").

    The emulator takes names of functions too, and any ARN that ends in one, to whose functions nobody asks for a right.

    Raises:
        ValueError: it is none (the text is unverified), or that of a topic.
    """
    region = re.escape(request_scope().region)
    if not isinstance(token, str) or not re.fullmatch(
        rf"arn:aws:(lambda:{region}:\d{{12}}:function:[\w-]+(:[\w$-]+)?|sns:{region}:\d{{12}}:[\w.-]+)", token, re.ASCII
    ):
        raise ValueError(f"Invalid ServiceToken: {token} is no ARN of a function or topic of {request_scope().region}")
    if token.startswith("arn:aws:sns:"):
        raise ValueError("A custom resource whose ServiceToken is an SNS topic is not supported by the local AWS")
