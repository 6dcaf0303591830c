"""Branches of Parallel states and iterations of Map states, as Step Functions has them.

The emulator tells nothing of their states, gives events no predecessors, and lets the other branches go on when one has
failed. Here the history has their events and who led to whom (API reference, HistoryEvent), and what an error ends is
given up (developer guide, "Integrate services", on `.sync`: a task is aborted when another branch or iteration fails
with an uncaught error): a job that it waits for is stopped, and the error that was first is the one that is told.
"""

from __future__ import annotations

import copy
import json
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

_ADDING = threading.RLock()
"""Branches add events at the same time, and the number of an event is that of those before it."""


class GivenUpError(Exception):
    """What a branch does is not wanted any more; neither Retry nor Catch takes it for an error."""


@dataclass
class _Group:
    """The branches of one Parallel state, or the iterations of one Map state."""

    began: int  # the event that each of them follows
    above: tuple[_Group, ...]
    map_name: str = ""
    is_over: bool = False
    first: Exception | None = None
    ends: list[int] = field(default_factory=list)

    def fail(self, error: Exception) -> None:
        """End all of them; the first error is kept."""
        with _ADDING:
            if self.first is None and not isinstance(error, GivenUpError):
                self.first = error
            self.is_over = True


@dataclass
class _Line:
    """Events that follow one another: those of an execution, or of one of its branches."""

    execution: dict[str, Any]
    last: int = 0
    groups: tuple[_Group, ...] = ()

    @property
    def is_given_up(self) -> bool:
        return any(group.is_over for group in self.groups)


_LINE: ContextVar[_Line | None] = ContextVar("the line of events that this thread adds to", default=None)
_GROUP: ContextVar[_Group | None] = ContextVar("whose branches are being started", default=None)


def is_given_up() -> bool:
    """Whether the branch in whose thread this is was ended by another one's error."""
    line = _LINE.get()
    return line is not None and line.is_given_up


def tell_of_branches() -> None:
    """Put this in front of the emulator's executions."""
    from ministack.services import stepfunctions

    stepfunctions._add_event = _following(stepfunctions._add_event)
    stepfunctions._run_execution = _with_line(stepfunctions._run_execution)
    stepfunctions._fail_execution = _while_running(stepfunctions._fail_execution)
    stepfunctions._run_sub_machine = _branch(stepfunctions._run_sub_machine)
    stepfunctions._run_parallel_branches = _grouped("Parallel", stepfunctions._run_parallel_branches)
    stepfunctions._run_map_items = _grouped("Map", stepfunctions._run_map_items)


def _following(original: Callable[..., dict[str, Any]]) -> Callable[..., dict[str, Any]]:
    def add_event(execution: dict[str, Any], kind: str, details: dict[str, Any] | None = None) -> dict[str, Any]:
        line = _LINE.get()
        if line is None or line.execution is not execution:
            line = _Line(execution, len(execution["events"]))
        elif line.is_given_up and not kind.endswith("Aborted"):
            raise GivenUpError
        with _ADDING:
            event = original(execution, kind, details)
            event["previousEventId"] = line.last
            line.last = event["id"]
        return event

    return add_event


def _with_line(original: Callable[[str], None]) -> Callable[[str], None]:
    def run_execution(arn: str) -> None:
        from ministack.services import stepfunctions

        execution = stepfunctions._executions.get(arn)
        before = _LINE.set(_Line(execution) if execution else None)
        try:
            original(arn)
        finally:
            _LINE.reset(before)

    return run_execution


def _while_running(original: Callable[..., None]) -> Callable[..., None]:
    def fail_execution(execution: dict[str, Any], error: str, cause: str) -> None:
        if execution["status"] == "RUNNING":  # one that was stopped is ABORTED, whatever its tasks say then
            original(execution, error, cause)

    return fail_execution


def _grouped(kind: str, original: Callable[..., Any]) -> Callable[..., Any]:
    def run(state: dict[str, Any], given: Any, execution: dict[str, Any], ctx: dict[str, Any]) -> Any:
        from ministack.services import stepfunctions

        line = _LINE.get()
        processor = state.get("ItemProcessor") or {}
        if line is None or (processor.get("ProcessorConfig") or {}).get("Mode") == "DISTRIBUTED":
            return original(state, given, execution, ctx)  # whose iterations are executions of their own
        details = {"mapStateStartedEventDetails": {"length": _length(state, given, ctx)}} if kind == "Map" else None
        stepfunctions._add_event(execution, f"{kind}StateStarted", details)
        group = _Group(line.last, line.groups, ctx["State"]["Name"] if kind == "Map" else "")
        before = _GROUP.set(group)
        try:
            result = original(state, given, execution, ctx)
        except Exception as error:  # noqa: BLE001 - it is told anew
            line.last = max(group.ends, default=line.last)
            stepfunctions._add_event(execution, f"{kind}StateFailed")
            if group.first is None:  # nothing failed: it was stopped
                raise GivenUpError from None
            raise (group.first if isinstance(group.first, stepfunctions._ExecutionError) else error) from None
        finally:
            _GROUP.reset(before)
        line.last = max(group.ends, default=line.last)
        stepfunctions._add_event(execution, f"{kind}StateSucceeded")
        return result

    return run


def _length(state: dict[str, Any], given: Any, ctx: dict[str, Any]) -> int:
    from ministack.services import stepfunctions

    if stepfunctions._state_query_language(state, ctx) == "JSONata" and "Items" in state:
        items = stepfunctions._jsonata_state_field(state, "Items", "array", given, ctx)
    else:
        whole = stepfunctions._apply_input_path(state, given, ctx)
        items = stepfunctions._resolve_path_or_ctx(state.get("ItemsPath", "$"), whole, ctx)
    return len(items) if isinstance(items, list) else 1


def _branch(original: Callable[..., Any]) -> Callable[..., Any]:
    def run(states: dict[str, Any], start: str, given: Any, execution: dict[str, Any], ctx: dict[str, Any]) -> Any:
        group = _GROUP.get()
        if group is None:
            return original(states, start, given, execution, ctx)
        _GROUP.set(None)  # what is below has groups of its own
        line = _Line(execution, group.began, (*group.above, group))
        _LINE.set(line)
        try:
            with _told(group, execution, ctx):
                return _walk(states, start, copy.deepcopy(given), execution, {**ctx})
        except Exception as error:
            group.fail(error)
            raise
        finally:
            group.ends.append(line.last)

    return run


@contextmanager
def _told(group: _Group, execution: dict[str, Any], ctx: dict[str, Any]) -> Iterator[None]:
    """The events of an iteration; a branch of a Parallel state has none of its own."""
    from ministack.services import stepfunctions

    if not group.map_name:
        yield
        return
    named = {"name": group.map_name, "index": ctx["Map"]["Item"]["Index"]}

    def tell(how: str) -> None:
        stepfunctions._add_event(execution, f"MapIteration{how}", {f"mapIteration{how}EventDetails": named})

    tell("Started")
    try:
        yield
    except GivenUpError:
        tell("Aborted")
        raise
    except Exception:
        tell("Aborted" if is_given_up() else "Failed")
        raise
    tell("Succeeded")


def _walk(states: dict[str, Any], start: str, value: Any, execution: dict[str, Any], ctx: dict[str, Any]) -> Any:
    """Go through the states of a branch as the emulator does, with their events; what the last one gives."""
    from ministack.services import stepfunctions

    name: str | None = start
    while name:
        state = states.get(name)
        if not state:
            raise stepfunctions._ExecutionError("States.Runtime", f"State '{name}' not found")
        if execution["status"] != "RUNNING":
            raise GivenUpError
        ctx["State"] = {"Name": name, "EnteredTime": stepfunctions.now_iso(), "RetryCount": 0}
        kind = state.get("Type")
        entered = {"stateEnteredEventDetails": {"name": name, "input": json.dumps(value)}}
        stepfunctions._add_event(execution, f"{kind}StateEntered", entered)
        if kind == "Fail":
            raise stepfunctions._ExecutionError(*stepfunctions._fail_state_error(state, value, ctx))
        try:
            value, following = _step(kind, state, value, execution, ctx)
        except GivenUpError:
            stepfunctions._add_event(execution, f"{kind}StateAborted")
            raise
        exited = {"stateExitedEventDetails": {"name": name, "output": json.dumps(value)}}
        stepfunctions._add_event(execution, f"{kind}StateExited", exited)
        name = following
    return value


def _step(
    kind: Any, state: dict[str, Any], value: Any, execution: dict[str, Any], ctx: dict[str, Any]
) -> tuple[Any, str | None]:
    """One state: what it gives, and the next one."""
    from ministack.services import stepfunctions

    if kind == "Succeed":
        whole = stepfunctions._apply_input_path(state, value, ctx)
        return stepfunctions._apply_output_path(state, whole, ctx), None
    of_tasks = {"Task": "_execute_task", "Parallel": "_execute_parallel", "Map": "_execute_map"}
    others = {"Pass": "_execute_pass", "Choice": "_execute_choice", "Wait": "_execute_wait"}
    if kind in of_tasks:
        found: tuple[Any, str | None] = getattr(stepfunctions, of_tasks[kind])(state, value, execution, ctx)
    elif kind in others:
        found = getattr(stepfunctions, others[kind])(state, value, ctx)
    else:
        raise stepfunctions._ExecutionError("States.Runtime", f"Unknown state type: {kind}")
    return found
