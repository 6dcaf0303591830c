"""What the record calls needed is needed: the smallest policy is enough, and without any right of it the run fails.

Rights are really taken out, one after the other, and the job or crawler is run again from the same state.
"""

import contextlib
import json

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.aws_server import allow, unique, wait_until
from tests.local_aws.our_own import used_rights

SHELL = """
import boto3, sys
bucket = sys.argv[sys.argv.index("--bucket") + 1]
s3 = boto3.client("s3")
for entry in s3.list_objects_v2(Bucket=bucket, Prefix="in/")["Contents"]:
    body = s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read()
    s3.put_object(Bucket=bucket, Key="out/day=1/" + entry["Key"][3:], Body=body)
s3.delete_object(Bucket=bucket, Key="in/none")
print("carried")
"""
SPARK = """
import sys
from pyspark.sql import SparkSession
bucket = sys.argv[sys.argv.index("--bucket") + 1]
spark = SparkSession.builder.getOrCreate()
print(spark.read.csv(f"s3://{bucket}/in/").count())
"""
JOB_LOGS = ("/aws-glue/python-jobs/output", "/aws-glue/python-jobs/error")
CRAWLER_LOGS = ("/aws-glue/crawlers",)


def set_policy(server, role, statements):
    document = json.dumps({"Version": "2012-10-17", "Statement": statements})
    server.client("iam").put_role_policy(RoleName=role.rpartition("/")[2], PolicyName="p", PolicyDocument=document)


def one_by_one(statements):
    """The same as statements of one action on one resource."""
    return [
        {**one, "Sid": f"R{number}x{place}x{other}", "Action": [action], "Resource": [resource]}
        for number, one in enumerate(statements)
        for place, action in enumerate(one["Action"])
        for other, resource in enumerate(one["Resource"])
    ]


def without_each(statements):
    """Each action and resource with the statements that are left without it."""
    for out in statements:
        yield (out["Action"][0], out["Resource"][0]), [one for one in statements if one is not out]


def delete_logs(server, groups):
    for group in groups:
        with contextlib.suppress(ClientError):
            server.client("logs").delete_log_group(logGroupName=group)


def logged(server, group):
    try:
        streams = server.client("logs").describe_log_streams(logGroupName=group)["logStreams"]
    except ClientError:
        return False
    return bool(streams)


@pytest.fixture
def bucket(fresh_local_aws):
    name = fresh_local_aws.bucket()
    for key in ("in/a.csv", "in/b.csv"):
        fresh_local_aws.put(name, key, "id,name\n1,a\n2,b\n")
    return name


def test_of_a_python_shell_job(fresh_local_aws, bucket):
    server = fresh_local_aws
    role = server.role(allow(["s3:*", "logs:*", "glue:*"]))
    job = server.job(SHELL, role=role, bucket=bucket, arguments={"--bucket": bucket})

    def is_well():
        delete_logs(server, JOB_LOGS)
        run = server.run(job)
        return run["JobRunState"] == "SUCCEEDED" and "carried" in server.log(run)

    assert is_well()
    smallest = one_by_one(used_rights(server, role)["Smallest"]["Statement"])
    assert {one["Action"][0] for one in smallest} == {
        *("s3:ListBucket", "s3:GetObject", "s3:PutObject", "s3:DeleteObject"),
        *("logs:CreateLogGroup", "logs:CreateLogStream", "logs:PutLogEvents"),
    }
    set_policy(server, role, smallest)
    assert is_well()
    assert {grant["State"] for grant in used_rights(server, role)["Grants"]} == {"needed"}
    still_well = []
    for out, rest in without_each(smallest):
        set_policy(server, role, rest)
        if is_well():
            still_well.append(out)
    assert [out for out in still_well if not out[1].endswith("error:*")] == []  # the output alone is looked at


def test_of_a_crawler(fresh_local_aws, bucket):
    server, glue = fresh_local_aws, fresh_local_aws.client("glue")
    database, name, role = unique("db_"), unique("crawler"), server.role(allow(["s3:*", "logs:*", "glue:*"]))
    glue.create_database(DatabaseInput={"Name": database})
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/in/"}]}
    glue.create_crawler(Name=name, Role=role, DatabaseName=database, Targets=targets)

    def is_well():
        delete_logs(server, CRAWLER_LOGS)
        for table in glue.get_tables(DatabaseName=database)["TableList"]:
            glue.delete_table(DatabaseName=database, Name=table["Name"])
        glue.start_crawler(Name=name)
        ended = wait_until(lambda: glue.get_crawler(Name=name)["Crawler"], lambda one: one["State"] == "READY")
        tables = [table["Name"] for table in glue.get_tables(DatabaseName=database)["TableList"]]
        return ended["LastCrawl"]["Status"] == "SUCCEEDED" and tables == ["in"] and logged(server, *CRAWLER_LOGS)

    assert is_well()
    smallest = one_by_one(used_rights(server, role)["Smallest"]["Statement"])
    set_policy(server, role, smallest)
    assert is_well()
    still_well = []
    for out, rest in without_each(smallest):
        set_policy(server, role, rest)
        if is_well():
            still_well.append(out)
    assert still_well == []


def test_of_what_spark_reads(fresh_local_aws, bucket):
    server = fresh_local_aws
    of_bucket = f"arn:aws:s3:::{bucket}"
    server.put(bucket, "other/c.csv", "3,c\n")
    role = server.role(
        allow(["s3:GetObject"], f"{of_bucket}/scripts/*", f"{of_bucket}/in/*", f"{of_bucket}/other/*", Sid="Objects"),
        allow(["s3:ListBucket"], of_bucket, Sid="List"),
        allow("logs:*"),
    )
    job = server.job(SPARK, role=role, bucket=bucket, spark=True, arguments={"--bucket": bucket})
    assert server.run(job)["JobRunState"] == "SUCCEEDED"
    states = {(one["Action"], one["Resource"]): one["State"] for one in used_rights(server, role)["Grants"]}
    assert states["s3:GetObject", f"{of_bucket}/scripts/*"] == "needed"
    assert states["s3:GetObject", f"{of_bucket}/in/*"] == "needed"
    assert states["s3:GetObject", f"{of_bucket}/other/*"] == "unused"  # it was shown, and nobody looked
    assert states["s3:ListBucket", of_bucket] == "needed"
    rest = [
        allow(["s3:GetObject"], f"{of_bucket}/scripts/*"),
        allow(["s3:ListBucket"], of_bucket),
        allow("logs:*"),
    ]
    set_policy(server, role, rest)
    run = server.run(job)
    assert (run["JobRunState"], "s3:GetObject" in run["ErrorMessage"]) == ("FAILED", True)
    denied = used_rights(server, role)["Denied"]
    assert {one["Action"] for one in denied} == {"s3:GetObject"}
    assert all(one["Resource"].startswith(f"{of_bucket}/in/") for one in denied)
