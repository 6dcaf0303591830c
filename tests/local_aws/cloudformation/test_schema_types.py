"""Registries, schemas, versions and metadata in stacks."""

import json

import pytest

from tests.local_aws.aws_server import ACCOUNT, REGION, error_of, unique

RECORD = {"type": "record", "name": "r", "fields": [{"name": "a", "type": "string"}]}
LONGER = {**RECORD, "fields": [*RECORD["fields"], {"name": "b", "type": "int", "default": 0}]}
BROKEN = {**RECORD, "fields": [*RECORD["fields"], {"name": "b", "type": "int"}]}


@pytest.fixture
def named():
    return unique("registry")


def resources(name, second=LONGER, **schema):
    return {
        "Registry": {
            "Type": "AWS::Glue::Registry",
            "Properties": {"Name": name, "Description": "d", "Tags": [{"Key": "k", "Value": "v"}]},
        },
        "Schema": {
            "Type": "AWS::Glue::Schema",
            "Properties": {
                "Registry": {"Arn": {"Ref": "Registry"}},
                "Name": "events",
                "DataFormat": "AVRO",
                "Compatibility": "BACKWARD",
                "SchemaDefinition": json.dumps(RECORD),
                "Tags": [{"Key": "k", "Value": "v"}],
                **schema,
            },
        },
        "Second": {
            "Type": "AWS::Glue::SchemaVersion",
            "Properties": {
                "Schema": {"SchemaArn": {"Fn::GetAtt": ["Schema", "Arn"]}},
                "SchemaDefinition": json.dumps(second),
            },
        },
        "Metadata": {
            "Type": "AWS::Glue::SchemaVersionMetadata",
            "Properties": {"SchemaVersionId": {"Ref": "Second"}, "Key": "team", "Value": "a"},
        },
        "FirstMetadata": {
            "Type": "AWS::Glue::SchemaVersionMetadata",
            "Properties": {
                "SchemaVersionId": {"Fn::GetAtt": ["Schema", "InitialSchemaVersionId"]},
                "Key": "first",
                "Value": "1",
            },
        },
    }


def test_everything_is_made_changed_and_deleted(stack, glue, named):
    schema = {"RegistryName": named, "SchemaName": "events"}
    assert stack.apply(resources(named)) == "CREATE_COMPLETE", stack.reasons()
    prefix = f"arn:aws:glue:{REGION}:{ACCOUNT}:"
    second = glue.get_schema_version(SchemaId=schema, SchemaVersionNumber={"VersionNumber": 2})["SchemaVersionId"]
    refs = stack.refs()
    assert refs["Registry"] == f"{prefix}registry/{named}"
    assert refs["Schema"] == f"{prefix}schema/{named}/events"
    assert (refs["Second"], refs["Metadata"]) == (second, f"{second}|team|a")
    assert glue.get_tags(ResourceArn=refs["Schema"])["Tags"].items() >= {"k": "v"}.items()
    assert list(glue.query_schema_version_metadata(SchemaVersionId=second)["MetadataInfoMap"]) == ["team"]
    first = glue.get_schema_version(SchemaId=schema, SchemaVersionNumber={"VersionNumber": 1})["SchemaVersionId"]
    assert list(glue.query_schema_version_metadata(SchemaVersionId=first)["MetadataInfoMap"]) == ["first"]

    changed = resources(named, Compatibility="FULL", CheckpointVersion={"IsLatest": True}, Description="new")
    changed["Registry"]["Properties"]["Description"] = "e"
    changed["Registry"]["Properties"]["Tags"] = [{"Key": "x", "Value": "y"}]
    changed["Metadata"]["Properties"]["Value"] = "b"
    assert stack.apply(changed, update=True) == "UPDATE_COMPLETE"
    found = glue.get_schema(SchemaId=schema)
    assert (found["Compatibility"], found["SchemaCheckpoint"], found["Description"]) == ("FULL", 2, "new")
    assert glue.get_registry(RegistryId={"RegistryName": named})["Description"] == "e"
    assert glue.get_tags(ResourceArn=refs["Registry"])["Tags"].items() >= {"x": "y"}.items()
    team = glue.query_schema_version_metadata(SchemaVersionId=second)["MetadataInfoMap"]["team"]
    assert (team["MetadataValue"], "OtherMetadataValueList" in team) == ("b", False)

    changed["Schema"]["Properties"]["CheckpointVersion"] = {"VersionNumber": 1}  # a checkpoint cannot be deleted
    assert stack.apply(changed, update=True) == "UPDATE_COMPLETE"
    stack.delete()
    assert error_of(glue.get_registry, RegistryId={"RegistryName": named}).startswith("EntityNotFoundException: ")


def test_a_version_that_is_not_compatible_fails_the_stack_and_leaves_nothing(stack, glue, named):
    glue.create_registry(RegistryName=named)
    made = resources(named, BROKEN, Registry={"Name": named})
    del made["Registry"]
    assert stack.apply({"Schema": made["Schema"]}) == "CREATE_COMPLETE"
    assert stack.apply({"Schema": made["Schema"], "Second": made["Second"]}, update=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert "not compatible" in stack.reasons("CREATE_FAILED")[0]
    schema = {"RegistryName": named, "SchemaName": "events"}
    assert [entry["VersionNumber"] for entry in glue.list_schema_versions(SchemaId=schema)["Schemas"]] == [1]
    stack.delete()
    glue.delete_registry(RegistryId={"RegistryName": named})


def test_a_changed_definition_of_a_schema_finds_its_name_taken(stack, named):
    """As public reports of AWS have it: versions are resources of their own."""
    kept = ("Registry", "Schema")
    stack.apply({name: resources(named)[name] for name in kept})
    changed = resources(named, SchemaDefinition=json.dumps(LONGER))
    assert stack.apply({name: changed[name] for name in kept}, update=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.reasons("UPDATE_FAILED")[0].startswith("Schema already exists. SchemaName: events (Service: Glue")
    stack.delete()


def test_a_changed_mode_asks_for_the_checkpoint(stack, named):
    kept = ("Registry", "Schema")
    stack.apply({name: resources(named)[name] for name in kept})
    changed = resources(named, Compatibility="FULL")
    assert stack.apply({name: changed[name] for name in kept}, update=True) == "UPDATE_ROLLBACK_COMPLETE"
    assert stack.reasons("UPDATE_FAILED")[0].startswith("One of version number (or) latest version is required.")
    stack.delete()


def test_a_table_takes_its_columns_from_a_schema(stack, glue, named):
    database = unique("db")
    kept = {name: resources(named)[name] for name in ("Registry", "Schema", "Second")}
    table = {
        "Type": "AWS::Glue::Table",
        "DependsOn": "Second",
        "Properties": {
            "CatalogId": {"Ref": "AWS::AccountId"},
            "DatabaseName": {"Ref": "Database"},
            "TableInput": {
                "Name": "t",
                "StorageDescriptor": {"SchemaReference": {"SchemaId": {"SchemaArn": {"Ref": "Schema"}}}},
            },
        },
    }
    database_of = {
        "Type": "AWS::Glue::Database",
        "Properties": {"CatalogId": {"Ref": "AWS::AccountId"}, "DatabaseInput": {"Name": database}},
    }
    assert stack.apply({**kept, "Database": database_of, "Table": table}) == "CREATE_COMPLETE", stack.reasons()
    found = glue.get_table(DatabaseName=database, Name="t")["Table"]["StorageDescriptor"]
    assert [column["Name"] for column in found["Columns"]] == ["a", "b"]
    stack.delete()
