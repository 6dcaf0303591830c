"""One line on the server's terminal for each job, crawl, query and workflow that ends, where that is asked for.

    12:03:04 job      my-job SUCCEEDED after 9.3 s

A thread of its own prints, so that a terminal that is held (Ctrl-S) holds nothing else; what it cannot keep up with is
left out, and how much that was is said.
"""

from __future__ import annotations

import contextlib
import queue
import sys
import threading
import time

from glue_client.plain_text import plain

_WAITING = 1000
"""Lines at most that wait for the terminal."""

_WIDTH = 100
"""Characters of a name, or of an error, at most."""


class _Terminal:
    """Where the lines go, once `begin` was called."""

    lines: queue.Queue[str] | None = None
    left_out = 0


def begin() -> None:
    """Print what happens from now on."""
    _Terminal.lines = queue.Queue(_WAITING)
    threading.Thread(target=_print, args=(_Terminal.lines,), daemon=True).start()


def tell(kind: str, name: str, state: str, took: float | None, error: str | None = None) -> None:
    """Tell that something ended.

    Args:
        kind: job, crawler, query, workflow.
        name: its own, or a query's SQL.
        state: Glue's or Athena's word for how it ended.
        took: seconds, where they are known.
        error: why, if it failed; its first line is told.
    """
    if _Terminal.lines is None:
        return
    line = f"{time.strftime('%H:%M:%S')} {kind.ljust(8)} {_short(' '.join(name.split()))} {state}"
    line += "" if took is None else f" after {took:.1f} s"
    line += f": {_short(error.strip().partition(chr(10))[0])}" if error and error.strip() else ""
    try:
        _Terminal.lines.put_nowait(plain(line, one_line=True))
    except queue.Full:
        _Terminal.left_out += 1


def _short(text: str) -> str:
    return text if len(text) <= _WIDTH else f"{text[: _WIDTH - 1]}…"


def _print(lines: queue.Queue[str]) -> None:
    while True:
        line = lines.get()
        left_out, _Terminal.left_out = _Terminal.left_out, 0
        with contextlib.suppress(OSError, ValueError):  # nobody reads any more
            if left_out:
                sys.stdout.write(f"{left_out} lines are left out here\n")
            sys.stdout.write(f"{line}\n")
            sys.stdout.flush()
