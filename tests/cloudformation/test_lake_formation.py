"""The optional grants of Lake Formation: what they say, and that here they change nothing and say so."""

import pytest

from tests.cloudformation import profiles
from tests.cloudformation.sales_lake import ask, deploy, fill

READS = ["DESCRIBE", "SELECT"]


@pytest.fixture(scope="module")
def grants(of_type):
    """(who, permissions, kind of resource) of each grant."""
    found = of_type("AWS::LakeFormation::PrincipalPermissions", "lake-formation")
    return {
        (
            one["Principal"]["DataLakePrincipalIdentifier"]["Fn::ImportValue"]["Fn::Sub"].rpartition("-")[2],
            tuple(one["Permissions"]),
            *one["Resource"],
            *(name for name in ("Name", "TableWildcard") if name in one["Resource"].get("Table", {})),
        )
        for one in found.values()
    }


def test_grants_are_to_read_and_the_crawler_s_to_go_on(grants):
    assert grants == {
        ("CrawlerRole", ("DATA_LOCATION_ACCESS",), "DataLocation"),
        ("AnalystRole", ("DESCRIBE",), "Database"),
        ("AnalystRole", (*READS,), "Table", "Name"),
        ("EngineerRole", ("DESCRIBE",), "Database"),
        ("EngineerRole", (*READS,), "Table", "TableWildcard"),
    }


def test_nobody_may_grant_further_and_the_account_stays_as_it_is(of_type, templates):
    found = of_type("AWS::LakeFormation::PrincipalPermissions", "lake-formation")
    assert [one["PermissionsWithGrantOption"] for one in found.values()] == [[]] * len(found)
    (place,) = of_type("AWS::LakeFormation::Resource", "lake-formation").values()
    assert place["HybridAccessEnabled"] is True
    types = {one["Type"] for one in templates["lake-formation"]["Resources"].values()}
    assert "AWS::LakeFormation::DataLakeSettings" not in types


@pytest.fixture(scope="module")
def deployed(local_aws, root):
    deploy(local_aws, root, ["basic-infra", "glue-jobs", "glue-catalog", "data-access"])
    fill(local_aws, rows=500)
    deploy(local_aws, root, ["lake-formation"])
    return local_aws


def test_here_grants_are_stand_ins_and_say_so(deployed, templates):
    found = deployed("cloudformation").describe_stack_resources(StackName="lake-formation")["StackResources"]
    said = {one["LogicalResourceId"]: one.get("ResourceStatusReason", "") for one in found}
    declared = templates["lake-formation"]["Resources"]
    expected = {name: one["Type"].startswith("AWS::LakeFormation::") for name, one in declared.items()}
    assert {name: reason.startswith("NOT SIMULATED") for name, reason in said.items()} == expected
    assert {one["ResourceStatus"] for one in found} == {"CREATE_COMPLETE"}


def test_here_iam_alone_decides(deployed):
    people = profiles.taken(deployed)
    for who, sql, expected in (
        ("analyst", "SELECT count(*) FROM gold_sales", ""),
        ("analyst", "SELECT count(*) FROM silver_sales", "not authorized to perform: glue:GetTable"),
        ("engineer", "SELECT count(*) FROM silver_sales", ""),
    ):
        said, _ = ask(people[who]("athena"), sql, profiles.GROUPS[who])
        assert expected in said if expected else said == ""


def test_the_policy_is_real(deployed):
    iam = deployed("iam")
    (policy,) = [one for one in iam.list_policies(Scope="Local")["Policies"] if "GetData" in one["PolicyName"]]
    roles = iam.list_entities_for_policy(PolicyArn=policy["Arn"])["PolicyRoles"]
    assert len(roles) == 2
