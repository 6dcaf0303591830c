"""Fields taken, dropped, renamed and split; null fields dropped."""

import pytest
from awsglue.transforms import DropFields, DropNullFields, RenameField, SelectFields, SplitFields

RECORDS = [{"a": 1, "s": {"x": 1, "y": {"z": 2}}, "l": [{"k": 1, "m": 2}], "d.e": 3}, {"a": 2, "s": None, "l": None}]


def test_dropping_reaches_into_structs_and_arrays_and_passes_over_what_is_not_there(make, rows):
    frame = DropFields.apply(make(RECORDS), ["s.y.z", "l.k", "`d.e`", "nothing", "s.nothing", ".a"])
    assert rows(frame) == [{"a": 1, "s": {"x": 1}, "l": [{"m": 2}]}, {"a": 2, "s": None, "l": None}]


def test_a_path_is_first_the_whole_name_of_a_field(make, rows):
    frame = make([{"d.e": 3, "d": {"e": 4, "f": 5}}, {"d": {"f": 6}}])
    assert rows(frame.drop_fields(["d.e"])) == [{"d": {"e": 4, "f": 5}}, {"d": {"f": 6}}]
    assert rows(frame.rename_field("d.e", "x")) == [{"x": 3, "d": {"e": 4, "f": 5}}, {"d": {"f": 6}}]
    assert rows(frame.resolveChoice(specs=[("d.e", "cast:string")]))[0] == {"d.e": "3", "d": {"e": 4, "f": 5}}


def test_what_a_record_lacks_it_lacks_afterwards(make, rows):
    frame = make([{"s": {"x": 1, "y": 2}, "l": [{"x": 1}, {"y": 2}]}, {"s": {"y": 3}}, {}])
    assert rows(frame.drop_fields(["s.y", "l.y"])) == [{"s": {"x": 1}, "l": [{"x": 1}, {}]}, {"s": {}}, {}]
    assert rows(frame.select_fields(["s.x"])) == [{"s": {"x": 1}}, {"s": {}}, {}]
    assert rows(frame.rename_field("s.x", "s.z").rename_field("l", "m")) == [
        {"s": {"z": 1, "y": 2}, "m": [{"x": 1}, {"y": 2}]},
        {"s": {"y": 3}},
        {},
    ]


def test_selecting_follows_the_paths_order(make, rows):
    frame = SelectFields.apply(make(RECORDS), ["d.e", "s.y", "a", "nothing", "s.x"])
    assert rows(frame) == [{"d.e": 3, "s": {"x": 1, "y": {"z": 2}}, "a": 1}, {"s": None, "a": 2}]
    assert frame.toDF().columns == ["d.e", "s", "a"]
    assert rows(make(RECORDS).select_fields("s.x")) == [{"s": {"x": 1}}, {"s": None}]
    assert rows(make(RECORDS).select_fields(["s.x", "s"])) == [{"s": {"x": 1, "y": {"z": 2}}}, {"s": None}]
    assert rows(make([{"a": 1, "b": 2}]).rename_field("b", "a").select_fields("a")) == [{"a": 1}]  # the first of two


def test_splitting_gives_both_parts(make, rows):
    parts = SplitFields.apply(make(RECORDS, "f"), ["a", "s.x"])
    assert parts.keys() == ["f1", "f2"]
    assert rows(parts["f1"]) == [{"a": 1, "s": {"x": 1}}, {"a": 2, "s": None}]
    assert rows(parts["f2"])[0] == {"s": {"y": {"z": 2}}, "l": [{"k": 1, "m": 2}], "d.e": 3}


@pytest.mark.parametrize(
    ("old", "new", "first"),
    [
        ("a", "b", {"b": 1, "s": {"x": 1}, "d.e": 3}),
        ("s.x", "s.b", {"a": 1, "s": {"b": 1}, "d.e": 3}),
        ("s.x", "`b.c`", {"a": 1, "s": {"b.c": 1}, "d.e": 3}),
        ("`d.e`", "d", {"a": 1, "s": {"x": 1}, "d": 3}),
        ("nothing", "b", {"a": 1, "s": {"x": 1}, "d.e": 3}),
    ],
)
def test_renaming(make, rows, old, new, first):
    assert rows(RenameField.apply(make([{"a": 1, "s": {"x": 1}, "d.e": 3}]), old, new)) == [first]


def test_renaming_moves_nothing(make):
    with pytest.raises(ValueError, match=r"does not move s.x to t.x: name it beside the old one, or use apply_mapping"):
        make(RECORDS).rename_field("s.x", "t.x")


def test_null_fields_are_dropped_and_printed(make, rows, capsys):
    frame = make(
        [{"a": 1, "n": None, "s": {"m": None, "o.p": None, "k": 1}, "l": [None]}, {"a": None, "n": None, "l": []}]
    )
    assert rows(DropNullFields.apply(frame)) == [{"a": 1, "s": {"k": 1}}, {"a": None}]
    assert capsys.readouterr().out == "null_fields ['n', 's.m', 's.`o.p`', 'l']\n"
