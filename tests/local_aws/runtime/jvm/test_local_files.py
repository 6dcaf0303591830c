"""The local file system: compiled where it is not yet, and what it says of files is what the system says."""

import grp
import os
import pwd
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from local_aws.runtime.jvm import local_files, shared
from tests.local_aws.runtime.jvm.conftest import JAVA

ROOT = Path(__file__).parents[4]
PREPARE = (
    "from pathlib import Path; from local_aws.runtime.jvm import shared; "
    f"print(shared.prepare(Path({str(JAVA)!r})).jar)"
)


@pytest.fixture
def cache(tmp_path, monkeypatch):
    """The folder of an empty cache, which is not there yet."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return tmp_path / "cache" / "local-aws"


def test_two_that_need_it_at_once_get_the_same_which_is_whole(cache):
    command = [sys.executable, "-c", PREPARE]
    both = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    (one, _), (other, _) = [process.communicate() for process in both]
    assert one == other
    assert local_files._is_whole(Path(one.strip()))
    assert sorted(path.suffix for path in cache.iterdir()) == [".jar", ".lock"]
    assert cache.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("damage", ["cut short", "a byte", "none of a jar's", "another jar"])
@pytest.mark.usefixtures("cache")
def test_a_damaged_jar_is_made_anew(damage):
    jar = Path(shared.prepare(JAVA).jar)
    whole = jar.read_bytes()
    content = {
        "cut short": whole[:-30],
        "a byte": whole[:200] + bytes([whole[200] ^ 1]) + whole[201:],
        "none of a jar's": b"x",
        "another jar": next(shared.spark_jars().glob("janino-*.jar")).read_bytes(),
    }[damage]
    jar.write_bytes(content)
    assert Path(shared.prepare(JAVA).jar).read_bytes() == whole


@pytest.mark.usefixtures("cache")
def test_another_source_is_another_jar(tmp_path, monkeypatch):
    before = shared.prepare(JAVA).jar
    changed = tmp_path / "LocalFiles.java"
    first, *others = local_files._SOURCES
    changed.write_text(first.read_text() + "// changed\n")
    monkeypatch.setattr(local_files, "_SOURCES", [changed, *others])
    assert shared.prepare(JAVA).jar != before


def test_what_cannot_be_compiled_is_said_and_leaves_nothing(cache, tmp_path, monkeypatch):
    wrong = tmp_path / "LocalFiles.java"
    wrong.write_text("package local_aws; public class LocalFiles extends NothingThere {}")
    monkeypatch.setattr(local_files, "_SOURCES", [wrong, *local_files._SOURCES[1:]])
    with pytest.raises(local_files.NotCompiledError, match="NothingThere"):
        shared.prepare(JAVA)
    assert [path.suffix for path in cache.iterdir()] == [".lock"]


# In a session


@pytest.fixture(scope="module")
def files(spark):
    """Hadoop's file system for file://, and a function that makes its paths."""
    path = spark._jvm.org.apache.hadoop.fs.Path
    return path("file:///").getFileSystem(spark._jsc.hadoopConfiguration()), path


def test_it_is_the_one_of_file_paths(files):
    assert files[0].getClass().getName() == "local_aws.LocalFiles"


def test_what_asks_hadoop_for_its_local_file_system_gets_it(spark):
    local = spark._jvm.org.apache.hadoop.fs.FileSystem.getLocal(spark._jsc.hadoopConfiguration())
    assert local.getClass().getName() == "local_aws.LocalFiles"


@pytest.mark.parametrize("mode", [0o400, 0o644, 0o750, 0o1777])
@pytest.mark.parametrize("kind", ["file", "folder"])
def test_it_tells_of_a_file_what_the_system_tells(files, tmp_path, kind, mode):
    target = tmp_path / "a b:ü"
    target.mkdir() if kind == "folder" else target.write_bytes(b"12345")
    target.chmod(mode)
    os.utime(target, ns=(1_700_000_000_123_000_000, 1_600_000_000_456_000_000))
    system, path = files
    about, said = target.stat(), system.getFileStatus(path(tmp_path.as_uri() + "/", path(None, None, target.name)))
    assert said.getPermission().toShort() == stat.S_IMODE(about.st_mode)
    assert said.getOwner() == pwd.getpwuid(about.st_uid).pw_name
    assert said.getGroup() == grp.getgrgid(about.st_gid).gr_name
    assert said.getModificationTime() == 1_600_000_000_456
    assert said.getAccessTime() == 1_700_000_000_123
    assert (said.isDirectory(), said.getLen()) == ((True, 0) if kind == "folder" else (False, 5))
    assert said.getPath().toString() == f"file:{target}"


def test_it_lists_names_of_all_kinds_once_each(files, tmp_path):
    names = ["a:b", "a b", "ü", "%20", "_x", ".y", "a"]
    for name in names:
        (tmp_path / name).touch()
    (tmp_path / "gone").symlink_to("nowhere")
    system, path = files
    assert sorted(one.getPath().getName() for one in system.listStatus(path(tmp_path.as_uri()))) == sorted(names)
    (alone,) = system.listStatus(path((tmp_path / "a").as_uri()))
    assert alone.getPath().getName() == "a"


@pytest.mark.parametrize("mode", [0o700, 0o755, 0o1777, 0o644])
def test_it_sets_modes(files, spark, tmp_path, mode):
    (tmp_path / "a").touch()
    system, path = files
    system.setPermission(path(str(tmp_path / "a")), spark._jvm.org.apache.hadoop.fs.permission.FsPermission(mode))
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode


@pytest.mark.parametrize("call", ["getFileStatus", "listStatus", "open"])
def test_what_is_not_there_is_a_file_not_found(files, tmp_path, call):
    system, path = files
    with pytest.raises(Exception, match=r"FileNotFoundException: .*none"):
        getattr(system, call)(path(str(tmp_path / "none")))


def test_files_of_checksums_are_neither_made_nor_believed(spark, files, tmp_path):
    spark.range(3).coalesce(1).write.csv(str(tmp_path / "out"))
    assert not list((tmp_path / "out").glob(".*.crc"))
    assert (tmp_path / "out" / "_SUCCESS").exists()
    (part,) = (tmp_path / "out").glob("part-*")
    part.with_name(f".{part.name}.crc").write_bytes(b"crc\0\0\0\2\0" + bytes(12))
    assert spark.read.csv(str(tmp_path / "out")).count() == 3
    assert ".crc" not in {one.getPath().getName()[-4:] for one in files[0].listStatus(files[1](str(tmp_path / "out")))}
