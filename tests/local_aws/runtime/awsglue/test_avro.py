"""Avro files: parts of them, types and values. Avro's own library in Java writes where more than fastavro is needed."""

import datetime
import decimal
import json
import sys
from pathlib import Path

import fastavro
import pytest
from hypothesis import given
from hypothesis import strategies as st

JOBS = str(Path(__file__).parents[4] / "local_aws" / "runtime")
if JOBS not in sys.path:
    sys.path.insert(0, JOBS)

from awsglue import gluetypes as glue  # noqa: E402
from awsglue._formats import avro_blocks as blocks  # noqa: E402
from awsglue._formats.avro_types import Types  # noqa: E402


def written(path, schema, records, **settings):
    with path.open("wb") as file:
        fastavro.writer(file, schema, records, **settings)
    return blocks.opened(str(path), f"file:{path}", path.stat().st_size)


def found(container, *, logical=False, parts=None):
    """The type of a file's values, and they as rows hold them."""
    reading = Types(logical=logical).read(json.loads(container.schema))
    parts = [blocks.Part(container, 0, container.size)] if parts is None else parts
    schema = json.dumps(reading.schema)
    return reading.kind, [reading.convert(value) for part in parts for value in blocks.values(part, schema)]


def record(*types):
    fields = [{"name": name, "type": kind} for name, kind in zip("abcdefgh", types, strict=False)]
    return {"type": "record", "name": "T", "fields": fields}


# Parts


@pytest.fixture(scope="module")
def file(tmp_path_factory):
    """A file of some thirty blocks with 1,000 numbers."""
    path = tmp_path_factory.mktemp("avro") / "f.avro"
    return written(path, "long", range(1000), sync_interval=64)


@given(cuts=st.lists(st.integers(0, 5000), max_size=8))
def test_parts_have_each_value_once_wherever_a_file_is_cut(file, cuts):
    ends = sorted({min(cut, file.size) for cut in cuts} - {0} | {file.size})
    parts = [blocks.Part(file, start, end) for start, end in zip([0, *ends], ends, strict=False)]
    assert found(file, parts=parts)[1] == list(range(1000))


def test_a_part_of_each_byte_has_the_blocks_whose_markers_begin_there(file):
    sizes = [len(list(blocks.values(blocks.Part(file, at, at + 1), '"long"'))) for at in range(file.size)]
    content = Path(file.path).read_bytes()
    markers = [at for at in range(len(content)) if content.startswith(file.sync, at)]
    assert len(markers) > 20
    assert [at for at, size in enumerate(sizes) if size] == markers[:-1]  # nothing is behind the last one
    assert sum(sizes) == 1000


def test_files_are_cut_for_as_many_tasks_as_there_are_to_be():
    def plan(sizes, tasks):
        containers = [blocks.Container(str(n), str(n), size, "", "null", b"") for n, size in enumerate(sizes)]
        parts, count = blocks.parts_of(containers, tasks)
        for container in containers:
            own = [part for part in parts if part.container is container]
            assert [part.start for part in own] == [0, *(part.end for part in own[:-1])]
            assert own[-1].end == container.size
        return len(parts), count

    assert plan([1000] * 50, 2) == (50, 2)
    assert plan([10 << 20], 2) == (2, 2)
    assert plan([1000], 2) == (1, 1)
    assert plan([1 << 30], 2) == (32, 32)


def test_a_sync_marker_over_the_border_of_what_is_looked_at_is_found(tmp_path, monkeypatch):
    container = written(tmp_path / "f", "long", range(100), sync_interval=16)
    for size in (1, 15, 16, 17, 33):
        monkeypatch.setattr(blocks, "_CHUNK", size)
        parts = [blocks.Part(container, at, at + 7) for at in range(0, container.size, 7)]
        assert found(container, parts=parts)[1] == list(range(100))


@pytest.mark.parametrize("codec", ["null", "deflate", "bzip2", "snappy", "xz", "zstandard"])
def test_each_codec_of_avro_is_read(tmp_path, codec):
    container = written(tmp_path / "f", "string", ["x" * 1000, "ü"], codec=codec)
    assert container.codec == codec
    assert found(container)[1] == ["x" * 1000, "ü"]


@pytest.mark.parametrize(
    "content",
    [b"", b"Obj", b"nothing", b"Obj\x01", b"Obj\x01\xff\xff\xff\xff\xff\xff\xff\x7f", b"Obj\x01\x00" + 16 * b"s"],
)
def test_what_is_no_avro_is_said_to_be_none(tmp_path, content):
    (tmp_path / "f").write_bytes(content)
    with pytest.raises(ValueError, match=r"does not begin as Avro does|its header cannot be read"):
        blocks.opened(str(tmp_path / "f"), "file:f", len(content))


def test_a_file_that_is_cut_off_or_damaged_is_named(tmp_path):
    whole = written(tmp_path / "f", "string", ["x" * 100] * 50, codec="deflate", sync_interval=64)
    content = Path(whole.path).read_bytes()
    places = [at for at in range(len(content)) if content.startswith(whole.sync, at)]
    for spoiled in (
        content[:-20],
        content[: places[1] - 3],
        content[: places[2] + 1] + b"!" * 40 + content[places[2] + 41 :],
    ):
        Path(whole.path).write_bytes(spoiled)
        with pytest.raises(ValueError, match=r"Unable to parse file: file:.*/f"):
            found(whole)


# Types and values


def read(tmp_path, schema, *records, logical=False):
    return found(written(tmp_path / "f", schema, records), logical=logical)


@pytest.mark.parametrize(
    ("union", "values", "types", "expected"),
    [
        (["int", "long"], [("long", 5), ("int", 5)], ["int", "long"], [(None, 5), (5, None)]),
        (
            ["null", "float", "double"],
            [("float", 0.5), ("double", 0.5), None],
            ["double", "float"],
            [(None, 0.5), (0.5, None), None],
        ),
        (["bytes", "string"], ["x", b"x"], ["binary", "string"], [(None, "x"), (b"x", None)]),
        (["boolean", "int"], [True, 1], ["boolean", "int"], [(True, None), (None, 1)]),
        (
            ["null", {"type": "map", "values": "int"}, {"type": "array", "items": "int"}],
            [[1], {"k": 2}],
            ["array", "map"],
            [([1], None), (None, {"k": 2})],
        ),
    ],
)
def test_a_value_is_of_the_type_that_it_was_written_with(tmp_path, union, values, types, expected):
    """Java's JSON of it did not tell: 5 was an int and "x" a text, whatever it was written as."""
    path = tmp_path / "f"
    container = written_by_branches(path, union, values)
    kind, rows = found(container)
    assert kind.fields[0].dataType.typeName() == "choice"
    assert [one.typeName() for one in kind.fields[0].dataType.types()] == types
    assert [row[0] for row in rows] == expected


def written_by_branches(path, union, values):
    """A file whose branches of a union are named, which fastavro's writer takes of records alone: wrapped in such."""
    wrapped = [
        one if one == "null" else {"type": "record", "name": f"W{place}", "fields": [{"name": "w", "type": one}]}
        for place, one in enumerate(union)
    ]
    names = {one if isinstance(one, str) else one["type"]: f"W{place}" for place, one in enumerate(union)}
    kinds = {bool: "boolean", str: "string", bytes: "bytes", int: "int", list: "array", dict: "map"}
    records = []
    for value in values:
        name, inner = value if isinstance(value, tuple) else (kinds.get(type(value)), value)
        records.append({"a": None if value is None else (names[name], {"w": inner})})
    with path.open("wb") as file:
        fastavro.writer(file, record(wrapped), records)
    container = blocks.opened(str(path), f"file:{path}", path.stat().st_size)
    return blocks.Container(
        container.path, container.uri, container.size, json.dumps(record(union)), container.codec, container.sync
    )


def test_texts_and_enums_of_a_union_are_texts(tmp_path):
    enum = {"type": "enum", "name": "E", "symbols": ["A", "B"]}
    container = written_by_branches(tmp_path / "f", ["string", enum], ["x", ("enum", "B")])
    kind, rows = found(container)
    assert (kind.fields[0].dataType.typeName(), rows) == ("string", [("x",), ("B",)])


def test_records_of_a_union_are_one_struct(tmp_path):
    one = {"type": "record", "name": "One", "fields": [{"name": "x", "type": "int"}, {"name": "y", "type": "string"}]}
    two = {
        "type": "record",
        "name": "Two",
        "fields": [{"name": "y", "type": "long"}, {"name": "z", "type": ["null", "int"]}],
    }
    kind, rows = read(
        tmp_path,
        record(["null", one, two]),
        {"a": ("One", {"x": 1, "y": "t"})},
        {"a": ("Two", {"y": 2, "z": None})},
        {"a": None},
    )
    struct = kind.fields[0].dataType
    assert [(field.name, field.dataType.typeName()) for field in struct.fields] == [
        ("x", "int"),
        ("y", "choice"),
        ("z", "int"),
    ]
    assert rows == [((1, (None, "t"), None),), ((None, (2, None), None),), (None,)]


def test_unions_in_arrays_and_maps_are_choices(tmp_path):
    _, rows = read(
        tmp_path,
        record({"type": "array", "items": ["null", "string", "int"]}, {"type": "map", "values": ["boolean", "double"]}),
        {"a": ["x", None, 1], "b": {"k": True, "l": 0.5}},
    )
    assert rows == [([(None, "x"), None, (1, None)], {"k": (True, None), "l": (None, 0.5)})]


@pytest.mark.parametrize(
    ("schema", "plain", "value", "expected"),
    [
        ({"type": "fixed", "name": "f", "size": 2}, {"type": "fixed", "name": "f", "size": 2}, b"\xffA", b"\xffA"),
        ({"type": "bytes", "logicalType": "decimal", "precision": 4, "scale": 2}, "bytes", b"\xff9", "-1.99"),
        ({"type": "bytes", "logicalType": "decimal", "precision": 4}, "bytes", b"\x00\xc8", "200"),
        ({"type": "int", "logicalType": "time-millis"}, "int", 5, 5),
        (["null", {"type": "array", "items": ["null", "int"]}],) * 2 + ([None, 1], [None, 1]),
        ({"type": "string", "avro.java.string": "String"}, "string", "ü", "ü"),
        ("double", "double", float("inf"), float("inf")),
        ("null", "null", None, None),
        (["null"], ["null"], None, None),
    ],
)
def test_values_of_avro(tmp_path, schema, plain, value, expected):
    made = written(tmp_path / "f", plain, [value])
    container = blocks.Container(made.path, made.uri, made.size, json.dumps(schema), made.codec, made.sync)
    _, [read_back] = found(container, logical=True)
    assert (str(read_back) if isinstance(read_back, decimal.Decimal) else read_back) == expected


def test_logical_types_are_those_of_the_developer_guide_and_with_version_1_8(tmp_path):
    schema = record(
        {"type": "int", "logicalType": "date"},
        {"type": "long", "logicalType": "timestamp-millis"},
        {"type": "bytes", "logicalType": "decimal", "precision": 6, "scale": 2},
        {"type": "fixed", "name": "F", "size": 3, "logicalType": "decimal", "precision": 6, "scale": 1},
        {"type": "long", "logicalType": "timestamp-micros"},
        {"type": "string", "logicalType": "uuid"},
        ["null", {"type": "int", "logicalType": "date"}],
    )
    values = [-1, 1_500, b"\xff\x38", b"\xff\xff\xfe", 7, "00000000-0000-0000-0000-000000000001", 1]
    plain = record("int", "long", "bytes", {"type": "fixed", "name": "F", "size": 3}, "long", "string", ["null", "int"])
    made = written(tmp_path / "f", plain, [dict(zip("abcdefg", values, strict=True))])
    container = blocks.Container(made.path, made.uri, made.size, json.dumps(schema), made.codec, made.sync)
    assert found(container)[1] == [tuple(values)]
    kind, [row] = found(container, logical=True)
    assert row == (
        datetime.date(1969, 12, 31),
        datetime.datetime.fromisoformat("1970-01-01T00:00:01.500"),
        decimal.Decimal("-2.00"),
        decimal.Decimal("-0.2"),
        7,
        "00000000-0000-0000-0000-000000000001",
        datetime.date(1970, 1, 2),
    )
    names = [field.dataType.typeName() for field in kind.fields]
    assert names == ["date", "timestamp", "decimal", "decimal", "long", "string", "date"]


def test_names_that_are_none_in_avro_and_broken_defaults_count_for_nothing(tmp_path):
    """Java's library reads files with them: it checks names and defaults of what is written only."""
    enum = {"type": "enum", "name": "ns.my-enum", "symbols": ["a-b", "c d"]}
    schema = {
        "type": "record",
        "name": "my record",
        "fields": [
            {"name": "a b", "type": "int", "default": "x"},
            {"name": "ü.é", "type": enum},
            {"name": "1", "type": "ns.my-enum"},
        ],
    }
    made = written(tmp_path / "f", record("int", "int", "int"), [{"a": 7, "b": 1, "c": 0}])
    container = blocks.Container(made.path, made.uri, made.size, json.dumps(schema), made.codec, made.sync)
    kind, rows = found(container)
    assert ([field.name for field in kind.fields], rows) == (["a b", "ü.é", "1"], [(7, "c d", "a-b")])


def test_a_schema_that_refers_to_itself_is_refused():
    node = record("int", ["null", "T"])
    with pytest.raises(NotImplementedError, match="Avro schema T refers to itself"):
        Types(logical=False).read(node)


def test_a_type_that_is_used_twice_is_read_twice(tmp_path):
    point = {"type": "record", "name": "P", "namespace": "n", "fields": [{"name": "x", "type": "int"}]}
    kind, rows = read(
        tmp_path,
        record(point, "n.P", {"type": "array", "items": "n.P"}),
        {"a": {"x": 1}, "b": {"x": 2}, "c": [{"x": 3}]},
    )
    assert rows == [((1,), (2,), [(3,)])]
    assert isinstance(kind, glue.StructType)


def test_bytes_that_are_no_utf_8_are_replaced_as_java_does(tmp_path):
    made = written(tmp_path / "f", "bytes", [b"a\xffb"])
    container = blocks.Container(made.path, made.uri, made.size, '"string"', made.codec, made.sync)
    assert found(container)[1] == ["a\ufffdb"]
