"""Documents in S3 that requests and nested stacks name by an address: templates and stack policies.

An address is virtual-hosted or path-style, of AWS or of this machine; versionId is taken. Sentences are AWS's where
public reports have them. Who reads needs the rights to the object, as on AWS: for what a request names whoever sent it,
for what a template names the stack's role, if it has one.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit

from local_aws.emulator.identity import asker_access_key, caller_access_key, denial

Params = dict[str, Any]

URL_BYTES = 1_000_000
"""The most that a document in S3 may be long."""

_OF_S3 = re.compile(r"(?:(?P<bucket>.+)\.)?s3(?:[.-](?:dualstack\.)?[a-z0-9-]+)?\.amazonaws\.com(?:\.cn)?")
_HERE = re.compile(r"(?:(?P<bucket>.+?)\.)?(?:s3\.)?(?:localhost|127\.0\.0\.1|\[::1\]|::1)")
_MORE = "\nFor more information check http://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html"


class Place(NamedTuple):
    """Where a document is in S3."""

    bucket: str
    key: str
    version: str | None = None


class DocumentError(ValueError):
    """There is no document; the text is the sentence that the caller sees."""


def read_documents() -> None:
    """Put this in the place of the emulator's, which takes the first part of each path for the bucket."""
    from ministack.services.cloudformation import helpers

    helpers._resolve_document = _resolving(helpers._p, helpers._error)


def place_of(url: str, what: str = "TemplateURL") -> Place:
    """Where an address leads.

    Raises:
        DocumentError: it does not lead to S3.
    """
    parts = urlsplit(url)
    host = (parts.hostname or "").lower()
    found = _OF_S3.fullmatch(host) or _HERE.fullmatch(host)
    if parts.scheme not in ("http", "https"):
        raise DocumentError(f"{what} must be a supported URL.")
    if found is None:
        raise DocumentError(f"S3 error: Domain name specified in {host} is not a valid S3 domain{_MORE}")
    path, bucket = unquote(parts.path.removeprefix("/")), found["bucket"]
    if not bucket:
        bucket, _, path = path.partition("/")
    if not bucket or not path:
        raise DocumentError(f"{what} must reference a valid S3 object to which you have access.")
    return Place(bucket, path, parse_qs(parts.query).get("versionId", [None])[0])


def read_document(url: str, label: str = "Template", what: str = "TemplateURL", access_key: str | None = None) -> str:
    """The text of a document in S3, read as whose access key it is; without one, as the caller of what runs now.

    Raises:
        DocumentError: the address leads nowhere, or to what the reader may not read, or is too long or no text.
    """
    from ministack.services import s3

    place = place_of(url, what)
    bucket = s3._buckets.get(place.bucket)
    if bucket is None:
        raise DocumentError(f"S3 error: The specified bucket does not exist{_MORE}")
    check_right(place, caller_access_key() if access_key is None else access_key)
    if is_large(*place):
        raise DocumentError(f"{label} may not exceed {URL_BYTES} bytes in size.")
    body = s3._get_object_data(*place)
    if body is None:
        raise DocumentError(f"S3 error: The specified key does not exist.{_MORE}")
    try:
        return str(body, "utf-8")
    except UnicodeDecodeError as error:
        raise DocumentError(f"{label} format error: it is no text in UTF-8") from error  # unverified


def check_right(place: Place, access_key: str) -> None:
    """Check the right to read an object; what is not there is told only to those who may list the bucket, as S3 does.

    Raises:
        DocumentError: there is no such right.
    """
    from ministack.services import s3

    of_bucket = f"arn:aws:s3:::{place.bucket}"
    denied = denial(access_key, f"s3:GetObject{'Version' if place.version else ''}", f"{of_bucket}/{place.key}")
    if not denied and place.key not in ((s3._buckets.get(place.bucket) or {}).get("objects") or {}):
        denied = denial(access_key, "s3:ListBucket", of_bucket)
    if denied:
        raise DocumentError(f"S3 error: Access Denied{_MORE}")


def is_large(bucket: str, key: str, version: str | None = None) -> bool:
    """Whether an object, or a version of it, is larger than a template may be; it would be read whole."""
    from ministack.services import s3

    records: list[Mapping[str, Any]]
    if version:
        records = [each for each in s3._object_versions.get((bucket, key), ()) if each["version_id"] == version]
    else:
        records = [((s3._buckets.get(bucket) or {}).get("objects") or {}).get(key) or {}]
    return any(int(record.get("size") or 0) > URL_BYTES for record in records)


def _resolving(value_of: Callable[..., Any], error: Callable[..., Any]) -> Callable[..., Any]:
    def resolve_document(params: Params, body_key: str, url_key: str, label: str) -> Any:
        body, url = value_of(params, body_key), value_of(params, url_key)
        if body or not url:
            return body or None, None
        try:
            return read_document(str(url), label, url_key, asker_access_key()), None
        except DocumentError as refused:
            return None, error("ValidationError", str(refused), 400)

    return resolve_document
