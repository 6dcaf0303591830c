"""The server's side of the processes of queries: started, called, ended."""

from __future__ import annotations

import contextlib
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import time
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from local_aws.athena.engine.limits import Limits

_ROOT = Path(__file__).parents[3]
_MESSAGE = struct.Struct("=ci")
_NUMBER = struct.Struct("=i")
_NO_THREADS = {"OPENBLAS_NUM_THREADS": "1", "JE_ARROW_MALLOC_CONF": "background_thread:false"}
"""Of numpy and Arrow: they would not be there in the processes that are split off."""
_ENVIRONMENT = {"TZ": "UTC", "LANG": "C.UTF-8", **_NO_THREADS}
_NONE = "the processes for queries cannot be started"


class ProcessEndedError(Exception):
    """The process ended in the middle of a call.

    Attributes:
        status: as os.wait gives it; None where it is not known.
    """

    def __init__(self, status: int | None) -> None:
        super().__init__(f"the process of a query ended: {status}")
        self.status = status


class OvertimeError(Exception):
    """A call took longer than it may."""


class Nursery:
    """A process that splits others off; begun with the first, and anew when it is gone. May be used from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._control: socket.socket | None = None

    def warm(self) -> None:
        """Have it begin now, and wait for nothing."""
        with self._lock:
            self._begun()

    def process(self, limits: Limits) -> Process:
        """A process of its own for a query.

        Raises:
            OSError: the machine gives none.
        """
        ours, theirs = socket.socketpair()
        with theirs:
            pid = self._told(b"F", 0, theirs)
        if not pid:
            ours.close()
            raise OSError(_NONE)
        connection = Connection(ours.detach())
        process = Process(self, pid, connection)
        connection.send(limits)
        return process

    def status(self, pid: int) -> int | None:
        """How a process ended that has been ended; None where nobody knows."""
        try:
            return self._told(b"W", pid, None)
        except OSError:
            return None

    def close(self) -> None:
        """End it, and all that it split off."""
        with self._lock:
            if self._control:
                self._control.close()
            if self._process:
                self._process.wait()
            self._process = self._control = None

    def _told(self, kind: bytes, number: int, handed: socket.socket | None) -> int:
        with self._lock:
            for attempt in (1, 2):
                if attempt == 1 and self._control is None and kind == b"W":
                    raise OSError("its parent is gone")
                control = self._begun()
                try:
                    socket.send_fds(control, [_MESSAGE.pack(kind, number)], [handed.fileno()] if handed else [])
                    answer = control.recv(_NUMBER.size, socket.MSG_WAITALL)
                    if len(answer) == _NUMBER.size:
                        found: int = _NUMBER.unpack(answer)[0]
                        return found
                except OSError:
                    pass
                self._end_broken()
                if kind == b"W":
                    break
        raise OSError(_NONE)

    def _begun(self) -> socket.socket:
        if self._control is None:
            ours, theirs = socket.socketpair()
            with theirs:
                self._process = subprocess.Popen(
                    [sys.executable, "-m", "local_aws.athena.engine.worker"],
                    stdin=theirs.fileno(),
                    stdout=subprocess.DEVNULL,
                    env={"PYTHONPATH": str(_ROOT), "PATH": os.environ.get("PATH", ""), **_ENVIRONMENT},
                    start_new_session=True,
                )
            self._control = ours
        return self._control

    def _end_broken(self) -> None:
        if self._control:
            self._control.close()
        if self._process:
            self._process.kill()
            self._process.wait()
        self._process = self._control = None


class Process:
    """A query's process; calls come from one thread, `kill` from any."""

    def __init__(self, nursery: Nursery, pid: int, connection: Connection) -> None:
        self._nursery = nursery
        self.pid = pid
        self._connection = connection
        self._lock = threading.Lock()
        self._ended = False

    def call(self, name: str, *arguments: Any, until: float, catalog: Any = None) -> Any:
        """What an operation gives (operations.py); what it raises is raised.

        Args:
            name: of the operation.
            arguments: its own.
            until: when it has to be over, on the monotonic clock.
            catalog: what the process may ask in between.

        Raises:
            OvertimeError: it takes too long; the process is ended.
            ProcessEndedError: the process ended, by itself or by `kill`.
        """
        try:
            self._connection.send((name, arguments))
            while True:
                if not self._connection.poll(max(0.0, until - time.monotonic())):
                    self.kill()
                    raise OvertimeError(name)
                kind, value = self._connection.recv()
                if kind != "ask":
                    break
                self._connection.send(_asked(catalog, *value))
        except (EOFError, OSError) as error:
            raise ProcessEndedError(self.close()) from error
        if kind == "failed":
            raise value
        return value

    def kill(self) -> None:
        """End it at once."""
        with self._lock:
            self._kill()

    def close(self) -> int | None:
        """End it, and wait until it is gone; how it ended, which for one that was ending already is its own way."""
        with self._lock:
            if self._ended:
                return None
            self._kill()
            self._ended = True
            self._connection.close()
            return self._nursery.status(self.pid)

    def _kill(self) -> None:
        if not self._ended:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, signal.SIGKILL)


def _asked(catalog: Any, name: str, arguments: tuple[Any, ...]) -> tuple[bool, Any]:
    try:
        return True, getattr(catalog, name)(*arguments)
    except Exception as error:  # noqa: BLE001 - raised on the other side
        return False, error
