"""An update tells only of the resources that it changes; the others keep the status and the time that they had.

The emulator looks at each resource of a template and tells of an update of each, of new ones too, whose creation AWS
tells. On AWS events of an update are those of the resources that a change set would name (public stack histories), and
of nested stacks, which are looked at in every update of their parent. That a change of Metadata or of a policy alone
has events is unverified.
"""

from __future__ import annotations

import contextvars
from collections.abc import Callable, Collection, Mapping
from typing import Any

Properties = Mapping[str, Any]

_NESTED = "AWS::CloudFormation::Stack"
_ATTRIBUTES = ("Type", "Metadata", "CreationPolicy", "UpdatePolicy", "DeletionPolicy", "UpdateReplacePolicy")
"""What of a resource's definition counts beside its properties: as in change sets, where DependsOn does not."""

_BEGUN, _DONE = "UPDATE_IN_PROGRESS", "UPDATE_COMPLETE"
_OF_UPDATES, _OF_CREATIONS = "UPDATE_", "CREATE_"
_KEPT = ("ResourceStatus", "Timestamp")


class _Update:
    """One update of a stack: what was there before, and the resource at which it is."""

    def __init__(self, before: Mapping[str, Any], template: Mapping[str, Any], imports: Collection[str]) -> None:
        self._records: Mapping[str, Any] = before.get("_resources") or {}
        self._old: Mapping[str, Any] = (before.get("_template") or {}).get("Resources") or {}
        self._new: Mapping[str, Any] = template.get("Resources") or {}
        self._imports = imports
        self._begun: tuple[str, Callable[[], None]] | None = None
        self._unchanged = ""

    def is_new(self, logical_id: str) -> bool:
        """Whether this update makes the resource."""
        return logical_id not in self._records and logical_id not in self._imports

    def begins(self, logical_id: str, tell: Callable[[], None]) -> None:
        """A resource's turn: whether that is told shows itself when its properties are known."""
        self.tell()
        if logical_id in self._records:
            self._begun = logical_id, tell
        else:
            tell()  # an import

    def tell(self) -> None:
        """Tell what has begun."""
        begun, self._begun = self._begun, None
        if begun is not None:
            begun[1]()

    def compares(self, kind: str, old: Properties, new: Properties) -> None:
        """The properties of the resource at which it is, as they were and as they are to be, with the stack's tags."""
        if self._begun is None:
            return
        logical_id = self._begun[0]
        whole = str(self._records[logical_id].get("ResourceStatus")).endswith("_COMPLETE")
        if kind != _NESTED and whole and old == new and self._same_attributes(logical_id):
            self._begun, self._unchanged = None, logical_id
        else:
            self.tell()

    def ends(self, stack: str, logical_id: str) -> bool:
        """Whether this is the end of a resource that is as it was; its record then is as it was, too."""
        if logical_id != self._unchanged:
            return False
        self._unchanged = ""
        before = self._records[logical_id]
        _record(stack, logical_id).update({name: before[name] for name in _KEPT if name in before})
        return True

    def _same_attributes(self, logical_id: str) -> bool:
        old, new = self._old.get(logical_id, {}), self._new.get(logical_id, {})
        return all(old.get(name) == new.get(name) for name in _ATTRIBUTES)


_current: contextvars.ContextVar[_Update | None] = contextvars.ContextVar("update", default=None)


def note_update(
    before: Mapping[str, Any] | None, template: Mapping[str, Any], imports: Collection[str] | None = None
) -> None:
    """Say what a stack was before the operation that begins now, which runs in a context of its own; None: it is new.

    Resources that it imports have events of their own.
    """
    _current.set(None if before is None else _Update(before, template, imports or ()))


def tell_of_changes_alone() -> None:
    """Put this into the emulator's stacks. Must come before what gives reasons to events."""
    from ministack.services.cloudformation import stacks

    stacks._add_event = _of_changes(stacks._add_event)
    compare = stacks._custom_named_replacement_error  # the first to be given both

    def comparing(kind: str, old: Properties, new: Properties, *more: Any) -> Any:
        update = _current.get()
        if update is not None:
            update.compares(kind, old, new)
        return compare(kind, old, new, *more)

    stacks._custom_named_replacement_error = comparing


def _of_changes(add_event: Callable[..., None]) -> Callable[..., None]:
    def add(
        stack_id: str, stack: str, logical_id: str, resource_type: str, status: str, *more: Any, **named: Any
    ) -> None:
        update = _current.get()
        if update is not None and logical_id == stack and resource_type == _NESTED:
            _current.set(update := None)  # the stack's own event: what follows is clean-up or rollback
        if update is not None and status.startswith(_OF_UPDATES) and update.is_new(logical_id):
            status = _OF_CREATIONS + status.removeprefix(_OF_UPDATES)
            if status.endswith("_COMPLETE"):
                _record(stack, logical_id)["ResourceStatus"] = status

        def tell() -> None:
            add_event(stack_id, stack, logical_id, resource_type, status, *more, **named)

        if update is None:
            tell()
        elif status == _BEGUN:
            update.begins(logical_id, tell)
        elif status != _DONE or not update.ends(stack, logical_id):
            update.tell()
            tell()

    return add


def _record(stack: str, logical_id: str) -> dict[str, Any]:
    from ministack.services.cloudformation import _stacks

    found: dict[str, Any] = _stacks[stack]["_resources"][logical_id]
    return found
