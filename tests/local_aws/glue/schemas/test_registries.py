"""Registries and schemas: made, shown, listed, changed, deleted with all that is in them."""

import pytest

from local_aws.emulator.requests.constraints import CHECKED_LATER
from local_aws.glue.schemas.arns import SCHEMA_OPERATIONS
from tests.local_aws.aws_server import ACCOUNT, REGION, error_of, unique
from tests.local_aws.glue.schemas.avro_schemas import A, B, record
from tests.local_aws.glue.schemas.conftest import text

NO_ID = "00000000-0000-0000-0000-000000000000"
PREFIX = f"arn:aws:glue:{REGION}:{ACCOUNT}:"


@pytest.fixture
def own(glue):
    """A registry of one test's own."""
    name = unique("own")
    glue.create_registry(RegistryName=name, Description="d", Tags={"k": "v"})
    yield name
    error_of(glue.delete_registry, RegistryId={"RegistryName": name})


def test_a_registry_is_shown_changed_and_listed(glue, own):
    arn = f"{PREFIX}registry/{own}"
    assert glue.get_tags(ResourceArn=arn)["Tags"] == {"k": "v"}
    glue.update_registry(RegistryId={"RegistryArn": arn}, Description="e")
    found = glue.get_registry(RegistryId={"RegistryName": own})
    assert (found["RegistryArn"], found["Description"], found["Status"]) == (arn, "e", "AVAILABLE")
    pages = glue.get_paginator("list_registries").paginate(PaginationConfig={"PageSize": 1})
    assert own in [entry["RegistryName"] for page in pages for entry in page["Registries"]]


def test_a_registry_goes_with_its_schemas(glue, own):
    made = glue.create_schema(
        RegistryId={"RegistryName": own},
        SchemaName="s",
        DataFormat="AVRO",
        SchemaDefinition=text(record(A)),
        Tags={"x": "y"},
    )
    assert glue.get_tags(ResourceArn=made["SchemaArn"])["Tags"] == {"x": "y"}
    assert glue.delete_registry(RegistryId={"RegistryName": own})["Status"] == "DELETING"
    assert error_of(glue.get_schema, SchemaId={"SchemaArn": made["SchemaArn"]}).startswith("EntityNotFoundException: ")
    assert error_of(glue.get_schema_version, SchemaVersionId=made["SchemaVersionId"]).startswith(
        "EntityNotFoundException: Schema version is not found."
    )
    assert error_of(glue.get_registry, RegistryId={"RegistryName": own}) == (
        f"EntityNotFoundException: Registry is not found. RegistryName: {own}"
    )


def test_names_that_are_taken_or_told_twice(glue, own):
    assert error_of(glue.create_registry, RegistryName=own) == (
        f"AlreadyExistsException: Registry already exists. RegistryName: {own}"
    )
    both = {"RegistryName": own, "RegistryArn": f"{PREFIX}registry/{own}"}
    assert error_of(glue.get_registry, RegistryId=both) == (
        "InvalidInputException: One of registryName or registryArn has to be provided, both cannot be provided."
    )
    other = f"arn:aws:glue:{REGION}:111122223333:registry/{own}"
    assert error_of(glue.get_registry, RegistryId={"RegistryArn": other}).endswith("Parameter Name: registryArn")


def test_an_account_has_ten_registries(glue):
    made, error = [], ""
    try:
        while not error and len(made) <= 10:
            name = unique("many")
            error = error_of(glue.create_registry, RegistryName=name)
            made += [] if error else [name]
        assert error == (
            "ResourceNumberLimitExceededException: More registries cannot be created. "
            "The maximum limit has been reached."
        )
        assert len(glue.list_registries(MaxResults=100)["Registries"]) == 10
    finally:
        for name in made:
            glue.delete_registry(RegistryId={"RegistryName": name})


def test_the_default_registry_is_there_when_it_is_needed(glue):
    made = glue.create_schema(SchemaName=unique("s"), DataFormat="AVRO", SchemaDefinition=text(record(A)))
    assert (made["RegistryName"], made["Compatibility"]) == ("default-registry", "BACKWARD")
    assert made["RegistryArn"] == f"{PREFIX}registry/default-registry"
    assert glue.get_registry(RegistryId={"RegistryName": "default-registry"})["Status"] == "AVAILABLE"
    glue.delete_registry(RegistryId={"RegistryName": "default-registry"})
    assert error_of(glue.get_registry, RegistryId={}).endswith("RegistryName: default-registry")


def test_a_schema_is_shown_and_listed(registry, glue):
    schema = registry.schema(record(A), "FULL", Description="d")
    registry.register(schema, record(A, B))
    found = glue.get_schema(SchemaId=schema)
    expected = {
        **schema,
        "SchemaArn": f"{PREFIX}schema/{registry.name}/{schema['SchemaName']}",
        "RegistryArn": f"{PREFIX}registry/{registry.name}",
        "Description": "d",
        "DataFormat": "AVRO",
        "Compatibility": "FULL",
        "SchemaCheckpoint": 1,
        "LatestSchemaVersion": 2,
        "NextSchemaVersion": 3,
        "SchemaStatus": "AVAILABLE",
    }
    assert {name: found[name] for name in expected} == expected
    assert "Versions" not in found
    listed = glue.list_schemas(RegistryId={"RegistryName": registry.name}, MaxResults=100)["Schemas"]
    assert schema["SchemaName"] in [entry["SchemaName"] for entry in listed]


def test_a_schema_without_a_version_is_pending(registry, glue):
    name = unique("s")
    made = glue.create_schema(
        RegistryId={"RegistryName": registry.name}, SchemaName=name, DataFormat="AVRO", Compatibility="DISABLED"
    )
    assert (made["SchemaStatus"], made["NextSchemaVersion"], "SchemaVersionId" in made) == ("PENDING", 1, False)
    schema = {"RegistryName": registry.name, "SchemaName": name}
    assert registry.register(schema, record(A))["VersionNumber"] == 1
    assert glue.get_schema(SchemaId=schema)["SchemaStatus"] == "AVAILABLE"


def test_a_changed_mode_asks_for_the_checkpoint(registry, glue):
    schema = registry.schema(record(A), "NONE")
    registry.register(schema, record(B))
    assert error_of(glue.update_schema, SchemaId=schema, Compatibility="FORWARD") == (
        "InvalidInputException: One of version number (or) latest version is required."
    )
    glue.update_schema(
        SchemaId=schema, Compatibility="FORWARD", SchemaVersionNumber={"LatestVersion": True}, Description="new"
    )
    found = glue.get_schema(SchemaId=schema)
    assert (found["Compatibility"], found["SchemaCheckpoint"], found["Description"]) == ("FORWARD", 2, "new")
    missing = error_of(glue.update_schema, SchemaId=schema, SchemaVersionNumber={"VersionNumber": 9})
    assert missing.startswith("EntityNotFoundException: Schema version is not found. ")


def test_a_schema_that_is_not_there_or_told_badly(registry, glue):
    nothing = {"RegistryName": registry.name, "SchemaName": "nothing"}
    assert error_of(glue.get_schema, SchemaId=nothing) == (
        f"EntityNotFoundException: Schema is not found. RegistryName: {registry.name}, SchemaName: nothing, "
        "SchemaArn: null"
    )
    assert error_of(glue.get_schema, SchemaId={"SchemaName": "s"}) == (
        "InvalidInputException: At least one of (registryName and schemaName) or schemaArn has to be provided."
    )
    refused = error_of(glue.create_schema, RegistryId={"RegistryName": "no"}, SchemaName="s", DataFormat="AVRO")
    assert refused == "EntityNotFoundException: Registry is not found. RegistryName: no"


def test_everything_is_there_after_a_kill(fresh_local_aws):
    glue = fresh_local_aws.client("glue")
    made = glue.create_schema(SchemaName="s", DataFormat="AVRO", SchemaDefinition=text(record(A)), Tags={"k": "v"})
    schema = {"SchemaArn": made["SchemaArn"]}
    second = glue.register_schema_version(SchemaId=schema, SchemaDefinition=text(record(A, B)))["SchemaVersionId"]
    pair = {"MetadataKey": "k", "MetadataValue": "v"}
    glue.put_schema_version_metadata(SchemaVersionId=second, MetadataKeyValue=pair)
    fresh_local_aws.stop(9)
    fresh_local_aws.start()
    glue = fresh_local_aws.client("glue")
    assert glue.get_schema_version(SchemaVersionId=second)["SchemaDefinition"] == text(record(A, B))
    assert list(glue.query_schema_version_metadata(SchemaVersionId=second)["MetadataInfoMap"]) == ["k"]
    assert glue.get_tags(ResourceArn=made["SchemaArn"])["Tags"] == {"k": "v"}


WORDS = (
    "InvalidInputException: The parameter value contains one or more characters that are not valid. Parameter Name: "
)
LENGTH = "InvalidInputException: The resource name contains too many or too few characters. Parameter Name: "
MADE = {"SchemaName": "s", "DataFormat": "AVRO", "SchemaDefinition": "{}"}


@pytest.mark.parametrize(
    ("operation", "params", "said"),
    [  # the first is quoted from a public log of AWS, the others are a public emulator's
        ("get_registry", {"RegistryId": {"RegistryName": "news naver"}}, f"{WORDS}registryName"),
        ("create_registry", {"RegistryName": "a" * 256}, f"{LENGTH}registryName"),
        ("create_registry", {"RegistryName": "a", "Description": "a" * 2049}, f"{LENGTH}description"),
        ("get_registry", {"RegistryId": {"RegistryArn": "no:arn"}}, f"{WORDS}registryArn"),
        ("create_schema", {**MADE, "SchemaName": "a,b"}, f"{WORDS}schemaName"),
        ("create_schema", {**MADE, "DataFormat": "XML"}, "InvalidInputException: Data format is not valid."),
        ("create_schema", {**MADE, "Compatibility": "NO"}, "InvalidInputException: Compatibility is not valid."),
        ("create_schema", {**MADE, "SchemaDefinition": " \n"}, f"{WORDS}schemaDefinition"),
        ("create_schema", {**MADE, "SchemaDefinition": "a" * 170_001}, f"{LENGTH}schemaDefinition"),
        ("get_schema_version", {"SchemaVersionId": "0" * 36}, f"{WORDS}SchemaVersionId"),
        (
            "put_schema_version_metadata",
            {"SchemaVersionId": NO_ID, "MetadataKeyValue": {"MetadataKey": "a~b", "MetadataValue": "c"}},
            f"{WORDS}key",
        ),
        (
            "create_registry",
            {"RegistryName": "a", "Tags": {f"k{number}": "v" for number in range(51)}},
            "InvalidInputException: New Tags cannot be empty or more than 50",
        ),
        (
            "list_registries",
            {"MaxResults": 101},
            (
                "ValidationException: 1 validation error detected: Value '101' at 'maxResults' failed to satisfy "
                "constraint: Member must have value less than or equal to 100"
            ),
        ),
    ],
)
def test_the_registry_has_words_of_its_own(unchecked, operation, params, said):
    assert error_of(getattr(unchecked, operation), **params) == said


@pytest.fixture(scope="module")
def unchecked(local_aws):
    """A client that checks nothing by itself."""
    return local_aws.client("glue", parameter_validation=False)


def test_the_front_leaves_these_to_the_registry():
    assert {f"{operation}Input" for operation in SCHEMA_OPERATIONS} == CHECKED_LATER
