"""ListObjectVersions: keys and common prefixes in one order, each counted where it stands.

The emulator counts all prefixes before the first key, and gives a prefix again on the page after it. How pages end was
seen on AWS (public tests that run there).
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from local_aws.emulator.protocol import Response

Version = dict[str, Any]


def list_versions_in_order() -> None:
    """Replace the emulator's ListObjectVersions."""
    from ministack.services import s3

    s3._list_object_versions = _list_object_versions


def _list_object_versions(bucket_name: str, query: Mapping[str, Any]) -> Response:
    from ministack.services import s3

    bucket = s3._ensure_bucket(bucket_name)
    if bucket is None:
        missing: Response = s3._no_such_bucket(bucket_name)
        return missing
    asked = {name: str(s3._qp(query, name, "")) for name in ("prefix", "delimiter", "key-marker", "version-id-marker")}
    most = int(s3._qp(query, "max-keys", "1000"))
    root = s3.Element("ListVersionsResult", xmlns=s3.S3_NS)
    texts = {"Name": bucket_name, "Prefix": asked["prefix"], "Delimiter": asked["delimiter"]}
    texts |= {"KeyMarker": asked["key-marker"], "VersionIdMarker": asked["version-id-marker"], "MaxKeys": str(most)}
    for name, text in texts.items():
        if text or name != "Delimiter":
            s3.SubElement(root, name).text = text
    listed: list[tuple[str, Version | None]] = []
    truncated = False
    for entry in _entries(bucket_name, bucket, asked):
        if len(listed) >= most:
            truncated = most > 0
            break
        listed.append(entry)
    s3.SubElement(root, "IsTruncated").text = str(truncated).lower()
    if truncated:
        key, version = listed[-1]
        s3.SubElement(root, "NextKeyMarker").text = key
        if version is not None:
            s3.SubElement(root, "NextVersionIdMarker").text = version["version_id"]
    for key, version in listed:
        _append(root, key, version, bucket)
    return 200, {"Content-Type": "application/xml"}, s3._xml_body(root)


def _entries(
    bucket_name: str, bucket: dict[str, Any], asked: Mapping[str, str]
) -> Iterator[tuple[str, Version | None]]:
    """Keys with their versions, the newest first, and common prefixes (without one), from the markers on."""
    prefix, delimiter, marker, version_marker = asked.values()
    shown = ""
    for key in _keys(bucket_name, bucket, prefix):
        if delimiter and (cut := key.find(delimiter, len(prefix))) >= 0:
            group = key[: cut + len(delimiter)]
            if group != shown and group > marker:
                yield group, None
            shown = group
            continue
        if key < marker or (key == marker and not version_marker):
            continue
        resuming = key == marker
        for version in _versions(bucket_name, bucket, key):
            if not resuming:
                yield key, version
            elif version["version_id"] == version_marker:
                resuming = False


def _keys(bucket_name: str, bucket: dict[str, Any], prefix: str) -> list[str]:
    from ministack.services import s3

    keys = {key for key in bucket["objects"] if key.startswith(prefix)}
    keys |= {key for name, key in s3._object_versions if name == bucket_name and key.startswith(prefix)}
    return sorted(keys, key=str.encode)


def _versions(bucket_name: str, bucket: dict[str, Any], key: str) -> list[Version]:
    from ministack.services import s3

    kept = s3._object_versions.get((bucket_name, key))
    if kept:
        return list(reversed(kept))
    current = bucket["objects"].get(key)
    return [{**current, "version_id": current.get("version_id") or "null", "is_latest": True}] if current else []


def _append(root: Any, key: str, version: Version | None, bucket: dict[str, Any]) -> None:
    from ministack.services import s3

    if version is None:
        s3.SubElement(s3.SubElement(root, "CommonPrefixes"), "Prefix").text = key
        return
    is_marker = version.get("is_delete_marker")
    shown = s3.SubElement(root, "DeleteMarker" if is_marker else "Version")
    told = {
        "Key": key,
        "VersionId": version["version_id"],
        "IsLatest": str(bool(version["is_latest"])).lower(),
        "LastModified": version["last_modified"],
    }
    if not is_marker:
        kept = version.get("storage_class") or bucket["objects"].get(key, {}).get("storage_class")
        told |= {"ETag": version["etag"], "Size": str(version["size"]), "StorageClass": kept or "STANDARD"}
    for name, text in told.items():
        s3.SubElement(shown, name).text = text
    s3.SubElement(s3.SubElement(shown, "Owner"), "ID").text = s3._canonical_owner_id()
