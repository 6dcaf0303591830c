"""What Glue refuses when something is defined, asked of the checks of the local AWS."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from local_aws.glue.model import GlueError


def refused(check: Callable[[dict[str, Any]], None], call: dict[str, Any]) -> str | None:
    """The sentence with which Glue refuses a call; None where it takes it."""
    try:
        check(call)
    except GlueError as error:
        return error.message
    return None
