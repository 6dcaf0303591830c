"""What all tests of `awsglue` and `awsgluedq` use: the packages on the path, and frames of dicts."""

import sys
from pathlib import Path

import pytest

JOBS = str(Path(__file__).parents[3] / "local_aws" / "runtime")
if JOBS not in sys.path:
    sys.path.insert(0, JOBS)


@pytest.fixture(scope="session")
def make(spark):
    """A function that makes a DynamicFrame of dicts."""
    from awsglue._frames.functions import frame_of_records
    from awsglue.dynamicframe import DynamicFrame

    def made(records, name="frame", slices=2):
        return DynamicFrame(frame_of_records(spark, spark.sparkContext.parallelize(records, slices)), None, name)

    return made


@pytest.fixture(scope="session")
def rows():
    """A function that gives the rows of a DynamicFrame as dicts, the value of a choice plain."""
    from awsglue._frames.functions import records

    return lambda frame: [dict(record) for record in records(frame._frame).collect()]
