"""A run that is killed after any of its writes, and run again: nothing is lost, nothing is there twice."""

import botocore.client
import pytest

from tests import operations_read
from tests.glue_scripts.operations.plain_work import Bucket

pytestmark = pytest.mark.usefixtures("aws")

LOAD, LOAD_2 = "202601050000001", "202601060000002"
LINE = "{}01{:09d}{}CDCBRL{:015d}20251231"
FILES = {
    "1.txt": f"{LINE.format(10, 1, LOAD, 100)}\nmalformed\n{LINE.format(10, 2, LOAD, 200)}\n".encode(),
    "2.txt": f"{LINE.format(10, 2, LOAD, 201)}\r\n{LINE.format(21, 3, LOAD, 300)}\r\nno record".encode(),
}
LATER = {"3.txt": f"{LINE.format(35, 4, LOAD_2, 400)}\n".encode()}
WRITES = {"PutObject", "DeleteObject", "CopyObject", "BatchWriteItem"}


class Killed(BaseException):
    """As os._exit: nothing catches it."""


class Killer:
    """Kills after the nth write; counts them all."""

    def __init__(self):
        self.after, self.writes = None, []

    def __call__(self, what):
        self.writes.append(what)
        if len(self.writes) == self.after:
            raise Killed(what)


@pytest.fixture
def killer(monkeypatch):
    found, call = Killer(), botocore.client.BaseClient._make_api_call

    def made(client, operation, parameters):
        answer = call(client, operation, parameters)
        if operation in WRITES and found.after is not None:
            found(operation)
        return answer

    monkeypatch.setattr(botocore.client.BaseClient, "_make_api_call", made)
    return found


def run(bucket, name):
    import load

    return load.run(bucket.files, bucket, bucket, name)


def begun(killer):
    """A bucket in which a load is committed already, and new files have arrived."""
    killer.after = None
    bucket = Bucket(lambda what: killer(what) if killer.after is not None else None)
    bucket.arrive(FILES)
    return bucket


def holds(bucket, files):
    items, rejected = operations_read.whole(files)
    assert bucket.items() == {key: item for key, (item, *_) in items.items()}
    rows = {tuple(key.split("/")): tuple(row[-2:]) for key, row in bucket.rows().items()}
    assert rows == {key: (name, number) for key, (_, name, number, _) in items.items()}
    assert bucket.rejected() == {key: line.decode() for key, line in rejected.items()}
    assert bucket.keys("incoming/") == bucket.keys("pending/") == []
    assert bucket.keys("processed/") == sorted(f"processed/{name}" for name in files)
    assert {name: bucket.read(f"processed/{name}") for name in files} == files


def writes_of(killer):
    """The writes of a run that is not killed."""
    bucket = begun(killer)
    killer.after, killer.writes = 0, []
    assert run(bucket, "jr_0") == {"rows_read": 6, "rows_written": 3, "rows_rejected": 2}
    killer.after = None
    holds(bucket, FILES)
    return killer.writes


def test_a_run_writes_in_an_order_that_can_be_cut_anywhere(killer):
    load = ["PutObject", "PutObject", "BatchWriteItem", "PutObject"]  # rejected lines, items, table
    note, moves = ["PutObject"], ["CopyObject", "DeleteObject"]
    assert writes_of(killer) == [*load, *note, "commit", *moves, *moves, "DeleteObject"]


@pytest.mark.parametrize("place", range(1, 12))
@pytest.mark.parametrize("more", [{}, LATER], ids=["alone", "more has arrived"])
def test_killed_after_any_write_and_run_again_it_holds_each_record_once(killer, place, more):
    bucket = begun(killer)
    killer.after, killer.writes = place, []
    with pytest.raises(Killed):
        run(bucket, "jr_1")
    killer.after = None
    bucket.arrive(more)
    run(bucket, "jr_2")
    holds(bucket, FILES | more)


@pytest.mark.parametrize("place", [4, 5, 6, 7])
@pytest.mark.parametrize("again", [1, 4, 6])
def test_killed_twice_too(killer, place, again):
    bucket = begun(killer)
    for name, after in (("jr_1", place), ("jr_2", again)):
        killer.after, killer.writes = after, []
        try:
            run(bucket, name)
        except Killed:
            continue
    killer.after = None
    bucket.arrive(LATER)
    run(bucket, "jr_3")
    holds(bucket, FILES | LATER)


def test_a_run_that_finds_nothing_new_changes_nothing(killer):
    bucket = begun(killer)
    run(bucket, "jr_1")
    before = {key: bucket.read(key) for key in bucket.keys("")}
    assert run(bucket, "jr_2") == {}
    assert {key: bucket.read(key) for key in bucket.keys("")} == before


def test_a_file_that_is_sent_again_is_loaded_again_and_doubles_nothing(killer):
    bucket = begun(killer)
    run(bucket, "jr_1")
    bucket.arrive(FILES)
    bucket.committed = {}
    run(bucket, "jr_2")
    holds(bucket, FILES)
