"""Crawlers and crawls as Glue's API shows them."""

import json
import statistics
import threading

import pytest

from tests.local_aws.aws_server import allow, error_of, unique, wait_until

CSV = "id,name\n1,ann\n2,bob\n"


@pytest.fixture
def glue(local_aws):
    return local_aws.client("glue")


@pytest.fixture
def crawler(local_aws):
    """A crawler of `t/` in a bucket of its own: (name, bucket, database)."""
    return make(local_aws)


def make(local_aws, **more):
    name, bucket, database = unique("crawler"), local_aws.bucket(), unique("d")
    local_aws.put(bucket, "t/p=1/1.csv", CSV)
    targets = {"S3Targets": [{"Path": f"s3://{bucket}/t/"}]}
    local_aws.client("glue").create_crawler(
        **{"Name": name, "Role": local_aws.role(allow("*")), "DatabaseName": database, "Targets": targets, **more}
    )
    return name, bucket, database


def run(glue, name):
    """Crawl to the end; return LastCrawl."""
    glue.start_crawler(Name=name)
    ready = wait_until(lambda: glue.get_crawler(Name=name)["Crawler"], lambda crawler: crawler["State"] == "READY")
    return ready["LastCrawl"]


def history(glue, name, *filters, **more):
    wanted = [dict(zip(("FieldName", "FilterOperator", "FieldValue"), each, strict=True)) for each in filters]
    return glue.list_crawls(CrawlerName=name, Filters=wanted, **more)["Crawls"]


def test_the_last_crawl_is_the_latest_of_the_history(glue, crawler):
    name, _, _ = crawler
    run(glue, name)
    last = run(glue, name)
    newest = history(glue, name)[0]
    assert (last["MessagePrefix"], last["StartTime"]) == (newest["CrawlId"], newest["StartTime"])
    assert (last["Status"], newest["State"]) == ("SUCCEEDED", "COMPLETED")
    assert (last["LogGroup"], last["LogStream"]) == ("/aws-glue/crawlers", name)


def test_a_summary_names_tables_as_aws_does(local_aws, glue, crawler):
    name, bucket, _ = crawler
    run(glue, name)
    summary = json.loads(history(glue, name)[0]["Summary"])
    assert json.loads(summary["TABLE"]["ADD"]) == {"Count": 1, "Details": {"names": ["t"]}}
    assert json.loads(summary["PARTITION"]["ADD"]) == {"Count": 1}
    local_aws.put(bucket, "t/p=2/1.csv", CSV)
    run(glue, name)
    summary = json.loads(history(glue, name)[0]["Summary"])
    assert {kind: sorted(actions) for kind, actions in summary.items()} == {"TABLE": ["UPDATE"], "PARTITION": ["ADD"]}


def test_a_crawl_that_changed_nothing_has_no_summary(glue, crawler):
    name, _, _ = crawler
    run(glue, name)
    run(glue, name)
    assert ["Summary" in crawl for crawl in history(glue, name)] == [False, True]


def test_filters(local_aws, glue, crawler):
    name, bucket, _ = crawler
    run(glue, name)
    local_aws.client("s3").delete_objects(Bucket=bucket, Delete={"Objects": [{"Key": "t/p=1/1.csv"}]})
    local_aws.client("s3").delete_bucket(Bucket=bucket)
    run(glue, name)
    failed, done = history(glue, name)
    assert (failed["State"], done["State"]) == ("FAILED", "COMPLETED")
    assert history(glue, name, ("STATE", "EQ", "FAILED")) == [failed]
    assert history(glue, name, ("STATE", "NE", "FAILED")) == [done]
    assert history(glue, name, ("CRAWL_ID", "EQ", done["CrawlId"])) == [done]
    middle = str(round(failed["StartTime"].timestamp() * 1000))
    assert history(glue, name, ("START_TIME", "GE", middle)) == [failed]
    assert history(glue, name, ("START_TIME", "LT", middle)) == [done]
    assert history(glue, name, ("END_TIME", "GT", "0"), ("STATE", "EQ", "COMPLETED")) == [done]
    assert history(glue, name, ("DPU_HOUR", "GT", "0")) == []


@pytest.mark.parametrize(
    ("wanted", "reason"),
    [
        (
            ("START_TIME", "GT", "yesterday"),
            "FieldValue 'yesterday' of START_TIME is not the epoch time in milliseconds",
        ),
        (("STATE", "GT", "FAILED"), "Only EQ or NE operator is allowed for field : STATE"),
    ],
)
def test_a_filter_that_makes_no_sense_is_refused(glue, crawler, wanted, reason):
    filters = [dict(zip(("FieldName", "FilterOperator", "FieldValue"), wanted, strict=True))]
    assert error_of(glue.list_crawls, CrawlerName=crawler[0], Filters=filters) == f"InvalidInputException: {reason}"


def test_pages_of_the_history(glue, crawler):
    name, _, _ = crawler
    ids = [run(glue, name)["MessagePrefix"] for _ in range(3)]
    first = glue.list_crawls(CrawlerName=name, MaxResults=2)
    second = glue.list_crawls(CrawlerName=name, MaxResults=2, NextToken=first["NextToken"])
    assert [crawl["CrawlId"] for crawl in first["Crawls"] + second["Crawls"]] == ids[::-1]
    assert "NextToken" not in second


def test_metrics_are_those_of_the_history(local_aws, glue, crawler):
    name, bucket, _ = crawler
    fresh = glue.get_crawler_metrics(CrawlerNameList=[name])["CrawlerMetricsList"]
    assert fresh == [
        {
            "CrawlerName": name,
            "TimeLeftSeconds": 0.0,
            "StillEstimating": False,
            "LastRuntimeSeconds": 0.0,
            "MedianRuntimeSeconds": 0.0,
            "TablesCreated": 0,
            "TablesUpdated": 0,
            "TablesDeleted": 0,
        }
    ]
    run(glue, name)
    run(glue, name)
    local_aws.put(bucket, "t/p=2/1.csv", CSV)
    run(glue, name)
    took = [(crawl["EndTime"] - crawl["StartTime"]).total_seconds() for crawl in history(glue, name)]
    metrics = glue.get_crawler_metrics(CrawlerNameList=[name, "no-such"])["CrawlerMetricsList"]
    assert [each["CrawlerName"] for each in metrics] == [name]
    assert metrics[0]["LastRuntimeSeconds"] == pytest.approx(took[0], abs=1e-5)  # times are doubles
    assert metrics[0]["MedianRuntimeSeconds"] == pytest.approx(statistics.median(took), abs=1e-5)
    assert [metrics[0][f"Tables{what}"] for what in ("Created", "Updated", "Deleted")] == [0, 1, 0]


def test_crawlers_by_tag(local_aws, glue):
    team = unique("team")
    tagged, _, _ = make(local_aws, Tags={"team": team, "stage": "dev"})
    make(local_aws, Tags={"team": "other"})
    assert glue.list_crawlers(Tags={"team": team})["CrawlerNames"] == [tagged]
    assert glue.list_crawlers(Tags={"team": team, "stage": "dev"})["CrawlerNames"] == [tagged]
    assert glue.list_crawlers(Tags={"team": team, "stage": "prod"})["CrawlerNames"] == []


def test_many_crawlers_at_once(glue, crawler):
    answer = glue.batch_get_crawlers(CrawlerNames=[crawler[0], "no-such"])
    assert [each["Name"] for each in answer["Crawlers"]] == [crawler[0]]
    assert answer["CrawlersNotFound"] == ["no-such"]


def test_a_running_crawler_tells_its_time_and_can_be_stopped(local_aws, glue):
    """The bucket is large enough that the crawl is seen running."""
    name, bucket, _ = make(local_aws)
    body = CSV * 2000
    threads = [threading.Thread(target=local_aws.put, args=(bucket, f"t/p={n}/1.csv", body)) for n in range(2, 120)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    glue.start_crawler(Name=name)
    running = glue.get_crawler(Name=name)["Crawler"]
    metrics = glue.get_crawler_metrics(CrawlerNameList=[name])["CrawlerMetricsList"][0]
    assert running["State"] == "RUNNING"
    assert running["CrawlElapsedTime"] >= 0
    assert metrics["StillEstimating"] is True
    assert history(glue, name)[0]["State"] == "RUNNING"
    assert error_of(glue.start_crawler, Name=name).startswith("CrawlerRunningException: ")
    glue.stop_crawler(Name=name)
    ready = wait_until(lambda: glue.get_crawler(Name=name)["Crawler"], lambda crawler: crawler["State"] == "READY")
    assert ready["LastCrawl"]["Status"] == "CANCELLED"
    assert history(glue, name)[0]["State"] == "STOPPED"
    assert error_of(glue.stop_crawler, Name=name).startswith("CrawlerNotRunningException: ")


def test_a_crawler_tells_every_kind_of_target(glue, crawler):
    name, bucket, _ = crawler
    targets = glue.get_crawler(Name=name)["Crawler"]["Targets"]
    assert targets.pop("S3Targets") == [{"Path": f"s3://{bucket}/t/", "Exclusions": []}]
    assert {"JdbcTargets", "MongoDBTargets", "DynamoDBTargets", "CatalogTargets"} <= targets.keys()
    assert set(map(tuple, targets.values())) == {()}
    glue.update_crawler(Name=name, Targets=glue.get_crawler(Name=name)["Crawler"]["Targets"])
    assert run(glue, name)["Status"] == "SUCCEEDED"


KEY = "arn:aws:kms:us-east-1:000000000000:key/11111111-2222-3333-4444-555555555555"


def test_a_security_configuration_has_a_log_group_of_its_own(local_aws, glue):
    configuration = unique("secured")
    glue.create_security_configuration(
        Name=configuration,
        EncryptionConfiguration={"CloudWatchEncryption": {"CloudWatchEncryptionMode": "SSE-KMS", "KmsKeyArn": KEY}},
    )
    name, _, _ = make(local_aws, CrawlerSecurityConfiguration=configuration)
    role = glue.get_crawler(Name=name)["Crawler"]["Role"]
    group = run(glue, name)["LogGroup"]
    assert group == f"/aws-glue/crawlers-role/{role}-{configuration}"
    assert local_aws.log_lines(group, name)
    [found] = local_aws.client("logs").describe_log_groups(logGroupNamePrefix=group)["logGroups"]
    assert found["kmsKeyId"] == KEY


def test_a_catalog_target_is_crawled(local_aws, glue):
    database, bucket, name = unique("d"), local_aws.bucket(), unique("crawler")
    local_aws.put(bucket, "t/1.csv", CSV)
    glue.create_database(DatabaseInput={"Name": database})
    storage = {"Columns": [{"Name": "id", "Type": "int"}], "Location": f"s3://{bucket}/t/"}
    glue.create_table(DatabaseName=database, TableInput={"Name": "t", "StorageDescriptor": storage})
    glue.create_crawler(
        Name=name,
        Role=local_aws.role(allow("*")),
        Targets={"CatalogTargets": [{"DatabaseName": database, "Tables": ["t"]}]},
        SchemaChangePolicy={"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"},
    )
    assert run(glue, name)["Status"] == "SUCCEEDED"
    columns = glue.get_table(DatabaseName=database, Name="t")["Table"]["StorageDescriptor"]["Columns"]
    assert [(column["Name"], column["Type"]) for column in columns] == [("id", "bigint"), ("name", "string")]


@pytest.mark.parametrize(
    ("settings", "reason"),
    [
        (
            {"Configuration": '{"Version":1.0,"CrawlerOutput":{"Partitions":{"UpdateBehavior":"x"}}}'},
            "InvalidInputException: CrawlerOutput.Partitions contains unsupported keys: UpdateBehavior.",
        ),
        (
            {"Targets": {"CatalogTargets": [{"DatabaseName": "d", "Tables": ["t"]}]}},
            "InvalidInputException: The SchemaChangePolicy for catalog targets can have only LOG DeleteBehavior value.",
        ),
    ],
)
def test_what_no_crawl_could_do_is_refused_at_once(local_aws, glue, settings, reason):
    bucket = local_aws.bucket()
    params = {
        "Name": unique("crawler"),
        "Role": local_aws.role(allow("*")),
        "Targets": {"S3Targets": [{"Path": f"s3://{bucket}/t/"}]},
    }
    assert error_of(glue.create_crawler, **{**params, **settings}) == reason


@pytest.mark.parametrize(
    ("given", "told"),
    [
        (
            {"FieldName": "CRAWL_ID", "FilterOperator": "NE"},
            "FieldName: CRAWL_ID, FilterOperator: NE, FieldValue: null",
        ),
        ({"FieldValue": "1"}, "FieldName: null, FilterOperator: null, FieldValue: 1"),
    ],
)
def test_a_filter_of_crawls_has_all_its_parts(glue, crawler, given, told):
    assert error_of(glue.list_crawls, CrawlerName=crawler[0], Filters=[given]) == (
        f"InvalidInputException: Invalid Filter Provided: {told}"
    )


def test_a_filter_of_crawls_names_a_field_and_an_operator_that_there_are(glue, crawler):
    wanted = {"FieldName": "STATE", "FilterOperator": "LIKE", "FieldValue": "x"}
    assert error_of(glue.list_crawls, CrawlerName=crawler[0], Filters=[wanted]) == (
        "ValidationException: 1 validation error detected: Value 'LIKE' at 'filters.1.member.filterOperator' failed to "
        "satisfy constraint: Member must satisfy enum value set: [GT, GE, LT, LE, EQ, NE]"
    )
