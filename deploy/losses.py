"""What is lost with a resource that a change of its stack deletes or replaces, as far as AWS can be asked.

Sources: CloudFormation's user guide on DeletionPolicy and UpdateReplacePolicy, and on buckets, which it deletes only
when they are empty; the services' own guides for what ends with a resource.
"""

from collections.abc import Callable, Mapping
from typing import Any

from botocore.exceptions import ClientError

from deploy import buckets
from deploy.change_view import context
from glue_client.aws import Aws
from glue_client.aws_errors import code_of, message_of
from glue_client.console import count, size

NOT_FOUND = ("NoSuchBucket", "EntityNotFoundException", "ResourceNotFoundException", "NotFoundException", "404")
KEPT = {"Retain": "it stays in the account, and belongs to no stack then", "Snapshot": "a snapshot of it is kept"}
"""What becomes of the old resource by PolicyAction, but for Delete."""


def of(aws: Aws, change: Mapping[str, Any]) -> str:
    """What the change of a resource (ResourceChange of DescribeChangeSet) takes away; "" if nothing is known."""
    name, kind = change.get("PhysicalResourceId", ""), change["ResourceType"]
    action = change.get("PolicyAction", "").removeprefix("ReplaceAnd")
    if action in KEPT:
        return KEPT[action]
    if not name or kind not in HELD:
        return ""
    try:
        return HELD[kind](aws, name, change)
    except ClientError as error:
        if code_of(error) in NOT_FOUND:
            return "it is gone already"
        return f"what it holds cannot be seen: {message_of(error)}"


def _bucket(aws: Aws, name: str, change: Mapping[str, Any]) -> str:
    held = buckets.summary(aws, name)
    if held == "empty":
        return "an empty bucket"
    stays = f"{held} stay behind: CloudFormation deletes no bucket that holds anything, and gives it up"
    return f"{stays}; the new one is empty" if change["Action"] == "Modify" else stays


def _item_table(aws: Aws, name: str, _change: Mapping[str, Any]) -> str:
    table = aws.dynamodb.describe_table(TableName=name)["Table"]
    items = f"all its items: {table['ItemCount']:,} when AWS last counted (about every six hours)"
    return (
        f"nothing: it is protected, and the change fails ({items})" if table.get("DeletionProtectionEnabled") else items
    )


def _table(aws: Aws, name: str, change: Mapping[str, Any]) -> str:
    database = _before(change, "DatabaseName")
    if not database:
        return "its entry in the catalog with its partitions; its files stay"
    pages = aws.glue.get_paginator("get_partitions").paginate(
        DatabaseName=database, TableName=name, ExcludeColumnSchema=True
    )
    found = sum(len(page["Partitions"]) for page in pages)
    return f"its entry in the catalog with {count(found, 'partition')}; its files stay"


def _database(aws: Aws, name: str, _change: Mapping[str, Any]) -> str:
    tables = sum(len(page["TableList"]) for page in aws.glue.get_paginator("get_tables").paginate(DatabaseName=name))
    return f"its entry in the catalog with {count(tables, 'table')}; their files stay"


def _job(aws: Aws, name: str, _change: Mapping[str, Any]) -> str:
    answer = aws.glue.get_job_runs(JobName=name)
    more = "more than " if answer.get("NextToken") else ""
    return f"its history ({more}{count(len(answer['JobRuns']), 'run')}) and its bookmark"


def _log_group(aws: Aws, name: str, _change: Mapping[str, Any]) -> str:
    found = aws.logs.describe_log_groups(logGroupNamePrefix=name)["logGroups"]
    held = next((one.get("storedBytes", 0) for one in found if one["logGroupName"] == name), 0)
    return f"all its log events ({size(held)})"


def _topic(aws: Aws, arn: str, _change: Mapping[str, Any]) -> str:
    found = aws.sns.get_paginator("list_subscriptions_by_topic").paginate(TopicArn=arn)
    return f"{count(sum(len(page['Subscriptions']) for page in found), 'subscription')}"


HELD: dict[str, Callable[[Aws, str, Mapping[str, Any]], str]] = {
    "AWS::S3::Bucket": _bucket,
    "AWS::DynamoDB::Table": _item_table,
    "AWS::Glue::Table": _table,
    "AWS::Glue::Database": _database,
    "AWS::Glue::Job": _job,
    "AWS::Logs::LogGroup": _log_group,
    "AWS::SNS::Topic": _topic,
    "AWS::Glue::Crawler": lambda *_: "its history of crawls; its tables stay",
    "AWS::Glue::Workflow": lambda *_: "its history of runs",
    "AWS::StepFunctions::StateMachine": lambda *_: "its history of executions",
    "AWS::Athena::WorkGroup": lambda *_: "its history of queries; the results stay in their bucket",
    "AWS::KMS::Key": lambda *_: "what is encrypted with it cannot be read any more once its waiting period is over",
    "AWS::IAM::Role": lambda *_: "its ARN: policies elsewhere that name it do not mean a role that is made anew",
}
"""By type: (AWS, physical id, change) -> what is lost."""


def _before(change: Mapping[str, Any], name: str) -> str:
    """A property of a resource as it was, where the change set tells it."""
    return str(context(change, "BeforeContext").get("Properties", {}).get(name, ""))
