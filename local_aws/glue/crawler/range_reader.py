"""Many small reads of S3 objects, fast.

A GetObject over HTTP costs some milliseconds of Python at both ends, and a crawl makes one or two an object. So a crawl
may be given a shorter way to an object's bytes (`Fetch`). Whatever that way does not give plainly - refused, gone,
cut off - is asked of S3, whose answer and errors are then the ones that count.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

Fetch: TypeAlias = Callable[[str, str, int, int], bytes | None]
"""(bucket, key, first byte, last byte) -> the bytes with the caller's rights, or None: ask S3."""


def ask_s3(_bucket: str, _key: str, _first: int, _last: int) -> bytes | None:
    """No shorter way."""
    return None


class RangeReader:
    """Reads ranges of objects with one client's credentials; safe to use from many threads."""

    def __init__(self, client: S3Client, fetch: Fetch = ask_s3) -> None:
        self._client = client
        self._fetch = fetch

    def read(self, bucket: str, key: str, first: int, last: int) -> bytes:
        """The bytes from `first` to `last`, both included; fewer where the object has become shorter.

        Raises:
            ClientError: S3's own.
        """
        data = self._fetch(bucket, key, first, last)
        if data is None or len(data) != last - first + 1:
            answer = self._client.get_object(Bucket=bucket, Key=key, Range=f"bytes={first}-{last}")
            return bytes(answer["Body"].read())
        return data
