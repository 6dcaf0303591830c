"""Tables and partitions that jobs keep by lakejobs, as Glue then tells them."""

import pytest
from lakejobs import catalog_tables
from lakejobs.schema import Schema

COLUMNS = Schema({"id": "bigint", "price": "decimal(10,2)"})
KEY = Schema({"country": "string"})
PATH = "s3://lake/sales/"


@pytest.fixture
def glue(local_aws):
    client = local_aws.client("glue")
    client.create_database(DatabaseInput={"Name": "shop"})
    yield client
    client.delete_database(Name="shop")


def partitions(glue):
    found = glue.get_partitions(DatabaseName="shop", TableName="sales")["Partitions"]
    return {tuple(one["Values"]): one["StorageDescriptor"] for one in found}


def keep(glue, folders, columns=COLUMNS):
    catalog_tables.put_table(glue, "shop", "sales", PATH, columns, KEY)
    catalog_tables.put_partitions(glue, "shop", "sales", PATH, columns, folders)


def test_a_table_has_its_columns_keys_and_format(glue):
    keep(glue, [])
    table = glue.get_table(DatabaseName="shop", Name="sales")["Table"]
    assert table["StorageDescriptor"]["Columns"] == [
        {"Name": "id", "Type": "bigint"},
        {"Name": "price", "Type": "decimal(10,2)"},
    ]
    assert table["PartitionKeys"] == [{"Name": "country", "Type": "string"}]
    assert table["StorageDescriptor"]["Location"] == PATH
    assert table["Parameters"]["classification"] == "parquet"


def test_a_table_of_csv_files_has_a_header_and_commas(glue):
    catalog_tables.put_table(glue, "shop", "raw", PATH, Schema({"order id": "bigint"}), form=catalog_tables.CSV)
    table = glue.get_table(DatabaseName="shop", Name="raw")["Table"]
    assert table["Parameters"]["skip.header.line.count"] == "1"
    assert table["StorageDescriptor"]["SerdeInfo"]["Parameters"] == {"field.delim": ","}


def test_partitions_are_those_of_the_folders_and_no_others(glue):
    many = [f"country=c{number:03}" for number in range(60)]
    keep(glue, [*many, "country=Cote d'Ivoire"])
    assert len(partitions(glue)) == 61
    assert partitions(glue)["Cote d'Ivoire",]["Location"] == f"{PATH}country=Cote d'Ivoire/"
    keep(glue, ["country=c001", "country=A%2FB"])
    assert set(partitions(glue)) == {("c001",), ("A/B",)}
    assert partitions(glue)["A/B",]["Location"] == f"{PATH}country=A%2FB/"


def test_a_partition_of_other_columns_is_brought_to_the_table_s(glue):
    keep(glue, ["country=Chad"], Schema({"id": "int"}))
    keep(glue, ["country=Chad"])
    assert [one["Type"] for one in partitions(glue)["Chad",]["Columns"]] == ["bigint", "decimal(10,2)"]


def test_what_glue_refuses_is_an_error_that_names_it():
    refused = {
        "Errors": [{"PartitionValues": ["Chad"], "ErrorDetail": {"ErrorCode": "Internal", "ErrorMessage": "no"}}]
    }
    with pytest.raises(catalog_tables.CatalogError, match=r"1 partitions of sales [^$]*\['Chad'\]: Internal: no"):
        catalog_tables._checked(refused, "sales")


def test_folders_are_those_of_the_keys_each_once():
    keys = [
        "sales/country=Chad/part-0.parquet",
        "sales/country=Chad/part-1.parquet",
        "sales/country=Mali/part-0.parquet",
    ]
    assert catalog_tables.folders_of(keys, PATH) == ["country=Chad", "country=Mali"]
