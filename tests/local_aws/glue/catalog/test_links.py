"""What stands for something elsewhere - resource links, federated databases, multi-dialect views - is made and shown;
what would read it is refused by name."""

import pytest
from botocore.exceptions import ClientError

from tests.local_aws.aws_server import ACCOUNT, error_of, unique
from tests.local_aws.cloudformation.stack import Stack

DATABASE = {"CatalogId": ACCOUNT, "DatabaseName": "elsewhere"}
FEDERATED = {"Identifier": "arn:aws:redshift:eu-west-1:1:ns", "ConnectionName": "aws:redshift"}
TABLE = {**DATABASE, "Name": "theirs"}
VIEW = {
    "IsProtected": True,
    "Representations": [{"Dialect": "ATHENA", "DialectVersion": "3", "ViewOriginalText": "SELECT 1"}],
}


@pytest.fixture
def glue(local_aws):
    return local_aws.client("glue")


@pytest.fixture
def database(glue):
    name = unique("d")
    glue.create_database(DatabaseInput={"Name": name})
    return name


def refusal(local_aws, sql, database):
    """What StartQueryExecution says, or the query's end."""
    try:
        return local_aws.query(sql, database)["Status"]["StateChangeReason"]
    except ClientError as error:
        return str(error)


@pytest.mark.parametrize(
    ("member", "given", "what"),
    [
        ("TargetDatabase", DATABASE, "resource link"),
        ("FederatedDatabase", FEDERATED, "federated database"),
    ],
)
def test_a_database_of_elsewhere(local_aws, glue, member, given, what):
    name = unique("d")
    glue.create_database(DatabaseInput={"Name": name, member: given})
    assert glue.get_database(Name=name)["Database"][member] == given
    refused = f"OperationNotSupportedException: What asks for tables of the {what} {name} is not supported"
    for call, more in (
        (glue.get_tables, {}),
        (glue.get_table, {"Name": "t"}),
        (glue.create_table, {"TableInput": {"Name": "t"}}),
        (glue.get_partitions, {"TableName": "t"}),
    ):
        assert error_of(call, DatabaseName=name, **more).startswith(refused)
    assert f"NOT_SUPPORTED: the {what} {name}" in refusal(local_aws, "SELECT * FROM t", name)
    glue.delete_database(Name=name)


@pytest.mark.parametrize(
    ("member", "given", "what"),
    [("TargetTable", TABLE, "resource link"), ("ViewDefinition", VIEW, "multi-dialect view")],
)
def test_a_table_of_elsewhere(local_aws, glue, database, member, given, what):
    glue.create_table(DatabaseName=database, TableInput={"Name": "mine", member: given})
    shown = glue.get_table(DatabaseName=database, Name="mine")["Table"]
    assert shown[member] == given
    assert shown.get("IsMultiDialectView", False) == (member == "ViewDefinition")
    for sql in ("SELECT * FROM mine", "INSERT INTO mine VALUES (1)"):
        assert f"NOT_SUPPORTED: the {what} mine" in refusal(local_aws, sql, database)


def test_partitions_of_a_link_are_refused(glue, database):
    glue.create_table(DatabaseName=database, TableInput={"Name": "mine", "TargetTable": TABLE})
    assert error_of(glue.get_partitions, DatabaseName=database, TableName="mine").startswith(
        "OperationNotSupportedException: What asks for partitions of the resource link mine is not supported"
    )


def test_a_stack_makes_links(local_aws, glue, database):
    stack, link = Stack(local_aws), unique("d")
    of_link = {"CatalogId": ACCOUNT, "DatabaseInput": {"Name": link, "TargetDatabase": DATABASE}}
    of_table = {"CatalogId": ACCOUNT, "DatabaseName": database, "TableInput": {"Name": "mine", "TargetTable": TABLE}}
    made = {
        "Link": {"Type": "AWS::Glue::Database", "Properties": of_link},
        "Table": {"Type": "AWS::Glue::Table", "Properties": of_table},
    }
    assert stack.apply(made) == "CREATE_COMPLETE", stack.reasons()
    assert glue.get_database(Name=link)["Database"]["TargetDatabase"] == DATABASE
    assert glue.get_table(DatabaseName=database, Name="mine")["Table"]["TargetTable"] == TABLE
    stack.delete()
