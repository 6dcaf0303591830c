"""Join, union and mergeDynamicFrame."""

import pytest
from awsglue.transforms import Join, Union
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.local_aws.jobs.awsglue import models


def test_a_public_log(make, rows):
    activities = make([{"id": 1, "action_id": 1, "note": "a"}, {"id": 2, "action_id": 1, "note": "b"}], "activities")
    actions = make([{"id": 1, "note": "Weight"}, {"id": 7, "note": "none"}], "actions")
    joined = Join.apply(activities, actions, "action_id", "id")
    assert models.unordered(rows(joined)) == [
        {".id": 1, "action_id": 1, ".note": "a", "id": 1, "note": "Weight"},
        {".id": 2, "action_id": 1, ".note": "b", "id": 1, "note": "Weight"},
    ]
    assert joined.name == "activitiesactions"
    cleaned = joined.drop_fields(["`.id`", ".note"]).rename_field("note", "what")
    assert rows(cleaned) == [{"action_id": 1, "id": 1, "what": "Weight"}] * 2
    again = Join.apply(joined, actions, ["id"], ["id"])
    assert again.toDF().columns == [".id", "action_id", ".note", "..id", "..note", "id", "note"]


def test_a_frame_joins_itself_by_nested_keys(make, rows):
    frame = make([{"a": {"k": 1}, "b": 1}, {"a": {"k": None}, "b": 2}])
    assert rows(frame.join(["a.k"], ["b"], frame)) == [{".a": {"k": 1}, ".b": 1, "a": {"k": 1}, "b": 1}]


def test_choices_join_by_their_text(make, rows):
    left, right = make([{"k": 1}, {"k": "2"}, {"k": "x"}]), make([{"r": "1"}, {"r": "2"}])
    assert models.unordered(rows(left.join(["k"], ["r"], right))) == [{"k": "2", "r": "2"}, {"k": 1, "r": "1"}]


@pytest.mark.parametrize(
    ("left", "right", "text"),
    [
        (["id"], [], "as many keys"),
        (["nobody"], ["id"], "there is no field 'nobody' to join on; there are id"),
    ],
)
def test_keys_must_be_there_and_as_many(make, left, right, text):
    frame = make([{"id": 1}])
    with pytest.raises(ValueError, match=text):
        frame.join(left, right, frame)


KEYS = st.none() | st.integers(0, 2)
SIDES = st.lists(st.fixed_dictionaries({"k": KEYS, "j": KEYS, "v": st.integers(0, 9)}), min_size=1, max_size=6)


@settings(max_examples=8, deadline=None, phases=models.PHASES)
@given(SIDES, SIDES, st.integers(1, 2))
def test_any_join(make, rows, left, right, count):
    ours, theirs = ["k", "j"][:count], ["j", "v"][:count]
    expected = [
        {**{f".{name}": value for name, value in one.items()}, **other}
        for one in left
        for other in right
        if all(one[a] is not None and one[a] == other[b] for a, b in zip(ours, theirs, strict=True))
    ]
    assert models.unordered(rows(make(left).join(ours, theirs, make(right)))) == models.unordered(expected)


def test_a_union_has_the_fields_of_both_and_choices_where_they_differ(make, rows):
    one, other = make([{"a": 1, "s": {"x": 1}}]), make([{"s": {"x": "t", "y": 2.5}, "a": 2, "b": True}])
    both = Union.apply(one, other)
    assert rows(both) == [
        {"a": 1, "s": {"x": 1}},
        {"a": 2, "s": {"x": "t", "y": 2.5}, "b": True},
    ]
    assert rows(both.resolveChoice(specs=[("s.x", "cast:string")]).filter(lambda row: row["b"])) == [
        {"a": 2, "s": {"x": "t", "y": 2.5}, "b": True}
    ]


def test_staged_rows_stand_in_for_those_of_their_keys(make, rows):
    source = make([{"id": 1, "v": "a"}, {"id": 1, "v": "b"}, {"id": 2, "v": "c"}, {"id": 2, "v": "c"}])
    staged = make([{"id": 1, "v": "new", "w": 1}, {"id": 9, "v": "more", "w": 2}])
    assert models.unordered(rows(source.mergeDynamicFrame(staged, ["id"]))) == models.unordered(
        [
            {"id": 1, "v": "new", "w": 1},
            {"id": 2, "v": "c"},
            {"id": 2, "v": "c"},
            {"id": 9, "v": "more", "w": 2},
        ]
    )
