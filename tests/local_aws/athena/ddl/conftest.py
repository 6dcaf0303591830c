"""One database for the tests of a module."""

import pytest

from tests.local_aws.athena.ddl.statements import Database


@pytest.fixture(scope="module")
def database(local_aws):
    return Database(local_aws)
