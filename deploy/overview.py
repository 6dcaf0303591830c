"""How the stacks are, as a table."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from deploy import remarks
from deploy.aws import Aws
from deploy.bundle import Bundle
from deploy.console import Shown, say, show_table, state, text
from deploy.errors import WrongCall
from deploy.stacks import GOOD, Stacks

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef


def show(aws: Aws, bundle: Bundle, names: Iterable[str]) -> None:
    """Print the state of the named stacks, of all when none is named; of a single one its outputs too.

    Any stack of the account may be named. WrongCall for one that is neither there nor the project's.
    """
    wanted = list(dict.fromkeys(names))
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
        if stack and stack["StackStatus"] not in GOOD and stack.get("StackStatusReason"):
            say(f"{name}: {stack['StackStatusReason']}")
    remarks.show(aws, [name for name, stack in found.items() if stack])
    if len(chosen) == 1:
        _show_outputs(found[chosen[0]])


def _cells(stack: "StackTypeDef | None") -> tuple[str | Shown, str]:
    if stack is None:
        return text("not deployed", "dim"), ""
    since = stack.get("LastUpdatedTime") or stack["CreationTime"]
    return state(stack["StackStatus"]), f"{since:%Y-%m-%d %H:%M:%S}"


def _show_outputs(stack: "StackTypeDef | None") -> None:
    outputs = stack.get("Outputs", []) if stack else []
    if outputs:
        say("")
        lines = [(output["OutputKey"], output["OutputValue"]) for output in outputs]
        show_table([("output", False), ("value", False)], lines)
