"""`LoggingConfiguration` of an `AWS::S3::Bucket`, which the emulator's CloudFormation drops.

Kept, and shown by GetBucketLogging; no access logs are written.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from xml.sax.saxutils import escape

_NAMESPACE = "http://s3.amazonaws.com/doc/2006-03-01/"


def keep_bucket_logging(name: str, properties: Mapping[str, Any]) -> None:
    """Set, or take away, a bucket's access logging as its template has it. The bucket itself is the default target."""
    from ministack.services import s3

    given = properties.get("LoggingConfiguration")
    enabled = ""
    if given:
        target, prefix = given.get("DestinationBucketName") or name, given.get("LogFilePrefix", "")
        if target not in s3._buckets:
            raise ValueError("The target bucket for logging does not exist (InvalidTargetBucketForLogging)")
        where = f"<TargetBucket>{escape(target)}</TargetBucket><TargetPrefix>{escape(prefix)}</TargetPrefix>"
        enabled = f"<LoggingEnabled>{where}</LoggingEnabled>"
    s3._put_bucket_logging(name, f'<BucketLoggingStatus xmlns="{_NAMESPACE}">{enabled}</BucketLoggingStatus>'.encode())
