"""What an update would do before it does it: CloudFormation's change sets, made, shown and deleted again."""

import contextlib
import time
import uuid
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from deploy import change_view, losses, protection
from deploy.bundle import Bundle
from deploy.stacks import UPDATABLE, Stacks
from deploy.wheels import NotStoredError
from glue_client import console
from glue_client.aws import Aws
from glue_client.aws_errors import message_of
from glue_client.console import count, say, state, text
from glue_client.deployed import NEVER_LIVED, NO_CHANGE
from glue_client.errors import DeployError

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

CHANGES = 3
"""The exit code that says that something would change: 1 and 2 are those of errors."""
PAUSE = 0.3  # seconds between looks at a change set under way
IN_REVIEW = "REVIEW_IN_PROGRESS"
UNCHANGED = ("didn't contain changes", NO_CHANGE)
"""In the reason of a change set without changes (public reports)."""


def show(aws: Aws, bundle: Bundle, names: Iterable[str]) -> bool:
    """Print what an update, or the creation, of each stack would do; whether that is anything at all.

    Nothing is carried out. A stack that is not there yet is under review while its change set is looked at.

    Raises:
        DeployError: a stack is in a state in which nothing can change it, or CloudFormation refuses the change.
    """
    bundle.refuse_foreign(names := list(names))
    preview = Preview(aws, bundle)
    found = [preview.of(name) for name in names]  # all, so that each is shown
    say("")
    changed = [name for name, differs in zip(names, found, strict=True) if differs]
    rest = len(names) - len(changed)
    if not changed:
        say("nothing would change:", text(", ".join(names), "dim"))
    else:
        also = f"; {count(rest, 'stack')} would stay as {'it is' if rest == 1 else 'they are'}" if rest else ""
        say(f"would change: {', '.join(changed)}{also}")
    return bool(changed)


class Preview:
    """The change sets of a bundle's stacks in one account and region."""

    def __init__(self, aws: Aws, bundle: Bundle) -> None:
        self.aws, self.bundle, self.stacks = aws, bundle, Stacks(aws, bundle)
        self._cloudformation = aws.cloudformation

    def of(self, name: str) -> bool:
        """Show what would change in one stack; whether anything would."""
        stack = self.stacks.find(name)
        status = stack["StackStatus"] if stack else ""
        if stack and status in NEVER_LIVED and status != IN_REVIEW:
            say(f"{name} is", state(status), "from a creation that failed: up deletes it and makes it again,")
            say(f"  so does ./pyntw 'updatestack[{name},yes=true]'")
            return self._all_of_the_template(name)
        if stack is None or status == IN_REVIEW:
            absent = [need for need in self.bundle.needs[name] if not self._lives(need)]
            if absent:
                say(f"{name} is not deployed, and needs {', '.join(absent)} first:")
                return self._all_of_the_template(name)
            try:
                request = self.stacks.requests.for_create(name)
            except NotStoredError as error:
                say(f"{name} is not deployed, and {error.seen}: up uploads it first:")
                return self._all_of_the_template(name)
            return self._asked(name, request, "CREATE")
        if status not in UPDATABLE:
            raise DeployError(f'stack "{name}" cannot change now', status, f"./pyntw 'stackstatus[{name}]' shows why")
        request, changes = self.stacks.requests.for_update(stack)
        return self._asked(name, request, "UPDATE", changes)

    def _lives(self, name: str) -> bool:
        stack = self.stacks.find(name)
        return stack is not None and stack["StackStatus"] not in NEVER_LIVED

    def _all_of_the_template(self, name: str) -> bool:
        """Show a template whose stack cannot be asked about yet: all of it would be made."""
        for logical_id, resource in self.bundle[name].body["Resources"].items():
            only = [text(f"if {resource['Condition']}", "dim")] if "Condition" in resource else []
            say(text(f"  + {logical_id}", "green"), text(resource["Type"].removeprefix("AWS::"), "dim"), *only)
        return True

    def _asked(self, name: str, request: dict[str, Any], kind: str, parameters: Iterable[str] = ()) -> bool:
        with self._change_set(name, request, kind) as found:
            changes = [one["ResourceChange"] for one in found["Changes"]]
            if found["Status"] == "FAILED":
                reason = found.get("StatusReason", "AWS gave no reason")
                if any(words in reason for words in UNCHANGED):
                    say(f"{name}: nothing would change")
                    return False
                raise DeployError(f'AWS refuses the change of stack "{name}"', reason, "correct what it names")
            new = " (not deployed yet)" if kind == "CREATE" else ""
            say(f"{name}{new}: {change_view.summary(changes)}")
            for line in parameters:
                say(f"  parameter {line}")
            for change in changes:
                change_view.show(change, losses.of(self.aws, change) if change_view.takes_away(change) else "")
            kept = [one["LogicalResourceId"] for one in changes if self._is_kept(name, one)]
            if kept:
                say(text(f"  the stack's policy refuses this of {', '.join(kept)}, unless losing=true", "yellow"))
            if not changes:
                say(text("  no resource changes, but what the stack exports or says of itself does", "dim"))
        return True

    def _is_kept(self, name: str, change: Any) -> bool:
        """Whether the tasks' stack policy keeps what this change takes away."""
        is_gone = change["Action"] == "Remove" or change_view.is_replacement(change)
        return is_gone and self.bundle[name].holds_data and change["ResourceType"] in protection.HOLDS

    @contextlib.contextmanager
    def _change_set(self, name: str, request: dict[str, Any], kind: str) -> Iterator[dict[str, Any]]:
        """A change set as it is when it is done, with all its changes and their values. It is gone afterwards."""
        was_there = self.stacks.find(name) is not None
        label = f"preview-{uuid.uuid4().hex[:12]}"
        made = self._cloudformation.create_change_set(**request, ChangeSetName=label, ChangeSetType=kind)  # type: ignore[arg-type]
        try:
            with console.console().status(text(f"{name}: CloudFormation compares")):
                found = self._when_done(made["Id"])
            yield found
        finally:
            self._cloudformation.delete_change_set(ChangeSetName=made["Id"])
            if not was_there:
                self._forget(name, made["StackId"])

    def _when_done(self, change_set: str) -> dict[str, Any]:
        pages = self._cloudformation.get_paginator("describe_change_set")
        while True:
            found: list[Any] = list(pages.paginate(ChangeSetName=change_set, IncludePropertyValues=True))
            if not found[0]["Status"].endswith(("_PENDING", "_IN_PROGRESS")):
                return {**found[0], "Changes": [change for page in found for change in page.get("Changes", [])]}
            time.sleep(PAUSE)

    def _forget(self, name: str, stack_id: str) -> None:
        """Delete the empty stack that the change set of a new one leaves, unless somebody else proposes one for it."""
        stack: StackTypeDef | None = self.stacks.find(name)
        if stack is None or stack["StackStatus"] != IN_REVIEW or stack["StackId"] != stack_id:
            return
        try:
            if not self._cloudformation.list_change_sets(StackName=stack_id)["Summaries"]:
                self._cloudformation.delete_stack(StackName=stack_id)
        except ClientError as error:
            say(f"{name} stays in {IN_REVIEW}, empty: {message_of(error)}")
