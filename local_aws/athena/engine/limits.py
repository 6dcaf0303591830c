"""How much queries may take: all together a share of the machine, each an equal part of that.

| environment variable | what | without it |
|---|---|---|
| LOCAL_AWS_QUERY_MEMORY | memory of all queries together, in bytes, KB, MB or GB | half of the machine's |
| LOCAL_AWS_QUERY_DISK | bytes on disk of one query: what does not fit in memory, or its result | 10 GB |
| LOCAL_AWS_QUERY_SECONDS | how long a query may run | 1800, Athena's default for DML |
| LOCAL_AWS_QUERIES_AT_ONCE | queries that run at the same time; more are QUEUED | 4 |
"""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass

from local_aws.athena.errors import FailedQueryError

_UNITS = {"": 1, "KB": 1 << 10, "MB": 1 << 20, "GB": 1 << 30}
_SIZE = re.compile(r"\s*(\d{1,15})\s*(KB|MB|GB|)\s*", re.IGNORECASE | re.ASCII)
_LEAST_MEMORY = 512 << 20
"""Of one query: below it the engine itself has no room."""
_SHARE_OF_ENGINE = 0.6
"""What the engine may count on; the rest is for what it does not count: big texts and lists, rows on their way out."""


class LimitsError(ValueError):
    """A setting that cannot be read; the text says which."""


@dataclass(frozen=True)
class Limits:
    """The bounds of one query.

    Attributes:
        memory: bytes that its process may take.
        disk: bytes that it may write beside, and that its result may have.
        seconds: how long it may run.
        at_once: how many of them run at the same time.
    """

    memory: int
    disk: int = 10 << 30
    seconds: float = 1800
    at_once: int = 4

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> Limits:
        """Read the settings.

        Raises:
            LimitsError: one cannot be read.
        """
        machine = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
        at_once = _number(environment, "LOCAL_AWS_QUERIES_AT_ONCE", 4)
        total = _size(environment, "LOCAL_AWS_QUERY_MEMORY", machine // 2)
        return cls(
            memory=max(_LEAST_MEMORY, total // at_once),
            disk=_size(environment, "LOCAL_AWS_QUERY_DISK", cls.disk),
            seconds=_number(environment, "LOCAL_AWS_QUERY_SECONDS", 1800),
            at_once=at_once,
        )

    @property
    def engine_memory(self) -> int:
        """Bytes that the engine is told to keep to."""
        return int(self.memory * _SHARE_OF_ENGINE)

    @property
    def memory_text(self) -> str:
        """The memory of a query, as a reason of failure names it."""
        return f"{self.memory / (1 << 30):.1f}GB"

    @property
    def disk_text(self) -> str:
        """The disk of a query, likewise."""
        return f"{self.disk / (1 << 30):.1f}GB"


def out_of_memory(limits: Limits) -> FailedQueryError:
    """The query took more memory than it may; the code is Trino's."""
    return FailedQueryError(
        f"EXCEEDED_LOCAL_MEMORY_LIMIT: Query exceeded the local memory limit of {limits.memory_text}"
    )


def _size(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "")
    if not text:
        return default
    found = _SIZE.fullmatch(text)
    if not found:
        raise LimitsError(f"{name} is {text!r}, not a number of bytes such as 4GB")
    return int(found[1]) * _UNITS[found[2].upper()]


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "") or str(default)
    if not (text.isascii() and text.isdigit() and 0 < int(text) < 10**9):
        raise LimitsError(f"{name} is {text!r}, not a whole number above 0")
    return int(text)
