"""SQLite in the place of the emulator's own saving; state files of earlier versions are taken over."""

from __future__ import annotations

import contextlib
import functools
import gc
import logging
import os
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

from local_aws.emulator.durable.code_blobs import delete_unused_code
from local_aws.emulator.durable.database import Database
from local_aws.emulator.durable.saving import Saver
from local_aws.emulator.durable.state import State
from local_aws.emulator.durable.stores import Service, Services
from local_aws.emulator.durable.touches import watch_stores, without_notes

logger = logging.getLogger(__name__)

FILE = "emulator.sqlite"

_READERS = ("enforce", "pin_request_caller", "resolve_principal", "resolve_caller_identity", "resolve_credential")


def plug_saving() -> Saver:
    """Load state from, and save it to, the database in the state folder; of a running event loop.

    Contract: the emulator loads each service with `load_state` as its application starts, and saves with `save_all` as
    it ends; it puts and deletes items of DynamoDB with `_set_item` and `_remove_item`.
    """
    from ministack import app
    from ministack.core import iam_evaluator, persistence

    folder = Path(os.environ["STATE_DIR"])
    folder.mkdir(parents=True, exist_ok=True)
    for left in folder.glob("*.tmp"):
        left.unlink()
    database = Database(folder / FILE)
    watch_stores()
    for name in _READERS:
        if hasattr(iam_evaluator, name):
            setattr(iam_evaluator, name, without_notes(getattr(iam_evaluator, name)))
    services = Services(app, lambda service: _note_items(service, state))
    state = State(database, services, persistence._state_format_version)
    saver = Saver(state, database)
    from_file = persistence.load_state

    def load_state(service: str) -> Any:
        found = state.load(service)
        return from_file(service) if found is None else found

    persistence.load_state = app.load_state = load_state
    app.save_all = lambda _services: None  # the server saves when all has ended
    app._load_persisted_state = _with_files_taken_over(app._load_persisted_state, state, folder, services)
    return saver


def _note_items(service: Service, state: State) -> None:
    if service.name != "dynamodb":
        return
    module = service.module
    for name in ("_set_item", "_remove_item"):
        setattr(module, name, _noting(getattr(module, name), state))


def _noting(original: Callable[..., Any], state: State) -> Callable[..., Any]:
    @functools.wraps(original)
    def noted(table: dict[str, Any], partition: Any, sort: Any, *item: Any) -> Any:
        state.items.note(table, partition, sort)
        return original(table, partition, sort, *item)

    return noted


def _with_files_taken_over(
    load: Callable[[], None], state: State, folder: Path, services: Services
) -> Callable[[], None]:
    def loaded() -> None:
        gc.disable()  # of a large state nothing is garbage
        try:
            load()
            gc.freeze()
        finally:
            gc.enable()
        try:
            changes = state.changes(state.everything())
            state.write(changes)
        except sqlite3.Error:
            logger.exception("state as it is after the start is not saved yet")
            return
        if "lambda" in services.loaded:
            delete_unused_code(services.loaded["lambda"].module)
        for file in folder.glob("*.json"):
            if not any(store.service == file.stem for store, _, _ in changes.unsaveable):
                with contextlib.suppress(OSError):
                    file.unlink()

    return loaded
