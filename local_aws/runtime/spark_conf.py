"""A `spark-defaults.conf` and `log4j2.properties` that any script's Spark session picks up through SPARK_CONF_DIR.

Spark reads `s3://` without any S3 library: Hadoop's own ViewFileSystemOverloadScheme, in the jars that pyspark ships,
maps each bucket name to a folder.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .jvm.shared import Shared

_SCHEMES = ("s3", "s3a", "s3n")
_VIEWFS = "org.apache.hadoop.fs.viewfs.ViewFileSystemOverloadScheme"
_COMMITTERS = "org.apache.hadoop.mapreduce.lib.output.FileOutputCommitterFactory"

_LOG4J = """\
status = error
rootLogger.level = info
rootLogger.appenderRef.file.ref = file
{quiet}logger.gateway.name = org.apache.spark.api.python.PythonGatewayServer
logger.gateway.level = info
appender.file.type = File
appender.file.name = file
appender.file.fileName = {log_file}
appender.file.layout.type = PatternLayout
appender.file.layout.pattern = %d{{yyyy-MM-dd HH:mm:ss,SSS}} %p [%t] %c{{1}} - %m%n%ex
appender.file.filter.columns.type = RegexFilter
appender.file.filter.columns.regex = (?s)(CSV header does not conform.* Schema: _[0-9]|Could not initialize the under).*
appender.file.filter.columns.onMatch = DENY
appender.file.filter.columns.onMismatch = NEUTRAL
"""
"""Spark prints that it changes the level where its gateway has another one than the root. That a header is not called
as `awsglue` calls a frame's columns, `_0` and so on, says nothing to the script's author. Of a bucket that is not there
Hadoop says that a file system is not configured, which is about this machine; the exception names the bucket."""

_CONTINUOUS = """\
rootLogger.appenderRef.continuous.ref = continuous
appender.continuous.type = File
appender.continuous.name = continuous
appender.continuous.fileName = {log_file}
appender.continuous.layout.type = PatternLayout
appender.continuous.layout.pattern = {pattern}
"""
"""The continuous log of Glue 4.0 and earlier, beside the other."""

_LOUD = """\
logger.{name}.name = {name}
logger.{name}.level = info
logger.{name}.additivity = false
logger.{name}.appenderRef.file.ref = file
logger.{name}.appenderRef.file.level = warn
logger.{name}.appenderRef.continuous.ref = continuous
"""
"""A logger that the continuous log takes whole, and the other from WARN on."""

_QUIET = ("org", "com", "io", "hive", "DataNucleus")
"""Loggers of Spark and its libraries, from WARN on; a script's own are heard from INFO on, as on AWS."""


def write_conf(
    folder: Path,
    *,
    mount: Path,
    work: Path,
    buckets: Iterable[str],
    extra: Mapping[str, str],
    few: bool,
    continuous: Mapping[str, Any] | None = None,
    shared: Shared | None = None,
) -> None:
    """Write the two files.

    Args:
        folder: the SPARK_CONF_DIR to be; made if absent.
        mount: folder that holds one folder a bucket.
        work: folder for Spark's scratch data, its warehouse and `spark.log`.
        buckets: names of the buckets in the mount.
        extra: settings of the job (`--conf`), which win over ours.
        few: whether no more than `FEW_BYTES` are there for it to read.
        continuous: the `pattern` of the lines of `continuous.log`, and whether it is `filtered`; None for no such log.
        shared: what the session takes of what is there for all.
    """
    folder.mkdir(parents=True, exist_ok=True)
    settings = _settings(mount, work, buckets, shared, few=few) | dict(extra)
    lines = [f"{key} {value}\n" for key, value in settings.items()]
    (folder / "spark-defaults.conf").write_text("".join(lines), encoding="utf-8")
    quiet = "".join(f"logger.{name}.name = {name}\nlogger.{name}.level = warn\n" for name in _QUIET)
    if continuous and not continuous["filtered"]:
        quiet = "".join(_LOUD.format(name=name) for name in _QUIET)
    log4j = _LOG4J.format(log_file=work / "spark.log", quiet=quiet)
    if continuous:
        log4j += _CONTINUOUS.format(log_file=work / "continuous.log", pattern=_property(continuous["pattern"]))
    (folder / "log4j2.properties").write_text(log4j, encoding="utf-8")


def _property(value: str) -> str:
    """A text as the value of a Java property."""
    units = value.encode("utf-16-be")
    codes = [int.from_bytes(units[place : place + 2]) for place in range(0, len(units), 2)]
    return "".join(chr(code) if 32 <= code < 127 and code != ord("\\") else f"\\u{code:04x}" for code in codes)


_LATE_COMPILER = " ".join(
    f"-XX:Tier4{name}={threshold}"
    for name, threshold in {
        "InvocationThreshold": 200_000,
        "MinInvocationThreshold": 24_000,
        "CompileThreshold": 600_000,
        "BackEdgeThreshold": 1_600_000,
    }.items()
)
"""Java's optimizing compiler begins at 40 times its usual counts: it takes half of the CPU time of a job of seconds,
which is over before that pays, and still comes soon where millions of rows are read."""
_NO_OPTIMIZING_COMPILER = "-XX:TieredStopAtLevel=1"
"""Nor the counting for it: an eighth to a fifth of the CPU time of a job of few bytes (docs/decisions/0028)."""
FEW_BYTES = 64 << 20
"""What is read in seconds, before Java's optimizing compiler has done anything."""


def java_options(*, few: bool) -> str:
    """Those of the driver's Java; `few` as in `write_conf`."""
    return f"-Duser.timezone=UTC -XX:+UseParallelGC {_NO_OPTIMIZING_COMPILER if few else _LATE_COMPILER}"


def _settings(mount: Path, work: Path, buckets: Iterable[str], shared: Shared | None, *, few: bool) -> dict[str, str]:
    settings = {
        "spark.master": "local[*]",
        "spark.driver.host": "127.0.0.1",
        "spark.driver.bindAddress": "127.0.0.1",
        "spark.driver.memory": f"{_driver_memory_mb()}m",
        "spark.driver.extraJavaOptions": " ".join([java_options(few=few), *(shared.java_options() if shared else ())]),
        "spark.local.dir": str(work / "spark-local"),
        "spark.sql.warehouse.dir": str(work / "spark-warehouse"),
        # Of Hive, where a script has it: else they lie in /tmp, for all jobs and users of the machine.
        "spark.hadoop.hive.exec.scratchdir": str(work / "hive"),
        "spark.hadoop.hive.exec.local.scratchdir": str(work / "hive-local"),
        "spark.hadoop.hive.downloaded.resources.dir": str(work / "hive-resources"),
        "spark.sql.session.timeZone": "UTC",
        # Glue's 200 suits a cluster; on one machine each shuffle task costs more than it does.
        "spark.sql.shuffle.partitions": str(max(4, 2 * (os.cpu_count() or 1))),
        "spark.sql.sources.ignoreDataLocality": "true",
        # The tasks that list many folders: else one a folder, of which each takes longer than the listing does.
        "spark.sql.sources.parallelPartitionDiscovery.parallelism": str(os.cpu_count() or 1),
        "spark.ui.enabled": "false",
        "spark.ui.showConsoleProgress": "false",
    }
    settings |= shared.settings() if shared else {}
    return settings | of_buckets(mount, buckets)


def of_buckets(mount: Path, buckets: Iterable[str]) -> dict[str, str]:
    """The settings with which Spark finds `s3://` in folders.

    Args:
        mount: folder that holds one folder a bucket.
        buckets: their names.
    """
    # Hadoop's own defaults name a committer for s3a that is not in pyspark's jars.
    settings = {"spark.hadoop.mapreduce.outputcommitter.factory.scheme.s3a": _COMMITTERS}
    for scheme in _SCHEMES:
        settings[f"spark.hadoop.fs.{scheme}.impl"] = _VIEWFS
    for bucket in buckets:
        settings[f"spark.hadoop.fs.viewfs.mounttable.{bucket}.linkFallback"] = (mount / bucket).as_uri()
    return settings


def _driver_memory_mb() -> int:
    """A quarter of the machine's memory, at least 1 GB and at most 4 GB."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
    return max(1024, min(4096, total // 4))


def parse_conf_argument(value: str) -> dict[str, str]:
    """Split the value of Glue's `--conf`, which chains settings as `a=b --conf c=d`.

    Raises:
        ValueError: a part is not of the form key=value.
    """
    settings = {}
    for part in value.split(" --conf "):
        key, equals, setting = part.strip().partition("=")
        if not equals or not key:
            raise ValueError(f'--conf takes key=value, chained with " --conf ": {part!r} is not')
        settings[key.strip()] = setting.strip()
    return settings
