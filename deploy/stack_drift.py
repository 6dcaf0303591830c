"""Drift of stacks: what somebody changed behind CloudFormation's back, by DetectStackDrift.

CloudFormation looks only at properties that a template sets, and not at all at types without drift detection (user
guide, "Detect unmanaged configuration changes"); both are said.
"""

import time
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

from glue_client import console, deployed
from glue_client.aws import Aws
from glue_client.console import count, joined, say, text
from glue_client.errors import DeployError
from glue_client.events import FIRST_PAUSE, LONGEST_PAUSE

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackResourceDriftTypeDef

LONGEST = 200  # characters of a value that are shown
NOT_CHECKED = "NOT_CHECKED"


def show(aws: Aws, names: Iterable[str]) -> bool:
    """Print what drifted in each of these stacks, and whether anything did; absent ones are said.

    Raises:
        DeployError: AWS could not detect it.
    """
    found = [_show(aws, name) for name in names]  # all, so that each is shown
    return any(found)


def _show(aws: Aws, name: str) -> bool:
    if deployed.find(aws, name) is None:
        say(f"{name} is not deployed")
        return False
    started = aws.cloudformation.detect_stack_drift(StackName=name)["StackDriftDetectionId"]
    done = _wait(aws, name, started)
    if done["DetectionStatus"] == "DETECTION_FAILED" and not done.get("StackDriftStatus"):
        raise DeployError(
            f"whether {name} drifted could not be seen",
            done.get("DetectionStatusReason", "AWS gave no reason"),
            "let whoever calls read the stack's resources, and run it again",
        )
    drifts = list(_drifts(aws, name))
    changed = [one for one in drifts if one["StackResourceDriftStatus"] in ("MODIFIED", "DELETED")]
    total = sum(1 for _ in deployed.resources(aws, [name]))
    checked = sum(1 for one in drifts if one["StackResourceDriftStatus"] in ("IN_SYNC", "MODIFIED", "DELETED"))
    rest = f", {count(total - checked, 'resource')} of types without drift detection" if total > checked else ""
    say(text(name, "bold"), f"{len(changed)} of {count(checked, 'resource')} drifted{rest}")
    for one in changed:
        _tell(one)
    for one in drifts:
        if one["StackResourceDriftStatus"] == "UNKNOWN":
            reason = one.get("DriftStatusReason", "AWS gave no reason")
            say(text(f"  ? {one['LogicalResourceId']}: {reason}", "yellow"))
    return bool(changed)


def _drifts(aws: Aws, name: str) -> "Iterator[StackResourceDriftTypeDef]":
    """What was found of each resource that was looked at; botocore has no pages of it."""
    token: dict[str, str] = {}
    while True:
        page = aws.cloudformation.describe_stack_resource_drifts(StackName=name, **token)  # type: ignore[arg-type]
        yield from page["StackResourceDrifts"]
        if not page.get("NextToken"):
            return
        token = {"NextToken": page["NextToken"]}


def _wait(aws: Aws, name: str, detection: str) -> Any:
    pause = FIRST_PAUSE
    with console.console().status(text(f"{name}: CloudFormation looks at its resources")):
        while True:
            found = aws.cloudformation.describe_stack_drift_detection_status(StackDriftDetectionId=detection)
            if found["DetectionStatus"] != "DETECTION_IN_PROGRESS":
                return found
            time.sleep(pause)
            pause = min(pause * 1.5, LONGEST_PAUSE)


def _tell(drift: "StackResourceDriftTypeDef") -> None:
    kind, name = drift["ResourceType"].removeprefix("AWS::"), drift.get("PhysicalResourceId", "")
    if drift["StackResourceDriftStatus"] == "DELETED":
        say(text(f"  - {drift['LogicalResourceId']}", "red"), text(f"{kind} {name}", "dim"), text("is gone", "red"))
        return
    say(text(f"  ~ {drift['LogicalResourceId']}", "yellow"), text(f"{kind} {name}", "dim"))
    for one in drift.get("PropertyDifferences", []):
        path, expected, actual = one["PropertyPath"].strip("/"), one["ExpectedValue"], one["ActualValue"]
        if one["DifferenceType"] == "ADD":
            say(joined("      ", (path, "bold"), ": not in the template, is ", _cut(actual)))
        elif one["DifferenceType"] == "REMOVE":
            say(joined("      ", (path, "bold"), f": should be {_cut(expected)}, is not there"))
        else:
            say(joined("      ", (path, "bold"), f": should be {_cut(expected)}, is {_cut(actual)}"))


def _cut(value: str) -> str:
    return value if len(value) <= LONGEST else f"{value[: LONGEST - 1]}…"
