"""The engine as the server sees it: sessions, each a query with a process and a folder of its own."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, TypeVar

from local_aws.athena.engine.limits import Limits, out_of_memory
from local_aws.athena.engine.processes import Nursery, OvertimeError, Process, ProcessEndedError
from local_aws.athena.engine.queries import Result, Tables
from local_aws.athena.engine.worker import OUT_OF_MEMORY
from local_aws.athena.errors import FailedQueryError, RefusedQueryError, too_large
from local_aws.athena.sql.dialect import Catalog, Translation

Out = TypeVar("Out")

_READING_SECONDS = 20
"""For reading a statement: what takes longer is not a statement that somebody wrote."""
_READING_AT_ONCE = 4
_CANCELLED = "Query was cancelled by user"
_OVERTIME = "Query timeout"


@dataclass
class Session:
    """A query that is carried out.

    Attributes:
        query_id: its execution's id.
        limits: of it.
        folder: for its files; gone when it is over.
        until: when it has to be over, on the monotonic clock.
        stopped: whether somebody ended it.
    """

    query_id: str
    limits: Limits
    folder: Path
    until: float
    process: Process
    stopped: threading.Event = field(default_factory=threading.Event)

    def call(self, operation: str, *arguments: Any, catalog: Any = None) -> Any:
        """What an operation gives, see operations.py.

        Raises:
            FailedQueryError, RefusedQueryError: what the operation says; or the query was ended, took too long or too
                much memory, or its process is gone.
        """
        self.check()
        try:
            return self.process.call(operation, *arguments, until=self.until, catalog=catalog)
        except OvertimeError:
            raise FailedQueryError(_OVERTIME) from None
        except ProcessEndedError as error:
            self.check()
            raise _ended(error.status, self.limits) from error

    def check(self) -> None:
        """See whether the query may go on; to be called now and then by what takes long.

        Raises:
            FailedQueryError: it was ended, or its time is over.
        """
        if self.stopped.is_set():
            raise FailedQueryError(_CANCELLED)
        if time.monotonic() > self.until:
            raise FailedQueryError(_OVERTIME)

    def stop(self) -> None:
        """End it at once."""
        self.stopped.set()
        self.process.kill()


_OF_STACK = (signal.SIGSEGV, signal.SIGBUS, signal.SIGABRT)
"""How a process ends whose stack is full; one that somebody ended says so."""


def _ended(status: int | None, limits: Limits) -> FailedQueryError:
    code = None if status is None else os.waitstatus_to_exitcode(status)
    if code == OUT_OF_MEMORY:
        return out_of_memory(limits)
    how = "for a reason that is not known" if code is None else f"with exit code {code}"
    if code is not None and code < 0:
        how = f"by {signal.Signals(-code).name}"
    return FailedQueryError(
        f"GENERIC_INTERNAL_ERROR: the process of the query was ended {how}; where the machine has run out of memory, "
        "a smaller LOCAL_AWS_QUERY_MEMORY helps"
    )


def _clear(process: Process, place: Path) -> None:
    """End a process, then take away its folder, in which it may have been writing."""
    process.close()
    shutil.rmtree(place, ignore_errors=True)


def _clear_meanwhile(process: Process, place: Path) -> None:
    """The same beside what follows; what the server's end cuts short its next start does."""
    try:
        threading.Thread(target=_clear, args=(process, place), daemon=True).start()
    except RuntimeError:  # there are too many threads
        _clear(process, place)


class Engine:
    """Carries queries out.

    Args:
        folder: for files of running queries.
        limits: of each; without them, what the environment says.
    """

    def __init__(self, folder: Path, limits: Limits | None = None) -> None:
        self.limits = limits or Limits.of(os.environ)
        self._folder = folder
        self._nursery = Nursery()
        self._sessions: dict[str, Session] = {}
        self._stopped: set[str] = set()
        self._lock = threading.Lock()
        self._reading = threading.Semaphore(_READING_AT_ONCE)

    def warm(self) -> None:
        """Have what the first query needs begin."""
        self._nursery.warm()

    def close(self) -> None:
        """End all that runs."""
        self._nursery.close()

    def run(self, query_id: str, query: Translation, tables: Tables, take: Callable[[Result], Out]) -> Out:
        """Run a query to its end, and do something with its result while its file is there.

        Raises:
            FailedQueryError: the engine refused it, in Athena's words where they are known.
        """
        with self.session(query_id) as session:
            session.call("prepare", query, tables, str(session.folder))
            return take(session.call("fetch", query))

    @contextlib.contextmanager
    def session(self, query_id: str) -> Iterator[Session]:
        """A session for a query, which ends with the block.

        Raises:
            FailedQueryError: it was ended already.
        """
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        place = Path(tempfile.mkdtemp(dir=self._folder))
        try:
            process = self._nursery.process(self.limits)
        except OSError:
            place.rmdir()
            raise
        try:
            session = Session(query_id, self.limits, place, time.monotonic() + self.limits.seconds, process)
            with self._lock:
                self._sessions[query_id] = session
                stopped = query_id in self._stopped
            if stopped:
                session.stop()
            yield session
        finally:
            with self._lock:
                self._sessions.pop(query_id, None)
                self._stopped.discard(query_id)
            _clear_meanwhile(process, place)

    def interrupt(self, query_id: str) -> None:
        """End a query early, whether it runs already or not."""
        with self._lock:
            self._stopped.add(query_id)
            session = self._sessions.get(query_id)
        if session:
            session.stop()

    # Statements that are read

    def read(self, sql: str, database: str, catalog: Catalog) -> tuple[Translation | None, str, tuple[int, ...]]:
        """Read a query: its translation or why it fails, and the places of the columns that it gives no name.

        Raises:
            RefusedQueryError: it cannot be read, or uses something that is not supported here.
        """
        found: tuple[Translation | None, str, tuple[int, ...]] = self._read("read", sql, database, catalog=catalog)
        return found

    def columns_of(
        self, sql: str, database: str, catalog: Catalog, view: tuple[str, str]
    ) -> tuple[tuple[str, str], ...]:
        """The columns of a view that is to be made, see view_types.py."""
        found: tuple[tuple[str, str], ...] = self._read("columns_of", sql, database, view, catalog=catalog)
        return found

    def bound(self, sql: str, values: Sequence[str] | None) -> str:
        """A statement with its ExecutionParameters, see sql/parameters.py."""
        return str(self._read("bound", sql, values))

    def constants(self, values: Sequence[str]) -> list[str]:
        """Expressions of USING, see sql/parameters.py."""
        return list(self._read("constants", values)) if values else []

    def expressions(self, values: Sequence[str]) -> list[str]:
        """Values of ExecutionParameters as SQL, see sql/parameters.py."""
        return list(self._read("expressions", values)) if values else []

    def _read(self, operation: str, *arguments: Any, catalog: Any = None) -> Any:
        with self._reading:
            process = self._nursery.process(replace(self.limits, memory=min(self.limits.memory, 2 << 30)))
            try:
                until = time.monotonic() + _READING_SECONDS
                return process.call(operation, *arguments, until=until, catalog=catalog)
            except OvertimeError:
                raise RefusedQueryError(
                    f"NOT_SUPPORTED: a statement that takes the local AWS more than {_READING_SECONDS} s to read"
                ) from None
            except ProcessEndedError as error:
                if error.status is not None and os.WIFSIGNALED(error.status) and os.WTERMSIG(error.status) in _OF_STACK:
                    raise too_large() from error
                raise RefusedQueryError(str(_ended(error.status, self.limits))) from error
            finally:
                process.close()
