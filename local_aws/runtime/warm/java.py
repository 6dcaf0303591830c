"""Spark's Java as it waits for a script, and how the script's first session comes to it.

A session comes to Java through pyspark's `launch_gateway`. Where the Java that waits is as the one that this would
start, it is taken: what spark-submit would have given to a new one, the environment of this process and the settings of
Spark, is put into it first. Else it is ended, and a new one started.
"""

from __future__ import annotations

import os
import shutil
import struct
import subprocess
import sys
import tempfile
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from . import settings

_UP_WITHIN_S = 60.0
_LOOK_EVERY_S = 0.02
_OF_JAVA = ("SPARK_", "PYSPARK_", "JAVA_", "JDK_", "_JAVA", "HADOOP_", "YARN_", "LD_", "DYLD_", "MALLOC_", "HIVE_")
"""How names of variables begin that say how Java is to be started."""


class JavaError(Exception):
    """Java did not come up, or cannot be used; the text says why."""


class WaitingJava:
    """Java in a process of its own, which ends with this one.

    Args:
        conf: the SPARK_CONF_DIR.
        environment: variables that it starts with.
    """

    def __init__(self, conf: Path, environment: Mapping[str, str]) -> None:
        from pyspark.find_spark_home import _find_spark_home

        self._conf = conf
        self._given = dict(environment)
        self._defaults = read_defaults(conf)
        self._told = Path(tempfile.mkdtemp()) / "told"
        self._process = subprocess.Popen(
            [str(Path(_find_spark_home(), "bin", "spark-submit")), "pyspark-shell"],
            stdin=subprocess.PIPE,  # where it closes, Java ends
            env={**environment, "_PYSPARK_DRIVER_CONN_INFO_PATH": str(self._told)},
        )
        self._port, self._secret = 0, ""

    def wait_until_up(self) -> dict[str, str]:
        """Wait for Java; return the variables by which pyspark finds it.

        Raises:
            JavaError: it ended, or took too long.
        """
        end_at = time.monotonic() + _UP_WITHIN_S
        while not self._told.is_file():
            if self._process.poll() is not None or time.monotonic() > end_at:
                raise JavaError("Spark's Java did not come up")
            time.sleep(_LOOK_EVERY_S)
        said = self._told.read_bytes()
        self._port, length = struct.unpack(">ii", said[:8])
        self._secret = said[8 : 8 + length].decode()
        shutil.rmtree(self._told.parent, ignore_errors=True)
        return self.address()

    def address(self) -> dict[str, str]:
        """The variables by which pyspark finds it."""
        return {"PYSPARK_GATEWAY_PORT": str(self._port), "PYSPARK_GATEWAY_SECRET": self._secret}

    def end(self) -> None:
        """End it at once."""
        self._process.kill()
        self._process.wait()
        if self._process.stdin:
            self._process.stdin.close()

    def serve(self, environment: Mapping[str, str]) -> None:
        """Have the script's first session come here, where this is what it would start.

        Args:
            environment: what the script begins with.
        """
        import pyspark.context
        import pyspark.java_gateway

        start = pyspark.java_gateway.launch_gateway
        unused = [self]

        def launch(conf: Any = None, popen_kwargs: Any = None) -> Any:
            for java in unused[:]:
                unused.clear()
                given = dict(conf.getAll()) if conf else {}
                if not popen_kwargs and java._fits(given, environment):
                    try:
                        return java._taken(start, given)
                    except Exception as error:  # noqa: BLE001 - a new one will do
                        print(f"Spark's Java is started anew: {type(error).__name__}: {error}", file=sys.stderr)
                java.end()
            return start(conf, popen_kwargs)

        pyspark.java_gateway.launch_gateway = launch
        pyspark.context.launch_gateway = launch

    def _fits(self, given: Mapping[str, str], environment: Mapping[str, str]) -> bool:
        if self._process.poll() is not None or _of_java(os.environ) != _of_java(environment):
            return False
        wanted = {**read_defaults(Path(os.environ["SPARK_CONF_DIR"])), **given}
        return settings.fixed(wanted) == settings.fixed(self._defaults)

    def _taken(self, start: Any, given: Mapping[str, str]) -> Any:
        os.environ.update(self.address())
        try:
            gateway = start()
        finally:
            for name in self.address():
                os.environ.pop(name)
        gateway.proc = self._process
        self._give_environment(gateway.jvm)
        self._give_settings(gateway.jvm, given)
        self._begin_anew(gateway.jvm)
        return gateway

    def _give_environment(self, jvm: Any) -> None:
        """What a process that starts now would have; Java keeps its environment in a map, as it was at its start."""
        jvm.local_aws.Renewal.environment(self._given, {**os.environ, "PWD": str(Path.cwd())})

    def _give_settings(self, jvm: Any, given: Mapping[str, str]) -> None:
        """As spark-submit does: those of the script, then those of the file that it does not give."""
        system = jvm.java.lang.System
        for name in self._defaults:
            system.clearProperty(name)
        for name, value in given.items():
            if name.startswith("spark."):
                system.setProperty(name, value)
        conf = Path(os.environ["SPARK_CONF_DIR"])
        without_defaults = jvm.org.apache.spark.SparkConf(False)  # noqa: FBT003 - Java's
        jvm.org.apache.spark.util.Utils.loadDefaultSparkProperties(without_defaults, str(conf / "spark-defaults.conf"))
        system.setProperty("user.dir", str(Path.cwd()))
        system.setProperty("spark.app.submitTime", str(int(time.time() * 1000)))
        jvm.local_aws.Renewal.settings()

    def _begin_anew(self, jvm: Any) -> None:
        """Forget what the session that was here left: files, folders, numbers, its log, what it read."""
        jvm.org.apache.hadoop.fs.FileSystem.closeAll()
        jvm.org.apache.hadoop.fs.FileSystem.clearStatistics()
        jvm.local_aws.Renewal.single("org.apache.spark.util.Utils").clearLocalRootDirs()
        jvm.local_aws.Renewal.counters()
        jvm.local_aws.UsedObjects.begin()
        log = Path(os.environ["SPARK_CONF_DIR"], "log4j2.properties").as_uri()
        jvm.org.apache.logging.log4j.core.config.Configurator.reconfigure(jvm.java.net.URI(log))


def read_defaults(conf: Path) -> dict[str, str]:
    """The settings of a spark-defaults.conf as spark_conf.py writes it."""
    lines = (conf / "spark-defaults.conf").read_text(encoding="utf-8").splitlines()
    pairs = (line.partition(" ") for line in lines)
    return {name: value for name, _, value in pairs}


def _of_java(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(_OF_JAVA)}
