"""Versions of schemas, their compatibility and their metadata, through the API."""

import json

import pytest

from tests.local_aws.aws_server import error_of
from tests.local_aws.glue.schemas.avro_schemas import NEEDED, A, B, record
from tests.local_aws.glue.schemas.conftest import text


def test_the_same_definition_is_the_same_version(registry):
    schema = registry.schema(record(A))
    first = registry.get(schema)
    again = registry.register(schema, json.dumps(record(A), indent=4, sort_keys=True))
    assert (again["SchemaVersionId"], again["VersionNumber"]) == (first["SchemaVersionId"], 1)
    assert first["SchemaDefinition"] == text(record(A))


@pytest.mark.parametrize(
    ("mode", "first", "second", "status"),
    [  # developer guide, "Schema versioning and compatibility": fields added and deleted
        ("BACKWARD", record(A, NEEDED), record(A), "AVAILABLE"),
        ("BACKWARD", record(A), record(A, NEEDED), "FAILURE"),
        ("BACKWARD", record(A), record(A, B), "AVAILABLE"),
        ("FORWARD", record(A), record(A, NEEDED), "AVAILABLE"),
        ("FORWARD", record(A, NEEDED), record(A), "FAILURE"),
        ("FORWARD", record(A, B), record(A), "AVAILABLE"),
        ("FULL", record(A), record(A, B), "AVAILABLE"),
        ("FULL", record(A), record(A, NEEDED), "FAILURE"),
        ("FULL", record(A, NEEDED), record(A), "FAILURE"),
        ("NONE", record(A), {"type": "string"}, "AVAILABLE"),
    ],
)
def test_a_mode_lets_pass_what_can_be_read(registry, mode, first, second, status):
    schema = registry.schema(first, mode)
    assert registry.register(schema, second)["Status"] == status


@pytest.mark.parametrize(
    ("mode", "status"), [("BACKWARD", "AVAILABLE"), ("BACKWARD_ALL", "FAILURE"), ("FULL_ALL", "FAILURE")]
)
def test_all_modes_look_at_all_versions_from_the_checkpoint_on(registry, glue, mode, status):
    other = {"name": "b", "type": "string", "default": ""}
    schema = registry.schema(record(A, other), mode)
    assert registry.register(schema, record(A))["Status"] == "AVAILABLE"
    assert registry.register(schema, record(A, B))["Status"] == status  # b is another type than in version 1
    glue.update_schema(SchemaId=schema, SchemaVersionNumber={"VersionNumber": 2})
    assert registry.register(schema, record(A, {**B, "default": 1}))["Status"] == "AVAILABLE"


def test_forward_all_asks_each_reader(registry):
    schema = registry.schema(record(A, B), "FORWARD_ALL")
    assert registry.register(schema, record(A))["Status"] == "AVAILABLE"
    assert registry.register(schema, record(A, {"name": "b", "type": "string"}))["Status"] == "FAILURE"


def test_a_version_that_failed_is_kept_and_never_the_latest(registry, glue):
    schema = registry.schema(record(A), "BACKWARD")
    failed = registry.register(schema, record(A, NEEDED))
    assert failed["VersionNumber"] == 2
    assert glue.get_schema_version(SchemaVersionId=failed["SchemaVersionId"])["Status"] == "FAILURE"
    assert registry.get(schema)["VersionNumber"] == 1
    assert glue.get_schema(SchemaId=schema)["LatestSchemaVersion"] == 1
    assert registry.register(schema, record(A, NEEDED)) == {**failed, "ResponseMetadata": _anything}
    assert registry.register(schema, record(A, B))["VersionNumber"] == 3


class _Anything:
    def __eq__(self, other):
        return True

    __hash__ = None


_anything = _Anything()


def test_disabled_takes_no_second_version(registry):
    schema = registry.schema(record(A), "DISABLED")
    assert error_of(registry.register, schema_id=schema, definition=record(A, B)) == (
        "InvalidInputException: Compatibility DISABLED does not allow versioning. SchemaId: SchemaId(schemaArn=null, "
        f"schemaName={schema['SchemaName']}, registryName={registry.name})"
    )


def test_a_definition_that_is_none_is_refused(registry, glue):
    refused = error_of(registry.schema, definition='{"type": "record", "fields": []}')
    assert refused == "InvalidInputException: Schema definition of AVRO data format is invalid: No name in schema"
    assert error_of(registry.schema, definition="{").startswith(
        "InvalidInputException: Schema definition of AVRO data format is invalid: "
    )
    assert glue.check_schema_version_validity(DataFormat="AVRO", SchemaDefinition=text(record(A)))["Valid"] is True
    checked = glue.check_schema_version_validity(DataFormat="JSON", SchemaDefinition='{"type": "objekt"}')
    assert (checked["Valid"], "objekt" in checked["Error"]) == (False, True)


def test_protobuf_is_kept_and_not_looked_at(registry, glue):
    schema = registry.schema('syntax = "proto3";', "BACKWARD", "PROTOBUF")
    refusal = error_of(registry.register, schema_id=schema, definition='syntax = "proto3"; message M {}')
    assert refusal.startswith("OperationNotSupportedException: The compatibility BACKWARD of versions in PROTOBUF")
    assert registry.register(schema, 'syntax = "proto3";')["VersionNumber"] == 1
    glue.update_schema(SchemaId=schema, Compatibility="NONE", SchemaVersionNumber={"LatestVersion": True})
    assert registry.register(schema, 'syntax = "proto3"; message M {}')["VersionNumber"] == 2
    check = error_of(glue.check_schema_version_validity, DataFormat="PROTOBUF", SchemaDefinition="x")
    assert check.startswith("OperationNotSupportedException: ")
    numbers = {"FirstSchemaVersionNumber": {"VersionNumber": 1}, "SecondSchemaVersionNumber": {"VersionNumber": 2}}
    difference = error_of(glue.get_schema_versions_diff, SchemaId=schema, **numbers, SchemaDiffType="SYNTAX_DIFF")
    assert difference.startswith("OperationNotSupportedException: ")


def test_a_serializer_finds_its_definition_or_is_told_what_is_missing(registry, glue):
    """AWS's serializers create a schema after the one sentence, and register a version after the other."""
    schema = registry.schema(record(A))
    found = glue.get_schema_by_definition(SchemaId=schema, SchemaDefinition=text(record(A)))
    assert found["SchemaVersionId"] == registry.get(schema)["SchemaVersionId"]
    absent = error_of(glue.get_schema_by_definition, SchemaId=schema, SchemaDefinition=text(record(B)))
    assert absent.startswith("EntityNotFoundException: Schema version is not found.")
    nothing = {**schema, "SchemaName": "nothing"}
    absent = error_of(glue.get_schema_by_definition, SchemaId=nothing, SchemaDefinition=text(record(B)))
    assert absent.startswith("EntityNotFoundException: Schema is not found.")


def test_versions_are_listed_and_compared(registry, glue):
    schema = registry.schema(record(A))
    registry.register(schema, record(A, B))
    listed = glue.list_schema_versions(SchemaId=schema)["Schemas"]
    assert [(entry["VersionNumber"], entry["Status"]) for entry in listed] == [(1, "AVAILABLE"), (2, "AVAILABLE")]
    found = glue.get_schema_versions_diff(
        SchemaId=schema,
        FirstSchemaVersionNumber={"VersionNumber": 1},
        SecondSchemaVersionNumber={"LatestVersion": True},
        SchemaDiffType="SYNTAX_DIFF",
    )
    assert json.loads(found["Diff"]) == [{"op": "add", "path": "/fields/1", "value": B}]


def test_ranges_of_versions_are_deleted(registry, glue):
    schema = registry.schema(record(A))
    for number in range(2, 6):
        registry.register(schema, record({**B, "default": number}))
    third = registry.get(schema, 3)["SchemaVersionId"]
    errors = glue.delete_schema_versions(SchemaId=schema, Versions="3-7")["SchemaVersionErrors"]
    assert [(entry["VersionNumber"], entry["ErrorDetails"]["ErrorCode"]) for entry in errors] == [
        (6, "EntityNotFoundException"),
        (7, "EntityNotFoundException"),
    ]
    assert [entry["VersionNumber"] for entry in glue.list_schema_versions(SchemaId=schema)["Schemas"]] == [1, 2]
    assert error_of(glue.get_schema_version, SchemaVersionId=third).startswith("EntityNotFoundException: ")
    found = glue.get_schema(SchemaId=schema)
    assert (found["LatestSchemaVersion"], found["NextSchemaVersion"]) == (2, 6)


@pytest.mark.parametrize("versions", ["1", "1-2", "2", "2-3", "3-2", "3-28"])
def test_the_first_version_the_checkpoint_and_odd_ranges_stay(registry, glue, versions):
    schema = registry.schema(record(A))
    for number in (2, 3):
        registry.register(schema, record({**B, "default": number}))
    glue.update_schema(SchemaId=schema, SchemaVersionNumber={"VersionNumber": 2})
    refused = error_of(glue.delete_schema_versions, SchemaId=schema, Versions=versions)
    assert refused.startswith("InvalidInputException: ")
    assert len(glue.list_schema_versions(SchemaId=schema)["Schemas"]) == 3


def test_an_all_mode_needs_its_versions(registry, glue):
    schema = registry.schema(record(A), "FULL_ALL")
    registry.register(schema, record(A, B))
    registry.register(schema, record(A, NEEDED))
    errors = glue.delete_schema_versions(SchemaId=schema, Versions="2-3")["SchemaVersionErrors"]
    assert [(entry["VersionNumber"], entry["ErrorDetails"]["ErrorCode"]) for entry in errors] == [
        (2, "InvalidInputException")
    ]
    assert [entry["VersionNumber"] for entry in glue.list_schema_versions(SchemaId=schema)["Schemas"]] == [1, 2]


@pytest.mark.parametrize(
    ("asked", "error"),
    [
        ({}, "At least one of (registryName and schemaName) or schemaArn has to be provided."),
        ({"number": {}}, "One of version number (or) latest version is required."),
        ({"number": {"VersionNumber": 1, "LatestVersion": True}}, "Only one of VersionNumber or LatestVersion is"),
        ({"id": "0" * 8 + "-0000-0000-0000-" + "0" * 12, "number": {"LatestVersion": True}}, "No other input"),
    ],
)
def test_how_a_version_is_named(registry, glue, asked, error):
    schema = registry.schema(record(A))
    params = {"SchemaId": schema, "SchemaVersionNumber": asked["number"]} if "number" in asked else {}
    params |= {"SchemaVersionId": asked["id"]} if "id" in asked else {}
    assert error_of(glue.get_schema_version, **params).startswith(f"InvalidInputException: {error}")


def test_metadata_of_a_version(registry, glue):
    schema = registry.schema(record(A))
    version = registry.get(schema)["SchemaVersionId"]
    first = {"SchemaId": schema, "SchemaVersionNumber": {"LatestVersion": True}}
    for key, value in (("team", "a"), ("team", "b"), ("env", "dev")):
        glue.put_schema_version_metadata(**first, MetadataKeyValue={"MetadataKey": key, "MetadataValue": value})
    found = glue.query_schema_version_metadata(SchemaVersionId=version)
    team = found["MetadataInfoMap"]["team"]
    assert found["SchemaVersionId"] == version
    assert (team["MetadataValue"], [each["MetadataValue"] for each in team["OtherMetadataValueList"]]) == ("a", ["b"])
    asked = glue.query_schema_version_metadata(SchemaVersionId=version, MetadataList=[{"MetadataValue": "dev"}])
    assert list(asked["MetadataInfoMap"]) == ["env"]
    page = glue.query_schema_version_metadata(SchemaVersionId=version, MaxResults=1)
    rest = glue.query_schema_version_metadata(SchemaVersionId=version, NextToken=page["NextToken"])
    assert (list(page["MetadataInfoMap"]), list(rest["MetadataInfoMap"])) == (["team"], ["env"])
    pair = {"MetadataKey": "team", "MetadataValue": "a"}
    glue.remove_schema_version_metadata(SchemaVersionId=version, MetadataKeyValue=pair)
    left = glue.query_schema_version_metadata(SchemaVersionId=version)["MetadataInfoMap"]["team"]
    assert (left["MetadataValue"], "OtherMetadataValueList" in left) == ("b", False)
    gone = error_of(glue.remove_schema_version_metadata, SchemaVersionId=version, MetadataKeyValue=pair)
    assert gone.startswith("EntityNotFoundException: ")
