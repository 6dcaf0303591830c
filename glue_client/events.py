"""Stack events while they happen, and what they tell about a failure.

From AWS's guide: an operation ends with an event of the stack itself whose status is not …_IN_PROGRESS; events come
newest first; the resources that were under way when another failed say "cancelled" and are not the cause.
"""

import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from glue_client import console
from glue_client.errors import DeployError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_cloudformation.type_defs import StackEventTypeDef

FIRST_PAUSE, LONGEST_PAUSE = 0.15, 3.0  # seconds between looks; it grows while nothing happens
GRACE, LONGEST_QUIET = 10.0, 120.0  # seconds without an event before a refusal is believed
STATE_WIDTH, RESOURCE_WIDTH = 17, 24
SHOWN_CAUSES = 3
BEGINNINGS = ("CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS", "DELETE_IN_PROGRESS", "IMPORT_IN_PROGRESS")
CONSEQUENCES = ("cancelled", "canceled")


@dataclass(frozen=True)
class Event:
    """One line of a stack's history."""

    id: str
    resource: str
    kind: str
    state: str
    reason: str
    of_stack: bool

    @classmethod
    def of(cls, answer: "StackEventTypeDef") -> "Event":
        """From an entry of DescribeStackEvents."""
        return cls(
            answer["EventId"],
            answer.get("LogicalResourceId", ""),
            answer.get("ResourceType", ""),
            answer.get("ResourceStatus", ""),
            answer.get("ResourceStatusReason", ""),
            answer.get("PhysicalResourceId") == answer.get("StackId"),
        )

    @property
    def ends_operation(self) -> bool:
        """Whether the stack itself came to rest."""
        return self.of_stack and not self.state.endswith("_IN_PROGRESS")

    @property
    def begins_operation(self) -> bool:
        """Whether the stack itself began with something; what rolls back belongs to what failed."""
        return self.of_stack and self.state in BEGINNINGS

    @property
    def is_cause(self) -> bool:
        """Whether a resource failed by itself, not because another one did."""
        consequence = any(word in self.reason.lower() for word in CONSEQUENCES)
        return self.state.endswith("_FAILED") and not self.of_stack and not consequence


SAYS_NOTHING = "Rollback requested"
"""How the reason begins with which a stack goes back after one that says why."""


class Watch:
    """Follows one stack from the moment of its making; events from before are not shown.

    `look` is the call that shows how the stack is, for who stops following.
    """

    def __init__(
        self, cloudformation: "CloudFormationClient", stack: str, stack_id: str = "", look: str | None = None
    ) -> None:
        self._cloudformation, self.stack, self.stack_id = cloudformation, stack, stack_id
        self.look = look or f"aws cloudformation describe-stack-events --stack-name {stack}"
        self.events: list[Event] = []
        self._started = time.monotonic()
        self._seen = {event.id for event in next(self._pages())} if stack_id else set[str]()

    def fresh(self) -> list[Event]:
        """What happened since the last look, oldest first."""
        found: list[Event] = []
        for page in self._pages():
            new = [event for event in page if event.id not in self._seen]
            found += new
            if len(new) < len(page):
                break
        found.reverse()
        self._seen.update(event.id for event in found)
        self.events += found
        return found

    def follow(self) -> Iterator[list[Event]]:
        """Look again and again, with growing pauses; the caller decides when it has seen enough."""
        pause = FIRST_PAUSE
        while True:
            found = self.fresh()
            pause = FIRST_PAUSE if found else min(pause * 1.5, LONGEST_PAUSE)
            yield found
            time.sleep(pause)

    def now(self) -> tuple[str, str]:
        """The stack's status and AWS's reason for it."""
        stack = self._cloudformation.describe_stacks(StackName=self.stack_id)["Stacks"][0]
        return stack["StackStatus"], stack.get("StackStatusReason", "")

    def show(self, event: Event) -> None:
        """Print the event as one line."""
        elapsed = console.seconds(time.monotonic() - self._started).rjust(7)
        kind = event.kind.removeprefix("AWS::")
        line: list[str | console.Shown] = [console.text(elapsed, "dim"), self.stack]
        line += [console.state(event.state, STATE_WIDTH), event.resource.ljust(RESOURCE_WIDTH)]
        line.append(console.text(kind, "dim"))
        if event.reason and not event.state.endswith("_IN_PROGRESS"):
            line.append(console.text(event.reason, "dim"))
        console.say(*line)

    def causes(self) -> str:
        """The first resources that failed and AWS's reasons, one a line; else the stack's own reason."""
        causes = self.failures()
        if not causes:
            own = [event.reason for event in self.events if event.of_stack and event.reason]
            causes += [one for one in own if not one.startswith(SAYS_NOTHING)][-1:] or own[-1:]
        return "\n".join(causes) or "AWS gave no reason"

    def failures(self) -> list[str]:
        """The first resources that failed by themselves, each with AWS's reason."""
        found = [f"{event.resource} ({event.kind}): {event.reason}" for event in self.events if event.is_cause]
        return (found or self._validation_errors())[:SHOWN_CAUSES]

    def look_back(self) -> None:
        """Take the events of the stack's last operation for those that happened."""
        found: list[Event] = []
        for page in self._pages():
            for event in page:
                found.append(event)
                if event.begins_operation:
                    self.events = found[::-1]
                    return
        self.events = found[::-1]

    def _validation_errors(self) -> list[str]:
        """What CloudFormation found before it made anything: it tells only DescribeEvents."""
        if not any("DescribeEvents" in event.reason for event in self.events):
            return []
        try:
            answer = self._cloudformation.describe_events(StackName=self.stack_id, Filters={"FailedEvents": True})
        except ClientError:
            return []
        errors = [event for event in answer["OperationEvents"] if event.get("ValidationStatusReason")]
        return [f"{error.get('LogicalResourceId', '')}: {error['ValidationStatusReason']}" for error in errors]

    def _pages(self) -> Iterator[list[Event]]:
        """The history, newest first, a hundred events at a time."""
        pages = self._cloudformation.get_paginator("describe_stack_events").paginate(StackName=self.stack_id)
        for page in pages:
            yield [Event.of(answer) for answer in page["StackEvents"]]


def last_causes(cloudformation: "CloudFormationClient", stack: str, stack_id: str) -> list[str]:
    """Which resources failed in the last operation of a stack, and why; empty where none did."""
    watch = Watch(cloudformation, stack)
    watch.stack_id = stack_id
    watch.look_back()
    return watch.failures()


def refusal(status: str, reason: str, quiet: float) -> str | None:
    """Why nothing will happen any more, or None while it may.

    AWS refuses to delete a stack whose exports are in use by leaving it as it was, with the reason as its status reason
    (seen in public issue reports); `quiet` are the seconds without an event. The reason may be that of an earlier try,
    so it counts only after a while.
    """
    if status.endswith("_IN_PROGRESS") or status == "DELETE_COMPLETE":
        return None
    if "in use" in reason and quiet > GRACE:
        return reason
    if quiet > LONGEST_QUIET:
        return f"still {status} after {console.seconds(quiet)}, and no event"
    return None


def _worth_a_line(found: Sequence[Event], is_terminal: bool) -> Iterator[Event]:  # noqa: FBT001
    """All events but beginnings whose end is there already; in a terminal no beginnings, for the spinner tells them."""
    for number, event in enumerate(found):
        is_followed = any(later.resource == event.resource for later in found[number + 1 :])
        if not event.state.endswith("_IN_PROGRESS") or not (is_terminal or is_followed):
            yield event


def wait_until_rest(watch: Watch) -> str:
    """Show events until the stack comes to rest; its status then. DeployError when AWS never began."""
    live = console.console()
    note = f"{watch.stack} goes on without this window: {watch.look} shows how"
    last = time.monotonic()
    with console.leaving(note), live.status(console.text(watch.stack)) as spinner:
        for found in watch.follow():
            for event in found:
                spinner.update(console.text(f"{watch.stack}: {event.resource} {event.state}"))
            for event in _worth_a_line(found, live.is_terminal):
                watch.show(event)
            if found:
                last = time.monotonic()
            status, reason = watch.now()
            if any(event.ends_operation for event in watch.events) and not status.endswith("_IN_PROGRESS"):
                return status
            refused = refusal(status, reason, time.monotonic() - last)
            if refused:
                raise DeployError(
                    f"AWS did not begin with {watch.stack}", refused, "remove that reason, and run it again"
                )
    raise AssertionError("follow() has no end")
