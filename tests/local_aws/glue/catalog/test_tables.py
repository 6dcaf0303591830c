"""Databases and tables of the catalog: AWS's answers, errors, pages and versions."""

import pytest

from tests.local_aws.aws_server import ACCOUNT, error_of, unique

COLUMNS = [{"Name": "a", "Type": "int"}]


@pytest.fixture
def glue(local_aws):
    return local_aws.client("glue")


@pytest.fixture
def database(glue):
    name = unique("db")
    glue.create_database(DatabaseInput={"Name": name})
    return name


def table(glue, database, name, **given):
    glue.create_table(DatabaseName=database, TableInput={"Name": name, **given})


def names(glue, database, **asked):
    return [entry["Name"] for entry in glue.get_tables(DatabaseName=database, **asked)["TableList"]]


def test_names_are_kept_in_lower_case(glue):
    name = unique("db")
    glue.create_database(DatabaseInput={"Name": name.upper()})
    table(glue, name.upper(), "TaBle")
    found = glue.get_table(DatabaseName=name.upper(), Name="TABLE")["Table"]
    assert (found["DatabaseName"], found["Name"]) == (name, "table")


def test_what_aws_fills_in(glue, database):
    table(glue, database, "t", StorageDescriptor={"Columns": COLUMNS})
    found = glue.get_table(DatabaseName=database, Name="t")["Table"]
    storage = found["StorageDescriptor"]
    assert (found["Retention"], found["VersionId"], found["CatalogId"]) == (0, "0", ACCOUNT)
    assert found["CreatedBy"] == f"arn:aws:iam::{ACCOUNT}:root"
    assert found["CreateTime"] == found["UpdateTime"]
    assert (storage["Compressed"], storage["NumberOfBuckets"], storage["StoredAsSubDirectories"]) == (False, 0, False)
    assert "TableType" not in found


def test_texts_of_what_is_absent_or_there_already(glue, database):
    table(glue, database, "t")
    nothing = "nothing_of_that_name"
    assert error_of(glue.get_database, Name=nothing) == f"EntityNotFoundException: Database {nothing} not found."
    assert error_of(glue.get_table, DatabaseName=nothing, Name="t") == (
        f"EntityNotFoundException: Database {nothing} not found."
    )
    assert error_of(glue.get_tables, DatabaseName=nothing) == f"EntityNotFoundException: Database {nothing} not found."
    assert error_of(glue.get_table, DatabaseName=database, Name="no") == "EntityNotFoundException: Entity Not Found"
    assert error_of(glue.delete_table, DatabaseName=database, Name="no") == (
        "EntityNotFoundException: Table no not found."
    )
    assert error_of(glue.create_database, DatabaseInput={"Name": database}) == (
        "AlreadyExistsException: Database already exists."
    )
    assert error_of(glue.create_table, DatabaseName=database, TableInput={"Name": "T"}) == (
        "AlreadyExistsException: Table already exists."
    )


def test_an_update_of_a_database_replaces_it(glue, database):
    glue.update_database(Name=database, DatabaseInput={"Name": database, "Description": "d", "Parameters": {"a": "1"}})
    glue.update_database(Name=database, DatabaseInput={"Name": database, "LocationUri": "s3://b/"})
    found = glue.get_database(Name=database)["Database"]
    assert found.get("Description") is None
    assert (found["LocationUri"], found.get("Parameters")) == ("s3://b/", None)


def test_a_database_goes_with_its_tables(glue, database):
    table(glue, database, "t")
    glue.delete_database(Name=database)
    glue.create_database(DatabaseInput={"Name": database})
    assert names(glue, database) == []


@pytest.mark.parametrize(
    ("expression", "found"),
    [
        ("", ["other", "sale", "sales_a", "sales_b"]),
        ("sales*", ["sales_a", "sales_b"]),  # as AWS SDK for pandas asks for a prefix
        ("*_a", ["sales_a"]),
        ("*ale*", ["sale", "sales_a", "sales_b"]),
        ("sales_.*", ["sales_a", "sales_b"]),
        ("sales_[ab]", ["sales_a", "sales_b"]),
        ("SALE|other", ["other", "sale"]),
        ("ale", []),
    ],
)
def test_an_expression_chooses_tables_by_name(glue, database, expression, found):
    for name in ("sales_b", "sales_a", "sale", "other"):
        table(glue, database, name)
    assert names(glue, database, Expression=expression) == found


def test_a_pattern_that_is_none_is_refused(glue, database):
    assert error_of(glue.get_tables, DatabaseName=database, Expression="[").startswith("InvalidInputException: ")


def test_tables_come_in_pages(glue, database):
    for number in range(5):
        table(glue, database, f"t{number}")
    first = glue.get_tables(DatabaseName=database, MaxResults=2)
    assert [entry["Name"] for entry in first["TableList"]] == ["t0", "t1"]
    pages = glue.get_paginator("get_tables").paginate(DatabaseName=database, PaginationConfig={"PageSize": 2})
    assert [len(page["TableList"]) for page in pages] == [2, 2, 1]
    assert error_of(glue.get_tables, DatabaseName=database, NextToken="x").startswith("InvalidInputException: ")


def test_attributes_to_get(glue, database):
    table(glue, database, "t", TableType="EXTERNAL_TABLE", Owner="o")
    found = glue.get_tables(DatabaseName=database, AttributesToGet=["NAME", "TABLE_TYPE"])["TableList"]
    assert found == [{"Name": "t", "TableType": "EXTERNAL_TABLE"}]


def test_an_update_replaces_the_table_and_keeps_the_version_before(glue, database):
    table(glue, database, "t", Description="first", Owner="o", StorageDescriptor={"Columns": COLUMNS})
    glue.update_table(DatabaseName=database, TableInput={"Name": "t", "Description": "second"})
    glue.update_table(DatabaseName=database, TableInput={"Name": "t", "Description": "third"}, SkipArchive=True)
    found = glue.get_table(DatabaseName=database, Name="t")["Table"]
    assert (found["Description"], found["VersionId"], found.get("Owner")) == ("third", "2", None)
    versions = glue.get_table_versions(DatabaseName=database, TableName="t")["TableVersions"]
    assert [(entry["VersionId"], entry["Table"]["Description"]) for entry in versions] == [
        ("2", "third"),
        ("0", "first"),
    ]
    older = glue.get_table_version(DatabaseName=database, TableName="t", VersionId="0")["TableVersion"]["Table"]
    assert older["StorageDescriptor"]["Columns"] == COLUMNS


def test_versions_can_be_deleted_but_for_the_current_one(glue, database):
    table(glue, database, "t")
    for _ in range(3):
        glue.update_table(DatabaseName=database, TableInput={"Name": "t"})
    where = {"DatabaseName": database, "TableName": "t"}
    glue.delete_table_version(**where, VersionId="0")
    errors = glue.batch_delete_table_version(**where, VersionIds=["1", "3", "9"])["Errors"]
    assert [(entry["VersionId"], entry["ErrorDetail"]["ErrorCode"]) for entry in errors] == [
        ("3", "InvalidInputException"),
        ("9", "EntityNotFoundException"),
    ]
    assert [entry["VersionId"] for entry in glue.get_table_versions(**where)["TableVersions"]] == ["3", "2"]


def test_a_stale_update_is_refused(glue, database):
    table(glue, database, "t")
    change = {"DatabaseName": database, "TableInput": {"Name": "t"}}
    glue.update_table(**change, VersionId="0")
    assert error_of(glue.update_table, **change, VersionId="0") == (
        "ConcurrentModificationException: Update table failed due to concurrent modifications."
    )


def test_many_tables_are_deleted_at_once(glue, database):
    table(glue, database, "a")
    errors = glue.batch_delete_table(DatabaseName=database, TablesToDelete=["a", "b"])["Errors"]
    assert [(entry["TableName"], entry["ErrorDetail"]["ErrorCode"]) for entry in errors] == [
        ("b", "EntityNotFoundException")
    ]
    assert names(glue, database) == []


def test_search(glue, database):
    word = unique("w")
    table(glue, database, f"{word}_one", Description="x")
    table(glue, database, "two", Parameters={"owner": f"team {word}"})
    table(glue, database, "three", StorageDescriptor={"Columns": [{"Name": f"c_{word}", "Type": "int"}]})
    table(glue, database, "four")
    found = glue.search_tables(SearchText=word, SortCriteria=[{"FieldName": "Name", "Sort": "DESC"}])["TableList"]
    assert [entry["Name"] for entry in found] == [f"{word}_one", "two", "three"]
    assert [entry["Name"] for entry in glue.search_tables(SearchText=f'"{word}_one"')["TableList"]] == [f"{word}_one"]
    filters = [{"Key": "DatabaseName", "Value": database}, {"Key": "Name", "Value": "four"}]
    assert [entry["Name"] for entry in glue.search_tables(Filters=filters)["TableList"]] == ["four"]


def test_a_reference_to_no_schema_is_refused(glue, database):
    given = {"Name": "t", "StorageDescriptor": {"SchemaReference": {"SchemaVersionNumber": 1}}}
    assert error_of(glue.create_table, DatabaseName=database, TableInput=given).startswith("InvalidInputException: ")


def test_another_accounts_catalog_is_not_there(glue, database):
    assert error_of(glue.get_database, Name=database, CatalogId="111122223333") == (
        "EntityNotFoundException: Catalog 111122223333 not found."
    )
