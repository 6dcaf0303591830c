"""CompleteMultipartUpload: parts on disk become an object on disk.

The emulator's own joins them in memory. Order, size and checksums of parts are checked as the API reference of S3
says ("CompleteMultipartUpload", special errors); everything else is the emulator's.
"""

from __future__ import annotations

import base64
import hashlib
import itertools
import os
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import parse_qs

from local_aws.emulator.protocol import Response
from local_aws.emulator.s3.objects.undo import undone_on_failure
from local_aws.emulator.s3.objects.uploads import Assembly, assemble, assembled, forget, part_files

_MIN_PART = 5 << 20
"""Bytes of every part but the last."""


@dataclass(frozen=True)
class _NamedPart:
    number: int
    etag: str
    checksums: Mapping[str, str]


def named_numbers(body: bytes) -> list[int]:
    """The part numbers of a request's XML; none where it has no sense."""
    return [part.number for part in _named_parts(body) or ()]


def complete(
    bucket: str, key: str, body: bytes, query: dict[str, Any], headers: dict[str, str] | None = None
) -> Response:
    """Answer CompleteMultipartUpload."""
    from ministack.services import s3

    headers = headers or {}
    upload = s3._qp(query, "uploadId")
    done = s3._completed_multipart_uploads.get(upload)
    if s3._ensure_bucket(bucket) is None or (done is not None and done.get("key") == key):
        return _answer(done["response"] if done and s3._ensure_bucket(bucket) else s3._no_such_bucket(bucket))
    record = s3._multipart_uploads.get(upload)
    if record is None or (record["bucket"], record["key"]) != (bucket, key):
        return _error("NoSuchUpload", "The specified multipart upload does not exist.", bucket, key, status=404)
    refused = s3._check_sse_c_part(headers, record) or s3._check_put_preconditions(
        headers, s3._buckets[bucket]["objects"].get(key)
    )
    if refused:
        return _answer(refused)
    named = _named_parts(body)
    if not named:
        return _error("MalformedXML", s3._MALFORMED_XML, bucket, key)
    refused = _check_parts(bucket, key, record, named) or _check_size(bucket, key, record, named, headers)
    if refused:
        return refused
    response: Response = _making(bucket, key, record, named, headers)
    if response[0] == 200:
        forget(upload)
        s3._completed_multipart_uploads[upload] = {"key": key, "response": response}
    return response


def _named_parts(body: bytes) -> list[_NamedPart] | None:
    from ministack.services import s3

    try:
        root = s3.fromstring(body)
        return [_named_part(element) for element in root.iter() if _local(element) == "Part"]
    except (s3.ParseError, ValueError, KeyError, TypeError):
        return None


def _named_part(element: Any) -> _NamedPart:
    texts = {_local(child): child.text or "" for child in element}
    checksums = {name[8:].upper(): text for name, text in texts.items() if name.startswith("Checksum") and text}
    return _NamedPart(int(texts["PartNumber"]), texts.get("ETag", "").strip('"'), checksums)


def _local(element: Any) -> str:
    return str(element.tag).rpartition("}")[2]


def _check_parts(bucket: str, key: str, record: Mapping[str, Any], named: list[_NamedPart]) -> Response | None:
    numbers = [part.number for part in named]
    if any(second <= first for first, second in itertools.pairwise(numbers)):
        text = "The list of parts was not in ascending order. Parts must be ordered by part number."
        return _error("InvalidPartOrder", text, bucket, key)
    for part in named:
        stored = record["parts"].get(part.number)
        if (
            stored is None
            or (part.etag and part.etag != stored["etag"].strip('"'))
            or any((stored.get("checksums") or {}).get(name) != value for name, value in part.checksums.items())
        ):
            text = (
                "One or more of the specified parts could not be found.  The part may not have been uploaded, "
                "or the specified entity tag may not match the part's entity tag."
            )
            return _error("InvalidPart", text, bucket, key, PartNumber=str(part.number), ETag=part.etag)
    for part in named[:-1]:
        size = record["parts"][part.number]["size"]
        if size < _MIN_PART:
            text = "Your proposed upload is smaller than the minimum allowed size"
            return _error(
                "EntityTooSmall",
                text,
                bucket,
                key,
                ProposedSize=str(size),
                MinSizeAllowed=str(_MIN_PART),
                PartNumber=str(part.number),
                ETag=part.etag,
            )
    return None


def _check_size(
    bucket: str, key: str, record: Mapping[str, Any], named: list[_NamedPart], headers: Mapping[str, str]
) -> Response | None:
    declared = headers.get("x-amz-mp-object-size")
    size = sum(record["parts"][part.number]["size"] for part in named)
    if declared is None or declared == str(size):
        return None
    text = (
        f"The provided 'x-amz-mp-object-size' header value {declared} does not match what was computed: {size}"
        if declared.isdecimal()
        else f"Value for x-amz-mp-object-size header is invalid: '{declared}'"
    )
    return _error("InvalidRequest", text, bucket, key)


def _make(
    bucket: str, key: str, record: Mapping[str, Any], named: list[_NamedPart], headers: Mapping[str, str]
) -> Response:
    from ministack.core.responses import now_iso
    from ministack.services import s3

    files = part_files(record, [part.number for part in named]) or ()
    ready = assembled.get()
    assembly = ready if ready and ready.files == files else assemble(files)
    try:
        algorithm = record.get("checksum_algorithm") or ""
        value = _checksum(record, algorithm, named, assembly)
        given = headers.get(f"x-amz-checksum-{algorithm.lower()}") if algorithm else None
        if given and given != value:
            text = f"The {algorithm} you specified did not match the calculated checksum."
            return _error("BadDigest", text, bucket, key)
        md5s = b"".join(bytes.fromhex(record["parts"][part.number]["etag"].strip('"')) for part in named)
        entry = {
            "body": assembly.body,
            "content_type": record["content_type"],
            "content_encoding": record.get("content_encoding"),
            "etag": f'"{hashlib.md5(md5s, usedforsecurity=False).hexdigest()}-{len(named)}"',
            "last_modified": now_iso(),
            "size": len(assembly.body),
            "metadata": record["metadata"],
            "preserved_headers": record.get("preserved_headers", {}),
            "storage_class": record.get("storage_class") or "STANDARD",
            "parts": [{"PartNumber": p.number, "Size": record["parts"][p.number]["size"]} for p in named],
            "checksums": {algorithm: value} if value else {},
            "checksum_type": (_checksum_type(record) if value else None),
        }
        version = _put(s3, bucket, key, entry, record.get("kept_headers", {}))
    finally:
        if assembly is not ready:
            assembly.discard()
    return _completed(bucket, key, entry, version, headers)


_making = undone_on_failure(_make)


def _put(s3: Any, bucket: str, key: str, entry: dict[str, Any], kept: Mapping[str, str]) -> str | None:
    """The rest is as the emulator's PutObject does it; tags and ACL come from CreateMultipartUpload."""
    objects = s3._buckets[bucket]["objects"]
    prior, objects[key] = objects.get(key), entry
    tags = {name: values[0] for name, values in parse_qs(kept.get("x-amz-tagging", ""), keep_blank_values=True).items()}
    s3._maybe_replicate(bucket, key, entry, entry["body"], tags)
    version: str | None = s3._record_object_version(bucket, key, prior, entry, entry["body"])
    place = (bucket, key, entry.get("version_id"))
    s3._apply_object_lock_from_headers(bucket, key, kept, entry.get("version_id"))
    for store in (s3._object_tags, s3._object_acl):
        store.pop(place, None)
    if tags:
        s3._object_tags[place] = tags
    if kept.get("x-amz-acl") in s3._CANNED_OBJECT_ACLS:
        s3._object_acl[place] = s3._canned_acl_policy_xml(kept["x-amz-acl"], s3._canonical_owner_id())
    s3._fire_s3_event_async(
        bucket,
        key,
        "s3:ObjectCreated:CompleteMultipartUpload",
        size=entry["size"],
        etag=entry["etag"],
        version_id=version,
    )
    s3._persist_object(bucket, key, entry)
    return version


def _checksum_type(record: Mapping[str, Any]) -> str:
    return "FULL_OBJECT" if str(record.get("checksum_type")).upper() == "FULL_OBJECT" else "COMPOSITE"


def _checksum(record: Mapping[str, Any], algorithm: str, named: list[_NamedPart], assembly: Assembly) -> str | None:
    from ministack.services import s3

    if not algorithm:
        return None
    if _checksum_type(record) == "FULL_OBJECT":
        return base64.b64encode(assembly.body.digest(algorithm.lower())).decode()
    digests = [(record["parts"][part.number].get("checksums") or {}).get(algorithm) for part in named]
    value: str | None = s3._composite_checksum(algorithm, digests)
    return value


def _completed(
    bucket: str, key: str, entry: Mapping[str, Any], version: str | None, headers: Mapping[str, str]
) -> Response:
    from ministack.services import s3

    root = s3.Element("CompleteMultipartUploadResult", xmlns=s3.S3_NS)
    host = headers.get("host")
    base = f"{headers.get('x-forwarded-proto') or 'http'}://{host}" if host else os.environ["MINISTACK_HOST"]
    texts = {"Location": f"{base}/{bucket}/{key}", "Bucket": bucket, "Key": key, "ETag": entry["etag"]}
    for algorithm, value in entry["checksums"].items():
        texts |= {f"Checksum{algorithm}": value, "ChecksumType": entry["checksum_type"]}
    for name, text in texts.items():
        s3.SubElement(root, name).text = text
    answered = {"Content-Type": "application/xml", **s3._stored_sse_headers(entry)}
    if version:
        answered["x-amz-version-id"] = version
    return 200, answered, s3._xml_body(root)


def _error(code: str, message: str, bucket: str, key: str, *, status: int = 400, **more: str) -> Response:
    from ministack.services import s3

    return _answer(s3._error(code, message, status, f"/{bucket}/{key}", extra=more))


def _answer(answer: Any) -> Response:
    found: Response = answer
    return found
