"""Which settings of Spark may differ between a Java that runs and the session that comes to it."""

from __future__ import annotations

import re
from collections.abc import Mapping

_READ_BY_EACH_SESSION = (
    "spark.app.name",
    "spark.cores.max",
    "spark.default.parallelism",
    "spark.dynamicAllocation.",
    "spark.eventLog.",
    "spark.executor.",
    "spark.executorEnv.",
    "spark.hadoop.fs.viewfs.mounttable.",
    "spark.hadoop.hive.",
    "spark.hadoop.mapreduce.",
    "spark.hadoop.parquet.",
    "spark.local.dir",
    "spark.rdd.",
    "spark.scheduler.",
    "spark.serializer",
    "spark.shuffle.",
    "spark.speculation",
    "spark.sql.",
    "spark.task.",
    "spark.ui.",
)
_READ_ONCE = re.compile(r"spark\.sql\.(codegen\.cache\.maxEntries|.*[mM]axThreadThreshold)")
"""Spark reads these when it first uses what they are of, for as long as Java runs."""
_ARCHIVE = re.compile(r" ?-XX:SharedArchiveFile=\S+")


def late(name: str) -> bool:
    """Whether a setting can be given to a Java that runs; one that is not Spark's is passed over by spark-submit."""
    if not name.startswith("spark."):
        return True
    return name.startswith(_READ_BY_EACH_SESSION) and not _READ_ONCE.fullmatch(name)


def fixed(settings: Mapping[str, str]) -> dict[str, str]:
    """Those of the settings that cannot, to be compared; an archive of classes only makes Java faster."""
    return {name: _ARCHIVE.sub("", value).strip() for name, value in settings.items() if not late(name)}
