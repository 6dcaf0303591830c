"""One stack's life: create, update, delete, with its events live and its failures explained."""

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from deploy import protection
from deploy.bundle import Bundle
from deploy.stack_requests import StackRequests
from glue_client import deployed
from glue_client.aws import Aws
from glue_client.aws_errors import message_of
from glue_client.console import confirm, say, state
from glue_client.deployed import NEVER_LIVED, NO_CHANGE
from glue_client.errors import DeployError
from glue_client.events import Watch, last_causes, wait_until_rest

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

UPDATABLE = (
    "CREATE_COMPLETE",
    "UPDATE_COMPLETE",
    "UPDATE_ROLLBACK_COMPLETE",
    "IMPORT_COMPLETE",
    "IMPORT_ROLLBACK_COMPLETE",
)
GOOD = ("CREATE_COMPLETE", "UPDATE_COMPLETE", "DELETE_COMPLETE")
NOT_ALLOWED = "is not authorized to perform"
IN_USE = "cannot be deleted as it is in use by"


class Stacks:
    """The stacks of a bundle in one account and region.

    `yes` answers the questions; with `losing` an update may replace and delete what holds data.
    """

    def __init__(self, aws: Aws, bundle: Bundle, *, yes: bool = False, losing: bool = False) -> None:
        self.aws, self.bundle = aws, bundle
        self._yes, self._losing = yes, losing
        self._cloudformation = aws.cloudformation
        self.requests = StackRequests(aws, bundle, self.outputs)

    def find(self, name: str) -> "StackTypeDef | None":
        """DescribeStacks of the stack, or None when it is not there."""
        return deployed.find(self.aws, name)

    def outputs(self, name: str) -> dict[str, str]:
        """The outputs of a deployed stack. DeployError when it is not deployed."""
        stack = self.find(name)
        if stack is None or stack["StackStatus"] in NEVER_LIVED:
            raise self._absent(name, f'stack "{name}" is not deployed')
        return deployed.outputs(stack)

    def create(self, name: str) -> None:
        """Create the stack; a stack that is there already stays as it is, which is said.

        Raises:
            DeployError: that one has other values of parameters than the call gives.
        """
        stack = self._at_rest(name)
        if stack is None:
            self._create(name)
        elif stack["StackStatus"] in NEVER_LIVED:
            self._again(stack)
        else:
            say(f"{name} is there already,", state(stack["StackStatus"]), f"(./pyntw 'updatestack[{name}]' changes it)")
            self._refuse_other_values(stack)

    def update(self, name: str) -> None:
        """Bring a deployed stack to what its template and parameters say; no difference is fine."""
        stack = self._at_rest(name)
        if stack is None:
            raise self._absent(name, f'stack "{name}" is not deployed, so there is nothing to update')
        if stack["StackStatus"] in NEVER_LIVED:
            self._again(stack)
        else:
            self._update(stack)

    def create_or_update(self, name: str) -> None:
        """Make it so, whatever was there: a stack whose creation had failed is deleted first."""
        stack = self._at_rest(name)
        if stack is not None and stack["StackStatus"] in NEVER_LIVED:
            say(f"{name} is", state(stack["StackStatus"]), "from an earlier try: deleting it, then creating it again")
            self._delete(stack)
            stack = None
        if stack is None:
            self._create(name)
        else:
            self._update(stack)

    def delete(self, name: str) -> None:
        """Delete the stack; an absent one is fine. DeployError when others import its exports."""
        stack = self._at_rest(name)
        if stack is None:
            say(f"{name} is not deployed in {self.aws}: nothing to delete")
            return
        importers = self._importers(stack)
        if importers:
            before = [one for one in reversed(self.bundle.dependents(name)) if self.find(one)]
            failed = f'stack "{name}" cannot be deleted before {", ".join(importers)}'
            next_step = f"./pyntw 'deletestack[{','.join([*before, name])}]'"
            if not set(importers) <= set(before):
                next_step = "delete the stacks that are not of this project, or take the imports out of them"
            raise DeployError(failed, "they import its exports", next_step)
        self._delete(stack)

    def _refuse_other_values(self, stack: "StackTypeDef") -> None:
        name = stack["StackName"]
        there = {one["ParameterKey"]: one.get("ParameterValue", "") for one in stack.get("Parameters", [])}
        others = {key: value for key, value in self.bundle.for_stack(name).items() if there.get(key) != value}
        if others:
            given = self._as_given(name, others)
            now = [f"{key}={there.get(key, '')}" for key in others]  # AWS shows stars for a secret one
            raise DeployError(
                f'stack "{name}" is there already and stays as it is, so {", ".join(given)} was not applied',
                f"there: {', '.join(now)}",
                f"./pyntw 'updatestack[{','.join([name, *given])}]' applies it",
            )

    def _as_given(self, name: str, values: Mapping[str, str]) -> list[str]:
        """Parameters as they stand in a call; not the value of a secret one."""
        declared = self.bundle[name].parameters
        secret = {key for key in values if str(declared[key].get("NoEcho", "")).lower() == "true"}
        return [f"{key}={'…' if key in secret else value}" for key, value in values.items()]

    def _call(self, task: str, name: str, *more: str) -> str:
        """The call of a task on a stack with the parameters of this one."""
        return f"./pyntw '{task}[{','.join([name, *self._as_given(name, self.bundle.for_stack(name)), *more])}]'"

    def _again(self, stack: "StackTypeDef") -> None:
        """Delete what is left of a creation that failed, and make the stack, after asking."""
        name = stack["StackName"]
        say(f"{name} is", state(stack["StackStatus"]), "from a creation that failed; AWS only deletes such a stack")
        for cause in last_causes(self._cloudformation, name, stack["StackId"]):
            say(f"  it failed by {cause}")
        confirm("Delete what is left of it, and create it again?", yes=self._yes, otherwise=f"{name} stays as it is")
        self._delete(stack)
        self._create(name)

    def _create(self, name: str) -> None:
        for need in self.bundle.needs[name]:
            stack = self.find(need)
            if stack is None or stack["StackStatus"] in NEVER_LIVED:
                raise self._absent(need, f'stack "{name}" needs "{need}", which is not deployed')
        request = self.requests.for_create(name)
        watch = self._watch(name)
        answer = self._cloudformation.create_stack(**request)
        watch.stack_id = answer["StackId"]
        again = f"correct it, then {self._call('createstack', name)} again"
        self._finish(watch, "created", again)
        self._protect(name)

    def _update(self, stack: "StackTypeDef") -> None:
        name, status = stack["StackName"], stack["StackStatus"]
        if status not in UPDATABLE:
            raise DeployError(f'stack "{name}" cannot be updated', _status(stack), _way_out(name, status))
        request, changes = self.requests.for_update(stack)
        for change in changes:
            say(f"{name}: {change}")
        watch = self._watch(name, stack["StackId"])
        if self._losing:
            request["StackPolicyDuringUpdateBody"] = protection.LIFTED
        try:
            self._cloudformation.update_stack(**request)
        except ClientError as error:
            if NO_CHANGE not in message_of(error):
                raise
            say(f"{name} is up to date,", state(status))
        else:
            self._finish(watch, "updated", f"correct it, then {self._call('updatestack', name)}")
        self._protect(name)

    def _protect(self, name: str) -> None:
        stack = self.find(name) if self.bundle[name].holds_data else None
        if stack is not None:
            protection.protect(self.aws, stack, self.bundle[name])

    def _delete(self, stack: "StackTypeDef") -> None:
        name = stack["StackName"]
        watch = self._watch(name, stack["StackId"])
        protection.lift(self.aws, stack)
        self._cloudformation.delete_stack(StackName=stack["StackId"])
        self._finish(watch, "deleted", f"remove that reason, then ./pyntw 'deletestack[{name}]'")

    def _finish(self, watch: Watch, done: str, next_step: str) -> None:
        status = wait_until_rest(watch)
        if status not in GOOD:
            causes = watch.causes()
            if "not empty" in causes or "BucketNotEmpty" in causes:
                next_step = "empty the bucket (./pyntw 'deleteS3bucket[…]'), then do it again; ./pyntw down does both"
            elif protection.REFUSED in causes:
                look, allow = (
                    self._call("previewstack", watch.stack),
                    self._call("updatestack", watch.stack, "losing=true"),
                )
                next_step = f"the stack's policy keeps what holds data: {look} shows what would be lost"
                next_step += f", {allow} does it all the same, after asking"
            elif IN_USE in causes:
                again = next_step.partition(", then ")[2]
                next_step = f"update the stacks that it names first, so that they import it no more, then {again}"
            elif NOT_ALLOWED in causes:
                again = next_step.partition(", then ")[2]
                next_step = f"allow it in the policies of whoever it names, or use another role, then {again}"
            raise DeployError(f'stack "{watch.stack}" could not be {done} ({status})', causes, next_step)

    def _watch(self, name: str, stack_id: str = "") -> Watch:
        return Watch(self._cloudformation, name, stack_id, f"./pyntw 'stackstatus[{name}]'")

    def _at_rest(self, name: str) -> "StackTypeDef | None":
        """The stack, after whatever somebody else has under way with it."""
        stack = self.find(name)
        if stack and stack["StackStatus"].endswith("_IN_PROGRESS") and stack["StackStatus"] not in NEVER_LIVED:
            say(f"{name} is", state(stack["StackStatus"]), "by an earlier call: waiting for that")
            wait_until_rest(self._watch(name, stack["StackId"]))
            return self.find(name)
        return stack

    def _importers(self, stack: "StackTypeDef") -> list[str]:
        """The stacks that import anything of this one, each once."""
        found: list[str] = []
        for output in stack.get("Outputs", []):
            if "ExportName" in output:
                found += self._imports_of(output["ExportName"])
        return list(dict.fromkeys(found))

    def _imports_of(self, export: str) -> list[str]:
        try:
            pages = self._cloudformation.get_paginator("list_imports").paginate(ExportName=export)
            return [name for page in pages for name in page["Imports"]]
        except ClientError as error:
            if "is not imported by any stack" in message_of(error):
                return []
            raise

    def _absent(self, name: str, failed: str) -> DeployError:
        return DeployError(failed, f"no such stack in {self.aws}", f"./pyntw 'createstack[{name}]'")


def _status(stack: "StackTypeDef") -> str:
    reason = stack.get("StackStatusReason")
    return f"{stack['StackStatus']}: {reason}" if reason else str(stack["StackStatus"])


def _way_out(name: str, status: str) -> str:
    if status == "UPDATE_ROLLBACK_FAILED":
        return f"aws cloudformation continue-update-rollback --stack-name {name}, then update it again"
    return f"./pyntw 'deletestack[{name}]', then create it again"
