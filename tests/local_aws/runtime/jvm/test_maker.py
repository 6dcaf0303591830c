"""How the archive is made: by one process at a time, from what a small job loads; a failure leaves a note."""

import subprocess
import threading

import pytest

from local_aws.runtime.jvm import cache, class_archive, maker, shared, training
from tests.local_aws.runtime.jvm.conftest import FEW, JAVA


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """The folder of an empty cache; what the maker does to its own process is not done to this one."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    monkeypatch.setattr(maker, "_give_way", lambda: None)
    monkeypatch.setattr(maker, "_trained", few)
    return tmp_path / "local-aws"


def few(work, java):
    """A short list in place of the training's."""
    assert java == JAVA
    listed = work / "classes.lst"
    listed.write_text("".join(f"{name}\n" for name in FEW))
    return listed


def names(folder):
    """The kinds of files in a folder, locks left out."""
    return sorted(path.name.partition("-")[0] for path in folder.iterdir() if path.suffix != ".lock")


def test_an_archive_is_made_that_java_takes(folder, key):
    (folder / "making-by-one-that-was-killed").mkdir(parents=True)
    assert maker.main(JAVA) == 0
    made = class_archive.ready(folder, key)
    assert names(folder) == ["classes"]
    command = [JAVA / "bin/java", "-XX:+UseParallelGC", "-Xshare:on", f"-XX:SharedArchiveFile={made}"]
    command += ["-cp", f"{shared.spark_jars()}/*", "-version"]
    assert "sharing" in subprocess.run(command, capture_output=True, text=True, check=True).stderr


def test_none_is_made_where_there_is_one(kept, monkeypatch):
    monkeypatch.setattr(maker, "_give_way", lambda: None)
    monkeypatch.setattr(maker, "_trained", None)
    assert maker.main(JAVA) == 0
    assert kept.exists()


def test_one_process_makes_it_at_a_time(folder, monkeypatch):
    monkeypatch.setattr(maker, "_trained", None)
    with cache.locked(folder, "class-archive"):
        codes = []
        thread = threading.Thread(target=lambda: codes.append(maker.main(JAVA)))
        thread.start()
        thread.join()
    assert codes == [0]
    assert names(folder) == []


def test_a_failure_is_noted_and_not_tried_again_at_once(folder, key, monkeypatch):
    monkeypatch.setattr(maker, "_trained", lambda work, _: work / "none.lst")
    assert maker.main(JAVA) == 1
    assert names(folder) == ["classes"]
    assert class_archive.ready(folder, key) is None
    assert "none.lst" in class_archive.failed(folder, key).read_text()
    monkeypatch.setattr(maker, "_trained", None)
    assert maker.main(JAVA) == 0


def test_what_took_too_long_on_a_busy_machine_is_tried_again(folder, key, monkeypatch):
    def late(_work, _java):
        raise subprocess.TimeoutExpired("training", 900)

    monkeypatch.setattr(maker, "_trained", late)
    assert maker.main(JAVA) == 1
    assert names(folder) == []
    assert class_archive.is_wanted(folder, key)


def test_none_is_made_on_a_full_disk(folder, monkeypatch):
    monkeypatch.setattr(maker, "_LEAST_FREE_BYTES", 1 << 60)
    assert maker.main(JAVA) == 0
    assert names(folder) == []


@pytest.mark.usefixtures("make")
def test_the_training_job_runs(spark, tmp_path):
    training.main(str(tmp_path))
    assert spark.read.json(str(tmp_path / "frames")).count() == training.ROWS
    assert {path.name for path in tmp_path.iterdir()} == {"csv", "json", "parquet", "orc", "joined", "frames"}
