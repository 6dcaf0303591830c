"""What stacks hold or leave that CloudFormation does not delete: contents of buckets, log streams of jobs and crawlers.

Glue writes all jobs of an account into the same few log groups; the streams are called after the job run (Spark adds a
suffix), those of a crawler after the crawler. With a security configuration Glue makes groups for it and the role,
which are of nobody else: they go when they are empty.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from botocore.exceptions import ClientError

from deploy import buckets as s3_buckets
from glue_client import deployed
from glue_client.aws import Aws
from glue_client.aws_errors import DENIALS, code_of
from glue_client.console import count, say

CRAWLER_LOGS = "/aws-glue/crawlers"
OF_A_ROLE = ("/aws-glue/crawlers-role/", "-role/")
"""In the names of groups that Glue makes for a security configuration and a role."""


@dataclass(frozen=True)
class Inventory:
    """Buckets as (stack, bucket), and log streams as (group, start of the stream's name)."""

    owned: tuple[tuple[str, str], ...]
    streams: tuple[tuple[str, str], ...]

    @property
    def buckets(self) -> list[str]:
        """All buckets."""
        return [bucket for _, bucket in self.owned]

    def buckets_of(self, stack: str) -> list[str]:
        """The buckets of one stack."""
        return [bucket for owner, bucket in self.owned if owner == stack]


def inventory(aws: Aws, stacks: Iterable[str]) -> Inventory:
    """What is there to be removed besides the stacks' own resources. Ask before the stacks are deleted."""
    resources = [
        (stack, one["ResourceType"], one["PhysicalResourceId"])
        for stack, one in deployed.resources(aws, stacks)
        if one.get("PhysicalResourceId")
    ]
    owned = [
        (stack, name) for stack, kind, name in resources if kind == "AWS::S3::Bucket" and s3_buckets.find(aws, name)
    ]
    streams = [one for _, kind, name in resources if kind == "AWS::Glue::Job" for one in _streams_of_job(aws, name)]
    streams += [(_group_of_crawler(aws, name), name) for _, kind, name in resources if kind == "AWS::Glue::Crawler"]
    return Inventory(tuple(owned), tuple(streams))


def remove(aws: Aws, there: Inventory) -> None:
    """Delete the buckets that templates retained, and the log streams; without the right to do so the logs stay."""
    for bucket in there.buckets:
        if s3_buckets.find(aws, bucket):
            s3_buckets.remove(aws, bucket)
    try:
        deleted = sum(_delete_streams(aws, group, prefix) for group, prefix in there.streams)
        for group in dict.fromkeys(group for group, _ in there.streams if any(part in group for part in OF_A_ROLE)):
            _delete_empty(aws, group)
    except ClientError as error:
        if code_of(error) not in DENIALS:
            raise
        say(f"log streams stay: {error}")
        return
    if deleted:
        say(f"{count(deleted, 'log stream')} deleted")


def _streams_of_job(aws: Aws, job: str) -> Iterator[tuple[str, str]]:
    for page in aws.glue.get_paginator("get_job_runs").paginate(JobName=job):
        for run in page["JobRuns"]:
            group = run.get("LogGroupName", "/aws-glue/jobs")
            yield f"{group}/output", run["Id"]
            yield f"{group}/error", run["Id"]


def _group_of_crawler(aws: Aws, crawler: str) -> str:
    """Where a crawler logged last."""
    try:
        last = aws.glue.get_crawler(Name=crawler)["Crawler"].get("LastCrawl", {})
    except ClientError as error:
        if code_of(error) not in (*DENIALS, "EntityNotFoundException"):
            raise
        return CRAWLER_LOGS
    return str(last.get("LogGroup", CRAWLER_LOGS))


def _delete_empty(aws: Aws, group: str) -> None:
    try:
        if not aws.logs.describe_log_streams(logGroupName=group, limit=1)["logStreams"]:
            aws.logs.delete_log_group(logGroupName=group)
    except ClientError as error:
        if code_of(error) != "ResourceNotFoundException":
            raise


def _delete_streams(aws: Aws, group: str, prefix: str) -> int:
    pages = aws.logs.get_paginator("describe_log_streams").paginate(logGroupName=group, logStreamNamePrefix=prefix)
    try:
        names = [stream["logStreamName"] for page in pages for stream in page["logStreams"]]
        names = [name for name in names if name == prefix or not group.startswith(CRAWLER_LOGS)]
    except ClientError as error:
        if code_of(error) == "ResourceNotFoundException":
            return 0
        raise
    for name in names:
        aws.logs.delete_log_stream(logGroupName=group, logStreamName=name)
    return len(names)
