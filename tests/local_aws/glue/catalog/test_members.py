"""Members of the catalog's requests that say what is left out, or whose catalog it is."""

import pytest

from tests.local_aws.aws_server import ACCOUNT, error_of, unique

OTHER = "111111111111"
FUNCTION = {"ClassName": "c", "OwnerName": "o", "OwnerType": "USER", "ResourceUris": []}


@pytest.fixture(scope="module")
def glue(local_aws):
    return local_aws.client("glue")


@pytest.fixture(scope="module")
def database(glue):
    name = unique("d")
    glue.create_database(DatabaseInput={"Name": name})
    glue.create_table(DatabaseName=name, TableInput={"Name": "t", "TableType": "EXTERNAL_TABLE"})
    return name


def names(entries):
    return [entry["Name"] for entry in entries]


def test_nothing_is_shared_with_the_account(glue, database):
    for kind in ("FOREIGN", "FEDERATED"):
        assert glue.get_databases(ResourceShareType=kind)["DatabaseList"] == []
        assert glue.search_tables(ResourceShareType=kind)["TableList"] == []
    assert glue.get_tables(DatabaseName=database, ResourceShareType="FEDERATED")["TableList"] == []
    assert names(glue.get_tables(DatabaseName=database, ResourceShareType="ALL")["TableList"]) == ["t"]
    assert database in names(glue.get_databases(ResourceShareType="ALL")["DatabaseList"])


def test_attributes_leave_those_members_alone(glue, database):
    shown = glue.get_databases(AttributesToGet=["NAME", "TARGET_DATABASE"])["DatabaseList"]
    assert {"Name": database} in shown
    for wanted in ([], ["TARGET_DATABASE"]):
        assert error_of(glue.get_databases, AttributesToGet=wanted).startswith("InvalidInputException: ")
    for wanted in ([], ["TABLE_TYPE"]):
        error = error_of(glue.get_tables, DatabaseName=database, AttributesToGet=wanted)
        assert error.startswith("InvalidInputException: ")


def test_get_table_knows_no_metadata_of_iceberg(glue, database):
    same = glue.get_table(DatabaseName=database, Name="t", AttributesToGet=["DEFAULT"])["Table"]
    assert same == glue.get_table(DatabaseName=database, Name="t")["Table"]
    get = glue.get_table
    iceberg = error_of(get, DatabaseName=database, Name="t", AttributesToGet=["DEFAULT", "LATEST_ICEBERG_METADATA"])
    assert iceberg.startswith("OperationNotSupportedException: GetTable with LATEST_ICEBERG_METADATA")
    for wrong in ([], ["NAME"]):
        error = error_of(get, DatabaseName=database, Name="t", AttributesToGet=wrong)
        assert error.startswith("InvalidInputException: ")


def test_functions_are_of_a_catalog_and_a_type_and_come_in_pages(glue, database):
    for name, kind in (("f1", "REGULAR_FUNCTION"), ("f2", "AGGREGATE_FUNCTION"), ("f3", "REGULAR_FUNCTION")):
        function = {**FUNCTION, "FunctionName": name, "FunctionType": kind}
        glue.create_user_defined_function(DatabaseName=database, FunctionInput=function)
    every = glue.get_user_defined_functions
    asked = {"DatabaseName": database, "Pattern": "f.*", "CatalogId": ACCOUNT}
    first = every(**asked, FunctionType="REGULAR_FUNCTION", MaxResults=1)
    rest = every(**asked, FunctionType="REGULAR_FUNCTION", MaxResults=1, NextToken=first["NextToken"])
    seen = [each["FunctionName"] for part in (first, rest) for each in part["UserDefinedFunctions"]]
    assert (seen, "NextToken" in rest) == (["f1", "f3"], False)
    glue.update_user_defined_function(
        DatabaseName=database, FunctionName="f3", FunctionInput={**FUNCTION, "FunctionName": "g3", "ClassName": "d"}
    )
    shown = glue.get_user_defined_function(DatabaseName=database, FunctionName="g3")["UserDefinedFunction"]
    assert (shown["ClassName"], shown["FunctionType"]) == ("d", "REGULAR_FUNCTION")
    found = every(Pattern=r"\Qg3\E", DatabaseName="*")["UserDefinedFunctions"]
    assert [each["FunctionName"] for each in found if each["DatabaseName"] == database] == ["g3"]
    glue.delete_user_defined_function(DatabaseName=database, FunctionName="g3")
    absent = error_of(glue.get_user_defined_function, DatabaseName=database, FunctionName="g3")
    assert absent.startswith("EntityNotFoundException: ")
    again = error_of(glue.create_user_defined_function, DatabaseName=database, FunctionInput=function)
    assert again == ""
    assert error_of(every, Pattern="(").startswith("InvalidInputException: ")
    assert error_of(every, Pattern="f.*", CatalogId=OTHER).startswith("EntityNotFoundException: ")
    statistics = glue.get_column_statistics_for_table
    error = error_of(statistics, CatalogId=OTHER, DatabaseName=database, TableName="t", ColumnNames=["c"])
    assert error.startswith("EntityNotFoundException: ")


def test_a_crawler_writes_to_the_accounts_own_catalog(local_aws, glue, database):
    wanted = {"Role": local_aws.role(), "DatabaseName": database}
    wanted["Targets"] = {"S3Targets": [{"Path": f"s3://{local_aws.bucket()}/x"}]}
    name = unique("c")
    assert error_of(glue.create_crawler, Name=name, CatalogId=OTHER, **wanted).startswith("EntityNotFoundException: ")
    glue.create_crawler(Name=name, CatalogId=ACCOUNT, **wanted)
    assert glue.get_crawler(Name=name)["Crawler"]["CatalogId"] == ACCOUNT
    assert error_of(glue.update_crawler, Name=name, CatalogId=OTHER).startswith("EntityNotFoundException: ")


def test_a_connections_properties_for_one_environment_are_refused(glue):
    name = unique("c")
    given = {"Name": name, "ConnectionType": "JDBC", "ConnectionProperties": {"HOST": "h"}}
    glue.create_connection(ConnectionInput={**given, "SparkProperties": {"HOST": "other"}})
    for call, more in (
        (glue.update_connection, {"Name": name, "ConnectionInput": given}),
        (glue.delete_connection, {"ConnectionName": name}),
        (glue.batch_delete_connection, {"ConnectionNameList": [name]}),
    ):
        assert error_of(call, CatalogId=OTHER, **more).startswith("EntityNotFoundException: ")
    assert glue.get_connection(Name=name, ApplyOverrideForComputeEnvironment="ATHENA")["Connection"]["Name"] == name
    error = error_of(glue.get_connection, Name=name, ApplyOverrideForComputeEnvironment="SPARK")
    assert error.startswith("OperationNotSupportedException: ApplyOverrideForComputeEnvironment")


def test_the_same_token_makes_one_ruleset(glue):
    name, token = unique("r"), unique()
    for _ in range(2):
        made = glue.create_data_quality_ruleset(Name=name, Ruleset="Rules = [RowCount > 0]", ClientToken=token)
        assert made["Name"] == name
    error = error_of(glue.create_data_quality_ruleset, Name=name, Ruleset="Rules = [RowCount > 0]", ClientToken="x")
    assert error.startswith("AlreadyExistsException: ")
    assert "ClientToken" not in glue.get_data_quality_ruleset(Name=name)
