"""The sales under one key of the customer: all that is written names it, and who has no right to it fails."""

import json

import boto3
import pytest

from tests.cloudformation import profiles
from tests.end_to_end.test_sales_quality import ROWS, ask, land

DATA = ("data-raw", "data-silver", "data-gold")
BUCKETS = ("artifacts", *DATA, "athena-queries")
SPARK_ROLE = "GlueSparkJobRole"


@pytest.fixture(scope="module")
def sales(laptop):
    """The pipeline with a key, after a run on three rows."""
    laptop.task("createstack[basic-infra,SalesEncryption=kms]")
    land(laptop, *ROWS)
    source = f"SourceUrl=s3://{laptop.bucket('artifacts')}/samples/mine.csv"
    laptop.task(f"up[SalesEncryption=kms,{source}]")
    laptop.task("runworkflow")
    return laptop


@pytest.fixture(scope="module")
def key(sales):
    [found] = sales.client("kms").list_keys()["Keys"]
    return found["KeyArn"]


@pytest.fixture(scope="module")
def people(sales):
    """Those of the profiles, beside the pipeline with the key."""
    sales.task("createstack[data-access,SalesEncryption=kms]")

    def client(service, keys=None):
        given = keys or {"AccessKeyId": "test", "SecretAccessKey": "test"}
        session = boto3.Session(given["AccessKeyId"], given["SecretAccessKey"], given.get("SessionToken"), "us-east-1")
        return session.client(service, endpoint_url=sales.endpoint)

    return profiles.taken(client)


def role_of(laptop, logical_id, stack="glue-jobs"):
    found = laptop.client("cloudformation").describe_stack_resource(StackName=stack, LogicalResourceId=logical_id)
    return found["StackResourceDetail"]["PhysicalResourceId"]


def test_the_tables_are_the_same(sales):
    assert ask(sales, "SELECT country, total_profit FROM gold_sales ORDER BY 1") == [
        ("Croatia", "24.10"),
        ("Japan", "24.10"),
        ("Nepal", "24.10"),
    ]


def test_every_object_names_the_key(sales, key):
    s3 = sales.client("s3")
    ask(sales, "SELECT 1")
    found = {
        (purpose, entry["Key"]): s3.head_object(Bucket=sales.bucket(purpose), Key=entry["Key"])
        for purpose in BUCKETS
        for page in s3.get_paginator("list_objects_v2").paginate(Bucket=sales.bucket(purpose))
        for entry in page.get("Contents", [])
    }
    assert {purpose for purpose, _ in found} == set(BUCKETS)
    told = {place: (head["ServerSideEncryption"], head.get("SSEKMSKeyId")) for place, head in found.items()}
    assert {place: said for place, said in told.items() if said != ("aws:kms", key)} == {}


def test_logs_are_in_groups_of_the_security_configuration_which_name_the_key(sales, key):
    groups = {one["logGroupName"]: one.get("kmsKeyId") for one in _groups(sales)}
    of_role = f"etl-poc-kms-role/{role_of(sales, SPARK_ROLE)}"
    assert f"/aws-glue/jobs/{of_role}/output" in groups
    assert f"/aws-glue/crawlers-role/{role_of(sales, 'CrawlerRole', 'glue-catalog')}-etl-poc-kms" in groups
    assert set(groups.values()) == {key}


def test_bookmarks_and_results_name_the_key(sales, key):
    found = sales.client("glue").get_security_configuration(Name="etl-poc-kms")
    bookmarks = found["SecurityConfiguration"]["EncryptionConfiguration"]["JobBookmarksEncryption"]
    assert bookmarks == {"JobBookmarksEncryptionMode": "CSE-KMS", "KmsKeyArn": key}
    group = sales.client("athena").get_work_group(WorkGroup="etl-poc-athena-group")["WorkGroup"]["Configuration"]
    assert group["ResultConfiguration"]["EncryptionConfiguration"] == {"EncryptionOption": "SSE_KMS", "KmsKey": key}


def test_roles_use_the_key_and_need_it(sales, key):
    told = json.loads(sales.task("checkpermissions[format=json]").stdout)
    needed = {
        (grant["Sid"], grant["Action"])
        for role in told
        for grant in role["Grants"]
        if grant["State"] == "needed" and grant["Resource"] == key
    }
    assert needed == {
        ("UseKey", "kms:Decrypt"),
        ("UseKey", "kms:GenerateDataKey"),
        ("ReadEncrypted", "kms:Decrypt"),
    }


@pytest.mark.parametrize(("who", "table"), [("analyst", "gold_sales"), ("engineer", "silver_sales")])
def test_people_read_what_the_key_holds_and_need_their_right_to_it(people, sales, who, table):
    person = people[who]
    assert person.ask(f"SELECT sum(total_profit) FROM {table}") == ""
    iam = sales.client("iam")
    role = role_of(sales, f"{who.capitalize()}Role", "data-access")
    policy = iam.get_role_policy(RoleName=role, PolicyName=who)["PolicyDocument"]
    rest = [one for one in policy["Statement"] if one["Sid"] != "ReadEncryptedData"]
    assert len(rest) == len(policy["Statement"]) - 1
    iam.put_role_policy(RoleName=role, PolicyName=who, PolicyDocument=json.dumps({**policy, "Statement": rest}))
    assert "PERMISSION_DENIED" in person.ask(f"SELECT min(total_profit) FROM {table}")


def test_results_of_people_name_the_key(people, sales, key):
    found = sales.client("athena").get_work_group(WorkGroup=people["analyst"].group)["WorkGroup"]["Configuration"]
    assert found["ResultConfiguration"]["EncryptionConfiguration"] == {"EncryptionOption": "SSE_KMS", "KmsKey": key}


def test_without_the_right_to_the_key_a_run_fails(sales):
    iam, role = sales.client("iam"), role_of(sales, SPARK_ROLE)
    [name] = iam.list_role_policies(RoleName=role)["PolicyNames"]
    policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
    rest = [one for one in policy["Statement"] if one["Sid"] != "UseKey"]
    assert len(rest) == len(policy["Statement"]) - 1
    iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps({**policy, "Statement": rest}))
    failed = sales.task("runjob[etl-clean]", check=False)
    assert failed.returncode == 1
    assert "AccessDenied" in failed.stdout + failed.stderr
    denied = json.loads(sales.task(f"checkpermissions[{role},format=json]").stdout)["Denied"]
    assert {one["Action"] for one in denied} == {"kms:Decrypt"}


def _groups(laptop):
    pages = laptop.client("logs").get_paginator("describe_log_groups").paginate(logGroupNamePrefix="/aws-glue/")
    return [one for page in pages for one in page["logGroups"]]
