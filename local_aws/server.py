"""The server: one process, one port on loopback, one state folder that it owns alone."""

from __future__ import annotations

import asyncio
import contextlib
import ctypes
import fcntl
import json
import logging
import os
import socket
import sqlite3
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TextIO

from local_aws import emulator, log_lines, proxies, root_key, state_folder
from local_aws.ending import Ending
from local_aws.glue.model import GlueError
from local_aws.glue.recovery import close_unfinished
from local_aws.glue.store import Store

HOST = "127.0.0.1"
_PR_SET_DUMPABLE = 4


class ServerError(Exception):
    """The server cannot start; the text says why and what to do."""


def serve(state_dir: Path, port: int, *, strict: bool = False) -> None:
    """Serve until SIGTERM or SIGINT, see `Ending`; print `ready: <url>` once requests are answered.

    Args:
        state_dir: everything that outlives the process; made if absent.
        port: TCP port on loopback; 0 takes a free one.
        strict: refuse templates with resource types that are not here.

    Raises:
        ServerError: the port is in use, or another server owns the folder.
        StateFolderError: the folder cannot be used, or a file in it is damaged.
        RootKeyError: the folder's key cannot be used.
    """
    _be_private()
    os.environ.update(proxies.passed_by())
    state_dir = state_folder.open_folder(state_dir)
    key = root_key.kept(state_dir)
    with _owned(state_dir) as lock, contextlib.closing(_listen(port)) as listener:
        number = listener.getsockname()[1]
        state_folder.check_files(state_dir)
        _note_owner(lock, number)
        emulator.prepare(state_dir, number)
        log_lines.begin()
        loop = asyncio.new_event_loop()
        try:
            # Not asyncio.run: that would wait for threads that still compute, such as a long query's.
            root = emulator.RootKey(key.access_key, key.secret_key)
            loop.run_until_complete(_run(state_dir, listener, number, root, strict=strict))
        finally:
            (state_dir / "server.json").unlink(missing_ok=True)


def _be_private() -> None:
    """Make files that are this user's alone, and let no other process look into this one (Linux).

    Root can, and so can processes that are allowed to trace.
    """
    os.umask(0o077)
    if sys.platform.startswith("linux"):
        ctypes.CDLL(None).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


@contextlib.contextmanager
def _owned(state_dir: Path) -> Iterator[TextIO]:
    with (state_dir / "lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            lock.seek(0)
            raise ServerError(
                f"another local AWS uses the state folder {state_dir}\n"
                f"  seen: {lock.read().strip() or 'a lock'}\n"
                "  next: stop it, use it as it is, or name another state folder"
            ) from error
        yield lock


def _note_owner(lock: TextIO, port: int) -> None:
    text = json.dumps({"port": port, "pid": os.getpid()})
    lock.truncate(0)
    lock.write(text)
    lock.flush()
    Path(lock.name).with_name("server.json").write_text(text, encoding="utf-8")


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        listener.close()
        raise ServerError(
            f"cannot listen on {HOST}:{port}\n  seen: {error.strerror}\n  next: name another port"
        ) from error
    listener.listen(256)
    return listener


async def _run(state_dir: Path, listener: socket.socket, port: int, root: emulator.RootKey, *, strict: bool) -> None:
    from hypercorn.asyncio import serve as hypercorn_serve
    from hypercorn.config import Config

    from local_aws.http_answers import send_heads_with_bodies

    send_heads_with_bodies()
    endpoint = f"http://{HOST}:{port}"
    application = emulator.Application(port, root)
    store = Store(state_dir / "glue.sqlite")
    runs = state_dir / "runs"
    close_unfinished(store, runs)
    glue = _Glue(store, runs, endpoint, strict=strict)
    stop = asyncio.Event()

    def begin_to_end() -> None:
        glue.workflows.begin_to_close()
        stop.set()

    ending = Ending(store, state_dir / "server.json", begin_to_end)
    ending.listen()

    config = Config()
    config.bind = [f"fd://{listener.detach()}"]  # hypercorn closes it
    config.keep_alive_timeout = 75
    config.graceful_timeout = 2
    config.accesslog = None
    config.errorlog = logging.getLogger("hypercorn.error")
    helpers = [
        asyncio.create_task(application.save_changes()),
        asyncio.create_task(glue.schedules.run()),
        asyncio.create_task(_announce(endpoint)),
        asyncio.create_task(glue.athena.load_unasked()),
    ]
    try:
        await hypercorn_serve(application, config, shutdown_trigger=stop.wait)  # type: ignore[arg-type]
    finally:
        for task in helpers:
            task.cancel()
        await glue.close()
        try:
            close_unfinished(store, runs)
        except sqlite3.OperationalError as error:  # the disk is full; the next start does it
            logging.getLogger(__name__).error("what the end cuts short is not written down: %s", error)  # noqa: TRY400
        store.close()
        application.save()  # what stopped runs logged came after the emulator's own saving
        ending.tell_the_end()


async def _announce(endpoint: str) -> None:
    """Print the ready line when a request is answered."""
    host, port = HOST, int(endpoint.rpartition(":")[2])
    while True:
        with contextlib.suppress(OSError):
            reader, writer = await asyncio.open_connection(host, port)
            writer.write(
                f"GET /_ministack/health HTTP/1.1\r\nHost: {host}:{port}\r\nConnection: close\r\n\r\n".encode()
            )
            answer = await reader.readline()
            writer.close()
            if b" 200 " in answer:
                print(f"ready: {endpoint}", flush=True)  # noqa: T201 - what callers wait for
                return
        await asyncio.sleep(0.02)


def _call_budgets(operation: str, params: Mapping[str, Any]) -> dict[str, Any]:
    try:
        return emulator.call_budgets(operation, params)
    except emulator.BudgetsError as error:
        raise GlueError(error.code, error.message) from error


class _Glue:
    """Glue's control plane, put together and plugged into the emulator."""

    def __init__(self, store: Store, folder: Path, endpoint: str, *, strict: bool) -> None:
        from glue_client import cron
        from local_aws import cloudformation
        from local_aws.athena import stack_calls
        from local_aws.athena.late import LateAthena
        from local_aws.glue.api import GlueApi
        from local_aws.glue.crawls.runs import Crawls
        from local_aws.glue.definitions.records import Definitions
        from local_aws.glue.jobs.runs import JobRuns
        from local_aws.glue.quality.runs import QualityRuns
        from local_aws.glue.settings.resource_policies import ResourcePolicies
        from local_aws.glue.shapes import Shapes
        from local_aws.glue.workflows.runs import WorkflowRuns
        from local_aws.glue.workflows.schedules import Schedules

        shapes = Shapes()
        definitions = Definitions(store)
        workflows = self.workflows = WorkflowRuns(definitions)
        self._jobs = workflows.jobs = JobRuns(definitions, folder, endpoint, workflows.action_ended)
        self._crawls = workflows.crawls = Crawls(definitions, endpoint, workflows.action_ended)
        self.schedules = Schedules(definitions, workflows, self._crawls)
        loop = asyncio.get_running_loop()
        emulator.plug_schedules(cron.is_cron, cron.LONGEST)
        emulator.plug_targets(lambda *event: loop.call_soon_threadsafe(self.schedules.take_event, *event))
        self._quality = QualityRuns(store, self._jobs.room)
        api = GlueApi(definitions, workflows, self._jobs, self._crawls, self._quality, shapes)
        api.next = emulator.plug_service("glue", api.handle)
        emulator.plug_glue_resources(api.resources)
        emulator.plug_catalog_policy(ResourcePolicies(store).policy_of)
        athena = self.athena = LateAthena()
        athena.next = emulator.plug_service("athena", athena.handle)
        services = {"glue": api.call, "athena": stack_calls.call, "budgets": _call_budgets}
        cloudformation.register(services, strict=strict)

    async def close(self) -> None:
        """Stop what runs."""
        await self._quality.close()
        await self._jobs.close()
        await self._crawls.close()
