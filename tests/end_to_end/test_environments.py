"""Two environments of the sales side by side, one deployed by the role for deliveries: neither touches the other."""

import json

import pytest

from tests.end_to_end.test_sales import SAMPLE

ACCOUNT, REGION = "000000000000", "us-east-1"


def artifacts(environment):
    return f"etl-poc-artifacts-{environment}-{ACCOUNT}-{REGION}"


def source(environment):
    return f"SourceUrl=s3://{artifacts(environment)}/samples/sales.zip"


@pytest.fixture(scope="module")
def deliverer(laptop):
    """Tasks by somebody who has the policy of the role for deliveries to `test`, and the boundary's ARN."""
    laptop.task("createstack[delivery,environment=test,Repository=me/mine]")
    iam, stack = laptop.client("iam"), laptop.client("cloudformation").describe_stacks(StackName="delivery-test")
    outputs = {one["OutputKey"]: one["OutputValue"] for one in stack["Stacks"][0]["Outputs"]}
    role = outputs["DeployRole"].rpartition("/")[2]
    policy = iam.get_role_policy(RoleName=role, PolicyName="deploy")["PolicyDocument"]
    iam.create_user(UserName="deliverer")
    iam.put_user_policy(UserName="deliverer", PolicyName="deploy", PolicyDocument=json.dumps(policy))
    key = iam.create_access_key(UserName="deliverer")["AccessKey"]
    own = {"AWS_ACCESS_KEY_ID": key["AccessKeyId"], "AWS_SECRET_ACCESS_KEY": key["SecretAccessKey"]}
    made = type(laptop)(laptop.endpoint, laptop.environment | own)
    made.boundary = outputs["Boundary"]
    return made


@pytest.fixture(scope="module")
def both(laptop, deliverer):
    """`test`, deployed by the deliverer, and `dev` with other settings; both ran."""
    bounded = f"PermissionsBoundary={deliverer.boundary}"
    deliverer.task("createstack[basic-infra,environment=test]")
    laptop.client("s3").upload_file(str(SAMPLE), artifacts("test"), "samples/sales.zip")
    deliverer.task(f"up[environment=test,{bounded},{source('test')}]")
    laptop.task("createstack[basic-infra,environment=dev]")
    laptop.client("s3").upload_file(str(SAMPLE), artifacts("dev"), "samples/sales.zip")
    laptop.task(f"up[environment=dev,CatalogUpdates=job,{source('dev')}]")
    return {one: laptop.task(f"runworkflow[environment={one}]").stdout for one in ("test", "dev")}


def rows(laptop, environment):
    sql = "SELECT country, count(*) FROM gold_sales GROUP BY 1 ORDER BY 1"
    return laptop.task(f"query[format=csv,environment={environment}]", stdin=sql).stdout


def test_both_ran_under_their_own_names(both):
    assert "job     etl-clean-test SUCCEEDED" in both["test"]
    assert "job     etl-clean-dev SUCCEEDED" in both["dev"]
    assert "crawler etl-gold-crawler-test SUCCEEDED" in both["test"]
    assert "crawler" not in both["dev"]


def test_everything_but_glue_s_own_groups_has_an_ending(both, laptop):
    assert both
    buckets = [
        one["Name"].removesuffix(f"-{ACCOUNT}-{REGION}") for one in laptop.client("s3").list_buckets()["Buckets"]
    ]
    glue = laptop.client("glue")
    names = [
        *buckets,
        *glue.list_jobs()["JobNames"],
        *glue.list_crawlers()["CrawlerNames"],
        *glue.list_triggers()["TriggerNames"],
        *glue.list_workflows()["Workflows"],
        *(one["Name"].replace("_", "-") for one in glue.get_databases()["DatabaseList"] if one["Name"] != "default"),
        *(one["Name"] for one in glue.list_data_quality_rulesets()["Rulesets"]),
        *(one["Name"] for one in laptop.client("athena").list_work_groups()["WorkGroups"] if one["Name"] != "primary"),
    ]
    assert [name for name in names if not name.endswith(("-test", "-dev"))] == []
    stored = laptop.client("ssm").get_parameters_by_path(Path="/", Recursive=True)["Parameters"]
    assert {one["Name"].split("/")[1] for one in stored if one["Name"].startswith("/etl-poc")} == {
        "etl-poc-test",
        "etl-poc-dev",
    }


def test_each_has_the_tables_of_its_own_run(both, laptop):
    assert both
    assert rows(laptop, "test") == rows(laptop, "dev")
    places = {
        one: laptop.client("glue").get_table(DatabaseName=f"etl_poc_database_{one}", Name="gold_sales")["Table"]
        for one in ("test", "dev")
    }
    for environment, table in places.items():
        bucket = f"etl-poc-data-gold-{environment}-{ACCOUNT}-{REGION}"
        assert table["StorageDescriptor"]["Location"] == f"s3://{bucket}/sales/"


def test_roles_of_the_delivered_stacks_have_the_boundary(both, laptop, deliverer):
    assert both
    roles = laptop.client("iam").list_roles()["Roles"]
    names = [one["RoleName"] for one in roles if one["RoleName"].startswith(("glue-jobs-test-", "glue-catalog-test-"))]
    assert len(names) == 3
    for name in names:
        found = laptop.client("iam").get_role(RoleName=name)["Role"]["PermissionsBoundary"]
        assert found["PermissionsBoundaryArn"] == deliverer.boundary


def test_the_deliverer_makes_no_role_without_it_and_touches_no_other_environment(both, deliverer):
    assert both
    refused = deliverer.task("updatestack[glue-jobs,environment=test,PermissionsBoundary=]", check=False)
    assert refused.returncode == 1
    assert "is not authorized to perform: iam:" in refused.stderr
    for call in ("updatestack[basic-infra,environment=dev]", "deploygluescripts[environment=dev]"):
        run = deliverer.task(call, check=False)
        assert run.returncode == 1, call
        assert "is not authorized to perform" in run.stderr, run.stderr
    assert deliverer.task("query[row-counts,environment=test]", check=False).returncode == 1


def test_taking_one_down_leaves_the_other(both, laptop):
    """Last in this file."""
    assert both
    before = rows(laptop, "test")
    laptop.task("down[environment=dev,yes=true]")
    stacks = laptop.client("cloudformation").describe_stacks()["Stacks"]
    assert sorted(one["StackName"] for one in stacks) == sorted(
        ["delivery-test", *(f"{name}-test" for name in ("basic-infra", "glue-jobs", "glue-catalog", "glue-workflow"))]
        + [name for name in ["data-quality-test"] if any(one["StackName"] == name for one in stacks)]
    )
    assert rows(laptop, "test") == before
