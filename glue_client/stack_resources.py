"""The resources of deployed stacks."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from glue_client.aws import Aws

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackResourceSummaryTypeDef


def of(aws: Aws, stacks: Iterable[str]) -> "Iterator[tuple[str, StackResourceSummaryTypeDef]]":
    """Each stack's name with a summary of each of its resources."""
    for stack in stacks:
        for page in aws.cloudformation.get_paginator("list_stack_resources").paginate(StackName=stack):
            for resource in page["StackResourceSummaries"]:
                yield stack, resource


def names(aws: Aws, stacks: Iterable[str], kind: str) -> list[str]:
    """Physical names of the stacks' resources of a type."""
    return [one["PhysicalResourceId"] for _, one in of(aws, stacks) if one["ResourceType"] == kind]
