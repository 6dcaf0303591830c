"""CopyObject: what S3 refuses of it and the emulator does, conditions of its target (If-Match) among it."""

from __future__ import annotations

from typing import Any

from local_aws.emulator.protocol import Response
from local_aws.emulator.s3.addresses import copy_source

_CHANGES = ("x-amz-storage-class", "x-amz-website-redirect-location", "x-amz-checksum-algorithm")
"""Headers with which an object may be copied onto itself; that of a checksum stands in S3's guide ("Checking object
integrity"), and not in the sentence below."""

_ENCRYPTION = "x-amz-server-side-encryption"
_ONTO_ITSELF = (
    "This copy request is illegal because it is trying to copy an object to itself without changing the object's "
    "metadata, storage class, website redirect location or encryption attributes."
)
_DIRECTIVES = {"x-amz-metadata-directive": "metadata", "x-amz-tagging-directive": "tagging"}


def refuse_idle_copies() -> None:
    """Refuse copies of an object onto itself that change nothing, and directives that there are not."""
    from ministack.services import s3

    original = s3._copy_object

    def copy_object(bucket: str, key: str, headers: dict[str, str]) -> Response:
        answer: Response = _refused(bucket, key, headers) or original(bucket, key, headers)
        return answer

    s3._copy_object = copy_object


def _refused(bucket: str, key: str, headers: dict[str, str]) -> Any:
    from ministack.services import s3

    for name, said in _DIRECTIVES.items():
        if headers.get(name, "COPY").upper() not in ("COPY", "REPLACE"):
            more = {"ArgumentName": name, "ArgumentValue": headers[name][:100]}
            return s3._error("InvalidArgument", f"Unknown {said} directive.", 400, extra=more)
    there = (s3._buckets.get(bucket) or {"objects": {}})["objects"].get(key)
    if refused := s3._check_put_preconditions(headers, there):
        return refused
    if copy_source(headers.get("x-amz-copy-source", "")) != (bucket, key, ""):
        return None  # a version of an object may become its current one
    changes = headers.get("x-amz-metadata-directive", "COPY").upper() == "REPLACE" or any(
        name in _CHANGES or name.startswith(_ENCRYPTION) for name in headers
    )
    return s3._error("InvalidRequest", _ONTO_ITSELF, 400, f"/{bucket}/{key}") if there and not changes else None
