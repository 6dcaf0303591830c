"""What a job run needs of S3, read with the rights of its role: script, files, libraries, what Spark may see."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from local_aws import emulator
from local_aws.emulator import RoleSession, Scope
from local_aws.runtime.s3_names import shown, unsuitable

LARGEST_SCRIPT = 16 << 20
LARGEST_TOTAL = 4 << 30
"""Bytes of a script, and of all files that a run brings (each is copied); AWS's own limits are unverified."""

_CONTROL = re.compile("[\x00-\x1f\x7f]")
_WHEEL = re.compile(r"[^\s-]+-[^\s-]*(-\d[^-]*)?(-[^\s-]+){3}\.whl")
"""What pip takes for a wheel's name: name, version, perhaps a build, and three tags."""
_STUDIO = "aws-glue-studio-transforms-"
"""How the names of AWS's buckets begin that hold Glue Studio's transforms."""


class JobSetupError(Exception):
    """The process cannot be started; the text becomes the run's ErrorMessage."""


class JobFiles:
    """Fetches objects for one run.

    Args:
        scope: the run's account and region.
        role: credentials of the job's role.
    """

    def __init__(self, scope: Scope, role: RoleSession) -> None:
        self._scope, self._role = scope, role
        self._fetched = 0

    def fetch(self, uri: str, folder: Path, largest: int = LARGEST_TOTAL) -> Path:
        """Copy one object into a folder, under its own name; return the file.

        Args:
            uri: s3:// path of the object.
            folder: made if absent.
            largest: bytes that it may have.

        Raises:
            JobSetupError: it is no path of an object, is not there, is denied, has a name that no file can have, or is
                too large.
            OSError: it cannot be written.
        """
        bucket, _, key = uri.partition("://")[2].partition("/")
        if not uri.startswith(("s3://", "s3a://")) or not key or key.endswith("/"):
            raise JobSetupError(f'"{shown(uri)}" is not the S3 path of a file')
        name = key.rpartition("/")[2]
        if reason := unsuitable(name) or ("it has control characters" if _CONTROL.search(name) else None):
            raise JobSetupError(f'"{shown(uri)}" cannot be a file of the job: {reason}, so give the object another key')
        with self._scope.entered():
            arn = f"arn:aws:s3:::{bucket}/{key}"
            if emulator.denial(self._role.access_key, "s3:GetObject", arn):
                who = f"User: {self._role.arn} is not authorized to perform: s3:GetObject"
                raise JobSetupError(f"AccessDenied: {who} on resource: {arn}")
            source = emulator.object_file(self._scope, bucket, key)
        if source is None and bucket.startswith(_STUDIO):
            raise JobSetupError(f"{uri} is AWS's own: Glue Studio's transforms (gs_...) are not supported here")
        if source is None:
            raise JobSetupError(f"The specified key does not exist: {uri}")
        self._count(uri, Path(source).stat().st_size, largest)
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / name
        shutil.copyfile(source, target)
        return target

    def _count(self, uri: str, size: int, largest: int) -> None:
        if size > largest:
            raise JobSetupError(f"{uri} has {size:,} bytes; at most {largest:,} can be a file of this kind here")
        self._fetched += size
        if self._fetched > LARGEST_TOTAL:
            raise JobSetupError(f"The files of the run have more than {LARGEST_TOTAL:,} bytes (with {uri})")

    def fetch_all(self, uris: str, folder: Path) -> list[Path]:
        """Copy the objects of a comma list into a folder; see `fetch`."""
        return [self.fetch(uri.strip(), folder) for uri in uris.split(",") if uri.strip()]

    def python_paths(self, uris: str, folder: Path, *, shell: bool) -> list[str]:
        """Fetch `--extra-py-files`: modules are importable from their folder, archives by themselves.

        Raises:
            JobSetupError: as `fetch`; or a wheel of a Python shell job, which pip installs on AWS, has no wheel's name.
        """
        files = self.fetch_all(uris, folder)
        for file in files if shell else []:
            if file.suffix == ".whl" and not _WHEEL.fullmatch(file.name):
                raise JobSetupError(
                    f"ERROR: {file.name} is not a valid wheel filename. "  # so pip says it
                    "Name it <name>-<version>-py3-none-any.whl, as it was built"
                )
        return [str(path) for path in (folder, *(file for file in files if file.suffix != ".py"))] if files else []

    def manifest(self) -> dict[str, Any]:
        """Which objects the role may read and write: see local_aws/runtime/s3_mount.py.

        Names that the role may neither list nor read are not in it.
        """
        content: dict[str, Any] = {}
        with self._scope.entered():
            allowed = emulator.permission_checker(self._role.access_key)
            for bucket, files in emulator.object_files(self._scope).items():
                arn = f"arn:aws:s3:::{bucket}"
                closed = {
                    prefix
                    for prefix in _prefixes(file.key for file in files)
                    if not allowed("s3:ListBucket", arn, {"s3:prefix": prefix})
                }
                objects: list[list[Any]] = []
                for file in files:
                    readable = allowed("s3:GetObject", f"{arn}/{file.key}")
                    writable = readable and allowed("s3:PutObject", f"{arn}/{file.key}")
                    if readable or _folder(file.key) not in closed:
                        access = "rw" if writable else "r" if readable else "-"
                        objects.append([file.key, file.path, file.size, access])
                known = _prefixes(entry[0] for entry in objects)
                told = [prefix for prefix in sorted(closed) if prefix in known or _outer(prefix) not in closed]
                content[bucket] = {"unlistable": told, "objects": objects}
        return content


def readable_bytes(manifest: Mapping[str, Any]) -> int:
    """How many bytes the objects of a manifest have that the role may read."""
    return sum(size for bucket in manifest.values() for _, _, size, access in bucket["objects"] if access != "-")


def _folder(key: str) -> str:
    """The folder that a key lies in, with `/` at its end; "" is the bucket's root."""
    return key[: key.rfind("/") + 1]


def _outer(prefix: str) -> str | None:
    """The folder that a folder lies in; None for the bucket's root."""
    return _folder(prefix[:-1]) if prefix else None


def _prefixes(keys: Iterable[str]) -> set[str]:
    """Every folder that some key lies in, the bucket's root ("") too."""
    found = {""}
    for key in keys:
        folder = _folder(key)
        while folder not in found:
            found.add(folder)
            folder = _folder(folder[:-1])
    return found
