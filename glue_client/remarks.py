"""What deployed stacks say of resources that are there and yet are not what they are called."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from glue_client.aws import Aws
from glue_client.console import say, text

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackResourceSummaryTypeDef

MARK = "NOT SIMULATED"
"""How the reason of such a resource begins. AWS itself gives none to a resource that is complete."""


def show(aws: Aws, names: Iterable[str]) -> None:
    """Print the resources of the named stacks that are not simulated, with the reasons; nothing where all are real."""
    found = [(name, resource) for name in names for resource in _marked(aws, name)]
    if not found:
        return
    say("")
    say(text(f"{MARK} ({len(found)}): these resources are in their stacks, and nothing runs behind them", "yellow"))
    for name, resource in found:
        kind = resource["ResourceType"].removeprefix("AWS::")
        reason = resource["ResourceStatusReason"].removeprefix(f"{MARK}: ")
        say(f"  {name}", resource["LogicalResourceId"], text(kind, "dim"), text(reason, "dim"))


def _marked(aws: Aws, name: str) -> list["StackResourceSummaryTypeDef"]:
    pages = aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=name)
    resources = [resource for page in pages for resource in page["StackResourceSummaries"]]
    return [one for one in resources if one.get("ResourceStatusReason", "").startswith(MARK)]
