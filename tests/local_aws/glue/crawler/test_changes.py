import pytest

from local_aws.glue.crawler.changes import partition_changes, table_change, vanished_table
from local_aws.glue.crawler.settings import read_settings

NOW = 1758729127916


def settings(update="UPDATE_IN_DATABASE", delete="DEPRECATE_IN_DATABASE", configuration=""):
    return read_settings(
        {
            "Name": "c",
            "DatabaseName": "db",
            "Targets": {"S3Targets": [{"Path": "s3://b/t/"}]},
            "SchemaChangePolicy": {"UpdateBehavior": update, "DeleteBehavior": delete},
            "Configuration": configuration,
        }
    )


MERGE = '{"Version":1.0,"CrawlerOutput":{"Tables":{"AddOrUpdateBehavior":"MergeNewColumns"}}}'
INHERIT = '{"Version":1.0,"CrawlerOutput":{"Partitions":{"AddOrUpdateBehavior":"InheritFromTable"}}}'


def table(columns="ab", keys=(), run="run-1", **parameters):
    every = {"classification": "csv", "compressionType": "none", "delimiter": ",", "CRAWL_RUN_ID": run, **parameters}
    return {
        "Name": "t",
        "Owner": "owner",
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [{"Name": key, "Type": "string"} for key in keys],
        "Parameters": every,
        "StorageDescriptor": {
            "Columns": [{"Name": name, "Type": "bigint"} for name in columns],
            "Location": "s3://b/t/",
            "Parameters": every,
        },
    }


def stored(**more):
    """A table as GetTable answers it."""
    return {**table(**more), "DatabaseName": "db", "VersionId": "3", "CreateTime": 0, "CatalogId": "0"}


def partition(*values, columns="ab", run="run-1", **parameters):
    storage = {"Columns": [{"Name": name, "Type": "bigint"} for name in columns], "Location": f"s3://b/t/{values}/"}
    every = {"CRAWL_RUN_ID": run, **parameters}
    return {"Values": list(values), "Parameters": every, "StorageDescriptor": {**storage, "Parameters": every}}


def change(found, existing, wishes):
    return table_change(found, existing, wishes, "db", NOW)


@pytest.mark.parametrize("wishes", [settings(), settings("LOG", "LOG"), settings(configuration=MERGE)])
def test_a_new_table_is_made_whatever_the_policy(wishes):
    made = change(table(), None, wishes)
    assert (made.action, made.lines) == ("create", ("Created table t in database db",))


@pytest.mark.parametrize("wishes", [settings(), settings("LOG"), settings(configuration=MERGE)])
def test_a_table_that_differs_in_the_run_id_only_is_left(wishes):
    assert change(table(run="run-2"), stored(run="run-1"), wishes).action == "none"


def test_update_in_database_replaces_columns_and_drops_what_the_crawler_did_not_set():
    updated = change(table("ac"), stored(columns="ab", mine="x"), settings())
    assert (updated.action, updated.table) == ("update", table("ac"))
    assert updated.lines == ("Updated table t in database db: columns added: c bigint; columns removed: b",)


def test_update_behavior_log_leaves_the_table():
    left = change(table("ac"), stored(columns="ab"), settings("LOG"))
    assert left.action == "none"
    assert "UpdateBehavior LOG leaves it" in left.lines[0]


def test_new_counts_alone_are_an_update():
    assert change(table(objectCount="2"), stored(objectCount="1"), settings()).action == "update"


def test_merge_new_columns_adds_and_never_removes_or_retypes():
    existing = stored(columns="ab", mine="x")
    existing["StorageDescriptor"]["Columns"][0]["Type"] = "int"
    merged = change(table("ac"), existing, settings(configuration=MERGE))
    assert merged.action == "update"
    assert merged.table["StorageDescriptor"]["Columns"] == [
        {"Name": "a", "Type": "int"},
        {"Name": "b", "Type": "bigint"},
        {"Name": "c", "Type": "bigint"},
    ]
    assert merged.table["Parameters"]["mine"] == "x"
    assert "VersionId" not in merged.table


def test_merge_new_columns_does_not_repeat_a_partition_key():
    merged = change(table("abk"), stored(columns="ab", keys=["k"]), settings(configuration=MERGE))
    assert [column["Name"] for column in merged.table["StorageDescriptor"]["Columns"]] == ["a", "b"]


def test_merge_new_columns_deprecates_a_table_of_another_kind_in_aws_words():
    existing = stored()
    del existing["Parameters"]["compressionType"]
    merged = change(table(), existing, settings(configuration=MERGE))
    assert merged.lines[0].startswith(
        "Cannot merge new columns into the table t as defined in the Data Catalog because the parameter "
        "'compressionType' has changed. The existing value is 'null', and the crawled value is 'none'."
    )
    assert merged.table["Parameters"]["DEPRECATED_BY_CRAWLER"] == str(NOW)
    assert merged.table["StorageDescriptor"]["Parameters"]["DEPRECATED_BY_CRAWLER"] == str(NOW)


def test_no_partition_of_a_deprecated_table_is_written():
    existing = stored(keys=["k"], classification="json")
    merged = change(table(keys=["k"]), existing, settings(configuration=MERGE))
    changes = partition_changes(merged, [partition("1")], [], settings(configuration=MERGE), NOW)
    assert (changes.create, changes.lines) == ((), ("No partition of deprecated table t is written",))


def test_a_deprecated_table_whose_data_is_back_loses_the_mark():
    existing = stored(DEPRECATED_BY_CRAWLER="1")
    for wishes in (settings(), settings(configuration=MERGE)):
        back = change(table(), existing, wishes)
        assert back.action == "update"
        assert "DEPRECATED_BY_CRAWLER" not in back.table["Parameters"]
        assert "DEPRECATED_BY_CRAWLER" not in back.table["StorageDescriptor"]["Parameters"]


def partitions(found, existing, wishes, keys=("k",)):
    return partition_changes(change(table(keys=keys), None, wishes), found, existing, wishes, NOW)


@pytest.mark.parametrize("update", ["UPDATE_IN_DATABASE", "LOG"])
def test_new_partitions_are_made_whatever_the_policy(update):
    changes = partitions([partition("1"), partition("2")], [partition("1", run="run-0")], settings(update))
    assert changes.create == (partition("2"),)
    assert changes.update == ()


def test_a_partition_that_differs_is_updated():
    changes = partitions([partition("1", columns="abc")], [partition("1")], settings())
    assert changes.update == (partition("1", columns="abc"),)


def test_a_partition_that_differs_is_left_under_log():
    changes = partitions([partition("1", columns="abc")], [partition("1")], settings("LOG"))
    assert (changes.update, changes.lines) == ((), ("1 partitions of t differ, and UpdateBehavior LOG leaves them",))


def test_partitions_inherit_the_tables_columns():
    changes = partitions([partition("1", columns="xyz")], [], settings(configuration=INHERIT))
    assert changes.create[0]["StorageDescriptor"]["Columns"] == table()["StorageDescriptor"]["Columns"]


def test_under_log_partitions_inherit_from_the_table_as_the_catalog_has_it():
    wishes = settings("LOG", configuration=INHERIT)
    left = change(table("abc", keys=["k"]), stored(columns="a", keys=["k"]), wishes)
    changes = partition_changes(left, [partition("1")], [], wishes, NOW)
    assert [column["Name"] for column in changes.create[0]["StorageDescriptor"]["Columns"]] == ["a"]


def test_vanished_partitions_are_marked_deleted_or_left_by_delete_behavior():
    there = [partition("1"), partition("2")]
    marked = partitions([partition("1")], there, settings())
    assert [(p["Values"], p["Parameters"]["DEPRECATED_BY_CRAWLER"]) for p in marked.update] == [(["2"], str(NOW))]
    assert partitions([partition("1")], there, settings(delete="DELETE_FROM_DATABASE")).delete == (("2",),)
    left = partitions([partition("1")], there, settings(delete="LOG"))
    assert (left.update, left.delete, left.lines) == (
        (),
        (),
        (
            "Partition ['2'] of table t has no data any more",
            "DeleteBehavior LOG leaves these 1 partitions of t",
        ),
    )


def test_a_partition_is_marked_once():
    there = [partition("2", DEPRECATED_BY_CRAWLER="1")]
    assert partitions([partition("1")], there, settings()).update == ()


def test_partitions_of_former_keys_are_deleted_when_the_table_is_updated():
    changes = partitions([partition("1", "2")], [partition("1")], settings(delete="LOG"), keys=("k", "l"))
    assert (changes.create, changes.delete) == ((partition("1", "2"),), (("1",),))


def test_partitions_stay_when_the_table_keeps_other_keys():
    left = change(table(keys=["k", "l"]), stored(keys=["k"]), settings("LOG"))
    changes = partition_changes(left, [partition("1", "2")], [partition("1")], settings("LOG"), NOW)
    assert (changes.create, changes.delete) == ((), ())


@pytest.mark.parametrize(
    ("delete", "action"), [("DEPRECATE_IN_DATABASE", "update"), ("DELETE_FROM_DATABASE", "delete"), ("LOG", "none")]
)
def test_a_vanished_table_follows_delete_behavior(delete, action):
    assert vanished_table(stored(), settings(delete=delete), NOW).action == action


def test_a_deprecated_table_keeps_everything_else():
    gone = vanished_table(stored(mine="x"), settings(), NOW)
    expected = table(mine="x", DEPRECATED_BY_CRAWLER=str(NOW))
    assert gone.table == expected


def test_a_table_is_marked_once():
    assert vanished_table(stored(DEPRECATED_BY_CRAWLER="1"), settings(), NOW).action == "none"
