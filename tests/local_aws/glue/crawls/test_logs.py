"""Logs and XML, crawled by custom classifiers and queried, as a user does it."""

import pytest

from tests.local_aws.aws_server import allow, unique, wait_until

LOG = (
    "2026-01-02T03:04:05Z INFO 17 started\n"
    "2026-01-02T03:04:06Z WARN 250 slow answer\n"
    "2026-01-02T03:04:07Z ERROR 9 no answer, gave up\n"
)
PATTERN = "%{TIMESTAMP_ISO8601:at} %{LOGLEVEL:Level} %{TOOK:took:int} %{GREEDYDATA:message}"
CUSTOM = "TOOK [0-9]{1,6}"
FEED = "<feed><item id='1'><name>a</name></item><item id='2'><name>b</name></item></feed>"


class Crawled:
    def __init__(self, local_aws):
        self.glue, self.database = local_aws.client("glue"), unique("d")
        self.logs, self.feed = unique("logs"), unique("feed")
        grok = {"Name": self.logs, "Classification": "applog", "GrokPattern": PATTERN, "CustomPatterns": CUSTOM}
        self.glue.create_classifier(GrokClassifier=grok)
        self.glue.create_classifier(XMLClassifier={"Name": self.feed, "Classification": "feed", "RowTag": "item"})
        bucket = self.bucket = local_aws.bucket()
        local_aws.put(bucket, "in/logs/day=1/a.log", LOG)
        local_aws.put(bucket, "in/logs/day=2/b.log", LOG)
        local_aws.put(bucket, "in/feed/feed.xml", FEED)
        self.glue.create_crawler(
            Name=self.database,
            Role=local_aws.role(allow("*")),
            DatabaseName=self.database,
            Classifiers=[self.feed, self.logs],
            Targets={"S3Targets": [{"Path": f"s3://{bucket}/in/"}]},
        )
        self.glue.start_crawler(Name=self.database)
        crawler = wait_until(
            lambda: self.glue.get_crawler(Name=self.database)["Crawler"], lambda found: found["State"] == "READY"
        )
        assert crawler["LastCrawl"]["Status"] == "SUCCEEDED", crawler["LastCrawl"]
        self.log = local_aws.log_lines("/aws-glue/crawlers", self.database)

    def table(self, name):
        return self.glue.get_table(DatabaseName=self.database, Name=name)["Table"]


@pytest.fixture(scope="module")
def crawled(local_aws):
    return Crawled(local_aws)


def columns(table):
    return [(one["Name"], one["Type"]) for one in table["StorageDescriptor"]["Columns"]]


def test_the_table_of_a_grok_classifier(crawled):
    table = crawled.table("logs")
    assert columns(table) == [("at", "string"), ("level", "string"), ("took", "int"), ("message", "string")]
    assert [key["Name"] for key in table["PartitionKeys"]] == ["day"]
    told = table["Parameters"]
    assert (told["classification"], told["grokPattern"], told["recordCount"]) == ("applog", PATTERN, "6")
    storage = table["StorageDescriptor"]
    assert storage["InputFormat"] == "org.apache.hadoop.mapred.TextInputFormat"
    assert storage["SerdeInfo"] == {
        "SerializationLibrary": "com.amazonaws.glue.serde.GrokSerDe",
        "Parameters": {"input.format": PATTERN, "input.grokCustomPatterns": CUSTOM},
    }


def test_the_table_of_an_xml_classifier(crawled):
    table = crawled.table("feed")
    assert columns(table) == [("_id", "int"), ("name", "string")]
    assert table["Parameters"]["classification"] == "feed"
    storage = table["StorageDescriptor"]
    assert storage["SerdeInfo"] == {"Parameters": {"rowTag": "item"}}
    assert "InputFormat" not in storage


def test_the_log_says_which_classifier_knew_what(crawled):
    told = "\n".join(crawled.log)
    assert f"Format of logs: custom classifier {crawled.logs}: 3 of 3 sampled lines fit its grok pattern" in told
    assert f"Format of feed: custom classifier {crawled.feed}: 2 elements <item> in the sample" in told


def test_athena_reads_the_lines(local_aws, crawled):
    found = local_aws.query(
        "SELECT day, level, took + 1, message FROM logs WHERE took > 10 ORDER BY day, took", crawled.database
    )
    assert found["Status"]["State"] == "SUCCEEDED", found["Status"]
    answer = local_aws.client("athena").get_query_results(QueryExecutionId=found["QueryExecutionId"])
    rows = [[one.get("VarCharValue") for one in row["Data"]] for row in answer["ResultSet"]["Rows"][1:]]
    assert rows == [
        ["1", "INFO", "18", "started"],
        ["1", "WARN", "251", "slow answer"],
        ["2", "INFO", "18", "started"],
        ["2", "WARN", "251", "slow answer"],
    ]


def test_athena_reads_no_xml(local_aws, crawled):
    status = local_aws.query("SELECT * FROM feed", crawled.database)["Status"]
    assert (status["State"], status["StateChangeReason"]) == (
        "FAILED",
        "HIVE_UNKNOWN_ERROR: Unable to create input format",
    )


def test_a_table_that_athena_makes_itself(local_aws, crawled):
    ddl = f"""CREATE EXTERNAL TABLE mine (stamp string, rest string)
        ROW FORMAT SERDE 'com.amazonaws.glue.serde.GrokSerDe'
        WITH SERDEPROPERTIES ('input.format' = '^%{{NOT_BLANK:stamp}}\\\\s%{{REST:rest}}',
          'input.grokCustomPatterns' = 'NOT_BLANK [^ ]+\\nREST .*')
        STORED AS INPUTFORMAT 'org.apache.hadoop.mapred.TextInputFormat'
        OUTPUTFORMAT 'org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat'
        LOCATION 's3://{crawled.bucket}/in/logs/day=1/'"""
    assert local_aws.query(ddl, crawled.database)["Status"]["State"] == "SUCCEEDED"
    custom = crawled.table("mine")["StorageDescriptor"]["SerdeInfo"]["Parameters"]["input.grokCustomPatterns"]
    assert custom == "NOT_BLANK [^ ]+\nREST .*"
    found = local_aws.query("SELECT max(rest) FROM mine", crawled.database)
    answer = local_aws.client("athena").get_query_results(QueryExecutionId=found["QueryExecutionId"])
    assert answer["ResultSet"]["Rows"][1]["Data"][0]["VarCharValue"] == "WARN 250 slow answer"


def test_what_cannot_be_written_is_named(local_aws, crawled):
    status = local_aws.query("INSERT INTO mine VALUES ('a', 'b')", crawled.database)["Status"]
    assert "INSERT INTO a table with GrokSerDe" in status["StateChangeReason"]
