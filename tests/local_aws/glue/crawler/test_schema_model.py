"""The merging of schemas against a slow and obvious model: all types of a column at once, rather than one by one."""

from functools import reduce
from itertools import product

from hypothesis import given
from hypothesis import strategies as st

from local_aws.glue.crawler import hive_types as hive
from local_aws.glue.crawler.csv_rules import cell_type, column_of
from local_aws.glue.crawler.schema import Column, difference, merge_all, similarity

WHOLE = ["tinyint", "smallint", "int", "bigint"]
DIGITS = dict(zip(WHOLE, (3, 5, 10, 19), strict=True))

simple = st.sampled_from(["void", *WHOLE, "float", "double", "boolean", "date", "timestamp", "binary", "string"]).map(
    hive.Primitive
)
decimals = st.tuples(st.integers(1, 38), st.integers(0, 38)).filter(lambda each: each[1] <= each[0])
leaves = simple | decimals.map(lambda each: hive.Decimal(*each))


def structs(inner):
    fields = st.dictionaries(st.sampled_from("xyz"), inner, min_size=1, max_size=3)
    return fields.map(lambda named: hive.Struct(tuple(named.items())))


types = st.recursive(
    leaves,
    lambda inner: inner.map(hive.Array) | structs(inner) | st.tuples(leaves, inner).map(lambda each: hive.Map(*each)),
    max_leaves=6,
)
numbers = st.sampled_from([*WHOLE, "double"]).map(hive.Primitive) | decimals.map(lambda each: hive.Decimal(*each))
families = st.one_of(  # types that are likely to meet
    st.lists(family, max_size=4)
    for family in (types, leaves, numbers, numbers.map(hive.Array), structs(numbers), structs(numbers.map(hive.Array)))
)
schemas = st.dictionaries(st.sampled_from("abc"), types | numbers, max_size=3).map(
    lambda columns: tuple(Column(name, kind) for name, kind in columns.items())
)


def model_type(found):
    """What many types become together."""
    found = [kind for kind in found if kind != hive.VOID]
    if len(set(found)) <= 1:
        return found[0] if found else hive.VOID
    if all(isinstance(kind, hive.Array) for kind in found):
        return hive.Array(model_type([kind.element for kind in found]))
    if all(isinstance(kind, hive.Map) for kind in found):
        return hive.Map(model_type([kind.key for kind in found]), model_type([kind.value for kind in found]))
    if all(isinstance(kind, hive.Struct) for kind in found):
        names = dict.fromkeys(name for kind in found for name, _ in kind.fields)
        return hive.Struct(
            tuple((name, model_type([dict(kind.fields).get(name, hive.VOID) for kind in found])) for name in names)
        )
    return model_number(found)


def model_number(found):
    names = [kind.name for kind in found if isinstance(kind, hive.Primitive)]
    tens = [kind for kind in found if isinstance(kind, hive.Decimal)]
    if len(names) + len(tens) < len(found) or not set(names) <= {*WHOLE, "float", "double"}:
        return hive.STRING
    if {"float", "double"} & set(names):
        return hive.DOUBLE
    if not tens:
        return hive.Primitive(max(names, key=WHOLE.index))
    scale = max(kind.scale for kind in tens)
    before = max([kind.precision - kind.scale for kind in tens] + [DIGITS[name] for name in names])
    return hive.Decimal(before + scale, scale) if before + scale <= 38 else hive.DOUBLE


def model_merge(many):
    names = dict.fromkeys(column.name for schema in many for column in schema)
    return [
        (name, model_type([column.type for schema in many for column in schema if column.name == name]))
        for name in names
    ]


@given(families)
def test_types_join_as_in_the_model(family):
    assert reduce(hive.join, family, hive.VOID) == model_type(family)


@given(st.lists(schemas, max_size=5))
def test_the_merge_is_that_of_the_model(many):
    assert [(column.name, column.type) for column in merge_all(many)] == model_merge(many)


@given(st.lists(schemas, max_size=4))
def test_places_change_nothing_but_the_reasons(many):
    assert merge_all(many, [f"place {number}" for number, _ in enumerate(many)]) == merge_all(many)


@given(schemas, schemas)
def test_similarity_is_that_of_the_model(one, other):
    pairs = [(a, b) for a, b in product(one, other) if a.name == b.name]
    fitting = [
        (a, b)
        for a, b in pairs
        if a.type == b.type or hive.VOID in (a.type, b.type) or model_type([a.type, b.type]) != hive.STRING
    ]
    every = {column.name for column in (*one, *other)}
    assert similarity(one, other) == (len(fitting) / len(every) if every else 1.0)


@given(schemas, schemas)
def test_a_difference_is_told_where_similarity_is_not_full(one, other):
    assert bool(difference(one, other, ("one", "other"))) == (similarity(one, other) < 1)


cells = st.sampled_from(
    ["", " ", "0", "12", "-7", "007", "9" * 19, "1.5", ".5", "2e3", "true", "False", "ann", "2024-01-01"]
)


@given(st.lists(cells, max_size=8))
def test_a_csv_column_has_the_type_of_all_its_cells(values):
    expected = model_type([cell_type(value) for value in values])
    assert column_of("c", values).hive_type == hive.render(expected)
