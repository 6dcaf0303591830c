"""S3 buckets as folders, for Spark.

Each bucket is a folder below the mount. It is filled from a manifest: files are hard links to the object files of the
S3 store where that is safe, copies otherwise. `flush` carries what Spark wrote or deleted back through the S3 API with
the job's own credentials.

Access rights are kept on the files themselves:

* an object that the role may read is a read-only hard link, so that nobody can write through it into the store;
  small ones are copied when the role may write them too, since Hadoop truncates small files (`_SUCCESS`) in place;
* an object that the role may not read is an unreadable file of the same size, so that Spark fails on it by name
  instead of silently reading less;
* a prefix that the role may not list is a folder that cannot be listed.

Root ignores file modes, so the launcher gives up that capability before the script starts (see launch.py).
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

COPY_BELOW_BYTES = 1 << 20
"""Objects smaller than this that the role may overwrite are copied rather than linked."""

_STAGING = (".hive-staging", ".spark-staging")
"""How the names of folders begin that hold what Spark and Hive are still writing; so does `_temporary`."""

_DELETE_BATCH = 1000
_UPLOAD_THREADS = 8


class FlushError(Exception):
    """S3 refused what Spark wrote or deleted; the text is S3's."""


@dataclass(frozen=True)
class Fingerprint:
    """What tells whether a file is still the one that was put there."""

    size: int
    mtime_ns: int
    inode: int

    @classmethod
    def of(cls, path: Path) -> Fingerprint:
        """Read it from the file at `path`; raises FileNotFoundError when there is none."""
        seen = path.stat()
        return cls(seen.st_size, seen.st_mtime_ns, seen.st_ino)


@dataclass
class S3Mount:
    """The folders of one job run, and what was known of each file when it and S3 last agreed.

    Attributes:
        root: folder that holds one folder a bucket.
        client: boto3 S3 client with the job's credentials, without the hooks of `boto3_hooks`.
        denied: `bucket/key` of each object that the role may not read.
    """

    root: Path
    client: Any
    denied: set[str] = field(default_factory=set)
    _known: dict[str, Fingerprint] = field(default_factory=dict)
    _unlistable: list[Path] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def fill(self, manifest: Mapping[str, Any]) -> None:
        """Lay out the folders.

        Args:
            manifest: bucket name -> {"unlistable": [prefix, ...], "objects": [[key, file, bytes, access], ...]} with
                access "r", "rw" or "-"; a prefix ends in `/`, that of the whole bucket is empty.
        """
        for bucket, content in manifest.items():
            folder = self.root / bucket
            folder.mkdir(parents=True, exist_ok=True)
            for key, source, size, access in content["objects"]:
                self._place(bucket, key, Path(source), size, access)
            closed = (self.path(bucket, prefix) if prefix else folder for prefix in content["unlistable"])
            self._unlistable += [path for path in closed if path is not None and path.is_dir()]
        self._close_folders()

    def _close_folders(self) -> None:
        for folder in self._unlistable:
            folder.chmod(0o311)

    def is_unlistable(self, path: Path) -> bool:
        """Whether the role may not list the folder that `path` would lie in."""
        while not path.is_dir() and path != self.root:
            path = path.parent
        return path in self._unlistable

    @contextlib.contextmanager
    def _open_folders(self) -> Iterator[None]:
        """Let this process itself list what the script may not."""
        for folder in self._unlistable:
            folder.chmod(0o700)
        try:
            yield
        finally:
            self._close_folders()

    def _place(self, bucket: str, key: str, source: Path, size: int, access: str) -> None:
        target = self.path(bucket, key)
        if target is None:
            return
        if key.endswith("/"):
            target.mkdir(parents=True, exist_ok=True)
            return
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            if access == "-":
                self.denied.add(f"{bucket}/{key}")
                _unreadable(target, size)
            else:
                _link_or_copy(source, target, writable=access == "rw" and size < COPY_BELOW_BYTES)
        except (FileExistsError, NotADirectoryError, IsADirectoryError):
            _print_hidden(bucket, key)
            return
        self._known[f"{bucket}/{key}"] = Fingerprint.of(target)

    def path(self, bucket: str, key: str) -> Path | None:
        """Where a key lies below the mount, or None when no file can stand for it (`..`, `//`, an empty part)."""
        parts = key.removesuffix("/").split("/")
        if bucket in ("", ".", "..") or any(part in ("", ".", "..") or "\0" in part for part in parts):
            return None
        return self.root.joinpath(bucket, *parts)

    # Folder -> S3

    def flush(self) -> None:
        """Upload new and changed files, then delete what vanished from the folders.

        Uploads come first so that a refused one leaves the old objects; markers (`_SUCCESS`) come last of them.

        Raises:
            FlushError: S3 refused a write or a deletion.
        """
        with self._lock:
            with self._open_folders():
                present = dict(self._files())
            changed = [name for name, seen in present.items() if self._known.get(name) != seen]
            data = [name for name in changed if not name.rpartition("/")[2].startswith("_")]
            with ThreadPoolExecutor(_UPLOAD_THREADS) as pool:
                list(pool.map(self._upload, data))
            for marker in sorted(set(changed) - set(data)):
                self._upload(marker)
            self._known.update({name: present[name] for name in changed})
            self._delete([name for name in self._known if name not in present])

    def _files(self) -> Iterator[tuple[str, Fingerprint]]:
        for parent, folders, files in os.walk(self.root):
            folders[:] = [name for name in folders if name != "_temporary" and not name.startswith(_STAGING)]
            for name in files:
                if not (name.startswith(".") and name.endswith(".crc")):
                    path = Path(parent, name)
                    yield path.relative_to(self.root).as_posix(), Fingerprint.of(path)

    def _upload(self, name: str) -> None:
        bucket, _, key = name.partition("/")
        try:
            self.client.upload_file(str(self.root / name), bucket, key)
        except Exception as error:
            refusal = _refusal(error)
            if refusal is None:
                raise
            raise FlushError(refusal) from error

    def _delete(self, names: list[str]) -> None:
        by_bucket: dict[str, list[str]] = {}
        for name in names:
            bucket, _, key = name.partition("/")
            by_bucket.setdefault(bucket, []).append(key)
        for bucket, keys in by_bucket.items():
            for start in range(0, len(keys), _DELETE_BATCH):
                self._delete_batch(bucket, keys[start : start + _DELETE_BATCH])

    def _delete_batch(self, bucket: str, keys: list[str]) -> None:
        wanted = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
        try:
            answer = self.client.delete_objects(Bucket=bucket, Delete=wanted)
        except Exception as error:
            refusal = _refusal(error)
            if refusal is None:
                raise
            raise FlushError(refusal) from error
        for refused in answer.get("Errors", []):
            raise FlushError(
                f"{refused['Code']}: {refused['Message']} (s3:DeleteObject on arn:aws:s3:::{bucket}/{refused['Key']})"
            )
        for key in keys:
            self._known.pop(f"{bucket}/{key}", None)

    # S3 -> folder

    def refresh(self, bucket: str, key: str, download: Callable[[str, str, Path], None] | None = None) -> None:
        """Fetch one object that was written through the S3 API, so that Spark sees it at once."""
        target = self.path(bucket, key)
        if target is None or not (self.root / bucket).is_dir() or key.endswith("/"):
            return
        with self._lock:
            try:
                target.parent.mkdir(parents=True, exist_ok=True)
                self._fetch(bucket, key, target, download or self._download)
            except (FileExistsError, NotADirectoryError, IsADirectoryError):
                _print_hidden(bucket, key)
                return
            self._known[f"{bucket}/{key}"] = Fingerprint.of(target)

    def _fetch(self, bucket: str, key: str, target: Path, download: Callable[[str, str, Path], None]) -> None:
        partial = target.with_name(f".{target.name}.{threading.get_ident()}.crc")
        try:
            download(bucket, key, partial)
        except Exception as error:
            partial.unlink(missing_ok=True)
            if _refusal(error) is None:
                raise
            self.denied.add(f"{bucket}/{key}")  # it may be written, not read
            _unreadable(partial, 0)
        try:
            partial.replace(target)
        finally:
            partial.unlink(missing_ok=True)

    def _download(self, bucket: str, key: str, target: Path) -> None:
        self.client.download_file(bucket, key, str(target))

    def copied(self, source: tuple[str, str], bucket: str, key: str) -> None:
        """An object was copied within S3: link the file where the source is mounted, fetch it otherwise."""
        origin = self.path(*source)

        def link(_bucket: str, _key: str, target: Path) -> None:
            if origin is not None and origin.is_file() and f"{source[0]}/{source[1]}" not in self.denied:
                _link_or_copy(origin, target, writable=origin.stat().st_size < COPY_BELOW_BYTES)
            else:
                self._download(bucket, key, target)

        self.refresh(bucket, key, link)

    def forget(self, bucket: str, key: str) -> None:
        """An object was deleted through the S3 API: delete its file, and folders that hold nothing any more."""
        target = self.path(bucket, key)
        if target is None:
            return
        with self._lock:
            self._known.pop(f"{bucket}/{key}", None)
            if not target.is_file():
                return
            target.unlink()
            for parent in target.parents:
                if parent == self.root / bucket or parent in self._unlistable or any(parent.iterdir()):
                    break
                parent.rmdir()


def _refusal(error: BaseException) -> str | None:
    """S3's own words in an error of boto3, which for a transfer is hidden in another; None for other errors."""
    seen: BaseException | None = error
    while seen is not None:
        answer = getattr(seen, "response", None)
        if isinstance(answer, dict) and "Error" in answer:
            return f"{answer['Error'].get('Code')}: {answer['Error'].get('Message')}"
        seen = seen.__cause__ or seen.__context__
    return None


def _print_hidden(bucket: str, key: str) -> None:
    print(f"s3://{bucket}/{key} is hidden from Spark: a key and a folder of keys have one name", file=sys.stderr)


def _link_or_copy(source: Path, target: Path, *, writable: bool) -> None:
    if writable:
        shutil.copyfile(source, target)
        _keep_time(source, target)
        return
    try:
        source.chmod(0o400)
        target.hardlink_to(source)
    except FileExistsError:
        raise
    except OSError:  # another disk, or one that knows no hard links
        shutil.copyfile(source, target)
        _keep_time(source, target)


def _keep_time(source: Path, target: Path) -> None:
    """A copy is as old as its object: job bookmarks and purges ask for that."""
    seen = source.stat()
    os.utime(target, ns=(seen.st_atime_ns, seen.st_mtime_ns))


def _unreadable(target: Path, size: int) -> None:
    with target.open("xb") as file:
        file.truncate(size)
    target.chmod(0)
