"""One registry for all tests below: an account has few."""

import json

import pytest

from tests.local_aws.aws_server import unique


class Registry:
    """A registry, and short ways to schemas in it."""

    def __init__(self, glue, name):
        self.glue, self.name = glue, name

    def schema(self, definition, mode="NONE", data_format="AVRO", **more):
        """Make a schema; return its SchemaId."""
        schema_id = {"RegistryName": self.name, "SchemaName": unique("s")}
        self.glue.create_schema(
            RegistryId={"RegistryName": self.name},
            SchemaName=schema_id["SchemaName"],
            DataFormat=data_format,
            Compatibility=mode,
            SchemaDefinition=text(definition),
            **more,
        )
        return schema_id

    def register(self, schema_id, definition):
        return self.glue.register_schema_version(SchemaId=schema_id, SchemaDefinition=text(definition))

    def get(self, schema_id, number=None):
        which = {"VersionNumber": number} if number else {"LatestVersion": True}
        return self.glue.get_schema_version(SchemaId=schema_id, SchemaVersionNumber=which)


def text(definition):
    return definition if isinstance(definition, str) else json.dumps(definition)


@pytest.fixture(scope="session")
def registry(local_aws):
    name = unique("registry")
    local_aws.client("glue").create_registry(RegistryName=name)
    return Registry(local_aws.client("glue"), name)


@pytest.fixture
def glue(local_aws):
    return local_aws.client("glue")
