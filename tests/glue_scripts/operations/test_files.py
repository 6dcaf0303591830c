"""Files on their way through a bucket."""

import json

import pytest
from operations_files import LONGEST_LINE, File, FilesError, split

from tests.glue_scripts.operations.plain_work import Bucket

A, B = "20260105-001.txt", "20260105-002.txt"


@pytest.fixture
def bucket(aws):  # noqa: ARG001 - what its clients find
    return Bucket()


def listed(bucket, entries, job="load", run="jr_1", name="incoming.input-files.json"):
    body = entries if isinstance(entries, bytes) else json.dumps(entries).encode()
    bucket.s3.put_object(Bucket=bucket.name, Key=f"temp/partitionlisting/{job}/{run}/{name}", Body=body)


@pytest.mark.parametrize(
    ("chunks", "lines"),
    [
        ([b""], []),
        ([b"a"], [b"a"]),
        ([b"a\n"], [b"a"]),
        ([b"a\n\n"], [b"a", b""]),
        ([b"a\r\nb\r\n"], [b"a", b"b"]),
        ([b"a\r", b"\nb"], [b"a", b"b"]),
        ([b"a", b"b", b"c\nd", b"e\n", b"f"], [b"abc", b"de", b"f"]),
        ([b"a\rb\n"], [b"a\rb"]),
        ([b"x" * LONGEST_LINE, b"y" * 9, b"z\nb\n"], [b"x" * LONGEST_LINE, b"b"]),
        ([b"x" * 3 * LONGEST_LINE], [b"x" * LONGEST_LINE]),
        ([b"x" * 3 * LONGEST_LINE + b"\nb"], [b"x" * LONGEST_LINE, b"b"]),
    ],
)
def test_lines_are_those_of_the_text_however_it_comes(chunks, lines):
    assert list(split(chunks)) == lines


def test_a_file_without_ends_of_lines_does_not_fill_the_memory():
    taken = 0

    def endless():
        nonlocal taken
        for _ in range(10_000):
            taken += 1
            yield b"x" * 100_000

    found = split(endless())
    assert next(found) == b"x" * LONGEST_LINE
    assert taken == 1
    assert list(found) == []


def test_what_a_run_was_given_stands_in_its_lists(bucket):
    place = f"s3://{bucket.name}/incoming"
    listed(bucket, [{"path": place, "files": [f"{place}/{B}", f"{place}/{A}"]}])
    listed(bucket, [{"path": f"{place}/sub dir", "files": [f"{place}/sub dir/c%20d.txt"]}], name="other.json")
    listed(bucket, [{"path": place, "files": [f"{place}/not mine"]}], run="jr_12")
    given = bucket.files.given(f"s3://{bucket.name}/temp/", "load", "jr_1")
    assert given == [f"incoming/{A}", f"incoming/{B}", "incoming/sub dir/c%20d.txt"]


def test_without_lists_nothing_is_known(bucket):
    assert bucket.files.given(f"s3://{bucket.name}/temp/", "load", "jr_1") is None
    listed(bucket, [])
    assert bucket.files.given(f"s3://{bucket.name}/temp/", "load", "jr_1") == []


@pytest.mark.parametrize("text", [b"no JSON", b'{"a": 1}', b'[{"path": "s3://b/c"}]', b"[1]"])
def test_a_list_of_another_form_is_refused(bucket, text):
    listed(bucket, text)
    with pytest.raises(FilesError, match=r"jr_1/incoming.input-files.json does not list files"):
        bucket.files.given(f"s3://{bucket.name}/temp", "load", "jr_1")


def test_files_are_moved_once(bucket):
    bucket.arrive({A: b"a\n", f"deep/{B}": b"b\n"})
    files = list(bucket.files.incoming().values())
    assert bucket.files.move(files) == 2
    assert bucket.keys() == [f"processed/{A}", f"processed/deep/{B}"]
    assert bucket.read(f"processed/{A}") == b"a\n"
    assert bucket.files.move(files) == 0
    assert bucket.keys() == [f"processed/{A}", f"processed/deep/{B}"]


def test_a_file_that_was_written_over_is_not_moved_and_not_read_as_the_former(bucket):
    bucket.arrive({A: b"a\n"})
    former = bucket.file(A)
    bucket.arrive({A: b"other\n"})
    assert bucket.files.move([former]) == 0
    assert bucket.keys() == [f"incoming/{A}"]
    with pytest.raises(FilesError, match="was changed while it was to be loaded"):
        list(bucket.files.lines(former))
    with pytest.raises(FilesError, match="was changed while it was to be loaded"):
        list(bucket.files.lines(File("incoming/none", former.etag)))


def test_notes_of_killed_runs_are_settled(bucket):
    bucket.arrive({A: b"a\n", B: b"b\n"})
    bucket.files.note("jr_1", [bucket.file(A)])
    bucket.files.note("jr_2", [bucket.file(B)])
    assert bucket.files.settle([f"incoming/{B}"]) == 1
    assert bucket.keys() == [f"incoming/{B}", f"processed/{A}"]


def test_rejected_lines_are_of_the_last_load_of_a_file(bucket):
    assert bucket.files.reject(A, [{"line_number": 2}, {"line_number": 5}]) == 2
    assert bucket.read(f"rejected/{A}.json") == b'{"line_number": 2}\n{"line_number": 5}\n'
    assert bucket.files.reject(A, [{"line_number": 5}]) == 1
    assert bucket.read(f"rejected/{A}.json") == b'{"line_number": 5}\n'
    assert bucket.files.reject(A, []) == 0
    assert bucket.keys() == []
