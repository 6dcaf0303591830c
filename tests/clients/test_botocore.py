"""botocore's own waiters and paginators, where it has them for the services here."""

import json

import pytest

from tests.local_aws.aws_server import allow, unique

TEMPLATE = {"Resources": {"Flow": {"Type": "AWS::Glue::Workflow", "Properties": {}}}}
QUICK = {"Delay": 0.1, "MaxAttempts": 600}


def test_waiters_of_cloudformation(local_aws):
    cloudformation, stack = local_aws.client("cloudformation"), unique("s")
    cloudformation.create_change_set(
        StackName=stack, ChangeSetName="c1", ChangeSetType="CREATE", TemplateBody=json.dumps(TEMPLATE)
    )
    cloudformation.get_waiter("change_set_create_complete").wait(
        StackName=stack, ChangeSetName="c1", WaiterConfig=QUICK
    )
    cloudformation.execute_change_set(StackName=stack, ChangeSetName="c1")
    cloudformation.get_waiter("stack_create_complete").wait(StackName=stack, WaiterConfig=QUICK)
    cloudformation.get_waiter("stack_exists").wait(StackName=stack, WaiterConfig=QUICK)
    template = {"Resources": {"Flow": {**TEMPLATE["Resources"]["Flow"], "Properties": {"Description": "new"}}}}
    cloudformation.update_stack(StackName=stack, TemplateBody=json.dumps(template))
    cloudformation.get_waiter("stack_update_complete").wait(StackName=stack, WaiterConfig=QUICK)
    cloudformation.delete_stack(StackName=stack)
    cloudformation.get_waiter("stack_delete_complete").wait(StackName=stack, WaiterConfig=QUICK)


@pytest.mark.parametrize(
    ("paginator", "member"),
    [
        ("get_jobs", "Jobs"),
        ("list_jobs", "JobNames"),
        ("get_crawlers", "Crawlers"),
        ("get_crawler_metrics", "CrawlerMetricsList"),
        ("get_triggers", "Triggers"),
        ("list_triggers", "TriggerNames"),
        ("list_workflows", "Workflows"),
        ("get_databases", "DatabaseList"),
        ("get_connections", "ConnectionList"),
        ("get_classifiers", "Classifiers"),
        ("get_security_configurations", "SecurityConfigurations"),
    ],
)
def test_paginators_of_glue_end(local_aws, three_of_each, paginator, member):
    pages = local_aws.client("glue").get_paginator(paginator).paginate(PaginationConfig={"PageSize": 2})
    found = [each if isinstance(each, str) else name_of(each) for page in pages for each in page[member]]
    assert len(found) == len(set(found))
    assert set(three_of_each.get(member, [])) <= set(found)


def name_of(entry):
    return entry.get("Name") or entry.get("CrawlerName") or json.dumps(entry, default=str)


@pytest.fixture(scope="module")
def three_of_each(local_aws):
    """Names of the definitions that are there, by the member that lists them."""
    glue, role, bucket = local_aws.client("glue"), local_aws.role(allow("*")), local_aws.bucket()
    names = [unique("x") for _ in range(3)]
    for name in names:
        glue.create_workflow(Name=name)
        glue.create_job(Name=name, Role=role, Command={"Name": "pythonshell", "ScriptLocation": "s3://b/x.py"})
        glue.create_crawler(Name=name, Role=role, Targets={"S3Targets": [{"Path": f"s3://{bucket}/"}]})
        glue.create_trigger(Name=name, Type="ON_DEMAND", WorkflowName=name, Actions=[{"JobName": name}])
        glue.create_database(DatabaseInput={"Name": name})
    members = ("Jobs", "JobNames", "Crawlers", "CrawlerMetricsList", "Triggers", "TriggerNames", "Workflows")
    return dict.fromkeys((*members, "DatabaseList"), names)


def test_paginators_of_runs(local_aws):
    glue, job = local_aws.client("glue"), local_aws.job("print('x')\n", ExecutionProperty={"MaxConcurrentRuns": 3})
    runs = [local_aws.start_run(job) for _ in range(3)]
    for run in runs:
        local_aws.wait_run(job, run)
    pages = glue.get_paginator("get_job_runs").paginate(JobName=job, PaginationConfig={"PageSize": 2})
    assert sorted(run["Id"] for page in pages for run in page["JobRuns"]) == sorted(runs)


def test_paginators_of_the_catalog(local_aws):
    glue, database = local_aws.client("glue"), unique("d")
    glue.create_database(DatabaseInput={"Name": database})
    for name in "abc":
        keys = [{"Name": "p", "Type": "string"}]
        glue.create_table(DatabaseName=database, TableInput={"Name": name, "PartitionKeys": keys})
    for start in range(0, 250, 100):
        values = [{"Values": [str(number)]} for number in range(start, min(start + 100, 250))]
        glue.batch_create_partition(DatabaseName=database, TableName="a", PartitionInputList=values)
    tables = glue.get_paginator("get_tables").paginate(DatabaseName=database, PaginationConfig={"PageSize": 2})
    assert [table["Name"] for page in tables for table in page["TableList"]] == ["a", "b", "c"]
    partitions = glue.get_paginator("get_partitions").paginate(
        DatabaseName=database, TableName="a", PaginationConfig={"PageSize": 60}
    )
    found = [partition["Values"][0] for page in partitions for partition in page["Partitions"]]
    assert sorted(found, key=int) == [str(number) for number in range(250)]


def test_paginators_of_athena(local_aws):
    execution = local_aws.query("SELECT * FROM UNNEST(sequence(1, 2500)) AS t(n)")
    athena, query = local_aws.client("athena"), execution["QueryExecutionId"]
    pages = athena.get_paginator("get_query_results").paginate(QueryExecutionId=query)
    rows = [row["Data"][0]["VarCharValue"] for page in pages for row in page["ResultSet"]["Rows"]]
    assert rows == ["n", *(str(number) for number in range(1, 2501))]
    listed = athena.get_paginator("list_query_executions").paginate(PaginationConfig={"PageSize": 1})
    assert query in [each for page in listed for each in page["QueryExecutionIds"]]
