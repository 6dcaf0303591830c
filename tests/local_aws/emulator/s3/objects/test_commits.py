"""A kill between the two files of an object leaves the old object or the new one, never one's bytes with the other's
description."""

import contextlib
import json
import os

import pytest

from local_aws.emulator.s3.objects import commits, recover

OLD, NEW = {"etag": "old"}, {"etag": "new"}


@pytest.fixture
def target(tmp_path, monkeypatch):
    monkeypatch.setenv("STATE_DIR", str(tmp_path / "emulator"))
    monkeypatch.setenv("S3_DATA_DIR", str(tmp_path / "s3"))
    recover()
    target = tmp_path / "s3" / "account" / "bucket" / "folder" / "key"
    commits.place(str(target), b"old", OLD)
    return target


class Killed(BaseException):
    pass


def kill_at(monkeypatch, call: str, count: int) -> None:
    """End at the count-th call of a function of `os`, leaving what is there as a kill does."""
    original, calls = getattr(os, call), []

    def killed(*args, **kwargs):
        calls.append(args)
        if len(calls) >= count:
            raise Killed
        return original(*args, **kwargs)

    monkeypatch.setattr(os, call, killed)
    monkeypatch.setattr(commits.Path, "unlink", lambda *_args, **_kwargs: None)


def found(target) -> tuple[bytes, str]:
    return target.read_bytes(), json.loads(target.with_name("key.meta.json").read_bytes())["etag"]


@pytest.mark.parametrize(
    ("call", "count", "left"),
    [
        ("open", 1, (b"old", "old")),
        ("write", 1, (b"old", "old")),
        ("write", 2, (b"old", "old")),
        ("replace", 1, (b"old", "old")),
        ("replace", 2, (b"new", "new")),
        ("replace", 3, (b"new", "new")),
    ],
)
def test_after_a_kill_it_is_one_or_the_other(target, monkeypatch, call, count, left):
    with monkeypatch.context() as patched:
        kill_at(patched, call, count)
        with contextlib.suppress(Killed):
            commits.place(str(target), b"new", NEW)
    recover()
    assert found(target) == left
    assert list(commits.spool_folder().iterdir()) == []


def test_a_description_that_a_kill_cut_off_is_dropped(target):
    whole = json.dumps({**NEW, "file": "account/bucket/folder/key"})
    for number in range(len(whole)):
        (commits.spool_folder() / "1.meta").write_text(whole[:number])
        recover()
        assert found(target) == (b"old", "old")


def test_a_refused_write_leaves_nothing(target, monkeypatch):
    def refused(*_args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patched:
        patched.setattr(os, "write", refused)
        with pytest.raises(OSError, match="No space left"):
            commits.place(str(target), b"new", NEW)
    assert found(target) == (b"old", "old")
    assert list(commits.spool_folder().iterdir()) == []
    assert sorted(file.name for file in target.parent.iterdir()) == ["key", "key.meta.json"]


def test_a_folder_that_takes_the_bytes_and_not_the_description_keeps_neither(target, monkeypatch):
    original, new = os.replace, str(target.with_name("other"))

    def refused(source, to):
        if str(to).endswith(".meta.json"):
            raise OSError(28, "No space left on device")
        original(source, to)

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", refused)
        with pytest.raises(OSError, match="No space left"):
            commits.place(new, b"new", NEW)
    assert sorted(file.name for file in target.parent.iterdir()) == ["key", "key.meta.json"]


def test_an_overwritten_file_is_a_new_one(target):
    """Jobs have hard links to the files of objects."""
    link = target.with_name("link")
    link.hardlink_to(target)
    commits.place(str(target), b"new", NEW)
    assert (link.read_bytes(), target.read_bytes()) == (b"old", b"new")
