"""Who may do what with schemas, as the developer guide's policies have it; and a serializer in a job."""

import json

from tests.local_aws.aws_server import ACCOUNT, REGION, allow, error_of
from tests.local_aws.glue.schemas.avro_schemas import A, B, record
from tests.local_aws.glue.schemas.conftest import text

SERIALIZER = """
import boto3, json, sys
glue = boto3.client("glue")
schema = {"RegistryName": sys.argv[sys.argv.index("--registry") + 1], "SchemaName": "events"}
definition = json.dumps({"type": "record", "name": "r", "fields": []})
try:
    glue.get_schema_by_definition(SchemaId=schema, SchemaDefinition=definition)
except glue.exceptions.EntityNotFoundException as error:
    assert "Schema is not found." in error.response["Error"]["Message"], error
made = glue.create_schema(RegistryId={"RegistryName": schema["RegistryName"]}, SchemaName=schema["SchemaName"],
                          DataFormat="AVRO", Compatibility="BACKWARD", SchemaDefinition=definition)
glue.put_schema_version_metadata(SchemaVersionId=made["SchemaVersionId"],
                                 MetadataKeyValue={"MetadataKey": "job", "MetadataValue": "serializer"})
print("made", made["SchemaVersionId"])
"""


def resources(registry, schema="*"):
    prefix = f"arn:aws:glue:{REGION}:{ACCOUNT}:"
    return f"{prefix}registry/{registry.name}", f"{prefix}schema/{registry.name}/{schema}"


def test_a_policy_on_registry_and_schema_is_enough(local_aws, registry):
    mine, other = registry.schema(record(A)), registry.schema(record(A))
    actions = ["glue:RegisterSchemaVersion", "glue:PutSchemaVersionMetadata", "glue:GetSchemaVersion"]
    glue = local_aws.client("glue", local_aws.user(allow(actions, *resources(registry, mine["SchemaName"]))))
    made = glue.register_schema_version(SchemaId=mine, SchemaDefinition=text(record(A, B)))
    pair = {"MetadataKey": "k", "MetadataValue": "v"}
    glue.put_schema_version_metadata(SchemaVersionId=made["SchemaVersionId"], MetadataKeyValue=pair)
    assert glue.get_schema_version(SchemaVersionId=made["SchemaVersionId"])["VersionNumber"] == 2
    for call, params in [
        (glue.register_schema_version, {"SchemaId": other, "SchemaDefinition": text(record(A, B))}),
        (glue.get_schema_version, {"SchemaVersionId": registry.get(other)["SchemaVersionId"]}),
        (glue.delete_schema, {"SchemaId": mine}),
        (glue.list_registries, {}),
    ]:
        assert error_of(call, **params).startswith("AccessDeniedException: ")


def test_a_policy_on_the_schema_alone_is_not(local_aws, registry):
    schema = registry.schema(record(A))
    user = local_aws.user(allow("glue:GetSchema", resources(registry)[1]))
    refused = error_of(local_aws.client("glue", user).get_schema, SchemaId=schema)
    assert refused.startswith("AccessDeniedException: ")
    assert resources(registry)[0] in refused


def test_a_serializer_in_a_job_reaches_the_registry(local_aws, registry, glue):
    role = local_aws.role(
        allow(
            ["glue:GetSchemaByDefinition", "glue:CreateSchema", "glue:PutSchemaVersionMetadata"], *resources(registry)
        ),
        allow(["s3:*", "logs:*"]),
    )
    run = local_aws.run_script(SERIALIZER, role=role, arguments={"--registry": registry.name})
    assert run["JobRunState"] == "SUCCEEDED", local_aws.log(run, "error")
    schema = {"RegistryName": registry.name, "SchemaName": "events"}
    assert json.loads(registry.get(schema)["SchemaDefinition"])["name"] == "r"
    version = registry.get(schema)["SchemaVersionId"]
    assert any(version in line for line in local_aws.log(run))
    assert list(glue.query_schema_version_metadata(SchemaVersionId=version)["MetadataInfoMap"]) == ["job"]
