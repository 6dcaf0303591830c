"""Requests to this machine pass by any proxy, whatever the environment says of others."""

from __future__ import annotations

import os

HERE = ("127.0.0.1", "localhost")


def passed_by() -> dict[str, str]:
    """NO_PROXY and no_proxy with this machine in them: Python's clients take the small letters, where both are set."""
    listed = [part.strip() for part in (os.environ.get("no_proxy") or os.environ.get("NO_PROXY") or "").split(",")]
    together = ",".join([*filter(None, listed), *(name for name in HERE if name not in listed)])
    return {"NO_PROXY": together, "no_proxy": together}
