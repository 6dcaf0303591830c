import pytest

from local_aws.glue.crawler import hive_types as hive
from local_aws.glue.crawler.layout import Layout
from local_aws.glue.crawler.reading import FileFound, Reading
from local_aws.glue.crawler.schema import Column
from local_aws.glue.crawler.settings import S3Target


def file(key, columns="abcd", classification="json", compression="none", size=100, records=10):
    schema = tuple(Column(name, hive.INT) for name in columns)
    return FileFound("bucket", key, size, Reading(classification, compression, schema, records, size // records))


def lay_out(prefix, files, *, combine=False, level=None):
    target = S3Target(f"s3://bucket/{prefix}", "bucket", prefix)
    layout = Layout(target, combine=combine, table_level=level)
    tables = layout.tables(sorted(files, key=lambda each: each.key))
    return tables, [finding.text for finding in layout.findings if finding.kind != "advice"]


def shape(tables):
    return {
        table.key: (table.base_name, table.partition_keys, [p.values for p in table.partitions]) for table in tables
    }


def test_a_folder_of_files_is_a_table_named_after_it():
    tables, _ = lay_out("raw/sales/", [file("raw/sales/a.json"), file("raw/sales/b.json")])
    assert shape(tables) == {"raw/sales/": ("sales", (), [])}


def test_the_root_of_a_bucket_is_named_after_the_bucket():
    tables, _ = lay_out("", [file("foo=123/test.csv")])
    assert shape(tables) == {"": ("bucket", ("foo",), [("123",)])}


def test_aws_example_of_year_month_day():
    days = [f"sales/year=2019/month={m}/day={d}/x" for m in ("Jan", "Feb") for d in (1, 2)]
    tables, _ = lay_out("sales/", [file(key) for key in days])
    assert shape(tables) == {
        "sales/": (
            "sales",
            ("year", "month", "day"),
            [("2019", "Feb", "1"), ("2019", "Feb", "2"), ("2019", "Jan", "1"), ("2019", "Jan", "2")],
        )
    }


def test_aws_example_of_two_tables_below_one_path_is_one_table_when_alike():
    keys = [f"folder1/table1/partition{n}/file.txt" for n in (1, 2, 3)]
    keys += [f"folder1/table2/partition{n}/file.txt" for n in (4, 5)]
    tables, _ = lay_out("folder1/", [file(key) for key in keys])
    assert [table.partition_keys for table in tables] == [("partition_0", "partition_1")]
    assert tables[0].partitions[0].values == ("table1", "partition1")


def test_aws_example_of_two_schemas_is_two_tables_by_default():
    files = [file("table1/year=2017/data1.json", "ab"), file("table1/year=2018/data2.json", "cd")]
    tables, notes = lay_out("table1/", files)
    assert shape(tables) == {
        "table1/year=2017/": ("year=2017", (), []),
        "table1/year=2018/": ("year=2018", (), []),
    }
    why = "its folders are a table each, for 1 of 2 have alike schemas, and more than 70 % are needed"
    why += " (only year=2017/ has a, b; only year=2018/ has c, d)"
    assert notes == [f"Folder s3://bucket/table1/ is no table: {why}"]


def test_aws_example_of_two_schemas_is_one_table_when_combined():
    files = [file("table1/year=2017/data1.json", "ab"), file("table1/year=2018/data2.json", "cd")]
    tables, _ = lay_out("table1/", files, combine=True)
    assert shape(tables) == {"table1/": ("table1", ("year",), [("2017",), ("2018",)])}
    assert [column.name for column in tables[0].dataset.schema] == ["a", "b", "c", "d"]
    assert [column.name for column in tables[0].partitions[0].dataset.schema] == ["a", "b"]


@pytest.mark.parametrize("other", [{"classification": "csv"}, {"compression": "gzip"}])
def test_another_format_or_compression_is_another_table_even_when_combined(other):
    tables, notes = lay_out("t/", [file("t/a/1"), file("t/b/2", **other)], combine=True)
    assert list(shape(tables)) == ["t/a/", "t/b/"]
    assert "different formats" in notes[0]


def test_files_of_different_schemas_in_one_folder_are_a_table_each():
    tables, notes = lay_out("t/", [file("t/a.csv", "ab"), file("t/b.csv", "xy")])
    assert shape(tables) == {"t/a.csv": ("a.csv", (), []), "t/b.csv": ("b.csv", (), [])}
    assert notes[0].startswith("The files of s3://bucket/t/ are a table each")


def test_a_zip_beside_its_csv_makes_two_tables():
    tables, _ = lay_out("raw/", [file("raw/x.csv"), file("raw/x.zip", compression="zip")], combine=True)
    assert list(shape(tables)) == ["raw/x.csv", "raw/x.zip"]


def test_folders_of_different_depth_are_tables_of_their_own():
    tables, notes = lay_out("t/", [file("t/a/1"), file("t/b/c/2")], combine=True)
    assert list(shape(tables)) == ["t/a/", "t/b/"]
    assert notes == ["Folder s3://bucket/t/ is no table: its folders are of different depth"]


def test_files_beside_folders_are_a_table_apart():
    tables, notes = lay_out("t/", [file("t/1"), file("t/a/2")], combine=True)
    assert list(shape(tables)) == ["t/", "t/a/"]
    assert "holds files and folders" in notes[0]


def test_a_folder_that_holds_several_tables_keeps_its_parent_from_being_one():
    files = [file("t/a/x/1", "ab"), file("t/a/y/1", "cd"), file("t/b/x/1", "ab")]
    tables, notes = lay_out("t/", files)
    assert list(shape(tables)) == ["t/a/x/", "t/a/y/", "t/b/"]
    assert notes[-1] == "Folder s3://bucket/t/ is no table: its folder a/ holds 2 tables"


def test_a_bucket_root_above_one_table_gives_an_odd_partition_key_that_is_named():
    tables, _ = lay_out("", [file("sales/country=FR/1"), file("sales/country=IT/1")])
    assert tables[0].partition_keys == ("partition_0", "country")
    assert tables[0].unnamed_levels == (("partition_0", "sales"),)


@pytest.mark.parametrize(
    ("level", "roots"),
    [
        (1, [""]),
        (2, ["data/"]),
        (3, ["data/2019/", "data/2020/"]),
        (4, ["data/2019/01/", "data/2020/01/", "data/2020/02/"]),
    ],
)
def test_a_table_level_counts_the_bucket_as_one(level, roots):
    files = [file(f"data/{day}/x") for day in ("2019/01", "2020/01", "2020/02")]
    tables, _ = lay_out("", files, level=level)
    assert [table.key for table in tables] == roots


def test_a_table_level_combines_schemas():
    tables, _ = lay_out("", [file("data/2019/x", "ab"), file("data/2020/x", "cd")], level=2)
    assert [table.key for table in tables] == ["data/"]


def test_an_include_path_that_is_a_file_is_named_after_the_file():
    tables, _ = lay_out("raw/Report.csv/", [file("raw/Report.csv")])
    assert shape(tables) == {"raw/Report.csv": ("Report.csv", (), [])}


def test_counts_add_up_from_files_to_partitions_to_the_table():
    files = [
        file("t/p=1/a", size=100, records=10),
        file("t/p=1/b", size=50, records=5),
        file("t/p=2/a", size=900, records=9),
    ]
    table = lay_out("t/", files)[0][0]
    data = table.dataset
    assert (data.objects, data.size, data.records, data.record_size) == (3, 1050, 24, (15 * 10 + 9 * 100) // 24)
    assert [(p.dataset.objects, p.dataset.records) for p in table.partitions] == [(2, 15), (1, 9)]


def test_files_beyond_the_sample_count_as_the_others():
    unread = FileFound("bucket", "t/b", 300)
    data = lay_out("t/", [file("t/a", size=100, records=10), unread])[0][0].dataset
    assert (data.objects, data.size, data.records) == (2, 400, 40)


def test_two_folders_of_the_same_values_are_one_partition():
    tables, notes = lay_out("t/", [file("t/C=a/1"), file("t/c=a/1")])
    assert [p.key for p in tables[0].partitions] == ["t/C=a/"]
    assert notes == ["Folder s3://bucket/t/c=a/ is left out: t/C=a/ has the same partition values ('a',)"]


def test_nothing_makes_no_table():
    assert lay_out("t/", []) == ([], [])
