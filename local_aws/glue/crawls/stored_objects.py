"""A crawl's way to the emulator's object files: no request, but the role's rights are evaluated for each object."""

from __future__ import annotations

from pathlib import Path

from local_aws import emulator
from local_aws.emulator import RoleSession, Scope


class StoredObjects:
    """Reads ranges of the objects that a role may read; a crawler's `Fetch`, safe to use from many threads."""

    def __init__(self, scope: Scope, role: RoleSession) -> None:
        self._scope, self._access_key = scope, role.access_key

    def __call__(self, bucket: str, key: str, first: int, last: int) -> bytes | None:
        """The bytes from `first` to `last`, or None where S3 itself is to answer: refused, absent."""
        with self._scope.entered():
            if emulator.denial(self._access_key, "s3:GetObject", f"arn:aws:s3:::{bucket}/{key}"):
                return None
        path = emulator.object_file(self._scope, bucket, key)
        if path is None:
            return None
        try:
            with Path(path).open("rb") as stored:
                stored.seek(first)
                return stored.read(last - first + 1)
        except OSError:  # deleted just now
            return None
