from hypothesis import given
from hypothesis import strategies as st

from local_aws.glue.crawler import hive_types as hive
from local_aws.glue.crawler.schema import Column, judge, merge, merge_all, similarity

_types = st.sampled_from([hive.VOID, hive.INT, hive.BIGINT, hive.DOUBLE, hive.BOOLEAN, hive.DATE, hive.STRING])
schemas = st.dictionaries(st.sampled_from("abcdefgh"), _types, max_size=6).map(
    lambda columns: tuple(Column(name, kind) for name, kind in columns.items())
)


def schema(**columns):
    return tuple(Column(name, hive.parse(kind)) for name, kind in columns.items())


def unordered(columns):
    return {column.name: column.type for column in columns}


@given(schemas)
def test_merge_is_idempotent(one):
    assert merge(one, one) == one


@given(schemas, schemas)
def test_merge_is_commutative_but_for_the_order_of_columns(one, other):
    assert unordered(merge(one, other)) == unordered(merge(other, one))


@given(schemas, schemas, schemas)
def test_merge_is_associative(one, two, three):
    assert merge(merge(one, two), three) == merge(one, merge(two, three))


@given(schemas, schemas)
def test_merge_keeps_the_columns_of_the_first_in_front(one, other):
    assert [column.name for column in merge(one, other)][: len(one)] == [column.name for column in one]


@given(st.lists(schemas, min_size=1, max_size=5))
def test_merge_of_all_is_the_merge_of_each_with_the_next(many):
    expected = many[0]
    for each in many[1:]:
        expected = merge(expected, each)
    assert merge_all(many) == expected


@given(schemas, schemas)
def test_similarity_is_symmetric_and_a_share(one, other):
    assert similarity(one, other) == similarity(other, one)
    assert 0 <= similarity(one, other) <= 1


@given(schemas)
def test_a_schema_is_fully_similar_to_itself(one):
    assert similarity(one, one) == 1


def test_similarity_is_the_share_of_common_columns_of_fitting_types():
    assert similarity(schema(a="int", b="int", c="string"), schema(a="bigint", b="string", d="int")) == 1 / 4


def test_the_reason_names_the_types_that_met():
    merged = merge(schema(a="bigint"), schema(a="string"))
    assert merged[0].why == "bigint in one place and string in another"


def test_a_column_that_was_always_null_takes_the_other_reason():
    merged = merge((Column("a", hive.VOID, "no value"),), (Column("a", hive.INT, "all whole"),))
    assert (merged[0].type, merged[0].why) == (hive.INT, "all whole")


def test_different_schemas_are_not_one_table():
    assert not judge([schema(a="int", b="int"), schema(c="int", d="int")]).similar


def test_schemas_with_four_of_five_columns_in_common_are_one_table():
    assert judge(
        [schema(a="int", b="int", c="int", d="int"), schema(a="int", b="int", c="int", d="int", e="int")]
    ).similar


def test_exactly_seventy_percent_is_not_enough():
    odd, usual = schema(x="int"), schema(a="int")
    assert not judge([usual] * 7 + [odd] * 3).similar
    assert judge([usual] * 8 + [odd] * 3).similar


def test_more_than_five_different_schemas_are_not_one_table():
    usual = [schema(a="int")] * 100
    others = [schema(**{name: "int"}) for name in "uvwxy"]
    assert judge(usual + others[:4]).similar
    assert not judge(usual + others).similar


def drifting(first):
    """Ten columns, of which the neighbours in time have nine, and the next but one eight."""
    return tuple(Column(f"c{n}", hive.INT) for n in range(first, first + 10))


@given(st.permutations([drifting(0), drifting(1), drifting(1), drifting(2), schema(x="int")]))
def test_the_verdict_does_not_depend_on_the_order(many):
    assert judge(many) == judge(sorted(many, key=repr))
