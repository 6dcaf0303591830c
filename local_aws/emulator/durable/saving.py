"""A request that changes something is answered when that is saved; where it cannot be, it is undone and refused.

Requests that end before another begins share a transaction. What changes behind requests is saved soon.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from local_aws.emulator.durable.database import Database
from local_aws.emulator.durable.state import Changes, NotSavedError, Reached, State
from local_aws.emulator.durable.touches import Stores, Touches, background, noting

logger = logging.getLogger(__name__)

_LOOK_S = 0.1
_SHARE = 0.2
"""At most this part of the time goes into saving what nobody waits for."""

_FEW = 50
"""So many unfinished records are looked at with each request; more only now and then."""

_TELL_S = 60.0

_SLOW_FAILURES = (sqlite3.Error, OSError)


class UndoError(Exception):
    """Raised by a call of `carry_out`: what it changed is to be undone."""


@dataclass(eq=False)
class _Request:
    touches: Touches
    saved: asyncio.Future[None]
    spoiled: str = ""
    """Why it cannot be kept: what it changed may have been put back while it still ran."""


class Saver:
    """Saves the state."""

    def __init__(self, state: State, database: Database) -> None:
        self._state, self._database = state, database
        self._loop = asyncio.get_running_loop()
        self._waiting: list[_Request] = []
        self._open: set[_Request] = set()
        self._recent: list[Stores] = []
        self._older: list[Stores] = []
        self._unfinished: Reached = {}
        self._failing = ""
        self._told = float("-inf")

    async def carry_out(self, call: Callable[[], Awaitable[Any]], *, reads: bool) -> Any:
        """Make a call; return what it answers once its changes are saved.

        Raises:
            NotSavedError: they could not be, and are undone; or the call was not made, as nothing can be saved.
            UndoError: the call's, when what it changed is undone.
        """
        if reads:
            with noting(Touches(silent=True)):
                answer = await call()
            self._save_background_first()
            return answer
        if self._failing and not self._has_room():
            raise NotSavedError(self._failing)
        if self._waiting:
            self._commit()  # so that undoing this one leaves what they changed
        request = _Request(Touches(), self._loop.create_future())
        self._open.add(request)
        try:
            with noting(request.touches):
                answer = await call()
        except UndoError:
            if self._waiting:
                self._commit()  # those that ended while this one ran
            self._put_back(request)
            raise
        except BaseException:
            self._recent.append(request.touches.stores)
            raise
        finally:
            self._open.discard(request)
        if request.touches.stores or background.stores:
            if not self._waiting:
                self._loop.call_soon(self._commit)
            self._waiting.append(request)
            await request.saved
        return answer

    def _has_room(self) -> bool:
        try:
            self._database.probe()
        except sqlite3.Error:
            return False
        self._failing = ""
        logger.warning("The state of the local AWS can be saved again")
        return True

    def _save_background_first(self) -> None:
        """Nobody is told of a change that is not saved, as far as it can be."""
        if (background.stores or self._unfinished) and not self._failing:
            self._commit()

    def _commit(self) -> None:
        requests, self._waiting = self._waiting, []
        spoiled = [request for request in requests if request.spoiled]
        for request in spoiled:
            self._undo(request)
        requests = [request for request in requests if not request.spoiled]
        taken = background.take()
        if taken:
            self._recent.append(taken)
        behind = self._state.reached(taken, copies=False)  # each request reaches for EC2's; `run` looks at those
        if sum(len(keys) for _, keys in self._unfinished.values()) <= _FEW:
            behind, self._unfinished = _merged(behind, self._unfinished), {}
        self._save(requests, behind)

    def _save(self, requests: list[_Request], behind: Reached) -> None:
        own = self._state.reached(*(request.touches.stores for request in requests))
        changes = self._state.changes(_merged(own, behind))
        if changes.unsaveable:
            refused = self._refuse_unsaveable(requests, changes)
            if refused:
                self._save([request for request in requests if request not in refused], behind)
                return
        try:
            self._state.write(changes)
        except _SLOW_FAILURES as error:
            self._fail(requests, changes, own, behind, error)
            return
        self._unfinished = _merged(self._unfinished, changes.unfinished)
        for request in requests:
            _end(request, None)

    def _fail(
        self, requests: list[_Request], changes: Changes, own: Reached, behind: Reached, error: Exception
    ) -> None:
        self._failing = f"The state folder of the local AWS cannot be written: {error}"
        self._tell(self._failing)
        if requests:
            self._state.put_back(changes, own)
        for request in self._open:
            request.spoiled = self._failing
        for request in requests:
            _end(request, self._failing)
        self._unfinished = _merged(self._unfinished, behind)

    def _refuse_unsaveable(self, requests: list[_Request], changes: Changes) -> set[_Request]:
        """Undo and refuse the requests whose changes are no JSON; that is a mistake of the emulator's."""
        refused = set()
        for store, key, why in changes.unsaveable:
            self._tell(f"{store.service}: {store.name} {key!r} cannot be saved: {why}")
            for request in requests:
                keys = self._state.reached(request.touches.stores).get(store.id, (store, set()))[1]
                if key in keys:
                    request.spoiled = f"The local AWS cannot save this: {why}"
                    refused.add(request)
        for request in refused:
            self._undo(request)
        return refused

    def _undo(self, request: _Request) -> None:
        self._put_back(request)
        _end(request, request.spoiled)

    def _put_back(self, request: _Request) -> None:
        reached = self._state.reached(request.touches.stores)
        self._state.put_back(self._state.changes(reached), reached)

    def _tell(self, text: str) -> None:
        """Log it, once a minute at most."""
        if time.monotonic() - self._told >= _TELL_S:
            self._told = time.monotonic()
            logger.error(text)

    # What changes behind requests

    async def run(self) -> None:
        """Save what changes behind requests, for as long as the server runs."""
        while True:
            started = time.monotonic()
            self.save_background()
            await asyncio.sleep(max(_LOOK_S, (time.monotonic() - started) / _SHARE))

    def save_background(self) -> None:
        """Save what changed behind requests, and again what did lately: a thread reaches for it, then changes it."""
        taken = background.take()
        if taken:
            self._recent.append(taken)
        if not (self._older or self._recent or self._unfinished):
            return
        behind = self._state.reached(*self._older, *self._recent)
        self._older, self._recent = self._recent, []
        behind, self._unfinished = _merged(behind, self._unfinished), {}
        try:
            self._save([], behind)
        except Exception:
            logger.exception("what changed behind requests is not saved")

    def save_all(self) -> None:
        """Save everything, as the server ends."""
        background.take()
        self._save([], self._state.everything())


def _merged(one: Reached, other: Reached) -> Reached:
    merged = {name: (store, set(keys)) for name, (store, keys) in one.items()}
    for name, (store, keys) in other.items():
        merged.setdefault(name, (store, set()))[1].update(keys)
    return merged


def _end(request: _Request, problem: str | None) -> None:
    if request.saved.done():  # the client has gone
        return
    if problem is None:
        request.saved.set_result(None)
    else:
        request.saved.set_exception(NotSavedError(problem))
