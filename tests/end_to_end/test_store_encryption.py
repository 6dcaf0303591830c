"""The store under a key of its own, as far as no Spark job is needed: crawl, logs and notices, with their rights.

That its Spark jobs pass and fail is the same of them as of the sales' (test_sales_encryption.py).
"""

import json

import pytest

from samples import store
from tests.end_to_end.test_sales_encryption import role_of

BUCKET = "etl-poc-store-000000000000-us-east-1"
CRAWLER = "store-bronze-crawler"


@pytest.fixture(scope="module")
def deployed(laptop, tmp_path_factory):
    laptop.task("up[pipeline=store,Encryption=kms]")
    folder = tmp_path_factory.mktemp("bronze")
    store.write(folder, 100, 9)
    for file in folder.rglob("*.parquet"):
        laptop.client("s3").upload_file(str(file), BUCKET, f"bronze/{file.relative_to(folder).as_posix()}")
    return laptop


@pytest.fixture(scope="module")
def key(deployed):
    [found] = deployed.client("kms").list_keys()["Keys"]
    return found["KeyArn"]


@pytest.fixture
def without(deployed):
    """Takes a statement out of a role's policy, and puts all back in the end."""
    iam, whole = deployed.client("iam"), {}

    def take(role, sid):
        [name] = iam.list_role_policies(RoleName=role)["PolicyNames"]
        policy = iam.get_role_policy(RoleName=role, PolicyName=name)["PolicyDocument"]
        whole.setdefault((role, name), policy)
        rest = [one for one in policy["Statement"] if one["Sid"] != sid]
        assert len(rest) == len(policy["Statement"]) - 1
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps({**policy, "Statement": rest}))

    yield take
    for (role, name), policy in whole.items():
        iam.put_role_policy(RoleName=role, PolicyName=name, PolicyDocument=json.dumps(policy))


def crawled(laptop, wait_for):
    glue = laptop.client("glue")
    glue.start_crawler(Name=CRAWLER)
    return wait_for(lambda: glue.get_crawler(Name=CRAWLER)["Crawler"], lambda one: one["State"] == "READY")["LastCrawl"]


def started(laptop):
    states = laptop.client("stepfunctions")
    [machine] = states.list_state_machines()["stateMachines"]
    return states.start_execution(stateMachineArn=machine["stateMachineArn"])["executionArn"]


def denied(laptop, role):
    told = json.loads(laptop.task(f"checkpermissions[{role},format=json]").stdout)["Denied"]
    return {one["Action"] for one in told}


def test_a_crawl_reads_what_the_key_holds_and_logs_under_it(deployed, key, wait_for):
    assert crawled(deployed, wait_for)["Status"] == "SUCCEEDED"
    tables = deployed.client("glue").get_tables(DatabaseName="store")["TableList"]
    assert {one["Name"] for one in tables} == {f"bronze_{source}" for source in store.SOURCES}
    heads = [
        deployed.client("s3").head_object(Bucket=BUCKET, Key=one["Key"])
        for one in deployed.client("s3").list_objects_v2(Bucket=BUCKET)["Contents"]
    ]
    assert {(head["ServerSideEncryption"], head["SSEKMSKeyId"]) for head in heads} == {("aws:kms", key)}
    groups = {
        one["logGroupName"]: one.get("kmsKeyId") for one in deployed.client("logs").describe_log_groups()["logGroups"]
    }
    role = role_of(deployed, "BronzeCrawlerRole", "store")
    assert groups == {
        f"/aws-glue/crawlers-role/{role}-store-kms": key,
        "/aws/vendedlogs/states/store-pipeline": key,
    }


def test_without_the_right_to_the_key_a_crawl_fails(deployed, without, wait_for):
    role = role_of(deployed, "BronzeCrawlerRole", "store")
    without(role, "ReadEncrypted")
    assert crawled(deployed, wait_for)["Status"] == "FAILED"
    assert denied(deployed, role) == {"kms:Decrypt"}


def test_a_notice_goes_out_under_the_key_and_needs_the_right_to_it(deployed, key, without, wait_for):
    """No job starts, as the role may not start any: that is what the notice tells."""
    [topic] = [one["TopicArn"] for one in deployed.client("sns").list_topics()["Topics"]]
    assert deployed.client("sns").get_topic_attributes(TopicArn=topic)["Attributes"]["KmsMasterKeyId"] == key
    role = role_of(deployed, "StateMachineRole", "store-pipeline")
    without(role, "RunJobs")
    states, first = deployed.client("stepfunctions"), started(deployed)
    wait_for(lambda: states.describe_execution(executionArn=first)["status"], lambda one: one != "RUNNING")
    assert "glue:StartJobRun" in deployed.task("messages[store-notices]").stdout
    assert denied(deployed, role) == {"glue:StartJobRun"}
    without(role, "EncryptNotices")
    second = started(deployed)
    wait_for(lambda: denied(deployed, role), lambda found: found == {"glue:StartJobRun", "kms:GenerateDataKey"})
    states.stop_execution(executionArn=second)
