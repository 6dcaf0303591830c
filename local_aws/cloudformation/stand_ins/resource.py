"""Create, update, replace and delete of a stand-in."""

from __future__ import annotations

import secrets
import string
from collections.abc import Mapping
from typing import Any

from local_aws import emulator
from local_aws.cloudformation.stand_ins.checking import check
from local_aws.cloudformation.stand_ins.values import Values
from local_aws.emulator import Made
from local_aws.templates import registry

_LETTERS = string.ascii_uppercase + string.digits


class StandIn:
    """What CloudFormation makes for a type that this machine has not; a ValueError's text is the failure's reason."""

    def __init__(self, resource_type: str) -> None:
        self._type = resource_type

    @property
    def replaced_by(self) -> frozenset[str]:
        """The properties of the top level whose change, or that of a part of them, needs a new resource."""
        return frozenset(path[0] for path in self._create_only())

    def create(self, logical_id: str, properties: Mapping[str, Any], stack: str) -> Made:
        """Check the properties, and make up identifiers and attributes."""
        check(self._type, logical_id, properties)
        scope, ending = emulator.request_scope(), "".join(secrets.choice(_LETTERS) for _ in range(12))
        values = Values(self._type, f"{stack}-{logical_id}-{ending}", properties, scope.region, scope.account_id)
        return values.ref(), values.attributes()

    def update(self, made: Made, old: Mapping[str, Any], new: Mapping[str, Any], logical_id: str, stack: str) -> Made:
        """Check the new properties; a replacement has another physical id, else what was made up is kept."""
        check(self._type, logical_id, new)
        fresh = self.create(logical_id, new, stack)
        if not self._replaces(old, new):
            given = {name: value for name, value in fresh[1].items() if name.rpartition(".")[2] in new}
            return made[0], {**fresh[1], **made[1], **given}
        if fresh[0] == made[0]:
            raise ValueError(
                "CloudFormation cannot update a stack when a custom-named resource requires replacing. "
                f"Rename {made[0]} and update the stack again."
            )
        return fresh

    def _create_only(self) -> list[tuple[str, ...]]:
        pointers = registry.schema(self._type).get("createOnlyProperties", ())
        return [tuple(pointer.split("/")[2:]) for pointer in pointers]

    def _replaces(self, old: Mapping[str, Any], new: Mapping[str, Any]) -> bool:
        """Whether a change needs a new resource: of a property that is only created, or of any where none updates."""
        handlers = registry.schema(self._type).get("handlers", {})
        if handlers and "update" not in handlers:
            return True
        return any(_parts(old, path) != _parts(new, path) for path in self._create_only())


def _parts(value: Any, path: tuple[str, ...]) -> Any:
    """What stands at a path; of a list, at `*`, what stands in each item."""
    if not path:
        return value
    if path[0] == "*":
        return [_parts(item, path[1:]) for item in value] if isinstance(value, list) else None
    return _parts(value.get(path[0]), path[1:]) if isinstance(value, Mapping) else None
