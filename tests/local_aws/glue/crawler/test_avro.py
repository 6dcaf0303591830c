import json

import pytest

from local_aws.glue.crawler.avro import read_avro
from tests.local_aws.glue.schemas.avro_schemas import field
from tests.local_aws.glue.schemas.test_columns import LONGEST, doubling_avro

SCHEMA = {
    "type": "record",
    "name": "flight",
    "fields": [
        {"name": "Yr", "type": ["null", "int"]},
        {"name": "carrier", "type": "string"},
        {"name": "miles", "type": "long"},
        {"name": "price", "type": {"type": "bytes", "logicalType": "decimal", "precision": 10, "scale": 2}},
        {"name": "day", "type": {"type": "int", "logicalType": "date"}},
        {"name": "at", "type": {"type": "long", "logicalType": "timestamp-micros"}},
        {"name": "kind", "type": {"type": "enum", "name": "kind", "symbols": ["A"]}},
        {"name": "tags", "type": {"type": "array", "items": "string"}},
        {"name": "counts", "type": {"type": "map", "values": "double"}},
        {
            "name": "place",
            "type": {"type": "record", "name": "Place", "fields": [{"name": "Lat", "type": "float"}]},
        },
        {"name": "other", "type": ["null", "Place"]},
        {"name": "mixed", "type": ["int", "string"]},
    ],
}


def number(value):
    """A number as Avro writes it: zig-zag, seven bits a byte."""
    value = (value << 1) ^ (value >> 63)
    out = bytearray()
    while value > 0x7F:
        out.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*out, value])


def text(value):
    return number(len(value)) + value


def container(schema, records, block):
    """An object container file: header, one block, the sync marker."""
    header = b"Obj\x01" + number(2)
    header += text(b"avro.codec") + text(b"null") + text(b"avro.schema") + text(json.dumps(schema).encode()) + number(0)
    sync = b"s" * 16
    return header + sync + number(records) + text(block) + sync


def test_columns():
    reading = read_avro(container(SCHEMA, 1, b"x"), 1000)
    assert [(column.name, column.hive_type) for column in reading.schema] == [
        ("yr", "int"),
        ("carrier", "string"),
        ("miles", "bigint"),
        ("price", "decimal(10,2)"),
        ("day", "date"),
        ("at", "timestamp"),
        ("kind", "string"),
        ("tags", "array<string>"),
        ("counts", "map<string,double>"),
        ("place", "struct<Lat:float>"),
        ("other", "struct<Lat:float>"),
        ("mixed", "string"),
    ]


def test_the_schema_is_kept_as_compact_json():
    reading = read_avro(container(SCHEMA, 1, b"x"), 1000)
    assert reading.avro_schema == json.dumps(SCHEMA, separators=(",", ":"))


def test_records_are_estimated_from_the_first_block():
    head = container(SCHEMA, 10, b"x" * 500)
    block = number(10) + text(b"x" * 500) + b"s" * 16
    header = len(head) - len(block)
    reading = read_avro(head, header + 50_000)
    assert (reading.record_size, reading.records) == (50, 1000)


def test_a_file_without_a_block_has_no_record():
    head = container(SCHEMA, 0, b"")[: -len(number(0) * 2) - 16]
    reading = read_avro(head, len(head))
    assert (reading.classification, reading.records) == ("avro", 0)


@pytest.mark.parametrize("data", [b"Obj\x01", b"Obj\x01\x02\x06abc", b"Obj\x01" + number(1) + text(b"k") + number(999)])
def test_a_broken_header_is_unknown(data):
    assert read_avro(data, 100).classification == "UNKNOWN"


@pytest.mark.parametrize(
    ("schema", "why"),
    [
        (doubling_avro(60), f"the type of column c13 has more than {LONGEST} characters"),
        (
            doubling_avro(12, *(field(f"d{number}", "T11") for number in range(30))),
            f"the types of its columns have more than {10 * LONGEST} characters together",
        ),
    ],
)
def test_types_that_double_at_each_level_make_a_file_unknown(schema, why):
    reading = read_avro(container(schema, 1, b"x"), 10_000)
    assert (reading.classification, reading.why) == ("UNKNOWN", f"begins as Avro does, but {why}")


def test_types_of_almost_the_greatest_length_are_read():
    reading = read_avro(container(doubling_avro(13), 1, b"x"), 10_000)
    assert [len(column.hive_type) for column in reading.schema] == [32 * 2**level - 13 for level in range(13)]


@pytest.mark.parametrize("levels", [900, 100_000])
def test_a_schema_that_is_nested_too_deeply_makes_a_file_unknown(levels):
    nested = '{"type":"array","items":' * levels + '"int"' + "}" * levels
    schema = f'{{"type":"record","name":"r","fields":[{{"name":"a","type":{nested}}}]}}'.encode()
    head = b"Obj\x01" + number(1) + text(b"avro.schema") + text(schema) + number(0) + b"s" * 16
    reading = read_avro(head, len(head))
    assert (reading.classification, reading.why) == (
        "UNKNOWN",
        "begins as Avro does, but its schema is nested too deeply",
    )


def test_a_header_that_goes_on_behind_the_sample_is_unknown():
    head = container(SCHEMA, 1, b"x")
    assert "header cannot be read" in read_avro(head[:300], 10_000).why


def test_a_map_of_the_header_may_come_in_blocks_that_tell_their_size():
    """Avro 1.11, "Maps": a negative count is followed by the block's bytes."""
    schema = text(b"avro.schema") + text(json.dumps(SCHEMA).encode())
    extra = text(b"writer") + text(b"x")
    head = b"Obj\x01" + number(-1) + number(len(extra)) + extra + number(-1) + number(len(schema)) + schema + number(0)
    reading = read_avro(head + b"s" * 16 + number(4) + text(b"x" * 40) + b"s" * 16, 10_000)
    assert (len(reading.schema), reading.record_size) == (12, 10)


INT = {"name": "x", "type": "int"}


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ([{"name": 5, "type": "int"}], "its header cannot be read: ValueError('5 is no name of a field')"),
        ([{"name": "", "type": "int"}], "its header cannot be read: ValueError(\"'' is no name of a field\")"),
        ([{"name": "x", "type": 5}], "its header cannot be read: TypeError('5 is no type')"),
        ([{"name": "x", "type": {"type": "array", "items": None}}], "its header cannot be read: TypeError"),
        ([{"name": "x", "type": {"type": "record", "name": "n", "fields": [{"name": 5, "type": "int"}]}}],
         "its header cannot be read: ValueError('5 is no name of a field')"),
        ([{"name": "\ud800", "type": "int"}], "the column '\\ud800' has a surrogate that stands alone"),
        ([{"name": "x", "type": {"type": "record", "name": "n", "fields": [{"name": "\udfff", "type": "int"}]}}],
         "the column 'x' has a surrogate that stands alone"),
        ([INT, {**INT, "name": "X"}], "two of its fields are the column 'x'"),
    ],
)  # fmt: skip
def test_fields_that_no_table_can_have_make_a_file_unknown(fields, why):
    """Names and types of Avro 1.11, "Schema Declaration"; such a header failed the whole crawl."""
    reading = read_avro(container({"type": "record", "name": "r", "fields": fields}, 1, b"x"), 1000)
    assert reading.classification == "UNKNOWN"
    assert f"begins as Avro does, but {why}" in reading.why


@pytest.mark.parametrize("block", [b"\xff" * 200, number(-2) + text(b"x"), number(1) + number(-5)])
def test_a_first_block_with_a_number_that_none_has_makes_a_file_unknown(block):
    head = container({"type": "record", "name": "r", "fields": [INT]}, 1, b"x")
    reading = read_avro(head[: -len(number(1) + text(b"x")) - 16] + block, 1000)
    assert (reading.classification, "header cannot be read" in reading.why) == ("UNKNOWN", True)


@pytest.mark.parametrize(("precision", "scale"), [(-5, 0), (0, 0), (4, 5), (4, -1)])
def test_a_decimal_that_is_none_is_its_bytes(precision, scale):
    """Avro 1.11, "Logical Types": one that is not valid is ignored."""
    kind = {"type": "bytes", "logicalType": "decimal", "precision": precision, "scale": scale}
    reading = read_avro(
        container({"type": "record", "name": "r", "fields": [{"name": "x", "type": kind}]}, 1, b"x"), 99
    )
    assert [column.hive_type for column in reading.schema] == ["binary"]
