"""Files read and written through a GlueContext, on paths of this machine."""

import bz2
import csv
import datetime
import decimal
import gzip
import io
import json
import re

import fastavro
import pandas
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

FEW = settings(
    max_examples=7,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def glue_context(spark):
    from awsglue.context import GlueContext

    return GlueContext(spark)


@pytest.fixture(scope="module")
def read(glue_context):
    def of(path, kind, options=None, predicate="", **format_options):
        return glue_context.create_dynamic_frame.from_options(
            "s3", {"paths": [str(path)], **(options or {})}, kind, format_options, push_down_predicate=predicate
        )

    return of


@pytest.fixture(scope="module")
def write(glue_context):
    def to(frame, path, kind, options=None, **format_options):
        glue_context.write_dynamic_frame.from_options(
            frame, "s3", {"path": str(path), **(options or {})}, kind, format_options
        )
        return sorted(file for file in path.rglob("*") if file.is_file() and not file.name.endswith(".crc"))

    return to


@pytest.fixture(scope="module")
def frame_of(spark, glue_context):
    """A function that makes a DynamicFrame of rows and a schema of Spark."""
    from awsglue.dynamicframe import DynamicFrame

    return lambda data, schema: DynamicFrame.fromDF(spark.createDataFrame(data, schema), glue_context, "frame")


def without_nulls(value):
    """A record as JSON shows it: what is null is not there."""
    if isinstance(value, dict):
        return {name: without_nulls(item) for name, item in value.items() if item is not None}
    return [without_nulls(item) for item in value] if isinstance(value, list) else value


def as_lines(records):
    return "".join(json.dumps(record) + "\n" for record in records)


def types(frame):
    return {field.name: field.dataType.typeName() for field in frame.schema().fields}


# JSON

RECORDS = [{"a": 1, "b": "x", "s": {"q": 1.5}, "l": [1, 2]}, {"a": 2, "b": None, "s": {"q": 2.0}, "l": []}]


def test_json_becomes_parquet(tmp_path, read, write, rows):
    (tmp_path / "in").mkdir()
    (tmp_path / "in" / "a b.json").write_text(as_lines(RECORDS))
    files = write(read(tmp_path / "in", "json"), tmp_path / "out", "parquet")
    assert [re.sub(r"\d{13}", "T", file.name) for file in files] == ["run-T-part-r-00000.snappy.parquet"]
    (tmp_path / "out" / "empty").touch()
    assert rows(read(tmp_path / "out", "parquet")) == RECORDS


names = st.sampled_from(["a", "b", "A", "with blank", "dot.ted", "ü", "_metadata"])
atoms = (
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=5)
)
values = st.recursive(
    atoms, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names, inner, max_size=3), max_leaves=5
)
records = st.lists(st.dictionaries(names, values, max_size=4), min_size=1, max_size=6)


@FEW
@example(records=[{"a": 1, "A": 2}, {"A": 3}], layout="lines")
@example(records=[{"_metadata": "x"}, {"_corrupt_record": "y"}], layout="lines")
@example(records=[{"tab": "\t"}, {"nothing": None}], layout="lines")
@given(records=records, layout=st.sampled_from(["lines", "array", "pretty", "one line"]))
def test_any_json_comes_out_as_it_went_in(tmp_path_factory, read, rows, records, layout):
    path = tmp_path_factory.mktemp("json")
    text = {
        "lines": as_lines(records),
        "array": json.dumps(records, indent=1),
        "pretty": "\n".join(json.dumps(record, indent=2) for record in records),
        "one line": " ".join(map(json.dumps, records)),
    }[layout]
    (path / "f").write_text(text)
    found = rows(read(path, "json"))
    assert repr(without_nulls(found)) == repr(in_order(without_nulls(records), found))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('\ufeff{"a": 1}\n{"a": 2}\n', [{"a": 1}, {"a": 2}]),
        ('\ufeff[{"a": 1},\n {"a": 2}]\n', [{"a": 1}, {"a": 2}]),
        ('{"a": 1}\n{"a": 2} {"a": 3}\n', [{"a": 1}, {"a": 2}, {"a": 3}]),
        ('{"a": 1}\n[{"a": 2}]\n\n', [{"a": 1}, {"a": 2}]),
        ('{"a": "x\ty"}\n', [{"a": "x\ty"}]),
        (f'{{"a": {2**70}}}\n{{"a": 1}}\n', [{"a": decimal.Decimal(2**70)}, {"a": 1}]),
        (f'{{"a": {2**70}}}\n', [{"a": decimal.Decimal(2**70)}]),
    ],
)
def test_other_json(tmp_path, read, rows, text, expected):
    (tmp_path / "f").write_text(text)
    assert rows(read(tmp_path, "json")) == expected


def in_order(value, like):
    """The value with its names in the order of another: that of the schema."""
    if isinstance(value, dict) and isinstance(like, dict):
        shared = [name for name in like if name in value]
        assert {*shared} == {*value}
        return {name: in_order(value[name], like[name]) for name in shared}
    if isinstance(value, list) and isinstance(like, list) and len(value) == len(like):
        return [in_order(one, other) for one, other in zip(value, like, strict=True)]
    return value


@FEW
@example(records=[{"a": "\x85"}])
@given(records=records)
def test_any_frame_is_written_as_json_lines(tmp_path_factory, read, write, rows, records):
    path = tmp_path_factory.mktemp("json")
    (path / "f").write_text(as_lines(records))
    frame = read(path, "json")
    files = write(frame, path / "out", "json")
    found = [json.loads(line) for file in files for line in file.read_text().split("\n") if line]  # U+0085 ends no line
    assert repr(found) == repr(without_nulls(rows(frame)))


def test_types_come_from_the_data(tmp_path, read):
    record = {"i": 1, "l": 2**31, "d": 1.0, "s": "", "t": True, "n": None, "big": 2**70, "st": {}, "ar": []}
    (tmp_path / "f").write_text(as_lines([record, {"i": "x"}]))
    assert types(read(tmp_path, "json")) == {
        "i": "choice",
        "l": "long",
        "d": "double",
        "s": "string",
        "t": "boolean",
        "n": "null",
        "big": "decimal",
        "st": "struct",
        "ar": "array",
    }


def test_a_json_path_leads_to_the_records(tmp_path, read, rows):
    (tmp_path / "f").write_text('{"r": {"items": {"a": 1}}}')
    assert rows(read(tmp_path, "json", jsonPath="$.r.items")) == [{"a": 1}]
    (tmp_path / "f").write_text('{"r": {"items": [{"a": 1},\n{"a": 2}]}}')
    assert rows(read(tmp_path, "json", jsonPath="$.r.items[*]")) == [{"a": 1}, {"a": 2}]
    assert rows(read(tmp_path, "json", jsonPath="$.r['items'][1]", multiline="false")) == [{"a": 2}]
    assert rows(read(tmp_path, "json", jsonPath="$.r.*[-1]")) == [{"a": 2}]
    assert rows(read(tmp_path, "json", jsonPath="$.r.items[-3]")) == rows(read(tmp_path, "json", jsonPath="$.no")) == []
    with pytest.raises(NotImplementedError, match=r"jsonPath '\$..a' is not supported here"):
        read(tmp_path, "json", jsonPath="$..a")


def test_what_is_no_json_is_named(tmp_path, read):
    (tmp_path / "good").write_text('{"a": 1}')
    (tmp_path / "bad").write_text('{"a": 1')
    with pytest.raises(Exception, match=r"Unable to parse file: file:.*/bad"):
        read(tmp_path, "json")


# CSV

texts = st.text(st.sampled_from("ab \"'\\,;|\tü0"), max_size=4)
tables = st.integers(1, 4).flatmap(
    lambda width: st.lists(st.lists(texts, min_size=width, max_size=width), min_size=1, max_size=6)
)


@FEW
@given(table=tables, separator=st.sampled_from(",;|\t"), header=st.booleans())
def test_any_csv_comes_out_as_it_went_in(tmp_path_factory, read, rows, table, separator, header):
    path = tmp_path_factory.mktemp("csv")
    text = io.StringIO()
    # All is quoted: a line of one empty field would be no record.
    writer = csv.writer(text, delimiter=separator, quoting=csv.QUOTE_ALL, lineterminator="\n")
    names = [f"n{place}" if header else f"col{place}" for place in range(len(table[0]))]
    writer.writerows([names, *table] if header else table)
    (path / "f").write_text(text.getvalue())
    found = rows(read(path, "csv", separator=separator, withHeader=header))
    assert found == [dict(zip(names, row, strict=True)) for row in table]


@FEW
@example(table=[[""], ["x"], [""]], quoted=True)
@given(table=tables, quoted=st.booleans())
def test_any_frame_is_written_as_csv(tmp_path_factory, frame_of, write, table, quoted):
    path = tmp_path_factory.mktemp("csv")
    if not quoted:
        table = [[re.sub('[",]|^$', "_", field) for field in row] for row in table]
    names = [f"n{place}" for place in range(len(table[0]))]
    frame = frame_of(table, ", ".join(f"{name} string" for name in names)).coalesce(1)
    (file,) = write(frame, path, "csv", quoteChar='"' if quoted else -1)
    with file.open(newline="") as lines:
        reader = csv.reader(lines) if quoted else csv.reader(lines, quoting=csv.QUOTE_NONE)
        assert list(reader) == [names, *table]


@pytest.mark.parametrize("kind", ["list", "rdd", "pandas", "tuples"])
def test_frames_of_records_at_hand(glue_context, spark, rows, kind):
    records = [{"a": 1, "b": "x"}, {"a": 2, "b": "y"}]
    data = {
        "list": records,
        "rdd": spark.sparkContext.parallelize(records),
        "pandas": pandas.DataFrame(records),
        "tuples": [(1, "x"), (2, "y")],
    }[kind]
    schema = "a bigint, b string" if kind == "tuples" else None
    assert rows(glue_context.create_dynamic_frame.from_rdd(data, "frame", schema)) == records


def test_records_may_be_too_short_or_too_long(tmp_path, read, rows):
    (tmp_path / "f").write_text("1,,3\n4\n5,6,7,8\n,\n")
    names = ["col0", "col1", "col2", "col3"]
    expected = [["1", "", "3", None], ["4", None, None, None], ["5", "6", "7", "8"]]
    found = [[record.get(name) for name in names] for record in rows(read(tmp_path, "csv"))]
    assert found[:3] == expected


@pytest.mark.parametrize("options", [{}, {"multiLine": True}, {"escaper": "\\"}], ids=["jvm", "lines", "python"])
def test_fields_beyond_the_header_are_named_by_their_places(tmp_path, read, rows, options):
    (tmp_path / "f").write_text('a,b\n1,"x,y"\n2,\n3,"p,q",r,"s ""t"""\n4,5,\n6\n')
    expected = [
        {"a": "1", "b": "x,y"},
        {"a": "2", "b": ""},
        {"a": "3", "b": "p,q", "col2": "r", "col3": 's "t"'},
        {"a": "4", "b": "5", "col2": ""},
        {"a": "6"},
    ]
    frame = read(tmp_path, "csv", withHeader=True, **options)
    assert [field.name for field in frame.schema().fields] == ["a", "b", "col2", "col3"]
    assert [without_nulls(record) for record in rows(frame)] == expected


def test_a_field_beyond_the_header_takes_no_name_that_is_there(tmp_path, read, rows):
    (tmp_path / "f").write_text("col1,col2\n1,2,3,4\n")
    assert rows(read(tmp_path, "csv", withHeader=True)) == [{"col1": "1", "col2": "2", "col3": "4"}]


def test_each_file_has_its_own_header(tmp_path, read, rows):
    (tmp_path / "1").write_text("\ufeffa,b\n1,2\n")
    (tmp_path / "2").write_text("b,c\n3,4\n")
    found = rows(read(tmp_path, "csv", withHeader="true"))
    assert [without_nulls(record) for record in found] == [{"a": "1", "b": "2"}, {"b": "3", "c": "4"}]


def test_a_header_may_lack_names_and_come_after_empty_lines(tmp_path, read, rows):
    (tmp_path / "f").write_text("\n\na,,c\n1,2,3\n")
    assert rows(read(tmp_path, "csv", withHeader=True)) == [{"a": "1", "col1": "2", "c": "3"}]
    assert rows(read(tmp_path, "csv", withHeader=True, multiLine=True)) == [{"a": "1", "col1": "2", "c": "3"}]
    (tmp_path / "f").write_text('"a\nb",c\n1,"2\n3"\n')
    assert rows(read(tmp_path, "csv", withHeader=True, multiLine=True)) == [{"a\nb": "1", "c": "2\n3"}]


@pytest.mark.parametrize(
    ("text", "options", "expected"),
    [
        ('a|"x\ny"|z\n', {"separator": "|", "multiLine": "true"}, [["a", "x\ny", "z"]]),
        ('a,"x\n', {"quoteChar": -1}, [["a", '"x']]),
        ('a,"x\n', {"quoteChar": "-1"}, [["a", '"x']]),
        ("a\\,b,c\\nd\\te\\rf\\0\\g\n", {"escaper": "\\"}, [["a,b", "c\nd\te\rf\0g"]]),
        ("a\\b,c\n", {"escaper": "none"}, [["a\\b", "c"]]),
        ("\ufeffa,b\nc,d\n", {"escaper": "!"}, [["a", "b"], ["c", "d"]]),
        ("'a,b',c\n", {"quoteChar": "'"}, [["a,b", "c"]]),
        ("a,b\nc,d\n", {"skipFirst": True}, [["c", "d"]]),
        ("a,b\nc,d\ne,f\n", {"skipFirst": True, "withHeader": True}, [["e", "f"]]),
        ("a,b\nc,d\n", {"withHeader": True, "optimizePerformance": True}, [["c", "d"]]),
    ],
)
def test_options_of_csv(tmp_path, read, rows, text, options, expected):
    (tmp_path / "f").write_text(text)
    assert [list(record.values()) for record in rows(read(tmp_path, "csv", **options))] == expected


def test_a_choice_changes_nothing_of_how_other_fields_are_written_as_json(tmp_path, frame_of, make, write):
    plain = {
        "t": datetime.datetime(2024, 2, 29, 1, 2, 3, 45_000),  # noqa: DTZ001 - as Spark gives moments
        "d": datetime.date(2024, 2, 29),
        "n": decimal.Decimal("1.25"),
        "w": decimal.Decimal(2**70),
        "b": bytearray(b"\0\xff"),
        "ü": "é\n",
    }
    schema = "t timestamp, d date, n decimal(6,2), w decimal(38,0), b binary, `ü` string"
    (file,) = write(frame_of([tuple(plain.values())], schema), tmp_path / "plain", "json")
    choice = make([{"c": 1, **plain}, {"c": "x"}], slices=1)
    (other,) = write(choice, tmp_path / "choice", "json")
    assert other.read_text().splitlines()[0] == file.read_text().strip().replace("{", '{"c":1,', 1)
    assert json.loads(file.read_text()) == {
        "t": "2024-02-29T01:02:03.045Z",
        "d": "2024-02-29",
        "n": 1.25,
        "w": 2**70,
        "b": "AP8=",
        "ü": "é\n",
    }


def test_a_frame_with_nested_fields_is_written_as_csv(tmp_path, frame_of, write):
    frame = frame_of([(1, {"x": 2}, [1, 2])], "a int, m map<string,int>, l array<int>")
    (file,) = write(frame, tmp_path, "csv", separator=";", writeHeader=False)
    assert list(csv.reader(file.open(), delimiter=";")) == [["1", '{"x":2}', "[1,2]"]]


def test_the_values_of_a_choice_are_written_as_they_are(tmp_path, make, write):
    frame = make([{"c": 1, "s": {"x": 1, "y": None}}, {"c": "x"}, {"c": {"k": [1], "n": None}}], slices=1)
    (file,) = write(frame.select_fields("c"), tmp_path / "csv", "csv", writeHeader=False)
    assert list(csv.reader(file.open())) == [["1"], ["x"], ['{"k":[1]}']]
    (file,) = write(frame, tmp_path / "json", "json")
    assert file.read_text() == '{"c":1,"s":{"x":1}}\n{"c":"x"}\n{"c":{"k":[1]}}\n'


# Parquet and ORC


@pytest.mark.parametrize("kind", ["parquet", "orc"])
def test_files_of_different_schemas_are_merged(tmp_path, frame_of, read, write, rows, kind):
    first = [{"a": 1, "s": {"x": 1}, "l": [1], "m": {"k": 1}}, {}]
    second = [{"a": "t", "s": {"x": "u", "y": 2.5}, "l": [2], "b": True, "m": {"k": "v"}}, {"b": False}]
    write(frame_of(first, "a int, s struct<x:int>, l array<int>, m map<string,int>").coalesce(1), tmp_path, kind)
    wider = "a string, s struct<x:string,y:double>, l array<long>, b boolean, m map<string,string>"
    write(frame_of(second, wider).coalesce(1), tmp_path, kind)
    found = read(tmp_path, kind)
    assert without_nulls(rows(found)) == first + second
    assert types(found) == {"a": "choice", "s": "struct", "l": "array", "b": "boolean", "m": "map"}


def test_the_names_of_files_are_glues(tmp_path, frame_of, write):
    frame = frame_of([(1,)], "a int").coalesce(1)
    kinds = {
        "parquet": ("parquet", {}, {}),
        "glueparquet": ("glueparquet", {}, {}),
        "writer": ("parquet", {}, {"useGlueParquetWriter": True}),
        "plain": ("parquet", {"compression": "uncompressed"}, {}),
        "orc": ("orc", {}, {}),
        "json": ("json", {}, {}),
        "json.bz2": ("json", {"compressionType": "bzip"}, {}),
        "zstd": ("parquet", {}, {"compression": "zstd"}),
        "csv": ("csv", {"compression": "gzip"}, {}),
    }
    found = {}
    for name, (kind, options, format_options) in kinds.items():
        (file,) = write(frame, tmp_path / name, kind, options, **format_options)
        found[name] = re.sub(r"\d{13}", "T", file.name)
    assert found == {
        "parquet": "run-T-part-r-00000.snappy.parquet",
        "glueparquet": "run-T-part-block-0-0-r-00000-snappy.parquet",
        "writer": "run-T-part-block-0-0-r-00000-snappy.parquet",
        "plain": "run-T-part-r-00000.parquet",
        "orc": "run-T-part-r-00000.snappy.orc",
        "json": "run-T-part-r-00000",
        "json.bz2": "run-T-part-r-00000.bz2",
        "zstd": "run-T-part-r-00000.zstd.parquet",
        "csv": "run-T-part-r-00000.gz",
    }
    assert gzip.decompress(file.read_bytes()) == b"a\n1\n"


@pytest.mark.parametrize("kind", ["json", "csv", "parquet", "orc", "avro"])
def test_an_empty_frame_writes_no_file_and_others_stay(tmp_path, frame_of, write, kind):
    (tmp_path / "there").write_text("x")
    frame = frame_of([], "a int, b string")
    assert write(frame, tmp_path, kind) == [tmp_path / "there"]
    assert write(frame, tmp_path, kind, {"partitionKeys": ["b"]}) == [tmp_path / "there"]
    assert list(tmp_path.iterdir()) == [tmp_path / "there"]


def test_two_columns_of_one_name_are_both_written_as_json(tmp_path, frame_of, write):
    (file,) = write(frame_of([(1, 2)], "a int, b int").rename_field("b", "a"), tmp_path, "json")
    assert file.read_text() == '{"a":1,"a":2}\n'


def test_each_frame_of_a_collection_has_its_own_path(tmp_path, frame_of, glue_context, read, rows):
    from awsglue.dynamicframe import DynamicFrameCollection

    frames = DynamicFrameCollection({"x": frame_of([(1,)], "a int"), "y": frame_of([(2,)], "a int")}, glue_context)
    glue_context.write_dynamic_frame.from_options(frames, "s3", {"path": str(tmp_path)}, "json")
    assert [rows(read(tmp_path / name, "json")) for name in "xy"] == [[{"a": 1}], [{"a": 2}]]


# Avro

avro_names = st.sampled_from(["a", "b", "A", "_c1"])
avro_values = st.recursive(
    atoms, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(avro_names, inner, max_size=3), max_leaves=5
)


@FEW
@given(
    records=st.lists(st.dictionaries(avro_names, avro_values, max_size=4), min_size=1, max_size=6),
    codec=st.sampled_from(["none", "snappy", "deflate", "bzip2", "xz"]),
)
def test_any_frame_is_written_as_avro(tmp_path_factory, read, write, rows, records, codec):
    path = tmp_path_factory.mktemp("avro")
    (path / "f").write_text(as_lines(records))
    frame = read(path, "json")
    files = write(frame, path / "out", "avro", {"compression": codec})
    found = []
    for file in files:
        with file.open("rb") as content:
            reader = fastavro.reader(content)
            found += list(reader)
            assert reader.metadata["avro.codec"] == ("null" if codec == "none" else codec)
    assert repr(without_nulls(found)) == repr(without_nulls(rows(frame)))
    assert repr(without_nulls(rows(read(path / "out", "avro")))) == repr(without_nulls(rows(frame)))


TIMED = [(1, datetime.date(1969, 12, 31), datetime.datetime(2024, 2, 29, 1, 2, 3, 4000), decimal.Decimal("-1.50"))]  # noqa: DTZ001
TIMED_SCHEMA = "n tinyint, day date, at timestamp, price decimal(6,2)"


def test_logical_types_of_avro_are_written_with_version_1_8(tmp_path, frame_of, read, write, rows):
    frame = frame_of(TIMED, TIMED_SCHEMA)
    (plain,) = write(frame, tmp_path / "plain", "avro")
    assert re.fullmatch(r"run-\d{13}-part-r-0000\d", plain.name)
    moment = TIMED[0][2]
    assert rows(read(plain, "avro")) == [{"n": 1, "day": "1969-12-31", "at": str(moment), "price": "-1.50"}]
    (file,) = write(frame, tmp_path / "logical", "avro", version="1.8")
    with file.open("rb") as content:
        [record] = fastavro.reader(content)
    utc = moment.astimezone(datetime.UTC)  # the worker's zone is this machine's
    assert record == {"n": 1, "day": datetime.date(1969, 12, 31), "at": utc, "price": decimal.Decimal("-1.50")}


@pytest.mark.parametrize(
    ("schema", "options", "error"),
    [
        ("`a b` int", {}, "the field 'a b' is no name in Avro"),
        ("a struct<`1`:int>", {}, "the field '1' is no name in Avro"),
        (
            "a int",
            {"compression": "gzip"},
            "compression gzip of avro is not supported here: use bzip2, deflate, snappy, xz",
        ),
    ],
)
def test_what_avro_cannot_hold_is_refused(tmp_path, frame_of, write, schema, options, error):
    with pytest.raises((ValueError, NotImplementedError), match=error):
        write(frame_of([(None,)], schema), tmp_path / "out", "avro", options)
    assert not (tmp_path / "out").exists() or not list((tmp_path / "out").iterdir())


# Partitions

SALES = [(1, "x y", "2024"), (2, "ü/=", "2025"), (3, None, "2025")]


@pytest.mark.parametrize("kind", ["json", "csv", "parquet", "avro"])
def test_partitions_are_folders(tmp_path, frame_of, read, write, rows, kind):
    files = write(frame_of(SALES, "a int, b string, y string"), tmp_path, kind, {"partitionKeys": ["y", "b"]})
    folders = sorted({file.relative_to(tmp_path).parent.as_posix() for file in files})
    assert folders == ["y=2024/b=x y", "y=2025/b=__HIVE_DEFAULT_PARTITION__", "y=2025/b=ü%2F%3D"]
    options = {"withHeader": True} if kind == "csv" else {}
    found = rows(read(tmp_path, kind, {"recurse": True}, "y = '2025'", **options))
    assert sorted((int(row["a"]), row["b"]) for row in found) == [(2, "ü/="), (3, None)]


def test_a_partition_key_must_be_a_field(tmp_path, frame_of, write):
    frame = frame_of([{"a": {"z": 1}}], "a struct<z:int>")
    for key in ("z", "a.z"):
        with pytest.raises(ValueError, match=f"partition key {key} is none of the fields a"):
            write(frame, tmp_path, "json", {"partitionKeys": [key]})
    with pytest.raises(NotImplementedError, match="compression rar of json is not supported here"):
        write(frame, tmp_path, "json", {"compression": "rar"})


def test_a_folder_of_a_partition_may_begin_with_an_underscore(tmp_path, read, rows, capsys):
    (tmp_path / "_p=1").mkdir()
    (tmp_path / "_p=1" / "f").write_text('{"a":1}')
    assert rows(read(tmp_path, "json", {"recurse": True})) == [{"a": 1, "_p": "1"}]
    assert capsys.readouterr().out == ""
    assert rows(read(tmp_path, "json")) == []
    assert capsys.readouterr().out == f"{tmp_path}: all files are in folders below, which count only with recurse\n"


def test_a_wrong_predicate_is_told(tmp_path, read):
    (tmp_path / "x=1").mkdir()
    (tmp_path / "x=1" / "f").write_text('{"a":1}')
    with pytest.raises(ValueError, match="cannot be evaluated on the keys x"):
        read(tmp_path, "json", {"recurse": True}, "nope = 1")


# Which files


@pytest.fixture(scope="module")
def tree(tmp_path_factory):
    root = tmp_path_factory.mktemp("tree")
    for number, name in enumerate(["a.json", "b.txt", "c/d.json", "c/e/f.json", "_hidden", ".h", "c/_x/g.json"]):
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_text(json.dumps({"n": number}))
    (root / "empty").touch()
    return root


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, [0, 1]),
        ({"recurse": True}, [0, 1, 2, 3]),
        ({"recurse": "true", "exclusions": '["**.txt", "c/e/**"]'}, [0, 2]),
        ({"recurse": True, "exclusions": '["*.json"]'}, [1, 2, 3]),
        ({"recurse": True, "exclusions": '["**/{d,f}.json"]', "groupFiles": "inPartition", "groupSize": "1"}, [0, 1]),
        ({"recurse": True, "boundedFiles": "3"}, [0, 1, 2]),
        ({"recurse": True, "boundedSize": "1"}, [0]),
    ],
)
def test_which_files_are_read(tree, read, rows, options, expected):
    assert sorted(row["n"] for row in rows(read(tree, "json", options))) == expected


def test_several_paths_files_and_patterns(tree, glue_context, rows):
    paths = [f"{tree}/a.json", f"{tree}/c/e/", f"{tree}//c/*.json", f"file://{tree}/b.txt"]
    frame = glue_context.create_dynamic_frame.from_options("s3", {"paths": paths}, "json")
    assert sorted(row["n"] for row in rows(frame)) == [0, 1, 2, 3]
    one = glue_context.create_dynamic_frame.from_options("json", {"path": paths[0]})
    assert [row["n"] for row in rows(one)] == [0]


def test_a_path_without_files_gives_an_empty_frame(tmp_path, read):
    frame = read(tmp_path / "none", "json")
    assert (frame.count(), frame.schema().fields) == (0, [])


@pytest.mark.parametrize(("pack", "extension"), [(gzip.compress, ".gz"), (bz2.compress, ".bz2")])
@pytest.mark.parametrize("kind", ["json", "csv"])
def test_compressed_files(tmp_path, read, rows, pack, extension, kind):
    text = '{"a": "1"}' if kind == "json" else "a\n1\n"
    (tmp_path / f"f{extension}").write_bytes(pack(text.encode()))
    assert rows(read(tmp_path, kind, {"compressionType": "gzip"} if extension == ".gz" else {}, withHeader=True)) == [
        {"a": "1"}
    ]


@pytest.mark.parametrize(
    ("error", "text", "arguments"),
    [
        (NotImplementedError, "connection type kafka is not supported here: streams need", ("kafka", {}, "json")),
        (NotImplementedError, "connection type nope is not supported here: supported are", ("nope", {}, "json")),
        (ValueError, "format_options of grokLog need a logFormat", ("s3", {"paths": ["."]}, "grokLog")),
        (ValueError, "format must be one of csv, json", ("s3", {"paths": ["."]}, "nope")),
        (ValueError, "need paths", ("s3", {}, "json")),
        (ValueError, "a format is needed to read", ("s3", {"paths": ["."]}, None)),
        (ValueError, "quoteChar must be one character, not 'ab'", ("s3", {"paths": ["."]}, "csv", {"quoteChar": "ab"})),
        (ValueError, "recurse must be true or false", ("s3", {"paths": ["."], "recurse": "x"}, "json")),
        (
            ValueError,
            "boundedFiles and boundedSize",
            ("s3", {"paths": ["."], "boundedFiles": 1, "boundedSize": 1}, "json"),
        ),
        (ValueError, "compressionType must be one of", ("s3", {"paths": ["."], "compressionType": "rar"}, "json")),
        (NotImplementedError, "in .gz", ("s3", {"paths": ["."], "compressionType": "gzip"}, "json")),
        (
            NotImplementedError,
            "option attachFilename is not supported here",
            ("s3", {"paths": ["."], "attachFilename": "f"}, "json"),
        ),
        (ValueError, "dynamodb.input.tableName", ("dynamodb", {}, None)),
        (ValueError, "need a url", ("mysql", {}, None)),
    ],
)
def test_what_is_refused(tree, monkeypatch, glue_context, error, text, arguments):
    monkeypatch.chdir(tree)
    with pytest.raises(error, match=text):
        glue_context.create_dynamic_frame.from_options(*arguments)
