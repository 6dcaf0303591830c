"""Catalogs, databases and tables as Athena shows them (user guide, the samples of GetTableMetadata and others)."""

import pytest

from tests.local_aws.aws_server import error_of, unique

CATALOG = {"CatalogName": "AwsDataCatalog"}


@pytest.fixture(scope="module")
def athena(local_aws):
    return local_aws.client("athena")


@pytest.fixture(scope="module")
def database(local_aws):
    glue, name = local_aws.client("glue"), unique("d")
    glue.create_database(DatabaseInput={"Name": name, "Description": "words"})
    for table in ("counties", "readings", "reads"):
        glue.create_table(DatabaseName=name, TableInput=table_input(table))
    return name


def table_input(name):
    serde = {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe", "Parameters": {"serialization.format": "1"}}
    storage = {
        "Columns": [{"Name": "a", "Type": "int", "Comment": "c"}],
        "Location": "s3://b/json/",
        "InputFormat": "in",
        "OutputFormat": "out",
        "SerdeInfo": serde,
    }
    keys = [{"Name": "k", "Type": "string"}]
    parameters = {"EXTERNAL": "TRUE"}
    return {
        "Name": name,
        "TableType": "EXTERNAL_TABLE",
        "StorageDescriptor": storage,
        "PartitionKeys": keys,
        "Parameters": parameters,
    }


def names(tables):
    return [table["Name"] for table in tables["TableMetadataList"]]


def test_a_table_is_shown_with_its_storage_among_its_parameters(local_aws, athena, database):
    shown = athena.get_table_metadata(**CATALOG, DatabaseName=database.upper(), TableName="Counties")["TableMetadata"]
    made = local_aws.client("glue").get_table(DatabaseName=database, Name="counties")["Table"]
    assert shown == {
        "Name": "counties",
        "CreateTime": made["CreateTime"],
        "TableType": "EXTERNAL_TABLE",
        "Columns": [{"Name": "a", "Type": "int", "Comment": "c"}],
        "PartitionKeys": [{"Name": "k", "Type": "string"}],
        "Parameters": {
            "EXTERNAL": "TRUE",
            "inputformat": "in",
            "location": "s3://b/json",
            "outputformat": "out",
            "serde.param.serialization.format": "1",
            "serde.serialization.lib": "org.openx.data.jsonserde.JsonSerDe",
        },
    }


def test_the_database_default_is_there_from_the_first_statement_in_it_on(local_aws, athena):
    place = {"OutputLocation": f"s3://{local_aws.bucket()}/"}
    context = {"Database": "default"}
    athena.start_query_execution(QueryString="SELECT 1", QueryExecutionContext=context, ResultConfiguration=place)
    assert athena.get_database(**CATALOG, DatabaseName="default")["Database"]["Name"] == "default"


def test_what_is_not_there_is_not_shown(athena, database):
    for wrong in ({"TableName": "nosuch"}, {"DatabaseName": "nosuch"}, {"CatalogName": "nosuch"}):
        asked = {**CATALOG, "DatabaseName": database, "TableName": "counties", **wrong}
        assert error_of(athena.get_table_metadata, **asked).startswith("MetadataException: ")
    for call in (athena.get_database, athena.list_table_metadata):
        assert error_of(call, **CATALOG, DatabaseName="nosuch").startswith("MetadataException: ")
    assert error_of(athena.list_databases, CatalogName="nosuch") == "MetadataException: Catalog nosuch not found"


def test_tables_are_listed_by_a_pattern_and_in_pages(athena, database):
    every = {**CATALOG, "DatabaseName": database}
    assert names(athena.list_table_metadata(**every)) == ["counties", "readings", "reads"]
    assert names(athena.list_table_metadata(**every, Expression="rea.*")) == ["readings", "reads"]
    first = athena.list_table_metadata(**every, MaxResults=2)
    rest = athena.list_table_metadata(**every, MaxResults=2, NextToken=first["NextToken"])
    assert (names(first), names(rest), "NextToken" in rest) == (["counties", "readings"], ["reads"], False)
    assert error_of(athena.list_table_metadata, **every, Expression="(").startswith("InvalidRequestException: ")


def test_databases_and_catalogs_are_shown(athena, database):
    found = athena.get_database(**CATALOG, DatabaseName=database.upper())["Database"]
    assert found == {"Name": database, "Description": "words", "Parameters": {}}
    pages = athena.get_paginator("list_databases").paginate(**CATALOG, PaginationConfig={"PageSize": 1})
    assert found in [each for page in pages for each in page["DatabaseList"]]
    assert {"CatalogName": "AwsDataCatalog", "Type": "GLUE"} in athena.list_data_catalogs()["DataCatalogsSummary"]
    assert "NextToken" not in athena.list_data_catalogs(MaxResults=50)


def test_catalogs_of_another_kind_are_refused_by_name(athena):
    name = unique("c")
    athena.create_data_catalog(Name=name, Type="LAMBDA", Parameters={"function": "f"})
    error = error_of(athena.list_databases, CatalogName=name)
    assert error.startswith(f"MetadataException: The catalog {name} is not supported by the local AWS")


def test_what_is_not_done_is_refused_by_name(local_aws, athena):
    start = {"QueryString": "select 1", "ResultConfiguration": {"OutputLocation": f"s3://{local_aws.bucket()}/"}}
    error = error_of(athena.start_query_execution, **start, EngineConfiguration={"MaxConcurrentDpus": 4})
    assert "NOT_SUPPORTED: StartQueryExecution with EngineConfiguration" in error
    done = athena.start_query_execution(**start)["QueryExecutionId"]
    error = error_of(athena.get_query_results, QueryExecutionId=done, QueryResultType="DATA_MANIFEST")
    assert "NOT_SUPPORTED: GetQueryResults with QueryResultType DATA_MANIFEST" in error
