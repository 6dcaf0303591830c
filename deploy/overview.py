"""How the stacks are, as a table."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from deploy import environments
from deploy.bundle import Bundle
from deploy.stacks import GOOD, Stacks
from glue_client import remarks
from glue_client.aws import Aws
from glue_client.aws_errors import DENIALS, code_of
from glue_client.console import Shown, count, say, show_table, state, text
from glue_client.errors import WrongCall
from glue_client.events import last_causes

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

SHOWN_OTHERS = 10


def show(aws: Aws, bundle: Bundle, names: Iterable[str]) -> None:
    """Print the state of the named stacks, of all when none is named; of a single one its outputs too.

    Of one that failed the resources that did, with AWS's reasons. Any stack of the account may be named; without a name
    those that are not the project's are counted. WrongCall for one that is neither there nor the project's.
    """
    wanted = list(dict.fromkeys(environments.meant(name, bundle.environment) for name in names))
    foreign = [name for name in wanted if name not in bundle.order]
    chosen = [*bundle.select(name for name in wanted if name not in foreign), *foreign] or bundle.order
    stacks = Stacks(aws, bundle)
    found = {name: stacks.find(name) for name in chosen}
    for name in foreign:
        if found[name] is None:
            known = ", ".join(bundle.order)
            raise WrongCall(f'there is no stack "{name}" in {aws}; the stacks of this project are {known}')
    say(str(aws))
    rows = [[name, *_cells(stack), ", ".join(bundle.needs.get(name, []))] for name, stack in found.items()]
    show_table([(heading, False) for heading in ("stack", "status", "since (UTC)", "needs")], rows)
    for name, stack in found.items():
        if stack and (stack["StackStatus"] not in GOOD or stack.get("StackStatusReason")):
            for reason in _reasons(aws, stack):
                say(f"{name}: {reason}")
    if not wanted:
        _count_others(aws, bundle)
    remarks.show(aws, [name for name, stack in found.items() if stack])
    if len(chosen) == 1:
        _show_outputs(found[chosen[0]])


def _cells(stack: "StackTypeDef | None") -> tuple[str | Shown, str]:
    if stack is None:
        return text("not deployed", "dim"), ""
    since = stack.get("LastUpdatedTime") or stack["CreationTime"]
    return state(stack["StackStatus"]), f"{since:%Y-%m-%d %H:%M:%S}"


def _reasons(aws: Aws, stack: "StackTypeDef") -> list[str]:
    """The resources that failed in its last operation, else the reason of the stack itself (a refused deletion's)."""
    good = stack["StackStatus"] in GOOD
    causes = [] if good else last_causes(aws.cloudformation, stack["StackName"], stack["StackId"])
    return causes or [reason for reason in [stack.get("StackStatusReason", "")] if reason]


def _count_others(aws: Aws, bundle: Bundle) -> None:
    """Say how many stacks the account has besides the project's, and some names; nested ones do not count."""
    try:
        pages = aws.cloudformation.get_paginator("list_stacks").paginate()
        others = [
            summary["StackName"]
            for page in pages
            for summary in page["StackSummaries"]
            if summary["StackStatus"] != "DELETE_COMPLETE"
            and not summary.get("ParentId")
            and summary["StackName"] not in bundle.order
        ]
    except ClientError as error:
        if code_of(error) not in DENIALS:
            raise
        say(text("whether there are other stacks is not known: ListStacks was denied", "dim"))
        return
    if others:
        more = f" and {len(others) - SHOWN_OTHERS} more" if len(others) > SHOWN_OTHERS else ""
        say(f"{count(len(others), 'stack')} of others: {', '.join(others[:SHOWN_OTHERS])}{more}")
        say(text(f"(./pyntw 'stackstatus[{others[0]}]' shows how one is)", "dim"))


def _show_outputs(stack: "StackTypeDef | None") -> None:
    outputs = stack.get("Outputs", []) if stack else []
    if outputs:
        say("")
        lines = [(output["OutputKey"], output["OutputValue"]) for output in outputs]
        show_table([("output", False), ("value", False)], lines)
