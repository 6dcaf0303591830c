"""Multipart uploads whose parts lie on disk: they outlive the server and never pass through its memory.

<state>/uploads/<account>/<upload>/upload.json      as CreateMultipartUpload made it
<state>/uploads/<account>/<upload>/<number>.json    a part, naming its file
<state>/uploads/<account>/<upload>/<unique>.part    its bytes
"""

from __future__ import annotations

import contextlib
import datetime as dt
import json
import os
import re
import shutil
import uuid
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local_aws.emulator.protocol import Response
from local_aws.emulator.s3.bucket_configurations import lifecycle_rules
from local_aws.emulator.s3.objects.commits import spool_folder, spool_name, write_file
from local_aws.emulator.s3.objects.disk_body import DiskBody, s3_checksum
from local_aws.emulator.s3.objects.undo import internal_error

_UPLOAD_ID = re.compile(rb"<UploadId>([^<]+)</UploadId>")
_KEPT_HEADERS = ("x-amz-tagging", "x-amz-acl", "x-amz-object-lock-", "x-amz-grant-")
"""Headers of CreateMultipartUpload that count when the object is made."""


@dataclass(frozen=True)
class Assembly:
    """The bytes of parts, one behind the other."""

    files: tuple[str, ...]
    body: DiskBody

    def discard(self) -> None:
        """Take away its file in the spool; one part's own file stays."""
        if Path(self.body.path).parent == spool_folder():
            Path(self.body.path).unlink(missing_ok=True)


assembled: ContextVar[Assembly | None] = ContextVar("assembled", default=None)


def keep_uploads_on_disk() -> None:
    """Replace what the emulator's S3 does with multipart uploads but for their completion (completion.py)."""
    from ministack.services import s3

    s3._create_multipart_upload = _creating(s3._create_multipart_upload)
    s3._upload_part = _keeping_part(s3._upload_part, query=1)
    s3._upload_part_copy = _keeping_part(s3._upload_part_copy, query=0)
    s3._abort_multipart_upload = _forgetting(s3._abort_multipart_upload)
    delete = s3._delete_bucket

    def delete_bucket(name: str) -> Response:
        answer: Response = delete(name)
        if answer[0] < 300:
            for upload, record in list(s3._multipart_uploads.items()):
                if record["bucket"] == name:
                    forget(upload)
        return answer

    s3._delete_bucket = delete_bucket


def find_upload(upload: str) -> dict[str, Any] | None:
    """The upload of any account by its id, which is unique."""
    from ministack.services import s3

    return next((record for (_, name), record in list(s3._multipart_uploads._data.items()) if name == upload), None)


def part_files(record: Mapping[str, Any], numbers: Sequence[int]) -> tuple[str, ...] | None:
    """The files of these parts; None where one is missing."""
    parts = record["parts"]
    return tuple(parts[number]["file"] for number in numbers) if all(number in parts for number in numbers) else None


def assemble(files: Sequence[str]) -> Assembly:
    """Put parts together; long where they are.

    Raises:
        OSError: no room, or a part was replaced meanwhile; nothing is left.
    """
    if len(files) == 1:
        return Assembly(tuple(files), DiskBody(files[0]))
    target = spool_name(".body")
    number = os.open(target, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
    try:
        for file in files:
            DiskBody(file).append_to(number)
        return Assembly(tuple(files), DiskBody(target))
    except BaseException:
        Path(target).unlink()
        raise
    finally:
        os.close(number)


def forget(upload: str) -> None:
    """Drop an upload of the request's account, and its files."""
    from ministack.services import s3

    s3._multipart_uploads.pop(upload, None)
    shutil.rmtree(_folder(upload), ignore_errors=True)


def load_uploads() -> None:
    """Read the uploads of before; those of buckets that are gone, or that a lifecycle rule ends, are taken away."""
    from ministack.services import s3

    for folder in _root().glob("*/*"):
        account, upload = folder.parts[-2:]
        try:
            record = json.loads((folder / "upload.json").read_bytes())
        except (OSError, ValueError):  # a kill came before it was answered
            shutil.rmtree(folder, ignore_errors=True)
            continue
        record["parts"] = _load_parts(folder)
        if (account, record["bucket"]) in s3._buckets._data:
            s3._multipart_uploads._data[account, upload] = record
        else:
            shutil.rmtree(folder, ignore_errors=True)
    end_old_uploads()


def end_old_uploads() -> None:
    """Carry out AbortIncompleteMultipartUpload of the buckets' lifecycle rules."""
    from ministack.services import s3

    for (account, upload), record in list(s3._multipart_uploads._data.items()):
        days = [
            int(rule["AbortIncompleteMultipartUpload"].get("DaysAfterInitiation", 7))
            for rule in lifecycle_rules(account, record["bucket"])
            if rule.get("AbortIncompleteMultipartUpload")
            and rule.get("Status") == "Enabled"
            and record["key"].startswith(s3._replication_rule_prefix(rule))
        ]
        age = dt.datetime.now(dt.UTC) - dt.datetime.fromisoformat(record["created"])
        if days and age > dt.timedelta(days=min(days)):
            with s3._in_account(account):
                forget(upload)


def _root() -> Path:
    return spool_folder().with_name("uploads")


def _folder(upload: str) -> Path:
    from ministack.core.responses import get_account_id

    return Path(_root(), get_account_id(), upload)


def _load_parts(folder: Path) -> dict[int, dict[str, Any]]:
    parts = {}
    for file in folder.glob("[0-9]*.json"):
        with contextlib.suppress(ValueError):
            part = json.loads(file.read_bytes())
            part["file"] = str(folder / part["file"])
            parts[int(file.stem)] = part
    named = {part["file"] for part in parts.values()}
    for file in folder.glob("*.part"):
        if str(file) not in named:
            file.unlink()
    return parts


def _creating(original: Any) -> Any:
    def create(bucket: str, key: str, headers: dict[str, str]) -> Response:
        from ministack.services import s3

        answer: Response = original(bucket, key, headers)
        found = _UPLOAD_ID.search(answer[2])
        if answer[0] != 200 or not found:
            return answer
        upload = found[1].decode()
        record = s3._multipart_uploads[upload]
        record["kept_headers"] = {name: value for name, value in headers.items() if name.startswith(_KEPT_HEADERS)}
        record["checksum_type"] = headers.get("x-amz-checksum-type", "")
        try:
            _folder(upload).mkdir(parents=True, mode=0o700)
            described = {name: value for name, value in record.items() if name != "parts"}
            write_file(str(_folder(upload) / "upload.json"), json.dumps(described).encode())
        except OSError:
            forget(upload)
            return internal_error()
        end_old_uploads()
        return answer

    return create


def _keeping_part(original: Any, query: int) -> Any:
    """Put a part's bytes into its upload's folder; `query` tells which argument behind the key has the query."""

    def upload_part(bucket: str, key: str, *args: Any) -> Response:
        from ministack.services import s3

        upload, number = s3._qp(args[query], "uploadId"), s3._qp(args[query], "partNumber", "1")
        record = s3._multipart_uploads.get(upload)
        refused = _not_this_upload(bucket, key, record, number)
        if refused:
            return refused
        parts = record["parts"]
        before = parts.get(int(number))
        try:
            answer: Response = original(bucket, key, *args)
            if answer[0] == 200:
                part, algorithm = parts[int(number)], record.get("checksum_algorithm")
                if algorithm and not part.get("checksums"):  # a copied part
                    part["checksums"] = {algorithm: s3_checksum(algorithm, part["body"])}
                _keep(_folder(upload), int(number), part, before)
        except OSError:
            parts.pop(int(number), None)
            if before:
                parts[int(number)] = before
            return internal_error()
        return answer

    return upload_part


def _not_this_upload(bucket: str, key: str, record: Mapping[str, Any] | None, number: str) -> Response | None:
    from ministack.services import s3

    error: Response | None = None
    if record is None or (record["bucket"], record["key"]) != (bucket, key):
        text = "The specified multipart upload does not exist."
        error = s3._error("NoSuchUpload", text, 404, f"/{bucket}/{key}")
    elif not re.fullmatch(r"[0-9]{1,5}", number) or not 1 <= int(number) <= 10000:
        error = s3._error(
            "InvalidArgument", "Part number must be an integer between 1 and 10000, inclusive.", 400, f"/{bucket}/{key}"
        )
    return error


def _keep(folder: Path, number: int, part: dict[str, Any], before: Mapping[str, Any] | None) -> None:
    file = folder / f"{uuid.uuid4().hex}.part"
    body = part.pop("body")
    try:
        write_file(str(file), body)
        write_file(str(folder / f"{number}.json"), json.dumps({**part, "file": file.name}).encode())
    except OSError:
        file.unlink(missing_ok=True)
        raise
    part["body"], part["file"] = None, str(file)
    if before:
        Path(before["file"]).unlink(missing_ok=True)


def _forgetting(original: Any) -> Any:
    def abort(bucket: str, key: str, query: dict[str, Any]) -> Response:
        from ministack.services import s3

        answer: Response = original(bucket, key, query)
        if answer[0] == 204:
            forget(s3._qp(query, "uploadId"))
        return answer

    return abort
