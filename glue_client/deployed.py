"""Deployed stacks: how one is, its outputs, its resources."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from glue_client.aws import Aws
from glue_client.aws_errors import message_of

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackResourceSummaryTypeDef, StackTypeDef

NEVER_LIVED = ("ROLLBACK_COMPLETE", "ROLLBACK_FAILED", "CREATE_FAILED", "REVIEW_IN_PROGRESS")  # AWS only deletes these
NO_CHANGE = "No updates are to be performed"
"""In CloudFormation's answer to an update that would change nothing."""


def find(aws: Aws, name: str) -> "StackTypeDef | None":
    """DescribeStacks of the stack, or None when it is not there."""
    try:
        stack: StackTypeDef = aws.cloudformation.describe_stacks(StackName=name)["Stacks"][0]
    except ClientError as error:
        if "does not exist" in message_of(error):
            return None
        raise
    return None if stack["StackStatus"] == "DELETE_COMPLETE" else stack


def outputs(stack: "StackTypeDef") -> dict[str, str]:
    """The stack's outputs."""
    return {output["OutputKey"]: output["OutputValue"] for output in stack.get("Outputs", [])}


def resources(aws: Aws, stacks: Iterable[str]) -> "Iterator[tuple[str, StackResourceSummaryTypeDef]]":
    """Each stack's name with a summary of each of its resources."""
    for stack in stacks:
        for page in aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
            for resource in page["StackResourceSummaries"]:
                yield stack, resource


def names(aws: Aws, stacks: Iterable[str], kind: str) -> list[str]:
    """Physical names of the stacks' resources of a type."""
    return [one["PhysicalResourceId"] for _, one in resources(aws, stacks) if one["ResourceType"] == kind]
