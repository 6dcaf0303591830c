"""Bodies in the framing of aws-chunked, whose checksum comes behind them, as current SDKs send them."""

import base64
import random
import zlib

import pytest

from tests.local_aws.emulator.s3.objects.raw_requests import answer, connect, signed_head

BIG = random.Random(5).randbytes(3_000_017)  # noqa: S311 - test data
CHUNK = 1 << 16


def framed(checksum: int) -> bytes:
    """S3 API reference, "Including trailing headers"."""
    value = base64.b64encode(checksum.to_bytes(4)).decode()
    chunks = [BIG[start : start + CHUNK] for start in range(0, len(BIG), CHUNK)]
    body = b"".join(b"%x\r\n%b\r\n" % (len(chunk), chunk) for chunk in chunks)
    return body + f"0\r\nx-amz-checksum-crc32:{value}\r\n\r\n".encode()


def put(endpoint: str, bucket: str, body: bytes, length: int = len(BIG)) -> bytes:
    url = f"{endpoint}/{bucket}/framed"
    headers = {
        "Content-Length": str(len(body)),
        "Connection": "close",
        "Content-Encoding": "gzip,aws-chunked",
        "X-Amz-Decoded-Content-Length": str(length),
        "X-Amz-Trailer": "x-amz-checksum-crc32",
        "X-Amz-Content-SHA256": "STREAMING-UNSIGNED-PAYLOAD-TRAILER",
    }
    with connect(url) as connection:
        connection.sendall(signed_head(url, "PUT", headers) + body)
        return answer(connection)


@pytest.fixture(scope="module")
def bucket(local_aws):
    return local_aws.bucket()


def test_the_object_is_what_the_framing_holds(local_aws, bucket):
    received = put(local_aws.endpoint, bucket, framed(zlib.crc32(BIG)))
    assert received.startswith(b"HTTP/1.1 200"), received
    got = local_aws.client("s3").get_object(Bucket=bucket, Key="framed", ChecksumMode="ENABLED")
    assert (got["Body"].read() == BIG, got["ContentEncoding"]) == (True, "gzip")
    assert got["ChecksumCRC32"] == base64.b64encode(zlib.crc32(BIG).to_bytes(4)).decode()


@pytest.mark.parametrize(
    ("body", "length", "code"),
    [
        (framed(zlib.crc32(BIG) ^ 1), len(BIG), b"BadDigest"),
        (framed(zlib.crc32(BIG))[:-40], len(BIG), b"IncompleteBody"),
        (framed(zlib.crc32(BIG)), len(BIG) + 1, b"IncompleteBody"),
        (framed(zlib.crc32(BIG)), len(BIG) - 1, b"IncompleteBody"),
    ],
)
def test_a_framing_that_is_not_what_it_says_leaves_the_old_object(local_aws, bucket, body, length, code):
    local_aws.put(bucket, "framed", b"old")
    assert b"<Code>%b</Code>" % code in put(local_aws.endpoint, bucket, body, length)
    assert local_aws.get(bucket, "framed") == b"old"
    assert list((local_aws.state_dir / "spool").iterdir()) == []
