"""A fresh stack, and clients."""

import pytest

from tests.local_aws.cloudformation.stack import Stack


@pytest.fixture
def stack(local_aws):
    return Stack(local_aws)


@pytest.fixture
def glue(local_aws):
    return local_aws.client("glue")
