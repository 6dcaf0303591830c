"""The AWS account and region that the environment names, and its clients.

AWS_ENDPOINT_URL, AWS_PROFILE and the rest of the usual settings work as boto3 documents them. One is added: AWS_REGION,
which the AWS CLI and the SDKs of other languages read and boto3 does not.
"""

import os
from difflib import get_close_matches
from functools import cached_property
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config
from botocore.exceptions import NoCredentialsError
from botocore.loaders import create_loader

from glue_client.errors import DeployError

if TYPE_CHECKING:
    from botocore.credentials import ReadOnlyCredentials
    from mypy_boto3_athena import AthenaClient
    from mypy_boto3_cloudformation import CloudFormationClient
    from mypy_boto3_glue import GlueClient
    from mypy_boto3_logs import CloudWatchLogsClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sts import STSClient

# The standard mode retries what AWS calls retryable: three tries in all, so that an endpoint where nobody listens is
# told within seconds.
CONFIG = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=10)


class Aws:
    """One account and region. Its clients are made when first asked for.

    Raises:
        DeployError: AWS_ENDPOINT_URL is set, as for the local AWS, and the region is none of AWS's, which would not be
            found by its address.
    """

    def __init__(self) -> None:
        self._session = boto3.Session(region_name=os.environ.get("AWS_REGION") or None)
        region = self._session.region_name
        if region and os.environ.get("AWS_ENDPOINT_URL"):
            _refuse_unknown(region)

    @cached_property
    def athena(self) -> "AthenaClient":
        """Queries."""
        client: AthenaClient = self._session.client("athena", config=CONFIG)
        return client

    @cached_property
    def cloudformation(self) -> "CloudFormationClient":
        """Stacks."""
        client: CloudFormationClient = self._session.client("cloudformation", config=CONFIG)
        return client

    @cached_property
    def cloudwatch(self) -> Any:
        """Metrics."""
        return self._session.client("cloudwatch", config=CONFIG)

    @cached_property
    def dynamodb(self) -> Any:
        """Items."""
        return self._session.client("dynamodb", config=CONFIG)

    @cached_property
    def ec2(self) -> Any:
        """Networks."""
        return self._session.client("ec2", config=CONFIG)

    @cached_property
    def events(self) -> Any:
        """Rules of EventBridge."""
        return self._session.client("events", config=CONFIG)

    @cached_property
    def glue(self) -> "GlueClient":
        """Jobs, crawlers and workflows."""
        client: GlueClient = self._session.client("glue", config=CONFIG)
        return client

    @cached_property
    def iam(self) -> Any:
        """Roles."""
        return self._session.client("iam", config=CONFIG)

    @cached_property
    def logs(self) -> "CloudWatchLogsClient":
        """What jobs and crawlers logged."""
        client: CloudWatchLogsClient = self._session.client("logs", config=CONFIG)
        return client

    @cached_property
    def s3(self) -> "S3Client":
        """Buckets and objects."""
        client: S3Client = self._session.client("s3", config=CONFIG)
        return client

    @cached_property
    def scheduler(self) -> Any:
        """Schedules of EventBridge."""
        return self._session.client("scheduler", config=CONFIG)

    @cached_property
    def sns(self) -> Any:
        """Topics."""
        return self._session.client("sns", config=CONFIG)

    @cached_property
    def ssm(self) -> Any:
        """Parameters."""
        return self._session.client("ssm", config=CONFIG)

    @cached_property
    def states(self) -> Any:
        """State machines."""
        return self._session.client("stepfunctions", config=CONFIG)

    @cached_property
    def sts(self) -> "STSClient":
        """Who we are."""
        client: STSClient = self._session.client("sts", config=CONFIG)
        return client

    @property
    def credentials(self) -> "ReadOnlyCredentials":
        """What requests are signed with."""
        found = self._session.get_credentials()
        if found is None:
            raise NoCredentialsError
        return found.get_frozen_credentials()

    @property
    def region(self) -> str:
        """For example eu-west-1."""
        return str(self.cloudformation.meta.region_name)  # STS also does without a region

    @cached_property
    def account(self) -> str:
        """The twelve digits of the account."""
        return self.sts.get_caller_identity()["Account"]

    def __str__(self) -> str:
        return f"{self.account} / {self.region}"


def _refuse_unknown(region: str) -> None:
    partitions = create_loader().load_data("partitions")["partitions"]
    known = [name for partition in partitions for name in partition["regions"]]
    if region not in known:
        near = get_close_matches(region, known, n=3) or ["eu-west-1"]
        raise DeployError(
            f'AWS has no region "{region}"',
            "AWS_REGION, AWS_DEFAULT_REGION or the profile names it",
            f"export AWS_REGION, to {' or '.join(near)} or whichever you mean",
        )
