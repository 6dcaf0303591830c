"""What S3 keeps: the bytes of a bucket, old versions too, and what was written there in some time."""

from dataclasses import dataclass
from datetime import datetime

from botocore.exceptions import ClientError

from glue_client.aws import Aws
from glue_client.aws_errors import code_of

MOST = 1_000_000
"""Versions of objects that are counted in a bucket: a thousand requests' worth."""


@dataclass(frozen=True)
class Stored:
    """A bucket as it was found.

    Attributes:
        bucket: its name.
        bytes: of the current objects.
        old: bytes of former versions, deleted ones among them.
        objects: how many current ones there are.
        writes: how many versions were written in the time that was asked for.
        written: their bytes.
        kept_days: days that a former version is kept, by the bucket's lifecycle; None where it says nothing of all.
        whole: False where there are more versions than were counted.
    """

    bucket: str
    bytes: int
    old: int
    objects: int
    writes: int
    written: int
    kept_days: int | None
    whole: bool


def survey(aws: Aws, bucket: str, began: datetime, ended: datetime) -> Stored:
    """Count a bucket, by ListObjectVersions; LastModified has whole seconds, hence the beginning's second counts."""
    current = old = objects = writes = written = seen = 0
    start, whole = began.replace(microsecond=0), True
    for page in aws.s3.get_paginator("list_object_versions").paginate(Bucket=bucket):
        for one in page.get("Versions", []):
            size, is_new = one["Size"], start <= one["LastModified"] <= ended
            current += size if one["IsLatest"] else 0
            old += 0 if one["IsLatest"] else size
            objects += one["IsLatest"]
            writes, written = writes + is_new, written + (size if is_new else 0)
            seen += 1
        whole = not page["IsTruncated"]
        if seen >= MOST:
            break
    return Stored(bucket, current, old, objects, writes, written, _kept_days(aws, bucket), whole)


def _kept_days(aws: Aws, bucket: str) -> int | None:
    try:
        rules = aws.s3.get_bucket_lifecycle_configuration(Bucket=bucket)["Rules"]
    except ClientError as error:
        if code_of(error) != "NoSuchLifecycleConfiguration":
            raise
        return None
    for rule in rules:
        days = rule.get("NoncurrentVersionExpiration", {}).get("NoncurrentDays")
        is_of_all = not rule.get("Prefix") and not any(rule.get("Filter", {}).values())
        if days and is_of_all and rule["Status"] == "Enabled":
            return days
    return None
