"""The file system of `s3fs` on a job's mount: Spark sees what it writes at once, S3 when it sees Spark's files."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from fsspec.implementations.dirfs import DirFileSystem
from fsspec.implementations.local import LocalFileSystem

from . import used_objects
from .boto3_hooks import MountHooks


class S3FileSystem(DirFileSystem):  # type: ignore[misc] # fsspec has no types
    """Files of the job's mount by `s3://bucket/key` or `bucket/key`.

    Keys, endpoints and other options of s3fs are taken and count for nothing: the job's role reads and writes. Calls of
    s3fs that are S3's alone (`url`, `chmod`, versions) are not here.
    """

    protocol = ("s3", "s3a")
    cachable = False

    def __init__(self, *_args: Any, **_options: Any) -> None:
        hooks = MountHooks.installed
        hooks.written_by_others = True
        self._root, self._left_out = hooks.mount.root, hooks.mount.left_out
        super().__init__(path=str(self._root), fs=LocalFileSystem(auto_mkdir=True))

    def open(self, path: str, mode: str = "rb", *args: Any, **kwargs: Any) -> Any:
        """Open a file.

        Raises:
            FileNotFoundError: it is not there, or its bucket is not.
            PermissionError: the role may not read it. What it may not write is S3's to refuse, when the job ends.
        """
        key = self._strip_protocol(path)
        place = Path(self._join(path))
        if not (self._root / key.partition("/")[0]).is_dir():
            raise FileNotFoundError("The specified bucket does not exist")
        if "w" in mode:
            place.unlink(missing_ok=True)  # it may be a link to the store's own file
        else:
            used_objects.note_read(self._root.parent, key)
        try:
            return super().open(path, mode, *args, **kwargs)
        except FileNotFoundError:
            reason = self._left_out.get(key)
            raise FileNotFoundError(f"{key} has no file on this machine: {reason}" if reason else key) from None
        except PermissionError:
            raise PermissionError(f"Access Denied: {key}") from None
