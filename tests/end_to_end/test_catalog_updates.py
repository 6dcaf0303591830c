"""The sales with crawlers, then with jobs that keep the catalog: the same tables, and what each way costs.

On rows whose numbers are numbers: of others a crawler makes another type, double for a whole number with a point in it,
where the jobs keep the declared one.
"""

import re
import zipfile

import pytest

from tests.end_to_end.test_sales import SAMPLE

DATABASE = "etl_poc_database"
TABLES = ["gold_sales", "raw_sales", "silver_sales", "silver_sales_rejected"]
DOCUMENTED = 0.05
"""Dollars that a run without crawlers may cost."""


NUMBERS = re.compile(r"[^,]*(,[^,]*){5},\d{1,18},[^,]+,\d{1,18}(,-?\d+([.]\d+)?){5}")
"""A line of the sales whose numbers are some."""


@pytest.fixture(scope="module")
def good(tmp_path_factory):
    """The sample without lines whose numbers are none."""
    with zipfile.ZipFile(SAMPLE) as archive:
        [name] = archive.namelist()
        header, *lines = archive.read(name).decode().splitlines()
    kept = [line for line in lines if NUMBERS.fullmatch(line)]
    assert 19_500 < len(kept) < len(lines)
    path = tmp_path_factory.mktemp("sample") / "sales.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, "".join(f"{line}\n" for line in [header, *kept]))
    return path


@pytest.fixture(scope="module")
def both(laptop, good):
    """What the catalog, Athena and the bill told of the run of each way."""
    laptop.task("createstack[basic-infra]")
    laptop.client("s3").upload_file(str(good), laptop.bucket("artifacts"), "samples/sales.zip")
    laptop.task(f"up[SourceUrl=s3://{laptop.bucket('artifacts')}/samples/sales.zip]")
    found = {"crawler": told(laptop)}
    for table in ("raw_sales", "silver_sales", "gold_sales"):
        laptop.client("glue").delete_table(DatabaseName=DATABASE, Name=table)
    laptop.task("up[CatalogUpdates=job]")
    return found | {"job": told(laptop)}


def told(laptop):
    run = laptop.task("runworkflow").stdout
    glue = laptop.client("glue")
    tables = {one["Name"]: one for one in glue.get_tables(DatabaseName=DATABASE)["TableList"]}
    del tables["sales_quality"]  # of the rules' outcomes, which each run adds to
    counts = {name: laptop.task("query[format=csv]", stdin=f"SELECT count(*) FROM {name}").stdout for name in tables}
    return {
        "run": run,
        "workflow": glue.get_workflow(Name="etl-workflow", IncludeGraph=True)["Workflow"],
        "tables": tables,
        "counts": counts,
        "countries": laptop.task(
            "query[format=csv]",
            stdin="SELECT country, count(*), sum(total_profit) FROM gold_sales GROUP BY 1 ORDER BY 1",
        ).stdout,
        "raw": laptop.task(
            "query[format=csv]", stdin='SELECT sum("units sold"), min("ship date") FROM raw_sales'
        ).stdout,
        "partitions": {
            tuple(one["Values"]): one["StorageDescriptor"]
            for page in glue.get_paginator("get_partitions").paginate(DatabaseName=DATABASE, TableName="gold_sales")
            for one in page["Partitions"]
        },
        "cost": laptop.task("cost[runs=30]").stdout,
    }


def columns(described):
    return [(one["Name"], one["Type"]) for one in described["Columns"]]


def read_as(described):
    return described["InputFormat"], described["SerdeInfo"]["SerializationLibrary"], described["Location"]


def test_the_tables_are_the_same(both):
    ours, theirs = both["job"]["tables"], both["crawler"]["tables"]
    assert sorted(ours) == sorted(theirs) == TABLES
    for name in TABLES:
        one, other = ours[name], theirs[name]
        assert columns(one["StorageDescriptor"]) == columns(other["StorageDescriptor"]), name
        assert read_as(one["StorageDescriptor"]) == read_as(other["StorageDescriptor"]), name
        assert one["PartitionKeys"] == other["PartitionKeys"], name
        assert one["Parameters"]["classification"] == other["Parameters"]["classification"], name


def test_the_partitions_are_the_same(both):
    ours, theirs = both["job"]["partitions"], both["crawler"]["partitions"]
    assert len(ours) > 100
    assert {key: (columns(one), read_as(one)) for key, one in ours.items()} == {
        key: (columns(one), read_as(one)) for key, one in theirs.items()
    }


def test_athena_finds_the_same_rows(both):
    assert both["job"]["counts"] == both["crawler"]["counts"]
    assert both["job"]["countries"] == both["crawler"]["countries"]
    assert both["job"]["raw"] == both["crawler"]["raw"]


def test_no_crawler_is_in_the_workflow_of_jobs_that_keep_the_catalog(both):
    nodes = both["job"]["workflow"]["Graph"]["Nodes"]
    assert {one["Type"] for one in nodes} == {"TRIGGER", "JOB"}
    assert both["job"]["workflow"]["LastRun"]["Statistics"]["SucceededActions"] == 3


def test_a_run_without_crawlers_costs_a_tenth(both):
    dear, cheap = (a_run(both[way]["cost"]) for way in ("crawler", "job"))
    assert 0.45 < dear < 0.55
    assert cheap <= DOCUMENTED
    assert "./pyntw 'up[CatalogUpdates=job]'" in both["crawler"]["cost"]
    assert "crawler" not in both["job"]["cost"]


def test_the_workflow_s_last_line_tells_the_same_jobs_and_crawlers(both):
    for way in ("crawler", "job"):
        line = re.search(r"on AWS about \$([\d.]+)", both[way]["run"])[1]
        parts = re.findall(r"^(?:jobs|crawlers) .* ([\d.]+)$", both[way]["cost"], re.MULTILINE)
        assert float(line) == pytest.approx(sum(map(float, parts)), abs=0.015), way  # each of them rounded


def a_run(text):
    return float(re.search(r"^a run +([\d.]+)$", text, re.MULTILINE)[1])


@pytest.mark.usefixtures("both")
def test_what_is_not_there_or_makes_no_sense_is_refused_in_a_sentence(laptop):
    for call, words in {
        "cost[nothing]": 'there is no workflow, state machine or job "nothing"',
        "cost[region=mars-1]": 'the prices of the region "mars-1" are not known here',
        "cost[runs=3,schedule=rate(1 day)]": "and got both",
        "cost[schedule=daily]": '"daily" is no schedule',
        "cost[pipeline=store]": "the pipeline store is not deployed",
    }.items():
        run = laptop.task(call, check=False)
        assert (run.returncode != 0, words in run.stderr) == (True, True), run.stderr


@pytest.mark.usefixtures("both")
def test_a_job_or_a_schedule_with_commas_is_priced_too(laptop):
    told = laptop.task("cost[etl-clean,schedule=cron(0 6,18 * * ? *),region=eu-central-1]").stdout
    assert "60.8 a month (cron(0 6,18 * * ? *))" in told
    assert "US dollars of eu-central-1" in told
