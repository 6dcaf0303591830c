"""What an operation of S3 changed in memory is put back where the disk refuses it; events wait for its end."""

from __future__ import annotations

import copy
import logging
from collections.abc import Callable, Iterable
from contextvars import ContextVar
from typing import Any

from local_aws.emulator.protocol import Response
from local_aws.emulator.s3.objects.commits import WriteError

INTERNAL_ERROR = "We encountered an internal error. Please try again."
"""S3's sentence with the code InternalError."""

_ERRORS = 400
"""The first HTTP status that is an error's."""

Before = tuple[Any, Any, list[dict[Any, Any]]]

logger = logging.getLogger(__name__)

_events: ContextVar[list[tuple[tuple[Any, ...], dict[str, Any]]] | None] = ContextVar("events", default=None)


def internal_error() -> Response:
    """What S3 answers when it could not write."""
    from ministack.services import s3

    answer: Response = s3._error("InternalError", INTERNAL_ERROR, 500)
    return answer


def _one_key(_: str, key: str, *_others: Any) -> Iterable[str]:
    return (key,)


def undone_on_failure(
    original: Callable[..., Response], keys: Callable[..., Iterable[str]] = _one_key, *, locks: bool = False
) -> Callable[..., Response]:
    """An operation of a bucket and keys whose changes in memory are put back where it fails, on the disk above all.

    Args:
        original: called with the bucket first.
        keys: which keys it may change, by its arguments.
        locks: it changes what the emulator does not write by itself.
    """

    def call(bucket: str, *args: Any, **kwargs: Any) -> Response:
        from ministack.services import s3

        before = {key: state_of(bucket, key) for key in keys(bucket, *args)}
        token = _events.set([])
        try:
            answer = original(bucket, *args, **kwargs)
            if locks and answer[0] < _ERRORS:
                s3._persist_version_state(bucket, args[0], s3._buckets[bucket])
            if answer[0] < _ERRORS:
                _send_events()
                return answer
            failed = ""
        except (WriteError, OSError) as error:
            logger.warning("An object cannot be written: %s", error)
            failed = error.place[2] if isinstance(error, WriteError) else ""
            answer = internal_error()
        finally:
            _events.reset(token)
        for key, state in before.items():
            if failed in ("", key):
                put_back(bucket, key, state)
        return answer

    return call


def named_keys(_: str, body: bytes, *_others: Any) -> Iterable[str]:
    """The keys that the document of DeleteObjects names."""
    from ministack.services import s3

    try:
        root = s3.fromstring(body)
    except Exception:  # noqa: BLE001 - the emulator refuses what is no XML
        return ()
    return {element.text or "" for element in root.iter() if element.tag.rpartition("}")[2] == "Key"}


def all_keys(bucket: str, *_others: Any) -> Iterable[str]:
    """A form names its key in its body: few send forms."""
    from ministack.services import s3

    return list((s3._buckets.get(bucket) or {"objects": {}})["objects"])


def version_ids(bucket: str, key: str) -> list[str | None]:
    """The ids under which the emulator keeps what belongs to a key; None is that of an object without versions."""
    from ministack.services import s3

    return [None, *(version["version_id"] for version in s3._object_versions.get((bucket, key)) or [])]


def _stores() -> list[Any]:
    from ministack.services import s3

    return [s3._object_tags, s3._object_acl, s3._object_annotations, s3._object_retention, s3._object_legal_hold]


def state_of(bucket: str, key: str) -> Before:
    """What is in memory of a key of the request's account: its record, versions, tags, ACL, annotations and locks."""
    from ministack.services import s3

    record = (s3._buckets.get(bucket) or {"objects": {}})["objects"].get(key)
    versions = s3._object_versions.get((bucket, key))
    names = [(bucket, key, version) for version in version_ids(bucket, key)]
    stored = [{name: copy.deepcopy(store[name]) for name in names if name in store} for store in _stores()]
    return dict(record) if record else None, [dict(each) for each in versions or []], stored


def put_back(bucket: str, key: str, state: Before) -> None:
    """Make it so again."""
    from ministack.services import s3

    record, versions, stored = state
    names = [(bucket, key, version) for version in version_ids(bucket, key)]
    objects = (s3._buckets.get(bucket) or {"objects": {}})["objects"]
    if record:
        objects[key] = record
    else:
        objects.pop(key, None)
    if versions:
        s3._object_versions[bucket, key] = versions
    else:
        s3._object_versions.pop((bucket, key), None)
    for store, values in zip(_stores(), stored, strict=True):
        for name in names:
            store.pop(name, None)
        for name, value in values.items():
            store[name] = value


def hold_events_back() -> None:
    """An event is told when its object is on disk, and not at all where it is not."""
    from ministack.services import s3

    fire = s3._fire_s3_event_async

    def hold(*args: Any, **kwargs: Any) -> None:
        held = _events.get()
        if held is None:
            fire(*args, **kwargs)
        else:
            held.append((args, kwargs))

    hold.fire = fire  # type: ignore[attr-defined]
    s3._fire_s3_event_async = hold


def _send_events() -> None:
    from ministack.services import s3

    for args, kwargs in _events.get() or ():
        s3._fire_s3_event_async.fire(*args, **kwargs)
