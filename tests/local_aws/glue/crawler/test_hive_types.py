import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.glue.crawler import hive_types as hive
from local_aws.glue.crawler.hive_types import Array, Decimal, Map, Primitive, Struct, compatible, join, parse, render

_names = st.text("abcXYZ_", min_size=1, max_size=3)
_decimals = st.integers(0, 12).flatmap(lambda scale: st.builds(Decimal, st.integers(max(scale, 1), 38), st.just(scale)))
_leaves = st.one_of(
    st.sampled_from(
        [
            hive.VOID,
            hive.BOOLEAN,
            hive.TINYINT,
            hive.SMALLINT,
            hive.INT,
            hive.BIGINT,
            hive.FLOAT,
            hive.DOUBLE,
            hive.DATE,
            hive.TIMESTAMP,
            hive.BINARY,
            hive.STRING,
        ]
    ),
    _decimals,
)
types = st.recursive(
    _leaves,
    lambda inner: st.one_of(
        st.builds(Array, inner),
        st.builds(Map, st.just(hive.STRING), inner),
        st.builds(Struct, st.dictionaries(_names, inner, min_size=1, max_size=3).map(lambda d: tuple(d.items()))),
    ),
    max_leaves=5,
)


def unordered(hive_type):
    """The type with the fields of every struct sorted."""
    match hive_type:
        case Array(element):
            return Array(unordered(element))
        case Map(key, value):
            return Map(unordered(key), unordered(value))
        case Struct(fields):
            return Struct(tuple(sorted((name, unordered(field)) for name, field in fields)))
    return hive_type


@given(types)
def test_join_is_idempotent(one):
    assert join(one, one) == one


@given(types, types)
def test_join_is_commutative_but_for_the_order_of_struct_fields(one, other):
    assert unordered(join(one, other)) == unordered(join(other, one))


@given(types, types, types)
def test_join_is_associative(one, two, three):
    assert unordered(join(join(one, two), three)) == unordered(join(one, join(two, three)))


@given(types, types)
def test_join_holds_both(one, other):
    wide = join(one, other)
    assert unordered(join(wide, one)) == unordered(join(wide, other)) == unordered(wide)


@given(types)
def test_void_says_nothing(one):
    assert join(one, hive.VOID) == join(hive.VOID, one) == one


@given(types)
def test_string_holds_everything(one):
    assert join(one, hive.STRING) == hive.STRING


@given(types)
def test_parse_reads_what_render_writes(one):
    assert render(parse(render(one))) == render(one)


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [
        ("int", "bigint", "bigint"),
        ("bigint", "double", "double"),
        ("float", "int", "double"),
        ("boolean", "bigint", "string"),
        ("date", "timestamp", "string"),
        ("decimal(10,2)", "decimal(8,4)", "decimal(12,4)"),
        ("decimal(10,2)", "int", "decimal(12,2)"),
        ("decimal(38,0)", "decimal(38,38)", "double"),
        ("array<int>", "array<bigint>", "array<bigint>"),
        ("struct<a:int>", "struct<b:string,a:double>", "struct<a:double,b:string>"),
        ("struct<a:int>", "string", "string"),
        ("map<string,int>", "map<string,double>", "map<string,double>"),
    ],
)
def test_what_two_types_become(one, other, both):
    assert render(join(parse(one), parse(other))) == both


def test_a_struct_keeps_the_case_of_its_fields():
    assert render(parse("struct<eventName:string,ids:array<map<string,decimal(10,2)>>>")) == (
        "struct<eventName:string,ids:array<map<string,decimal(10,2)>>>"
    )


def test_a_type_without_any_value_is_a_string():
    assert [render(hive.VOID), render(Struct(())), render(Array(hive.VOID))] == ["string", "string", "array<string>"]


def test_a_type_from_elsewhere_is_kept_as_it_is_spelled():
    assert parse("varchar(10)") == Primitive("varchar(10)")


def test_numbers_fit_each_other_and_texts_do_not_fit_numbers():
    assert (compatible(hive.INT, hive.DOUBLE), compatible(hive.INT, hive.STRING)) == (True, False)
