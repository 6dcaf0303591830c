"""Types as they are written, which becomes which, and the signatures of functions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.athena.sql.analysis.coercion import can_cast, can_coerce, common_of_two
from local_aws.athena.sql.analysis.signatures import signatures
from local_aws.athena.sql.analysis.type_texts import UnknownTypeError, parse_type
from local_aws.athena.sql.analysis.types import UNKNOWN, of_data_type
from local_aws.athena.sql.functions import FUNCTIONS
from local_aws.athena.sql.hive_types import data_type


@pytest.mark.parametrize(
    ("written", "shown"),
    [
        ("INT", "integer"),
        ("varchar", "varchar"),
        ("VARCHAR( 10 )", "varchar(10)"),
        ("char", "char(1)"),
        ("decimal", "decimal(38,0)"),
        ("decimal(5)", "decimal(5,0)"),
        ("double precision", "double"),
        ("timestamp", "timestamp(3)"),
        ("timestamp(6) with time zone", "timestamp(6) with time zone"),
        ("time without time zone", "time(3)"),
        ("interval day to second", "interval day to second"),
        ("array<varchar>", "array(varchar)"),
        ("integer array", "array(integer)"),
        ("map(varchar, array(decimal(5,2)))", "map(varchar, array(decimal(5,2)))"),
        ('ROW(a int, "B c" varchar(3))', "row(a integer, b c varchar(3))"),
        ("row(integer, row(x double))", "row(integer, row(x double))"),
        ("row(x timestamp with time zone, y interval year to month)",
         "row(x timestamp(3) with time zone, y interval year to month)"),
    ],
)  # fmt: skip
def test_a_type_is_read_as_sql_writes_it(written, shown):
    assert str(parse_type(written)) == shown


@pytest.mark.parametrize(
    "name", ["string", "text", "int64", "datetime", "array(string)", "row(a text)", "map(int)", ""]
)
def test_what_is_no_type_of_trinos_is_none(name):
    with pytest.raises(UnknownTypeError):
        parse_type(name)


@pytest.mark.parametrize(
    ("hive", "shown"),
    [
        ("string", "varchar"),
        ("varchar(10)", "varchar(10)"),
        ("char(3)", "char(3)"),
        ("float", "real"),
        ("timestamp", "timestamp(3)"),
        ("binary", "varbinary"),
        ("decimal(10,2)", "decimal(10,2)"),
        ("array<struct<A:int,b:map<string,date>>>", "array(row(a integer, b map(varchar, date)))"),
    ],
)
def test_a_type_of_the_catalog_is_one_of_trinos(hive, shown):
    assert str(of_data_type(data_type(hive))) == shown


@pytest.mark.parametrize(
    ("left", "right", "joined"),
    [
        ("integer", "bigint", "bigint"),
        ("integer", "decimal(5,2)", "decimal(12,2)"),
        ("bigint", "decimal(38,10)", "decimal(38,10)"),
        ("decimal(10,2)", "decimal(5,4)", "decimal(12,4)"),
        ("decimal(10,2)", "double", "double"),
        ("bigint", "real", "real"),
        ("varchar(3)", "varchar(5)", "varchar(5)"),
        ("varchar(3)", "varchar", "varchar"),
        ("char(3)", "varchar(5)", "char(5)"),
        ("date", "timestamp(6)", "timestamp(6)"),
        ("date", "timestamp(3) with time zone", "timestamp(3) with time zone"),
        ("timestamp(3)", "timestamp(6) with time zone", "timestamp(6) with time zone"),
        ("unknown", "map(varchar, integer)", "map(varchar, integer)"),
        ("array(integer)", "array(double)", "array(double)"),
        ("map(varchar(1), integer)", "map(varchar(2), bigint)", "map(varchar(2), bigint)"),
        ("row(a integer, b varchar(1))", "row(a bigint, c varchar(2))", "row(a bigint, varchar(2))"),
        ("integer", "varchar", None),
        ("date", "varchar", None),
        ("boolean", "integer", None),
        ("date", "time(3)", None),
        ("varbinary", "varchar", None),
        ("json", "varchar", None),
        ("array(integer)", "array(varchar)", None),
        ("row(integer)", "row(integer, integer)", None),
    ],
)
def test_two_types_become_one(left, right, joined):
    one, other = parse_type(left), parse_type(right)
    for found in (common_of_two(one, other), common_of_two(other, one)):
        assert (None if found is None else str(found)) == joined


SIMPLE = """boolean tinyint smallint integer bigint real double decimal(5,2) decimal(38,0) varchar varchar(3) char(2)
date timestamp(3) timestamp(6)@with@time@zone time(3) json varbinary uuid array(integer) map(varchar,bigint)""".split()
types = st.sampled_from(SIMPLE).map(lambda text: parse_type(text.replace("@", " ")))


@given(types, types)
def test_types_become_what_they_have_in_common(left, right):
    joined = common_of_two(left, right)
    assert joined == common_of_two(right, left)
    if joined is not None:
        assert can_coerce(left, joined)
        assert can_coerce(right, joined)
        assert common_of_two(joined, left) == joined
    assert common_of_two(UNKNOWN, left) == left


@pytest.mark.parametrize(
    ("source", "target", "fits"),
    [
        ("integer", "bigint", True),
        ("bigint", "integer", False),
        ("integer", "double", True),
        ("double", "integer", False),
        ("varchar(3)", "varchar(5)", True),
        ("varchar(5)", "varchar(3)", False),
        ("varchar", "JsonPath", True),
        ("date", "timestamp(3)", True),
        ("timestamp(3)", "date", False),
        ("array(integer)", "array(bigint)", True),
        ("unknown", "array(bigint)", True),
    ],
)
def test_a_type_becomes_a_wider_one_by_itself(source, target, fits):
    assert can_coerce(parse_type(source), parse_type(target)) is fits


@pytest.mark.parametrize(
    ("source", "target", "fits"),
    [
        ("varchar", "date", True),
        ("varchar", "json", True),
        ("json", "map(varchar, integer)", True),
        ("array(integer)", "json", True),
        ("array(integer)", "array(varchar)", True),
        ("timestamp(3)", "date", True),
        ("double", "integer", True),
        ("integer", "date", False),
        ("date", "bigint", False),
        ("varbinary", "varchar", False),
        ("array(integer)", "varchar", False),
        ("map(varchar, integer)", "array(varchar)", False),
        ("array(integer)", "array(date)", False),
        ("row(integer)", "row(integer, integer)", False),
        ("boolean", "timestamp(3)", False),
    ],
)
def test_what_cast_takes_to_what(source, target, fits):
    assert can_cast(parse_type(source), parse_type(target)) is fits


def test_every_function_that_is_carried_out_has_a_signature():
    of_their_own = {"coalesce", "nullif", "row", "try", "grouping"}
    assert sorted(FUNCTIONS.keys() - signatures().keys() - of_their_own) == []


def test_no_signature_stands_twice():
    shown = [way.shown for found in signatures().values() for way in found.ways]
    assert len(shown) == len(set(shown)) > 600


def test_what_is_returned_is_made_of_what_is_taken():
    for name, found in signatures().items():
        for way in found.ways:
            taken = {letter for part in way.arguments for letter in _variables(part)} | {"p", "s", "q", "r"}
            assert _variables(way.returns) <= taken | set(way.variables), name


def _variables(kind):
    own = {kind.base} if kind.base[:1].isupper() and len(kind.base) < 3 else set()
    words = {word for number in kind.numbers if isinstance(number, str) for word in number.replace("(", " ").split()}
    numbers = {word for word in words if word.isalpha() and word not in ("min", "max")}
    return own | numbers | {inner for part in kind.arguments for inner in _variables(part)}
