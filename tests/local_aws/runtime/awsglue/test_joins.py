"""Join, union and mergeDynamicFrame."""

import pytest
from awsglue.transforms import Join, Union
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.local_aws.runtime.awsglue import models


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
        ([], [], "as many keys"),
        (["nobody"], ["id"], "there is no field 'nobody' to join on; there are id"),
    ],
)
def test_keys_must_be_there_and_as_many(make, left, right, text):
    frame = make([{"id": 1}])
    with pytest.raises(ValueError, match=text):
        frame.join(left, right, frame)


def test_errors_of_both_frames_stay(make):
    one, other = (make([{"t": "{", "n": 1}, {"t": text, "n": 2}]).unbox("t", "json") for text in ("{}", "["))
    assert one.errorsCount() == 1
    assert other.errorsCount() == 2
    assert one.join(["n"], ["n"], other).errorsCount() == 3
    assert Union.apply(one, other).errorsCount() == 3
    assert one.mergeDynamicFrame(other, ["n"]).errorsCount() == 3


KEYS = st.none() | st.integers(0, 2)
"""Few, so that they come more than once on a side."""
SIDES = st.lists(
    st.fixed_dictionaries(
        {"k": KEYS, "j": KEYS, "v": st.integers(0, 9)},
        optional={"o": st.integers(0, 9), "s": st.none() | st.fixed_dictionaries({}, optional={"x": KEYS, "y": KEYS})},
    ),
    min_size=1,
    max_size=9,
)


@settings(max_examples=8, deadline=None, phases=models.PHASES)
@example([{"k": 0, "j": 1, "v": 2, "o": 3}], [{"k": 1, "j": 0, "v": 1}], 1)
@given(SIDES, SIDES, st.integers(1, 2))
def test_any_join(make, rows, left, right, count):
    ours, theirs = ["k", "j"][:count], ["j", "v"][:count]
    names = {name for other in right for name in other}  # the left ones of those names get a dot
    expected = [
        {**{f".{name}" if name in names else name: value for name, value in one.items()}, **other}
        for one in left
        for other in right
        if all(one[a] is not None and one[a] == other[b] for a, b in zip(ours, theirs, strict=True))
    ]
    assert alike(rows(make(left).join(ours, theirs, make(right)))) == alike(expected)


def alike(found):
    """Rows in an order of their own; null and lacking are the same here."""

    def plain(value):
        if not isinstance(value, dict):
            return value
        return {name: plain(item) for name, item in value.items() if item is not None}

    return models.unordered(map(plain, found))


def test_what_a_record_lacks_it_lacks_afterwards(make, rows):
    left, right = make([{"k": 1, "v": 1}, {"k": 2}]), make([{"k": 1}, {"k": 2, "w": 1}])
    assert models.unordered(rows(left.join(["k"], ["k"], right))) == models.unordered(
        [{".k": 1, "v": 1, "k": 1}, {".k": 2, "k": 2, "w": 1}]
    )


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
    ids = (1, 1, 2, 2, None)
    source = make([{"id": number, "v": text} for number, text in zip(ids, "abccd", strict=True)])
    staged = make([{"id": number, "v": text, "w": 1} for number, text in ((1, "new"), (9, "more"), (None, "too"))])
    assert models.unordered(rows(source.mergeDynamicFrame(staged, ["id"]))) == models.unordered(
        [
            {"id": 1, "v": "new", "w": 1},
            {"id": 2, "v": "c"},
            {"id": 2, "v": "c"},
            {"id": 9, "v": "more", "w": 1},
            {"id": None, "v": "too", "w": 1},
        ]
    )


def test_a_union_tells_two_columns_of_one_name_apart(make):
    twice = make([{"a": 1, "b": 2}]).rename_field("b", "a")
    both = twice.union(make([{"a": 3, "c": 4}]))
    assert [field.name for field in both.schema()] == ["a", "a", "c"]
    assert [tuple(row) for row in both.toDF().collect()] == [(1, 2, None), (3, None, 4)]
    other = make([{"c": 4, "a": 3}]).union(twice)
    assert [tuple(row) for row in other.toDF().collect()] == [(4, 3, None), (None, 1, 2)]
