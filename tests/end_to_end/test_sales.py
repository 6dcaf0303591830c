"""The sales pipeline from nothing to query results, run by the project's own tasks.

What must come out is computed by DuckDB straight from the zip of the sample.
"""

import csv
import io
import json
import subprocess
import sys
import zipfile
from pathlib import Path

import duckdb
import pytest

from tests.end_to_end.conftest import ROOT

SAMPLE = ROOT / "samples" / "sales.zip"
TABLES = ["gold_sales", "raw_sales", "silver_sales", "silver_sales_rejected"]
COLUMNS = (
    "region country item_type sales_channel order_priority order_date order_id ship_date units_sold unit_price "
    "unit_cost total_revenue total_cost total_profit"
).split()


@pytest.fixture(scope="module")
def expected(tmp_path_factory):
    """A DuckDB connection with the sample as tables `lines` (every data line) and `good` (its valid, distinct rows)."""
    folder = tmp_path_factory.mktemp("sample")
    with zipfile.ZipFile(SAMPLE) as archive:
        (member,) = archive.namelist()
        text = archive.read(member).decode()
    lines = [line.split(",") for line in text.splitlines()[1:]]
    rows = [[value.strip() for value in line] for line in lines if len(line) == len(COLUMNS)]
    file = folder / "rows.jsonl"
    file.write_text("".join(json.dumps(dict(zip(COLUMNS, row, strict=True))) + "\n" for row in rows))
    db = duckdb.connect()
    db.execute("CREATE TABLE lines AS SELECT ? AS total", [len(lines)])
    numbers = ", ".join(f"TRY_CAST({name} AS DECIMAL(10, 2)) AS {name}" for name in COLUMNS[9:])
    dates = ", ".join(f"TRY_STRPTIME({name}, '%m/%d/%Y')::DATE AS {name}" for name in ("order_date", "ship_date"))
    db.execute(
        f"CREATE TABLE good AS SELECT DISTINCT region, country, item_type, sales_channel, order_priority, "
        f"TRY_CAST(order_id AS BIGINT) AS order_id, TRY_CAST(units_sold AS INTEGER) AS units_sold, {dates}, {numbers} "
        f"FROM read_json(?, columns = {dict.fromkeys(COLUMNS, 'VARCHAR')})",
        [str(file)],
    )
    wrong = " OR ".join(f"{name} IS NULL OR CAST({name} AS VARCHAR) = ''" for name in COLUMNS)
    db.execute(f"DELETE FROM good WHERE {wrong}")
    return db


@pytest.fixture(scope="module")
def deployed(laptop):
    """All stacks, the scripts and the sample, deployed in the order that the README gives for AWS."""
    laptop.task("createstack[basic-infra]")
    laptop.client("s3").upload_file(str(SAMPLE), laptop.bucket("artifacts"), "samples/sales.zip")
    laptop.task("deploygluescripts")
    laptop.task(f"createstack[glue-jobs,SourceUrl=s3://{laptop.bucket('artifacts')}/samples/sales.zip]")
    laptop.task("createstack[glue-catalog]")
    laptop.task("createstack[glue-workflow]")
    return laptop


@pytest.fixture(scope="module")
def pipeline(deployed):
    """The deployed pipeline after a run; `.run` is the task's output."""
    deployed.run = deployed.task("runworkflow")
    return deployed


def ask(laptop, sql):
    """Rows of a query or a named query as texts, as the task prints them for other programs."""
    answer = laptop.task("query[format=csv]", stdin=sql) if " " in sql else laptop.task(f"query[{sql},format=csv]")
    return [tuple(row) for row in csv.reader(io.StringIO(answer.stdout))][1:]


def as_text(rows):
    return [tuple(str(value) for value in row) for row in rows]


def tables(laptop):
    glue = laptop.client("glue")
    return {table["Name"]: table for table in glue.get_tables(DatabaseName="etl_poc_database")["TableList"]}


def contents(laptop, purpose):
    """Key -> size of every object under the tables' folders; what each run adds to the rules' outcomes is left out."""
    pages = laptop.client("s3").get_paginator("list_objects_v2").paginate(Bucket=laptop.bucket(purpose))
    found = {entry["Key"]: entry["Size"] for page in pages for entry in page.get("Contents", [])}
    return {key: size for key, size in found.items() if not key.startswith("quality/")}


def test_the_run_succeeds_and_says_where_the_rows_went(pipeline, expected):
    total = expected.execute("SELECT total FROM lines").fetchone()[0]
    assert f"{total:,}" in pipeline.run.stdout


def test_every_node_of_the_workflow_succeeded(pipeline):
    run = pipeline.client("glue").get_workflow(Name="etl-workflow", IncludeGraph=True)["Workflow"]["LastRun"]
    assert run["Status"] == "COMPLETED"
    assert run["Statistics"] == {
        "TotalActions": 6,
        "SucceededActions": 6,
        "FailedActions": 0,
        "TimeoutActions": 0,
        "StoppedActions": 0,
        "RunningActions": 0,
        "ErroredActions": 0,
        "WaitingActions": 0,
    }


def test_the_catalog_holds_the_four_tables(pipeline):
    assert sorted(tables(pipeline)) == TABLES


def test_raw_counts(pipeline, expected):
    total = expected.execute("SELECT total FROM lines").fetchone()[0]
    assert ask(pipeline, "SELECT count(*) FROM raw_sales") == [(str(total),)]


@pytest.mark.parametrize("table", ["silver_sales", "gold_sales"])
def test_silver_and_gold_hold_the_good_rows(pipeline, expected, table):
    names = ", ".join(COLUMNS)
    found = ask(pipeline, f"SELECT {names} FROM {table}")
    wanted = expected.execute(f"SELECT {names} FROM good").fetchall()
    assert sorted(found) == sorted(as_text(wanted))


def test_read_is_written_and_rejected_and_duplicates(pipeline, expected):
    glue = pipeline.client("glue")
    run = glue.get_workflow(Name="etl-workflow")["Workflow"]["LastRun"]["WorkflowRunId"]
    counts = glue.get_workflow_run_properties(Name="etl-workflow", RunId=run)["RunProperties"]
    read, written, rejected, duplicate = (
        int(counts[f"clean.rows_{name}"]) for name in ("read", "written", "rejected", "duplicate")
    )
    assert read == written + rejected + duplicate
    assert (read, written) == (
        expected.execute("SELECT total FROM lines").fetchone()[0],
        expected.execute("SELECT count(*) FROM good").fetchone()[0],
    )
    assert ask(pipeline, "SELECT count(*) FROM silver_sales_rejected") == [(str(rejected),)]


def test_profit_by_region(pipeline, expected):
    wanted = expected.execute(
        "SELECT region, count(*), sum(total_profit) FROM good GROUP BY region ORDER BY sum(total_profit) DESC"
    ).fetchall()
    assert ask(pipeline, "profit-by-region") == as_text(wanted)


def test_top_three_countries_of_each_region(pipeline, expected):
    wanted = expected.execute(
        "SELECT region, place, country, profit FROM ("
        "  SELECT region, country, sum(total_profit) AS profit,"
        "         rank() OVER (PARTITION BY region ORDER BY sum(total_profit) DESC) AS place"
        "  FROM good GROUP BY region, country) WHERE place <= 3 ORDER BY region, place, country"
    ).fetchall()
    assert ask(pipeline, "top-countries") == as_text(wanted)


def test_gold_is_partitioned_by_country_and_by_nothing_else(pipeline, expected):
    gold = tables(pipeline)["gold_sales"]
    assert [key["Name"] for key in gold["PartitionKeys"]] == ["country"]
    pages = (
        pipeline.client("glue")
        .get_paginator("get_partitions")
        .paginate(DatabaseName="etl_poc_database", TableName="gold_sales")
    )
    values = {partition["Values"][0] for page in pages for partition in page["Partitions"]}
    assert values == {country for (country,) in expected.execute("SELECT DISTINCT country FROM good").fetchall()}


def test_gold_has_one_file_a_country(pipeline):
    files = [key for key in contents(pipeline, "data-gold") if key.startswith("sales/")]
    assert len(files) == len({key.split("/")[1] for key in files})


def test_silver_has_the_declared_types(pipeline):
    described = tables(pipeline)["silver_sales"]["StorageDescriptor"]["Columns"]
    columns = {column["Name"]: column["Type"] for column in described}
    money = dict.fromkeys(COLUMNS[9:], "decimal(10,2)")
    texts = dict.fromkeys(COLUMNS[:5], "string")
    others = {"order_date": "date", "ship_date": "date", "order_id": "bigint", "units_sold": "int"}
    assert columns == {**texts, **others, **money}


def test_the_workflow_started_by_the_aws_cli_gives_the_same_tables(pipeline, wait_for):
    before = {purpose: contents(pipeline, purpose) for purpose in ("data-raw", "data-silver", "data-gold")}
    counts = ask(pipeline, "row-counts")
    run_id = json.loads(aws(pipeline, "glue", "start-workflow-run", "--name", "etl-workflow"))["RunId"]

    get = pipeline.client("glue").get_workflow_run
    wait_for(lambda: get(Name="etl-workflow", RunId=run_id)["Run"], lambda found: found["Status"] != "RUNNING")
    answer = aws(pipeline, "glue", "get-workflow-run", "--name", "etl-workflow", "--run-id", run_id)
    ended = json.loads(answer)["Run"]
    assert ended["Status"] == "COMPLETED"
    assert ended["Statistics"]["SucceededActions"] == 6
    assert {purpose: contents(pipeline, purpose) for purpose in before} == before
    assert sorted(tables(pipeline)) == TABLES
    assert ask(pipeline, "row-counts") == counts


def aws(laptop, *words):
    """Run the real AWS CLI."""
    cli = Path(sys.executable).parent / "aws"
    run = subprocess.run([cli, *words], env=laptop.environment, capture_output=True, text=True, check=False, timeout=60)
    assert run.returncode == 0, run.stderr
    return run.stdout


def test_up_finds_nothing_to_change(pipeline):
    source = pipeline.client("glue").get_job(JobName="etl-extract")["Job"]["DefaultArguments"]["--source_url"]
    said = pipeline.task("up").stdout
    assert said.count("is up to date") == 4
    assert "0 uploaded" in said
    after = pipeline.client("glue").get_job(JobName="etl-extract")["Job"]["DefaultArguments"]["--source_url"]
    assert after == source
    assert pipeline.task(f"createstack[glue-jobs,SourceUrl={source}]").stderr == ""
    again = pipeline.task("createstack[glue-jobs,SourceUrl=https://example.com/one.zip]", check=False)
    assert again.returncode == 1
    assert "stays as it is, so SourceUrl=https://example.com/one.zip was not applied" in again.stderr
    assert f"there: SourceUrl={source}" in again.stderr


def test_who_errs_in_the_name_of_a_workflow_is_told_those_there_are(pipeline):
    run = pipeline.task("runworkflow[nope]", check=False)
    assert run.returncode != 0
    assert run.stderr.splitlines()[-1] == "  next: ./pyntw 'runworkflow[etl-workflow]'"


def test_the_log_of_a_job_is_in_its_group(pipeline):
    found = aws(pipeline, "logs", "filter-log-events", "--log-group-name", "/aws-glue/jobs/output")
    assert "rows_read" in found


def test_too_many_rejected_rows_fail_the_job_and_can_be_looked_at(pipeline):
    before = contents(pipeline, "data-silver")
    run = pipeline.task("runjob[sales/clean,--max_rejected_ratio=0.001]", check=False)
    assert run.returncode == 1
    assert " 0 uploaded, " in run.stdout
    assert "etl-clean: FAILED in " in run.stdout
    assert "100 of 20000 rows were rejected (0.5%), more than --max_rejected_ratio 0.001 allows" in run.stderr
    assert "next: ./pyntw 'logs[etl-clean]'" in run.stderr
    assert contents(pipeline, "data-silver") == before
    assert ask(pipeline, "SELECT count(*) FROM silver_sales_rejected") == [("100",)]


# Under IAM: each statement that is taken away stops the pipeline where it was needed.


def without(policy, *actions):
    """A policy document in which no statement allows these actions."""
    statements = []
    for statement in policy["Statement"]:
        allowed = statement["Action"] if isinstance(statement["Action"], list) else [statement["Action"]]
        left = [action for action in allowed if action not in actions]
        if left:
            statements.append({**statement, "Action": left})
    return {**policy, "Statement": statements}


@pytest.fixture
def weakened(pipeline):
    """Take actions from the inline policies of the role of a job or crawler; give them back afterwards."""
    iam, undo = pipeline.client("iam"), []

    def weaken(role, *actions):
        for name in iam.list_role_policies(RoleName=role)["PolicyNames"]:
            document = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
            undo.append((role, name, document))
            weaker = json.dumps(without(document, *actions))
            iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=weaker)

    yield weaken
    for role, name, document in undo:
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(document))


def run_job(laptop, wait_for, name):
    glue = laptop.client("glue")
    run_id = glue.start_job_run(JobName=name)["JobRunId"]
    return wait_for(
        lambda: glue.get_job_run(JobName=name, RunId=run_id)["JobRun"],
        lambda run: run["JobRunState"] not in ("STARTING", "RUNNING"),
    )


@pytest.mark.parametrize(
    ("job", "action"),
    [
        ("etl-extract", "s3:PutObject"),
        ("etl-extract", "s3:GetObject"),
        ("etl-clean", "s3:GetObject"),
        ("etl-clean", "s3:PutObject"),
        ("etl-repartition", "s3:ListBucket"),
    ],
)
def test_a_job_fails_by_name_without_a_right_that_it_needs(pipeline, weakened, wait_for, job, action):
    before = {purpose: contents(pipeline, purpose) for purpose in ("data-raw", "data-silver", "data-gold")}
    role = pipeline.client("glue").get_job(JobName=job)["Job"]["Role"].rpartition("/")[2]
    weakened(role, action)
    run = run_job(pipeline, wait_for, job)
    assert run["JobRunState"] == "FAILED"
    assert "AccessDenied" in run["ErrorMessage"]
    assert action in run["ErrorMessage"]
    assert {purpose: contents(pipeline, purpose) for purpose in before} == before


@pytest.mark.parametrize("action", ["s3:ListBucket", "s3:GetObject", "glue:GetTables"])
def test_a_crawler_fails_by_name_without_a_right_that_it_needs(pipeline, weakened, wait_for, action):
    glue = pipeline.client("glue")
    weakened(glue.get_crawler(Name="etl-raw-crawler")["Crawler"]["Role"], action)
    glue.start_crawler(Name="etl-raw-crawler")
    crawler = wait_for(
        lambda: glue.get_crawler(Name="etl-raw-crawler")["Crawler"], lambda found: found["State"] == "READY"
    )
    assert crawler["LastCrawl"]["Status"] == "FAILED"
    assert action in crawler["LastCrawl"]["ErrorMessage"]


def test_every_right_of_its_roles_is_needed_or_explained(pipeline):
    """By what the tests above have run: the record of the local AWS against policies and templates."""
    assert "\n".join(pipeline.without_need("sales", "glue-jobs", "glue-catalog")) == ""


# Last, since it takes everything away.


def test_down_leaves_nothing(pipeline):
    pipeline.task("down[yes=true]")
    assert pipeline.client("cloudformation").list_stacks(StackStatusFilter=["CREATE_COMPLETE"])["StackSummaries"] == []
    assert pipeline.client("s3").list_buckets()["Buckets"] == []
    assert pipeline.client("glue").get_databases()["DatabaseList"] == []
    assert pipeline.client("glue").get_jobs()["Jobs"] == []
    logs = pipeline.client("logs")
    groups = [group["logGroupName"] for group in logs.describe_log_groups()["logGroups"]]
    streams = [logs.describe_log_streams(logGroupName=group)["logStreams"] for group in groups]
    assert [stream for found in streams for stream in found] == []
    asked = pipeline.task("query[row-counts]", check=False)
    assert asked.returncode == 1
    assert "the pipeline sales is not deployed" in asked.stderr
    assert "there is no work group etl-poc-athena-group" in asked.stderr
    assert pipeline.client("s3").list_buckets()["Buckets"] == []  # none is made for results
    assert asked.stderr.splitlines()[-1] == "  next: ./pyntw up"
