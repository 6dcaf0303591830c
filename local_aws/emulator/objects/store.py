"""The emulator's store of objects on disk, with its rules and without its bytes in memory.

The emulator keeps what it cannot write in memory and answers 200. Here a write that the disk refuses is an error, and
what the request had changed in memory is put back.
"""

from __future__ import annotations

import contextlib
import copy
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from local_aws.emulator.objects.commits import WriteError, place, write_file
from local_aws.emulator.objects.disk_body import DiskBody, Hashes, md5_hex, s3_checksum
from local_aws.emulator.protocol import Response

INTERNAL_ERROR = "We encountered an internal error. Please try again."
"""S3's sentence with the code InternalError."""

_OF_ONE_KEY = (
    "_put_object",
    "_copy_object",
    "_delete_object",
    "_restore_object",
    "_put_object_tagging",
    "_delete_object_tagging",
    "_put_object_acl",
    "_put_object_annotation",
    "_delete_object_annotation",
    "_put_object_retention",
    "_put_object_legal_hold",
)
_LOCKS = ("_put_object_retention", "_put_object_legal_hold")

_ERRORS = 400
"""The first HTTP status that is an error's."""

logger = logging.getLogger(__name__)

_opened: ContextVar[dict[tuple[int, int], DiskBody] | None] = ContextVar("opened", default=None)
_events: ContextVar[list[tuple[tuple[Any, ...], dict[str, Any]]] | None] = ContextVar("events", default=None)


def keep_objects_on_disk() -> None:
    """Replace what the emulator's S3 does with bodies and files."""
    from ministack.services import s3

    s3.hashlib = Hashes()
    s3.md5_hash = md5_hex
    s3._compute_s3_checksum = s3_checksum
    s3._read_body = read_body
    s3._version_body = _version_body
    s3._persist_object = _persist_object
    s3._persist_delete_marker = _persist_delete_marker
    s3._persist_displaced_version = _persist_displaced_version
    _keep_bytes_out_of_versions()
    _describe_fully()
    _hold_events_back()
    _fail_replicas()
    for name in _OF_ONE_KEY:
        setattr(s3, name, undone_on_failure(getattr(s3, name), locks=name in _LOCKS))
    s3._delete_objects = undone_on_failure(s3._delete_objects, _named_keys)
    s3._post_object = undone_on_failure(s3._post_object, _all_keys)


@contextlib.contextmanager
def opened(bodies: Iterable[DiskBody]) -> Iterator[None]:
    """Have these bodies answer for their files, so that digests computed before are known."""
    token = _opened.set({body.identity: body for body in bodies})
    try:
        yield
    finally:
        _opened.reset(token)


def open_body(path: str) -> DiskBody:
    """The bytes of a file of the store."""
    body = DiskBody(path)
    known = _opened.get()
    return known.get(body.identity, body) if known else body


def internal_error() -> Response:
    """What S3 answers when it could not write."""
    from ministack.services import s3

    answer: Response = s3._error("InternalError", INTERNAL_ERROR, 500)
    return answer


# What the emulator reads


def read_body(bucket: str, key: str, record: dict[str, Any]) -> Any:
    """The bytes of a current object."""
    from ministack.services import s3

    body = record.get("body")
    return open_body(s3._object_disk_path(bucket, key)) if body is None else body


def _version_body(bucket: dict[str, Any], bucket_name: str, key: str, version: dict[str, Any]) -> Any:
    from ministack.services import s3

    if version.get("data") is not None:
        return version["data"]
    path = s3._version_disk_path(bucket_name, key, version["version_id"])
    if path is not None and Path(path).is_file():
        return open_body(path)
    current = bucket["objects"].get(key)
    if current is not None and (current.get("version_id") or "null") == version["version_id"]:
        return read_body(bucket_name, key, current)
    return None


def complete_record(bucket: str, key: str, record: dict[str, Any] | None) -> None:
    """Read the parts of a multipart object where its record, loaded by the emulator, lacks them."""
    from ministack.services import s3

    if record is None or "parts" in record or "-" not in record.get("etag", ""):
        return
    with contextlib.suppress(OSError, ValueError):
        described = json.loads(Path(s3._object_disk_path(bucket, key) + ".meta.json").read_bytes())
        record["parts"], record["checksum_type"] = described.get("parts"), described.get("checksum_type")


# What the emulator writes


def _persist_object(bucket: str, key: str, record: dict[str, Any]) -> None:
    from ministack.core.responses import get_account_id
    from ministack.services import s3

    target = s3._object_disk_path(bucket, key)
    with _telling(bucket, key):
        place(
            target,
            record.get("body"),
            {**s3._object_meta_from_record(record), **s3._key_history_meta(bucket, key), "key": key},
        )
    record["body"] = None
    other = s3._other_key_disk_path(str(Path(s3.DATA_DIR, get_account_id(), bucket)), key, target)
    s3._remove_key_files(other)


def _persist_delete_marker(bucket: str, key: str, marker: dict[str, Any]) -> None:
    from ministack.services import s3

    described = {
        "is_delete_marker": True,
        "version_id": marker.get("version_id"),
        "last_modified": marker.get("last_modified", ""),
        **s3._key_history_meta(bucket, key),
        "key": key,
    }
    with _telling(bucket, key):
        place(s3._object_disk_path(bucket, key), None, described)


def _persist_displaced_version(bucket: str, key: str, prior: dict[str, Any] | None, versioning: str) -> None:
    """Keep the bytes of what is overwritten: a second name for its file."""
    from ministack.services import s3

    if versioning == "Suspended":
        s3._delete_version_file(bucket, key, "null")
    if prior is None:
        return
    version = prior.get("version_id") or "null"
    if versioning == "Suspended" and version == "null":
        return
    with _telling(bucket, key):
        write_file(s3._version_disk_path(bucket, key, version), read_body(bucket, key, prior))


@contextlib.contextmanager
def _telling(bucket: str, key: str) -> Iterator[None]:
    from ministack.core.responses import get_account_id

    try:
        yield
    except OSError as error:
        raise WriteError(error, (get_account_id(), bucket, key)) from error


def _keep_bytes_out_of_versions() -> None:
    from ministack.services import s3

    entry = s3._version_entry_from_record
    s3._version_entry_from_record = lambda record, version_id, _: entry(record, version_id, None)


def _describe_fully() -> None:
    """Parts, kinds of checksums and locks outlive the server too."""
    from ministack.services import s3

    described, history = s3._object_meta_from_record, s3._key_history_meta

    def object_meta(record: dict[str, Any]) -> dict[str, Any]:
        more = {name: record[name] for name in ("parts", "checksum_type") if record.get(name)}
        return {**described(record), **more}

    def key_history(bucket: str, key: str) -> dict[str, Any]:
        found = history(bucket, key)
        for name, store in (("retention", s3._object_retention), ("legal_hold", s3._object_legal_hold)):
            kept = {
                version or "null": store[bucket, key, version]
                for version in _version_ids(bucket, key)
                if (bucket, key, version) in store
            }
            if kept:
                found[name] = kept
        return dict(found)

    s3._object_meta_from_record, s3._key_history_meta = object_meta, key_history


def read_locks() -> None:
    """Load retentions and legal holds; buckets with a lock are few."""
    from ministack.services import s3

    for (account, bucket), _ in list(s3._bucket_object_lock._data.items()):
        for path, key in s3._persisted_key_files(str(Path(s3.DATA_DIR, account, bucket)), sidecars=True):
            with contextlib.suppress(OSError, ValueError):
                described = json.loads(Path(path).read_bytes())
                for name, store in (("retention", s3._object_retention), ("legal_hold", s3._object_legal_hold)):
                    for version, value in (described.get(name) or {}).items():
                        place_of = (bucket, described.get("key", key), None if version == "null" else version)
                        store._data[account, place_of] = value


# What is put back


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

        before = {key: _state(bucket, key) for key in keys(bucket, *args)}
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
                _put_back(bucket, key, state)
        return answer

    return call


def _named_keys(_: str, body: bytes, *_others: Any) -> Iterable[str]:
    from ministack.services import s3

    try:
        root = s3.fromstring(body)
    except Exception:  # noqa: BLE001 - the emulator refuses what is no XML
        return ()
    return {element.text or "" for element in root.iter() if element.tag.rpartition("}")[2] == "Key"}


def _all_keys(bucket: str, *_others: Any) -> Iterable[str]:
    """A form names its key in its body: few send forms."""
    from ministack.services import s3

    return list((s3._buckets.get(bucket) or {"objects": {}})["objects"])


def _version_ids(bucket: str, key: str) -> list[str | None]:
    from ministack.services import s3

    return [None, *(version["version_id"] for version in s3._object_versions.get((bucket, key)) or [])]


def _stores() -> list[Any]:
    from ministack.services import s3

    return [s3._object_tags, s3._object_acl, s3._object_annotations, s3._object_retention, s3._object_legal_hold]


def _state(bucket: str, key: str) -> tuple[Any, Any, list[dict[Any, Any]]]:
    from ministack.services import s3

    record = (s3._buckets.get(bucket) or {"objects": {}})["objects"].get(key)
    versions = s3._object_versions.get((bucket, key))
    names = [(bucket, key, version) for version in _version_ids(bucket, key)]
    stored = [{name: copy.deepcopy(store[name]) for name in names if name in store} for store in _stores()]
    return dict(record) if record else None, [dict(each) for each in versions or []], stored


def _put_back(bucket: str, key: str, state: tuple[Any, Any, list[dict[Any, Any]]]) -> None:
    from ministack.services import s3

    record, versions, stored = state
    names = [(bucket, key, version) for version in _version_ids(bucket, key)]
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


def _hold_events_back() -> None:
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


def _fail_replicas() -> None:
    """A replica that cannot be written is FAILED, as on AWS; the object itself may still have room."""
    from ministack.services import s3

    original = s3._maybe_replicate

    def replicate(bucket: str, key: str, record: dict[str, Any], data: Any, tags: Any = None) -> None:
        rule, role = s3._replication_rule_for(bucket, key, tags)
        target = rule and s3._replication_destination(bucket, key, rule, role)
        if not target:
            original(bucket, key, record, data, tags)
            return
        name, account, _ = target
        with s3._in_account(account):
            before = _state(name, key)
        try:
            original(bucket, key, record, data, tags)
        except WriteError:
            with s3._in_account(account):
                _put_back(name, key, before)
            record["replication_status"] = "FAILED"

    marker = s3._maybe_replicate_delete_marker

    def replicate_delete_marker(bucket: str, key: str) -> None:
        with contextlib.suppress(WriteError):
            marker(bucket, key)

    s3._maybe_replicate, s3._maybe_replicate_delete_marker = replicate, replicate_delete_marker
