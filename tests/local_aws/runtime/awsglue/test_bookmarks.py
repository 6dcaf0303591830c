"""Bookmarks of S3 sources: which of the files a run reads, and what it leaves for the next; no Spark is needed."""

import itertools
import json
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

JOBS = str(Path(__file__).parents[4] / "local_aws" / "runtime")
if JOBS not in sys.path:
    sys.path.insert(0, JOBS)

from awsglue._formats.files import File, bounded  # noqa: E402
from awsglue._sources import bookmarks as _bookmarks  # noqa: E402
from awsglue.job import Job  # noqa: E402

MINUTE = 60_000
START = 1_700_000_000_000
GLUE_CONTEXT = SimpleNamespace(spark_session="the session")


def file(name, modified):
    return File(f"s3://b/{name}", f"s3://b/{name}", "s3://b/", 1, modified)


class Runs:
    """Runs of a job, one after the other, as the server hands state to them."""

    def __init__(self, folder, monkeypatch):
        self.folder, self.monkeypatch = folder, monkeypatch
        self.state, self.saved, self.number = {}, [], itertools.count()

    def run(self, files, at=START, context="ctx", commit=True, limit=None, args=None, **window):
        """Which of the files a run reads that begins at a time; `args` are what the script gives to `job.init`."""
        folder = self.folder / str(next(self.number))
        folder.mkdir()
        (folder / "bookmark.json").write_text(json.dumps({"version": 0, "state": self.state, **window}))
        self.monkeypatch.setenv("GLUE_BOOKMARK_FILE", str(folder / "bookmark.json"))
        self.monkeypatch.setattr(_bookmarks.time, "time", lambda: at / 1000)
        job = Job(GLUE_CONTEXT)
        job.init("j", args)
        found = _bookmarks.current().unread(context, files, lambda new: bounded(new, limit, None))
        if commit:
            job.commit()
            saved = json.loads((folder / "bookmark.committed.json").read_text())
            self.saved.append(saved["state"])
            if not window:
                self.state = saved["state"]
        return [one.path.removeprefix("s3://b/") for one in found]


@pytest.fixture
def runs(tmp_path, monkeypatch):
    yield Runs(tmp_path, monkeypatch)
    monkeypatch.delenv("GLUE_BOOKMARK_FILE", raising=False)
    Job(None).init("j")


OLD, NEW = file("old", START - 60 * MINUTE), file("new", START - MINUTE)


def test_a_second_run_reads_nothing_again(runs):
    assert runs.run([OLD, NEW]) == ["old", "new"]
    assert runs.run([OLD, NEW], START + MINUTE) == []


def test_new_and_changed_files_are_read(runs):
    runs.run([OLD, NEW])
    late = file("late", START - 2 * MINUTE)  # shown by S3 after it was written
    changed = file("old", START + MINUTE)
    assert runs.run([changed, NEW, late], START + 2 * MINUTE) == ["old", "late"]


def test_a_file_that_changes_right_after_it_was_read_is_read_again(runs):
    assert runs.run([NEW]) == ["new"]
    assert runs.run([file("new", START + 1)], START + MINUTE) == ["new"]


def test_the_list_of_what_a_run_reads_is_left_in_the_temporary_folder(runs, monkeypatch):
    left = []
    monkeypatch.setattr(_bookmarks, "put_text", lambda *given: left.append(given))
    runs.run([NEW, OLD], limit=1, args={"TempDir": "s3://t/temp/", "JOB_RUN_ID": "jr_1"})
    [(session, path, text)] = left
    assert (session, path) == ("the session", "s3://t/temp/partitionlisting/j/jr_1/ctx.input-files.json")
    assert json.loads(text) == [{"path": "s3://b", "files": ["s3://b/old"]}]  # the oldest file, up to the limit


def test_without_a_commit_the_same_is_read_again(runs):
    assert runs.run([OLD], commit=False) == runs.run([OLD]) == ["old"]


def test_without_a_context_all_is_read(runs):
    assert runs.run([OLD], context="") == runs.run([OLD], context="") == ["old"]


def test_each_context_has_its_own_state(runs):
    assert runs.run([OLD], context="a") == runs.run([OLD], context="b") == ["old"]
    assert list(runs.state) == ["a", "b"]


def test_a_window_holds_what_came_between_two_runs(runs):
    second, third = file("second", START + MINUTE), file("third", START + 3 * MINUTE)
    runs.run([OLD])
    runs.run([OLD, second], START + 2 * MINUTE)
    runs.run([OLD, second, third], START + 4 * MINUTE)
    first, to = runs.saved[0], runs.saved[1]
    assert runs.run([OLD, second, third], START + 5 * MINUTE, **{"from": first, "to": to}) == ["second"]


def test_the_state_has_the_shape_of_public_bookmarks(runs):
    runs.run([OLD])
    runs.run([OLD], START + 1_230)
    assert runs.state == {
        "ctx": {
            "jsonClass": "HadoopDataSourceJobBookmarkState",
            "timestamps": {
                "RUN": "2",
                "HIGH_BAND": "900000",
                "CURR_LATEST_PARTITION": "0",
                "CURR_LATEST_PARTITIONS": "",
                "CURR_RUN_START_TIME": "2023-11-14T22:13:21.230Z",
                "INCLUDE_LIST": "",
            },
        }
    }


MILLISECONDS = st.builds(lambda minutes, rest: minutes * MINUTE + rest, st.integers(0, 90), st.integers(0, 999))
ages = st.lists(MILLISECONDS, min_size=1, max_size=12)


@given(arrivals=st.lists(ages, min_size=1, max_size=4), limit=st.none() | st.integers(1, 5))
def test_every_file_is_read_exactly_once(tmp_path_factory, arrivals, limit):
    """Whatever the ages of the files and the bounds of the runs: no later than a run after the last is each read."""
    with pytest.MonkeyPatch.context() as patch:
        runs = Runs(tmp_path_factory.mktemp("runs"), patch)
        there, read, now = [], [], START
        for number, all_ages in enumerate(arrivals):
            now += 5 * MINUTE + 777
            # A file is there when S3 shows it, at most the band after it was written.
            ages_of = all_ages if number == 0 else [age % (15 * MINUTE) for age in all_ages]
            there += [file(f"{number}-{place}", now - age) for place, age in enumerate(ages_of)]
            read += runs.run(there, now, limit=limit)
        for _ in there:
            now += 20 * MINUTE
            read += runs.run(there, now, limit=limit)
    assert sorted(read) == sorted(one.path.removeprefix("s3://b/") for one in there)


def test_without_the_servers_file_nothing_is_remembered(monkeypatch):
    monkeypatch.delenv("GLUE_BOOKMARK_FILE", raising=False)
    job = Job(None)
    assert not job.isInitialized()
    job.init("j", {})
    job.commit()
    assert job.isInitialized()
    assert _bookmarks.current().unread("ctx", [OLD], list) == [OLD]
