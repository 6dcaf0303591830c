"""Costs against the table of docs/costs.md, whose figures were computed by hand, and AWS's minimums."""

import re
from datetime import timedelta

import pytest

from deploy.project import ROOT
from glue_client import costs
from tests.glue_client.workflow_answers import START, crawl, crawler, job, job_run, run

SPARK = {"WorkerType": "G.1X", "NumberOfWorkers": 2, "GlueVersion": "5.1"}
SHELL = {"MaxCapacity": 0.0625, "LogGroupName": "/aws-glue/python-jobs"}


def spark(seconds, **more):
    return job_run("clean", "SUCCEEDED", 0, seconds, ExecutionTime=seconds, **{**SPARK, **more})


def test_the_page_s_example_costs_what_the_page_says():
    rows = dict(re.findall(r"^\| (.+?) \|.*\| \**([\d.]+)\** \|$", (ROOT / "docs/costs.md").read_text(), re.MULTILINE))
    assert float(rows["three crawlers"]) == pytest.approx(3 * costs.of_crawl(told_crawl(20)).dollars, abs=5e-5)
    assert float(rows["clean, Spark"]) == pytest.approx(costs.of_job_run(spark(120)).dollars, abs=5e-5)
    shell = job_run("extract", "SUCCEEDED", 0, 180, ExecutionTime=180, **SHELL)
    assert float(rows["extract, Python shell"]) == pytest.approx(costs.of_job_run(shell).dollars, abs=5e-5)
    assert costs.PRICES["region"] in (ROOT / "docs/costs.md").read_text()


def told_crawl(seconds):
    return crawl("SUCCEEDED", 0, CompletedOn=START + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("told", "dollars"),
    [
        (spark(10), 0.44 * 2 * 60 / 3600),  # a minute at least
        (spark(600), 0.44 * 2 * 600 / 3600),
        (spark(600, ExecutionClass="FLEX"), 0.29 * 2 * 600 / 3600),
        (spark(600, ExecutionClass="FLEX", DPUSeconds=900.0), 0.29 * 900 / 3600),
        (spark(600, WorkerType="G.4X", NumberOfWorkers=3), 0.44 * 12 * 600 / 3600),
        (spark(600, WorkerType=None, MaxCapacity=10.0), 0.44 * 10 * 600 / 3600),
        (job_run("clean", "FAILED", 3, 3, **SPARK), 0.0),  # never began
        (job_run("clean", "WAITING", 3, **SPARK), 0.0),
        (job_run("clean", "SUCCEEDED", 0, 90, ExecutionTime=0, **SHELL), 0.44 * 0.0625 * 90 / 3600),
    ],
)
def test_a_run_of_a_job(told, dollars):
    assert costs.of_job_run(told).dollars == pytest.approx(dollars)


def test_a_crawl_counts_ten_minutes_at_least():
    assert costs.of_crawl(told_crawl(5)).dollars == pytest.approx(0.44 * 2 / 6)
    assert costs.of_crawl(told_crawl(1200)).dollars == pytest.approx(0.44 * 2 / 3)
    assert costs.of_crawl(crawl("CANCELLED", 0)).dollars == 0.0


def test_a_workflow_s_line_names_its_parts_and_what_is_not_known():
    told = run(extract=[job_run("extract", "SUCCEEDED", 0, 9, ExecutionTime=9, **SHELL)], clean=[spark(8), spark(8)])
    told["Graph"]["Nodes"] += [crawler("a", told_crawl(9)), crawler("b", told_crawl(9)), job("never")]
    assert costs.said(costs.of_workflow_run(told)) == (
        "on AWS about $0.32: crawlers $0.29, jobs $0.0298 (us-east-1, prices of 2026-10, unverified)"
    )
    memory = costs.of_job_run(spark(60, WorkerType="R.1X"))
    assert costs.said([memory]) == (
        "on AWS about $0.00 (us-east-1, prices of 2026-10, unverified, "
        "without clean, whose workers R.1X have a price that is not known here)"
    )
