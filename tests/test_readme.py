"""The README: short, and true to the tasks, the order of use and the measured figures."""

import json
import re
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
TEXT = (ROOT / "README.md").read_text(encoding="utf-8")
TASKS = re.findall(r"^@_pynt\.task\ndef (\w+)\(", (ROOT / "build.py").read_text(encoding="utf-8"), re.MULTILINE)
CREATE = """\
    pynt createstack[basic-infra]
    pynt deploygluescripts
    pynt createstack[glue-jobs]
    pynt createstack[glue-catalog]
    pynt createstack[glue-workflow]
    aws glue start-workflow-run --name etl-workflow
"""
DELETE = [
    "pynt deletestack[glue-workflow]",
    "pynt deletestack[glue-catalog]",
    "pynt deletestack[glue-jobs]",
    "pynt deleteS3bucket[etl-poc-artifacts]",
    "pynt deleteS3bucket[etl-poc-athena-queries]",
    "pynt deleteS3bucket[etl-poc-data-raw]",
    "pynt deleteS3bucket[etl-poc-data-silver]",
    "pynt deleteS3bucket[etl-poc-data-gold]",
    "pynt deletestack[basic-infra]",
]


def test_is_short():
    assert len(TEXT.splitlines()) < 200


def test_there_are_tasks():
    assert {"createstack", "demo", "test"} <= set(TASKS)


@pytest.mark.parametrize("task", TASKS)
def test_names_every_task(task):
    assert re.search(rf"\b{task}\b", TEXT)


def test_gives_the_order_of_deployment():
    assert CREATE in TEXT


def test_gives_the_order_of_removal():
    places = [TEXT.find(f"    {line}\n") for line in DELETE]
    assert -1 not in places
    assert places == sorted(places)


def test_its_task_calls_are_of_tasks_that_exist():
    called = re.findall(r"\./pyntw '?([a-zA-Z0-9]+)", TEXT) + re.findall(r"^    pynt (\w+)", TEXT, re.MULTILINE)
    assert sorted(set(called) - set(TASKS)) == []


@pytest.mark.parametrize("target", sorted(set(re.findall(r"\]\(([^)#:]+)\)", TEXT))))
def test_its_links_lead_somewhere(target):
    assert (ROOT / target).exists()


def test_no_part_waits_to_be_written():
    assert re.findall(r"\b[A-Z]+_(?:OUTPUT|TABLE)\b", TEXT) == []


def test_the_python_it_asks_for_is_the_one_that_tests_it():
    assert "Python 3.11" in TEXT
    assert sys.version_info[:2] == (3, 11)


def test_its_figure_of_speed_is_the_measured_one():
    measured = json.loads((ROOT / "benchmarks/results.json").read_text())["sales"]["median_seconds"]["etl-workflow"]
    assert f"two million rows takes {round(measured)} s on two" in TEXT
