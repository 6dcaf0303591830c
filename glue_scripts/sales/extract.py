"""Bring the published sales files into the raw bucket, unpacked, in their original format.

A Glue Python shell job: Python 3.9 and the boto3 1.21 of Glue's `analytics` library set, 1 GB of memory, about 14 GB of
disk. Nothing is held in memory whole: the archive goes to disk, each CSV file in it goes to S3 in parts, of which a few
are under way at once. Options:

    --source_url       https, http or s3 address of a zip, a gz or a plain CSV (told apart by content, not by name)
    --target_path      s3://bucket/folder/, which then holds the CSV files of this run and nothing else
    --max_total_bytes  limit for the download, and for all that comes out of the archive
    --max_ratio        limit for the bytes that come out of the archive for each of its own
    --catalog_database  optional: the database in which the job keeps the table of these files; else a crawler does

All files lie flat in the folder: a crawler would take a folder below it for a partition. They appear only when every
one of them was read to its end and checked. A run that fails before that leaves the folder as it was.
"""

from __future__ import annotations

import base64
import gzip
import http.client
import io
import re
import shutil
import stat
import struct
import sys
import tempfile
import time
import zipfile
import zlib
from collections import deque
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from functools import partial
from itertools import count, islice
from typing import IO, NamedTuple
from urllib import error, parse, request

import boto3
from botocore.client import BaseClient
from botocore.exceptions import ClientError, HTTPClientError, IncompleteReadError
from urllib3.exceptions import HTTPError as BodyError

PIECE_BYTES = 1024 * 1024
PIECES_PER_PART = 8
PARTS_UNDER_WAY = 3  # while the next one is unpacked
HEAD_BYTES = 4096  # enough to recognise a format, and to see the title of a web page
CONTENTS_BYTES = 4 * 1024 * 1024  # a zip's table of contents: about 40,000 files
TIMEOUT_SECONDS = 60
ATTEMPTS = 6  # in a row without a new byte
PASSING_STATUS = {408, 425, 429}  # the only 4xx that another try can cure
# Some publishers turn away programs that do not look like a browser.
USER_AGENT = "Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36"
BROKEN_CONNECTION = (OSError, http.client.HTTPException, HTTPClientError, IncompleteReadError, BodyError)
# The second line is what zipfile raises on headers that contradict themselves.
BROKEN_ARCHIVE = (
    *(zipfile.BadZipFile, gzip.BadGzipFile, zlib.error, EOFError),
    *(struct.error, ValueError, OverflowError, RuntimeError, OSError),
)
say = partial(print, flush=True)


class RefusedError(Exception):
    """The job will not go on. All in one line, as Glue shows only the last line of a failure."""

    def __init__(self, what: str, seen: object, advice: str) -> None:
        super().__init__(f"{what}; seen: {seen}; next: {advice}")


class TransferError(Exception):
    """The download broke off in a way that another try may cure."""


class ChangedError(TransferError):
    """What came so far belongs to another version of the file: begin again."""


class Budget:
    """Counts bytes, and refuses more than the smallest of some limits, each given with its name."""

    def __init__(self, what: str, *limits: tuple[int, str]) -> None:
        self.what, (self.allowed, self.option), self.used = what, min(limits), 0

    def spend(self, size: int) -> None:
        """Count `size` more bytes."""
        self.used += size
        self.check(self.used)

    def check(self, size: int) -> None:
        """Refuse `size` bytes if they are too many."""
        if size > self.allowed:
            seen = f"{size:,} bytes or more where {self.option} allows {self.allowed:,}"
            raise RefusedError(f"{self.what} is too large", seen, f"raise {self.option} if you trust the source")


# --- from the source ---
class Answer(NamedTuple):
    """What a source gives when asked for its bytes from some place on."""

    body: IO[bytes]
    start: int  # the place of the body's first byte: 0 when the source started over
    total: int | None  # size of the whole file, if the source tells
    version: str | None  # ETag or Last-Modified: while it stays the same, a download can be resumed
    content_type: str


def find_source(url: str, s3: BaseClient) -> tuple[str, Callable[[int, str | None], Answer]]:
    """Turn `--source_url` into a name to show, without user, password and query, and a function that opens it."""
    scheme, separator, rest = url.partition("://")
    bucket, _, key = rest.partition("/")
    if scheme == "s3" and bucket and key and not key.endswith("/"):
        return url, partial(open_s3, s3, bucket, key)
    try:
        parts = parse.urlsplit(url)
    except ValueError:  # its text may hold the secrets
        parts = parse.urlsplit("")
    login, _, host = parts.netloc.rpartition("@")
    if parts.scheme not in {"http", "https"} or not host:
        advice = "give https://host/file, http://host/file or s3://bucket/key"
        raise RefusedError("--source_url names no file", f"{scheme}://..." if separator else "no ://", advice)
    path, query = (parse.quote(part, safe="/%:@!$&'()*+,;=~?") for part in (parts.path, parts.query))
    shown = f"{parts.scheme}://{host}{path}"
    basic = base64.b64encode(parse.unquote(login).encode()).decode()
    return shown, partial(open_http, shown, f"{shown}?{query}" if query else shown, basic)


class CarefulRedirects(request.HTTPRedirectHandler):
    """Follows redirects between web addresses only, and never from https to anything less."""

    http_error_308 = request.HTTPRedirectHandler.http_error_302  # Python 3.9 does not know it: 307 for a GET

    def redirect_request(self, req, fp, code, msg, headers, newurl):  # noqa: ANN001, ANN201 - urllib's signature
        """Let urllib follow, or fail as it does for the schemes that it refuses itself."""
        if not newurl.lower().startswith("https:" if req.type == "https" else ("https:", "http:")):
            raise error.HTTPError(req.full_url, code, msg, headers, fp)
        return super().redirect_request(req, fp, 307 if code == 308 else code, msg, headers, newurl)


def open_http(shown: str, url: str, login: str, start: int, version: str | None) -> Answer:
    """GET a web address from a place on if it is still `version`, otherwise from the beginning."""
    wanted = request.Request(url, headers={"User-Agent": USER_AGENT, "Accept": "*/*"})  # noqa: S310 - see find_source
    if login:
        wanted.add_unredirected_header("Authorization", f"Basic {login}")
    if start:
        wanted.headers.update({"Range": f"bytes={start}-", "If-range": version})
    try:
        response = request.build_opener(CarefulRedirects).open(wanted, timeout=TIMEOUT_SECONDS)
    except error.HTTPError as failure:
        failure.close()
        seen = f"HTTP {failure.code} {http.client.responses.get(failure.code, '')}"
        raise judge(failure.code, shown, seen, resuming=start > 0) from None
    except (OSError, http.client.HTTPException, ValueError) as failure:
        reason = getattr(failure, "reason", failure)
        if isinstance(reason, (ValueError, http.client.InvalidURL)):  # a bad certificate is a ValueError
            seen = getattr(reason, "verify_message", "no valid host or port")  # the whole text may hold the secrets
            raise RefusedError(f"{shown} cannot be used", seen, "give one that is in order") from None
        raise TransferError(f"{type(reason).__name__}: {reason}") from None

    etag = response.headers.get("ETag", "")
    now = etag if etag.startswith('"') else response.headers.get("Last-Modified")  # a weak ETag cannot resume
    begin, total = 0, response.length
    if response.status == 206:
        place = re.match(r"bytes (\d+)-\d+/(\d+)", response.headers.get("Content-Range", ""))
        begin, total = (int(place[1]), int(place[2])) if place else (-1, None)
        if (begin, now) != (start, version):
            raise ChangedError("the file changed meanwhile")
    return Answer(response, begin, total, now, response.headers.get("Content-Type", ""))


def open_s3(s3: BaseClient, bucket: str, key: str, start: int, version: str | None) -> Answer:
    """Get an S3 object from a place on, provided that it is still `version`."""
    resume = {"Range": f"bytes={start}-", "IfMatch": version} if start else {}
    try:
        got = s3.get_object(Bucket=bucket, Key=key, **resume)
    except ClientError as failure:
        status = failure.response["ResponseMetadata"]["HTTPStatusCode"]
        raise judge(status, f"s3://{bucket}/{key}", str(failure), resuming=bool(resume)) from None
    except HTTPClientError as failure:
        raise TransferError(str(failure)) from None
    begin = start if resume else 0
    return Answer(got["Body"], begin, begin + got["ContentLength"], got["ETag"], got["ContentType"])


def judge(status: int, shown: str, seen: str, *, resuming: bool) -> Exception:
    """Tell the statuses that may pass, and those of a file that changed, from those that will stay."""
    if resuming and status in {412, 416}:
        return ChangedError(seen)
    if status >= 500 or status in PASSING_STATUS:
        return TransferError(seen)
    if status < 400:
        return RefusedError(f"{shown} redirects in circles or to something less safe", seen, "give the final address")
    return RefusedError(f"{shown} was not given", seen, "check that the address is right, valid, and open to this job")


def download(shown: str, open_at: Callable[[int, str | None], Answer], archive: IO[bytes], budget: Budget) -> int:
    """Write the source to the empty `archive`, trying again and resuming where that may help; return its size."""
    version, failures, furthest = None, 0, 0
    while True:
        try:
            answer = open_at(archive.tell() if version else 0, version)
            version = answer.version
            archive.truncate(archive.seek(answer.start))
            return copy_to_disk(answer, archive, budget)
        except TransferError as failure:
            version = None if isinstance(failure, ChangedError) else version
            failures = 1 if archive.tell() > furthest else failures + 1
            furthest = max(archive.tell(), furthest)
            if failures == ATTEMPTS:
                advice = "run again later; if this stays so, the source is cut short or out of reach"
                raise RefusedError(f"{shown} could not be read whole", failure, advice) from None
            say(f"download broke off at {archive.tell():,} bytes ({failure}); trying again in {2**failures} s")
            time.sleep(2**failures)


def copy_to_disk(answer: Answer, archive: IO[bytes], budget: Budget) -> int:
    """Write an answer's body behind what is there; the size must be the one that was announced."""
    budget.check(answer.total or 0)
    while True:
        try:
            piece = answer.body.read(PIECE_BYTES)
        except BROKEN_CONNECTION as failure:
            raise TransferError(f"{type(failure).__name__}: {failure}") from None
        if not piece:
            break
        if archive.tell() == 0:
            recognise(piece[:HEAD_BYTES], "the source", answer.content_type)
        archive.write(piece)
        budget.check(archive.tell())
    if answer.total not in {None, archive.tell()}:
        raise TransferError(f"{archive.tell():,} of {answer.total:,} bytes came")
    archive.flush()
    return archive.tell()


# --- in the archive ---
def recognise(head: bytes, name: str, content_type: str = "") -> str:
    """Tell `zip`, `gz` and `csv` by the first bytes, and refuse everything else."""
    if head.startswith((b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")):
        return "zip"
    if head.startswith(b"\x1f\x8b"):
        return "gz"
    text = head[3:].lstrip() if head.startswith(b"\xef\xbb\xbf") else head.lstrip()
    if not text:
        seen = "an empty file"
    elif text.startswith(b"<") or "html" in content_type.lower():
        title = re.search(rb"<title[^>]*>\s*(.{1,80}?)\s*<", head, re.IGNORECASE | re.DOTALL)
        seen = "HTML or XML" + (f" titled {title[1].decode(errors='replace')!r}" if title else "")
    elif text.startswith(b"{") or b"\0" in head or not re.search(rb"[,;\t|]", text.splitlines()[0]):
        seen = repr(head[:24])  # JSON, a program, an unknown archive, UTF-16, a line of text
    else:
        return "csv"
    raise RefusedError(f"{name} is no CSV data", seen, "give a zip, a gz or a plain CSV, in UTF-8 or the like")


class Member(NamedTuple):
    """A CSV file in the archive: the name it gets, how to read it, and the size that its header claims."""

    object_name: str
    open: Callable[[], IO[bytes]]
    claimed_bytes: int | None


def find_members(archive: IO[bytes], file_name: str) -> list[Member]:
    """List the CSV files that were downloaded; a gz or a plain CSV is one."""
    archive.seek(0)
    kind = recognise(archive.read(HEAD_BYTES), "the source")
    archive.seek(0)
    if kind == "zip":
        return find_zip_members(archive)
    stem = re.sub(r"(\.(csv|txt|gz|gzip|zip))*$", "", file_name, flags=re.IGNORECASE)
    open_it = partial(gzip.GzipFile, fileobj=archive) if kind == "gz" else lambda: archive
    return [Member(object_name(stem + ".csv"), open_it, None)]


def find_zip_members(archive: IO[bytes]) -> list[Member]:
    """List the CSV files of a zip, and say what is left out."""
    try:
        bundle = zipfile.ZipFile(BoundedReader(io.FileIO(archive.fileno(), closefd=False)))
    except BROKEN_ARCHIVE as failure:
        raise broken("the zip", failure) from None
    members: dict[str, Member] = {}
    for info in bundle.infolist():
        refuse_unsafe(info)
        reason = skip_reason(info)
        if reason:
            say(f"skipped {info.filename!r}: {reason}")
            continue
        name = object_name(info.filename)
        if name in members:
            advice = "publish them under different names: folders are not kept"
            raise RefusedError(f"two files would become {name}", repr(info.filename), advice)
        members[name] = Member(name, partial(bundle.open, info), info.file_size)
    if not members:
        raise RefusedError("no CSV file in the zip", bundle.namelist()[:5], "publish at least one .csv file in it")
    return list(members.values())


class BoundedReader(io.BufferedReader):
    """Refuses huge reads: zipfile reads an archive's whole table of contents at once."""

    def read(self, size: int | None = -1) -> bytes:
        """Read as ever, up to CONTENTS_BYTES."""
        if size is not None and size > CONTENTS_BYTES:
            raise RefusedError("too many files in the zip", f"{size:,} bytes of names", "publish fewer in an archive")
        return super().read(size)


def refuse_unsafe(info: zipfile.ZipInfo) -> None:
    """Refuse paths that leave the folder and members that are no files, whether or not they would be used."""
    path = info.orig_filename
    advice = "do not use this archive before you know who made it"
    if re.search(r"^/|^[A-Za-z]:|(^|/)\.\.(/|$)|[\\\0]", path):
        raise RefusedError("a path in the zip leads out of its folder", repr(path), advice)
    if stat.S_IFMT(info.external_attr >> 16) not in {0, stat.S_IFREG, stat.S_IFDIR}:
        raise RefusedError("a member of the zip is a link or a device", repr(path), advice)


def skip_reason(info: zipfile.ZipInfo) -> str | None:
    """Say why a member is not data, or None; refuse data that cannot be read with bounded memory (bzip2, lzma)."""
    folders, _, name = info.filename.rpartition("/")
    if not name:
        return "a folder"
    if name.startswith(".") or "__MACOSX" in folders.split("/"):
        return "hidden, or macOS's own"
    if not name.lower().endswith(".csv"):
        return "no .csv file"
    if info.flag_bits & 0x1:
        raise RefusedError("the zip is encrypted", repr(info.filename), "publish it without a password")
    if info.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        seen = f"method {info.compress_type} for {info.filename!r}"
        raise RefusedError("the zip's compression is not supported", seen, "pack it with plain deflate")
    return None


def object_name(path: str) -> str:
    """Make a key that Spark, Athena and URLs take: flat, no blanks, no leading `_` (both engines skip such files)."""
    stem = re.sub(r"[^\w.()-]", "-", path.rpartition("/")[2][:-4]).lstrip("_.")
    return (stem or "data") + path[-4:]


def unpack(member: Member, budget: Budget) -> Iterator[bytes]:
    """Give a member in pieces, counted as they come; reading it to its end checks its CRC."""
    name, used_before = member.object_name, budget.used
    try:
        stream = member.open()
        piece = stream.read(PIECE_BYTES)
        if recognise(piece[:HEAD_BYTES], name) != "csv":
            raise RefusedError(f"{name} is no CSV data", "an archive in the archive", "publish the CSV file itself")
        while piece:
            budget.spend(len(piece))
            yield piece
            piece = stream.read(PIECE_BYTES)
    except BROKEN_ARCHIVE as failure:
        raise broken(name, failure) from None
    if member.claimed_bytes not in {None, budget.used - used_before}:
        raise broken(name, f"{budget.used - used_before:,} bytes where the zip claims {member.claimed_bytes:,}")


def broken(name: str, failure: object) -> RefusedError:
    """Say of a damaged archive what zipfile or gzip said."""
    seen = str(failure) or type(failure).__name__
    return RefusedError(f"{name} is broken", seen, "run again; if this stays so, ask the publisher for a new one")


# --- to the bucket ---
class Upload:
    """A multipart upload: nothing is visible in the bucket before `complete`."""

    def __init__(self, s3: BaseClient, bucket: str, key: str) -> None:
        self.s3, self.etags = s3, []
        upload_id = s3.create_multipart_upload(Bucket=bucket, Key=key, ContentType="text/csv")["UploadId"]
        self.address = {"Bucket": bucket, "Key": key, "UploadId": upload_id}

    def fill(self, pieces: Iterator[bytes]) -> None:
        """Send the pieces, eight in a part; S3 takes 10,000 parts at most, so each thousand the parts grow by eight.

        Whether it succeeds or not, no part is under way when it ends.
        """
        under_way: deque[Future[str]] = deque()
        with ThreadPoolExecutor(PARTS_UNDER_WAY) as senders:
            for number in count(1):
                part = b"".join(islice(pieces, PIECES_PER_PART * (1 + (number - 1) // 1000)))
                if not part:
                    break
                if len(under_way) == PARTS_UNDER_WAY:
                    self.etags.append(under_way.popleft().result())
                under_way.append(senders.submit(self.send, number, part))
            self.etags += [sent.result() for sent in under_way]

    def send(self, number: int, part: bytes) -> str:
        """Upload one part; return its ETag."""
        etag: str = self.s3.upload_part(Body=part, PartNumber=number, **self.address)["ETag"]
        return etag

    def complete(self) -> None:
        """Let the object appear."""
        parts = [{"PartNumber": number, "ETag": etag} for number, etag in enumerate(self.etags, start=1)]
        self.s3.complete_multipart_upload(MultipartUpload={"Parts": parts}, **self.address)

    def abort(self) -> None:
        """Drop the parts; a failure here must not hide the one that led here."""
        try:
            self.s3.abort_multipart_upload(**self.address)
        except Exception as failure:  # noqa: BLE001 - whatever it is, the bucket's lifecycle rule drops them later
            say(f"the unfinished upload of {self.address['Key']} could not be dropped: {failure}")


def replace_folder(s3: BaseClient, bucket: str, prefix: str, members: list[Member], budget: Budget) -> None:
    """Upload all members, and only when each is whole let them appear and remove what else lies in the folder."""
    waiting: list[Upload] = []
    try:
        for member in members:
            used_before = budget.used
            waiting.append(Upload(s3, bucket, prefix + member.object_name))
            waiting[-1].fill(unpack(member, budget))
            say(f"unpacked {member.object_name}: {budget.used - used_before:,} bytes")
        while waiting:
            waiting[0].complete()
            waiting.pop(0)
    except BaseException:
        for upload in waiting:
            upload.abort()
        raise
    delete_others(s3, bucket, prefix, {prefix + member.object_name for member in members})


def delete_others(s3: BaseClient, bucket: str, prefix: str, kept: set[str]) -> None:
    """Remove what earlier runs left in the folder."""
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=bucket, Prefix=prefix):
        others = [{"Key": entry["Key"]} for entry in page.get("Contents", []) if entry["Key"] not in kept]
        if others:
            result = s3.delete_objects(Bucket=bucket, Delete={"Objects": others, "Quiet": True})
            if result.get("Errors"):
                advice = "give the job's role s3:DeleteObject there and run again"
                raise RefusedError("a file of an earlier run could not be removed", result["Errors"][0], advice)
            say(f"removed {len(others)} objects of earlier runs, such as {others[0]['Key']!r}")


# --- the job ---
def target_folder(target_path: str, source: str) -> tuple[str, str]:
    """Split `--target_path` in bucket and prefix; never a whole bucket, as all else in the folder is removed."""
    match = re.fullmatch(r"s3://([^/\s]+)/([^/].*?)/*", target_path)
    if not match:
        advice = "give s3://bucket/folder/; everything else in that folder is removed"
        raise RefusedError("--target_path is no folder in a bucket", repr(target_path), advice)
    if source.startswith(f"s3://{match[1]}/{match[2]}/"):
        raise RefusedError("--source_url lies under --target_path", source, "keep it where this job removes nothing")
    return match[1], match[2] + "/"


def run(source_url: str, target_path: str, max_total_bytes: str, max_ratio: str) -> None:
    """Fetch the source, check it, and replace the target folder by what is in it."""
    started = time.monotonic()
    for option, value in (("--max_total_bytes", max_total_bytes), ("--max_ratio", max_ratio)):
        if not re.fullmatch(r"[1-9][0-9]*", value):
            raise RefusedError(f"{option} is no limit", repr(value), "give a whole number of 1 or more")
    most_bytes = (int(max_total_bytes), "--max_total_bytes")
    s3 = boto3.client("s3")
    shown, open_at = find_source(source_url.strip(), s3)
    bucket, prefix = target_folder(target_path.strip(), shown)
    with tempfile.TemporaryFile() as archive:
        free_disk = (shutil.disk_usage(tempfile.gettempdir()).free, "the free disk")
        size = download(shown, open_at, archive, Budget("the source", most_bytes, free_disk))
        say(f"downloaded {size:,} bytes from {shown} in {time.monotonic() - started:.1f} s")
        members = find_members(archive, parse.unquote(shown.rpartition("/")[2]))
        budget = Budget(f"what {size:,} bytes unpack to", most_bytes, (size * int(max_ratio), "--max_ratio"))
        budget.check(sum(member.claimed_bytes or 0 for member in members))
        replace_folder(s3, bucket, prefix, members, budget)
    seconds = time.monotonic() - started
    say(f"files stored in s3://{bucket}/{prefix}: {len(members)}, with {budget.used:,} bytes; all took {seconds:.1f} s")


def keep_catalog(database: str, target_path: str) -> None:
    """Keep the table of the files. What it takes comes as a wheel, which a job without this option does without."""
    from lakejobs import catalog_tables
    from sales_schema import RAW, RAW_TABLE

    glue, path = boto3.client("glue"), f"{target_path.strip().rstrip('/')}/"
    catalog_tables.put_table(glue, database, RAW_TABLE, path, RAW, form=catalog_tables.CSV)


def main() -> None:
    """Read the options as Glue gives them."""
    from awsglue.utils import getResolvedOptions

    names = ["source_url", "target_path", "max_total_bytes", "max_ratio"]
    options = getResolvedOptions(sys.argv, names)
    run(**{name: options[name] for name in names})
    if "--catalog_database" in sys.argv:
        kept = getResolvedOptions(sys.argv, ["catalog_database", "target_path"])
        keep_catalog(kept["catalog_database"], kept["target_path"])


if __name__ == "__main__":
    main()
