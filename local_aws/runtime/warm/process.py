"""The process that waits for its run: confined and warmed before it knows anything of one."""

from __future__ import annotations

import importlib.machinery
import json
import os
import select
import shutil
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, NoReturn

from .. import confinement, spark_conf
from ..jvm.shared import Shared
from .java import JavaError, WaitingJava
from .outside import Outside
from .use import use

_STEP_S = 20.0
"""So long a run waits at most for the step of the warming that goes on when it comes."""
_LOOK_EVERY_S = 0.02
_INPUT = 0


class Waiting:
    """This process until its run comes.

    Args:
        spec_file: what launch.py reads, as far as it is the same for all runs: "hidden", "readable", "paths", "result";
            and "work", the folder, "settings" of Spark, "few" and "shared" as in launch.py. Deleted.
        confine: confines this thread as the spec says.
    """

    def __init__(self, spec_file: Path, confine: Callable[[dict[str, Any]], None]) -> None:
        self._known = set(sys.modules)
        spec = json.loads(spec_file.read_text(encoding="utf-8"))
        spec_file.unlink()
        self._hidden = [Path(folder) for folder in spec["hidden"]]
        self._beside = set(confinement.beside(self._hidden))
        self.outside = Outside()
        confine(spec)
        self._folder = Path(spec["work"], "warming")
        conf = Path(os.environ["SPARK_CONF_DIR"])
        spark_conf.write_conf(
            conf,
            mount=self._folder / "mount",
            work=self._folder,
            buckets=(),
            extra=spec["settings"],
            few=spec["few"],
            shared=Shared(**spec["shared"]) if spec["shared"] else None,
        )
        self._folder.mkdir()
        self._environment = dict(os.environ)
        self._java: WaitingJava | None = WaitingJava(conf, self._environment)
        _load()

    def run(self) -> str:
        """Wait for the run; return its spec's path. Ends this process where none comes.

        Takes over the run's environment. Where the run does not fit, it begins here as it would without all this.
        """
        try:
            if self._java:
                self._warm(self._java.wait_until_up())
        except JavaError:
            self._drop_java()
        message = os.fdopen(os.dup(_INPUT), "rb").read()
        if not message:
            self._leave()
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, _INPUT)
        os.close(nothing)
        run = json.loads(message)
        os.environ.clear()
        os.environ.update(run["environment"])
        tempfile.tempdir = None
        shutil.rmtree(Path(run["work"], "warming"), ignore_errors=True)
        if self._java is None or not self._suits(run):
            self._begin_as_usual(run["spec"])
        return str(run["spec"])

    def shut(self) -> None:
        """End what is not confined; the script's Spark comes to the Java that waits."""
        self.outside.end()
        if self._java:
            self._java.serve(dict(os.environ))

    def _warm(self, address: Mapping[str, str]) -> None:
        child = os.fork()
        if child == 0:
            self._use(address)
        asked_at = None
        while True:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended:
                break
            if asked_at is None and _asked():
                asked_at = time.monotonic()
            if asked_at is not None and time.monotonic() > asked_at + _STEP_S:
                os.kill(child, 9)
            time.sleep(_LOOK_EVERY_S)
        if status:
            raise JavaError("the warming failed")

    def _use(self, address: Mapping[str, str]) -> NoReturn:
        """In a child, so that no module of this process knows of that session."""
        code = 1
        try:
            nothing = os.open(os.devnull, os.O_RDWR)
            for stream in (1, 2):
                os.dup2(nothing, stream)
            os.environ.update(address)
            use(self._folder / "session", _asked)
            code = 0
        finally:
            os._exit(code)

    def _suits(self, run: Mapping[str, Any]) -> bool:
        spec = json.loads(Path(run["spec"]).read_text(encoding="utf-8"))
        own = Path(run["work"])
        paths = [Path(path) for path in spec["paths"]]
        return (
            all(path.is_relative_to(own) for path in paths)
            and self.outside(lambda: set(confinement.beside(self._hidden))) <= self._beside
            and not self._brought(spec["paths"])
        )

    def _brought(self, paths: list[str]) -> bool:
        """Whether the run brings a module that is loaded here already, perhaps in another version."""
        loaded = {name for name in set(sys.modules) - self._known if "." not in name}
        return any(importlib.machinery.PathFinder.find_spec(name, paths) for name in loaded) if paths else False

    def _begin_as_usual(self, spec: str) -> NoReturn:
        self._drop_java()
        command = [sys.executable, "-s", str(Path(sys.argv[0]).resolve()), spec]
        self.outside(lambda: os.execve(sys.executable, command, dict(os.environ)))  # noqa: S606 - not confined
        raise AssertionError

    def _drop_java(self) -> None:
        if self._java:
            self._java.end()
            self._java = None

    def _leave(self) -> NoReturn:
        self._drop_java()
        os._exit(0)


def _load() -> None:
    """Load what launch.py and nearly every script load."""
    import boto3  # noqa: F401
    import pyspark.sql.functions
    import pyspark.sql.types  # noqa: F401

    from .. import boto3_hooks, hive_client, s3_mount  # noqa: F401


def _asked() -> bool:
    """Whether a run came, or the server went."""
    return bool(select.select([_INPUT], [], [], 0)[0])
