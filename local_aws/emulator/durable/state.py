"""What changed since it was last saved, told from what was reached for; written, or put back as it was."""

from __future__ import annotations

import itertools
import logging
import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from local_aws.emulator.durable import members
from local_aws.emulator.durable.database import Batch, Database
from local_aws.emulator.durable.stores import KEY_PARTS, Service, Services, Store, empty
from local_aws.emulator.durable.text import from_text, key_of, key_text, to_text
from local_aws.emulator.durable.touches import WHOLE, Stores

logger = logging.getLogger(__name__)

_UNFINISHED = re.compile(
    r'"(?:[A-Z_]*_)?(?:IN_PROGRESS|RUNNING|CREATING|DELETING|UPDATING|PENDING|QUEUED|STARTING|STOPPING)"', re.IGNORECASE
)
"""A record with such a word in it is changed by work that holds it: it is looked at until it has none."""

_HISTORIES = {("cloudformation", "stack_events")}
"""Stores of lists that only gain entries, and through their store: all tell of work that began, the last of any now."""

_ATTEMPTS = 5
"""Threads may change a store while it is read."""

Reached = dict[tuple[str, str], tuple[Store, set[Any]]]
"""Of (service, store): the store, and the keys of the records that may have changed."""


class NotSavedError(Exception):
    """What changed could not be written; the text says why."""


@dataclass
class Changes:
    """What is to be written, and what to do when it is."""

    batch: Batch = field(default_factory=Batch)
    records: list[tuple[Store, Any]] = field(default_factory=list)
    unfinished: Reached = field(default_factory=dict)
    done: list[Callable[[], None]] = field(default_factory=list)
    unsaveable: list[tuple[Store, Any, str]] = field(default_factory=list)
    """(store, key, why): records that are no JSON."""


class State:
    """The emulator's state and its database.

    Args:
        database: what is saved.
        services: the services whose modules are loaded.
        format_of: the version of a service's state, by the service's name.
    """

    def __init__(self, database: Database, services: Services, format_of: Callable[[str], int]) -> None:
        self._database, self._services, self._format_of = database, services, format_of
        self._saved: dict[tuple[str, str], dict[Any, int]] = {}
        self._formats = database.formats()
        self.items = members.Items()
        self._members: dict[tuple[str, str], members.Members] = {
            ("dynamodb", "tables"): self.items,
            ("cloudwatch_logs", "log_groups"): members.Lists(members.nested("streams", "events")),
            ("kinesis", "streams"): members.Lists(members.nested("shards", "records")),
            ("cloudwatch", "metrics"): members.Lists(members.whole()),
            ("cloudwatch", "alarm_history"): members.Lists(members.whole()),
            ("stepfunctions", "executions"): members.Lists(members.field_of("events")),
            ("sqs", "queues"): members.Messages(),
        }

    # Loading

    def load(self, service: str) -> dict[str, Any] | None:
        """The state of a service as the emulator's own `load_state` gives it; None where there is none."""
        if service not in self._formats:
            return None
        if self._formats[service] > self._format_of(service):
            raise NotSavedError(f"the state of {service} was written by a newer version")
        kinds = self._database.stores(service)
        state: dict[str, Any] = {name: empty(kind) for name, kind in kinds.items() if kind != "value"}
        for (name, key_as_text), rows in itertools.groupby(self._database.rows(service), lambda row: row[1:3]):
            text, kind, store_id = next(rows)[5], kinds[name], (service, name)
            key = key_of(key_as_text, KEY_PARTS[kind])
            self._saved.setdefault(store_id, {})[key] = hash(text)
            record = from_text(text)
            if store_id in self._members:
                record = self._members[store_id].attach(key, record, rows)  # noqa: B031 - what is left of them
            if kind == "value":
                state[name] = record
            else:
                state[name]._data[key] = record
        return state

    # Saving

    def reached(self, *touched: Stores, copies: bool = True) -> Reached:
        """The records that these accesses may have changed; those of copied stores, which cost more, only if wanted."""
        self._services.refresh()
        found: Reached = {}
        copied: dict[str, Service] = {}
        for stores in touched:
            for live, keys in list(stores.values()):
                known = self._services.of(live)
                if known is None:
                    continue
                service, store = known
                if service.copied and copies:
                    copied[service.name] = service
                if store is not None:
                    found.setdefault(store.id, (store, set()))[1].update(keys)
        for service in copied.values():
            for store in service.copies():
                found[store.id] = (store, {WHOLE})
        for store_id, kept in self._members.items():
            keys = kept.restless()
            if keys and store_id[0] in self._services.loaded:
                store = self._services.loaded[store_id[0]].stores[store_id[1]]
                found.setdefault(store_id, (store, set()))[1].update(keys)
        return found

    def everything(self) -> Reached:
        """All records of all services."""
        self._services.refresh()
        stores = [
            store for service in self._services.loaded.values() for store in service.stores.values() if store.direct
        ]
        stores += [store for service in self._services.loaded.values() for store in service.copies()]
        return {store.id: (store, {WHOLE}) for store in stores}

    def changes(self, reached: Reached) -> Changes:
        """What of these records differs from what is saved."""
        for attempt in range(_ATTEMPTS):
            try:
                return self._changes(reached)
            except RuntimeError:  # changed while it was read
                if attempt == _ATTEMPTS - 1:
                    raise
        raise AssertionError

    def _changes(self, reached: Reached) -> Changes:
        changes = Changes()
        for store, keys in reached.values():
            saved = self._saved.get(store.id, {})
            for key in {*store.keys(), *saved} if WHOLE in keys else list(keys):
                self._record_changes(changes, store, key, saved)
        if changes.batch:
            for service in {store.service for store, _ in changes.records}:
                if self._formats.get(service) != self._format_of(service):
                    changes.batch.formats[service] = self._format_of(service)
            new = {store.id: store for store, _ in changes.records if store.id not in self._saved}
            changes.batch.stores += [(*store.id, store.kind) for store in new.values()]
        return changes

    def _record_changes(self, changes: Changes, store: Store, key: Any, saved: dict[Any, int]) -> None:
        record, kept = store.record(key), self._members.get(store.id)
        if record is None and store.kind != "value":
            if key in saved:
                changes.batch.remove_record(*store.id, key_text(key))
                changes.records.append((store, key))
            return
        try:
            text = to_text(kept.bare(record) if kept else record)
        except (TypeError, ValueError) as error:
            changes.unsaveable.append((store, key, str(error)))
            return
        if store.direct and _UNFINISHED.search(to_text(record[-1:]) if store.id in _HISTORIES else text):
            changes.unfinished.setdefault(store.id, (store, set()))[1].add(key)
        done = kept.changes(changes.batch, store.id, key, record) if kept else None
        if done:
            changes.done.append(done)
        if saved.get(key) != hash(text):
            changes.batch.puts.append((*store.id, key_text(key), "", "", text))
            changes.done.append(lambda: self._saved.setdefault(store.id, {}).__setitem__(key, hash(text)))
        elif not done:
            return
        changes.records.append((store, key))

    def write(self, changes: Changes) -> None:
        """Write them.

        Raises:
            sqlite3.Error: they cannot be written; then none is.
        """
        if changes.batch:
            self._database.write(changes.batch)
        self._formats.update(changes.batch.formats)
        for store, key in changes.records:
            saved = self._saved.setdefault(store.id, {})
            if store.record(key) is None and store.kind != "value":
                saved.pop(key, None)
                if store.id in self._members:
                    self._members[store.id].forget(key)
        for done in changes.done:
            done()

    # Putting back

    def put_back(self, changes: Changes, reached: Reached) -> None:
        """Have those of the changed records that were reached be as they were last saved."""
        for store, key in changes.records + [(store, key) for store, key, _ in changes.unsaveable]:
            keys = reached.get(store.id, (store, set()))[1]
            if key not in keys and WHOLE not in keys:
                continue
            try:
                self._put_back(store, key)
            except Exception:
                logger.exception("%s: %s %r cannot be put back as it was", store.service, store.name, key)

    def _put_back(self, store: Store, key: Any) -> None:
        text = self._database.record(*store.id, key_text(key))
        record = None if text is None else from_text(text)
        if not store.direct:
            self._put_back_copy(store, key, record)
            return
        data, kept = store.live._data, self._members.get(store.id)
        live = data.get(key)
        if record is None:
            data.pop(key, None)
            if kept:
                kept.forget(key)
            return
        if kept:
            record = kept.restore(key, live, record, self._database, store.id)
        if isinstance(live, dict) and isinstance(record, dict):  # whoever holds it sees the same
            kept_fields = {name: live[name] for name in store.unsaved if name in live and name != "_index_members"}
            live.clear()
            live.update({**record, **kept_fields})
        elif isinstance(live, list) and isinstance(record, list):
            live[:] = record
        else:
            data[key] = record
            if store.service == "s3":
                record.setdefault("objects", {})  # only an empty bucket is deleted

    def _put_back_copy(self, store: Store, key: Any, record: Any) -> None:
        """Of a store that `get_state` makes: through the service's own way to load it."""
        module = self._services.loaded[store.service].module
        live = getattr(module, f"_{store.name}", None)
        if record is None:
            if live is not None and store.kind != "value":
                live._data.pop(key, None)
        elif store.kind != "value":
            part = empty(store.kind)
            part._data[key] = record
            module._restore_state({store.name: part})
        elif isinstance(live, dict) and isinstance(record, dict):
            live.clear()
            live.update(record)
