"""Jobs, crawlers, triggers and workflows as CloudFormation resource types.

A template's properties are those of the API, but for a crawler's Schedule; numbers and booleans may come as strings, as
parameters do, and are put right by botocore's model of the operation.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from local_aws import emulator
from local_aws.glue.definitions import Definitions
from local_aws.glue.model import GlueError
from local_aws.glue.shapes import Shapes

Properties = Mapping[str, Any]

_REPLACED_BY = {
    "AWS::Glue::Job": ("Name",),
    "AWS::Glue::Crawler": ("Name",),
    "AWS::Glue::Trigger": ("Name", "WorkflowName", "Type"),
    "AWS::Glue::Workflow": ("Name",),
}


def register(definitions: Definitions, shapes: Shapes) -> None:
    """Make the four types known to CloudFormation."""
    types = {
        "AWS::Glue::Job": ("job", definitions.create_job, "CreateJob"),
        "AWS::Glue::Crawler": ("crawler", definitions.create_crawler, "CreateCrawler"),
        "AWS::Glue::Trigger": ("trigger", definitions.create_trigger, "CreateTrigger"),
        "AWS::Glue::Workflow": ("workflow", definitions.create_workflow, "CreateWorkflow"),
    }
    for resource_type, (kind, create, operation) in types.items():
        handler = _ResourceType(definitions, shapes, kind, create, operation)
        emulator.plug_resource_type(
            resource_type,
            create=handler.create,
            update=handler.update,
            delete=handler.delete,
            replaced_by=_REPLACED_BY[resource_type],
        )


class _ResourceType:
    """Create, update and delete of one type; errors become the resource's failure reason."""

    def __init__(
        self,
        definitions: Definitions,
        shapes: Shapes,
        kind: str,
        create: Callable[..., dict[str, Any]],
        operation: str,
    ) -> None:
        self._definitions = definitions
        self._shapes = shapes
        self._kind = kind
        self._create = create
        self._operation = operation

    def create(self, logical_id: str, properties: Properties, stack: str) -> tuple[str, dict[str, Any]]:
        """Make the resource; its Ref is its name."""
        scope = emulator.request_scope()
        name = properties.get("Name") or emulator.physical_name(stack, logical_id)
        with _as_reason(self._operation):
            self._create(scope, self._params(name, properties))
        return name, {}

    def update(self, physical_id: str, _old: Properties, new: Properties, _stack: str) -> tuple[str, dict[str, Any]]:
        """Change the resource in place; properties that the template dropped fall back to their defaults."""
        scope = emulator.request_scope()
        params = self._params(physical_id, new)
        with _as_reason(self._operation):
            if self._kind == "job":
                self._definitions.update_job(scope, physical_id, params)
            elif self._kind == "crawler":
                self._definitions.update_crawler(scope, params)
            elif self._kind == "trigger":
                self._definitions.update_trigger(scope, physical_id, _trigger_update(params))
            else:
                self._definitions.update_workflow(scope, {"Description": "", "DefaultRunProperties": {}, **params})
        arn = f"arn:aws:glue:{scope.region}:{scope.account_id}:{self._kind}/{physical_id}"
        emulator.set_glue_tags(scope, arn, params.get("Tags", {}))
        return physical_id, {}

    def delete(self, physical_id: str, _properties: Properties) -> None:
        """Delete the resource; one that is gone is no error."""
        scope = emulator.request_scope()
        if self._definitions.store.definition(scope, self._kind, physical_id) is not None:
            with _as_reason("Delete" + self._operation.removeprefix("Create")):
                self._definitions.delete(scope, self._kind, physical_id)

    def _params(self, name: str, properties: Properties) -> dict[str, Any]:
        params = {**properties, "Name": name}
        if self._kind == "crawler":  # an empty expression takes a schedule away that the template dropped
            params["Schedule"] = (params.get("Schedule") or {}).get("ScheduleExpression", "")
        with _as_reason(self._operation):
            return self._shapes.validated(self._operation, params, coerce=True)


def _trigger_update(params: Properties) -> dict[str, Any]:
    names = ("Description", "Schedule", "Actions", "Predicate", "EventBatchingCondition")
    return {name: params[name] for name in names if name in params}


class _as_reason:  # noqa: N801 - reads as a statement
    """Turns a GlueError into the ValueError whose text CloudFormation shows as the resource's status reason."""

    def __init__(self, operation: str) -> None:
        self._operation = operation

    def __enter__(self) -> None:
        """Nothing to prepare."""

    def __exit__(self, _type: object, error: BaseException | None, _traceback: object) -> None:
        """Reword a GlueError as AWS's resource handlers word a service's error."""
        if isinstance(error, GlueError):
            raise ValueError(  # noqa: TRY004 - what the emulator turns into a reason
                f"{error.message} (Service: Glue, Status Code: 400, Error Code: {error.code})"
            ) from error
