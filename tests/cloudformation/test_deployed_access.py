"""What the three profiles may ask Athena on a local AWS, what it refuses them, and that there is no way around.

The expected text is a part of what is answered; "" where it is allowed. Other services: test_deployed_profiles.py.
"""

from datetime import UTC, datetime, timedelta

import pytest

from tests.cloudformation import profiles
from tests.cloudformation.profiles import GROUPS
from tests.cloudformation.sales_lake import DATABASE, ask, bucket, deploy, fill, results
from tests.local_aws.aws_server import ACCOUNT, REGION

GOLD, SILVER, RESULTS = (bucket(name) for name in ("data-gold", "data-silver", "athena-queries"))
LIMIT = 10_000_000  # the least that Athena takes
DENIED, NO_FILE = "not authorized to perform: {}", "PERMISSION_DENIED: Permission denied on S3 path: s3://"


@pytest.fixture(scope="module")
def lake(local_aws, root):
    """The sales' stacks with filled tables, and what somebody else put there to lead an analyst astray."""
    topic = local_aws("sns").create_topic(Name="told")["TopicArn"]
    given = {"AnalystScanLimitBytes": str(LIMIT), "EngineerHourlyScanBytes": str(LIMIT), "NoticesTopic": topic}
    deploy(local_aws, root, ["basic-infra", "glue-jobs", "glue-catalog", "data-access"], **given)
    fill(local_aws, rows=500)
    local_aws("s3").put_object(Bucket=GOLD, Key="sales/big/a.csv", Body=b"x" * 99 + b"\n" + b"y" * LIMIT)
    for sql in (
        f"CREATE EXTERNAL TABLE gold_big (line string) LOCATION 's3://{GOLD}/sales/big/'",
        f"CREATE EXTERNAL TABLE gold_astray (line string) LOCATION 's3://{SILVER}/sales/'",
        "CREATE VIEW gold_view AS SELECT region, total_profit FROM silver_sales",
        "CREATE VIEW gold_own_view AS SELECT region, sum(total_profit) AS profit FROM gold_sales GROUP BY region",
    ):
        assert ask(local_aws("athena"), sql, "etl-poc-athena-group")[0] == ""
    return local_aws


@pytest.fixture(scope="module")
def people(lake):
    return profiles.taken(lake)


@pytest.fixture(scope="module")
def engineers_query(people):
    """The execution of an engineer's query, which an analyst would like to see."""
    failed, execution = ask(people["engineer"]("athena"), "SELECT * FROM silver_sales LIMIT 3", GROUPS["engineer"])
    assert failed == ""
    return execution


def check(found, expected):
    assert expected in found if expected else found == ""


# Queries


@pytest.mark.parametrize(
    ("who", "sql", "expected"),
    [
        ("analyst", "SELECT region, sum(total_profit) FROM gold_sales GROUP BY 1", ""),
        ("analyst", "SELECT * FROM gold_own_view", ""),
        ("analyst", 'SELECT * FROM "gold_sales$partitions"', ""),
        ("analyst", "SHOW PARTITIONS gold_sales", ""),
        ("analyst", "DESCRIBE gold_sales", ""),
        ("analyst", "SELECT * FROM silver_sales", DENIED.format("glue:GetTable")),
        ("analyst", "SELECT * FROM raw_sales", DENIED.format("glue:GetTable")),
        ("analyst", "SELECT * FROM silver_sales_rejected", DENIED.format("glue:GetTable")),
        ("analyst", "SELECT no_such_column FROM silver_sales", DENIED.format("glue:GetTable")),
        ("analyst", "SELECT * FROM no_such_table", DENIED.format("glue:GetTable")),
        ("analyst", "DESCRIBE silver_sales", DENIED.format("glue:GetTable")),
        ("analyst", "SELECT * FROM gold_view", DENIED.format("glue:GetTable")),
        ("analyst", "SELECT * FROM gold_astray", f"{NO_FILE}{SILVER}/sales/"),
        ("analyst", "SELECT * FROM gold_sales WHERE region IN (SELECT region FROM silver_sales)", "silver_sales"),
        ("analyst", "SELECT * FROM information_schema.columns", DENIED.format("glue:GetDatabases")),
        ("analyst", "CREATE VIEW gold_mine AS SELECT * FROM gold_sales", DENIED.format("glue:CreateTable")),
        ("analyst", "CREATE TABLE gold_mine AS SELECT * FROM gold_sales", DENIED.format("glue:CreateTable")),
        ("analyst", "DROP TABLE gold_sales", DENIED.format("glue:DeleteTable")),
        ("analyst", "INSERT INTO gold_big SELECT region FROM gold_sales", f"{NO_FILE}{GOLD}/sales/big/"),
        ("analyst", f"UNLOAD (SELECT 1 AS n) TO 's3://{GOLD}/sales/mine/' WITH (format='PARQUET')", NO_FILE),
        ("analyst", f"UNLOAD (SELECT 1 AS n) TO 's3://{RESULTS}/engineer/mine/' WITH (format='PARQUET')", NO_FILE),
        ("analyst", "PREPARE mine FROM SELECT 1", DENIED.format("athena:CreatePreparedStatement")),
        ("engineer", "SELECT count(*) FROM raw_sales", ""),
        ("engineer", "SELECT count(*) FROM silver_sales", ""),
        ("engineer", "SELECT count(*) FROM silver_sales_rejected", ""),
        ("engineer", "SELECT count(*) FROM gold_sales", ""),
        ("engineer", "SELECT * FROM gold_view LIMIT 1", ""),
        ("engineer", "INSERT INTO gold_big SELECT region FROM gold_sales", f"{NO_FILE}{GOLD}/sales/big/"),
        ("engineer", "CREATE TABLE mine AS SELECT 1 AS n", DENIED.format("glue:CreateTable")),
        ("engineer", "DROP TABLE silver_sales", DENIED.format("glue:DeleteTable")),
        ("engineer", "ALTER TABLE gold_sales DROP PARTITION (country = 'Chad')", DENIED.format("glue:")),
    ],
)
def test_queries(people, who, sql, expected):
    check(people[who].ask(sql), expected)


def test_the_task_asks_with_the_rights_of_who_calls(people):
    code, printed = people["analyst"].task("query[online-share,workgroup=etl-poc-analyst]")
    assert (code, "online_percent" in printed) == (0, True), printed
    code, printed = people["analyst"].task("query[row-counts,workgroup=etl-poc-analyst]")
    assert (code, "glue:GetTable" in printed) == (1, True), printed
    code, printed = people["analyst"].task("query[online-share]")
    assert (code, "athena:StartQueryExecution" in printed) == (1, True), printed


def test_an_analyst_may_keep_what_is_theirs_to_read(people):
    place = f"s3://{RESULTS}/analyst/mine/"
    sql = f"UNLOAD (SELECT region, total_profit FROM gold_sales) TO '{place}' WITH (format='PARQUET')"
    assert people["analyst"].ask(sql) == ""


def test_each_sees_the_tables_that_are_theirs(people):
    seen = {}
    for who in ("analyst", "engineer"):
        athena, glue = people[who]("athena"), people[who]("glue")
        failed, execution = ask(athena, f"SHOW TABLES IN {DATABASE}", GROUPS[who])
        assert failed == ""
        listed = athena.list_table_metadata(CatalogName="AwsDataCatalog", DatabaseName=DATABASE)["TableMetadataList"]
        names = [one["Name"] for one in glue.get_tables(DatabaseName=DATABASE)["TableList"]]
        assert names == [one["Name"] for one in listed] == [row[0] for row in results(athena, execution)]
        seen[who] = names
    assert seen["analyst"] == ["gold_astray", "gold_big", "gold_own_view", "gold_sales", "gold_view"]
    assert seen["engineer"] == [*seen["analyst"], "raw_sales", "silver_sales", "silver_sales_rejected"]


# Work groups, their limit, and the results of others


@pytest.mark.parametrize(
    ("who", "group"),
    [
        *(("analyst", group) for group in ("etl-poc-engineer", "etl-poc-athena-group", "primary")),
        *(("engineer", group) for group in ("etl-poc-analyst", "etl-poc-athena-group", "primary")),
        *(("operator", group) for group in (*GROUPS.values(), "etl-poc-athena-group", "primary")),
    ],
)
def test_no_other_work_group_takes_a_query(people, who, group):
    place = {"OutputLocation": f"s3://{RESULTS}/{who}/"}
    said = people[who].ask("SELECT 1", group, ResultConfiguration=place)
    arn = f"arn:aws:athena:{REGION}:{ACCOUNT}:workgroup/{group}"
    assert f"not authorized to perform: athena:StartQueryExecution on resource: {arn}" in said


def test_a_query_beyond_the_limit_is_cancelled(people):
    said = people["analyst"].ask("SELECT count(*) FROM gold_big")
    assert said == "CANCELLED: Query cancelled! : Bytes scanned limit was exceeded"
    assert people["engineer"].ask("SELECT count(*) FROM gold_big") == ""


def test_what_a_work_group_scans_is_counted_and_told(lake, people):
    assert people["engineer"].ask("SELECT count(*) FROM gold_big") == ""
    now = datetime.now(UTC)
    found = lake("cloudwatch").get_metric_statistics(
        Namespace="AWS/Athena",
        MetricName="ProcessedBytes",
        Dimensions=[{"Name": "WorkGroup", "Value": GROUPS["engineer"]}],
        StartTime=now - timedelta(hours=1),
        EndTime=now + timedelta(hours=1),
        Period=86_400,
        Statistics=["Maximum"],
    )["Datapoints"]
    assert max(point["Maximum"] for point in found) == LIMIT + 100  # the file of gold_big
    alarms = lake("cloudwatch").describe_alarms(AlarmNames=["monitoring-engineer-scan", "monitoring-analyst-scan"])
    states = {one["AlarmName"]: one["StateValue"] for one in alarms["MetricAlarms"]}
    assert states["monitoring-engineer-scan"] == "ALARM"
    topic = lake("cloudwatch").describe_alarms()["MetricAlarms"][0]["AlarmActions"]
    assert [arn.rpartition(":")[2] for arn in topic] == ["told"]


def test_the_group_says_where_results_go_and_its_person_may_fetch_them(people):
    for who in GROUPS:
        athena = people[who]("athena")
        elsewhere = {"OutputLocation": f"s3://{GOLD}/sales/"}
        failed, execution = ask(athena, "SELECT 1 AS n", GROUPS[who], ResultConfiguration=elsewhere)
        assert failed == ""
        found = athena.get_query_execution(QueryExecutionId=execution)["QueryExecution"]["ResultConfiguration"]
        key = f"{who}/{execution}.csv"
        assert found["OutputLocation"] == f"s3://{RESULTS}/{key}"
        assert found["EncryptionConfiguration"] == {"EncryptionOption": "SSE_S3"}
        assert people[who]("s3").get_object(Bucket=RESULTS, Key=key)["Body"].read() == b'"n"\n"1"\n'


@pytest.mark.parametrize(
    "operation",
    ["get_query_execution", "get_query_results", "get_query_runtime_statistics", "stop_query_execution"],
)
def test_the_query_of_another_profile_is_out_of_reach(people, engineers_query, operation):
    for who in ("analyst", "operator"):
        said = people[who].said("athena", operation, QueryExecutionId=engineers_query)
        assert "AccessDeniedException" in said
        assert "workgroup/etl-poc-engineer" in said


def test_nor_are_its_list_and_its_files(people, engineers_query):
    analyst = people["analyst"]
    own = analyst("athena").list_query_executions(WorkGroup=GROUPS["analyst"])["QueryExecutionIds"]
    assert engineers_query not in own
    found = [
        analyst.said("athena", "batch_get_query_execution", QueryExecutionIds=[own[0], engineers_query]),
        analyst.said("athena", "list_query_executions", WorkGroup=GROUPS["engineer"]),
        analyst.said("athena", "list_query_executions"),
        analyst.said("s3", "get_object", Bucket=RESULTS, Key=f"engineer/{engineers_query}.csv"),
        analyst.said("s3", "list_objects_v2", Bucket=RESULTS, Prefix="engineer/"),
        analyst.said("s3", "list_objects_v2", Bucket=RESULTS),
    ]
    assert [said for said in found if "AccessDenied" not in said] == []
    assert analyst.said("s3", "list_objects_v2", Bucket=RESULTS, Prefix="analyst/") == ""


def test_named_queries_are_those_of_ones_own_group(people):
    athena = people["analyst"]("athena")
    own = athena.list_named_queries(WorkGroup=GROUPS["analyst"])["NamedQueryIds"]
    assert len(own) == 7
    theirs = people["engineer"]("athena").list_named_queries(WorkGroup=GROUPS["engineer"])["NamedQueryIds"]
    assert len(theirs) == 2
    assert "AccessDenied" in people["analyst"].said("athena", "get_named_query", NamedQueryId=theirs[0])
    assert "AccessDenied" in people["operator"].said("athena", "get_named_query", NamedQueryId=own[0])
