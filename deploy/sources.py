"""Whether the source that a parameter names is there, before anything is deployed that is to read it."""

from urllib.parse import urlsplit

from botocore.exceptions import ClientError

from glue_client.aws import Aws
from glue_client.aws_errors import code_of
from glue_client.console import say
from glue_client.errors import DeployError

PARAMETER = "SourceUrl"
ABSENT, DENIED = ("404", "NoSuchKey", "NoSuchBucket", "NotFound"), ("403", "AccessDenied", "Forbidden")


def check(aws: Aws, address: str) -> None:
    """See that the object of an s3:// address can be read; what other addresses name is left to the job.

    S3 answers HeadObject without a body, so its status is all that it says: 404 of what is absent, and 403 both of what
    the caller may not read and, without s3:ListBucket, of what is absent (API reference, HeadObject). So a 403 is told,
    and is no error: the job that reads the object has a role of its own.

    Raises:
        DeployError: there is no such object, or no such bucket.
    """
    parts = urlsplit(address)
    bucket, key = parts.netloc, address.partition("://")[2].partition("/")[2]
    if parts.scheme != "s3" or not bucket or not key:
        return
    try:
        aws.s3.head_object(Bucket=bucket, Key=key)
    except ClientError as error:
        if code_of(error) in DENIED:
            say(
                f"{PARAMETER}: S3 does not let you look at {address} (403), so it may be there or not; the job reads "
                "it with its own role"
            )
            return
        if code_of(error) not in ABSENT:
            raise
        seen = f"HeadObject answers {code_of(error)}; nothing was deployed"
        if _is_there(aws, bucket):
            raise DeployError(
                f"{PARAMETER} names {address}, and the bucket has no such object",
                seen,
                f"put it there (aws s3 cp), or correct the address: aws s3 ls s3://{bucket}/ shows what is there",
            ) from error
        raise DeployError(
            f"{PARAMETER} names {address}, and there is no bucket {bucket}",
            seen,
            f"make it (aws s3 mb s3://{bucket}), or correct the address: aws s3 ls shows the buckets",
        ) from error


def _is_there(aws: Aws, bucket: str) -> bool:
    try:
        aws.s3.head_bucket(Bucket=bucket)
    except ClientError as error:
        return code_of(error) not in ABSENT
    return True
