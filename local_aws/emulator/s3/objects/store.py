"""The emulator's store of objects on disk, with its rules and without its bytes in memory.

The emulator keeps what it cannot write in memory and answers 200. Here a write that the disk refuses is an error, and
what the request had changed in memory is put back.
"""

from __future__ import annotations

import contextlib
import json
from collections.abc import Iterable, Iterator
from contextvars import ContextVar
from pathlib import Path
from typing import Any

from local_aws.emulator.s3.objects.commits import WriteError, place, write_file
from local_aws.emulator.s3.objects.disk_body import DiskBody, Hashes, md5_hex, s3_checksum
from local_aws.emulator.s3.objects.undo import (
    all_keys,
    hold_events_back,
    named_keys,
    put_back,
    state_of,
    undone_on_failure,
    version_ids,
)

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

_opened: ContextVar[dict[tuple[int, int], DiskBody] | None] = ContextVar("opened", default=None)


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
    hold_events_back()
    _fail_replicas()
    for name in _OF_ONE_KEY:
        setattr(s3, name, undone_on_failure(getattr(s3, name), locks=name in _LOCKS))
    s3._delete_objects = undone_on_failure(s3._delete_objects, named_keys)
    s3._post_object = undone_on_failure(s3._post_object, all_keys)


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
                for version in version_ids(bucket, key)
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
            before = state_of(name, key)
        try:
            original(bucket, key, record, data, tags)
        except WriteError:
            with s3._in_account(account):
                put_back(name, key, before)
            record["replication_status"] = "FAILED"

    marker = s3._maybe_replicate_delete_marker

    def replicate_delete_marker(bucket: str, key: str) -> None:
        with contextlib.suppress(WriteError):
            marker(bucket, key)

    s3._maybe_replicate, s3._maybe_replicate_delete_marker = replicate, replicate_delete_marker
