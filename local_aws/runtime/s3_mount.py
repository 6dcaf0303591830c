"""S3 buckets as folders, for Spark.

Each bucket is a folder below the mount. It is filled from a manifest: files are hard links to the object files of the
S3 store where that is safe, copies otherwise. `flush` carries what Spark wrote or deleted back through the S3 API with
the job's own credentials.

Access rights are kept on the files themselves:

* an object that the role may read is a read-only hard link, so that nobody can write through it into the store; who
  writes the file anew takes the link away first (jvm/LinkedObjects.java); where that is not there, small objects that
  the role may write are copied, since Hadoop truncates small files (`_SUCCESS`) in place;
* an object that the role may not read is an unreadable file of the same size, so that Spark fails on it by name
  instead of silently reading less;
* a prefix that the role may not list is a folder that cannot be listed.

Objects whose key no file can have are left out (see s3_names.py), with a line in the job's log. What is left out, and
what Spark and Hive name as their own (`_temporary`), is never written back or deleted.

Root ignores file modes, so the launcher gives up that capability before the script starts (see launch.py).
"""

from __future__ import annotations

import contextlib
import os
import re
import stat
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

from . import s3_names, s3_placing

COPY_BELOW_BYTES = 1 << 20
"""Objects smaller than this that the role may overwrite are copied where a link could not be taken away."""

_NOT_XML = re.compile("[\0-\b\v\f\x0e-\x1f\ufffe\uffff]")
"""Characters of keys that DeleteObjects, whose body is XML, cannot name."""

_BUCKET = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{1,254}")

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
        return cls.seen(path.stat())

    @classmethod
    def seen(cls, status: os.stat_result) -> Fingerprint:
        """Read it from what the system says of a file."""
        return cls(status.st_size, status.st_mtime_ns, status.st_ino)


@dataclass
class S3Mount:
    """The folders of one job run, and what was known of each file when it and S3 last agreed.

    Attributes:
        root: folder that holds one folder a bucket.
        client: boto3 S3 client with the job's credentials, without the hooks of `boto3_hooks`.
        parts_links: whether who writes a file anew takes its link away.
        denied: `bucket/key` of each object that the role may not read.
        left_out: `bucket/key` of each object that no file stands for, with the reason.
        buckets: names of those that have a folder.
    """

    root: Path
    client: Any
    parts_links: bool = False
    denied: set[str] = field(default_factory=set)
    left_out: dict[str, str] = field(default_factory=dict)
    buckets: list[str] = field(default_factory=list)
    _known: dict[str, Fingerprint] = field(default_factory=dict)
    _unlistable: list[Path] = field(default_factory=list)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def fill(self, manifest: Mapping[str, Any], log: TextIO | None = None) -> None:
        """Lay out the folders.

        Args:
            manifest: bucket name -> {"unlistable": [prefix, ...], "objects": [[key, file, bytes, access], ...]} with
                access "r", "rw" or "-"; a prefix ends in `/`, that of the whole bucket is empty.
            log: where the lines go that name what Spark does not see; standard error without one.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        fold = s3_names.file_system_fold(self.root)
        told: list[tuple[str, str, str]] = []
        for bucket, content in manifest.items():
            if _BUCKET.fullmatch(bucket):
                self.buckets.append(bucket)
                told += self._fill_bucket(bucket, content, fold)
        for line in s3_names.lines(told):
            print(line, file=log or sys.stderr)
        self._close_folders()

    def _fill_bucket(self, bucket: str, content: Mapping[str, Any], fold: s3_names.Fold) -> list[tuple[str, str, str]]:
        """Lay out one bucket; return (bucket, key, reason) of what the role may read and no file stands for."""
        folder = self.root / bucket
        folder.mkdir(exist_ok=True)
        hidden = s3_names.left_out((entry[0] for entry in content["objects"]), fold, s3_names.path_room(folder))
        made = {folder}
        # Markers of folders come last: they make no folder where an object has their name.
        for key, source, size, access in sorted(content["objects"], key=lambda entry: entry[0].endswith("/")):
            if key not in hidden and not self._place(bucket, key, Path(source), size, access, made):
                hidden[key] = "this file system cannot have its name"
        self.left_out.update({f"{bucket}/{key}": reason for key, reason in hidden.items()})
        closed = {prefix: self.path(bucket, prefix) if prefix else folder for prefix in content["unlistable"]}
        for path in closed.values():
            if path is not None and s3_placing.made_folder(path, made):
                self._unlistable.append(path)
        return [
            (bucket, key, hidden[key]) for key, _, _, access in content["objects"] if access != "-" and key in hidden
        ]

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

    def _place(self, bucket: str, key: str, source: Path, size: int, access: str, made: set[Path]) -> bool:
        """Put a file for an object; return False where none can have its name.

        Args:
            bucket: the object's.
            key: one that `s3_names.left_out` does not name.
            source: holds its bytes; one that went away meanwhile is passed over, as its object did.
            size: bytes.
            access: see `fill`.
            made: folders that are there; those made now are added.
        """
        target = self.root.joinpath(bucket, *key.removesuffix("/").split("/"))
        if key.endswith("/"):
            s3_placing.made_folder(target, made)
            return True
        try:
            if not s3_placing.made_folder(target.parent, made):
                return False
            if access == "-":
                s3_placing.unreadable(target, size)
                self.denied.add(f"{bucket}/{key}")
            else:
                s3_placing.link_or_copy(source, target, writable=access == "rw" and self._copies(size))
        except FileNotFoundError:
            return True
        except OSError as error:
            if error.errno in s3_placing.NO_PLACE:
                return False
            raise
        if not s3_placing.is_passing(Path(bucket, key)):
            self._known[f"{bucket}/{key}"] = Fingerprint.of(target)
        return True

    def _copies(self, size: int) -> bool:
        """Whether an object of so many bytes that the role may write is copied."""
        return size < COPY_BELOW_BYTES and not self.parts_links

    def path(self, bucket: str, key: str) -> Path | None:
        """Where a key lies below the mount, or None when no file can stand for it."""
        if not _BUCKET.fullmatch(bucket) or s3_names.unsuitable(key) is not None:
            return None
        return self.root.joinpath(bucket, *key.removesuffix("/").split("/"))

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
            folders[:] = [name for name in folders if not s3_placing.is_passing_folder(name)]
            for name in files:
                path = Path(parent, name)
                status = path.lstat()
                if not s3_placing.is_passing_file(name) and stat.S_ISREG(
                    status.st_mode
                ):  # S3 has no links and no pipes
                    yield path.relative_to(self.root).as_posix(), Fingerprint.seen(status)

    def _upload(self, name: str) -> None:
        bucket, _, key = name.partition("/")
        if s3_names.unsuitable(key) is not None:
            raise FlushError(f"InvalidURI: s3://{bucket}/{s3_names.shown(key)} cannot be a key of S3: it is not UTF-8")
        try:
            self.client.upload_file(str(self.root / name), bucket, key)
        except Exception as error:
            refusal = _refusal(error)
            if refusal is None:
                raise
            raise FlushError(refusal) from None

    def _delete(self, names: list[str]) -> None:
        by_bucket: dict[str, list[str]] = {}
        for name in names:
            bucket, _, key = name.partition("/")
            by_bucket.setdefault(bucket, []).append(key)
        for bucket, keys in by_bucket.items():
            plain = [key for key in keys if not _NOT_XML.search(key)]
            for start in range(0, len(plain), _DELETE_BATCH):
                self._delete_batch(bucket, plain[start : start + _DELETE_BATCH])
            for key in set(keys) - set(plain):
                self._delete_one(bucket, key)

    def _delete_batch(self, bucket: str, keys: list[str]) -> None:
        wanted = {"Objects": [{"Key": key} for key in keys], "Quiet": True}
        try:
            answer = self.client.delete_objects(Bucket=bucket, Delete=wanted)
        except Exception as error:
            refusal = _refusal(error)
            if refusal is None:
                raise
            raise FlushError(refusal) from None
        for refused in answer.get("Errors", []):
            raise FlushError(
                f"{refused['Code']}: {refused['Message']} (s3:DeleteObject on arn:aws:s3:::{bucket}/{refused['Key']})"
            )
        for key in keys:
            self._known.pop(f"{bucket}/{key}", None)

    def _delete_one(self, bucket: str, key: str) -> None:
        try:
            self.client.delete_object(Bucket=bucket, Key=key)
        except Exception as error:
            refusal = _refusal(error)
            if refusal is None:
                raise
            raise FlushError(refusal) from None
        self._known.pop(f"{bucket}/{key}", None)

    # S3 -> folder

    def refresh(self, bucket: str, key: str, download: Callable[[str, str, Path], None] | None = None) -> None:
        """Fetch one object that was written through the S3 API, so that Spark sees it at once."""
        if bucket not in self.buckets or key.endswith("/"):
            return
        target = self.path(bucket, key)
        with self._lock:
            try:
                if target is None or not s3_placing.made_folder(target.parent, {self.root}) or target.is_dir():
                    self._hide(bucket, key)
                    return
                self._fetch(bucket, key, target, download or self._download)
            except OSError as error:
                if error.errno not in s3_placing.NO_PLACE:
                    raise
                self._hide(bucket, key)
                return
            self.left_out.pop(f"{bucket}/{key}", None)
            if not s3_placing.is_passing(target.relative_to(self.root)):
                self._known[f"{bucket}/{key}"] = Fingerprint.of(target)

    def _hide(self, bucket: str, key: str) -> None:
        reason = s3_names.unsuitable(key) or "a key and a folder of keys have one name"
        if self.left_out.setdefault(f"{bucket}/{key}", reason) and len(self.left_out) <= s3_names.MOST_LINES:
            for line in s3_names.lines([(bucket, key, reason)]):
                print(line, file=sys.stderr)

    def _fetch(self, bucket: str, key: str, target: Path, download: Callable[[str, str, Path], None]) -> None:
        partial = target.with_name(f".{threading.get_ident()}.crc")  # the name alone may be as long as names can be
        try:
            download(bucket, key, partial)
        except Exception as error:
            partial.unlink(missing_ok=True)
            if _refusal(error) is None:
                raise
            self.denied.add(f"{bucket}/{key}")  # it may be written, not read
            s3_placing.unreadable(partial, 0)
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
                s3_placing.link_or_copy(origin, target, writable=self._copies(origin.stat().st_size))
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
            self.left_out.pop(f"{bucket}/{key}", None)
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
