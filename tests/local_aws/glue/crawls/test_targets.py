"""Crawlers of other things than S3: all can be defined; those of DynamoDB crawl, the others fail with the reason."""

import pytest

from tests.local_aws.aws_server import REGION, allow, unique, wait_until

ACCOUNT = "000000000000"

TARGETS = {
    "JdbcTargets": {"ConnectionName": "warehouse", "Path": "db/%", "Exclusions": ["db/tmp"]},
    "MongoDBTargets": {"ConnectionName": "documents", "Path": "db/%", "ScanAll": True},
    "DeltaTargets": {"DeltaTables": ["s3://b/t/"], "CreateNativeDeltaTable": True, "WriteManifest": False},
    "IcebergTargets": {"Paths": ["s3://b/t/"], "MaximumTraversalDepth": 10},
    "HudiTargets": {"Paths": ["s3://b/t/"], "MaximumTraversalDepth": 10},
}

ITEMS = [
    {
        "Id": {"S": "a"},
        "n": {"N": "1"},
        "price": {"N": "9.5"},
        "open": {"BOOL": True},
        "tags": {"SS": ["x", "y"]},
        "sizes": {"NS": ["1", "2"]},
        "raw": {"B": b"\x00"},
        "where": {"M": {"city": {"S": "Ulm"}, "zip": {"N": "89073"}}},
        "steps": {"L": [{"N": "1"}, {"N": "2.5"}]},
        "mixed": {"S": "one"},
    },
    {"Id": {"S": "b"}, "n": {"N": "2"}, "mixed": {"N": "2"}, "gone": {"NULL": True}},
]

COLUMNS = {
    "id": "string",
    "n": "bigint",
    "price": "double",
    "open": "boolean",
    "tags": "array<string>",
    "sizes": "array<bigint>",
    "raw": "binary",
    "where": "struct<city:string,zip:bigint>",
    "steps": "array<double>",
    "mixed": "string",
    "gone": "string",
}


@pytest.fixture
def glue(local_aws):
    return local_aws.client("glue")


def make(local_aws, targets, *statements, **more):
    name = unique("crawler")
    role = local_aws.role(*(statements or (allow("*"),)))
    local_aws.client("glue").create_crawler(Name=name, Role=role, DatabaseName=name, Targets=targets, **more)
    return name


def run(glue, name):
    """Crawl to the end; return LastCrawl."""
    glue.start_crawler(Name=name)
    ready = wait_until(lambda: glue.get_crawler(Name=name)["Crawler"], lambda crawler: crawler["State"] == "READY")
    return ready["LastCrawl"]


def dynamodb_table(local_aws, *items):
    name, client = unique("Orders"), local_aws.client("dynamodb")
    client.create_table(
        TableName=name,
        KeySchema=[{"AttributeName": "Id", "KeyType": "HASH"}],
        AttributeDefinitions=[{"AttributeName": "Id", "AttributeType": "S"}],
        BillingMode="PAY_PER_REQUEST",
    )
    for item in items:
        client.put_item(TableName=name, Item=item)
    return name


@pytest.mark.parametrize("kind", TARGETS)
def test_a_crawler_that_cannot_run_here_is_made_and_its_crawl_says_why(local_aws, glue, kind):
    name = make(local_aws, {kind: [TARGETS[kind]]})
    assert glue.get_crawler(Name=name)["Crawler"]["Targets"][kind] == [TARGETS[kind]]
    last = run(glue, name)
    assert (last["Status"], last["ErrorMessage"].split(". ")[0]) == (
        "FAILED",
        f"A crawler target in {kind} is not supported by the local crawler",
    )
    logs = local_aws.client("logs").filter_log_events(logGroupName="/aws-glue/crawlers", logStreamNames=[name])
    assert any(f"ERROR : A crawler target in {kind} is not supported" in event["message"] for event in logs["events"])


def test_a_crawler_on_events_is_made_and_its_crawl_says_why(local_aws, glue):
    target = {"Path": f"s3://{local_aws.bucket()}/t/", "EventQueueArn": f"arn:aws:sqs:{REGION}:{ACCOUNT}:q"}
    recrawl = {"RecrawlBehavior": "CRAWL_EVENT_MODE"}
    name = make(local_aws, {"S3Targets": [target]}, RecrawlPolicy=recrawl)
    assert glue.get_crawler(Name=name)["Crawler"]["RecrawlPolicy"] == recrawl
    assert run(glue, name)["ErrorMessage"].startswith("EventQueueArn of a crawler target is not supported")


def test_a_path_without_the_scheme_is_crawled(local_aws, glue):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "folder/1.csv", "id,name\n1,ann\n2,bob\n")
    name = make(local_aws, {"S3Targets": [{"Path": f"{bucket}/folder/"}]})
    assert run(glue, name)["Status"] == "SUCCEEDED"
    table = glue.get_table(DatabaseName=name, Name="folder")["Table"]
    assert table["StorageDescriptor"]["Location"] == f"s3://{bucket}/folder/"
    assert glue.get_crawler(Name=name)["Crawler"]["Targets"]["S3Targets"][0]["Path"] == f"{bucket}/folder/"


def test_a_table_of_dynamodb_is_crawled(local_aws, glue):
    source = dynamodb_table(local_aws, *ITEMS)
    name = make(local_aws, {"DynamoDBTargets": [{"Path": source, "scanAll": True}]}, TablePrefix="db_")
    last = run(glue, name)
    assert last["Status"] == "SUCCEEDED", last
    table = glue.get_table(DatabaseName=name, Name=f"db_{source.lower()}")["Table"]
    storage = table["StorageDescriptor"]
    assert storage["Location"] == f"arn:aws:dynamodb:{REGION}:{ACCOUNT}:table/{source}"
    assert {column["Name"]: column["Type"] for column in storage["Columns"]} == COLUMNS
    parameters = table["Parameters"]
    wanted = {"classification": "dynamodb", "typeOfData": "table", "recordCount": "2", "hashKey": "Id"}
    assert {key: parameters[key] for key in wanted} == wanted
    assert int(parameters["sizeKey"]) > 0
    again = run(glue, name)
    assert again["Status"] == "SUCCEEDED", again
    assert len(glue.get_tables(DatabaseName=name)["TableList"]) == 1
    assert glue.list_crawls(CrawlerName=name)["Crawls"][0].get("Summary") in (None, "{}")


def test_s3_and_dynamodb_are_crawled_in_one_go(local_aws, glue):
    bucket, source = local_aws.bucket(), dynamodb_table(local_aws, ITEMS[0])
    local_aws.put(bucket, "t/1.csv", "id,name\n1,ann\n2,bob\n")
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/t/"}], "DynamoDBTargets": [{"Path": source}]}
    name = make(local_aws, targets)
    assert run(glue, name)["Status"] == "SUCCEEDED"
    assert {table["Name"] for table in glue.get_tables(DatabaseName=name)["TableList"]} == {"t", source.lower()}


@pytest.mark.parametrize(
    ("missing", "reason"),
    [
        ("right", "AccessDenied"),
        ("table", "ResourceNotFoundException when calling DescribeTable on table"),
    ],
)
def test_a_crawl_of_dynamodb_needs_the_table_and_the_right(local_aws, glue, missing, reason):
    source = dynamodb_table(local_aws, ITEMS[0]) if missing == "right" else unique("none")
    name = make(local_aws, {"DynamoDBTargets": [{"Path": source}]}, allow("glue:*" if missing == "right" else "*"))
    last = run(glue, name)
    assert last["Status"] == "FAILED"
    assert reason in last["ErrorMessage"]


def test_one_standard_worker_is_enough(local_aws, glue):
    name = unique("job")
    command = {"Name": "glueetl", "ScriptLocation": "s3://b/x.py"}
    role = local_aws.role(allow("*"))
    glue.create_job(Name=name, Role=role, Command=command, GlueVersion="3.0", WorkerType="Standard", NumberOfWorkers=1)
    assert glue.get_job(JobName=name)["Job"]["NumberOfWorkers"] == 1
