"""What the three profiles may do with S3, Glue, IAM and logs on a local AWS, and what these refuse them."""

import pytest

from tests.cloudformation import profiles
from tests.cloudformation.sales_lake import ask, bucket, deploy, outputs
from tests.local_aws.aws_server import wait_until

GOLD, SILVER, RAW, RESULTS = (bucket(name) for name in ("data-gold", "data-silver", "data-raw", "athena-queries"))
ARTIFACTS = bucket("artifacts")
TABLE = {"DatabaseName": "etl_poc_database"}
STORED = {
    (RAW, "sales/a.csv"),
    (SILVER, "sales/a.parquet"),
    (SILVER, "rejected/sales/a.parquet"),
    (SILVER, "_staging/sales/a.parquet"),
    (GOLD, "sales/country=Chad/a.parquet"),
    (GOLD, "quality/sales/a.json"),
    (GOLD, "_staging/sales/a.parquet"),
    (RESULTS, "results/a.csv"),
    (ARTIFACTS, "samples/sales.zip"),
}
READ_DIRECTLY = {
    "analyst": set(),
    "engineer": {
        (RAW, "sales/a.csv"),
        (SILVER, "sales/a.parquet"),
        (SILVER, "rejected/sales/a.parquet"),
        (GOLD, "sales/country=Chad/a.parquet"),
        (GOLD, "quality/sales/a.json"),
    },
    "operator": set(),
}
WHO = list(READ_DIRECTLY)


@pytest.fixture(scope="module")
def lake(local_aws, root):
    """The sales' stacks with an object of every kind, two tables, and an extract job that succeeds."""
    deploy(local_aws, root, ["basic-infra", "glue-jobs", "glue-catalog", "glue-workflow", "data-access"])
    for place, key in STORED:
        local_aws("s3").put_object(Bucket=place, Key=key, Body=b"rows")
    script = "print('brought the archive')"
    local_aws("s3").put_object(Bucket=ARTIFACTS, Key="glue_scripts/sales/extract.py", Body=script)
    for name in ("gold_sales", "silver_sales"):
        local_aws("glue").create_table(**TABLE, TableInput={"Name": name})
    return local_aws


@pytest.fixture(scope="module")
def people(lake):
    return profiles.taken(lake)


# Data


@pytest.mark.parametrize("who", WHO)
def test_what_each_reads_without_athena(people, who):
    read = {one for one in STORED if people[who].said("s3", "get_object", Bucket=one[0], Key=one[1]) == ""}
    assert read == READ_DIRECTLY[who]


@pytest.mark.parametrize("who", WHO)
def test_what_each_may_list(people, who):
    prefixes = ["", "sales/", "rejected/sales/", "quality/sales/", "_staging/"]
    asked = [(place, prefix) for place in (RAW, SILVER, GOLD, RESULTS, ARTIFACTS) for prefix in prefixes]
    seen = {one for one in asked if people[who].said("s3", "list_objects_v2", Bucket=one[0], Prefix=one[1]) == ""}
    of_data = {(place, prefix) for place in (RAW, SILVER, GOLD) for prefix in prefixes[1:4]}
    assert seen == (of_data if who == "engineer" else set())


@pytest.mark.parametrize("who", WHO)
def test_nobody_writes(people, who):
    places = [*sorted({place for place, _ in STORED}), RESULTS]
    keys = ["sales/b.parquet"] * 5 + [f"{who}/b.csv"]
    for place, key in zip(places, keys, strict=True):
        assert "AccessDenied" in people[who].said("s3", "put_object", Bucket=place, Key=key, Body=b"")
    for place, key in STORED:
        assert "AccessDenied" in people[who].said("s3", "delete_object", Bucket=place, Key=key)


# The catalog


@pytest.mark.parametrize(
    ("who", "table", "allowed"),
    [
        ("analyst", "gold_sales", True),
        ("analyst", "silver_sales", False),
        ("engineer", "gold_sales", True),
        ("engineer", "silver_sales", True),
        ("operator", "gold_sales", False),
        ("operator", "silver_sales", False),
    ],
)
def test_tables(people, who, table, allowed):
    of_athena = {"CatalogName": "AwsDataCatalog", "TableName": table, **TABLE}
    found = [
        people[who].said("glue", "get_table", Name=table, **TABLE),
        people[who].said("glue", "get_partitions", TableName=table, **TABLE),
        people[who].said("athena", "get_table_metadata", **of_athena),
    ]
    assert [said == "" for said in found] == [allowed] * 3, found
    assert "AccessDenied" in people[who].said("glue", "delete_table", Name=table, **TABLE)
    assert "AccessDenied" in people[who].said("glue", "update_table", TableInput={"Name": table}, **TABLE)


# Runs


@pytest.mark.parametrize("who", ["analyst", "engineer"])
@pytest.mark.parametrize(
    ("operation", "parameters"),
    [
        ("start_job_run", {"JobName": "etl-extract"}),
        ("start_trigger", {"Name": "etl-only-extract"}),
        ("start_trigger", {"Name": "etl-start"}),
        ("start_workflow_run", {"Name": "etl-workflow"}),
        ("start_crawler", {"Name": "etl-gold-crawler"}),
    ],
)
def test_who_reads_runs_nothing(people, who, operation, parameters):
    assert f"AccessDeniedException) when calling the {_camel(operation)}" in people[who].said(
        "glue", operation, **parameters
    )


def _camel(name):
    return "".join(part.capitalize() for part in name.split("_"))


def test_an_operator_runs_the_workflow_and_follows_it(people):
    glue, logs = people["operator"]("glue"), people["operator"]("logs")
    run = glue.start_workflow_run(Name="etl-workflow")["RunId"]
    ended = wait_until(
        lambda: glue.get_workflow_run(Name="etl-workflow", RunId=run)["Run"],
        lambda run: run["Status"] not in ("RUNNING", "STOPPING"),
        60,
    )
    assert (ended["Statistics"]["SucceededActions"] >= 1, ended["Statistics"]["FailedActions"]) == (
        True,
        1,
    )  # no clean.py
    (job,) = glue.get_job_runs(JobName="etl-extract")["JobRuns"]
    assert job["JobRunState"] == "SUCCEEDED"
    events = logs.filter_log_events(logGroupName="/aws-glue/python-jobs/output", logStreamNames=[job["Id"]])["events"]
    assert "brought the archive" in [event["message"].strip() for event in events]
    code, printed = people["operator"].task("logs[etl-extract]")
    assert (code, "brought the archive" in printed) == (0, True), printed
    for who, allowed in (("engineer", True), ("analyst", False)):
        assert (people[who].said("glue", "get_job_runs", JobName="etl-extract") == "") == allowed
        group = "/aws-glue/python-jobs/output"
        assert (people[who].said("logs", "filter_log_events", logGroupName=group) == "") == allowed


def test_an_operator_runs_a_job_by_itself_as_it_is_defined(people):
    glue = people["operator"]("glue")
    before = len(glue.get_job_runs(JobName="etl-extract")["JobRuns"])
    glue.start_trigger(Name="etl-only-extract")
    runs = wait_until(
        lambda: glue.get_job_runs(JobName="etl-extract")["JobRuns"],
        lambda runs: len(runs) > before and runs[0]["JobRunState"] == "SUCCEEDED",
        60,
    )
    assert "Arguments" not in runs[0] or "--scriptLocation" not in runs[0]["Arguments"]


@pytest.mark.parametrize(
    ("service", "operation", "parameters"),
    [
        ("glue", "start_job_run", {"JobName": "etl-clean"}),
        ("glue", "start_job_run", {"JobName": "etl-clean", "Arguments": {"--scriptLocation": "s3://mine/a.py"}}),
        ("glue", "start_trigger", {"Name": "etl-start"}),
        ("glue", "put_workflow_run_properties", {"Name": "etl-workflow", "RunId": "wr_1", "RunProperties": {"a": "b"}}),
        ("glue", "update_trigger", {"Name": "etl-only-clean", "TriggerUpdate": {"Description": "mine"}}),
        ("glue", "update_job", {"JobName": "etl-clean", "JobUpdate": {"Role": "r", "Command": {}}}),
        ("glue", "update_crawler", {"Name": "etl-gold-crawler", "Role": "r"}),
        ("glue", "delete_job", {"JobName": "etl-clean"}),
        ("athena", "list_query_executions", {"WorkGroup": "etl-poc-analyst"}),
        ("iam", "list_roles", {}),
        ("cloudformation", "describe_stacks", {}),
    ],
)
def test_an_operator_does_nothing_else(people, service, operation, parameters):
    assert "AccessDenied" in people["operator"].said(service, operation, **parameters)


def test_an_operator_stops_what_runs(people):
    operator = people["operator"]
    stopped = operator("glue").batch_stop_job_run(JobName="etl-clean", JobRunIds=["jr_1"])
    assert [one["ErrorDetail"]["ErrorCode"] for one in stopped["Errors"]] != ["AccessDeniedException"]
    found = [
        operator.said("glue", "stop_crawler", Name="etl-gold-crawler"),
        operator.said("glue", "stop_workflow_run", Name="etl-workflow", RunId="wr_1"),
    ]
    assert ["AccessDenied" in said for said in found] == [False, False], found
    assert operator.said("glue", "start_crawler", Name="etl-raw-crawler") == ""
    assert operator.said("glue", "get_crawler", Name="etl-raw-crawler") == ""


# Ways to other rights


@pytest.mark.parametrize("who", WHO)
def test_nobody_gets_further_rights(lake, people, who):
    roles = outputs(lake, "data-access")
    other = roles["EngineerRole" if who != "engineer" else "OperatorRole"]
    jobs = lake("cloudformation").describe_stack_resource(StackName="glue-jobs", LogicalResourceId="GlueSparkJobRole")
    role = jobs["StackResourceDetail"]["PhysicalResourceId"]
    command = {"Name": "pythonshell", "ScriptLocation": f"s3://{ARTIFACTS}/glue_scripts/a.py"}
    own = profiles.GROUPS.get(who, "etl-poc-analyst")
    update = {"ConfigurationUpdates": {"BytesScannedCutoffPerQuery": 10**15}}
    found = [
        people[who].said("sts", "assume_role", RoleArn=other, RoleSessionName="somebody"),
        people[who].said("glue", "create_job", Name="mine", Role=role, Command=command),
        people[who].said("iam", "put_role_policy", RoleName=role, PolicyName="p", PolicyDocument="{}"),
        people[who].said("athena", "update_work_group", WorkGroup=own, **update),
        people[who].said("athena", "create_named_query", Name="n", Database="d", QueryString="SELECT 1", WorkGroup=own),
        people[who].said("lakeformation", "get_data_lake_settings"),
    ]
    assert ["AccessDenied" in said for said in found[:5]] == [True] * 5, found
    assert found[5] != ""


def test_a_user_without_the_right_takes_no_role(lake):
    iam = lake("iam")
    iam.create_user(UserName="stranger")
    key = iam.create_access_key(UserName="stranger")["AccessKey"]
    for role in ("AnalystRole", "EngineerRole", "OperatorRole"):
        with pytest.raises(lake("sts").exceptions.ClientError, match="not authorized to perform: sts:AssumeRole"):
            lake("sts", key).assume_role(RoleArn=outputs(lake, "data-access")[role], RoleSessionName="somebody")


def test_deleting_the_stack_leaves_nothing(lake, people):
    """Last in this file; the work group was used, and two jobs' triggers were."""
    assert ask(people["analyst"]("athena"), "SELECT 1", "etl-poc-analyst")[0] == ""
    lake("cloudformation").delete_stack(StackName="data-access")
    waiter = lake("cloudformation").get_waiter("stack_delete_complete")
    waiter.wait(StackName="data-access", WaiterConfig={"Delay": 0.1, "MaxAttempts": 300})
    assert sorted(one["Name"] for one in lake("athena").list_work_groups()["WorkGroups"]) == [
        "etl-poc-athena-group",
        "primary",
    ]
    assert [one["Name"] for one in lake("glue").get_triggers()["Triggers"] if "only" in one["Name"]] == []
    roles = [one["RoleName"] for one in lake("iam").list_roles()["Roles"]]
    assert [name for name in roles if name.startswith("data-access")] == []
    assert lake("iam").list_policies(Scope="Local")["Policies"] == []
