"""Two environments of the sales side by side, one deployed by the role for deliveries: neither touches the other."""

import json
import os
import re
import subprocess
import sys

import pytest
import yaml

from tests.end_to_end.conftest import ROOT
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
    deliverer.before = deliverer.task(f"previewstack[environment=test,{bounded}]", check=False)
    deliverer.left = laptop.client("cloudformation").describe_stacks()["Stacks"]
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


def test_the_deliverer_sees_a_new_environment_before_it_is_made(both, deliverer):
    """All of it would be made; and nothing stays of having looked, which the creation would find in its way."""
    assert both
    assert (deliverer.before.returncode, deliverer.before.stderr) == (3, "")
    assert "would change: basic-infra-test, glue-jobs-test, glue-catalog-test" in deliverer.before.stdout
    assert [one["StackName"] for one in deliverer.left] == ["delivery-test"]


@pytest.fixture
def preview_step(tmp_path):
    """Runs the step `Preview` of the workflow that deploys, as GitHub's runner does, by a deliverer to `test`."""
    steps = yaml.safe_load((ROOT / ".github/workflows/deploy.yml").read_text())["jobs"]["deploy"]["steps"]
    [script] = [one["run"] for one in steps if one.get("name") == "Preview"]
    python = tmp_path / "Python/3.11.9/x64/bin/python3.11"
    python.parent.mkdir(parents=True)
    python.symlink_to(sys.executable)

    def run(deliverer, boundary):
        own = {"ENVIRONMENT": "test", "BOUNDARY": boundary, "RUNNER_TOOL_CACHE": str(tmp_path)}
        command, environment = ["bash", "-e", "-c", script], os.environ | deliverer.environment | own
        return subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)

    return run


def test_the_workflow_shows_what_would_change_and_fails_only_where_that_cannot_be_seen(both, deliverer, preview_step):
    assert both
    same = preview_step(deliverer, deliverer.boundary)
    assert (same.returncode, "::notice title=Preview::nothing would change" in same.stdout) == (0, True), same.stderr
    other = preview_step(deliverer, "arn:aws:iam::000000000000:policy/other")
    assert (other.returncode, "would change: glue-jobs-test" in other.stdout) == (0, True), other.stderr
    assert "::notice title=Preview::something would change" in other.stdout
    refused = preview_step(deliverer, "no-arn")
    assert (refused.returncode, "::notice" in refused.stdout) == (1, False)


def test_logs_drift_and_rights_are_those_of_one_environment(both, laptop):
    assert both
    [run] = laptop.client("glue").get_job_runs(JobName="etl-clean-dev")["JobRuns"]
    for name in ("sales/clean", "etl-clean", "etl-clean-dev"):
        log = laptop.task(f"logs[{name},environment=dev]").stdout
        assert run["Id"] in log
    assert "19,700" in log or "19700" in log
    found = {one: laptop.task(f"drift[environment={one}]", check=False) for one in ("test", "dev")}
    for environment, run in found.items():
        heads = [line.split()[0] for line in run.stdout.splitlines() if not line.startswith(" ")]
        assert len(heads) == 10, run.stdout
        assert [
            one for one in heads if not one.replace("_database_", "-").partition(".")[0].endswith(environment)
        ] == []
        assert len(re.findall(r" 0 of \d+ resources drifted", run.stdout)) == 5
    assert found["test"].returncode == 0, found["test"].stdout
    # The sample has an order id that is no whole number: where jobs keep the catalog, the column stays bigint.
    assert (found["dev"].returncode, re.findall(r"retyped (.*?):", found["dev"].stdout)) == (3, ["order id"])
    told = json.loads(laptop.task("checkpermissions[environment=dev,format=json]").stdout)
    names = [role["RoleName"] for role in told]
    assert len(names) == 3
    assert [name for name in names if not name.startswith(("glue-jobs-dev-", "glue-catalog-dev-"))] == []


def test_a_plain_name_is_that_of_the_environment(both, laptop):
    assert both
    assert artifacts("test") in laptop.task("stackstatus[basic-infra,environment=test]").stdout
    quality = laptop.task("quality[environment=test]").stdout
    assert ("etl-clean-test" in quality, "etl-clean-dev" in quality) == (True, False)
    assert "etl-clean-test" in laptop.task("quality[etl-clean,environment=test]").stdout
    crawl = laptop.task("explaincrawl[etl-gold-crawler,environment=test]").stdout
    assert "a crawl of etl-gold-crawler-test" in crawl
    assert "etl-clean-test" in laptop.task("cost[etl-clean,environment=test]").stdout
    absent = laptop.task("logs[etl-clean,environment=prod]", check=False)
    assert (absent.returncode, "etl-clean-prod" in absent.stderr) == (1, True), absent.stderr


def test_the_deliverer_sees_drift_of_stacks_and_none_of_other_environments(both, laptop, deliverer):
    assert both
    assert "glue-jobs-test 0 of 5 resources drifted" in deliverer.task("drift[glue-jobs,environment=test]").stdout
    laptop.client("glue").update_workflow(Name="etl-workflow-test", Description="by hand")
    found = deliverer.task("drift[glue-workflow,environment=test]", check=False)
    assert (found.returncode, "Description: should be " in found.stdout) == (3, True), found.stdout + found.stderr
    refused = deliverer.task("drift[glue-jobs,environment=dev]", check=False)
    assert (refused.returncode, "is not authorized to perform" in refused.stderr) == (1, True)


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
