"""Names in another case than the data's, two names that differ in nothing else, and sources that found nothing."""

import csv
import json

import fastavro
import pyarrow.dataset
import pyarrow.orc
import pyarrow.parquet
import pytest
from awsglue import gluetypes as glue
from awsglue._formats.reading import empty_frame
from awsglue.context import GlueContext
from awsglue.dynamicframe import DynamicFrame, DynamicFrameCollection
from awsglue.transforms import Join, Map, SelectFromCollection


@pytest.fixture(scope="module")
def context(spark):
    return GlueContext(spark)


SCHEMA = "serialNumber int, s struct<innerKey:int,other:string>, l array<struct<Price:string>>, Box string"
ROWS = [(1, (2, "o"), [("1.5",)], '{"x": 1}'), (3, (4, "p"), [], '{"x": 2}')]


def columns(made):
    """What a frame's fields are, or each frame's of a collection, without running anything."""
    if hasattr(made, "values"):
        return [columns(frame) for frame in made.values()]
    return ", ".join(f"{name} {kind}" for name, kind in made.toDF().dtypes)


S, L, BOX = "s struct<innerKey:int,other:string>", "l array<struct<Price:string>>", "Box string"
ANY_CASE = {
    "select": (lambda f: f.select_fields(["SERIALNUMBER", "S.innerkey"]), "serialNumber int, s struct<innerKey:int>"),
    "drop": (lambda f: f.drop_fields(["serialnumber", "s.OTHER", "L.price"]), f"s struct<innerKey:int>, {BOX}"),
    "rename": (lambda f: f.rename_field("serialnumber", "id"), f"id int, {S}, {L}, {BOX}"),
    "rename inside": (
        lambda f: f.rename_field("s.innerkey", "S.id"),
        f"serialNumber int, s struct<id:int,other:string>, {L}, {BOX}",
    ),
    "split": (
        lambda f: f.split_fields(["SerialNumber", "s.other"], "a", "b"),
        ["serialNumber int, s struct<other:string>", f"s struct<innerKey:int>, {L}, {BOX}"],
    ),
    "specs": (
        lambda f: f.resolveChoice(specs=[("SERIALNUMBER", "cast:string"), ("L[].PRICE", "cast:double")]),
        f"serialNumber string, {S}, l array<struct<Price:double>>, {BOX}",
    ),
    "mapping": (lambda f: f.apply_mapping([("S.INNERKEY", "int", "k", "long")]), "k bigint"),
    "mapping in its own case": (lambda f: f.apply_mapping([("BOX", "string", "k", "string")], case_sensitive=True), ""),
    "collection": (
        lambda f: SelectFromCollection.apply(
            DynamicFrameCollection({"one": f}, None).map(lambda one, _: one.select_fields("BOX")), "one"
        ),
        BOX,
    ),
    "join": (
        lambda f: Join.apply(f.select_fields("serialNumber"), f.select_fields("s"), "SERIALNUMBER", "s.innerKEY"),
        f"serialNumber int, {S}",
    ),
    "merge": (lambda f: f.mergeDynamicFrame(f, ["SerialNUMBER"]), f"serialNumber int, {S}, {L}, {BOX}"),
    "compare": (
        lambda f: f.split_rows({"serialnumber": {">": 1}, "S.InnerKey": {"<": 9}}, "a", "b"),
        [f"serialNumber int, {S}, {L}, {BOX}"] * 2,
    ),
}


@pytest.fixture(scope="module")
def frame(spark, context):
    return DynamicFrame.fromDF(spark.createDataFrame(ROWS, SCHEMA), context, "frame")


@pytest.mark.parametrize(("action", "expected"), ANY_CASE.values(), ids=ANY_CASE)
def test_names_meet_whatever_their_case(frame, action, expected):
    assert columns(action(frame)) == expected


def test_a_text_is_unboxed_whatever_the_case_of_its_name(frame, rows):
    assert [row["Box"] for row in rows(frame.unbox("bOX", "json"))] == [{"x": 1}, {"x": 2}]


def test_of_two_names_the_exact_one_is_meant(spark, context, rows):
    twice = DynamicFrame.fromDF(spark.createDataFrame([(1, 2, (3, 4))], "A int, a int, s struct<B:int,b:int>"), context)
    assert columns(twice.select_fields(["a", "s.b"])) == "a int, s struct<b:int>"
    assert columns(twice.drop_fields(["a", "s.b"])) == "A int, s struct<B:int>"
    assert columns(twice.rename_field("a", "x")) == "A int, x int, s struct<B:int,b:int>"
    other = DynamicFrame.fromDF(spark.createDataFrame([(2,)], "k int"), context)
    assert rows(twice.join("a", "k", other)) == [{"A": 1, "a": 2, "s": {"B": 3, "b": 4}, "k": 2}]


def read_back(kind, folder):
    """The rows of a folder's files by readers that are none of ours."""
    files = [file for file in sorted(folder.rglob("run-*")) if file.is_file()]
    if kind == "json":
        return [json.loads(line) for file in files for line in file.read_text().splitlines()]
    if kind == "csv":
        return [
            dict(zip(lines[0], line, strict=True))
            for file in files
            for lines in [list(csv.reader(file.read_text().splitlines()))]
            for line in lines[1:]
        ]
    if kind == "avro":
        return [row for file in files for row in fastavro.reader(file.open("rb"))]
    reader = pyarrow.orc.read_table if kind == "orc" else pyarrow.parquet.ParquetFile
    tables = [reader(str(file)) for file in files]
    return [row for table in tables for row in (table if kind == "orc" else table.read()).to_pylist()]


KINDS = ("json", "csv", "avro", "parquet", "glueparquet", "orc")


@pytest.mark.parametrize("kind", KINDS)
def test_two_names_that_differ_in_case_only_are_written_and_read(spark, context, rows, tmp_path, kind):
    data = spark.createDataFrame([(1, "x", (2, 3), "2024")], "a int, A string, s struct<b:int,B:int>, Year string")
    made = DynamicFrame.fromDF(data.coalesce(1), context, "twice")
    options = {"path": str(tmp_path), "partitionKeys": ["year"]}
    context.write_dynamic_frame.from_options(made, "s3", options, kind)
    text = kind == "csv"
    expected = {"a": "1" if text else 1, "A": "x", "s": '{"b":2,"B":3}' if text else {"b": 2, "B": 3}}
    assert read_back(kind, tmp_path / "Year=2024") == [expected]
    source = {"paths": [str(tmp_path)], "recurse": True}
    read = context.create_dynamic_frame.from_options("s3", source, kind, {"withHeader": True} if text else {})
    assert rows(read) == [{**expected, "Year": "2024"}]
    assert spark.conf.get("spark.sql.caseSensitive") == "false"


@pytest.mark.parametrize("kind", [*KINDS, "xml of a kind that none writes"])
def test_a_source_that_found_nothing_is_written_nowhere(spark, context, tmp_path, kind):
    nothing = DynamicFrame(empty_frame(spark), context, "nothing")
    for keys in ([], ["y"]):
        context.write_dynamic_frame.from_options(
            nothing, "s3", {"path": str(tmp_path / "out"), "partitionKeys": keys}, kind
        )
    sink = context.getSink("s3", path="s3://no-such-bucket/x/", enableUpdateCatalog=True, partitionKeys=["y"])
    sink.setCatalogInfo("no_such_database", "no_such_table")
    sink.setFormat("parquet")
    sink.writeFrame(nothing)
    context.write_dynamic_frame.from_options(nothing, "mysql", {"url": "jdbc:mysql://no.such.host/d", "dbtable": "t"})
    no_rows = DynamicFrame.fromDF(spark.createDataFrame([], "a int, y string"), context, "no_rows")
    if kind in KINDS:
        options = {"path": str(tmp_path / "out"), "partitionKeys": ["y"]}
        context.write_dynamic_frame.from_options(no_rows, "s3", options, kind)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def failing(_):
    raise ValueError


NOTHING = {
    "filter": lambda f, _: f.filter(failing),
    "map": lambda f, _: Map.apply(f, failing, stageThreshold=1, totalThreshold=1),
    "partitions": lambda f, _: f.mapPartitions(list),
    "mapping": lambda f, _: f.apply_mapping([("a", "int", "b", "int")]),
    "fields": lambda f, _: f.select_fields(["a"]).drop_fields(["b.c"]).rename_field("a", "b"),
    "choice": lambda f, _: f.resolveChoice(specs=[("a", "cast:int")]).resolveChoice(choice="make_cols"),
    "unbox": lambda f, _: f.unbox("a", "json"),
    "unnest": lambda f, _: f.unnest().unnest_ddb_json().simplify_ddb_json(),
    "join": lambda f, other: f.join(["k"], ["a"], other),
    "join of nothing": lambda f, other: other.join(["a"], ["k"], f),
    "union": lambda f, _: f.union(f),
    "merge": lambda f, _: f.mergeDynamicFrame(f, ["k"]),
    "partition numbers": lambda f, _: f.repartition(2).coalesce(1),
    "errors": lambda f, _: f.errorsAsDynamicFrame(),
    "spigot": lambda f, _: f.spigot("s3://no-such-bucket/x/"),
    "split fields": lambda f, _: f.split_fields(["a"], "x", "y")["x"],
    "split rows": lambda f, _: f.split_rows({"a": {">": 1}}, "x", "y")["x"],
    "relationalize": lambda f, _: f.relationalize("root")["root"],
}


@pytest.mark.parametrize("action", NOTHING.values(), ids=NOTHING)
def test_a_source_that_found_nothing_goes_through_every_transform(spark, context, frame, action):
    made = action(DynamicFrame(empty_frame(spark), context, "nothing"), frame)
    assert made.toDF().collect() == []


def test_a_staging_frame_that_found_nothing_changes_nothing(spark, context, frame, rows):
    nothing = DynamicFrame(empty_frame(spark), context, "nothing")
    assert rows(frame.mergeDynamicFrame(nothing, ["serialNumber"])) == rows(frame)
    assert rows(nothing.mergeDynamicFrame(frame, ["serialNumber"])) == rows(frame)


def test_a_predicate_on_a_folder_without_files_finds_nothing(context, tmp_path):
    made = context.create_dynamic_frame.from_options(
        "s3", {"paths": [str(tmp_path)]}, "json", push_down_predicate="y > '2024'"
    )
    assert made.schema() == glue.StructType()
