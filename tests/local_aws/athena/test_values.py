"""Values as Athena writes them."""

import datetime as dt
import math
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.athena import values
from local_aws.athena.values import Column, java_double, text


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0.0, "0.0"),
        (-0.0, "-0.0"),
        (1.0, "1.0"),
        (100.0, "100.0"),
        (123.456, "123.456"),
        (-1.5, "-1.5"),
        (0.001, "0.001"),
        (0.000999, "9.99E-4"),
        (1e-10, "1.0E-10"),
        (9999999.0, "9999999.0"),
        (9999999.999, "9999999.999"),
        (1e7, "1.0E7"),
        (12345678.9, "1.23456789E7"),
        (-1e21, "-1.0E21"),
        (1.7976931348623157e308, "1.7976931348623157E308"),
        (5e-324, "5.0E-324"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (math.nan, "NaN"),
    ],
)
def test_a_double_is_written_as_java_writes_it(number, shown):
    assert java_double(number) == shown


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_a_double_reads_back_as_itself(number):
    assert float(java_double(number)) == number


@pytest.mark.parametrize(
    ("value", "kind", "shown"),
    [
        (None, pa.int32(), None),
        (True, pa.bool_(), "true"),
        (7, pa.int64(), "7"),
        ("", pa.string(), ""),
        (0.10000000149011612, pa.float32(), "0.1"),
        (16777216.0, pa.float32(), "1.6777216E7"),
        (Decimal("1.50"), pa.decimal128(10, 2), "1.50"),
        (Decimal("0E-2"), pa.decimal128(10, 2), "0.00"),
        (Decimal("1E+3"), pa.decimal128(10, 0), "1000"),
        (dt.date(2024, 2, 9), pa.date32(), "2024-02-09"),
        (dt.datetime.fromisoformat("2024-02-09T01:02:03.045600"), pa.timestamp("us"), "2024-02-09 01:02:03.045"),
        (dt.datetime(2024, 2, 9, tzinfo=dt.UTC), pa.timestamp("us", "UTC"), "2024-02-09 00:00:00.000 UTC"),
        (dt.time(1, 2, 3), pa.time64("us"), "01:02:03.000"),
        (b"\x00\xff", pa.binary(), "00 ff"),
        ([1, None], pa.list_(pa.int32()), "[1, null]"),
        ([["a"], []], pa.list_(pa.list_(pa.string())), "[[a], []]"),
        ([("k", 1.0)], pa.map_(pa.string(), pa.float64()), "{k=1.0}"),
        ({"a": 1, "b": None}, pa.struct([("a", pa.int32()), ("b", pa.string())]), "{a=1, b=null}"),
        ({"element1": True}, pa.struct([("element1", pa.bool_())]), "{field0=true}"),
        (pa.MonthDayNano([14, 0, 0]), pa.month_day_nano_interval(), "1-2"),
        (pa.MonthDayNano([0, 2, 3_723_004_000_000]), pa.month_day_nano_interval(), "2 01:02:03.004"),
        (pa.MonthDayNano([0, -1, 0]), pa.month_day_nano_interval(), "-1 00:00:00.000"),
    ],
)
def test_a_value_is_written_as_athena_writes_it(value, kind, shown):
    assert text(value, kind) == shown


@pytest.mark.parametrize(
    ("kind", "engine", "described"),
    [
        (pa.int32(), "INTEGER", ("integer", 10, 0)),
        (pa.int64(), "BIGINT", ("bigint", 19, 0)),
        (pa.decimal128(38, 0), "HUGEINT", ("bigint", 19, 0)),
        (pa.decimal128(10, 2), "DECIMAL(10,2)", ("decimal", 10, 2)),
        (pa.string(), "VARCHAR", ("varchar", 2147483647, 0)),
        (pa.string(), "JSON", ("json", 0, 0)),
        (pa.date32(), "DATE", ("date", 0, 0)),
        (pa.float32(), "FLOAT", ("float", 17, 0)),
        (pa.timestamp("us", "UTC"), "TIMESTAMP WITH TIME ZONE", ("timestamp with time zone", 3, 0)),
        (pa.list_(pa.int32()), "INTEGER[]", ("array", 0, 0)),
    ],
)
def test_a_column_is_described_as_athena_describes_it(kind, engine, described):
    column = Column.of("c", kind, engine)
    assert (column.type, column.precision, column.scale) == described


def test_only_texts_are_case_sensitive():
    assert Column("c", "varchar").to_api()["CaseSensitive"] is True
    assert Column("c", "integer").to_api()["CaseSensitive"] is False


def test_a_result_file_quotes_every_field_but_null():
    body = values.csv([["id", 'a "b"'], ["1", None], ["", "x,\ny"]])
    assert body == b'"id","a ""b"""\n"1",\n"","x,\ny"\n'


@given(
    st.lists(
        st.tuples(
            st.none() | st.integers(-(2**63), 2**63 - 1),
            st.none() | st.booleans(),
            st.none() | st.text(max_size=8),
            st.none() | st.decimals("-1e20", "1e20", places=6),
            st.none() | st.integers(-(10**37), 10**37),
            st.none() | st.dates(),
        ),
        max_size=5,
    )
)
def test_arrow_writes_the_lines_of_plain_rows(rows):
    kinds = [pa.int64(), pa.bool_(), pa.string(), pa.decimal128(38, 6), pa.decimal128(38, 0), pa.date32()]
    batch = pa.record_batch(
        [pa.array([row[place] for row in rows], kind) for place, kind in enumerate(kinds)], names=list("abcdef")
    )
    assert values.are_plain(batch.schema)
    for part in (batch, batch.select([2])):
        assert values.plain_csv(part) == values.csv(values.rows(pa.Table.from_batches([part])))


@pytest.mark.parametrize(
    "kind", [pa.float64(), pa.timestamp("us"), pa.time64("us"), pa.decimal128(9, 8), pa.list_(pa.int8()), pa.binary()]
)
def test_what_arrow_would_write_otherwise_is_not_plain(kind):
    assert not values.are_plain(pa.schema([("a", kind)]))
