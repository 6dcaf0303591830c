"""The objects of a bucket: listed whole, deleted in as few requests as S3 takes."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from lakejobs.errors import JobError

if TYPE_CHECKING:
    from collections.abc import Sequence

DELETE_BATCH = 1000  # the most keys that one DeleteObjects request takes


class Listed(NamedTuple):
    """What a listing says of an object; `size` in bytes."""

    etag: str
    size: int


def listed(s3: Any, bucket: str, prefix: str) -> dict[str, Listed]:
    """Every object whose key starts with the prefix, by key."""
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix)
    return {found["Key"]: Listed(found["ETag"], found["Size"]) for page in pages for found in page.get("Contents", [])}


def delete(s3: Any, bucket: str, keys: Sequence[str]) -> None:
    """Delete the objects.

    Raises:
        JobError: S3 refused to delete one.
    """
    for start in range(0, len(keys), DELETE_BATCH):
        batch = {"Objects": [{"Key": key} for key in keys[start : start + DELETE_BATCH]], "Quiet": True}
        # DeleteObjects answers 200 also when it deleted nothing: each key's failure is in the body.
        errors = s3.delete_objects(Bucket=bucket, Delete=batch).get("Errors", [])
        if errors:
            first = errors[0]
            raise JobError(
                f"{len(errors)} objects could not be deleted from s3://{bucket}/",
                f"{first['Key']}: {first.get('Code')}: {first.get('Message')}",
                "let the role delete there and run the job again; until then old files lie beside new ones",
            )
