"""Many small reads of S3 objects, fast.

A GetObject through boto3 costs about a millisecond of Python, three times what the transfer does, and a crawl makes one
or two an object. So each read is a signed URL (made by the same client: same credentials, endpoint and rights) fetched
over a connection that is kept open. Whatever is not plainly the bytes asked for - refused, gone, cut off - is asked
again through boto3, whose retries and errors are then the ones that count.
"""

from __future__ import annotations

import http.client
import threading
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_TIMEOUT = 60


class RangeReader:
    """Reads ranges of one bucket's objects with one client's credentials; safe to use from many threads."""

    def __init__(self, client: S3Client) -> None:
        self._client = client
        self._local = threading.local()
        self._open: list[http.client.HTTPConnection] = []

    def close(self) -> None:
        """Close the connections of all threads."""
        for connection in self._open:
            connection.close()

    def read(self, bucket: str, key: str, first: int, last: int) -> bytes:
        """The bytes from `first` to `last`, both included.

        Raises:
            ClientError: S3's own.
        """
        wanted = f"bytes={first}-{last}"
        data = self._fetch(bucket, key, wanted)
        if data is None or len(data) != last - first + 1:
            return bytes(self._client.get_object(Bucket=bucket, Key=key, Range=wanted)["Body"].read())
        return data

    def _fetch(self, bucket: str, key: str, wanted: str) -> bytes | None:
        """The bytes over the thread's open connection, or None when that did not work."""
        url = urlsplit(self._client.generate_presigned_url("get_object", Params={"Bucket": bucket, "Key": key}))
        connection = self._connection(url.scheme, url.netloc)
        try:
            connection.request("GET", f"{url.path}?{url.query}", headers={"Range": wanted})
            response = connection.getresponse()
            data = response.read()
        except (OSError, http.client.HTTPException):
            connection.close()  # the next request opens it again
            return None
        return data if response.status == http.client.PARTIAL_CONTENT else None

    def _connection(self, scheme: str, host: str) -> http.client.HTTPConnection:
        """This thread's connection; the first object settles the host, for all lie in one bucket."""
        connection: http.client.HTTPConnection | None = getattr(self._local, "connection", None)
        if connection is None:
            kind = http.client.HTTPSConnection if scheme == "https" else http.client.HTTPConnection
            connection = self._local.connection = kind(host, timeout=_TIMEOUT)
            self._open.append(connection)
        return connection
