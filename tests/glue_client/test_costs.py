"""Costs against figures that were computed by hand from AWS's prices and minimums."""

from datetime import timedelta

import pytest

from glue_client import costs, prices
from glue_client.costs import Cost
from glue_client.errors import WrongCall
from tests.glue_client.workflow_answers import START, crawl, crawler, job, job_run, run

SPARK = {"WorkerType": "G.1X", "NumberOfWorkers": 2, "GlueVersion": "5.1"}
SHELL = {"MaxCapacity": 0.0625, "LogGroupName": "/aws-glue/python-jobs"}
HERE = prices.of("us-east-1")


def spark(seconds, **more):
    return job_run("clean", "SUCCEEDED", 0, seconds, ExecutionTime=seconds, **{**SPARK, **more})


def told_crawl(seconds):
    return crawl("SUCCEEDED", 0, CompletedOn=START + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("told", "dollars", "measure"),
    [
        (spark(10), 0.44 * 2 * 60 / 3600, "10 s, counted as 1 m 00 s, x 2 DPU"),
        (spark(600), 0.44 * 2 * 600 / 3600, "10 m 00 s x 2 DPU"),
        (spark(600, ExecutionClass="FLEX"), 0.29 * 2 * 600 / 3600, "10 m 00 s x 2 DPU (FLEX)"),
        (
            spark(600, ExecutionClass="FLEX", DPUSeconds=900.0),
            0.29 * 900 / 3600,
            "900 DPU-seconds as billed (FLEX)",
        ),
        (spark(600, WorkerType="G.4X", NumberOfWorkers=3), 0.44 * 12 * 600 / 3600, "10 m 00 s x 12 DPU"),
        (spark(600, WorkerType=None, MaxCapacity=10.0), 0.44 * 10 * 600 / 3600, "10 m 00 s x 10 DPU"),
        (job_run("clean", "FAILED", 3, 3, **SPARK), 0.0, "never began"),
        (job_run("clean", "WAITING", 3, **SPARK), 0.0, "never began"),
        (
            job_run("clean", "SUCCEEDED", 0, 90, ExecutionTime=0, **SHELL),
            0.44 * 0.0625 * 90 / 3600,
            "1 m 30 s x 0.0625 DPU",
        ),
    ],
)
def test_a_run_of_a_job(told, dollars, measure):
    found = costs.of_job_run(told, HERE)
    assert found.dollars == pytest.approx(dollars)
    assert (found.kind, found.name, found.measure) == ("jobs", "clean", measure)


def test_a_crawl_counts_ten_minutes_at_least():
    assert costs.of_crawl(told_crawl(5), HERE).dollars == pytest.approx(0.44 * 2 / 6)
    assert costs.of_crawl(told_crawl(1200), HERE).dollars == pytest.approx(0.44 * 2 / 3)
    assert costs.of_crawl(crawl("CANCELLED", 0), HERE).dollars == 0.0


def test_a_crawl_of_list_crawls_is_billed_by_the_hours_that_it_tells():
    told = {"StartTime": START, "EndTime": START + timedelta(seconds=5)}
    assert costs.of_crawl(told, HERE).dollars == pytest.approx(0.44 * 2 / 6)
    assert costs.of_crawl({**told, "DPUHour": 0.5}, HERE).dollars == pytest.approx(0.22)


PARTS = [Cost("states", 0.001), Cost("crawlers", 0.2, "a"), Cost("jobs", 0.15, "b"), Cost("jobs", 0.25, "c")]


@pytest.mark.parametrize("told", [PARTS, PARTS[::-1]])
def test_parts_come_the_largest_first_wherever_they_stood(told):
    assert costs.said(told, HERE).startswith("on AWS about $0.60: jobs $0.40, crawlers $0.20, states $0.0010 (")
    assert [one.name for one in costs.in_order([*told, Cost("jobs", None, "d")])] == ["c", "b", "d", "a", ""]


def test_a_workflow_s_line_names_its_parts_and_what_is_not_known():
    told = run(extract=[job_run("extract", "SUCCEEDED", 0, 9, ExecutionTime=9, **SHELL)], clean=[spark(8), spark(8)])
    told["Graph"]["Nodes"] += [crawler("a", told_crawl(9)), crawler("b", told_crawl(9)), job("never")]
    assert costs.said(costs.of_workflow_run(told, HERE), HERE) == (
        "on AWS about $0.32: crawlers $0.29, jobs $0.0298 (us-east-1, prices of 2026-10, unverified)"
    )
    memory = costs.of_job_run(spark(60, WorkerType="R.1X"), HERE)
    assert costs.said([memory], HERE) == (
        "on AWS about $0.00 (us-east-1, prices of 2026-10, unverified, "
        "without clean, whose workers R.1X have a price that is not known here)"
    )


def test_a_region_without_prices_is_refused_by_name_and_a_run_s_line_says_whose_it_took():
    with pytest.raises(WrongCall, match='the region "mars-1" are not known here; those of us-east-1, eu-west-1, eu-ce'):
        prices.of("mars-1")
    assert str(prices.near("mars-1")) == (
        "us-east-1, as those of mars-1 are not known here, prices of 2026-10, unverified"
    )
    assert prices.near("eu-central-1")["s3_gb_month"] == 0.0245


def test_every_region_has_every_price_and_every_price_its_source():
    names = set(prices.REGIONS[prices.USUAL])
    assert {region: set(found) for region, found in prices.REGIONS.items()} == dict.fromkeys(prices.REGIONS, names)
    told = ", ".join(prices.BOOK["sources"])
    assert [name for name in names if name not in told and f"{name.partition('_')[0]}_…" not in told] == []
