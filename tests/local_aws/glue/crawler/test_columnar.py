import datetime as dt
import decimal
import io
import zlib

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyarrow import orc

from local_aws.glue.crawler.columnar import footer_length, hive_type, read_orc, read_parquet
from local_aws.glue.crawler.hive_types import render
from local_aws.glue.crawler.orc_footers import OrcError, orc_column_sizes

DAY = dt.date(2020, 1, 1)
TABLE = pa.table(
    {
        "Region": pa.array(["x"] * 10),
        "order_id": pa.array(range(10)),
        "units": pa.array(range(10), pa.int32()),
        "price": pa.array([decimal.Decimal("1.10")] * 10, pa.decimal128(10, 2)),
        "day": pa.array([DAY] * 10),
        "at": pa.array([0] * 10, pa.timestamp("us")),
        "tags": pa.array([["a"]] * 10),
        "place": pa.array([{"Lat": 1.5, "name": "p"}] * 10),
        "counts": pa.array([[("k", 1)]] * 10, pa.map_(pa.string(), pa.int64())),
    }
)
TYPES = [
    ("region", "string"),
    ("order_id", "bigint"),
    ("units", "int"),
    ("price", "decimal(10,2)"),
    ("day", "date"),
    ("at", "timestamp"),
    ("tags", "array<string>"),
    ("place", "struct<Lat:double,name:string>"),
    ("counts", "map<string,bigint>"),
]


def parquet(table=TABLE, **options):
    buffer = io.BytesIO()
    pq.write_table(table, buffer, **options)
    return buffer.getvalue()


def test_parquet_types():
    assert [(column.name, column.hive_type) for column in read_parquet(parquet()).schema] == TYPES


def test_parquet_needs_its_footer_only():
    data = parquet()
    assert read_parquet(data[-footer_length(data) :]) == read_parquet(data)


def test_a_parquet_timestamp_of_96_bits_is_a_timestamp():
    data = parquet(TABLE.select(["at"]), use_deprecated_int96_timestamps=True)
    assert [(column.name, column.hive_type) for column in read_parquet(data).schema] == [("at", "timestamp")]


def test_parquet_records_and_their_size_are_those_of_the_row_groups():
    table = pa.table({"n": pa.array(range(1000))})
    data = parquet(table, row_group_size=100, compression="none")
    groups = pq.ParquetFile(io.BytesIO(data)).metadata
    expected = sum(groups.row_group(i).total_byte_size for i in range(10)) // 1000
    reading = read_parquet(data)
    assert (reading.records, reading.record_size) == (1000, expected)


def test_a_parquet_file_without_rows_still_has_columns():
    reading = read_parquet(parquet(TABLE.slice(0, 0)))
    assert (reading.records, len(reading.schema)) == (0, len(TYPES))


def test_a_broken_parquet_footer_is_unknown_and_says_why():
    reading = read_parquet(b"rubbish" + (7).to_bytes(4, "little") + b"PAR1")
    assert reading.classification == "UNKNOWN"
    assert "footer cannot be read" in reading.why


@pytest.mark.parametrize("tail", [b"", b"PAR1", b"x,y\n1,2\n"])
def test_other_bytes_have_no_parquet_footer(tail):
    assert footer_length(tail) == 0


def test_orc_types_and_rows():
    buffer = io.BytesIO()
    orc.write_table(TABLE, buffer)
    data = buffer.getvalue()
    reading = read_orc(data, len(data))
    assert [(column.name, column.hive_type) for column in reading.schema] == TYPES
    assert (reading.records, reading.record_size) == (10, len(data) // 10)


def test_an_orc_file_without_rows_still_has_columns():
    buffer = io.BytesIO()
    orc.write_table(TABLE.slice(0, 0), buffer)
    reading = read_orc(buffer.getvalue(), 1000)
    assert (len(reading.schema), reading.records, reading.record_size) == (len(TYPES), 0, 0)


@pytest.mark.parametrize("compression", ["uncompressed", "zlib", "snappy", "lz4", "zstd"])
def test_orc_footers_are_read_however_they_are_compressed(compression):
    buffer = io.BytesIO()
    orc.write_table(TABLE, buffer, compression=compression)
    reading = read_orc(buffer.getvalue(), 1000)
    assert [(column.name, column.hive_type) for column in reading.schema] == TYPES


def varint(number):
    """A number as protocol buffers write it."""
    out = bytearray()
    while number > 0x7F:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*out, number])


def member(number, value):
    """A field of a message: a number, or bytes with their length."""
    if isinstance(value, int):
        return varint(number << 3) + varint(value)
    return varint(number << 3 | 2) + varint(len(value)) + value


def orc_file(below, packed=True):
    """An ORC file without rows; `below` has the numbers of the types that each type has in it, of none it is an int."""
    kinds = b""
    for numbers in below:
        subtypes = member(2, b"".join(map(varint, numbers))) if packed else b"".join(member(2, n) for n in numbers)
        names = b"".join(member(3, f"f{number}".encode()) for number in numbers)
        kinds += member(4, member(1, 12) + subtypes + names if numbers else member(1, 3))
    footer = member(1, 3) + member(2, 0) + kinds + member(6, 0)
    postscript = member(1, len(footer)) + member(2, 0) + member(4, bytes([0, 12])) + member(5, 0) + member(6, 1)
    postscript += member(8000, b"ORC")
    return b"ORC" + footer + postscript + bytes([len(postscript)])


@pytest.mark.parametrize("packed", [True, False])
def test_types_that_are_a_tree_are_read(packed):
    data = orc_file([[1, 2], [], [3], []], packed)
    assert [(column.name, column.hive_type) for column in read_orc(data, len(data)).schema] == [
        ("f1", "int"),
        ("f2", "struct<f3:int>"),
    ]


@pytest.mark.parametrize(
    ("below", "why"),
    [
        ([[1, 2], [2, 3], [], []], "its type 2 stands at more than one place"),
        ([*([number, number + 1] for number in range(1, 60)), [], []], "its type 2 stands at more than one place"),
        ([*([number] for number in range(1, 200)), []], "its types are nested deeper than 100 levels"),
    ],
)
def test_types_that_would_grow_without_end_make_a_file_unknown(below, why):
    data = orc_file(below)
    reading = read_orc(data, len(data))
    assert (reading.classification, reading.why) == ("UNKNOWN", f"ends as ORC does, but {why}")


def orc_of(plain, codec, *, before=b"ORC"):
    """An ORC file whose footer is these bytes, compressed with zlib (1 is the kind of zlib) or as they are (0)."""
    if codec:
        made = zlib.compressobj(9, zlib.DEFLATED, -15)
        chunk = made.compress(plain) + made.flush()
        plain = (len(chunk) << 1).to_bytes(3, "little") + chunk
    postscript = member(1, len(plain)) + member(2, codec) + member(3, 2**18) + member(8000, b"ORC")
    return before + plain + postscript + bytes([len(postscript)])


JUNK = member(4, bytes(2**20))
"""A member that no footer of a stripe has."""

TREE = member(4, member(1, 12) + member(2, b"\x01") + member(3, b"a")) + member(4, member(1, 3))


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (orc_of(b"\xff" * 2000, 0), "a footer with a number that does not end"),
        (orc_of(b"\xff" * 2**20, 1), "a footer with a number that does not end"),
        (orc_of(bytes([8, 0]) * 7 * 2**20, 1), "a footer that is too large"),
    ],
)
def test_a_footer_that_would_keep_its_reader_busy_is_not_read(data, why, tmp_path):
    """A number has at most 10 bytes (Protocol Buffers, "Encoding")."""
    assert read_orc(data, len(data)).why == f"ends as ORC does, but its footer cannot be read: {why}"
    (tmp_path / "f.orc").write_bytes(data)
    with pytest.raises(OrcError):
        orc_column_sizes(str(tmp_path / "f.orc"))


@pytest.mark.parametrize(
    "footer",
    [
        # the types of a column are as many as no file has, then they lie around each other
        member(4, member(1, 12) + member(2, varint(1) + varint(2**62)) + member(3, b"a") + member(3, b"b")),
        member(4, member(1, 12) + member(2, b"\x02\x01") + member(3, b"a") + member(3, b"b")) + member(4, b"") * 2,
        # stripes whose footers lie beyond all files, and which all have the same one
        TREE + member(3, member(1, 2**63) + member(4, 9)),
        TREE + member(3, member(1, 3) + member(4, 2**62)),
        TREE + member(3, member(1, 3) + member(4, len(JUNK))) * 100,
        # a stream that is longer than the file
        TREE + member(3, member(1, len(JUNK) + 3) + member(4, 10)),
    ],
)
def test_sizes_of_columns_that_no_file_has_are_not_counted(footer, tmp_path):
    stream = member(1, member(1, 1) + member(2, 1) + member(3, 2**20 * 2))
    (tmp_path / "f.orc").write_bytes(orc_of(footer, 0, before=b"ORC" + JUNK + stream))
    with pytest.raises(OrcError):
        orc_column_sizes(str(tmp_path / "f.orc"))


@pytest.mark.parametrize("data", [b"ORC", b"xxxORC\x03", b"\xff" * 40 + b"ORC\x28", orc_file([[1], []])[20:]])
def test_a_broken_orc_footer_is_unknown(data):
    assert read_orc(data, len(data)).classification == "UNKNOWN"


@pytest.mark.parametrize(
    ("arrow", "expected"),
    [
        (pa.int8(), "tinyint"),
        (pa.int16(), "smallint"),
        (pa.uint32(), "bigint"),
        (pa.uint64(), "decimal(20,0)"),
        (pa.float32(), "float"),
        (pa.bool_(), "boolean"),
        (pa.binary(), "binary"),
        (pa.binary(16), "binary"),
        (pa.date64(), "date"),
        (pa.timestamp("ns", "UTC"), "timestamp"),
        (pa.large_string(), "string"),
        (pa.dictionary(pa.int32(), pa.string()), "string"),
        (pa.decimal256(40, 3), "decimal(40,3)"),
        (pa.list_(pa.struct([("a", pa.int32())])), "array<struct<a:int>>"),
        (pa.null(), "string"),
    ],
)
def test_an_arrow_type_in_the_catalog(arrow, expected):
    assert render(hive_type(arrow)) == expected
