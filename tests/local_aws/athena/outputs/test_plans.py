"""What the catalog is told of new partitions when another statement told it first."""

import pytest

from local_aws.athena.errors import FailedQueryError
from local_aws.athena.outputs import plans as outputs
from local_aws.athena.outputs.plans import Caller
from local_aws.emulator import Scope
from local_aws.glue.model import GlueError


@pytest.fixture
def caller(monkeypatch):
    """A caller whose every call finds that what it makes is there already."""

    def refuse(*_arguments, **_parameters):
        raise GlueError("AlreadyExistsException", "It is there already.")

    monkeypatch.setattr(outputs, "carry_out", refuse)
    monkeypatch.setattr(outputs, "check_glue", lambda *_: None)
    return Caller(Scope("000000000000", "eu-west-1"), "key")


def test_partitions_that_are_there_by_then_are_passed_over(caller):
    caller.glue("BatchCreatePartition", DatabaseName="db", TableName="t", PartitionInputList=[])


def test_a_table_that_is_there_by_then_is_not(caller):
    with pytest.raises(FailedQueryError, match=r"It is there already. \(Error Code: AlreadyExistsException\)"):
        caller.glue("CreateTable", DatabaseName="db", TableInput={"Name": "t"})
