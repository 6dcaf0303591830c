"""The checksums that S3 takes with an object, computed piece by piece."""

from __future__ import annotations

from typing import Any

from botocore.httpchecksum import _CHECKSUM_CLS, BaseChecksum

ALGORITHMS = ("crc32", "crc32c", "crc64nvme", "sha1", "sha256")
"""What S3 computes of an object by the names in `x-amz-checksum-<name>`."""

_CRC_BITS = {"crc32c": 32, "crc64nvme": 64}


def checksum(algorithm: str) -> BaseChecksum:
    """A checksum of `ALGORITHMS`: `update(bytes)` any number of times, then `b64digest()`.

    botocore has the two younger CRCs only where awscrt is installed; without it they are computed from tables, at a few
    MB a second.
    """
    found = _CHECKSUM_CLS.get(algorithm)
    return found() if found else _TableCrc(algorithm)


class _TableCrc(BaseChecksum):  # type: ignore[misc]
    def __init__(self, algorithm: str) -> None:
        from ministack.services import s3

        self._bits = _CRC_BITS[algorithm]
        self._table: Any = {"crc32c": s3._CRC32C_TABLE, "crc64nvme": s3._CRC64NVME_TABLE}[algorithm]
        self._ones = (1 << self._bits) - 1
        self._crc = self._ones

    def update(self, chunk: bytes) -> None:
        """Add bytes."""
        crc, table = self._crc, self._table
        for byte in chunk:
            crc = table[(crc ^ byte) & 0xFF] ^ (crc >> 8)
        self._crc = crc

    def digest(self) -> bytes:
        """The checksum of what was added, big-endian."""
        return (self._crc ^ self._ones).to_bytes(self._bits // 8, "big")


__all__ = ["ALGORITHMS", "checksum"]
