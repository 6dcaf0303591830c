"""resolveChoice and toDF of choices."""

import pytest
from awsglue import gluetypes as glue
from awsglue.dynamicframe import ResolveOption
from hypothesis import given, settings
from hypothesis import strategies as st
from pyspark.sql.types import IntegerType

from tests.local_aws.runtime.awsglue import models

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


def test_a_record_that_lacks_a_choice_lacks_what_becomes_of_it(make, rows):
    frame = make([{"c": 1}, {"c": "x"}, {}])
    assert rows(frame.resolveChoice(choice="make_cols")) == [{"c_int": 1}, {"c_string": "x"}, {}]
    structs = [{"c": {"int": 1, "string": None}}, {"c": {"int": None, "string": "x"}}, {}]
    assert rows(frame.resolveChoice(choice="make_struct")) == structs


def test_an_open_choice_is_a_struct_in_a_dataframe(make):
    frame = make(MIXED).select_fields(["c"])
    assert frame.toDF().dtypes == [("c", "struct<int:int,string:string>")]
    assert [row.c and tuple(row.c) for row in frame.toDF().collect()] == [(1, None), (None, "x"), None]


def test_options_of_to_df(make):
    frame = make(MIXED)
    assert frame.toDF([ResolveOption("c", "keepAsStruct")]).dtypes[0] == ("c", "struct<int:int,string:string>")
    for target in (IntegerType(), glue.DoubleType(), "string", None):
        with pytest.raises(ValueError, match=r"^Target type must be specified with project action\.$"):
            frame.toDF([ResolveOption("d.c", "Project", target)])
        text = r"^Invalid resolve action Cast\. Action must be one of KeepAsStruct and Project\.$"
        with pytest.raises(ValueError, match=text):
            frame.toDF([ResolveOption("c", "Cast", target)])


def test_the_guides_prices(make, rows):
    frame = make([{"myList": [{"price": 100.0}, {"price": "$100.00"}]}, {"myList": None}])
    expected = [{"myList": [{"price": 100.0}, {"price": None}]}, {"myList": None}]
    assert rows(frame.resolveChoice(specs=[("myList[].price", "cast:double")])) == expected
    assert rows(frame.resolveChoice(choice="cast:double")) == expected


def test_a_field_that_is_no_choice_is_cast_and_one_that_is_not_there_is_passed_over(make, rows):
    frame = make([{"a": "7"}])
    assert rows(frame.resolveChoice(specs=[("a", "cast:long"), ("absent", "cast:int")])) == [{"a": 7}]


def test_elements_of_several_types(make, rows):
    frame = make([{"l": [1, "x"]}, {"l": None}])
    assert rows(frame.resolveChoice(choice="cast:string")) == [{"l": ["1", "x"]}, {"l": None}]
    assert rows(frame.resolveChoice(specs=[("l[]", "make_struct")]))[0] == {
        "l": [{"int": 1, "string": None}, {"int": None, "string": "x"}]
    }
    with pytest.raises(ValueError, match="the elements of l cannot become several fields"):
        frame.resolveChoice(choice="make_cols")


def test_structs_alone(make, rows):
    frame = make([{"address": {"state": "NE"}}, {"address": "unknown"}])
    structs = frame.resolveChoice(specs=[("address", "project:struct")])
    assert rows(structs) == [{"address": {"state": "NE"}}, {"address": None}]
    assert rows(structs.resolveChoice(specs=[("address", "project:struct")])) == rows(structs)


def test_match_catalog_casts_choices_to_the_tables_types(make, rows):
    class Context:
        def _catalog_schema(self, database, table_name, catalog_id):
            assert (database, table_name, catalog_id) == ("db", "t", None)
            inner = glue.StructType([glue.Field("c", glue.DoubleType())])
            fields = {"C": glue.LongType(), "d": inner, "l": glue.ArrayType(inner), "n": glue.LongType()}
            return glue.StructType(glue.Field(name, kind) for name, kind in fields.items())

    more = [{"l": [{"c": 1}, {"c": "2"}], "z": 1, "n": {"o": 1}}, {"l": [], "z": "x", "n": {"o": "x"}}, {"l": None}]
    frame = make([{**one, **other} for one, other in zip(MIXED, more, strict=True)])
    frame.glue_ctx = Context()
    resolved = frame.resolveChoice(choice="match_catalog", database="db", table_name="t")
    assert rows(resolved.drop_fields("n")) == [
        {"c": 1, "d": {"c": 1.5}, "l": [{"c": 1.0}, {"c": 2.0}], "z": 1},
        {"c": None, "d": {"c": 2.5}, "l": [], "z": "x"},
        {"c": None, "d": None, "l": None},
    ]
    assert [row["n"]["o"] for row in rows(resolved.select_fields("n"))[:2]] == [1, "x"]  # the table has none of it
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


INNER = st.none() | st.fixed_dictionaries({}, optional={"c": models.ATOMS, "d.e": models.ATOMS})
RECORDS = st.lists(
    st.fixed_dictionaries(
        {"s": INNER, "l": st.none() | st.lists(INNER, max_size=3)},
        optional={"c": models.ATOMS, "d.e": models.ATOMS},
    ),
    min_size=1,
    max_size=9,
)


def places(records):
    """All dicts of each place where a choice may be."""
    return {
        "": records,
        "s": [record["s"] for record in records if record["s"] is not None],
        "l": [item for record in records for item in record["l"] or [] if item is not None],
    }


def resolved(found, others, action):
    """What `c` and `d.e` of a dict become, where the others of its place hold the same or other types."""
    if found is None:
        return None
    made = {}
    for name in {name: None for other in others for name in other if name in ("c", "d.e")}:
        value = found.get(name)
        kinds = {models.type_name(other[name]) for other in others if other.get(name) is not None}
        parts = {kind: value if value is not None and models.type_name(value) == kind else None for kind in kinds}
        if len(kinds) < 2:
            made[name] = value
        elif action.startswith("cast"):
            made[name] = models.cast(value, action.removeprefix("cast:"))
        elif action == "make_cols":
            made.update({f"{name}_{kind}": part for kind, part in parts.items()})
        else:
            made[name] = None if value is None else parts
    return made


@settings(max_examples=12, deadline=None, phases=models.PHASES)
@given(RECORDS, st.sampled_from(["cast:string", "cast:long", "cast:double", "make_cols", "make_struct"]))
def test_any_choices_anywhere(make, records, action):
    there = places(records)
    expected = [
        {
            **resolved(record, there[""], action),
            "s": resolved(record["s"], there["s"], action),
            "l": record["l"] and [resolved(item, there["l"], action) for item in record["l"]],
        }
        for record in records
    ]
    frame = make(records).resolveChoice(choice=action)
    assert [row.asDict(recursive=True) for row in frame.toDF().collect()] == expected
