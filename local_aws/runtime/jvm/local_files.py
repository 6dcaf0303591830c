"""Compiles the classes of this folder with the compiler that Spark brings for its own queries: there need be no JDK."""

from __future__ import annotations

import hashlib
import os
import subprocess
import tempfile
import zipfile
from pathlib import Path

from . import cache

CLASS = "local_aws.LocalFiles"
"""The file system."""


_CLASSES = ("LocalFiles", "LinkedObjects", "UsedObjects", "Renewal")
_SOURCES = [Path(__file__).with_name(f"{name}.java") for name in _CLASSES]
_COMPILER = "org.codehaus.commons.compiler.samples.CompilerDemo"
_COMPILE_SECONDS = 120
_EPOCH = (1980, 1, 1, 0, 0, 0)
_ENTRIES = tuple(f"local_aws/{name}.class" for name in (*_CLASSES, "LocalFiles$Plain"))


class NotCompiledError(Exception):
    """There is no jar; the text says why."""


def jar(folder: Path, java: Path, jars: Path, version: str) -> Path:
    """The jar of the classes, compiled now where it was not before or the file is damaged.

    Args:
        folder: of the cache.
        java: JAVA_HOME.
        jars: the folder of Spark's.
        version: of Spark and Java.

    Raises:
        NotCompiledError: the compiler failed.
        OSError: the cache cannot be written, or Java cannot be run.
    """
    sources = [source.read_bytes() for source in _SOURCES]
    key = hashlib.sha256(b"\0".join([version.encode(), *sources])).hexdigest()[:20]
    made = folder / f"local-files-{key}.jar"
    if not _is_whole(made):
        with cache.locked(folder, "local-files"):
            if not _is_whole(made):  # another process may have been first
                _compile(made, java, jars)
    return made


def _is_whole(made: Path) -> bool:
    try:
        with zipfile.ZipFile(made) as archive:
            return archive.namelist() == list(_ENTRIES) and archive.testzip() is None
    except (OSError, zipfile.BadZipFile):
        return False


def _compile(made: Path, java: Path, jars: Path) -> None:
    with tempfile.TemporaryDirectory(dir=made.parent, prefix="compiling-") as name:
        work = Path(name)
        every = sorted(str(path) for path in jars.glob("*.jar"))
        compilers = [path for path in every if Path(path).name.startswith(("janino-", "commons-compiler-"))]
        command = [str(java / "bin" / "java"), "-XX:TieredStopAtLevel=1", "-cp", os.pathsep.join(compilers), _COMPILER]
        command += ["-g", "-d", name, "-classpath", os.pathsep.join(every), *map(str, _SOURCES)]
        try:
            run = subprocess.run(command, capture_output=True, text=True, check=False, timeout=_COMPILE_SECONDS)
        except subprocess.TimeoutExpired as late:
            raise NotCompiledError(f"{_SOURCES[0].name}: no end after {_COMPILE_SECONDS} s") from late
        if missing := [entry for entry in _ENTRIES if not (work / entry).is_file()]:
            raise NotCompiledError(f"{missing[0]}: {(run.stderr or run.stdout).strip()[-2000:]}")
        with zipfile.ZipFile(work / made.name, "w") as archive:
            for entry in _ENTRIES:
                archive.writestr(zipfile.ZipInfo(entry, _EPOCH), (work / entry).read_bytes())
        (work / made.name).replace(made)
