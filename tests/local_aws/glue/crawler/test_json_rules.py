import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from local_aws.glue.crawler.json_rules import classify_json, read_values

STEDI = (
    '{"customerName":"A","registrationDate":1655564400000,"shareDate":null,"score":1.5,"ok":true}\n'
    '{"customerName":"B","registrationDate":1655564400001,"shareDate":1655564400002,"score":2,"ok":false}\n'
)


def columns(text):
    return [(column.name, column.hive_type) for column in classify_json(text).columns]


def test_columns_are_the_keys_in_order_and_lower_case():
    assert columns(STEDI) == [
        ("customername", "string"),
        ("registrationdate", "bigint"),
        ("sharedate", "bigint"),
        ("score", "double"),
        ("ok", "boolean"),
    ]


def test_paths_are_the_keys_as_spelled_and_sorted():
    assert classify_json('{"b":1,"Z":2,"a":3}').paths == ("Z", "a", "b")


@pytest.mark.parametrize(
    ("value", "hive_type"),
    [
        (2**31 - 1, "int"),
        (2**31, "bigint"),
        (2**63, "double"),
        (1.0, "double"),
        (None, "string"),
        ([], "array<string>"),
        ([1, 2.5], "array<double>"),
        ([1, "x"], "array<string>"),
        ({"inner Key": 1, "more": [{"x": None}]}, "struct<inner Key:int,more:array<struct<x:string>>>"),
        ({}, "string"),
    ],
)
def test_the_type_of_a_value(value, hive_type):
    assert columns(json.dumps({"v": value})) == [("v", hive_type)]


@pytest.mark.parametrize(
    ("one", "other", "both"),
    [(1, 2**40, "bigint"), (1, 2.5, "double"), ("x", {"a": 1}, "string"), ({"a": 1}, {"b": 2}, "struct<a:int,b:int>")],
)
def test_two_records_widen_a_column(one, other, both):
    assert columns(json.dumps({"v": one}) + json.dumps({"v": other})) == [("v", both)]


def test_the_reason_of_a_column_says_where_its_type_changed():
    found = classify_json('{"a":null,"b":1}{"a":1,"b":2}{"a":2.5}')
    assert {column.name: column.why for column in found.columns} == {
        "a": "in 3 of 3 sampled records, double in record 3, int before",
        "b": "in 2 of 3 sampled records",
    }


def test_keys_that_differ_in_case_only_are_one_column_and_two_paths():
    found = classify_json('{"Id":1}{"ID":2.5}')
    assert ([(c.name, c.hive_type) for c in found.columns], found.paths) == ([("id", "double")], ("ID", "Id"))


def test_several_objects_on_a_line_are_several_records():
    assert classify_json('{"a":1}{"a":2} {"a":3}\n').records == 3


def test_an_object_over_many_lines_is_one_record():
    assert classify_json(json.dumps({"a": {"b": [1, 2]}}, indent=2)).records == 1


def test_one_big_array_is_a_single_column_named_array():
    assert columns('[{"a":1},{"a":2,"b":"x"}]') == [("array", "array<struct<a:int,b:string>>")]


def test_a_record_that_is_cut_off_is_not_counted():
    assert classify_json('{"a":1}\n{"a":2}\n{"a":').records == 2


@pytest.mark.parametrize("text", ["", "1,2\n", "{not json}", '"text"', '{"a":1'])
def test_what_is_no_json_gives_no_record(text):
    assert classify_json(text).records == 0


def test_the_average_record_is_rounded_down():
    text = '{"a":1}\n{"a":22}\n'
    assert classify_json(text).record_size == (len(text) - 1) // 2


_values = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(allow_nan=False, allow_infinity=False), st.text()),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(st.text(max_size=3), inner, max_size=3)),
    max_leaves=6,
)


@given(st.lists(st.dictionaries(st.text(min_size=1, max_size=4), _values, max_size=4), min_size=1, max_size=5))
def test_every_written_record_is_read_again(records):
    assert read_values("\n".join(map(json.dumps, records)))[0] == records


@pytest.mark.parametrize(("opened", "closed"), [('{"a":', "}"), ("[", "]")])
@pytest.mark.parametrize("depth", [101, 400, 900, 5000])
def test_values_that_are_nested_too_deeply_are_no_json(opened, closed, depth):
    deep = opened * depth + "1" + closed * depth
    assert classify_json(deep).records == 0
    assert classify_json('{"a": 1}' + deep).records == 1  # what stands before is read


@pytest.mark.parametrize(("opened", "closed"), [('{"a":', "}"), ("[", "]")])
def test_values_may_be_nested_a_hundred_deep(opened, closed):
    assert classify_json(opened * 100 + "1" + closed * 100).records == 1
