"""The stores of the emulator's services: which there are, and the live objects behind what `get_state` copies."""

from __future__ import annotations

import copy
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from local_aws.emulator.durable.code_blobs import keep_code
from local_aws.emulator.durable.touches import without_notes

_LIVE = {
    # (service, store): (name of the store in the module, fields that are not saved)
    ("dynamodb", "tables"): ("_tables", ("_index_members",)),
    ("s3", "buckets_meta"): ("_buckets", ("objects",)),
}
"""Stores of which `get_state` gives a copy without some fields."""

KEY_PARTS = {"account": 1, "region": 2, "value": 0}
"""How many parts the scope of a key has, by kind of store."""


@dataclass(frozen=True)
class Store:
    """One store of a service.

    Attributes:
        service: the name under which the emulator saves its state.
        name: in that state.
        kind: account, region (both scoped dicts) or value.
        live: what the service itself works on; for one that is not `direct`, a copy.
        direct: whether `live` is the service's own object.
        unsaved: fields of its records that are left out.
    """

    service: str
    name: str
    kind: str
    live: Any
    direct: bool
    unsaved: tuple[str, ...] = ()

    @property
    def id(self) -> tuple[str, str]:
        """Service and name."""
        return self.service, self.name

    def keys(self) -> list[Any]:
        """The scoped keys of its records."""
        return [None] if self.kind == "value" else list(self.live._data)

    def record(self, key: Any) -> Any:
        """A record as it is to be saved; None where there is none."""
        if self.kind == "value":
            return self.live
        record = self.live._data.get(key)
        if self.unsaved and isinstance(record, dict):
            return {name: value for name, value in record.items() if name not in self.unsaved}
        return record


class _Listing(threading.local):
    on = False


_listing = _Listing()


@contextmanager
def _listed() -> Iterator[None]:
    _listing.on = True
    try:
        yield
    finally:
        _listing.on = False


class _Copies:
    """The module `copy` as a service sees it: while its state is listed, its own stores are not copied."""

    def __init__(self, module: Any, *, trusted: bool) -> None:
        self._module, self._trusted = module, trusted

    def __getattr__(self, name: str) -> Any:
        return getattr(copy, name)

    def deepcopy(self, value: Any, memo: Any = None) -> Any:
        """As copy.deepcopy."""
        if not _listing.on:
            return copy.deepcopy(value, memo)
        if self._trusted or kind_of(value) != "value" or any(value is own for own in vars(self._module).values()):
            return value
        if type(value) is dict and value and all(kind_of(each) != "value" for each in value.values()):
            return dict(value)
        return copy.deepcopy(value, memo)


def kind_of(value: Any) -> str:
    """What kind of store a value is."""
    from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict

    if isinstance(value, AccountRegionScopedDict):
        return "region"
    return "account" if isinstance(value, AccountScopedDict) else "value"


def empty(kind: str) -> Any:
    """A new store of a kind."""
    from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict

    return AccountRegionScopedDict() if kind == "region" else AccountScopedDict()


class Service:
    """The stores of one service whose module is loaded."""

    def __init__(self, name: str, module: Any) -> None:
        self.name, self.module = name, module
        if getattr(module, "copy", None) is copy:
            module.copy = _Copies(module, trusted=name in {service for service, _ in _LIVE})
        if name == "lambda":
            keep_code(module)
        self.stores = self._list()
        self.copied = [store for store in self.stores.values() if not store.direct]

    @without_notes  # or each look at what changed would be followed by another
    def _list(self) -> dict[str, Store]:
        with _listed():
            state = self.module.get_state() or {}
        own = {id(value) for value in vars(self.module).values()}
        own |= {
            id(value) for table in list(vars(self.module).values()) if type(table) is dict for value in table.values()
        }
        stores = {}
        for name, value in state.items():
            if (self.name, name) in _LIVE:
                attribute, unsaved = _LIVE[self.name, name]
                live = getattr(self.module, attribute)
                stores[name] = Store(self.name, name, kind_of(live), live, direct=True, unsaved=unsaved)
            else:
                kind = kind_of(value)
                direct = kind != "value" and (id(value) in own or self.name == "cloudformation")
                stores[name] = Store(self.name, name, kind, value, direct=direct)
        return stores

    def watched(self) -> dict[int, Store | None]:
        """By id, each object whose records are noted; None for one from which copied stores are made."""
        found: dict[int, Store | None] = {}
        if self.copied:
            found = {id(value): None for value in vars(self.module).values() if kind_of(value) != "value"}
        return {**found, **{id(store.live): store for store in self.stores.values() if store.direct}}

    def copies(self) -> list[Store]:
        """The copied stores as they are now."""
        return [store for store in self._list().values() if not store.direct] if self.copied else []


class Services:
    """All services whose modules are loaded by now."""

    def __init__(self, app: Any, loaded: Callable[[Service], None]) -> None:
        """`loaded` is told of each service when it is found."""
        self._app, self._tell = app, loaded
        self.loaded: dict[str, Service] = {}
        self._watched: dict[int, tuple[Service, Store | None]] = {}
        self._seen = (0, 0)

    def refresh(self) -> None:
        """Find the services whose modules were loaded since."""
        size = (len(self._app._loaded_modules), len(sys.modules))
        if size == self._seen:
            return
        for name, module_name in self._app._state_map.items():
            if name in self.loaded:
                continue
            module = self._app._loaded_modules.get(module_name) or sys.modules.get(f"ministack.services.{module_name}")
            if module is None or not hasattr(module, "get_state") or not hasattr(module, "__file__"):
                continue
            service = self.loaded[name] = Service(name, module)
            self._watched.update({number: (service, store) for number, store in service.watched().items()})
            self._tell(service)
        self._seen = size

    def of(self, store: Any) -> tuple[Service, Store | None] | None:
        """The service and store of a scoped dict; None for one that is not saved."""
        return self._watched.get(id(store))
