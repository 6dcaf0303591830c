"""Stacks that hold data, by `Metadata.HoldsData` of their templates, are not deleted or emptied by mistake.

They have CloudFormation's termination protection, and a stack policy under which no update replaces or deletes what
holds data (user guide: "Protect a stack from being deleted", "Prevent updates to stack resources"). Both belong to who
deploys, not to templates. They are set when a stack is made or updated, and taken away by the tasks that ask first.
"""

import json
from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import ClientError

from glue_client.aws import Aws
from glue_client.aws_errors import DENIALS, code_of
from glue_client.console import say, text
from glue_client.templates import Template

if TYPE_CHECKING:
    from mypy_boto3_cloudformation.type_defs import StackTypeDef

HOLDS = ("AWS::S3::Bucket", "AWS::DynamoDB::Table", "AWS::KMS::Key")
"""Types whose resources are not to be replaced or deleted by an update: data, and what it is read with."""
REFUSED = "by stack policy"
"""In the reason of a resource that a stack policy keeps from being changed."""
ALLOWED: Mapping[str, object] = {"Effect": "Allow", "Action": "Update:*", "Principal": "*", "Resource": "*"}
KEEPING = {
    "Effect": "Deny",
    "Action": ["Update:Replace", "Update:Delete"],
    "Principal": "*",
    "Resource": "*",
    "Condition": {"StringEquals": {"ResourceType": list(HOLDS)}},
}
POLICY = json.dumps({"Statement": [ALLOWED, KEEPING]})
LIFTED = json.dumps({"Statement": [ALLOWED]})
"""For one update: everything may be changed."""


def is_protected(stack: "StackTypeDef") -> bool:
    """Whether AWS refuses to delete it."""
    return bool(stack.get("EnableTerminationProtection"))


def protect(aws: Aws, stack: "StackTypeDef", template: Template) -> None:
    """Protect a deployed stack whose template says that it holds data; without the right to, say so."""
    if not template.holds_data:
        return
    name = stack["StackName"]
    try:
        if not is_protected(stack):
            aws.cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=True)
            say(f"{name} holds data: it is protected from being deleted, and its data from updates")
        if not _has_policy(aws, name):
            aws.cloudformation.set_stack_policy(StackName=name, StackPolicyBody=POLICY)
    except ClientError as error:
        if code_of(error) not in DENIALS:
            raise
        say(text(f"{name} holds data and is not protected: {error}", "yellow"))


def lift(aws: Aws, stack: "StackTypeDef") -> None:
    """Let AWS delete the stack."""
    if is_protected(stack):
        name = stack["StackName"]
        aws.cloudformation.update_termination_protection(StackName=name, EnableTerminationProtection=False)
        say(f"{name}: protection lifted")


def _has_policy(aws: Aws, name: str) -> bool:
    found = aws.cloudformation.get_stack_policy(StackName=name).get("StackPolicyBody")
    return bool(found) and json.loads(found) == json.loads(POLICY)
