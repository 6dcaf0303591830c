"""Tables and partitions whose columns come from the schema registry."""

import json

import pytest

from tests.local_aws.aws_server import allow, error_of, unique
from tests.local_aws.glue.schemas.avro_schemas import A, B, field, record

JSON_SERDE = {
    "InputFormat": "org.apache.hadoop.mapred.TextInputFormat",
    "OutputFormat": "org.apache.hadoop.hive.ql.io.HiveIgnoreKeyTextOutputFormat",
    "SerdeInfo": {"SerializationLibrary": "org.openx.data.jsonserde.JsonSerDe"},
}


@pytest.fixture
def database(glue):
    name = unique("db")
    glue.create_database(DatabaseInput={"Name": name})
    return name


def table(glue, database, reference, name="t", change="create", **storage):
    given = {
        "Name": name,
        "StorageDescriptor": {**storage, "SchemaReference": reference},
        "TableType": "EXTERNAL_TABLE",
    }
    getattr(glue, f"{change}_table")(DatabaseName=database, TableInput=given)


def columns(glue, database, name="t"):
    storage = glue.get_table(DatabaseName=database, Name=name)["Table"]["StorageDescriptor"]
    return [(column["Name"], column["Type"]) for column in storage["Columns"]]


def test_get_table_has_the_columns_and_the_reference(registry, glue, database):
    nested = {"type": "record", "name": "q", "fields": [field("X", "double")]}
    when = {"type": "long", "logicalType": "timestamp-millis"}
    schema = registry.schema(
        record(field("Id", "long"), field("n", ["null", "int"]), field("q", nested), field("w", when), field("p", "q"))
    )
    table(glue, database, {"SchemaId": schema, "SchemaVersionNumber": 1}, Columns=[{"Name": "x", "Type": "int"}])
    storage = glue.get_table(DatabaseName=database, Name="t")["Table"]["StorageDescriptor"]
    assert storage["SchemaReference"] == {"SchemaId": schema, "SchemaVersionNumber": 1}
    assert columns(glue, database) == [
        ("id", "bigint"),
        ("n", "int"),
        ("q", "struct<X:double>"),
        ("w", "timestamp"),
        ("p", "struct<X:double>"),
    ]


def test_columns_of_a_json_schema(registry, glue, database):
    schema = registry.schema(
        {
            "type": "object",
            "definitions": {"money": {"type": "number"}},
            "properties": {
                "Name": {"type": ["string", "null"]},
                "age": {"type": "integer"},
                "paid": {"$ref": "#/definitions/money"},
                "tags": {"type": "array", "items": {"type": "boolean"}},
                "rest": {"type": "object", "additionalProperties": {"type": "string"}},
                "either": {"oneOf": [{"type": "null"}, {"type": "object", "properties": {"a": {}}}]},
                "any": {"type": ["string", "integer"]},
            },
        },
        data_format="JSON",
    )
    table(glue, database, {"SchemaId": schema})
    assert columns(glue, database) == [
        ("name", "string"),
        ("age", "bigint"),
        ("paid", "double"),
        ("tags", "array<boolean>"),
        ("rest", "map<string,string>"),
        ("either", "struct<a:string>"),
        ("any", "string"),
    ]


def test_a_reference_without_a_number_follows_the_latest_version(registry, glue, database):
    schema = registry.schema(record(A))
    version = registry.get(schema)["SchemaVersionId"]
    table(glue, database, {"SchemaId": schema}, "latest")
    table(glue, database, {"SchemaVersionId": version}, "fixed")
    registry.register(schema, record(A, B))
    assert columns(glue, database, "latest") == [("a", "string"), ("b", "int")]
    assert columns(glue, database, "fixed") == [("a", "string")]
    table(glue, database, {"SchemaId": schema, "SchemaVersionNumber": 2}, "fixed", "update")
    assert columns(glue, database, "fixed") == [("a", "string"), ("b", "int")]


def test_a_schema_that_is_gone_leaves_no_columns(registry, glue, database):
    """Developer guide: GetTable then has an empty schema."""
    schema = registry.schema(record(A))
    table(glue, database, {"SchemaId": schema})
    glue.delete_schema(SchemaId=schema)
    assert columns(glue, database) == []
    refused = error_of(table, glue=glue, database=database, reference={"SchemaId": schema}, name="u")
    assert refused.startswith("EntityNotFoundException: Schema is not found.")


@pytest.mark.parametrize(
    ("definition", "data_format", "error"),
    [
        ('"string"', "AVRO", "InvalidInputException: The schema has no fields"),
        ('syntax = "proto3";', "PROTOBUF", "OperationNotSupportedException: SchemaReference to a schema in PROTOBUF"),
    ],
)
def test_what_gives_no_columns_is_refused(registry, glue, database, definition, data_format, error):
    schema = registry.schema(definition, data_format=data_format)
    assert error_of(table, glue=glue, database=database, reference={"SchemaId": schema}).startswith(error)


def test_partitions_have_references_too(registry, glue, database):
    schema = registry.schema(record(A))
    given = {"Name": "t", "PartitionKeys": [{"Name": "d", "Type": "string"}], "StorageDescriptor": {"Columns": []}}
    glue.create_table(DatabaseName=database, TableInput=given)
    entry = {"Values": ["1"], "StorageDescriptor": {"SchemaReference": {"SchemaId": schema}}}
    of = {"DatabaseName": database, "TableName": "t"}
    glue.batch_create_partition(**of, PartitionInputList=[entry])
    registry.register(schema, record(A, B))
    storage = glue.get_partition(**of, PartitionValues=["1"])["Partition"]["StorageDescriptor"]
    assert [column["Name"] for column in storage["Columns"]] == ["a", "b"]


def test_whoever_makes_such_a_table_may_get_the_version(local_aws, registry, database):
    schema = registry.schema(record(A))
    user = local_aws.user(allow("glue:CreateTable"))
    refused = error_of(table, glue=local_aws.client("glue", user), database=database, reference={"SchemaId": schema})
    assert refused.startswith("AccessDeniedException: ")
    assert "glue:GetSchemaVersion on resource: arn:aws:glue:" in refused


def test_athena_reads_such_a_table(local_aws, registry, glue, database):
    bucket = local_aws.bucket()
    local_aws.put(bucket, "t/1.json", json.dumps({"a": "x", "b": 2}))
    schema = registry.schema(record(A))
    table(glue, database, {"SchemaId": schema}, Location=f"s3://{bucket}/t/", **JSON_SERDE)
    assert local_aws.rows("SELECT * FROM t", database) == [["x"]]
    registry.register(schema, record(A, B))
    assert local_aws.rows("SELECT a, b + 1 FROM t", database) == [["x", "3"]]
