"""The Data Catalog's own policy and encryption settings, and usage profiles."""

import json

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, allow, error_of, unique


@pytest.fixture
def glue(local_aws):
    client = local_aws.client("glue")
    yield client
    if not error_of(client.get_resource_policy):
        client.delete_resource_policy()


def policy(effect, action, principal, *resources):
    statement = {"Effect": effect, "Principal": {"AWS": principal}, "Action": action, "Resource": list(resources)}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


def arn(*names):
    return f"arn:aws:glue:{REGION}:{ACCOUNT}:{'/'.join(names)}"


ANY = policy("Allow", "glue:GetTable", f"arn:aws:iam::{ACCOUNT}:root", arn("*"))


def test_there_is_no_policy_at_first(glue):
    for call in (glue.get_resource_policy, glue.delete_resource_policy):
        assert error_of(call) == "EntityNotFoundException: Policy not found"
    assert glue.get_resource_policies()["GetResourcePoliciesResponseList"] == []


def test_a_policy_is_kept_and_shown(glue):
    policy_hash = glue.put_resource_policy(PolicyInJson=ANY, EnableHybrid="TRUE")["PolicyHash"]
    shown = glue.get_resource_policy()
    assert (shown["PolicyInJson"], shown["PolicyHash"]) == (ANY, policy_hash)
    assert shown["CreateTime"] <= shown["UpdateTime"]
    listed = glue.get_resource_policies(MaxResults=1)["GetResourcePoliciesResponseList"]
    assert [each["PolicyHash"] for each in listed] == [policy_hash]
    assert glue.get_resource_policy(ResourceArn=arn("catalog"))["PolicyHash"] == policy_hash
    assert error_of(glue.get_resource_policy, ResourceArn=arn("database", "d")).startswith("EntityNotFoundException: ")
    glue.delete_resource_policy()
    assert error_of(glue.get_resource_policy) == "EntityNotFoundException: Policy not found"


def test_conditions_on_the_policy_that_is_there(glue):
    unmet = "ConditionCheckFailureException: "
    put = glue.put_resource_policy
    assert error_of(put, PolicyInJson=ANY, PolicyExistsCondition="MUST_EXIST").startswith(unmet)
    first = put(PolicyInJson=ANY, PolicyExistsCondition="NOT_EXIST")["PolicyHash"]
    assert error_of(put, PolicyInJson=ANY, PolicyExistsCondition="NOT_EXIST").startswith(unmet)
    assert error_of(put, PolicyInJson=ANY, PolicyHashCondition="other").startswith(unmet)
    other = ANY.replace("GetTable", "GetTables")
    second = put(PolicyInJson=other, PolicyHashCondition=first, PolicyExistsCondition="MUST_EXIST")["PolicyHash"]
    assert second != first
    assert error_of(glue.delete_resource_policy, PolicyHashCondition=first).startswith(unmet)
    glue.delete_resource_policy(PolicyHashCondition=second)


@pytest.mark.parametrize(
    "document",
    [
        "no json",
        '{"Version": "2012-10-17"}',
        ANY.replace("Principal", "NoPrincipal"),
        ANY.replace("glue:GetTable", "s3:GetObject"),
        policy("Allow", "glue:GetTable", "nobody", arn("*")),
        ANY + " " * 10_240,
    ],
)
def test_what_is_no_policy_of_glue_is_refused(glue, document):
    assert error_of(glue.put_resource_policy, PolicyInJson=document).startswith("InvalidInputException: ")


def test_a_single_resource_takes_no_policy(glue):
    assert error_of(glue.put_resource_policy, PolicyInJson=ANY, ResourceArn=arn("catalog")) == (
        "InvalidInputException: Glue resource level policy is not currently supported"
    )


def test_a_policy_that_denies_holds_and_one_that_allows_gives(local_aws, glue):
    database = unique()
    glue.create_database(DatabaseInput={"Name": database})
    who = local_aws.user(allow("glue:GetDatabase"))
    keys = {"AccessKeyId": who["AccessKeyId"], "SecretAccessKey": who["SecretAccessKey"]}
    theirs = local_aws.client("glue", keys)
    user = local_aws.client("sts", keys).get_caller_identity()["Arn"]
    theirs.get_database(Name=database)
    assert error_of(theirs.get_tables, DatabaseName=database).startswith("AccessDeniedException: ")

    glue.put_resource_policy(PolicyInJson=policy("Deny", "glue:GetDatabase", "*", arn("database", database)))
    assert error_of(theirs.get_database, Name=database).startswith("AccessDeniedException: ")
    glue.get_database(Name=database)

    reads = policy("Allow", "glue:GetTables", user, arn("catalog"), arn("database", "*"), arn("table", "*"))
    glue.put_resource_policy(PolicyInJson=reads)
    assert theirs.get_tables(DatabaseName=database)["TableList"] == []
    theirs.get_database(Name=database)


def test_encryption_settings_are_kept_and_shown(glue):
    get = glue.get_data_catalog_encryption_settings
    unset = {
        "EncryptionAtRest": {"CatalogEncryptionMode": "DISABLED"},
        "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": False},
    }
    assert get()["DataCatalogEncryptionSettings"] == unset
    at_rest = {"CatalogEncryptionMode": "SSE-KMS", "SseAwsKmsKeyId": "alias/k"}
    glue.put_data_catalog_encryption_settings(DataCatalogEncryptionSettings={"EncryptionAtRest": at_rest})
    assert get(CatalogId=ACCOUNT)["DataCatalogEncryptionSettings"] == {**unset, "EncryptionAtRest": at_rest}
    glue.put_data_catalog_encryption_settings(DataCatalogEncryptionSettings=unset)
    assert get()["DataCatalogEncryptionSettings"] == unset
    assert error_of(get, CatalogId="111111111111").startswith("EntityNotFoundException: ")


def test_usage_profiles_are_made_changed_listed_and_deleted(glue):
    name = unique()
    first = {"JobConfiguration": {"numberOfWorkers": {"DefaultValue": "5", "MinValue": "1", "MaxValue": "10"}}}
    glue.create_usage_profile(Name=name, Description="d", Configuration=first, Tags={"t": "v"})
    assert error_of(glue.create_usage_profile, Name=name, Configuration={}).startswith("AlreadyExistsException: ")
    assert glue.get_tags(ResourceArn=arn("usageProfile", name))["Tags"] == {"t": "v"}
    second = {"SessionConfiguration": {"workerType": {"AllowedValues": ["G.1X", "G.2X"]}}}
    assert glue.update_usage_profile(Name=name, Configuration=second)["Name"] == name
    shown = glue.get_usage_profile(Name=name)
    assert (shown["Description"], shown["Configuration"]) == ("d", second)
    assert shown["CreatedOn"] <= shown["LastModifiedOn"]
    listed = [each for each in glue.list_usage_profiles()["Profiles"] if each["Name"] == name]
    assert [sorted(each) for each in listed] == [["CreatedOn", "Description", "LastModifiedOn", "Name"]]
    glue.delete_usage_profile(Name=name)
    glue.delete_usage_profile(Name=name)
    assert error_of(glue.get_usage_profile, Name=name).startswith("EntityNotFoundException: ")
    assert error_of(glue.update_usage_profile, Name=name, Configuration={}).startswith("EntityNotFoundException: ")


def test_they_outlive_a_restart(fresh_local_aws):
    glue = fresh_local_aws.client("glue")
    policy_hash = glue.put_resource_policy(PolicyInJson=ANY)["PolicyHash"]
    settings = {
        "EncryptionAtRest": {"CatalogEncryptionMode": "SSE-KMS"},
        "ConnectionPasswordEncryption": {"ReturnConnectionPasswordEncrypted": True, "AwsKmsKeyId": "k"},
    }
    glue.put_data_catalog_encryption_settings(DataCatalogEncryptionSettings=settings)
    glue.create_usage_profile(Name="p", Configuration={})
    fresh_local_aws.stop(9)
    glue = fresh_local_aws.start().client("glue")
    assert glue.get_resource_policy()["PolicyHash"] == policy_hash
    assert glue.get_data_catalog_encryption_settings()["DataCatalogEncryptionSettings"] == settings
    assert [profile["Name"] for profile in glue.list_usage_profiles()["Profiles"]] == ["p"]
