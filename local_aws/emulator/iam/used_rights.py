"""Which rights roles used, and which they asked for in vain: what every decision of IAM adds to, within bounds.

AWS has this in CloudTrail and IAM's "last accessed" data. Here each decision about a role's session counts, also those
that AWS makes inside a service, such as Athena's about the files of a query; what is only asked to find out what a role
could do (`only_asking`) does not.
"""

from __future__ import annotations

import contextlib
import re
import threading
import time
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from local_aws.emulator.iam.decisions import Asked, after_each

MOST = 20_000
"""Uses of all roles; beyond them those of the role that was used longest ago are let go."""
MOST_OF_A_ROLE = 2_000
"""Uses of one that are told apart; what comes after them is only counted."""
MOST_OF_A_FOLDER = 16
"""Resources of one action that lie in one folder, or in folders alike; more of them count with the last one."""
_OF_ONE_RUN = re.compile(r"[^/=]+=[^/]*|[0-9][0-9_.:TZ-]*|(?:[a-z]{1,4}_)?[0-9a-f-]{16,}")
"""A segment of a key by which folders are alike: a partition `name=value`, a date or a number, the id of a run."""
_MOST_SESSIONS = 4_096
_MOST_CHARACTERS = 1_100
"""Of a resource: an ARN of an object has a key of 1,024 at most."""

_TELLING = (
    "cloudwatch:namespace",
    "dynamodb:enclosingoperation",
    "iam:passedtoservice",
    "kms:encryptioncontext:aws:s3:arn",
    "kms:viaservice",
)
"""Condition keys, in lower case, by whose values (up to a slash) uses of one action on one resource are told apart."""

MOUNT = "md/glue-mount"
"""In the User-Agent of a job's mount (runtime/launch.py)."""

_ASKING: ContextVar[bool] = ContextVar("whether rights are only asked about", default=False)
_FILTERING: ContextVar[bool] = ContextVar("whether what is denied is left out of an answer", default=False)


class Key(NamedTuple):
    """What is told apart: a role by its id (names come again), an action, a resource, values of some condition keys."""

    role_id: str
    action: str
    resource: str
    told: str


@dataclass
class Use:
    """How often a right was used, and asked for in vain.

    Attributes:
        context: the condition keys, in lower case, of the first request that was allowed, else of the last one.
        last: seconds since 1970, of the last one of either.
    """

    allowed: int = 0
    denied: int = 0
    last: float = 0.0
    context: Mapping[str, Any] = field(default_factory=dict)


_Folder = tuple[str, str, str, str, bool]


class UsedRights:
    """The record of one server. Methods may be called from any thread."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._uses: dict[str, dict[Key, Use]] = {}
        self._in_folder: Counter[_Folder] = Counter()
        self._last_of_folder: dict[_Folder, Key] = {}
        self._not_told: Counter[str] = Counter()
        self._changed: set[Key] = set()
        self._last: dict[str, float] = {}
        self._count = 0
        self._roles: dict[str, str] = {}

    def note(self, access_key: str, action: str, resource: str, given: Mapping[str, Any], *, allowed: bool) -> None:
        """Take a decision; one about who is no role's session is passed over.

        Args:
            access_key: of who asked.
            action: as in a policy.
            resource: ARN, or `*`.
            given: condition keys of the request.
            allowed: how it was decided.
        """
        role = self._roles.get(access_key)
        if role is None:
            role = self._role_of(access_key)
        if role:
            with self._lock:
                self._add(role, action, resource[:_MOST_CHARACTERS], given, allowed=allowed)

    def of_role(self, role_id: str) -> tuple[dict[Key, Use], int]:
        """A role's uses, and how many requests are only counted."""
        with self._lock:
            return dict(self._uses.get(role_id, {})), self._not_told[role_id]

    def take_changed(self) -> list[tuple[Key, Use]]:
        """What changed since the last time."""
        with self._lock:
            changed, self._changed = self._changed, set()
            return [(key, use) for key in changed if (use := self._uses.get(key.role_id, {}).get(key))]

    def have_changed(self, keys: Iterable[Key]) -> None:
        """Take back what could not be written."""
        with self._lock:
            self._changed.update(keys)

    def roles(self) -> list[str]:
        """The ids of the roles of which something is known."""
        with self._lock:
            return list(self._uses)

    def put_back(self, uses: Iterable[tuple[Key, Use]]) -> None:
        """Take what an earlier server kept; in the order in which it was used."""
        with self._lock:
            for key, use in uses:
                self._enter(key, use, allowed=bool(use.allowed))

    def _add(self, role: str, action: str, resource: str, given: Mapping[str, Any], *, allowed: bool) -> None:
        context = {name.lower(): value for name, value in given.items() if value is not None}
        told = [str(context[name]).partition("/")[0] for name in _TELLING if name in context] if context else ()
        key = Key(role, action, resource, ";".join(told))
        of_role = self._uses.get(role, {})
        self._last[role] = now = time.time()
        if key not in of_role:
            counted = self._counted_for(key, allowed=allowed)
            if counted is None and len(of_role) >= MOST_OF_A_ROLE:
                self._not_told[role] += 1
                return
            if counted is None:
                self._enter(key, Use(context=context), allowed=allowed)
            key = counted or key
        use = self._uses[role][key]
        if allowed and not use.allowed:
            use.context = context
        use.allowed += allowed
        use.denied += not allowed
        use.last = now
        self._changed.add(key)

    def _counted_for(self, key: Key, *, allowed: bool) -> Key | None:
        """What a new use counts for, where its folder is full."""
        folder = _folder(key, allowed=allowed)
        return self._last_of_folder[folder] if self._in_folder[folder] >= MOST_OF_A_FOLDER else None

    def _enter(self, key: Key, use: Use, *, allowed: bool) -> None:
        if self._count >= MOST and (others := self._uses.keys() - {key.role_id}):
            self._forget(min(others, key=lambda role: self._last.get(role, 0.0)))
        self._uses.setdefault(key.role_id, {})[key] = use
        self._last[key.role_id] = max(use.last, self._last.get(key.role_id, 0.0))
        self._count += 1
        folder = _folder(key, allowed=allowed)
        self._in_folder[folder] += 1
        self._last_of_folder[folder] = key

    def _forget(self, role: str) -> None:
        gone = self._uses.pop(role)
        self._count -= len(gone)
        self._last.pop(role, None)
        for key in gone:
            for allowed in (True, False):
                self._in_folder.pop(_folder(key, allowed=allowed), None)
                self._last_of_folder.pop(_folder(key, allowed=allowed), None)
        self._not_told.pop(role, None)

    def _role_of(self, access_key: str) -> str:
        """The id of the role whose session it is; empty for anybody else."""
        from ministack.services import sts

        session = sts._sessions.get(access_key) if access_key else None
        if session is None or ":assumed-role/" not in str(session.get("Arn")):
            return ""
        if len(self._roles) >= _MOST_SESSIONS:
            self._roles.clear()
        role = self._roles[access_key] = str(session.get("UserId", "")).partition(":")[0]
        return role


def _folder(key: Key, *, allowed: bool) -> _Folder:
    """What few are told apart of: objects of folders alike, streams of one log group; of others each is its own."""
    resource, told = key.resource, ""
    if resource.startswith("arn:aws:s3:::") and "/" in resource:
        bucket, *folders = resource.split("/")[:-1]
        resource = "/".join([bucket, *("*" if _OF_ONE_RUN.fullmatch(folder) else folder for folder in folders), ""])
    elif ":log-stream:" in resource:
        resource = resource.partition(":log-stream:")[0]
    else:
        told = key.told
    return key.role_id, key.action, resource, told, allowed


@contextlib.contextmanager
def filtering() -> Iterator[None]:
    """While this lasts, what is denied in this context is left out of an answer: nothing was asked for in vain."""
    before = _FILTERING.set(True)
    try:
        yield
    finally:
        _FILTERING.reset(before)


def note_request(method: str, headers: Mapping[str, str]) -> None:
    """Whether a request only asks: what a job's mount fetches to show it to Spark, which need not read it."""
    _ASKING.set(method in ("GET", "HEAD") and MOUNT in headers.get("user-agent", ""))


record = UsedRights()
"""That of this process."""


@contextlib.contextmanager
def only_asking() -> Iterator[None]:
    """While this lasts, decisions of IAM in this context are no use of a right."""
    before = _ASKING.set(True)
    try:
        yield
    finally:
        _ASKING.reset(before)


def record_used_rights() -> None:
    """Have every decision of IAM noted. Must come after all else that decides."""
    after_each(_look)


def _look(found: Any, asked: Asked) -> Any:
    from ministack.core.iam_evaluator import _ALWAYS_ALLOWED_ACTIONS

    allowed = found is None
    is_known = allowed or hasattr(found, "decision")  # else who asks is not
    if (
        is_known
        and asked.action not in _ALWAYS_ALLOWED_ACTIONS
        and not _ASKING.get()
        and (allowed or not _FILTERING.get())
    ):
        record.note(asked.access_key, asked.action, asked.resource, asked.given, allowed=allowed)
    return found
