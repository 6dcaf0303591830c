"""A thread that began before its process was confined: it reaches what the others do not any more.

Confinement is a thread's, and of the threads and processes that it starts (see confinement.py). So this one must start
none that stay, and be over before the script begins.
"""

from __future__ import annotations

import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any


class Outside:
    """Runs what it is given, one after the other, until its end."""

    def __init__(self) -> None:
        self._work: queue.SimpleQueue[tuple[Future[Any], Callable[[], Any]] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def __call__(self, work: Callable[..., Any], *args: Any) -> Any:
        """Have this called there; return what it does, or raise that."""
        done: Future[Any] = Future()
        self._work.put((done, lambda: work(*args)))
        return done.result()

    def end(self) -> None:
        """End the thread; nothing can be done there any more."""
        self._work.put(None)
        self._thread.join()

    def _run(self) -> None:
        while (next_one := self._work.get()) is not None:
            done, work = next_one
            try:
                done.set_result(work())
            except BaseException as error:  # noqa: BLE001 - it is the caller's
                done.set_exception(error)
