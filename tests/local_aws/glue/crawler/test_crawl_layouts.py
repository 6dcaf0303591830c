"""Targets, exclusions, samples, formats and grouping, crawled on a real emulator."""

import gzip
import io
import json

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import orc

from local_aws.glue.crawler.crawl import CrawlSummary, plan_crawl
from local_aws.glue.crawler.failures import CrawlCancelled, CrawlFailed, Unsupported

CSV = "id,name\n1,ann\n2,bob\n"
COMBINE = json.dumps({"Version": 1.0, "Grouping": {"TableGroupingPolicy": "CombineCompatibleSchemas"}})


def lines(*records):
    return "".join(json.dumps(record) + "\n" for record in records)


def columnar(write, **columns):
    buffer = io.BytesIO()
    write(pa.table(columns), buffer)
    return buffer.getvalue()


def test_each_target_has_its_tables(lake):
    lake.put("a/x.csv", CSV)
    lake.put("b/y.json", lines({"k": 1}))
    lake.put("c/z.csv", CSV)
    assert lake.crawl(lake.crawler("a/", "b/")) == CrawlSummary(tables_created=2)
    assert sorted(lake.tables()) == ["a", "b"]


def test_two_folders_of_one_name_are_two_tables(lake):
    lake.put("x/data/1.csv", CSV)
    lake.put("y/data/1.csv", CSV)
    lake.crawl(lake.crawler("x/data/", "y/data/"))
    first, second = sorted(lake.tables())
    assert first == "data"
    assert second.startswith("data_")
    assert lake.table(second)["StorageDescriptor"]["Location"] == lake.uri("y/data/")
    assert lake.crawl(lake.crawler("x/data/", "y/data/")) == CrawlSummary()


def test_a_path_without_a_closing_slash_is_the_folder_and_not_its_neighbours(lake):
    lake.put("sales/1.csv", CSV)
    lake.put("sales-old/1.csv", CSV)
    lake.crawl("sales")
    assert {name: table["StorageDescriptor"]["Location"] for name, table in lake.tables().items()} == {
        "sales": lake.uri("sales/")
    }


def test_a_path_may_be_one_file(lake):
    lake.put("raw/Report 1.csv", CSV)
    lake.put("raw/other.csv", CSV)
    lake.crawl("raw/Report 1.csv")
    assert {name: table["StorageDescriptor"]["Location"] for name, table in lake.tables().items()} == {
        "report_1_csv": lake.uri("raw/Report 1.csv")
    }


def test_exclusions_are_left_out_and_written_down(lake):
    lake.put("t/1.csv", CSV)
    lake.put("t/1.zip", b"PK\x03\x04")
    crawler = lake.crawler("t/")
    crawler["Targets"]["S3Targets"][0]["Exclusions"] = ["*.zip"]
    lake.crawl(crawler)
    parameters = lake.table("t")["Parameters"]
    assert (parameters["objectCount"], json.loads(parameters["exclusions"])) == ("1", [lake.uri("t/*.zip")])
    assert f"INFO : {lake.uri('t/1.zip')} is left out: exclude pattern *.zip" in lake.log


def test_hidden_empty_and_marker_objects_are_left_out(lake):
    lake.put("t/", b"")
    lake.put("t/p=1/1.csv", CSV)
    lake.put("t/p=1/", b"")
    lake.put("t/_SUCCESS", b"")
    lake.put("t/_temporary/0/1.csv", CSV)
    lake.put("t/.hidden.csv", CSV)
    lake.put("t/p=2_$folder$", b"")
    lake.crawl("t/")
    assert set(lake.partitions("t")) == {("1",)}
    assert lake.table("t")["Parameters"]["objectCount"] == "1"
    assert [line.rpartition("/")[2] for line in lake.log if "left out" in line] == [
        ".hidden.csv is left out: .hidden.csv is a hidden name",
        "_SUCCESS is left out: _SUCCESS is a hidden name",
        "1.csv is left out: _temporary is a hidden name",
        "p=2_$folder$ is left out: it is empty",
    ]


def test_of_many_objects_that_are_left_out_only_the_first_are_named(lake):
    lake.put("t/1.csv", CSV)
    for n in range(13):
        lake.put(f"t/{n:02}.tmp", CSV)
    crawler = lake.crawler("t/")
    crawler["Targets"]["S3Targets"][0]["Exclusions"] = ["*.tmp"]
    lake.crawl(crawler)
    told = [line for line in lake.log if "left out" in line]
    assert len(told) == 11
    assert told[-1] == "INFO : 3 more objects are left out: exclude pattern *.tmp"


def test_an_empty_target_makes_no_table_and_says_so(lake):
    assert lake.crawl("nothing/") == CrawlSummary()
    assert f"WARN : {lake.uri('nothing/')} makes no table: there is no data below it" in lake.log


@pytest.mark.parametrize(
    ("name", "body", "classification", "compression", "columns"),
    [
        ("x.json", lines({"Id": 1, "at": {"lat": 1.5}}), "json", "none", [("id", "int"), ("at", "struct<lat:double>")]),
        ("x.csv.gz", gzip.compress(CSV.encode()), "csv", "gzip", [("id", "bigint"), ("name", "string")]),
        ("x.json.gz", gzip.compress(lines({"a": 2**40}).encode()), "json", "gzip", [("a", "bigint")]),
        ("x.orc", columnar(orc.write_table, a=[1], b=["x"]), "orc", "none", [("a", "bigint"), ("b", "string")]),
        ("x.parquet", columnar(pq.write_table, A=[1.5]), "parquet", "none", [("a", "double")]),
        ("x.bin", b"\x00\x01", "UNKNOWN", "none", []),
    ],
)
def test_formats(lake, name, body, classification, compression, columns):
    lake.put(f"t/{name}", body)
    lake.crawl("t/")
    table = lake.table("t")
    assert lake.columns("t") == columns
    assert (table["Parameters"]["classification"], table["Parameters"]["compressionType"]) == (
        classification,
        compression,
    )
    assert table["StorageDescriptor"]["Compressed"] == (compression != "none")


def test_a_bucket_root_above_one_table_warns_of_partition_0(lake):
    lake.put("sales/country=FR/1.csv", CSV)
    lake.crawl("")
    name = lake.bucket.replace("-", "_")
    assert [key["Name"] for key in lake.table(name)["PartitionKeys"]] == ["partition_0", "country"]
    assert any(line.startswith(f"WARN : Table {name} gets a partition key called partition_0") for line in lake.log)


def test_a_column_that_is_also_a_key_warns_of_athena(lake):
    lake.put("t/id=7/1.csv", CSV)
    lake.crawl("t/")
    assert ("id", "bigint") in lake.columns("t")
    assert any("Athena refuses the table" in line for line in lake.log)


def test_grouping_combines_compatible_schemas(lake):
    lake.put("t/year=2017/1.json", lines({"A": 1, "B": 2}))
    lake.put("t/year=2018/1.json", lines({"C": 3, "D": 4}))
    lake.crawl("t/")
    assert sorted(lake.tables()) == ["year_2017", "year_2018"]
    lake.crawl(lake.crawler("t/", Name="other", Configuration=COMBINE))
    assert lake.columns("t") == [("a", "int"), ("b", "int"), ("c", "int"), ("d", "int")]
    assert set(lake.partitions("t")) == {("2017",), ("2018",)}


def test_a_sample_size_reads_so_many_files_a_folder_and_counts_all(lake):
    for n in range(4):
        lake.put(f"t/p=1/{n}.csv", CSV if n < 2 else "not,read\n1\n2,3,4\n")
    crawler = lake.crawler("t/")
    crawler["Targets"]["S3Targets"][0]["SampleSize"] = 2
    lake.crawl(crawler)
    assert lake.columns("t") == [("id", "bigint"), ("name", "string")]
    assert lake.table("t")["Parameters"]["objectCount"] == "4"


def test_more_tables_than_the_threshold_fail_the_crawl_and_write_nothing(lake):
    for n in range(3):
        lake.put(f"t/{n}/x.json", lines({f"key{n}": 1}))
    crawler = lake.crawler("t/", Configuration='{"Version":1.0,"CrawlerOutput":{"Tables":{"TableThreshold":2}}}')
    with pytest.raises(CrawlFailed) as failure:
        lake.crawl(crawler)
    assert str(failure.value) == "Table Threshold value = 2, Tables detected - 3"
    assert lake.log[-1] == "ERROR : Table Threshold value = 2, Tables detected - 3"
    assert lake.tables() == {}


def test_a_plan_writes_nothing(lake):
    lake.put("t/p=1/1.csv", CSV)
    plan = plan_crawl(lake.crawler("t/"), s3=lake.s3, glue=lake.glue, log=lake.log.append, crawl_id="x")
    assert plan.summary == CrawlSummary(tables_created=1, partitions_created=1)
    assert lake.tables() == {}


def test_a_crawl_can_be_stopped(lake):
    lake.put("t/1.csv", CSV)
    with pytest.raises(CrawlCancelled):
        lake.crawl("t/", should_stop=lambda: True)
    assert lake.tables() == {}


def test_reading_can_be_stopped(lake):
    lake.put("t/1.csv", CSV)
    given = {"s3": lake.s3, "glue": lake.glue, "log": lake.log.append, "crawl_id": "x"}
    with pytest.raises(CrawlCancelled):
        plan_crawl(lake.crawler("t/"), **given, should_stop=lambda: True)


def test_a_missing_database_is_made(lake):
    lake.put("t/1.csv", CSV)
    name = lake.database + "_new"
    lake.crawl(lake.crawler("t/", DatabaseName=name))
    lake.database = name
    assert list(lake.tables()) == ["t"]
    assert f"INFO : Created database {name}" in lake.log


def test_a_refused_target_is_logged_and_raised(lake):
    with pytest.raises(Unsupported, match="JdbcTargets"):
        lake.crawl(lake.crawler(Targets={"JdbcTargets": [{"Path": "x"}]}))
    assert lake.log[-1].startswith("ERROR : A crawler target in JdbcTargets is not supported")


def test_a_broken_exclusion_fails_the_crawl(lake):
    crawler = lake.crawler("t/")
    crawler["Targets"]["S3Targets"][0]["Exclusions"] = ["{a"]
    with pytest.raises(CrawlFailed, match=r"the brace in .* is not closed"):
        lake.crawl(crawler)


def test_a_custom_classifier_is_asked(lake):
    lake.glue.create_classifier(CsvClassifier={"Name": f"{lake.database}-csv", "ContainsHeader": "PRESENT"})
    lake.put("t/1.csv", "name,city\nann,rome\n")
    lake.crawl(lake.crawler("t/", Classifiers=[f"{lake.database}-csv"]))
    assert lake.columns("t") == [("name", "string"), ("city", "string")]
