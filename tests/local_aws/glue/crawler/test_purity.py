"""The rules touch no client, no disk, no clock: importing them imports none of those who do."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[4] / "local_aws" / "glue" / "crawler"
WITH_IO = {"catalog", "crawl", "dynamodb_source", "explain", "range_reader", "s3_source", "survey"}
PURE = sorted(path.stem for path in PACKAGE.glob("*.py") if path.stem not in WITH_IO)
FORBIDDEN = {"boto3", "botocore", "ministack", "pyspark", "pyarrow", "http", "socket", "sqlite3", "time", "tempfile"}


def imported(module):
    """The top-level names that importing a module brings in, on top of those of a bare interpreter."""
    code = "import json, sys; before = set(sys.modules)\n"
    code += f"import {module}\n"
    code += "print(json.dumps(sorted({name.partition('.')[0] for name in set(sys.modules) - before})))"
    command = [sys.executable, "-c", code]
    return set(json.loads(subprocess.run(command, cwd=PACKAGE.parents[2], capture_output=True, check=True).stdout))


@pytest.mark.parametrize("module", PURE)
def test_a_rule_imports_nothing_that_acts(module):
    name = "local_aws.glue.crawler" + ("" if module == "__init__" else f".{module}")
    assert imported(name) & FORBIDDEN == set()


def test_the_modules_that_act_are_still_there():
    assert {path.stem for path in PACKAGE.glob("*.py")} >= WITH_IO
