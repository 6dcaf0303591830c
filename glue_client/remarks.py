"""What deployed stacks say of resources that are there and yet are not what they are called."""

from collections.abc import Iterable

from glue_client import deployed
from glue_client.aws import Aws
from glue_client.console import say, text

MARK = "NOT SIMULATED"
"""How the reason of such a resource begins. AWS itself gives none to a resource that is complete."""


def show(aws: Aws, names: Iterable[str]) -> None:
    """Print the resources of the named stacks that are not simulated, with the reasons; nothing where all are real."""
    found = [
        (name, resource)
        for name, resource in deployed.resources(aws, names)
        if resource.get("ResourceStatusReason", "").startswith(MARK)
    ]
    if not found:
        return
    say("")
    say(text(f"{MARK} ({len(found)}): these resources are in their stacks, and nothing runs behind them", "yellow"))
    for name, resource in found:
        kind = resource["ResourceType"].removeprefix("AWS::")
        reason = resource["ResourceStatusReason"].removeprefix(f"{MARK}: ")
        say(f"  {name}", resource["LogicalResourceId"], text(kind, "dim"), text(reason, "dim"))
