"""The crawler's role on an emulator that enforces IAM: each right that a crawl needs, taken away in turn."""

import json

import pytest

from local_aws.glue.crawler.crawl import CrawlSummary
from local_aws.glue.crawler.failures import CrawlFailed

CSV = "id,name\n1,ann\n2,bob\n"
TRUST = {"Effect": "Allow", "Principal": {"AWS": "*", "Service": "glue.amazonaws.com"}, "Action": "sts:AssumeRole"}
FIRST_CRAWL = [
    "s3:ListBucket",
    "s3:GetObject",
    "glue:GetDatabase",
    "glue:GetTables",
    "glue:CreateTable",
    "glue:BatchCreatePartition",
]
LATER_CRAWL = ["s3:ListBucket", "s3:GetObject", "glue:GetTables", "glue:GetPartitions"]
CHANGED = [*LATER_CRAWL, "glue:UpdateTable", "glue:BatchUpdatePartition", "glue:DeletePartition"]


@pytest.fixture
def as_role(lake):
    """Crawls with a role that has these actions only."""
    iam, name = lake.client("iam"), f"role-{lake.database}"
    iam.create_role(RoleName=name, AssumeRolePolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [TRUST]}))

    def crawl(actions, **more):
        policy = {"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": actions, "Resource": "*"}]}
        iam.put_role_policy(RoleName=name, PolicyName="p", PolicyDocument=json.dumps(policy))
        arn = f"arn:aws:iam::000000000000:role/{name}"
        given = lake.client("sts").assume_role(RoleArn=arn, RoleSessionName="AWS-Crawler")["Credentials"]
        keys = given["AccessKeyId"], given["SecretAccessKey"], given["SessionToken"]
        return lake.crawl(lake.crawler("t/", **more), s3=lake.client("s3", keys), glue=lake.client("glue", keys))

    lake.put("t/p=1/1.csv", CSV)
    return crawl


def test_the_rights_of_a_first_crawl_are_enough(as_role):
    assert as_role(FIRST_CRAWL) == CrawlSummary(tables_created=1, partitions_created=1)


def test_the_rights_of_a_later_crawl_are_enough(lake, as_role):
    lake.crawl("t/")
    assert as_role(LATER_CRAWL) == CrawlSummary()


def test_the_rights_of_a_crawl_that_changes_are_enough(lake, as_role):
    lake.put("t/p=2/1.csv", CSV)
    lake.crawl("t/")
    lake.put("t/p=1/1.csv", "id,name,age\n1,ann,7\n")
    lake.delete("t/p=2/1.csv")
    policy = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "DELETE_FROM_DATABASE"}
    assert as_role(CHANGED, SchemaChangePolicy=policy) == CrawlSummary(
        tables_updated=1, partitions_updated=1, partitions_deleted=1
    )


@pytest.mark.parametrize("missing", FIRST_CRAWL)
def test_a_missing_right_fails_the_crawl_and_is_named(lake, as_role, missing):
    with pytest.raises(CrawlFailed) as failure:
        as_role([action for action in FIRST_CRAWL if action != missing])
    assert str(failure.value).startswith("AccessDenied")
    assert f"is not authorized to perform: {missing} " in str(failure.value)
    assert lake.log[-1] == f"ERROR : {failure.value}"


def test_a_bucket_that_is_not_there_is_named(lake):
    crawler = lake.crawler(Targets={"S3Targets": [{"Path": f"s3://{lake.bucket}-gone/x/"}]})
    with pytest.raises(CrawlFailed, match=f"NoSuchBucket when calling ListObjectsV2 on s3://{lake.bucket}-gone/x/"):
        lake.crawl(crawler)
