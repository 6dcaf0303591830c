"""The server's log on stderr, a terminal under ./pyntw localaws: what comes from requests gives it no orders.

Nor does it make lines: a message is one line, what belongs to it stands indented below. So a line that begins with a
level is one of the server's own.
"""

from __future__ import annotations

import logging
import sys
import textwrap

from glue_client.plain_text import plain


class _Plain(logging.Formatter):
    """Lines whose names, messages and tracebacks are text and nothing else."""

    def formatMessage(self, record: logging.LogRecord) -> str:  # noqa: N802 - logging's name
        return plain(super().formatMessage(record), one_line=True)

    def format(self, record: logging.LogRecord) -> str:
        message, end, below = super().format(record).partition("\n")
        return message + end + textwrap.indent(plain(below), "  ")


def begin() -> None:
    """Log errors of all modules, warnings of our own."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(_Plain("%(levelname)s %(name)s: %(message)s"))
    logging.basicConfig(level=logging.ERROR, handlers=[handler])
    logging.getLogger("local_aws").setLevel(logging.WARNING)
