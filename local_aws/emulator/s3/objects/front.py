"""The emulator's S3 with its objects on disk: what is put in front of each request."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from local_aws.emulator.protocol import Response
from local_aws.emulator.s3.addresses import copy_source
from local_aws.emulator.s3.objects.answers import answer_body, read_objects_from_disk, taking_files
from local_aws.emulator.s3.objects.commits import WriteError, spool_name
from local_aws.emulator.s3.objects.completion import complete, named_numbers
from local_aws.emulator.s3.objects.copies import refuse_idle_copies
from local_aws.emulator.s3.objects.disk_body import DiskBody
from local_aws.emulator.s3.objects.listings import bound_lists
from local_aws.emulator.s3.objects.part_numbers import serve_parts
from local_aws.emulator.s3.objects.spooling import threads
from local_aws.emulator.s3.objects.store import keep_objects_on_disk, opened, read_locks
from local_aws.emulator.s3.objects.streams import read_bodies
from local_aws.emulator.s3.objects.undo import internal_error
from local_aws.emulator.s3.objects.uploads import (
    Assembly,
    assemble,
    assembled,
    find_upload,
    keep_uploads_on_disk,
    load_uploads,
    part_files,
)

LONGEST_KEY = 1024
"""Bytes of a key in UTF-8: S3 user guide, "Naming Amazon S3 objects"."""

LARGEST_DOCUMENT = 2 << 20
"""Bytes of a document of S3's operations, such as the 1,000 keys of DeleteObjects: a bound of our own (AWS's is
unverified)."""

_SUBRESOURCES = frozenset({"annotation", "tagging", "retention", "legal-hold", "acl", "restore"})


def stream_objects() -> None:
    """Have S3's bodies go to and from disk; call once, before requests."""
    from ministack.services import s3

    keep_objects_on_disk()
    keep_uploads_on_disk()
    s3._complete_multipart_upload = complete
    read_objects_from_disk()
    serve_parts()
    refuse_idle_copies()
    bound_lists()
    read_bodies()
    handle, dispatch, load = s3.handle_request, s3._dispatch, s3.load_persisted_state

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: Any, query: dict[str, Any], **more: Any
    ) -> Response:
        with await _prepare(method, headers, body, query):
            answer: Response = await handle(method, path, headers, body, query, **more)
            return answer

    def dispatch_request(
        method: str, bucket: str, key: str, headers: dict[str, str], body: Any, query: dict[str, Any]
    ) -> Any:
        if len(key.encode()) > LONGEST_KEY:
            sizes = {"Size": str(len(key.encode())), "MaxSizeAllowed": str(LONGEST_KEY)}
            return s3._error("KeyTooLongError", "Your key is too long", 400, f"/{bucket}/{key}", extra=sizes)
        if isinstance(body, bytes) and len(body) > LARGEST_DOCUMENT and _is_document(method, key, headers, query):
            return s3._error("MalformedXML", s3._MALFORMED_XML, 400, f"/{bucket}/{key}")
        if "x-amz-copy-source" in headers and "x-amz-checksum-algorithm" in headers:  # the emulator reads the other
            headers = {"x-amz-sdk-checksum-algorithm": headers["x-amz-checksum-algorithm"], **headers}
        call: Callable[[], Response] = lambda: dispatch(method, bucket, key, headers, body, query)  # noqa: E731
        with taking_files():
            try:
                status, described, found = call()
            except (OSError, WriteError):
                return internal_error()
        return status, described, answer_body(found)

    def load_persisted_state(data: Any) -> None:
        load(data)
        load_uploads()
        read_locks()

    s3.handle_request, s3._dispatch, s3.load_persisted_state = handle_request, dispatch_request, load_persisted_state


def _is_document(method: str, key: str, headers: dict[str, str], query: dict[str, Any]) -> bool:
    """Whether a body is neither an object nor a part nor a form."""
    if method == "POST":
        return bool(key) or "delete" in query or not headers.get("content-type", "").startswith("multipart/form-data")
    return not key or bool(_SUBRESOURCES & query.keys())


async def _prepare(
    method: str, headers: dict[str, str], body: Any, query: dict[str, Any]
) -> contextlib.AbstractContextManager[None]:
    """Do what takes long of a request before it is carried out, off the event loop.

    It is carried out in one go, as the emulator's operations are: where what was prepared no longer fits, because an
    object or a part was replaced meanwhile, it is done again.
    """
    work: Callable[[], contextlib.AbstractContextManager[None]] | None = None
    upload = find_upload(_first(query, "uploadId")) if "uploadId" in query else None
    source = headers.get("x-amz-copy-source", "")
    if method == "POST" and upload and not isinstance(body, DiskBody):
        files = part_files(upload, named_numbers(body))
        full = str(upload.get("checksum_type")).upper() == "FULL_OBJECT"
        algorithm = str(upload.get("checksum_algorithm") or "").lower() if full else ""
        if files:
            work = lambda: _assembly(files, algorithm)  # noqa: E731
    elif method == "PUT" and source:
        found = _source_file(source)
        algorithm = str(upload.get("checksum_algorithm") or "") if upload else _copy_checksum(headers)
        if found and (upload or algorithm):
            wanted = headers.get("x-amz-copy-source-range", "")
            work = lambda: _copy(found, wanted, algorithm.lower(), as_part=bool(upload))  # noqa: E731
    if work is None:
        return contextlib.nullcontext()
    try:
        return await asyncio.get_running_loop().run_in_executor(threads, work)
    except (OSError, ValueError):
        return contextlib.nullcontext()  # it fails again where its answer is made


def _first(query: dict[str, Any], name: str) -> str:
    value = query.get(name) or [""]
    return str(value[0] if isinstance(value, list) else value)


def _assembly(files: tuple[str, ...], algorithm: str) -> contextlib.AbstractContextManager[None]:
    assembly = assemble(files)
    if algorithm:
        assembly.body.digest(algorithm)
    return _with_assembly(assembly)


@contextlib.contextmanager
def _with_assembly(assembly: Assembly) -> Iterator[None]:
    token = assembled.set(assembly)
    try:
        yield
    finally:
        assembled.reset(token)
        assembly.discard()


def _copy_checksum(headers: dict[str, str]) -> str:
    named = headers.get("x-amz-sdk-checksum-algorithm") or headers.get("x-amz-checksum-algorithm") or ""
    return named.replace("_", "")


def _source_file(source: str) -> str | None:
    """The file that a copy reads, by the header that names it; the emulator checks the header when it copies."""
    from ministack.services import s3

    named = copy_source(source)
    if named is None:
        return None
    bucket, key, version = named
    record = (s3._buckets.get(bucket) or {"objects": {}})["objects"].get(key)
    if version and not (record and record.get("version_id") == version):
        found = s3._version_disk_path(bucket, key, version)
    else:
        found = s3._object_disk_path(bucket, key) if record else None
    return str(found) if found else None


def _copy(file: str, wanted: str, algorithm: str, *, as_part: bool) -> contextlib.AbstractContextManager[None]:
    """Read a source for its digests; a range that becomes a part gets a file of its own."""
    source = DiskBody(file)
    body, copy = source, None
    if as_part and wanted:
        start, end = (int(number) for number in wanted.removeprefix("bytes=").split("-"))
        view = source[start : end + 1]
        copy = spool_name(".body")
        try:
            view.store(copy)
            body = DiskBody(copy)
        except BaseException:
            Path(copy).unlink(missing_ok=True)
            raise
        source.keep_copy(start, end + 1, body)
    if as_part:
        body.digest("md5")
    if algorithm:
        body.digest(algorithm)
    return _with_source(source, copy)


@contextlib.contextmanager
def _with_source(source: DiskBody, copy: str | None) -> Iterator[None]:
    try:
        with opened([source]):
            yield
    finally:
        if copy:
            Path(copy).unlink()
