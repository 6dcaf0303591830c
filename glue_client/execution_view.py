"""An execution of a state machine as a tree of its states, from the events of its history. Pure: no AWS, no clock.

An event names the one that led to it (API reference, HistoryEvent), so branches that run at the same time are told
apart: what follows ParallelStateStarted or MapIterationStarted stands below that state.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

RUNNING, SUCCEEDED, FAILED, ABORTED = "RUNNING", "SUCCEEDED", "FAILED", "ABORTED"
CAUGHT = "CAUGHT"
"""Not a state of AWS's: a state failed, and its Catch says what comes next."""
ENDINGS = {"Failed": FAILED, "TimedOut": FAILED, "StartFailed": FAILED, "SubmitFailed": FAILED, "Aborted": ABORTED}
TOLD = ("JobName", "Name", "FunctionName", "TopicArn", "StateMachineArn", "QueueUrl", "TableName")
"""Of what goes into a task, what says which one it is; the first that is there."""
ITERATION = "iteration"


@dataclass(eq=False)
class Step:
    """A state that was entered, or an iteration of a Map state.

    Attributes:
        kind: `task`, `parallel`, `map`, `pass`, … in lower case, or ITERATION.
        name: the state's; that of the Map state for an iteration.
        detail: what a task works on, such as its job with the values of its arguments.
        visits: how often it was entered in its branch, as in a loop.
        attempts: how often its task was tried, in its last visit.
        error, cause: of its last failure.
        job, run_id: of the job run that it started, if any.
    """

    kind: str
    name: str
    above: "Step | None"
    started: datetime
    state: str = RUNNING
    ended: datetime | None = None
    detail: str = ""
    visits: int = 1
    attempts: int = 0
    error: str = ""
    cause: str = ""
    job: str = ""
    run_id: str = ""
    below: list["Step"] = field(default_factory=list)

    def seconds(self, now: datetime) -> float:
        """How long it took, or has taken by now."""
        return max(0.0, ((self.ended or now) - self.started).total_seconds())

    @property
    def label(self) -> str:
        """Its name, with what its task works on."""
        return f"{self.name} ({self.detail})" if self.detail else self.name


class Execution:
    """The states of an execution, as far as its events were taken in."""

    def __init__(self) -> None:
        self.top: list[Step] = []
        self._at: dict[int, tuple[Step | None, bool]] = {}  # event -> its step; whether what follows stands below it

    def changes(self, events: Iterable[Mapping[str, Any]]) -> list[tuple[Step, datetime]]:
        """Take in the next events: each step as it was whenever its state became another one, and when that was.

        What is known of its task only later is told from the beginning.
        """
        taken = [(step, replace(step), one["timestamp"]) for one in events if (step := self.take(one))]
        return [(replace(then, detail=step.detail), moment) for step, then, moment in taken]

    def take(self, event: Mapping[str, Any]) -> Step | None:
        """Take in the next event of the history; the step whose state is another one now, if any."""
        led = event.get("previousEventId", event["id"] - 1)  # an AWS of others may not tell it
        kind, before = str(event["type"]), self._at.get(led, (None, False))
        details: Mapping[str, Any] = next((value for key, value in event.items() if key.endswith("EventDetails")), {})
        step, inside, changed = before[0], False, False
        if kind.endswith("StateEntered"):
            step, changed = (
                self._entered(before, kind.removesuffix("StateEntered").lower(), details["name"], event),
                True,
            )
        elif kind.endswith("StateExited"):
            step = _climb(step, lambda one: one.name == details["name"] and one.kind != ITERATION)
            changed = _end(step, event, SUCCEEDED)
        elif kind == "MapIterationStarted" and step:
            owner = _climb(step, lambda one: one.kind == "map" and one.state == RUNNING)
            step, inside = Step(ITERATION, details.get("name", ""), owner, event["timestamp"]), True
            (owner.below if owner else self.top).append(step)
        elif kind.startswith("MapIteration"):
            step = _climb(step, lambda one: one.kind == ITERATION)
            _end(step, event, ENDINGS.get(kind.removeprefix("MapIteration"), SUCCEEDED))
        elif kind.startswith(("ParallelState", "MapState")):
            owner_kind, _, what = kind.partition("State")
            step = _climb(step, lambda one: one.kind == owner_kind.lower() and one.state == RUNNING)
            inside = what == "Started"
            changed = what in ENDINGS and _end(step, event, ENDINGS[what])
        elif kind.startswith("Execution"):
            for _, one in self.walk():
                if one.state == RUNNING and kind != "ExecutionStarted":
                    _end(one, event, ABORTED)
        else:
            changed = _task(step, kind, details, event)
        self._at[event["id"]] = (step, inside)
        return step if changed else None

    def walk(self) -> Iterator[tuple[int, Step]]:
        """All states as (depth, step), each below the one that it is a part of; iterations are left out."""

        def visit(steps: list[Step], depth: int) -> Iterator[tuple[int, Step]]:
            for step in steps:
                if step.kind != ITERATION:
                    yield depth, step
                yield from visit(step.below, depth + (step.kind != ITERATION))

        yield from visit(self.top, 0)

    @property
    def failed(self) -> list[Step]:
        """The states that failed by themselves, in that order: tasks; else those that were caught; else Fail states."""
        found = [step for _, step in self.walk() if step.kind not in ("parallel", "map")]
        found.sort(key=lambda step: step.ended or step.started)
        tasks = [step for step in found if step.kind != "fail"]
        of_tasks = [step for step in tasks if step.state == FAILED] or [step for step in tasks if step.state == CAUGHT]
        return of_tasks or [step for step in found if step.state == FAILED]

    def _entered(self, before: tuple[Step | None, bool], kind: str, name: str, event: Mapping[str, Any]) -> Step:
        last, inside = before
        above = last if inside or last is None else last.above
        beside = above.below if above else self.top
        again = next((one for one in beside if one.name == name and one.kind == kind and not inside), None)
        if again is None:
            again = Step(kind, name, above, event["timestamp"])
            beside.append(again)
        else:
            again.visits, again.attempts, again.ended = again.visits + 1, 0, None
        again.state = RUNNING
        if kind == "fail":
            again.state, again.ended = FAILED, event["timestamp"]
        return again


def reason(step: Step) -> str:
    """Why a step failed, for people: of a job run its message, else the error and its cause."""
    try:
        told = json.loads(step.cause)
    except ValueError:
        told = None
    if isinstance(told, dict) and "JobRunState" in told:
        return str(told.get("ErrorMessage") or f"its run ended {told['JobRunState']}")
    return f"{step.error}: {step.cause}" if step.cause else step.error


def _climb(step: Step | None, good: Any) -> Step | None:
    """The nearest step, this one or one that it is a part of, for which the function says yes; else this one."""
    found = step
    while found is not None and not good(found):
        found = found.above
    return found or step


def _end(step: Step | None, event: Mapping[str, Any], state: str) -> bool:
    """Let a step end; one that had failed and is left all the same was caught. Whether its state is another one now."""
    if step is None:
        return False
    if step.state == FAILED and state == SUCCEEDED:
        state = CAUGHT
    elif step.state != RUNNING:
        return False
    step.ended, step.state = event["timestamp"], state
    return True


def _task(step: Step | None, kind: str, details: Mapping[str, Any], event: Mapping[str, Any]) -> bool:
    """What an event of a task says of its step; whether its state is another one now."""
    if step is None:
        return False
    if kind.endswith("Scheduled"):
        step.attempts, step.state, step.ended = step.attempts + 1, RUNNING, None
        given = _read(details.get("parameters"))
        step.detail, step.job = _detail(given) or step.detail, str(given.get("JobName", ""))
        return step.attempts > 1
    if kind == "TaskSubmitted":
        step.run_id = str(_read(details.get("output")).get("JobRunId", ""))
        return False
    how = next((state for ending, state in ENDINGS.items() if kind.endswith(ending)), None)
    if how is None:
        return False
    step.error, step.cause = details.get("error") or "", details.get("cause") or ""
    return _end(step, event, how)


def _read(text: Any) -> Mapping[str, Any]:
    try:
        found = json.loads(text or "{}")
    except ValueError:  # cut off: it was long
        return {}
    return found if isinstance(found, dict) else {}


def _detail(given: Mapping[str, Any]) -> str:
    names = [str(given[key]).rpartition(":")[2] for key in TOLD if key in given][:1]
    arguments = given.get("Arguments")
    values = [str(value) for value in arguments.values()] if names and isinstance(arguments, dict) else []
    return " ".join([*names, *values])
