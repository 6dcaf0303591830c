"""Tables of JSON serdes as Spark is shown them; expected schemas are as Spark 3.5 writes its own."""

import gzip
import json

import pytest
from pymetastore.hive_metastore import ttypes as hive

from local_aws.runtime.metastore.folders import Folders
from local_aws.runtime.metastore.json_tables import SERDES, presented, withdrawn
from local_aws.runtime.s3_mount import S3Mount


@pytest.fixture
def folder(tmp_path):
    """The folder of `s3://bkt/t/`."""
    made = tmp_path / "bkt" / "t"
    made.mkdir(parents=True)
    return made


def table(columns, keys=(), **serde):
    storage = {
        "Columns": [{"Name": name, "Type": kind} for name, kind in columns],
        "Location": "s3://bkt/t/",
        "SerdeInfo": {"SerializationLibrary": SERDES[0], **serde},
    }
    return {"Name": "t", "StorageDescriptor": storage, "PartitionKeys": [{"Name": key, "Type": "int"} for key in keys]}


def shown(given, folder):
    return presented(given, Folders(S3Mount(folder.parents[1], None)))


def schema(given, folder):
    fields = json.loads(shown(given, folder)["Parameters"]["spark.sql.sources.schema"])["fields"]
    return {field["name"]: field["type"] for field in fields}


@pytest.mark.parametrize(
    ("kind", "spark"),
    [
        ("string", "string"),
        ("varchar(5)", "string"),
        ("tinyint", "byte"),
        ("smallint", "short"),
        ("int", "integer"),
        ("bigint", "long"),
        ("float", "float"),
        ("double", "double"),
        ("boolean", "boolean"),
        ("date", "date"),
        ("timestamp", "timestamp"),
        ("binary", "binary"),
        ("decimal(10,2)", "decimal(10,2)"),
        ("array<int>", {"type": "array", "elementType": "integer", "containsNull": True}),
        (
            "map<string,double>",
            {"type": "map", "keyType": "string", "valueType": "double", "valueContainsNull": True},
        ),
        (
            "struct<a:int>",
            {"type": "struct", "fields": [{"name": "a", "type": "integer", "nullable": True, "metadata": {}}]},
        ),
    ],
)
def test_a_type_of_hive_is_one_of_sparks(folder, kind, spark):
    assert schema(table([("c", kind)]), folder) == {"c": spark}


def test_a_type_that_is_not_understood_is_named(folder):
    with pytest.raises(hive.MetaException) as refused:
        shown(table([("c", "struct<a-b:int>")]), folder)
    assert refused.value.message == "Column c of table t has a type that is not understood: struct<a-b:int>"


@pytest.mark.parametrize("zipped", [False, True])
def test_columns_take_the_case_of_the_keys(folder, zipped):
    lines = b'no json\n{"ID": 1}\n{"id": 2, "Place": {"LAT": 1}, "Tags": [{"Key": "x"}]}\n'
    if zipped:
        (folder / "1.json.gz").write_bytes(gzip.compress(lines))
    else:
        (folder / "1.json").write_bytes(lines)
    (folder / "_SUCCESS").touch()
    columns = [("id", "int"), ("place", "struct<lat:int>"), ("tags", "array<struct<key:string>>"), ("other", "int")]
    found = schema(table(columns, ["p"]), folder)
    assert list(found) == ["ID", "Place", "Tags", "other", "p"]
    assert found["Place"]["fields"][0]["name"] == "LAT"
    assert found["Tags"]["elementType"]["fields"][0]["name"] == "Key"


@pytest.mark.parametrize(
    ("parameters", "mode"),
    [({}, "FAILFAST"), ({"ignore.malformed.json": "TRUE"}, "PERMISSIVE"), ({"paths": "a,b"}, "FAILFAST")],
)
def test_a_line_that_is_no_json_fails_unless_the_serde_says_otherwise(folder, parameters, mode):
    storage = shown(table([("c", "int")], Parameters=parameters), folder)["StorageDescriptor"]
    assert storage["SerdeInfo"]["Parameters"] == {"path": "s3://bkt/t/", "mode": mode}


def test_a_location_that_cannot_be_read_leaves_columns_as_they_are(folder):
    (folder / "1.json.gz").write_bytes(b"no gzip")
    given = table([("c", "int")])
    assert list(schema(given, folder)) == ["c"]
    given["StorageDescriptor"]["Location"] = "s3://absent-bucket/t/"
    assert list(schema(given, folder)) == ["c"]


def test_partition_keys_are_sparks_too(folder):
    parameters = shown(table([("c", "int")], ["p", "q"]), folder)["Parameters"]
    assert parameters["spark.sql.partitionProvider"] == "catalog"
    names = [parameters[f"spark.sql.sources.schema.partCol.{place}"] for place in range(2)]
    assert (parameters["spark.sql.sources.schema.numPartCols"], names) == ("2", ["p", "q"])


def test_every_other_table_is_shown_as_it_is(folder):
    text = table([("c", "int")], SerializationLibrary="org.apache.hadoop.hive.serde2.lazy.LazySimpleSerDe")
    of_spark = {**table([("c", "int")]), "Parameters": {"spark.sql.sources.provider": "json"}}
    assert (shown(text, folder), shown(of_spark, folder)) == (text, of_spark)
    assert withdrawn(text, {"Name": "t"}) == {"Name": "t"}


def test_what_was_shown_is_taken_back(folder):
    given = table([("c", "int")], ["p"], Parameters={"paths": "c"})
    wanted = {"Name": "t", "Parameters": {**shown(given, folder)["Parameters"], "mine": "yes"}, "StorageDescriptor": {}}
    assert withdrawn(given, wanted) == {
        "Name": "t",
        "Parameters": {"mine": "yes"},
        "StorageDescriptor": given["StorageDescriptor"],
    }
