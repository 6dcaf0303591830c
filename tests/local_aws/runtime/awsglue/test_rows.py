"""Rows split, sampled and moved; texts unboxed; thresholds."""

import json

import pytest
from awsglue import gluetypes as glue
from awsglue._frames.thresholds import ErrorThresholdError
from awsglue.transforms import Coalesce, ErrorsAsDynamicFrame, Repartition, Spigot, SplitRows, Unbox

OUT = ""
AGES = [{"age": age, "at": {"c": "USA" if age and age % 2 else "CH"}} for age in (5, 15, 25, 66, 67, None)]


@pytest.mark.parametrize(
    ("comparisons", "ages"),
    [
        ({"age": {">": 10, "<": 20}}, [15]),
        ({"age": {">=": 66}, "at.c": {"=": "USA"}}, [67]),
        ({"age": {"!=": 5, "<=": 66}}, [15, 25, 66]),
        ({"age": {"==": 5}}, [5]),
    ],
)
def test_rows_are_split_by_comparisons(make, rows, comparisons, ages):
    parts = SplitRows.apply(make(AGES), comparisons)
    assert parts.keys() == ["frame1", "frame2"]
    assert [row["age"] for row in rows(parts["frame1"])] == ages
    assert [row["age"] for row in rows(parts["frame2"])] == [one["age"] for one in AGES if one["age"] not in ages]


@pytest.mark.parametrize("comparisons", [{"nothing": {">": 1}}, {"age": {"~": 1}}])
def test_comparisons_that_do_not_exist_are_refused(make, comparisons):
    with pytest.raises(ValueError, match="there are"):
        make(AGES).split_rows(comparisons, "a", "b")


@pytest.mark.parametrize(("options", "count"), [({}, 100), ({"topk": 7}, 7), ({"prob": 0}, 0), ({"topk": 500}, 150)])
def test_a_spigot_writes_some_rows_and_passes_all(make, tmp_path, options, count):
    frame = make([{"n": n, "c": n if n % 2 else str(n)} for n in range(150)])
    assert Spigot.apply(frame, str(tmp_path / "out"), options).count() == 150
    files = list((tmp_path / "out").glob("part-*"))
    lines = [json.loads(line) for file in files for line in file.read_text().splitlines()]
    assert len({line["n"] for line in lines}) == len(lines) == count
    frame.spigot(str(tmp_path / "out"), {"topk": 1})  # beside what is there
    assert len(list((tmp_path / "out").glob("part-*"))) == len(files) + 1
    assert not (tmp_path / "out" / "_SUCCESS").exists()


def test_partitions(make):
    frame = make([{"n": n} for n in range(8)], slices=4)
    assert Repartition.apply(frame, 3).getNumPartitions() == 3
    assert Coalesce.apply(frame, 2).getNumPartitions() == 2
    assert Coalesce.apply(frame, 6).getNumPartitions() == 4
    assert Coalesce.apply(frame, 6, shuffle=True).getNumPartitions() == 6


def test_unboxing_json_gives_structs_with_choices(make, rows):
    frame = make([{"t": '{"a": 1, "b": [1]}', "n": 1}, {"t": '{"a": "x"}', "n": 2}, {"t": None, "n": 3}])
    assert rows(Unbox.apply(frame, "t", "json")) == [
        {"t": {"a": 1, "b": [1]}, "n": 1},
        {"t": {"a": "x"}, "n": 2},
        {"t": None, "n": 3},
    ]


def test_unboxing_csv(make, rows):
    frame = make([{"s": {"t": 'a|"b|c"'}}, {"s": {"t": "1"}}])
    assert rows(frame.unbox("s.t", "csv", separator="|")) == [
        {"s": {"t": {"col0": "a", "col1": "b|c"}}},
        {"s": {"t": {"col0": "1"}}},
    ]
    headed = make([{"t": "x,y\n1,2\n"}])
    assert rows(headed.unbox("t", "csv", withHeader=True)) == [{"t": {"x": "1", "y": "2"}}]
    assert rows(headed.unbox("t", "csv", withHeader=True, skipFirst=True)) == [{"t": {"x": "1", "y": "2"}}]
    quoted = make([{"t": "'a,b',c!,d"}, {}])
    assert rows(quoted.unbox("t", "csv", quoteChar="'", escaper="!")) == [{"t": {"col0": "a,b", "col1": "c,d"}}, {}]
    of_glue = glue.StructType([glue.Field("p", glue.StringType())])
    assert rows(headed.unbox("t", "csv", skipFirst=True, withSchema=json.dumps(of_glue.jsonValue()))) == [
        {"t": {"p": "1"}}
    ]
    schema = json.dumps(
        {"type": "struct", "fields": [{"name": "p", "type": "string", "nullable": True, "metadata": {}}]}
    )
    assert rows(headed.unbox("t", "csv", skipFirst=True, withSchema=schema)) == [{"t": {"p": "1"}}]


@pytest.mark.parametrize(
    ("action", "said"),
    [
        # one record fails in the step, one more failed before it
        (lambda frame: frame.unbox("u", "json", stageThreshold=1), None),
        (lambda frame: frame.unbox("u", "json", stageThreshold=0.5), "1 error record, and the stage error threshold"),
        (lambda frame: frame.unbox("u", "json", totalThreshold=2), None),
        (
            lambda frame: frame.unbox("u", "json", totalThreshold=1),
            "2 error records, and the total error threshold is 1",
        ),
        (lambda frame: frame.unbox("u", "json"), None),
        # a step without errors of its own has those of the steps before it in its total
        (lambda frame: frame.select_fields(["n"], stageThreshold=0.5, totalThreshold=1), None),
        (lambda frame: frame.select_fields(["n"], totalThreshold=0.5), "total error threshold is 0.5"),
        (lambda frame: frame.spigot(OUT, stageThreshold=0.5), None),
        (lambda frame: frame.map(lambda row: row["nothing"], stageThreshold=1), "the first: KeyError: 'nothing'"),
        (lambda frame: frame.filter(lambda row: row["n"] / 0, stageThreshold=2), None),
        (
            lambda frame: frame.filter(lambda row: row["n"] / 0, stageThreshold=1),
            "the first: ZeroDivisionError: division by",
        ),
        # errors of the other frame are in the total of both, and no errors of the step
        (lambda frame: frame.join(["n"], ["n"], frame, stageThreshold=0.5, totalThreshold=2), None),
        (lambda frame: frame.union(frame, totalThreshold=1), "2 error records"),
        (lambda frame: frame.mergeDynamicFrame(frame, ["n"], stageThreshold=0.5, totalThreshold=2), None),
        (lambda frame: frame.mergeDynamicFrame(frame, ["n"], totalThreshold=1), "2 error records"),
        (lambda frame: frame.split_fields(["n"], "a", "b", totalThreshold=1), None),
        (lambda frame: frame.assertErrorThreshold(), "1 error record"),
    ],
    ids=range(17),
)
def test_as_many_errors_as_a_threshold_pass_and_one_more_fails(make, tmp_path, monkeypatch, action, said):
    monkeypatch.setitem(globals(), "OUT", str(tmp_path))
    frame = make([{"t": "{", "u": "{}", "n": 1}, {"t": "{}", "u": "[", "n": 2}, {"t": "{}", "u": "{}", "n": 3}])
    frame = frame.unbox("t", "json")
    if said is None:
        action(frame)
        return
    with pytest.raises(ErrorThresholdError, match=said):
        action(frame)


def test_what_cannot_be_unboxed_becomes_error_records_and_counts_for_thresholds(make, rows):
    frame = make([{"t": "{}", "n": 1}, {"t": "{", "n": 2}, {"t": '{"a": 1}', "n": 3}])
    unboxed = frame.unbox("t", "json")
    assert rows(unboxed) == [{"t": {}, "n": 1}, {"t": {"a": 1}, "n": 3}]
    later = unboxed.select_fields(["n"])
    assert (unboxed.stageErrorsCount(), later.stageErrorsCount(), later.errorsCount()) == (1, 0, 1)
    [error] = rows(ErrorsAsDynamicFrame.apply(unboxed))
    assert error["error"]["msg"] == "unbox cannot parse t"
    more = make([{"t": "{", "u": "{}"}, {"t": "{}", "u": "["}]).unbox("t", "json").unbox("u", "json")
    assert (more.stageErrorsCount(), more.errorsCount()) == (1, 2)


@pytest.mark.parametrize(
    ("path", "format_", "text"), [("t", "avro", "not avro"), ("n", "json", "of type int"), ("x", "csv", "no field")]
)
def test_what_unbox_cannot_do_is_refused(make, path, format_, text):
    with pytest.raises(ValueError, match=text):
        make([{"t": "x", "n": 1}]).unbox(path, format_)
