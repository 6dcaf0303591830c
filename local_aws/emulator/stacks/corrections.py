"""What the emulator's CloudFormation does otherwise than AWS, put right.

Its own resource types lose some of what a template says: state machines' logging.
It refuses to delete a stack whose exports are in use, where AWS takes the request and leaves the stack as it was; an
update may change and take away exports that others import, which on AWS fails. Its refusals of whole templates do not
say that it is this machine that lacks something.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

Properties = Mapping[str, Any]

_UNRECOGNIZED = "Unrecognized resource types: "
_NOT_HERE = " (AWS has them only if they are newer than the schemas of the cfn-lint that is installed)"


def keep_what_templates_say() -> None:
    """Put what is lost into the records, after each create and update."""
    _after("AWS::StepFunctions::StateMachine", _keep_logging)


def keep_stacks_in_use() -> None:
    """Have DeleteStack leave a stack whose export another imports as it is, with the reason (seen in public issues)."""
    from ministack.services.cloudformation import handlers

    delete = handlers._ACTION_HANDLERS["DeleteStack"]

    def delete_stack(params: dict[str, Any]) -> Any:
        stack = handlers._resolve_stack(handlers._p(params, "StackName"))
        reason = export_in_use(stack) if stack else ""
        if not reason:
            return delete(params)
        stack["StackStatusReason"] = reason
        return handlers._xml(200, "DeleteStackResponse", "")

    handlers._ACTION_HANDLERS["DeleteStack"] = delete_stack


def keep_exports_in_use() -> None:
    """Have an update fail that changes or takes away an export which another stack imports.

    AWS's guide says of exports that they cannot be modified or removed as long as another stack refers to them; the
    sentence is that of public issues, when in the update it comes is not verified.
    """
    from ministack.services.cloudformation import _exports, stacks

    resolve = stacks._resolve_stack_outputs

    def resolving(*args: Any) -> Any:
        outputs, exports = resolve(*args)
        stack_name, stack_id = args[-2:]
        former = {name: one["Value"] for name, one in _exports.items() if one["StackId"] == stack_id}
        changed = [name for name, value in former.items() if value != exports.get(name, {}).get("Value")]
        for name, importers in _importers(changed, stack_name).items():
            done = "updated" if name in exports else "deleted"
            raise ValueError(f"Export {name} cannot be {done} as it is in use by {' and '.join(importers)}")
        return outputs, exports

    stacks._resolve_stack_outputs = resolving


def name_what_templates_cannot_have() -> None:
    """Say that a type is not here, where the emulator says that AWS has none."""
    from ministack.services.cloudformation import changesets, handlers

    for module in (handlers, changesets):
        module.validate_template_support = _named(module.validate_template_support)


def _named(check: Callable[..., Any]) -> Callable[..., Any]:
    def checked(*args: Any, **kwargs: Any) -> Any:
        try:
            return check(*args, **kwargs)
        except ValueError as error:
            text = str(error)
            if _UNRECOGNIZED in text:
                raise ValueError(text + _NOT_HERE) from error
            raise

    return checked


def export_in_use(stack: Mapping[str, Any]) -> str:
    """Which export of a stack is in use by which others, in AWS's words; empty where none is."""
    exports = [output["ExportName"] for output in stack.get("Outputs", []) if output.get("ExportName")]
    for export, importers in _importers(exports, stack["StackName"]).items():
        return f"Export {export} cannot be deleted as it is in use by {' and '.join(importers)}"
    return ""


def _importers(exports: Sequence[str], stack_name: str) -> dict[str, list[str]]:
    """Of these exports those that others import, each with the names of their stacks."""
    from ministack.services.cloudformation import _stacks, handlers

    if not exports:  # the templates of all others need not be searched
        return {}
    others = {
        name: handlers._imported_export_names(other, name)
        for name, other in _stacks.items()
        if name != stack_name and not other["StackStatus"].startswith("DELETE")
    }
    found = {export: [name for name, imports in others.items() if export in imports] for export in exports}
    return {export: importers for export, importers in found.items() if importers}


def _after(resource_type: str, keep: Callable[[str, Properties], None]) -> None:
    from ministack.services.cloudformation import provisioners

    handler = provisioners._RESOURCE_HANDLERS[resource_type]
    create, update = handler["create"], handler["update"]

    def creating(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        made = create(logical_id, properties, stack)
        keep(made[0], properties)
        return made

    def updating(physical_id: str, old: dict[str, Any], new: dict[str, Any], stack: str, *rest: Any) -> Any:
        made = update(physical_id, old, new, stack, *rest)
        keep(made[0], new)
        return made

    handler.update(create=creating, update=updating)


def _keep_logging(arn: str, properties: Properties) -> None:
    """The API's names begin in lower case, a template's do not."""
    from ministack.services import stepfunctions

    given = properties.get("LoggingConfiguration")
    if given:
        logging = stepfunctions._pascal_to_camel(given)
        logging["includeExecutionData"] = str(logging.get("includeExecutionData", False)).lower() == "true"
        stepfunctions._state_machines[arn]["loggingConfiguration"] = logging
