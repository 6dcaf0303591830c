"""docs/costs.md and its picture are what is computed now, of the measured runs that docs/costs.json keeps."""

import sys

import pytest

from benchmarks import costs as page
from glue_client import costs

STALE = "prices, runs or the computation changed: python -m benchmarks.costs, look at the picture, commit both"


def test_the_table_is_that_of_now():
    assert page.PAGE.read_text(encoding="utf-8") == page.page(), STALE


def test_the_picture_is_that_of_now():
    assert page.PICTURE.read_text(encoding="utf-8") == page.picture(), STALE


def test_the_cheap_way_costs_what_was_promised():
    dear, cheap = (costs.total(found) for found in page.computed().values())
    assert dear == pytest.approx(0.47, abs=0.03)
    assert cheap <= 0.05


def test_both_ways_ran_the_same_jobs():
    jobs = [sorted(cost.name for cost in found if cost.kind == "jobs") for found in page.computed().values()]
    assert jobs[0] == jobs[1]
    assert len(jobs[0]) == 3


def test_the_plots_leave_pythons_imports_alone():
    assert "pygal" in sys.modules
    assert [finder for finder in sys.meta_path if not hasattr(finder, "find_spec")] == []
