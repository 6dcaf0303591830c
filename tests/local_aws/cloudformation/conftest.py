"""A fresh stack, clients, and what templates of all types name."""

import json

import pytest

from tests.local_aws.aws_server import REGION
from tests.local_aws.cloudformation.stack import Stack
from tests.local_aws.cloudformation.types import compute, data


@pytest.fixture
def stack(local_aws):
    return Stack(local_aws)


@pytest.fixture
def glue(local_aws):
    return local_aws.client("glue")


@pytest.fixture(scope="session")
def named_by_templates(local_aws):
    """A group and objects."""
    local_aws.client("iam").create_group(GroupName="typed-group")
    s3 = local_aws.client("s3")
    s3.create_bucket(Bucket="typed-objects", CreateBucketConfiguration={"LocationConstraint": REGION})
    s3.put_object(Bucket="typed-objects", Key="machine.json", Body=json.dumps(data.DEFINITION))
    s3.put_object(Bucket="typed-objects", Key="code.zip", Body=compute.zipped("def handler(*_): return 1"))
