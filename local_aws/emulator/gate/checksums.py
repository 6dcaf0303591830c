"""The checksums that S3 takes with an object, computed piece by piece."""

from __future__ import annotations

from botocore.httpchecksum import _CHECKSUM_CLS, BaseChecksum

ALGORITHMS = ("crc32", "crc32c", "crc64nvme", "sha1", "sha256")
"""What S3 computes of an object by the names in `x-amz-checksum-<name>`."""


def checksum(algorithm: str) -> BaseChecksum:
    """A checksum of `ALGORITHMS`: `update(bytes)` any number of times, then `b64digest()`.

    Of the two younger CRCs botocore has AWS's own, which awscrt brings.
    """
    return _CHECKSUM_CLS[algorithm]()


__all__ = ["ALGORITHMS", "checksum"]
