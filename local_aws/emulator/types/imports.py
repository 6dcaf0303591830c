"""What a template says of a resource that a stack imports: the stack believes it from then on.

The emulator takes the template's properties for those that the resource has, and a later update asks rights for what
it changes alone. So the import asks for all that setting them would need (AWS asks to read the resource, and to update
it; it compares later changes with the template likewise), and refuses a template that names another resource.
"""

from __future__ import annotations

import contextvars
import copy
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple


class Imported(NamedTuple):
    """What is being imported: the stack's name, the logical id and the properties that the template gives."""

    stack: str
    logical_id: str
    properties: Mapping[str, Any]


NOW: contextvars.ContextVar[Imported | None] = contextvars.ContextVar("imported", default=None)
_CHANGE_SET: contextvars.ContextVar[tuple[Any, Any] | None] = contextvars.ContextVar("importing", default=None)
_TAGGED: contextvars.ContextVar[tuple[str, Any]] = contextvars.ContextVar("tagged", default=("", {}))


def tell_what_is_imported() -> None:
    """Have `NOW` tell it while a resource is imported, by a change set for it or by ImportExistingResources."""
    from ministack.services.cloudformation import changesets, stacks

    carry_out = changesets._import_resources_async

    async def import_resources(change_set: Any, stack: Any, new_stack: Any) -> None:
        token = _CHANGE_SET.set((change_set, stack))
        try:
            await carry_out(change_set, stack, new_stack)
        finally:
            _CHANGE_SET.reset(token)

    changesets._import_resources_async = import_resources
    changesets._import_resource = _of_change_set(changesets._import_resource)
    stacks._adopt_resource = _of_update(stacks._adopt_resource)
    stacks._with_stack_tags = _remembering(stacks._with_stack_tags)


def _of_change_set(import_resource: Callable[..., Any]) -> Callable[..., Any]:
    def importing(kind: str, identifier: dict[str, str]) -> Any:
        from ministack.services.cloudformation import changesets

        found = _CHANGE_SET.get()
        if found is None:
            return import_resource(kind, identifier)
        change_set, stack = found
        logical_id = next(
            each["LogicalResourceId"]
            for each in change_set["_resources_to_import"]
            if each["ResourceIdentifier"] is identifier
        )
        template, values = change_set["_template"], change_set["_resolved_params"]
        properties = changesets._resolve_refs(
            copy.deepcopy(template["Resources"][logical_id].get("Properties", {})),
            stack.setdefault("_resources", {}),
            values,
            changesets._evaluate_conditions(template, values),
            template.get("Mappings", {}),
            stack["StackName"],
            stack["StackId"],
        )
        said = {name: value for name, value in properties.items() if value is not changesets._NO_VALUE}
        return _telling(Imported(stack["StackName"], logical_id, said), import_resource, kind, identifier)

    return importing


def _of_update(adopt: Callable[..., Any]) -> Callable[..., Any]:
    def adopting(stack_id: str, stack: str, logical_id: str, *more: Any) -> Any:
        remembered, properties = _TAGGED.get()
        said = properties if remembered == logical_id else {}
        return _telling(Imported(stack, logical_id, said), adopt, stack_id, stack, logical_id, *more)

    return adopting


def _remembering(with_tags: Callable[..., Any]) -> Callable[..., Any]:
    """The properties of what is adopted pass by here alone."""

    def with_stack_tags(
        kind: str, properties: Any, tags: Any, stack: str, stack_id: str, logical_id: str, *more: Any
    ) -> Any:
        _TAGGED.set((logical_id, properties))
        return with_tags(kind, properties, tags, stack, stack_id, logical_id, *more)

    return with_stack_tags


def _telling(imported: Imported, work: Callable[..., Any], *args: Any) -> Any:
    token = NOW.set(imported)
    try:
        return work(*args)
    finally:
        NOW.reset(token)
