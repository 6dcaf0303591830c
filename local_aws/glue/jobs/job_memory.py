"""Whether the machine has memory to spare."""

from __future__ import annotations

import contextlib
import os
from pathlib import Path

_LEAST_FREE_BYTES = 1 << 30
TAKEN_BYTES = 1 << 30
"""What a process that waits takes, rounded up: so one that is begun is not given up at once."""


def is_short(more: int = 0) -> bool:
    """Whether too little is free for a process that only waits; where the system does not say, it is not.

    Args:
        more: bytes that are about to be taken.
    """
    free = _available()
    return free is not None and free < _LEAST_FREE_BYTES + more


def _available() -> int | None:
    """Bytes that new processes can have without swapping, as Linux reckons."""
    with contextlib.suppress(OSError, ValueError):
        for line in Path("/proc/meminfo").read_text(encoding="ascii").splitlines():
            name, _, rest = line.partition(":")
            if name == "MemAvailable":
                return int(rest.split()[0]) << 10
    with contextlib.suppress(OSError, ValueError):
        return os.sysconf("SC_AVPHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    return None
