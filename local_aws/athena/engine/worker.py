"""A query's own process: reads the query, works out its partitions, runs it on the engine, and is ended with it.

`python -m local_aws.athena.engine.worker` waits with everything imported and splits a process off for each query that
it is told of (processes.py is the other side). The next query's is split off when one ended, and has the engine's
database open when the query comes. It is bounded in memory and in what it writes from then on; what goes wrong in it
ends it and leaves the server as it is.
"""

from __future__ import annotations

import contextlib
import gc
import os
import resource
import signal
import socket
import struct
import sys
import threading
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any, NoReturn

from local_aws.athena.engine.limits import Limits, out_of_memory
from local_aws.athena.errors import INTERNAL, FailedQueryError, RefusedQueryError, too_large

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

OUT_OF_MEMORY = 77
"""Exit code of a process that took more memory than it may."""

_WATCH_EVERY_S = 0.1
_DEPTH = 8_000
_MESSAGE = struct.Struct("=ci")
_UNIT_OF_PEAK = 1 if sys.platform == "darwin" else 1024


@dataclass(frozen=True)
class _Spare:
    """A process that waits for a query.

    Attributes:
        pid: of the process.
        way: takes the query's socket to it.
    """

    pid: int
    way: socket.socket

    def hand(self, number: int, *, is_new: bool = False) -> bool:
        """Give it a query's socket, and its way up; whether it took it: else it is ended.

        What is sent to a process that is being ended is lost without a word, so one that waited says that it has it; a
        new one, which opens its database first, is not waited for.
        """
        with self.way, contextlib.suppress(OSError):
            socket.send_fds(self.way, [b"Q"], [number])
            if is_new or self.way.recv(1):
                return True
        with contextlib.suppress(ProcessLookupError):
            os.kill(self.pid, signal.SIGKILL)
        os.waitpid(self.pid, 0)
        return False


def main() -> None:
    """Give each `F`, which brings a socket, a process; for each `W` tell how one ended; end with the parent."""
    from local_aws.athena.engine import operations  # noqa: F401 - what each process needs, imported once

    control = socket.socket(fileno=0)
    children: set[int] = set()
    gc.freeze()
    spare: _Spare | None = _split_off(control)
    while True:
        message, sockets, _, _ = socket.recv_fds(control, _MESSAGE.size, 1)
        if not message:
            break
        while len(message) < _MESSAGE.size:
            message += control.recv(_MESSAGE.size - len(message))
        kind, number = _MESSAGE.unpack(message)
        if kind == b"F":
            pid = _handed(spare, sockets[0]) or _handed(_split_off(control), sockets[0], is_new=True)
            spare = None
            os.close(sockets[0])  # without a process, the query finds its other side closed
            children.update([pid] if pid else ())
            control.sendall(struct.pack("=i", pid))
        else:
            children.discard(number)
            control.sendall(struct.pack("=i", os.waitpid(number, 0)[1]))
            spare = spare or _split_off(control)
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def _handed(spare: _Spare | None, number: int, *, is_new: bool = False) -> int:
    """The process that took a query's socket; 0 where none did."""
    return spare.pid if spare and spare.hand(number, is_new=is_new) else 0


def _split_off(control: socket.socket) -> _Spare | None:
    """A process that waits; None where the machine gives none now."""
    try:
        ours, theirs = socket.socketpair()
    except OSError:
        return None
    with theirs:
        try:
            child = os.fork()
        except OSError:
            ours.close()
            return None
        if child == 0:
            control.close()
            ours.close()
            _wait(theirs)
    return _Spare(child, ours)


def _wait(way: socket.socket) -> NoReturn:
    """Open the engine's database, and serve the query that comes; end if none can come any more."""
    from local_aws.athena.engine.queries import opened

    code = 1
    try:
        ready = opened()
        with way:
            message, sockets, _, _ = socket.recv_fds(way, 1, 1)
            with contextlib.suppress(OSError):  # nobody waits for it
                way.send(message)
        code = _serve(sockets[0], ready) if message else 0
    except BaseException:  # noqa: BLE001 - nothing of the parent's is to run
        traceback.print_exc()
    finally:
        os._exit(code)


def _serve(number: int, ready: DuckDBPyConnection) -> int:
    """Answer calls on a socket until its other side is closed; return the exit code."""
    with contextlib.suppress(EOFError, OSError), Connection(number) as connection:  # the other side has lost interest
        limits: Limits = connection.recv()
        _bound(limits)
        _answer_calls(connection, limits, ready)
    return 0


def _bound(limits: Limits) -> None:
    with contextlib.suppress(OSError, ValueError):  # macOS has not all of them
        resource.setrlimit(resource.RLIMIT_DATA, (limits.memory, limits.memory))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * limits.disk, 2 * limits.disk))  # what writes looks itself, too
    with contextlib.suppress(OSError), open("/proc/self/oom_score_adj", "w") as file:  # noqa: PTH123
        file.write("1000")  # the kernel's first choice
    sys.setrecursionlimit(_DEPTH)
    threading.Thread(target=_watch, args=(limits, os.getppid()), daemon=True).start()


def _watch(limits: Limits, parent: int) -> None:
    while True:
        time.sleep(_WATCH_EVERY_S)
        if resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * _UNIT_OF_PEAK > limits.memory:
            os._exit(OUT_OF_MEMORY)
        if os.getppid() != parent:
            os._exit(1)


def _answer_calls(connection: Connection, limits: Limits, ready: DuckDBPyConnection) -> None:
    from local_aws.athena.engine.operations import OPERATIONS, Work

    work = Work(limits, _Asked(connection), ready)
    while True:
        name, arguments = connection.recv()
        try:
            answer = ("done", OPERATIONS[name](work, *arguments))
        except Exception as error:  # noqa: BLE001 - told to the other side
            answer = ("failed", _told(error, limits))
        connection.send(answer)


def _told(error: Exception, limits: Limits) -> Exception:
    """An error as the other side can take it."""
    if isinstance(error, FailedQueryError | RefusedQueryError):
        return error
    if isinstance(error, MemoryError):
        return out_of_memory(limits)
    if isinstance(error, RecursionError):
        return too_large()
    traceback.print_exception(error)
    return FailedQueryError(INTERNAL)


class _Asked:
    """Asks the other side: each method is one of its catalog's."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def ask(*arguments: Any) -> Any:
            self._connection.send(("ask", (name, arguments)))
            worked, value = self._connection.recv()
            if not worked:
                raise value
            return value

        return ask


if __name__ == "__main__":
    main()
    os._exit(0)  # the engine's library writes out at an ordinary end what it still holds
