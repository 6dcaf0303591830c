"""What clients of others read, they can give back."""

import pytest

from tests.local_aws.aws_server import unique


@pytest.fixture
def database(local_aws):
    local_aws.client("glue").create_database(DatabaseInput={"Name": (name := unique("d"))})
    return name


def test_a_table_without_owner_can_be_written_back_as_it_is_read(local_aws, database):
    glue = local_aws.client("glue")
    glue.create_table(DatabaseName=database, TableInput={"Name": "t", "StorageDescriptor": {"Columns": []}})
    table = glue.get_table(DatabaseName=database, Name="t")["Table"]
    assert "Owner" not in table
    assert glue.get_tables(DatabaseName=database)["TableList"] == [table]
    members = glue.meta.service_model.shape_for("TableInput").members
    glue.update_table(DatabaseName=database, TableInput={key: table[key] for key in table if key in members})


def test_an_owner_is_told(local_aws, database):
    glue = local_aws.client("glue")
    glue.create_table(DatabaseName=database, TableInput={"Name": "t", "Owner": "owner"})
    assert glue.get_table(DatabaseName=database, Name="t")["Table"]["Owner"] == "owner"


def test_a_work_group_tells_all_its_settings(local_aws):
    athena = local_aws.client("athena")
    primary = athena.get_work_group(WorkGroup="primary")["WorkGroup"]["Configuration"]
    assert primary["EnforceWorkGroupConfiguration"] is False
    assert primary["ResultConfiguration"] == {}
    given = {"ResultConfiguration": {"OutputLocation": "s3://b/x/"}, "EnforceWorkGroupConfiguration": False}
    athena.create_work_group(Name=(name := unique("w")), Configuration=given)
    made = athena.get_work_group(WorkGroup=name)["WorkGroup"]["Configuration"]
    assert made.items() >= given.items()
    assert made["RequesterPaysEnabled"] is False
