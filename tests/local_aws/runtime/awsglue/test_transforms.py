"""The transform classes: where they are imported from, and what they say of themselves."""

import datetime
import importlib
import inspect

import pytest
from awsglue import transforms
from awsglue.dataframe_transforms.apply_mapping import ApplyMapping as OfDataFrames
from awsglue.transforms import *  # noqa: F403 - as scripts do

PLACES = {
    "apply_mapping": "ApplyMapping",
    "coalesce": "Coalesce",
    "collection_transforms": "SelectFromCollection MapToCollection FlatMap",
    "drop_nulls": "DropNullFields",
    "dynamicframe_filter": "Filter",
    "dynamicframe_map": "Map",
    "errors_as_dynamicframe": "ErrorsAsDynamicFrame",
    "field_transforms": "RenameField DropFields SelectFields SplitFields SplitRows Join Spigot",
    "relationalize": "Relationalize",
    "repartition": "Repartition",
    "resolve_choice": "ResolveChoice",
    "transform": "GlueTransform",
    "unbox": "Unbox",
    "union": "Union",
    "unnest_frame": "UnnestFrame",
}
NAMES = [name for names in PLACES.values() for name in names.split() if name != "GlueTransform"]


@pytest.mark.parametrize("module", PLACES)
def test_each_class_is_where_glue_has_it(module):
    found = importlib.import_module(f"awsglue.transforms.{module}")
    for name in PLACES[module].split():
        assert getattr(found, name) is globals()[name]


@pytest.mark.parametrize("name", NAMES)
def test_each_describes_itself(name):
    described = transforms.describe_transform(name)["transform"]
    assert described["name"] == name
    assert described["location"] == "internal"
    parameters = list(inspect.signature(transforms.get_transform(name)()).parameters.values())
    assert [(one["name"], one["optional"]) for one in described["args"]] == [
        (one.name, one.default is not one.empty or one.kind is one.VAR_KEYWORD) for one in parameters
    ]
    assert transforms.get_transform(name).describeTransform()


COMMON = "transformation_ctx='', info='', stageThreshold=0, totalThreshold=0"
CALLS = {
    "ApplyMapping": f"frame, mappings, case_sensitive=False, {COMMON}",
    "Coalesce": f"frame, num_partitions, shuffle=False, {COMMON}",
    "DropFields": f"frame, paths, {COMMON}",
    "DropNullFields": f"frame, {COMMON}",
    "ErrorsAsDynamicFrame": "frame",
    "Filter": f"frame, f, {COMMON}",
    "FlatMap": "dfc, BaseTransform, frame_name, transformation_ctx='', **base_kwargs",
    "Join": "frame1, frame2, keys1, keys2, transformation_ctx=''",
    "Map": f"frame, f, preservesPartitioning=False, {COMMON}",
    "MapToCollection": "dfc, callable, transformation_ctx=''",
    "Relationalize": f"frame, staging_path=None, name='roottable', options=None, {COMMON}",
    "RenameField": f"frame, old_name, new_name, {COMMON}",
    "Repartition": f"frame, num_partitions, {COMMON}",
    "ResolveChoice": f"frame, specs=None, choice='', database=None, table_name=None, {COMMON}, catalog_id=None",
    "SelectFields": f"frame, paths, {COMMON}",
    "SelectFromCollection": "dfc, key, transformation_ctx=''",
    "Spigot": "frame, path, options, transformation_ctx=''",
    "SplitFields": f"frame, paths, name1=None, name2=None, {COMMON}",
    "SplitRows": "frame, comparison_dict, name1='frame1', name2='frame2', "
    "transformation_ctx='', info=None, stageThreshold=0, totalThreshold=0",
    "Unbox": f"frame, path, format, {COMMON}, **options",
    "Union": f"frame1, frame2, {COMMON}",
    "UnnestFrame": f"frame, {COMMON}",
}
"""The arguments of Glue's own transforms."""


@pytest.mark.parametrize("name", NAMES)
def test_each_takes_glues_arguments_in_glues_order(name):
    signature = inspect.signature(transforms.get_transform(name)())
    plain = [one.replace(annotation=one.empty) for one in signature.parameters.values()]
    assert str(inspect.Signature(plain)) == f"({CALLS[name]})"


def test_a_call_that_does_not_fit_is_a_type_error(make):
    frame = make([{"n": 1}])
    with pytest.raises(TypeError, match="paths"):
        transforms.DropFields.apply(frame=frame, info="x")
    with pytest.raises(TypeError, match="nonsense"):
        frame.drop_fields(["n"], nonsense=1)


def test_all_of_them_and_no_other():
    assert {kind.name() for kind in transforms.get_transforms()} == set(NAMES)
    with pytest.raises(ValueError, match="there is no transform 'Guess'"):
        transforms.get_transform("Guess")
    with pytest.raises(NotImplementedError):
        transforms.GlueTransform.describeArgs()


def test_collections(make, rows):
    frames = make([{"l": [1], "n": None}]).relationalize("root")
    one = transforms.MapToCollection.apply(frames, lambda frame, ctx: frame.select_fields(["id"], ctx), "ctx")
    assert [row.keys() for row in rows(transforms.SelectFromCollection.apply(one, "root_l"))] == [{"id"}]
    flat = transforms.FlatMap.apply(frames, transforms.DropFields, "frame", "ctx", paths=["id", "index", "l", "n"])
    assert {name: rows(frame) for name, frame in flat.items()} == {"root": [{}], "root_l": [{"l.val": 1}]}


def test_filter_and_map(make, rows):
    frame = make([{"n": 1}, {"n": 2}, {}])
    assert rows(transforms.Filter.apply(frame, lambda row: row["n"] > 1)) == [{"n": 2}]
    assert rows(transforms.Map.apply(frame, lambda row: {"m": row.get("n")})) == [{"m": 1}, {"m": 2}, {"m": None}]


def test_functions_see_a_record_as_it_came_at_any_depth(make, rows):
    records = [
        {"n": 1, "s": {"a": 1, "l": [{"x": 1}, {"y": None}]}},
        {"n": 2, "s": {"b": {"c": None}}},
        {"n": 3, "s": {"a": None, "b": {"c": 1}, "l": []}},
        {"n": 4, "s": {"b": {"d": "x"}}},
        {"n": 5},
    ]
    seen = rows(make(records, slices=3).map(lambda record: {"seen": repr(dict(record))}))
    assert [eval(one["seen"]) for one in seen] == [  # noqa: S307 - what repr of plain values gave
        {"n": 1, "s": {"a": 1, "l": [{"x": 1, "y": None}, {"y": None}]}},  # where one holds null, all others do
        {"n": 2, "s": {"a": None, "b": {"c": None}}},
        {"n": 3, "s": {"a": None, "b": {"c": 1}, "l": []}},
        {"n": 4, "s": {"a": None, "b": {"c": None, "d": "x"}}},
        {"n": 5},
    ]
    with_b = make(records).filter(lambda record: "b" in record["s"])  # a KeyError drops the row
    assert [row["n"] for row in rows(with_b)] == [2, 3, 4]


def test_values_of_numpy_and_pandas_are_what_they_stand_for(make, rows):
    import numpy
    import pandas

    def mapped(_record):
        return {
            "i": numpy.int64(3),
            "f": numpy.float32(0.5),
            "b": numpy.bool_(True),
            "l": numpy.array([1.5]),
            "t": pandas.Timestamp("2024-02-29 01:02:03"),
        }

    made = transforms.Map.apply(make([{"n": 1}]), mapped)
    types = {field.name: field.dataType.typeName() for field in made.schema()}
    assert types == {"i": "int", "f": "double", "b": "boolean", "l": "array", "t": "timestamp"}
    moment = datetime.datetime(2024, 2, 29, 1, 2, 3)  # noqa: DTZ001 - as Spark gives moments
    assert rows(made) == [{"i": 3, "f": 0.5, "b": True, "l": [1.5], "t": moment}]


def test_apply_mapping_of_a_dataframe(spark):
    mapped = OfDataFrames.apply(spark.createDataFrame([("1", 2)], "a string, b int"), [("a", "string", "x", "int")])
    assert mapped.dtypes == [("x", "int")]
    assert [tuple(row) for row in mapped.collect()] == [(1,)]
    assert [one["name"] for one in OfDataFrames.describeArgs()] == ["frame", "mappings"]


def test_what_scripts_take_from_the_context_by_star():
    names: dict[str, object] = {}
    exec("from awsglue.context import *", names)  # noqa: S102 - as scripts do
    wanted = {"GlueContext", "DynamicFrame", "DynamicFrameCollection", "DynamicFrameReader", "DynamicFrameWriter"}
    assert names.keys() >= wanted | {"DataFrame", "SparkContext", "SparkSession"}


@pytest.mark.parametrize("module", ["awsglueml.transforms", "awsgluedi.transforms"])
def test_packages_that_only_aws_has_are_refused_by_name(module):
    with pytest.raises(ImportError, match=rf"^{module.partition('.')[0]} \(.*\) is not supported here: "):
        importlib.import_module(module)


def test_devutils_are_refused_by_name():
    with pytest.raises(NotImplementedError, match=r"awsglue.devutils.GlueJobUtils is not supported here: use boto3"):
        from awsglue.devutils import GlueJobUtils  # noqa: F401


def test_column_functions(spark):
    from awsglue.functions import explodeWithIndex, namedStruct, replaceArrayElement
    from pyspark.sql.functions import col, lit

    frame = spark.createDataFrame([([1, 2, 3],)], "a array<int>")
    assert frame.select(replaceArrayElement("a", lit(9), 1)).first()[0] == [1, 9, 3]
    assert frame.select(namedStruct(lit("x"), col("a")).alias("s")).first().s.asDict() == {"x": [1, 2, 3]}
    assert [tuple(row) for row in frame.select(explodeWithIndex("a")).collect()] == [(0, 1), (1, 2), (2, 3)]


def test_what_a_filter_cannot_handle_is_kept_as_errors(make, rows):
    def judge(row):
        if row["n"] == 3:
            raise RuntimeError("three")
        return int(row["s"]) + row["n"]

    frame = make([{"n": 1, "s": "x"}, {"n": 2, "s": "1"}, {"n": 3, "s": "1"}, {"s": "1"}, {"n": -1, "s": "1"}])
    kept = frame.split_rows({"n": {"!=": 0}}, "a", "b")["a"].filter(judge, "ctx").filter(lambda row: 2 / (row["n"] - 1))
    assert rows(kept) == [{"n": 2, "s": "1"}]
    [error] = rows(kept.errorsAsDynamicFrame())
    assert (error["error"]["transformation"], error["error"]["msg"]) == ("ctx", "RuntimeError: three")
    assert '"n": 3' in error["error"]["dynamicRecord"]


def test_what_a_map_cannot_handle_is_kept_as_errors(make, rows):
    def change(record):
        record["n"] += 1
        return None if record["n"] == 3 else {"m": 6 / (record["n"] - 2)}

    mapped = make([{"n": 1}, {"n": 2}, {"n": 4}]).map(change, transformation_ctx="first")
    assert rows(mapped) == [{"m": 2.0}]
    again = mapped.map(lambda record: record["nothing"], transformation_ctx="second")
    assert (rows(again), again.errorsCount(), again.stageErrorsCount()) == ([], 3, 1)
    errors = {one["error"]["msg"]: one["error"] for one in rows(again.errorsAsDynamicFrame())}
    none = "ValueError: User-specified function returned None instead of DynamicRecord"
    assert errors.keys() == {none, "ZeroDivisionError: division by zero", "KeyError: 'nothing'"}
    assert errors[none]["dynamicRecord"] == '{"n": 2}'  # as it came
    assert "division by zero" in errors["ZeroDivisionError: division by zero"]["stackTrace"]
    assert [one["transformation"] for one in errors.values()].count("first") == 2


def test_a_filter_takes_wrong_types_for_false(make, rows):
    frame = make([{"n": 1}, {"n": None}, {"n": "x"}, {"n": 3}])
    assert rows(frame.filter(lambda row: row["n"] > 1)) == [{"n": 3}]
    assert frame.filter(lambda row: row["n"] > 1).errorsCount() == 0
