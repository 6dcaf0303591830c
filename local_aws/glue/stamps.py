"""The time and fresh ids, as Glue forms them."""

from __future__ import annotations

import secrets
import time


def now() -> float:
    """Seconds since the epoch, to the millisecond."""
    return round(time.time(), 3)


def new_id(prefix: str) -> str:
    """A fresh id: `jr_`, `wr_` or `j_` and 64 hexadecimal digits."""
    return f"{prefix}_{secrets.token_hex(32)}"
