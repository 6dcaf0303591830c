"""Work groups and named queries, through the API and in stacks."""

import pytest

from tests.local_aws.aws_server import error_of, unique
from tests.local_aws.cloudformation.stack import Stack


@pytest.fixture
def athena(local_aws):
    return local_aws.client("athena")


def configuration(athena, name):
    return athena.get_work_group(WorkGroup=name)["WorkGroup"]["Configuration"]


def group(name, recursive=True, **settings):
    properties = {"Name": name, "RecursiveDeleteOption": recursive, "WorkGroupConfiguration": settings}
    return {"Group": {"Type": "AWS::Athena::WorkGroup", "Properties": properties}}


def test_an_update_changes_what_it_names_and_takes_away_what_it_removes(athena):
    name = unique("wg")
    results = {"OutputLocation": "s3://b/", "EncryptionConfiguration": {"EncryptionOption": "SSE_S3"}}
    athena.create_work_group(
        Name=name, Configuration={"ResultConfiguration": results, "BytesScannedCutoffPerQuery": 20_000_000}
    )
    updates = {
        "RemoveBytesScannedCutoffPerQuery": True,
        "RequesterPaysEnabled": True,
        "ResultConfigurationUpdates": {"OutputLocation": "s3://c/", "RemoveEncryptionConfiguration": True},
    }
    athena.update_work_group(WorkGroup=name, State="DISABLED", ConfigurationUpdates=updates)
    engine = {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"}
    assert configuration(athena, name) == {
        "ResultConfiguration": {"OutputLocation": "s3://c/"},
        "RequesterPaysEnabled": True,
        "EnforceWorkGroupConfiguration": True,
        "PublishCloudWatchMetricsEnabled": False,
        "EnableMinimumEncryptionConfiguration": False,
        "EngineVersion": engine,
    }
    (listed,) = [entry for entry in athena.list_work_groups()["WorkGroups"] if entry["Name"] == name]
    assert (listed["State"], listed["EngineVersion"]) == ("DISABLED", engine)


def test_the_group_of_the_start_tells_every_setting(athena):
    # As AWS answers it in an account where nobody changed it (public answers of 2026).
    assert configuration(athena, "primary") == {
        "ResultConfiguration": {},
        "EnforceWorkGroupConfiguration": False,
        "EnableMinimumEncryptionConfiguration": False,
        "PublishCloudWatchMetricsEnabled": False,
        "RequesterPaysEnabled": False,
        "EngineVersion": {"SelectedEngineVersion": "AUTO", "EffectiveEngineVersion": "Athena engine version 3"},
    }


def test_a_group_that_holds_something_goes_only_when_asked_to(athena):
    name = unique("wg")
    athena.create_work_group(Name=name)
    athena.create_named_query(Name="q", Database="d", QueryString="SELECT 1", WorkGroup=name)
    assert error_of(athena.delete_work_group, WorkGroup=name) == (
        f"InvalidRequestException: WorkGroup {name} is not empty"
    )
    athena.delete_work_group(WorkGroup=name, RecursiveDeleteOption=True)
    assert athena.list_named_queries(WorkGroup=name)["NamedQueryIds"] == []
    assert error_of(athena.get_work_group, WorkGroup=name) == "InvalidRequestException: WorkGroup is not found."


@pytest.mark.parametrize(
    "settings",
    [
        {"EngineVersion": {"SelectedEngineVersion": "PySpark engine version 3"}},
        {"ExecutionRole": "arn:aws:iam::000000000000:role/r"},
        {"ManagedQueryResultsConfiguration": {"Enabled": True}},
    ],
)
def test_a_group_for_spark_or_managed_results_is_refused(athena, settings):
    error = error_of(athena.create_work_group, Name=unique("wg"), Configuration=settings)
    assert error.startswith("InvalidRequestException: NOT_SUPPORTED: ")


def test_a_stack_changes_its_group_and_drops_what_the_template_dropped(local_aws, athena):
    stack, name = Stack(local_aws), unique("wg")
    results = {"OutputLocation": "s3://b/"}
    stack.apply(group(name, BytesScannedCutoffPerQuery="20000000", ResultConfiguration=results))
    assert configuration(athena, name)["BytesScannedCutoffPerQuery"] == 20_000_000
    assert stack.apply(group(name, RequesterPaysEnabled="false"), update=True) == "UPDATE_COMPLETE"
    found = configuration(athena, name)
    assert (found["RequesterPaysEnabled"], found.get("BytesScannedCutoffPerQuery")) == (False, None)
    assert found.get("ResultConfiguration", {}) == {}
    stack.delete()
    assert error_of(athena.get_work_group, WorkGroup=name) == "InvalidRequestException: WorkGroup is not found."


def test_a_stack_cannot_delete_a_group_with_queries_unless_the_template_says_so(local_aws, athena):
    stack, name = Stack(local_aws), unique("wg")
    assert stack.apply(group(name, recursive=False)) == "CREATE_COMPLETE", stack.reasons()
    athena.create_named_query(Name="q", Database="d", QueryString="SELECT 1", WorkGroup=name)
    stack.cloudformation.delete_stack(StackName=stack.name)
    assert stack.status() == "DELETE_FAILED"
    assert any(f"WorkGroup {name} is not empty" in reason for reason in stack.reasons("DELETE_FAILED"))


def test_named_queries(athena):
    token, group_name = unique("t") * 4, unique("wg")
    athena.create_work_group(Name=group_name)
    made = {"Name": "q", "Database": "d", "QueryString": "SELECT 1", "WorkGroup": group_name}
    first = athena.create_named_query(**made, ClientRequestToken=token)["NamedQueryId"]
    assert athena.create_named_query(**made, ClientRequestToken=token)["NamedQueryId"] == first
    assert error_of(athena.create_named_query, **{**made, "Name": "other"}, ClientRequestToken=token) == (
        "InvalidRequestException: Idempotent parameters do not match"
    )
    second = athena.create_named_query(**{**made, "Name": "r"})["NamedQueryId"]
    athena.update_named_query(NamedQueryId=first, Name="q2", QueryString="SELECT 2", Description="d")
    assert athena.get_named_query(NamedQueryId=first)["NamedQuery"] == {
        **made,
        "Name": "q2",
        "QueryString": "SELECT 2",
        "Description": "d",
        "NamedQueryId": first,
    }
    pages = athena.get_paginator("list_named_queries").paginate(WorkGroup=group_name, PaginationConfig={"PageSize": 1})
    assert [page["NamedQueryIds"] for page in pages] == [[second], [first]]
    absent = "00000000-0000-0000-0000-000000000000"
    answer = athena.batch_get_named_query(NamedQueryIds=[first, absent])
    assert [entry["Name"] for entry in answer["NamedQueries"]] == ["q2"]
    assert [entry["NamedQueryId"] for entry in answer["UnprocessedNamedQueryIds"]] == [absent]
    athena.delete_named_query(NamedQueryId=first)
    assert error_of(athena.get_named_query, NamedQueryId=first).startswith("InvalidRequestException: ")
    assert error_of(athena.create_named_query, **{**made, "WorkGroup": "no-such"}).startswith(
        "InvalidRequestException: WorkGroup no-such is not found."
    )
