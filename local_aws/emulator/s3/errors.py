"""S3's errors with all that AWS tells in them: the bucket, the key, the upload, and the condition that did not hold."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import escape

from local_aws.emulator.protocol import Response

_CODE = re.compile(rb"<Code>(\w+)</Code>")
_END = b"</Error>"
_OF_BUCKETS = frozenset(
    (
        "BucketAlreadyExists BucketAlreadyOwnedByYou BucketNotEmpty NoSuchBucket NoSuchBucketPolicy "
        "NoSuchCORSConfiguration NoSuchLifecycleConfiguration NoSuchPublicAccessBlockConfiguration NoSuchTagSet "
        "NoSuchWebsiteConfiguration ObjectLockConfigurationNotFoundError OwnershipControlsNotFoundError "
        "ReplicationConfigurationNotFoundError ServerSideEncryptionConfigurationNotFoundError"
    ).split()
)
"""Errors that name their bucket (public answers of most of them)."""

_WORDS = b"At least one of the pre-conditions you specified did not hold"
_OTHER_WORDS = b"At least one of the preconditions you specified did not hold."
"""What the emulator says of DeleteObject; on AWS the words are the same (public tests that run there)."""

_CONDITIONS = ("If-Match", "If-None-Match", "If-Unmodified-Since", "If-Modified-Since")
_COPY = "x-amz-copy-source-"


def tell_all_in_errors() -> None:
    """Have each error name what it is about; the emulator leaves it out."""
    from ministack.services import s3

    original = s3._dispatch

    def dispatch(
        method: str, bucket: str, key: str, headers: dict[str, str], body: Any, query: Mapping[str, Any]
    ) -> Any:
        answer = original(method, bucket, key, headers, body, query)
        return answer if answer[0] < 400 else _with_details(answer, bucket, key, headers, query)

    s3._dispatch = dispatch


def _with_details(
    answer: Response, bucket: str, key: str, headers: Mapping[str, str], query: Mapping[str, Any]
) -> Response:
    status, described, body = answer
    code = _CODE.search(body) if isinstance(body, bytes) and body.endswith(_END) else None
    if not code:
        return answer
    told = "".join(
        f"<{name}>{escape(value)}</{name}>"
        for name, value in _details(code[1].decode(), bucket, key, headers, query).items()
        if value and f"<{name}>".encode() not in body
    )
    body = body.replace(_OTHER_WORDS, _WORDS) if code[1] == b"PreconditionFailed" else body
    found: Response = (status, described, body.removesuffix(_END) + told.encode() + _END)
    if "Content-Length" in described:
        described["Content-Length"] = str(len(found[2]))
    return found


def _details(code: str, bucket: str, key: str, headers: Mapping[str, str], query: Mapping[str, Any]) -> dict[str, str]:
    source_bucket, _, source = headers.get(f"{_COPY.removesuffix('-')}", "").lstrip("/").partition("/")
    if code in _OF_BUCKETS:
        return {"BucketName": bucket}
    if code == "NoSuchKey":
        return {"Key": unquote(source.partition("?")[0]) if source else key}
    if code == "NoSuchVersion":
        return {"Key": key, "VersionId": _first(query, "versionId")}
    if code == "NoSuchUpload":
        return {"UploadId": _first(query, "uploadId")}
    if code == "PreconditionFailed":
        return {"Condition": _condition(headers, copies=bool(source_bucket))}
    return {}


def _condition(headers: Mapping[str, str], *, copies: bool) -> str:
    """The name of the condition that failed: of several the first, as they are judged in this order."""
    start = _COPY if copies and any(f"{_COPY}{name.lower()}" in headers for name in _CONDITIONS) else ""
    return next((f"{start}{name}" for name in _CONDITIONS if f"{start}{name.lower()}" in headers), "")


def _first(query: Mapping[str, Any], name: str) -> str:
    value = query.get(name) or ""
    return str(value[0] if isinstance(value, list) else value)
