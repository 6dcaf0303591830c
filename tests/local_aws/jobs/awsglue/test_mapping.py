"""ApplyMapping."""

import datetime
import decimal

import pytest


def test_what_is_not_listed_is_dropped_and_the_order_is_that_of_the_list(make, rows):
    frame = make([{"a": 1, "b": "x", "c": 2.5}]).apply_mapping(
        [("c", "double", "see", "string"), ("a", "int", "id", "long"), ("absent", "int", "absent", "int")]
    )
    assert rows(frame) == [{"see": "2.5", "id": 1}]
    assert [(field.name, field.dataType.typeName()) for field in frame.schema()] == [("see", "string"), ("id", "long")]


def test_nested_sources_and_targets(make, rows):
    frame = make([{"a": {"b": 1, "c": "x"}, "d.e": 2}]).apply_mapping(
        [("a.b", "int", "n.m.one", "int"), ("`d.e`", "int", "`f.g`", "int"), ("A.C", "string", "n.two", "string")]
    )
    assert rows(frame) == [{"n": {"m": {"one": 1}, "two": "x"}, "f.g": 2}]
