"""What a look in Java tells of lines, beside what Python finds in all of them; no Spark job runs."""

import json
from functools import reduce

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

NAMES = st.sampled_from(["a", "b", "c", "ação", "", "😀", "a.b", "A"])
NUMBERS = st.integers() | st.sampled_from([2**31 - 1, 2**31, -(2**31), 2**63 - 1, -(2**63), 2**63, 0])
ATOMS = st.none() | st.booleans() | NUMBERS | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=3)
VALUES = st.recursive(
    ATOMS, lambda value: st.lists(value, max_size=3) | st.dictionaries(NAMES, value, max_size=3), max_leaves=8
)
RECORDS = st.lists(st.dictionaries(NAMES, VALUES, max_size=4), min_size=1, max_size=12)


@pytest.fixture
def lines(spark, tmp_path):
    """A function that makes files' lines of their bytes, in the order that Spark has them in."""
    from awsglue._formats.files import listed
    from awsglue._formats.text import texts

    def of(*contents):
        for number, content in enumerate(contents):
            (tmp_path / f"{number}.txt").write_bytes(content)
        return texts(spark, listed(spark, [str(tmp_path)], recurse=True))

    return of


def merged(records):
    """The type of all records, one after the other."""
    from awsglue import gluetypes as glue
    from awsglue._frames.values import type_of

    return reduce(glue.mergeDataTypes, map(type_of, records), glue.NullType()).jsonValue()


@settings(max_examples=200, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(RECORDS, st.booleans())
@example([{"a": {"b": 1}}, {"a": {"c": 1, "b": 2}}, {"a": {}}, {"a": None}, {"a": {"b": 3, "c": None}}], True)
@example([{"a": 2**31 - 1}, {"a": 2**31}, {"a": 2**63 - 1}, {"a": 2**63}], True)
@example([{"a": -(2**31)}, {"a": -(2**31) - 1}, {"a": -(2**63)}, {"a": -(2**63) - 1}], True)
@example([{"a": [{"b": 1}, {"c": "x"}]}, {"a": [[1], None]}, {"a": []}, {"b": 2**70}, {"b": 1e300}], False)
def test_the_telling_lines_have_the_types_of_all(lines, records, escaped):
    from awsglue._formats.looks import telling_lines

    text = "".join(f"{json.dumps(record, ensure_ascii=escaped)}\n" for record in records)
    (told,) = telling_lines(lines(text.encode()))
    assert merged(map(json.loads, told)) == merged(records)
    assert len(set(told)) == len(told)


def test_of_lines_that_tell_nothing_new_few_are_needed(lines):
    from awsglue._formats.looks import telling_lines

    records = [{"id": number, "name": str(number), "part": {"x": number / 4}} for number in range(1000)]
    text = "\n".join(map(json.dumps, records))
    assert telling_lines(lines(text.encode())) == [[json.dumps(records[0])]]


def test_each_partition_tells_for_itself_in_sparks_order(lines):
    from awsglue._formats.looks import telling_lines

    small, large = b'{"a": 1}\n', b'{"b": 1, "a": null}\n{"b": 1}\n'
    read = lines(small, large)
    told = telling_lines(read)
    assert [line for part in told for line in part] == [
        line
        for line in (row.value for row in read.collect())
        if line in ('{"a": 1}', '{"b": 1, "a": null}', '{"b": 1}')
    ]


@pytest.mark.parametrize(
    "line",
    [
        b"",
        b"[1]",
        b"[]",
        b"1",
        b'{"a": 1} {"a": 2}',
        b'{"a": 1} x',
        b'{"a": 1, "a": 2}',
        b'{"s": {"a": 1, "b": 2, "a": null}}',
        b'{"a": NaN}',
        b'{"a": -Infinity}',
        b'{"a": 01}',
        b'{"a": 1.}',
        b"{'a': 1}",
        b'{"a": 1,}',
        b'{"a": "\\x"}',
        b'{"a": "\xff"}',
        b'{"\xc1\xa1": 1}',
        b'\xef\xbb\xbf{"a": 1}',
        b'{\x00"a": 1}',
        b'{"a": ' + b"9" * 5000 + b"}",
        b'{"a": ' * 500 + b"1" + b"}" * 500,
        b'{"a": 1',
    ],
)
def test_what_python_may_take_otherwise_is_left_to_it(lines, line):
    from awsglue._formats.looks import telling_lines

    assert telling_lines(lines(b'{"a": 1}\n' + line + b"\n")) is None


def test_separators_are_counted(lines):
    from awsglue._formats.looks import Separators, separators

    read = lines("a;b;c\nç;d\n".encode(), b"x\n")
    assert separators(read, ";", '"') == Separators(0, 2, unwanted=False)
    assert separators(read, ";", "d") == Separators(0, 2, unwanted=True)
    assert separators(read, "ç", "d") is None


def test_lines_that_cannot_be_read_tell_nothing(lines, tmp_path):
    from awsglue._formats.looks import separators, telling_lines

    read = lines(b'{"a": 1}\n')
    (tmp_path / "0.txt").unlink()
    assert telling_lines(read) is None
    assert separators(read, ";", '"') is None


def test_where_the_compiler_is_another_one_nothing_is_told(lines, monkeypatch, tmp_path):
    from awsglue._formats import looks

    broken = tmp_path / "sources" / "looking"
    broken.mkdir(parents=True)
    for name in ("Types", "Separators"):
        (broken / f"{name}.java").write_text("package looking; no class")
    text = lines(b'{"a": 1}\n')
    looks._loader.cache_clear()
    monkeypatch.setattr(looks, "_SOURCES", broken.parent)
    try:
        assert looks.telling_lines(text) is None
        assert looks.separators(text, ",", '"') is None
    finally:
        looks._loader.cache_clear()
