"""resolveChoice and toDF of choices."""

import pytest
from awsglue import gluetypes as glue
from awsglue.dynamicframe import ResolveOption
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.local_aws.jobs.awsglue import models

MIXED = [{"c": 1, "d": {"c": 1.5}}, {"c": "x", "d": {"c": "2.5"}}, {"c": None, "d": None}]


def test_the_documented_actions(make, rows):
    frame = make(MIXED)
    assert rows(frame.resolveChoice(specs=[("c", "cast:int"), ("d.c", "project:string")])) == [
        {"c": 1, "d": {"c": "1.5"}},
        {"c": None, "d": {"c": "2.5"}},
        {"c": None, "d": None},
    ]
    assert frame.resolveChoice(choice="make_cols").toDF().columns == ["c_int", "c_string", "d"]
    assert [tuple(row) for row in frame.resolveChoice(choice="make_cols").toDF().select("d.*").collect()] == [
        (1.5, None),
        (None, "2.5"),
        (None, None),
    ]
    assert rows(frame.resolveChoice(specs=[("c", "make_struct")]).select_fields(["c"])) == [
        {"c": {"int": 1, "string": None}},
        {"c": {"int": None, "string": "x"}},
        {"c": None},
    ]


def test_an_open_choice_is_a_struct_in_a_dataframe(make):
    frame = make(MIXED).select_fields(["c"])
    assert frame.toDF().dtypes == [("c", "struct<int:int,string:string>")]
    assert [row.c and tuple(row.c) for row in frame.toDF().collect()] == [(1, None), (None, "x"), None]


def test_options_of_to_df(make):
    frame = make(MIXED)
    assert frame.toDF([ResolveOption("c", "KeepAsStruct")]).dtypes[0] == ("c", "struct<int:int,string:string>")
    found = frame.toDF([ResolveOption("d.c", "Project", glue.DoubleType()), ResolveOption("c", "Cast", "string")])
    assert found.dtypes == [("c", "string"), ("d", "struct<c:double>")]
    with pytest.raises(ValueError, match="knows KeepAsStruct, Cast and Project"):
        frame.toDF([ResolveOption("c", "Guess")])


def test_the_guides_prices(make, rows):
    frame = make([{"myList": [{"price": 100.0}, {"price": "$100.00"}]}, {"myList": None}])
    expected = [{"myList": [{"price": 100.0}, {"price": None}]}, {"myList": None}]
    assert rows(frame.resolveChoice(specs=[("myList[].price", "cast:double")])) == expected
    assert rows(frame.resolveChoice(choice="cast:double")) == expected


def test_a_field_that_is_no_choice_is_cast_and_one_that_is_not_there_is_passed_over(make, rows):
    frame = make([{"a": "7"}])
    assert rows(frame.resolveChoice(specs=[("a", "cast:long"), ("absent", "cast:int")])) == [{"a": 7}]


def test_structs_alone(make, rows):
    frame = make([{"address": {"state": "NE"}}, {"address": "unknown"}])
    assert rows(frame.resolveChoice(specs=[("address", "project:struct")])) == [
        {"address": {"state": "NE"}},
        {"address": None},
    ]


def test_match_catalog_casts_choices_to_the_tables_types(make, rows):
    class Context:
        def _catalog_schema(self, database, table_name, catalog_id):
            assert (database, table_name, catalog_id) == ("db", "t", None)
            inner = glue.StructType([glue.Field("c", glue.DoubleType())])
            return glue.StructType([glue.Field("C", glue.LongType()), glue.Field("d", inner)])

    frame = make(MIXED)
    frame.glue_ctx = Context()
    resolved = frame.resolveChoice(choice="match_catalog", database="db", table_name="t")
    assert rows(resolved) == [{"c": 1, "d": {"c": 1.5}}, {"c": None, "d": {"c": 2.5}}, {"c": None, "d": None}]
    assert resolved.schema().getField("c").dataType == glue.LongType()


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ({}, "^Parameter specs and option are both missing, add one.$"),
        ({"specs": [("c", "cast:int")], "choice": "make_cols"}, "specs or choice, not both"),
        ({"specs": [("c", "guess")]}, "knows no action 'guess'"),
        ({"choice": "cast:integers"}, "'integers' is no type of Glue"),
        ({"specs": [("c", "match_catalog")]}, "match_catalog is for choice"),
        ({"specs": [("c", "project:array")]}, "c has no values of type array"),
    ],
)
def test_what_cannot_be_resolved_is_refused(make, arguments, text):
    with pytest.raises(ValueError, match=text):
        make(MIXED).resolveChoice(**arguments)


RECORDS = st.lists(
    st.fixed_dictionaries(
        {
            "c": models.ATOMS,
            "s": st.none() | st.fixed_dictionaries({"c": models.ATOMS}),
            "l": st.none() | st.lists(st.fixed_dictionaries({"c": models.ATOMS}), max_size=3),
        }
    ),
    min_size=1,
    max_size=6,
)


def values(records, name):
    """All values at a place, for their types."""
    if name == "c":
        return [record["c"] for record in records]
    if name == "s":
        return [record["s"]["c"] for record in records if record["s"]]
    return [item["c"] for record in records for item in record["l"] or []]


def resolved(found, records, name, action):
    """The fields that one `c` becomes."""
    kinds = {models.type_name(value) for value in values(records, name) if value is not None}
    if len(kinds) < 2:
        return {"c": found}
    if action.startswith("cast"):
        return {"c": models.cast(found, action.removeprefix("cast:"))}
    parts = {kind: found if found is not None and models.type_name(found) == kind else None for kind in kinds}
    if action == "make_cols":
        return {f"c_{kind}": value for kind, value in parts.items()}
    return {"c": None if found is None else parts}


@settings(max_examples=12, deadline=None, phases=models.PHASES)
@given(RECORDS, st.sampled_from(["cast:string", "cast:long", "cast:double", "make_cols", "make_struct"]))
def test_any_choices_anywhere(make, records, action):
    expected = [
        {
            **resolved(record["c"], records, "c", action),
            "s": record["s"] and resolved(record["s"]["c"], records, "s", action),
            "l": record["l"] and [resolved(item["c"], records, "l", action) for item in record["l"]],
        }
        for record in records
    ]
    frame = make(records).resolveChoice(choice=action)
    assert [row.asDict(recursive=True) for row in frame.toDF().collect()] == expected
