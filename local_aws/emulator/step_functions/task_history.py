"""The history of executions tells of tasks as AWS does (Step Functions' API reference, "HistoryEvent").

The emulator writes TaskScheduled and TaskSucceeded alone, with ARNs for names and without what went in; and a failed
execution has an output.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from contextvars import ContextVar
from typing import Any

from local_aws.emulator.identity import request_scope
from local_aws.emulator.protocol import Response

_SCHEDULED: ContextVar[dict[str, Any] | None] = ContextVar("the event of the task that is carried out", default=None)
_EXECUTION: ContextVar[dict[str, Any] | None] = ContextVar("the execution that it is of", default=None)
_STARTED: ContextVar[dict[str, Any] | None] = ContextVar("the event whose task was started last", default=None)
_PREFIX = "arn:aws:states:::"
_WHOLE = {"truncated": False}
_MOST = 262_144
"""Characters of an output in an event; the quota of Step Functions for payloads, in bytes."""

_WAITING = (".sync", ".sync:2", ".waitForTaskToken")


def tell_of_tasks() -> None:
    """Write the events of tasks as AWS does, and no output of an execution that failed."""
    from ministack.services import stepfunctions

    stepfunctions._add_event = _adding(stepfunctions._add_event)
    for name in ("_invoke_resource", "_invoke_resource_with_timeout", "_invoke_with_callback"):
        setattr(stepfunctions, name, _starting(getattr(stepfunctions, name)))
    fail = stepfunctions._fail_execution

    def fail_execution(execution: dict[str, Any], error: str, cause: str) -> None:
        fail(execution, error, cause)
        execution["output"] = None

    stepfunctions._fail_execution = fail_execution
    for name in ("_describe_execution", "_start_sync_execution"):
        setattr(stepfunctions, name, _without_output(getattr(stepfunctions, name)))


def task_submitted(output: Any) -> None:
    """Tell that what a `.sync` task starts was started."""
    event = _SCHEDULED.get()
    if event and str(event.get("taskScheduledEventDetails", {}).get("resource")).endswith(_WAITING):
        _append("TaskSubmitted", "taskSubmittedEventDetails", **_output(output))


def _adding(original: Callable[..., Any]) -> Callable[..., Any]:
    def add_event(execution: dict[str, Any], event_type: str, details: dict[str, Any] | None = None) -> Any:
        kind = event_type.removeprefix("Task")
        given: dict[str, Any] = next(iter(details.values())) if details else {}
        resource = str(given.get("resource") or "")
        if event_type not in ("TaskScheduled", "TaskSucceeded", "TaskFailed") or not resource:
            return original(execution, event_type, details)
        told = {name: given[name] for name in ("error", "cause") if given.get(name)}
        if kind == "Succeeded":
            told |= {"output": given["output"], "outputDetails": _WHOLE}
        event = original(execution, *_event(kind, resource, told))
        if kind == "Scheduled":
            _SCHEDULED.set(event)
            _EXECUTION.set(execution)
        return event

    return add_event


def _event(kind: str, resource: str, told: Mapping[str, Any]) -> tuple[str, dict[str, Any]]:
    """The type of an event of a task, and its details."""
    service = _of_lambda(resource)
    if service:
        names = {"resource": resource} if kind == "Scheduled" else {}
        details = {f"{service[:1].lower()}{service[1:]}{kind}EventDetails": {**names, **told}}
        return f"{service}{kind}", details
    return f"Task{kind}", {f"task{kind}EventDetails": {**_names(resource), **told}}


def _of_lambda(resource: str) -> str:
    """How the events of a task begin that names a function or an activity itself."""
    if ":activity:" in resource:
        return "Activity"
    return "LambdaFunction" if resource.startswith("arn:aws:lambda:") else ""


def _names(resource: str) -> dict[str, str]:
    """`arn:aws:states:::glue:startJobRun.sync` is `startJobRun.sync` of `glue`."""
    kind, _, name = resource.removeprefix(_PREFIX).rpartition(":")
    if name == "2" and kind.endswith(".sync"):  # states:startExecution.sync:2
        kind, _, first = kind.rpartition(":")
        name = f"{first}:2"
    return {"resourceType": kind, "resource": name}


def _starting(original: Callable[..., Any]) -> Callable[..., Any]:
    def invoke(resource: str, given: Any, *more: Any) -> Any:
        event = _SCHEDULED.get()
        if event is not None and _STARTED.get() is not event:
            _STARTED.set(event)
            _describe(event, resource, given)
            _append_start(resource)
        return original(resource, given, *more)

    return invoke


def _describe(event: dict[str, Any], resource: str, given: Any) -> None:
    """Add what goes into a task, which is known only now."""
    text = json.dumps(given)
    if _of_lambda(resource):
        details = next(value for name, value in event.items() if name.endswith("EventDetails"))
        details.update(input=text, inputDetails=_WHOLE)
    else:
        event["taskScheduledEventDetails"].update(parameters=text, region=request_scope().region)


def _append_start(resource: str) -> None:
    kind = _of_lambda(resource)
    if kind == "LambdaFunction":
        _append("LambdaFunctionStarted", "")
    elif not kind:
        _append("TaskStarted", "taskStartedEventDetails")


def _append(event_type: str, details: str, **told: Any) -> None:
    from ministack.services import stepfunctions

    execution, event = _EXECUTION.get(), _SCHEDULED.get()
    if execution is None or event is None:
        return
    scheduled = event.get("taskScheduledEventDetails", {})
    names = {name: scheduled[name] for name in ("resourceType", "resource") if name in scheduled}
    stepfunctions._add_event(execution, event_type, {details: {**names, **told}} if details else None)


def _output(value: Any) -> dict[str, Any]:
    text = json.dumps(value)
    return {"output": text[:_MOST], "outputDetails": {"truncated": len(text) > _MOST}}


def _without_output(original: Callable[..., Any]) -> Callable[..., Any]:
    def describe(parameters: dict[str, Any]) -> Response:
        answer: Response = original(parameters)
        if answer[0] != 200:
            return answer
        found = json.loads(answer[2])
        if found.get("status") != "SUCCEEDED":
            found = {name: value for name, value in found.items() if name not in ("output", "outputDetails")}
        return answer[0], answer[1], json.dumps(_without_none(found)).encode()

    return describe


def _without_none(found: Mapping[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in found.items() if value is not None}
