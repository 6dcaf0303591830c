"""What the caller of a query may do: on AWS it is the caller, not a role of Athena's, that needs the rights.

Conditions of policies see aws:CalledVia there (user guide, "Use CalledVia context keys for Athena"): `as_athena`.
"""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Mapping
from typing import Any

from local_aws import emulator
from local_aws.athena.errors import FailedQueryError
from local_aws.emulator import Scope
from local_aws.glue.permissions import resources


def as_athena() -> contextlib.AbstractContextManager[None]:
    """Meanwhile policies see that Athena asks with the caller's credentials."""
    return emulator.calling_as("athena.amazonaws.com")


def check_glue(scope: Scope, access_key: str, operation: str, parameters: Mapping[str, Any]) -> None:
    """Check an operation on the catalog, on each of its resources.

    Raises:
        FailedQueryError: the caller may not.
    """
    if refusal := glue_refusal(scope, access_key, operation, parameters):
        raise FailedQueryError(f"Insufficient permissions to execute the query. {refusal}")


def glue_refusal(scope: Scope, access_key: str, operation: str, parameters: Mapping[str, Any]) -> str:
    """IAM's sentence where the caller lacks the right to an operation on the catalog, "" where they have it."""
    for arn in resources(operation, parameters, scope):
        if denied := emulator.denial(access_key, f"glue:{operation}", arn):
            return f"User: {denied} is not authorized to perform: glue:{operation} on resource: {arn}"
    return ""


def check_s3(access_key: str, action: str, bucket: str, key: str) -> None:
    """Check the right to a bucket's list below a prefix (s3:ListBucket) or to an object, in the entered scope.

    Raises:
        FailedQueryError: PERMISSION_DENIED.
    """
    s3_checks(access_key)(action, bucket, key)


def s3_checks(access_key: str) -> Callable[[str, str, str], None]:
    """`check_s3` for many objects, by the policies as they are now: a function (action, bucket, key)."""
    allowed = emulator.permission_checker(access_key, is_use=True)

    def check(action: str, bucket: str, key: str) -> None:
        if action == "s3:ListBucket":
            is_allowed = allowed(action, f"arn:aws:s3:::{bucket}", {"s3:prefix": key})
        else:
            is_allowed = allowed(action, f"arn:aws:s3:::{bucket}/{key}")
        if not is_allowed:
            raise FailedQueryError(f"PERMISSION_DENIED: Permission denied on S3 path: s3://{bucket}/{key}")

    return check


def check_output(scope: Scope, access_key: str, location: str) -> None:
    """Check the place of a result, given as its URI.

    Raises:
        FailedQueryError: there is no such bucket, or the caller may not write there.
    """
    bucket, _, key = location.removeprefix("s3://").partition("/")
    if not emulator.bucket_exists(scope, bucket):
        raise FailedQueryError(
            "The S3 location provided to save your query results is invalid. Please check your S3 location is correct "
            "and is in the same region and try again. If you continue to see the issue, contact customer support for "
            "further assistance."
        )
    if emulator.denial(access_key, "s3:PutObject", f"arn:aws:s3:::{bucket}/{key}"):
        raise FailedQueryError(
            f"Access denied when writing output to url: {location} . Please ensure you are allowed to access the S3 "
            "bucket. If you are encrypting query results with KMS key, please ensure you are allowed to access your "
            "KMS key"
        )
