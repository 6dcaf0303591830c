"""A query's own process: reads the query, works out its partitions, runs it on the engine, and is ended with it.

`python -m local_aws.athena.engine.worker` waits with everything imported and the engine's databases open, and splits a
process off for each query that it is told of (processes.py is the other side). The engine has no thread of its own
until then. The process is bounded in memory and in what it writes from then on; what goes wrong in it ends it and
leaves the server as it is.
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
from multiprocessing.connection import Connection
from typing import TYPE_CHECKING, Any

from local_aws.athena.engine.limits import Limits, out_of_memory
from local_aws.athena.errors import INTERNAL, FailedQueryError, RefusedQueryError, too_large

if TYPE_CHECKING:
    from local_aws.athena.engine.operations import Opened

OUT_OF_MEMORY = 77
"""Exit code of a process that took more memory than it may."""

_WATCH_EVERY_S = 0.1
_DEPTH = 8_000
_MESSAGE = struct.Struct("=ci")
_UNIT_OF_PEAK = 1 if sys.platform == "darwin" else 1024


def main() -> None:
    """Give each `F`, which brings a socket, a process; for each `W` tell how one ended; end with the parent."""
    from local_aws.athena.engine import operations  # what each process needs, imported once

    control = socket.socket(fileno=0)
    children: set[int] = set()
    operations.use_once()
    opened = operations.Opened.now()
    gc.freeze()
    while True:
        message, sockets, _, _ = socket.recv_fds(control, _MESSAGE.size, 1)
        if not message:
            break
        while len(message) < _MESSAGE.size:
            message += control.recv(_MESSAGE.size - len(message))
        kind, number = _MESSAGE.unpack(message)
        if kind == b"F":
            pid = _split_off(control, sockets[0], opened)
            os.close(sockets[0])  # without a process, the query finds its other side closed
            children.update([pid] if pid else ())
            control.sendall(struct.pack("=i", pid))
        else:
            children.discard(number)
            control.sendall(struct.pack("=i", os.waitpid(number, 0)[1]))
    for child in children:
        with contextlib.suppress(ProcessLookupError):
            os.kill(child, signal.SIGKILL)


def _split_off(control: socket.socket, number: int, opened: Opened) -> int:
    """A process that serves the query of a socket; 0 where the machine gives none now."""
    try:
        child = os.fork()
    except OSError:
        return 0
    if child:
        return child
    code = 1
    try:
        control.close()
        code = _serve(number, opened)
    except BaseException:  # noqa: BLE001 - nothing of the parent's is to run
        traceback.print_exc()
    finally:
        os._exit(code)


def _serve(number: int, opened: Opened) -> int:
    """Answer calls on a socket until its other side is closed; return the exit code."""
    with contextlib.suppress(EOFError, OSError), Connection(number) as connection:  # the other side has lost interest
        limits: Limits = connection.recv()
        _bound(limits)
        _answer_calls(connection, limits, opened)
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


def _answer_calls(connection: Connection, limits: Limits, opened: Opened) -> None:
    from local_aws.athena.engine.operations import OPERATIONS, Work

    work = Work(limits, _Asked(connection), opened)
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
