import json

import pytest

from local_aws.glue.crawler import hive_types as hive
from local_aws.glue.crawler.layout import PartitionFound, TableFound
from local_aws.glue.crawler.reading import Dataset, Reading
from local_aws.glue.crawler.schema import Column
from local_aws.glue.crawler.table_input import Writer, exclusion_paths, inherit

SCHEMA = (Column("id", hive.BIGINT), Column("item type", hive.STRING))
WRITER = Writer("crawl-er", "run-1")


def dataset(**reading):
    given = {"classification": "parquet", "schema": SCHEMA} | reading
    return Dataset(
        format=Reading(**given),
        schema=SCHEMA,
        objects=3,
        size=1000,
        records=40,
        record_size=25,
        header=given.get("header", False),
        paths=given.get("paths", ()),
    )


def found(data, keys=(), partitions=()):
    return TableFound("b", "silver/sales/", "sales", keys, data, partitions)


PARAMETERS = {
    "CrawlerSchemaDeserializerVersion": "1.0",
    "CrawlerSchemaSerializerVersion": "1.0",
    "UPDATED_BY_CRAWLER": "crawl-er",
    "CRAWL_RUN_ID": "run-1",
    "classification": "parquet",
    "compressionType": "none",
    "typeOfData": "file",
    "objectCount": "3",
    "sizeKey": "1000",
    "recordCount": "40",
    "averageRecordSize": "25",
}


def test_a_parquet_table_is_written_as_crawlers_on_aws_write_it():
    assert WRITER.table("silver_sales", found(dataset())) == {
        "Name": "silver_sales",
        "Owner": "owner",
        "Retention": 0,
        "TableType": "EXTERNAL_TABLE",
        "PartitionKeys": [],
        "Parameters": PARAMETERS,
        "StorageDescriptor": {
            "Columns": [{"Name": "id", "Type": "bigint"}, {"Name": "item type", "Type": "string"}],
            "Location": "s3://b/silver/sales/",
            "InputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat",
            "OutputFormat": "org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat",
            "Compressed": False,
            "NumberOfBuckets": -1,
            "SerdeInfo": {
                "SerializationLibrary": "org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe",
                "Parameters": {"serialization.format": "1"},
            },
            "BucketColumns": [],
            "SortColumns": [],
            "Parameters": PARAMETERS,
            "StoredAsSubDirectories": False,
        },
    }


def test_csv_adds_its_parameters_and_the_lazy_serde():
    table = WRITER.table("t", found(dataset(classification="csv", delimiter="|", header=True)))
    added = {key: table["Parameters"][key] for key in table["Parameters"].keys() - PARAMETERS.keys()}
    assert added == {
        "delimiter": "|",
        "columnsOrdered": "true",
        "areColumnsQuoted": "false",
        "skip.header.line.count": "1",
    }
    assert table["StorageDescriptor"]["SerdeInfo"] == {
        "SerializationLibrary": "org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe",
        "Parameters": {"field.delim": "|"},
    }


def test_csv_without_a_header_has_no_skip_parameter():
    table = WRITER.table("t", found(dataset(classification="csv", delimiter=",")))
    assert "skip.header.line.count" not in table["Parameters"]


def test_gzip_makes_the_table_compressed():
    table = WRITER.table("t", found(dataset(classification="json", compression="gzip", paths=("Id", "a"))))
    assert (table["Parameters"]["compressionType"], table["StorageDescriptor"]["Compressed"]) == ("gzip", True)
    assert table["StorageDescriptor"]["SerdeInfo"] == {
        "SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe",
        "Parameters": {"paths": "Id,a"},
    }


def test_avro_carries_its_schema_in_three_places():
    table = WRITER.table("t", found(dataset(classification="avro", avro_schema="{}")))
    storage = table["StorageDescriptor"]
    places = [table["Parameters"], storage["Parameters"], storage["SerdeInfo"]["Parameters"]]
    assert [place["avro.schema.literal"] for place in places] == ["{}"] * 3
    assert storage["SerdeInfo"]["Parameters"]["serialization.format"] == "1"


@pytest.mark.parametrize(("index", "expected"), [(True, "true"), (False, None)])
def test_a_partitioned_table_says_that_partitions_are_filtered(index, expected):
    writer = Writer("c", "r", partition_index=index)
    table = writer.table("t", found(dataset(), keys=("country",)))
    assert table["PartitionKeys"] == [{"Name": "country", "Type": "string"}]
    assert table["Parameters"].get("partition_filtering.enabled") == expected


def test_exclusions_stand_on_the_table_as_full_paths():
    writer = Writer("c", "r", exclusions=exclusion_paths("s3://b/raw/", ["*.zip", "tmp/**"]))
    exclusions = writer.table("t", found(dataset()))["Parameters"]["exclusions"]
    assert json.loads(exclusions) == ["s3://b/raw/*.zip", "s3://b/raw/tmp/**"]


def test_a_partition_has_its_own_place_and_counts():
    data = found(dataset(), keys=("country",))
    partition = WRITER.partition(data, PartitionFound(("Cote d'Ivoire",), "gold/country=Cote d%27Ivoire/", dataset()))
    assert partition["Values"] == ["Cote d'Ivoire"]
    assert partition["StorageDescriptor"]["Location"] == "s3://b/gold/country=Cote d%27Ivoire/"
    assert partition["Parameters"] == partition["StorageDescriptor"]["Parameters"] == PARAMETERS


def test_a_partition_that_inherits_takes_columns_and_serde_and_keeps_its_place():
    data = found(dataset(), keys=("country",))
    partition = WRITER.partition(data, PartitionFound(("x",), "gold/country=x/", dataset()))
    storage = {"Columns": [{"Name": "z", "Type": "int"}], "SerdeInfo": {"SerializationLibrary": "S"}, "Location": "no"}
    inherited = inherit(partition, {"StorageDescriptor": storage})["StorageDescriptor"]
    assert (inherited["Columns"], inherited["SerdeInfo"]) == (storage["Columns"], storage["SerdeInfo"])
    assert inherited["Location"] == "s3://b/gold/country=x/"


def test_an_unknown_format_has_no_columns_format_or_serde():
    data = Dataset(Reading("UNKNOWN"), (), 1, 5, 0, 0, header=False)
    storage = WRITER.table("t", found(data))["StorageDescriptor"]
    assert (storage["Columns"], storage["SerdeInfo"], "InputFormat" in storage) == ([], {}, False)


def test_a_custom_serde_replaces_the_formats_own():
    serde = ("org.apache.hadoop.hive.serde2.OpenCSVSerde", (("quoteChar", '"'), ("separatorChar", ",")))
    table = WRITER.table("t", found(dataset(classification="csv", delimiter=",", serde=serde)))
    assert table["StorageDescriptor"]["SerdeInfo"] == {
        "SerializationLibrary": serde[0],
        "Parameters": {"quoteChar": '"', "separatorChar": ","},
    }
