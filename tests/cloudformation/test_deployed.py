"""The four stacks, deployed on the local AWS from nothing and deleted again."""

import json

import pytest

ACCOUNT, REGION = "000000000000", "eu-west-1"
IN_ORDER = ["basic-infra", "glue-jobs", "glue-catalog", "glue-workflow"]
SOURCE = "s3://bucket-of-another/in/My Sales.zip"


@pytest.fixture(scope="module")
def deployed(local_aws, root, parameter_files):
    """Everything is there; the source is an s3 address."""
    for stack in IN_ORDER:
        source = [{"ParameterKey": "SourceUrl", "ParameterValue": SOURCE}] if stack == "glue-jobs" else []
        local_aws("cloudformation").create_stack(
            StackName=stack,
            TemplateBody=(root / "cloudformation" / f"{stack}.yml").read_text(),
            Parameters=parameter_files[stack] + source,
            Capabilities=["CAPABILITY_IAM"],
        )
        local_aws("cloudformation").get_waiter("stack_create_complete").wait(
            StackName=stack, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
        )
    return local_aws


@pytest.fixture(scope="module")
def may(deployed):
    """Asks the policy evaluation whether a role may do something: allowed or not."""
    iam = deployed("iam")

    def ask(role, action, arn):
        resource = deployed("cloudformation").describe_stack_resource
        stack = "glue-catalog" if role == "CrawlerRole" else "glue-jobs"
        name = resource(StackName=stack, LogicalResourceId=role)["StackResourceDetail"]["PhysicalResourceId"]
        source = iam.get_role(RoleName=name)["Role"]["Arn"]
        answer = iam.simulate_principal_policy(PolicySourceArn=source, ActionNames=[action], ResourceArns=[arn])
        return answer["EvaluationResults"][0]["EvalDecision"] == "allowed"

    return ask


def s3(purpose, key):
    return f"arn:aws:s3:::etl-poc-{purpose}-{ACCOUNT}-{REGION}/{key}"


def test_buckets_have_the_account_s_and_region_s_names(deployed):
    purposes = ["artifacts", "athena-queries", "data-gold", "data-raw", "data-silver"]

    names = sorted(one["Name"] for one in deployed("s3").list_buckets()["Buckets"])
    assert names == [f"etl-poc-{purpose}-{ACCOUNT}-{REGION}" for purpose in purposes]


def test_job_arguments_arrive_as_text(deployed):
    arguments = deployed("glue").get_job(JobName="etl-extract")["Job"]["DefaultArguments"]

    assert arguments == {
        "--source_url": SOURCE,
        "--target_path": f"s3://etl-poc-data-raw-{ACCOUNT}-{REGION}/sales/",
        "--max_total_bytes": "10737418240",
        "--max_ratio": "100",
        "--job-language": "python",
        "library-set": "analytics",
    }


def test_triggers_wait_as_they_should(deployed):
    triggers = deployed("glue").get_triggers()["Triggers"]

    assert {one["Name"]: one["State"] for one in triggers} == {
        "etl-start": "CREATED",
        "etl-after-extract": "ACTIVATED",
        "etl-after-clean": "ACTIVATED",
        "etl-crawl-raw": "ACTIVATED",
        "etl-crawl-silver": "ACTIVATED",
        "etl-crawl-gold": "ACTIVATED",
    }


def test_crawler_configuration_is_json(deployed):
    crawlers = deployed("glue").get_crawlers()["Crawlers"]

    assert {json.loads(one["Configuration"])["Version"] for one in crawlers} == {1.0}


@pytest.mark.parametrize(
    ("role", "action", "arn"),
    [
        ("GluePythonJobRole", "s3:GetObject", "arn:aws:s3:::bucket-of-another/in/My Sales.zip"),
        ("GluePythonJobRole", "s3:GetObject", s3("artifacts", "samples/sales.zip")),
        ("GluePythonJobRole", "s3:PutObject", s3("data-raw", "sales/a.csv")),
        ("GlueSparkJobRole", "s3:GetObject", s3("data-raw", "sales")),
        ("GlueSparkJobRole", "s3:PutObject", s3("data-silver", "_staging_$folder$")),
        ("GlueSparkJobRole", "s3:PutObject", s3("data-silver", "rejected/sales/part-00000.snappy.parquet")),
        ("GlueSparkJobRole", "s3:GetObjectVersion", s3("data-gold", "sales/country=Chad/part-00000.snappy.parquet")),
        ("GlueSparkJobRole", "glue:PutWorkflowRunProperties", f"arn:aws:glue:{REGION}:{ACCOUNT}:workflow/etl-workflow"),
        ("CrawlerRole", "s3:GetObject", s3("data-gold", "sales/country=Chad/part-00000.snappy.parquet")),
        ("CrawlerRole", "glue:CreateTable", f"arn:aws:glue:{REGION}:{ACCOUNT}:table/etl_poc_database/raw_sales"),
    ],
)
def test_a_role_may(may, role, action, arn):
    assert may(role, action, arn)


@pytest.mark.parametrize(
    ("role", "action", "arn"),
    [
        ("GluePythonJobRole", "s3:GetObject", "arn:aws:s3:::bucket-of-another/in/other.zip"),
        ("GluePythonJobRole", "s3:GetObject", s3("data-silver", "sales/a.parquet")),
        ("GluePythonJobRole", "s3:PutObject", s3("artifacts", "glue_scripts/sales/extract.py")),
        ("GluePythonJobRole", "s3:PutObject", s3("data-raw", "salesforce/a.csv")),
        ("GlueSparkJobRole", "s3:PutObject", s3("data-raw", "sales/a.csv")),
        ("GlueSparkJobRole", "s3:GetObject", s3("data-gold", "other/a.parquet")),
        ("GlueSparkJobRole", "s3:GetObjectVersion", s3("data-raw", "sales/a.csv")),
        ("GlueSparkJobRole", "glue:PutWorkflowRunProperties", f"arn:aws:glue:{REGION}:{ACCOUNT}:workflow/another"),
        ("CrawlerRole", "s3:PutObject", s3("data-gold", "sales/a.parquet")),
        ("CrawlerRole", "s3:GetObject", s3("data-silver", "rejected/sales/a.parquet")),
        ("CrawlerRole", "glue:CreateTable", f"arn:aws:glue:{REGION}:{ACCOUNT}:table/another/raw_sales"),
        ("GluePythonJobRole", "glue:CreateTable", f"arn:aws:glue:{REGION}:{ACCOUNT}:table/etl_poc_database/raw_sales"),
        ("GlueSparkJobRole", "glue:UpdateTable", f"arn:aws:glue:{REGION}:{ACCOUNT}:table/etl_poc_database/gold_sales"),
    ],
)
def test_a_role_may_not(may, role, action, arn):
    assert not may(role, action, arn)


def test_deleting_in_reverse_leaves_nothing(deployed):
    """Last in this file, as it takes down what the others look at."""
    cloudformation, glue = deployed("cloudformation"), deployed("glue")
    for stack in reversed(IN_ORDER):
        cloudformation.delete_stack(StackName=stack)
        cloudformation.get_waiter("stack_delete_complete").wait(
            StackName=stack, WaiterConfig={"Delay": 0.1, "MaxAttempts": 300}
        )

    left = {
        "buckets": deployed("s3").list_buckets()["Buckets"],
        "roles": deployed("iam").list_roles()["Roles"],
        "work groups": [one["Name"] for one in deployed("athena").list_work_groups()["WorkGroups"]],
        "databases": glue.get_databases()["DatabaseList"],
        "jobs": glue.get_jobs()["Jobs"],
        "crawlers": glue.get_crawlers()["Crawlers"],
        "triggers": glue.get_triggers()["Triggers"],
        "workflows": glue.list_workflows()["Workflows"],
        "exports": cloudformation.list_exports()["Exports"],
    }
    assert left == {key: ["primary"] if key == "work groups" else [] for key in left}
