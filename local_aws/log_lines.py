"""The server's log on stderr, a terminal under ./pyntw localaws: what comes from requests gives it no orders."""

from __future__ import annotations

import logging
import sys

from deploy.plain_text import plain


class _Plain(logging.Formatter):
    """Lines whose names, messages and tracebacks are text and nothing else."""

    def format(self, record: logging.LogRecord) -> str:
        return plain(super().format(record))


def begin() -> None:
    """Log errors of all modules, warnings of our own."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Plain("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.ERROR, handlers=[handler])
    logging.getLogger("local_aws").setLevel(logging.WARNING)
