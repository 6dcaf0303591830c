"""The quality gates of the sales: bad data is planted, and neither silver nor gold changes; what was found is told."""

import csv
import io
from datetime import UTC, datetime, timedelta

import pytest
from cfnlint.decode import cfn_yaml

from tests.end_to_end.conftest import ROOT

HEADER = (
    "Region,Country,Item Type,Sales Channel,Order Priority,Order Date,Order ID,Ship Date,Units Sold,Unit Price,"
    "Unit Cost,Total Revenue,Total Cost,Total Profit"
)
ROWS = [
    "Europe,Croatia,Fruits,Online,H,10/18/2017,1,10/22/2017,10,9.33,6.92,93.30,69.20,24.10",
    "Asia,Japan,Fruits,Online,H,10/18/2017,2,10/22/2017,10,9.33,6.92,93.30,69.20,24.10",
    "Asia,Nepal,Fruits,Online,H,10/18/2017,3,10/22/2017,10,9.33,6.92,93.30,69.20,24.10",
]
NO_UNITS = "Asia,Nepal,Fruits,Online,H,10/18/2017,4,10/22/2017,0,9.33,6.92,0.00,0.00,0.00"
SHIPPED_TOO_SOON = "Asia,Nepal,Fruits,Online,H,10/18/2017,5,10/17/2017,10,9.33,6.92,93.30,69.20,24.10"
SOON = 'RowCount = 0 where "ship_date < order_date"'
RULES = {"raw": 4, "silver": 9, "gold": 7}


def land(laptop, *rows):
    body = "\n".join([HEADER, *rows]) + "\n"
    laptop.client("s3").put_object(Bucket=laptop.bucket("artifacts"), Key="samples/mine.csv", Body=body.encode())


def tables(laptop):
    """Key -> ETag of the files of silver and gold."""
    s3 = laptop.client("s3")
    return {
        (purpose, entry["Key"]): entry["ETag"]
        for purpose in ("data-silver", "data-gold")
        for entry in s3.list_objects_v2(Bucket=laptop.bucket(purpose)).get("Contents", [])
        if entry["Key"].startswith("sales/")
    }


def ask(laptop, sql):
    return [tuple(row) for row in csv.reader(io.StringIO(laptop.task("query[format=csv]", stdin=sql).stdout))][1:]


@pytest.fixture(scope="module")
def sales(laptop):
    """The monitored pipeline after a run on four rows, one of which was shipped before it was ordered: a soft rule."""
    laptop.task("createstack[basic-infra]")
    land(laptop, *ROWS, SHIPPED_TOO_SOON)
    laptop.task(f"up[SourceUrl=s3://{laptop.bucket('artifacts')}/samples/mine.csv]", "createstack[monitoring]")
    laptop.task("runworkflow")
    laptop.told = messages(laptop)
    return laptop


def messages(laptop):
    """What the topic of the monitoring got, each message as its lines without their quotes."""
    _head, *found = laptop.task("messages[monitoring-notices]").stdout.split("\n\n")
    return [[line.strip().strip('"') for line in one.splitlines()[1:-1]] for one in found]


def test_a_soft_rule_warns_and_the_tables_are_made(sales):
    assert ask(sales, "SELECT count(*) FROM gold_sales") == [("4",)]
    shown = sales.task("quality")
    assert f"{sum(RULES.values())} rules: {sum(RULES.values()) - 1} passed, 1 warned, 0 failed" in shown.stdout
    (warned,) = (line for line in shown.stdout.splitlines() if " warning " in line)
    assert SOON in warned
    assert "etl-clean silver" in warned
    assert "RowCount 1" in warned
    assert "etl-clean" not in sales.task("quality[etl-repartition]").stdout


def test_the_run_is_told_of_for_its_soft_rule_alone(sales):
    [(first, run, error, *_more)] = sales.told
    assert first.startswith("Rules of data quality failed at 20")
    assert "jobName: etl-clean" in run
    assert "evaluationContext: silver" in run
    assert error == f"error: 1 failed, {RULES['silver'] - 1} passed"


def test_the_run_puts_every_metric_that_an_alarm_looks_at(sales):
    template = cfn_yaml.load(str(ROOT / "cloudformation" / "monitoring.yml"))
    given = {name: one["Default"] for name, one in template["Parameters"].items()}
    now, found = datetime.now(UTC), {}
    period = {"StartTime": now - timedelta(hours=1), "EndTime": now + timedelta(hours=1), "Period": 86_400}
    for name, alarm in template["Resources"].items():
        if alarm["Type"] == "AWS::CloudWatch::Alarm":
            said = alarm["Properties"]
            dimensions = [
                {**one, "Value": given[one["Value"]["Ref"]] if isinstance(one["Value"], dict) else one["Value"]}
                for one in said["Dimensions"]
            ]
            space = given["MetricsNamespace"] if isinstance(said["Namespace"], dict) else said["Namespace"]
            points = sales.client("cloudwatch").get_metric_statistics(
                Namespace=space,
                MetricName=said["MetricName"],
                Dimensions=dimensions,
                **{**period, "Statistics": ["Maximum"]},
            )["Datapoints"]
            found[name] = max(point["Maximum"] for point in points)
    assert (found["RejectedRows"], found["OldGold"]) == (0, 4)
    assert found["SlowClean"] > 0
    assert found["SlowGold"] > 0


def test_the_outcomes_are_a_table(sales):
    found = ask(sales, "SELECT stage, count(*), count(DISTINCT run) FROM sales_quality GROUP BY 1")
    assert sorted(found) == sorted((stage, str(count), "1") for stage, count in RULES.items())
    sql = "SELECT severity, metrics['Dataset.*.RowCount'], job FROM sales_quality WHERE outcome = 'Failed'"
    assert ask(sales, sql) == [("soft", "1.0", "etl-clean")]


def test_the_rulesets_of_the_catalog_are_evaluated_on_its_tables(sales, wait_for):
    glue, iam = sales.client("glue"), sales.client("iam")
    trust = '{"Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Principal":{"Service":"glue.amazonaws.com"}}]}'
    role = iam.create_role(RoleName="looks", AssumeRolePolicyDocument=trust)["Role"]["Arn"]
    rights = '["glue:GetTable","glue:GetPartitions","s3:GetObject","s3:ListBucket"]'
    policy = f'{{"Statement":[{{"Effect":"Allow","Action":{rights},"Resource":"*"}}]}}'
    iam.put_role_policy(RoleName="looks", PolicyName="p", PolicyDocument=policy)
    started = {}
    for stage in ("raw", "gold"):
        source = glue.get_data_quality_ruleset(Name=f"etl-{stage}")["TargetTable"]
        started[stage] = glue.start_data_quality_ruleset_evaluation_run(
            DataSource={"GlueTable": source}, Role=role, RulesetNames=[f"etl-{stage}"]
        )["RunId"]
    for stage, run_id in started.items():
        run = wait_for(
            lambda run_id=run_id: glue.get_data_quality_ruleset_evaluation_run(RunId=run_id),
            lambda run: run["Status"] not in ("STARTING", "RUNNING"),
        )
        assert run["Status"] == "SUCCEEDED", run.get("ErrorString")
        result = glue.get_data_quality_result(ResultId=run["ResultIds"][0])
        assert [one["Result"] for one in result["RuleResults"]] == ["PASS"] * RULES[stage]
    assert "etl_poc_database.gold_sales etl-gold" in sales.task("quality[gold_sales]").stdout


def test_gold_does_not_change_when_a_hard_rule_fails(sales):
    before, told = tables(sales), len(messages(sales))
    assert before
    land(sales, *ROWS, NO_UNITS)
    run = sales.task("runworkflow", check=False)
    assert run.returncode == 1
    assert "1 of 7 hard rules on the silver rows failed; no table was replaced" in run.stderr
    assert 'ColumnValues "units_sold" > 0: Value: 0.0 does not meet the constraint requirement!' in run.stderr
    assert tables(sales) == before
    last = sales.client("glue").get_workflow(Name="etl-workflow", IncludeGraph=True)["Workflow"]["LastRun"]
    nodes = {node["Name"]: node for node in last["Graph"]["Nodes"]}
    assert not nodes["etl-repartition"].get("JobDetails", {}).get("JobRuns")
    firsts = {lines[0].partition(" at ")[0] for lines in messages(sales)[told:]}
    assert firsts == {"The Glue job etl-clean ended FAILED", "Rules of data quality failed"}
    shown = sales.task("quality[etl-clean]", check=False)
    assert shown.returncode == 1
    assert "error: 1 hard rule failed" in shown.stderr
    assert 'etl-clean silver: ColumnValues "units_sold" > 0' in shown.stderr
    assert ask(sales, "SELECT rule FROM sales_quality WHERE severity = 'hard' AND outcome = 'Failed'") == [
        ('ColumnValues "units_sold" > 0',)
    ]


def test_gold_does_not_change_when_its_own_rule_fails(sales, wait_for):
    before, glue = tables(sales), sales.client("glue")
    key, strict = "glue_scripts/sales/quality/gold.dqdl", b'Rules = [ DistinctValuesCount "country" > 3 ]'
    sales.client("s3").put_object(Bucket=sales.bucket("artifacts"), Key=key, Body=strict)
    run_id = glue.start_job_run(JobName="etl-repartition")["JobRunId"]
    run = wait_for(
        lambda: glue.get_job_run(JobName="etl-repartition", RunId=run_id)["JobRun"],
        lambda run: run["JobRunState"] not in ("STARTING", "RUNNING"),
    )
    assert run["JobRunState"] == "FAILED"
    assert "1 of 1 hard rules on the gold rows failed" in run["ErrorMessage"]
    assert tables(sales) == before
