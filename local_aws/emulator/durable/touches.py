"""Which records of the emulator's stores a request, or work behind it, has reached for: only these can have changed.

A store is one of the emulator's scoped dicts; a record is what it holds under a scoped key. Whoever changes a record
gets it from its store first, so that noting each access costs nothing that grows with the state.
"""

from __future__ import annotations

import contextvars
import functools
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

WHOLE = object()
"""Stands for every key of a store."""

_BY_KEY = ("__setitem__", "__getitem__", "__delitem__", "get", "pop", "setdefault")
_BY_SCOPED_KEY = ("get_scoped", "set_scoped", "pop_scoped")
_WHOLE_STORE = ("values", "items", "update", "clear", "values_scoped", "items_scoped", "all_values", "all_items")

_GOING_THROUGH = ("values", "items", "values_scoped", "items_scoped", "all_values", "all_items")

Stores = dict[int, tuple[Any, set[Any]]]
"""Of the id of a store: the store, and the scoped keys."""

_only_read: set[int] = set()
"""Ids of the stores that are only read by whoever goes through them."""


def going_through_reads(store: Any) -> None:
    """Say that whoever goes through a store reads it, and changes what it then reaches for by its key."""
    _only_read.add(id(store))


class Touches:
    """What was reached for. One that is `silent` notes nothing while it is open: a request that only reads."""

    __slots__ = ("open", "silent", "stores")

    def __init__(self, *, silent: bool = False) -> None:
        self.stores: Stores = {}
        self.open = True
        self.silent = silent

    def add(self, store: Any, key: Any) -> None:
        """Note a record, or with WHOLE all of them."""
        found = self.stores.get(id(store))
        if found is None:
            found = self.stores.setdefault(id(store), (store, set()))
        found[1].add(key)

    def take(self) -> Stores:
        """What was noted until now; it begins anew."""
        taken, self.stores = self.stores, {}
        return taken


background = Touches()
"""Of what runs outside every request: threads, tasks, and what a request left running."""

_current: contextvars.ContextVar[Touches] = contextvars.ContextVar("touches", default=background)


@contextmanager
def noting(touches: Touches) -> Iterator[Touches]:
    """Note into `touches` what this context does; what it leaves running is the background's afterwards."""
    token = _current.set(touches)
    try:
        yield touches
    finally:
        _current.reset(token)
        touches.open = False


def _note(store: Any, key: Any) -> None:
    into = _current.get()
    if not into.open:
        into = background
    elif into.silent:
        return
    into.add(store, key)


def watch_stores() -> None:
    """Have every access to a store noted. Contract: all access but through `_data` goes through these methods."""
    from ministack.core.responses import AccountRegionScopedDict, AccountScopedDict

    for kind in (AccountScopedDict, AccountRegionScopedDict):
        for name in _BY_KEY:
            _wrap(kind, name, lambda store, key, *_: store._scoped(key))
        for name in _BY_SCOPED_KEY:
            _wrap(kind, name, _scoped_key_of(kind is AccountScopedDict))
        for name in _WHOLE_STORE:
            _wrap(kind, name, lambda *_: WHOLE)


def _scoped_key_of(account_only: bool) -> Callable[..., Any]:  # noqa: FBT001 - a choice of functions
    def scoped(_store: Any, account: str, region: str, key: Any, *_: Any) -> Any:
        return (account, key) if account_only else (account, region, key)

    return scoped


def _wrap(kind: Any, name: str, key_of: Callable[..., Any]) -> None:
    original = getattr(kind, name, None)
    if original is None or hasattr(original, "__wrapped__"):
        return

    goes_through = name in _GOING_THROUGH

    @functools.wraps(original)
    def noted(store: Any, *args: Any, **named: Any) -> Any:
        if not (goes_through and id(store) in _only_read):
            _note(store, key_of(store, *args, *named.values()))
        return original(store, *args, **named)

    setattr(kind, name, noted)


def without_notes(function: Callable[..., Any]) -> Callable[..., Any]:
    """Have a function that only reads stores note nothing."""

    @functools.wraps(function)
    def quiet(*args: Any, **named: Any) -> Any:
        with noting(Touches(silent=True)):
            return function(*args, **named)

    return quiet
