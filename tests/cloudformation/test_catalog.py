import json

import pytest

from tests.cloudformation.conftest import ended

CRAWLERS = {
    "RawCrawler": ("etl-raw-crawler", "raw_", "RawBucket"),
    "SilverCrawler": ("etl-silver-crawler", "silver_", "SilverBucket"),
    "GoldCrawler": ("etl-gold-crawler", "gold_", "GoldBucket"),
}


@pytest.fixture(scope="module")
def crawlers(of_type):
    return of_type("AWS::Glue::Crawler")


def in_bucket(path, export):
    return {
        "Fn::Sub": [
            f"s3://${{Bucket}}/{path}",
            {"Bucket": {"Fn::ImportValue": {"Fn::Sub": f"${{BasicInfraStack}}-{export}"}}},
        ]
    }


def test_database_has_a_name_that_athena_takes(of_type, templates):
    databases = of_type("AWS::Glue::Database")
    declared = templates["glue-catalog"]["Parameters"]["DatabaseName"]

    assert [one["DatabaseInput"]["Name"] for one in databases.values()] == [{"Ref": "DatabaseName"}]
    assert (declared["Default"], declared["AllowedPattern"]) == ("etl_poc_database", "^[a-z0-9_]{1,255}$")


def test_crawlers_have_their_names(crawlers):
    expected = {key: ended(name) for key, (name, _, _) in CRAWLERS.items()}

    assert {key: one["Name"] for key, one in crawlers.items()} == expected


@pytest.mark.parametrize("key", CRAWLERS)
class TestEveryCrawler:
    def test_looks_in_a_folder_never_in_a_whole_bucket(self, crawlers, key):
        assert crawlers[key]["Targets"] == {"S3Targets": [{"Path": in_bucket("sales/", CRAWLERS[key][2])}]}

    def test_table_is_named_after_its_layer(self, crawlers, key):
        assert crawlers[key]["TablePrefix"] == CRAWLERS[key][1]

    def test_crawls_everything_and_deletes_nothing(self, crawlers, key):
        assert crawlers[key]["RecrawlPolicy"] == {"RecrawlBehavior": "CRAWL_EVERYTHING"}
        expected = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "LOG"}
        assert crawlers[key]["SchemaChangePolicy"] == expected

    def test_makes_one_table_of_compatible_files(self, crawlers, key):
        configuration = json.loads(crawlers[key]["Configuration"])
        assert configuration["Version"] == 1.0
        assert configuration["Grouping"] == {"TableGroupingPolicy": "CombineCompatibleSchemas"}

    def test_writes_into_the_database_under_the_crawlers_role(self, crawlers, key):
        crawler = crawlers[key]
        expected = ({"Ref": "Database"}, {"Fn::GetAtt": ["CrawlerRole", "Arn"]})
        assert (crawler["DatabaseName"], crawler["Role"]) == expected


def test_only_the_partitioned_table_hands_its_columns_down(crawlers):
    outputs = {key: json.loads(one["Configuration"]).get("CrawlerOutput") for key, one in crawlers.items()}

    gold = {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}
    assert outputs == {"RawCrawler": None, "SilverCrawler": None, "GoldCrawler": gold}


def test_rejected_rows_have_a_table_that_athena_reads(of_type):
    table = of_type("AWS::Glue::Table")["SilverSalesRejectedTable"]["TableInput"]

    assert table["Name"] == "silver_sales_rejected"
    assert (table["TableType"], table["PartitionKeys"]) == ("EXTERNAL_TABLE", [])
    assert table["Parameters"]["classification"] == "parquet"
    storage = table["StorageDescriptor"]
    assert storage["Location"] == in_bucket("rejected/sales/", "SilverBucket")
    assert [(one["Name"], one["Type"]) for one in storage["Columns"]] == [
        ("raw_line", "string"),
        ("reason", "string"),
        ("source_file", "string"),
    ]
    hive = "org.apache.hadoop.hive.ql.io.parquet."
    assert storage["InputFormat"] == hive + "MapredParquetInputFormat"
    assert storage["OutputFormat"] == hive + "MapredParquetOutputFormat"
    assert storage["SerdeInfo"]["SerializationLibrary"] == hive + "serde.ParquetHiveSerDe"


def test_rejected_rows_lie_where_the_clean_job_puts_them(of_type):
    location = of_type("AWS::Glue::Table")["SilverSalesRejectedTable"]["TableInput"]["StorageDescriptor"]["Location"]

    assert of_type("AWS::Glue::Job")["CleanJob"]["DefaultArguments"]["--rejected_path"] == location


def test_crawlers_look_where_the_jobs_write(of_type, crawlers):
    jobs = of_type("AWS::Glue::Job")
    written = [jobs[key]["DefaultArguments"]["--target_path"] for key in ("ExtractJob", "CleanJob", "RepartitionJob")]

    assert [one["Targets"]["S3Targets"][0]["Path"] for one in crawlers.values()] == written


def test_what_cloudformation_calls_stateful_says_that_it_goes_with_the_stack(templates):
    for key in ("Database", "SilverSalesRejectedTable"):
        resource = templates["glue-catalog"]["Resources"][key]
        assert (resource["DeletionPolicy"], resource["UpdateReplacePolicy"]) == ("Delete", "Delete")
