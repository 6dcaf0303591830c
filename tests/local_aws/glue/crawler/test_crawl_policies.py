"""What later crawls do to tables that are there, on a real emulator."""

import json

import pytest

from local_aws.glue.crawler.crawl import CrawlSummary
from local_aws.glue.crawler.failures import CrawlFailed

CSV = "id,name\n1,ann\n2,bob\n"
WIDER = "id,name,age\n1,ann,7\n2,bob,8\n"
LOG = {"UpdateBehavior": "LOG", "DeleteBehavior": "LOG"}
MERGE = json.dumps({"Version": 1.0, "CrawlerOutput": {"Tables": {"AddOrUpdateBehavior": "MergeNewColumns"}}})
INHERIT = json.dumps({"Version": 1.0, "CrawlerOutput": {"Partitions": {"AddOrUpdateBehavior": "InheritFromTable"}}})


def declared(lake, name="t", location="t/", **parameters):
    """A table as a template declares it."""
    lake.glue.create_table(
        DatabaseName=lake.database,
        TableInput={
            "Name": name,
            "TableType": "EXTERNAL_TABLE",
            "Description": "by hand",
            "PartitionKeys": [],
            "Parameters": parameters,
            "StorageDescriptor": {
                "Columns": [{"Name": "id", "Type": "int", "Comment": "mine"}],
                "Location": lake.uri(location),
                "SerdeInfo": {"SerializationLibrary": "mine"},
            },
        },
    )


def test_a_changed_schema_updates_the_table(lake):
    lake.put("t/1.csv", CSV)
    lake.crawl("t/")
    lake.put("t/1.csv", WIDER)
    assert lake.crawl("t/") == CrawlSummary(tables_updated=1)
    assert lake.columns("t") == [("id", "bigint"), ("name", "string"), ("age", "bigint")]
    assert lake.table("t")["Parameters"]["CRAWL_RUN_ID"] == "crawl-2"


def test_a_changed_schema_is_only_logged_under_log(lake):
    lake.put("t/1.csv", CSV)
    lake.crawl("t/")
    lake.put("t/1.csv", WIDER)
    assert lake.crawl(lake.crawler("t/", SchemaChangePolicy=LOG)) == CrawlSummary()
    assert lake.columns("t") == [("id", "bigint"), ("name", "string")]
    assert any("UpdateBehavior LOG leaves it" in line for line in lake.log)


def test_a_declared_table_is_taken_over_by_update_in_database(lake):
    declared(lake)
    lake.put("t/1.csv", CSV)
    assert lake.crawl("t/") == CrawlSummary(tables_updated=1)
    assert lake.columns("t") == [("id", "bigint"), ("name", "string")]


def test_a_declared_table_elsewhere_keeps_its_name(lake):
    declared(lake, location="elsewhere/")
    lake.put("t/1.csv", CSV)
    lake.crawl("t/")
    assert lake.table("t")["StorageDescriptor"]["Location"] == lake.uri("elsewhere/")
    assert [name for name in lake.tables() if name.startswith("t_")]


def test_merge_new_columns_keeps_what_is_there(lake):
    declared(lake, classification="csv", compressionType="none", delimiter=",")
    lake.put("t/1.csv", CSV)
    lake.crawl(lake.crawler("t/", Configuration=MERGE))
    assert lake.columns("t") == [("id", "int"), ("name", "string")]
    assert lake.table("t")["StorageDescriptor"]["SerdeInfo"] == {"SerializationLibrary": "mine"}
    assert lake.table("t")["Description"] == "by hand"


def test_merge_new_columns_deprecates_a_declared_table_without_its_parameters(lake):
    declared(lake, classification="csv", delimiter=",")
    lake.put("t/1.csv", CSV)
    crawler = lake.crawler("t/", Configuration=MERGE)
    assert lake.crawl(crawler) == CrawlSummary(tables_updated=1)
    assert lake.table("t")["Parameters"]["DEPRECATED_BY_CRAWLER"] == "1700000000500"
    assert any("because the parameter 'compressionType' has changed" in line for line in lake.log)
    assert lake.crawl(crawler) == CrawlSummary()


def test_partitions_keep_their_own_columns_unless_they_inherit(lake):
    lake.put("t/p=1/1.csv", CSV)
    lake.put("t/p=2/1.csv", WIDER)
    combine = {"Version": 1.0, "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}}
    lake.crawl(lake.crawler("t/", Configuration=json.dumps(combine)))
    assert len(lake.partitions("t")["1",]["StorageDescriptor"]["Columns"]) == 2
    inherit = json.dumps(combine | {"CrawlerOutput": json.loads(INHERIT)["CrawlerOutput"]})
    assert lake.crawl(lake.crawler("t/", Configuration=inherit)) == CrawlSummary(partitions_updated=1)
    assert len(lake.partitions("t")["1",]["StorageDescriptor"]["Columns"]) == 3


@pytest.mark.parametrize(
    ("behavior", "summary"),
    [
        ("DEPRECATE_IN_DATABASE", CrawlSummary(tables_updated=1)),
        ("DELETE_FROM_DATABASE", CrawlSummary(tables_deleted=1)),
        ("LOG", CrawlSummary()),
    ],
)
def test_a_table_whose_data_is_gone_follows_delete_behavior(lake, behavior, summary):
    policy = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": behavior}
    crawler = lake.crawler("t/", SchemaChangePolicy=policy)
    lake.put("t/1.csv", CSV)
    lake.crawl(crawler)
    lake.delete("t/1.csv")
    assert lake.crawl(crawler) == summary
    assert ("t" in lake.tables()) == (behavior != "DELETE_FROM_DATABASE")
    assert lake.crawl(crawler) == CrawlSummary()


def test_data_that_is_back_revives_the_table(lake):
    lake.put("t/1.csv", CSV)
    lake.crawl("t/")
    lake.delete("t/1.csv")
    lake.crawl("t/")
    assert "DEPRECATED_BY_CRAWLER" in lake.table("t")["Parameters"]
    lake.put("t/1.csv", CSV)
    assert lake.crawl("t/") == CrawlSummary(tables_updated=1)
    assert "DEPRECATED_BY_CRAWLER" not in lake.table("t")["Parameters"]


def test_tables_of_others_are_never_touched(lake):
    declared(lake, name="declared", location="t/sub/")
    lake.put("other/1.csv", CSV)
    lake.crawl(lake.crawler("other/", Name="another"))
    before = lake.tables()
    policy = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "DELETE_FROM_DATABASE"}
    lake.crawl(lake.crawler("t/", "other2/", SchemaChangePolicy=policy))
    assert lake.tables() == before


def test_a_table_outside_the_crawlers_targets_is_left(lake):
    policy = {"UpdateBehavior": "UPDATE_IN_DATABASE", "DeleteBehavior": "DELETE_FROM_DATABASE"}
    lake.put("old/1.csv", CSV)
    lake.crawl(lake.crawler("old/", SchemaChangePolicy=policy))
    lake.put("new/1.csv", CSV)
    lake.crawl(lake.crawler("new/", SchemaChangePolicy=policy))
    assert sorted(lake.tables()) == ["new", "old"]


def test_a_vanished_partition_is_marked_by_default(lake):
    lake.put("t/p=1/1.csv", CSV)
    lake.put("t/p=2/1.csv", CSV)
    lake.crawl("t/")
    lake.delete("t/p=2/1.csv")
    assert lake.crawl("t/") == CrawlSummary(tables_updated=1, partitions_updated=1)
    assert lake.partitions("t")["2",]["Parameters"]["DEPRECATED_BY_CRAWLER"] == "1700000000500"
    assert "DEPRECATED_BY_CRAWLER" not in lake.partitions("t")["1",]["Parameters"]


def test_new_folders_only_reads_new_folders_only(lake):
    crawler = lake.crawler("t/", SchemaChangePolicy=LOG, RecrawlPolicy={"RecrawlBehavior": "CRAWL_NEW_FOLDERS_ONLY"})
    lake.put("t/p=1/1.csv", CSV)
    assert lake.crawl(crawler) == CrawlSummary(tables_created=1, partitions_created=1)
    lake.put("t/p=1/2.csv", "rubbish\x00")
    lake.put("t/p=2/1.csv", CSV)
    assert lake.crawl(crawler) == CrawlSummary(partitions_created=1)
    assert set(lake.partitions("t")) == {("1",), ("2",)}
    assert "INFO : Not read again, since their folders were crawled before: 2" in lake.log


def test_a_catalog_target_is_crawled_where_it_lies(lake):
    declared(lake, classification="csv", compressionType="none", delimiter=",")
    lake.put("t/1.csv", CSV)
    targets = {"CatalogTargets": [{"DatabaseName": lake.database, "Tables": ["t"]}]}
    assert lake.crawl(lake.crawler(Targets=targets)) == CrawlSummary(tables_updated=1)
    assert lake.columns("t") == [("id", "bigint"), ("name", "string")]


def test_a_catalog_target_makes_no_table_and_deletes_none(lake):
    declared(lake)
    targets = {"CatalogTargets": [{"DatabaseName": lake.database, "Tables": ["t"]}]}
    before = lake.tables()
    assert lake.crawl(lake.crawler(Targets=targets)) == CrawlSummary()
    assert lake.tables() == before


def test_a_missing_catalog_target_fails(lake):
    targets = {"CatalogTargets": [{"DatabaseName": lake.database, "Tables": ["missing"]}]}
    with pytest.raises(CrawlFailed, match="Table missing of database"):
        lake.crawl(lake.crawler(Targets=targets))
