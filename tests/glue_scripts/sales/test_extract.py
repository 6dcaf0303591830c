"""extract.py against a real web server, an emulated S3 that enforces IAM, and the libraries of Glue's Python shell."""

from __future__ import annotations

import ast
import contextlib
import gzip
import io
import json
import os
import random
import re
import stat
import subprocess
import sys
import tempfile
import threading
import time
import urllib.error
import urllib.request
import uuid
import zipfile
from email.message import Message
from pathlib import Path
from types import SimpleNamespace

import boto3
import pytest
from botocore.exceptions import ClientError
from botocore.stub import Stubber
from hypothesis import given, settings
from hypothesis import strategies as st

from glue_scripts.sales import extract
from glue_scripts.sales.extract import RefusedError
from tests.glue_scripts.sales.extract_fixtures import (
    Page,
    Web,
    aws_server,
    breaking_connection,
    patched,
    web_server,
    zip_of,
)

ROOT = Path(__file__).parents[3]
SCRIPT = ROOT / "glue_scripts" / "sales" / "extract.py"
OLD_LIBRARIES = Path(os.environ.get("PYTHONSHELL_LIBRARIES", ROOT / ".venv" / "pythonshell"))
MIB = 1024 * 1024
CSV = b"Region,Country\nEurope,Malta\n"
RANDOM = random.Random(2)  # noqa: S311 - data, not secrets
LARGE_CSV = b"Region,Country\n" + RANDOM.randbytes(3 * MIB).hex().encode() + b",x\n"  # 6 MiB that pack to about half
OLD = {"sales/old.csv": b"old", "sales/2019/old.csv": b"nested"}


# --- parts -----------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def aws(tmp_path_factory):
    with aws_server(tmp_path_factory.mktemp("aws")) as address:
        yield address


@pytest.fixture(autouse=True)
def environment(monkeypatch, aws):
    """What Glue gives a job, and the address of our AWS."""
    values = {"AWS_ENDPOINT_URL": aws, "AWS_ACCESS_KEY_ID": "test", "AWS_SECRET_ACCESS_KEY": "test"}
    for name, value in {**values, "AWS_DEFAULT_REGION": "eu-west-1", "NO_PROXY": "127.0.0.1"}.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_SESSION_TOKEN", raising=False)


@pytest.fixture(autouse=True)
def pauses(monkeypatch):
    """The seconds that the job would have waited between attempts."""
    waited = []
    monkeypatch.setattr(extract, "time", SimpleNamespace(sleep=waited.append, monotonic=time.monotonic))
    return waited


@pytest.fixture(scope="module")
def s3(aws):
    """S3 as the account's root sees it."""
    session = boto3.Session("test", "test", region_name="eu-west-1")
    return session.client("s3", endpoint_url=aws)


@pytest.fixture
def raw(s3):
    """A bucket with what an earlier run left in sales/, and a neighbour."""
    bucket = f"raw-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    for key, body in {**OLD, "sales-of-others/kept.csv": b"kept"}.items():
        s3.put_object(Bucket=bucket, Key=key, Body=body)
    return bucket


@pytest.fixture
def web():
    with web_server() as server:
        yield server


def run(source, raw, max_total_bytes="100000000", max_ratio="100"):
    extract.run(source, f"s3://{raw}/sales/", max_total_bytes, max_ratio)


def table(s3, bucket):
    """What lies under sales/, by key."""
    listed = s3.list_objects_v2(Bucket=bucket, Prefix="sales/").get("Contents", [])
    return {entry["Key"]: s3.get_object(Bucket=bucket, Key=entry["Key"])["Body"].read() for entry in listed}


def refusal(source, raw, **limits):
    with pytest.raises(RefusedError) as caught:
        run(source, raw, **limits)
    return str(caught.value)


def unpacked(packed, name="x.zip"):
    """What the job would store, without S3."""
    with tempfile.TemporaryFile() as archive:
        archive.write(packed)
        archive.flush()
        budget = extract.Budget("it", (10**9, "the test"))
        return {
            member.object_name: b"".join(extract.unpack(member, budget))
            for member in extract.find_members(archive, name)
        }


# --- what arrives ----------------------------------------------------------------------------------------------------


def test_only_the_csv_of_the_zip_lies_in_the_folder_afterwards(web, s3, raw):
    run(web.serve("/2m.zip", Page(zip_of(("2m Sales Records.csv", CSV)))), raw)
    assert table(s3, raw) == {"sales/2m-Sales-Records.csv": CSV}


def test_a_neighbouring_folder_with_the_same_beginning_stays(web, s3, raw):
    run(web.serve("/a.zip", Page(zip_of(("a.csv", CSV)))), raw)
    assert s3.get_object(Bucket=raw, Key="sales-of-others/kept.csv")["Body"].read() == b"kept"


def test_a_rerun_gives_the_same_objects(web, s3, raw):
    source = web.serve("/a.zip", Page(zip_of(("a.csv", CSV), ("b/c.csv", CSV * 2))))
    run(source, raw)
    run(source, raw)
    assert table(s3, raw) == {"sales/a.csv": CSV, "sales/c.csv": CSV * 2}


def test_a_member_of_many_parts_arrives_byte_for_byte(web, s3, raw):
    content = LARGE_CSV * 3
    run(web.serve("/a.zip", Page(zip_of(("a.csv", content)))), raw)
    head = s3.head_object(Bucket=raw, Key="sales/a.csv")
    assert table(s3, raw)["sales/a.csv"] == content
    assert head["ETag"].endswith('-3"')  # 18 MiB in parts of 8


class Parts:
    """Stands for S3's client: each part is sent by a function of its number and bytes."""

    def __init__(self, send):
        self.send = send

    def create_multipart_upload(self, **_):
        return {"UploadId": "u"}

    def upload_part(self, Body, PartNumber, **_):  # noqa: N803 - boto3's names
        self.send(PartNumber, Body)
        return {"ETag": f"e{PartNumber}"}


def test_parts_grow_so_that_ten_thousand_hold_any_file():
    sizes = {}
    send = Parts(lambda number, part: sizes.update({number: len(part)}))
    extract.Upload(send, "b", "k").fill(iter([b"x"] * (8 * 999 + 16 + 3)))
    assert (sizes[999], sizes[1000], sizes[1001], max(sizes)) == (8, 8, 11, 1001)


def test_three_parts_are_under_way_while_the_next_is_unpacked_and_their_order_is_kept():
    together, later, read = threading.Barrier(3), threading.Event(), []

    def send(number, _part):
        if number <= 3:
            together.wait(30)
        if number == 1:
            assert later.wait(30)  # the others are over before it

    def pieces():
        for number in range(1, 41):
            if number == 25:  # the fourth part begins: three are under way
                later.set()
            read.append(number)
            yield b"x"

    upload = extract.Upload(Parts(send), "b", "k")
    upload.fill(pieces())
    assert (upload.etags, len(read)) == ([f"e{number}" for number in range(1, 6)], 40)


def test_no_part_is_under_way_when_one_has_failed():
    failed, ended = threading.Event(), []

    def send(number, _part):
        if number == 2:
            failed.set()
            raise OSError("the second part")
        assert failed.wait(30)
        time.sleep(0.2)
        ended.append(number)

    with pytest.raises(OSError, match="the second part"):
        extract.Upload(Parts(send), "b", "k").fill(iter([b"x"] * 24))
    assert sorted(ended) == [1, 3]


@pytest.mark.parametrize(
    ("name", "body"),
    [
        pytest.param("sales.zip", zip_of(("sales.csv", CSV)), id="zip"),
        pytest.param("sales.zip", zip_of(("sales.csv", CSV), method=zipfile.ZIP_STORED), id="zip stored"),
        pytest.param("sales.csv", zip_of(("sales.csv", CSV)), id="zip called csv"),
        pytest.param("sales.csv.gz", gzip.compress(CSV), id="gz"),
        pytest.param("sales.gz", gzip.compress(CSV[:9]) + gzip.compress(CSV[9:]), id="gz of two streams"),
        pytest.param("sales.zip", gzip.compress(CSV), id="gz called zip"),
        pytest.param("sales.csv", CSV, id="csv"),
        pytest.param("sales", CSV, id="csv without a suffix"),
        pytest.param("sales.zip", CSV, id="csv called zip"),
    ],
)
def test_formats_are_told_apart_by_content(web, s3, raw, name, body):
    run(web.serve(f"/{name}", Page(body)), raw)
    assert table(s3, raw) == {"sales/sales.csv": CSV}


@pytest.mark.parametrize(
    ("member", "expected"),
    [
        ("2m Sales Records.csv", "2m-Sales-Records.csv"),
        ("2021/q1/sales.csv", "sales.csv"),
        ("SALES.CSV", "SALES.CSV"),
        ("_sales.csv", "sales.csv"),
        ("a:b?c#d*é (1).csv", "a-b-c-d-é-(1).csv"),
        ("_.csv", "data.csv"),
    ],
)
def test_object_names(member, expected):
    assert extract.object_name(member) == expected


@given(st.text(max_size=30))
def test_object_names_are_flat_and_visible_to_every_engine(stem):
    name = extract.object_name(stem + ".csv")
    assert name.endswith(".csv")
    assert name[0] not in "._"
    assert not set(name) & set(" /\\:*?#%\n\t")


def test_what_is_no_data_is_skipped_and_named(capsys):
    members = [("a/", b""), ("a/x.csv", CSV), ("readme.txt", b"x"), ("__MACOSX/a/x.csv", b"x"), (".DS_Store", b"x")]
    assert unpacked(zip_of(*members)) == {"x.csv": CSV}
    assert capsys.readouterr().out.splitlines() == [
        "skipped 'a/': a folder",
        "skipped 'readme.txt': no .csv file",
        "skipped '__MACOSX/a/x.csv': hidden, or macOS's own",
        "skipped '.DS_Store': hidden, or macOS's own",
    ]


def test_a_bom_and_a_blank_line_before_the_header_are_still_csv():
    content = b"\xef\xbb\xbf\r\n" + CSV
    assert unpacked(content, "x.csv") == {"x.csv": content}


def test_the_log_says_bytes_seconds_and_files(web, raw, capsys):
    packed = zip_of(("a.csv", CSV))
    url = web.serve("/a.zip", Page(packed))
    run(url, raw)
    lines = [line.split(" in 0.")[0].split("; all took")[0] for line in capsys.readouterr().out.splitlines()]
    assert lines == [
        f"downloaded {len(packed)} bytes from {url}",
        "unpacked a.csv: 28 bytes",
        "removed 2 objects of earlier runs, such as 'sales/2019/old.csv'",
        f"files stored in s3://{raw}/sales/: 1, with 28 bytes",
    ]


# --- the web ---------------------------------------------------------------------------------------------------------


def test_the_job_looks_like_a_browser(web, raw):
    run(web.serve("/a.zip", Page(zip_of(("a.csv", CSV)))), raw)
    assert web.sent("User-Agent")[0].startswith("Mozilla/5.0 (")


def test_a_dropped_download_goes_on_where_it_broke_off(web, s3, raw, pauses):
    body = zip_of(("a.csv", LARGE_CSV))
    run(web.serve("/a.zip", Page(body, cut=2 * MIB), Page(body, cut=MIB // 2), Page(body)), raw)
    assert web.sent("Range") == [None, f"bytes={2 * MIB}-", f"bytes={2 * MIB + MIB // 2}-"]
    assert web.sent("If-Range") == [None, '"v1"', '"v1"']
    assert table(s3, raw) == {"sales/a.csv": LARGE_CSV}
    assert pauses == [2, 2]  # each attempt brought new bytes


def test_a_server_that_ignores_ranges_gives_the_whole_file_again(web, s3, raw):
    body = zip_of(("a.csv", LARGE_CSV))
    run(web.serve("/a.zip", Page(body, cut=2 * MIB, ranges=False), Page(body, ranges=False)), raw)
    assert table(s3, raw) == {"sales/a.csv": LARGE_CSV}


@pytest.mark.parametrize(
    ("etag", "modified", "if_range"),
    [
        ('W/"v1"', "Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT"),
        (None, "Wed, 21 Oct 2026 07:28:00 GMT", "Wed, 21 Oct 2026 07:28:00 GMT"),
        (None, None, None),
        ('W/"v1"', None, None),
    ],
)
def test_only_a_version_that_is_sure_is_resumed(web, s3, raw, *, etag, modified, if_range):
    page = Page(LARGE_CSV, etag=etag, modified=modified)
    cut = Page(LARGE_CSV, etag=etag, modified=modified, cut=MIB)
    run(web.serve("/a.csv", cut, page), raw)
    assert web.sent("If-Range") == [None, if_range]
    assert table(s3, raw) == {"sales/a.csv": LARGE_CSV}


@pytest.mark.parametrize("careless", [False, True], ids=["server compares If-Range", "server ignores If-Range"])
def test_a_file_that_changed_meanwhile_is_fetched_anew(web, s3, raw, careless):
    new = LARGE_CSV[::-1] + b",\n"
    run(web.serve("/a.csv", Page(LARGE_CSV, cut=MIB), Page(new, etag='"v2"', careless=careless)), raw)
    assert table(s3, raw) == {"sales/a.csv": new}


def test_a_range_that_no_longer_exists_starts_again(web, s3, raw):
    run(web.serve("/a.csv", Page(LARGE_CSV, cut=MIB), Page(status=416), Page(CSV, etag='"v2"')), raw)
    assert table(s3, raw) == {"sales/a.csv": CSV}


def test_a_file_without_a_size_is_taken(web, s3, raw):
    run(web.serve("/a.zip", Page(zip_of(("a.csv", CSV)), sized=False)), raw)
    assert table(s3, raw) == {"sales/a.csv": CSV}


@pytest.mark.parametrize("status", [500, 503, 408, 429])
def test_a_passing_error_is_tried_again(web, s3, raw, pauses, status):
    run(web.serve("/a.zip", Page(status=status), Page(zip_of(("a.csv", CSV)))), raw)
    assert table(s3, raw) == {"sales/a.csv": CSV}
    assert pauses == [2]


def test_a_server_that_hangs_is_tried_again(web, s3, raw, monkeypatch):
    monkeypatch.setattr(extract, "TIMEOUT_SECONDS", 0.2)
    run(web.serve("/a.csv", Page(CSV, stall=1), Page(CSV)), raw)
    assert table(s3, raw) == {"sales/a.csv": CSV}


def test_an_error_that_stays_is_given_up_after_six_attempts(web, raw, pauses):
    url = web.serve("/a.zip", Page(status=503))
    assert refusal(url, raw) == (
        f"{url} could not be read whole; seen: HTTP 503 Service Unavailable; "
        "next: run again later; if this stays so, the source is cut short or out of reach"
    )
    assert pauses == [2, 4, 8, 16, 32]
    assert len(web.requests) == 6


@pytest.mark.parametrize(("status", "text"), [(404, "Not Found"), (403, "Forbidden"), (410, "Gone")])
def test_an_error_of_ours_is_not_tried_again(web, s3, raw, status, text):
    url = web.serve("/a.zip", Page(status=status))
    assert refusal(url, raw) == (
        f"{url} was not given; seen: HTTP {status} {text}; "
        "next: check that the address is right, valid, and open to this job"
    )
    assert len(web.requests) == 1
    assert table(s3, raw) == OLD


@pytest.mark.parametrize("ranges", [True, False])
def test_a_download_that_stays_short_is_refused(web, s3, raw, ranges):
    url = web.serve("/a.csv", Page(CSV, claims=100, ranges=False), Page(CSV, claims=100, ranges=ranges))
    assert refusal(url, raw).startswith(f"{url} could not be read whole; seen: ")
    assert table(s3, raw) == OLD


def test_nobody_listens(raw):
    assert "seen: ConnectionRefusedError: " in refusal("http://127.0.0.1:1/a.zip", raw)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_redirects_are_followed(web, s3, raw, status):
    web.serve("/a.zip", Page(zip_of(("a.csv", CSV))))
    run(web.serve("/old", Page(status=status, location="/a.zip")), raw)
    assert table(s3, raw) == {"sales/a.csv": CSV}


@pytest.mark.parametrize("location", ["file:///etc/passwd", "ftp://127.0.0.1/x?secret", "data:text/plain,a", "/old"])
def test_redirects_out_of_the_web_or_in_circles_are_refused(web, raw, location):
    url = web.serve("/old", Page(status=302, location=location))
    assert refusal(url, raw) == (
        f"{url} redirects in circles or to something less safe; seen: HTTP 302 Found; next: give the final address"
    )


def test_a_redirect_from_https_to_http_is_refused():
    request = urllib.request.Request("https://example.com/a")
    with pytest.raises(urllib.error.HTTPError):
        extract.CarefulRedirects().redirect_request(
            request, io.BytesIO(), 302, "Found", Message(), "http://example.com/a"
        )


# --- secrets ---------------------------------------------------------------------------------------------------------


def with_login(url: str) -> str:
    return url.replace("http://", "http://maria:pa%40ss-SECRET@") + "?X-Amz-Signature=SECRET&b=1#SECRET"


def test_login_and_query_reach_the_server(web, raw):
    url = with_login(web.serve("/a%20b.zip", Page(zip_of(("a.csv", CSV)))))
    run(url.replace("%20", " ").replace("&b=1", "&b=1 é%25"), raw)
    assert web.requests[0][0] == "/a%20b.zip?X-Amz-Signature=SECRET&b=1%20%C3%A9%25"
    assert web.sent("Authorization") == ["Basic bWFyaWE6cGFAc3MtU0VDUkVU"]  # maria:pa@ss-SECRET


def test_a_redirect_does_not_carry_the_login_on(web, raw):
    web.serve("/a.csv", Page(CSV))
    run(with_login(web.serve("/old", Page(status=302, location="/a.csv"))), raw)
    assert web.sent("Authorization") == ["Basic bWFyaWE6cGFAc3MtU0VDUkVU", None]


@pytest.mark.parametrize(
    "pages",
    [
        pytest.param([Page(zip_of(("a.csv", CSV)))], id="success"),
        pytest.param([Page(CSV, cut=5), Page(status=503), Page(CSV)], id="retries"),
        pytest.param([Page(status=404)], id="404"),
        pytest.param([Page(status=503)], id="503"),
        pytest.param([Page(status=302, location="ftp://u:SECRET@x/SECRET")], id="redirect"),
        pytest.param([Page(status=302, location="gopher://u:SECRET@x/SECRET")], id="other redirect"),
        pytest.param([Page(b"<html>", content_type="text/html")], id="HTML"),
        pytest.param([Page(b"PK\x03\x04")], id="broken"),
    ],
)
def test_neither_log_nor_failure_shows_login_or_query(web, raw, pages, capsys):
    url = with_login(web.serve("/a.zip", *pages))
    try:
        run(url, raw)
        failure = ""
    except RefusedError as error:
        failure = f"{error} {error.__cause__} {'' if error.__suppress_context__ else error.__context__}"
    assert "SECRET" not in capsys.readouterr().out + failure


@pytest.mark.parametrize(
    "url",
    [
        "http://u:SECRET@127.0.0.1:x/a",
        "ftp://u:SECRET@h/a",
        "u:SECRET@h/a",
        "http://[SECRET/a",
        "SECRET:x@h/a",
        "http://..SECRET@../a",
    ],
)
def test_a_bad_address_does_not_show_its_secrets(raw, url):
    assert "SECRET" not in refusal(url, raw)


# --- S3 as the source ------------------------------------------------------------------------------------------------


@pytest.fixture
def source_bucket(s3):
    bucket = f"source-{uuid.uuid4().hex}"
    s3.create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-1"})
    return bucket


def test_an_s3_source(s3, raw, source_bucket):
    s3.put_object(Bucket=source_bucket, Key="samples/my sales?.zip", Body=zip_of(("a.csv", CSV)))
    run(f"s3://{source_bucket}/samples/my sales?.zip", raw)
    assert table(s3, raw) == {"sales/a.csv": CSV}


def test_a_dropped_s3_download_goes_on_where_it_broke_off(aws, s3, raw, source_bucket, *, monkeypatch, capsys):
    s3.put_object(Bucket=source_bucket, Key="a.csv", Body=LARGE_CSV)
    with breaking_connection(aws, 2 * MIB + MIB // 2, on_cut=print) as way:
        monkeypatch.setenv("AWS_ENDPOINT_URL", way.address)
        run(f"s3://{source_bucket}/a.csv", raw)
    assert table(s3, raw) == {"sales/a.csv": LARGE_CSV}
    broke_off = re.search(r"download broke off at ([\d,]+) bytes", capsys.readouterr().out)[1].replace(",", "")
    assert int(broke_off) > 2 * MIB
    assert way.ranges == [f"bytes={broke_off}-"]


def test_an_s3_object_that_changed_meanwhile_is_fetched_anew(aws, s3, raw, source_bucket, monkeypatch):
    s3.put_object(Bucket=source_bucket, Key="a.csv", Body=LARGE_CSV)
    new = LARGE_CSV[::-1] + b",\n"

    def change():
        s3.put_object(Bucket=source_bucket, Key="a.csv", Body=new)

    with breaking_connection(aws, 2 * MIB, on_cut=change) as way:
        monkeypatch.setenv("AWS_ENDPOINT_URL", way.address)
        run(f"s3://{source_bucket}/a.csv", raw)
    assert table(s3, raw) == {"sales/a.csv": new}


def test_an_absent_s3_object_is_refused(raw, source_bucket):
    assert refusal(f"s3://{source_bucket}/none.zip", raw) == (
        f"s3://{source_bucket}/none.zip was not given; seen: An error occurred (NoSuchKey) when calling the GetObject "
        "operation: The specified key does not exist.; next: check that the address is right, valid, and open to "
        "this job"
    )


# --- what is refused -------------------------------------------------------------------------------------------------


def linked(name: str, mode: int) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.external_attr = mode << 16
    return info


GOOD = zip_of(("sales.csv", CSV * 100))
ENCRYPTED = patched(GOOD, "sales.csv", 8, b"\x01\x00")
UNSAFE = "next: do not use this archive before you know who made it"
NOT_CSV = "next: give a zip, a gz or a plain CSV, in UTF-8 or the like"
BROKEN = "next: run again; if this stays so, ask the publisher for a new one"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        pytest.param(
            b"\n<!DOCTYPE html><html><head><title>Just a moment...</title>",
            f"the source is no CSV data; seen: HTML or XML titled 'Just a moment...'; {NOT_CSV}",
            id="HTML",
        ),
        pytest.param(
            b"<?xml version='1.0'?><Error/>", f"the source is no CSV data; seen: HTML or XML; {NOT_CSV}", id="XML"
        ),
        pytest.param(b"", f"the source is no CSV data; seen: an empty file; {NOT_CSV}", id="nothing"),
        pytest.param(b" \r\n", f"the source is no CSV data; seen: an empty file; {NOT_CSV}", id="blanks"),
        pytest.param(
            b'{"a": 1, "b": 2}', f'the source is no CSV data; seen: b\'{{"a": 1, "b": 2}}\'; {NOT_CSV}', id="JSON"
        ),
        pytest.param(b"busy\n", f"the source is no CSV data; seen: b'busy\\n'; {NOT_CSV}", id="text"),
        pytest.param(
            b"7z\xbc\xaf\x27\x1c\x00\x04,",
            f'the source is no CSV data; seen: b"7z\\xbc\\xaf\'\\x1c\\x00\\x04,"; {NOT_CSV}',
            id="7z",
        ),
        pytest.param(
            "a,b\n".encode("utf-16"),
            f"the source is no CSV data; seen: b'\\xff\\xfea\\x00,\\x00b\\x00\\n\\x00'; {NOT_CSV}",
            id="UTF-16",
        ),
        pytest.param(
            GOOD[:-40], f"the zip is broken; seen: File is not a zip file; {BROKEN}", id="zip without its end"
        ),
        pytest.param(
            patched(GOOD, "sales.csv", 16, b"\0\0\0\0"),
            f"sales.csv is broken; seen: Bad CRC-32 for file 'sales.csv'; {BROKEN}",
            id="zip with a bad CRC",
        ),
        pytest.param(
            patched(GOOD, "sales.csv", 24, (5000).to_bytes(4, "little")),
            f"sales.csv is broken; seen: 2,800 bytes where the zip claims 5,000; {BROKEN}",
            id="zip that claims more than there is",
        ),
        pytest.param(
            patched(GOOD, "sales.csv", 24, (99).to_bytes(4, "little")),
            f"sales.csv is broken; seen: Bad CRC-32 for file 'sales.csv'; {BROKEN}",
            id="zip that claims less than there is",
        ),
        pytest.param(
            gzip.compress(LARGE_CSV)[:-9],
            f"x.csv is broken; seen: Compressed file ended before the end-of-stream marker was reached; {BROKEN}",
            id="gz cut short",
        ),
        pytest.param(
            gzip.compress(CSV) + b"junk",
            f"x.csv is broken; seen: Not a gzipped file (b'ju'); {BROKEN}",
            id="gz with junk",
        ),
        pytest.param(
            ENCRYPTED, "the zip is encrypted; seen: 'sales.csv'; next: publish it without a password", id="encrypted"
        ),
        *(
            pytest.param(
                zip_of(("a.csv", CSV), (path, CSV)),
                f"a path in the zip leads out of its folder; seen: {path!r}; {UNSAFE}",
                id=f"path {path}",
            )
            for path in ("../x.csv", "a/../../x.csv", "a/..", "/x.csv", "C:/x.csv", "c:x.csv", "a\\x.csv", "..\\x.txt")
        ),
        *(
            pytest.param(
                zip_of(("a.csv", CSV), (linked("x.csv", mode), b"/etc/passwd")),
                f"a member of the zip is a link or a device; seen: 'x.csv'; {UNSAFE}",
                id=name,
            )
            for name, mode in (("symlink", stat.S_IFLNK | 0o777), ("device", stat.S_IFBLK | 0o600))
        ),
        pytest.param(
            zip_of(("readme.txt", b"x"), ("a/", b"")),
            "no CSV file in the zip; seen: ['readme.txt', 'a/']; next: publish at least one .csv file in it",
            id="no CSV",
        ),
        pytest.param(
            zip_of(), "no CSV file in the zip; seen: []; next: publish at least one .csv file in it", id="empty zip"
        ),
        pytest.param(
            zip_of(("a.csv", CSV), ("b.csv", b"")),
            f"b.csv is no CSV data; seen: an empty file; {NOT_CSV}",
            id="empty CSV",
        ),
        pytest.param(
            zip_of(("a.csv", b"<html>")), f"a.csv is no CSV data; seen: HTML or XML; {NOT_CSV}", id="HTML inside"
        ),
        pytest.param(
            zip_of(("a.csv", GOOD)),
            "a.csv is no CSV data; seen: an archive in the archive; next: publish the CSV file itself",
            id="zip in a zip",
        ),
        pytest.param(
            zip_of(("2020/a b.csv", CSV), ("2021/a-b.csv", CSV)),
            "two files would become a-b.csv; seen: '2021/a-b.csv'; "
            "next: publish them under different names: folders are not kept",
            id="same names",
        ),
        pytest.param(
            zip_of(("a.csv", CSV), method=zipfile.ZIP_BZIP2),
            "the zip's compression is not supported; seen: method 12 for 'a.csv'; next: pack it with plain deflate",
            id="bzip2",
        ),
    ],
)
def test_refused_with_one_clear_line_and_the_old_data_stay(web, s3, raw, body, message):
    assert refusal(web.serve("/x", Page(body)), raw) == message
    assert table(s3, raw) == OLD
    assert s3.list_multipart_uploads(Bucket=raw).get("Uploads", []) == []


def test_a_page_that_is_html_by_its_content_type_only_is_refused(web, raw):
    url = web.serve("/a.zip", Page(b"Sorry, not today", content_type="Text/HTML; charset=utf-8"))
    assert refusal(url, raw) == f"the source is no CSV data; seen: HTML or XML; {NOT_CSV}"


def test_a_zip_that_its_server_calls_html_is_taken(web, s3, raw):
    run(web.serve("/a.zip", Page(zip_of(("a.csv", CSV)), content_type="text/html")), raw)
    assert table(s3, raw) == {"sales/a.csv": CSV}


@settings(max_examples=300, deadline=None)
@given(st.integers(0, len(GOOD) - 1), st.integers(1, 255))
def test_a_zip_with_any_byte_wrong_is_refused_or_harmless(position, change):
    damaged = bytearray(GOOD)
    damaged[position] ^= change
    with contextlib.suppress(RefusedError):
        assert list(unpacked(bytes(damaged)).values()) == [CSV * 100]


@pytest.mark.parametrize("kind", [GOOD, gzip.compress(CSV * 100)], ids=["zip", "gz"])
def test_an_archive_cut_anywhere_is_refused(kind):
    for length in range(len(kind)):
        with pytest.raises(RefusedError):
            unpacked(kind[:length])


@pytest.mark.parametrize(
    ("source", "message"),
    [
        ("file:///etc/passwd", "--source_url names no file; seen: file://..."),
        ("ftp://host/a.zip", "--source_url names no file; seen: ftp://..."),
        ("/home/a.zip", "--source_url names no file; seen: no ://"),
        ("", "--source_url names no file; seen: no ://"),
        ("https:///a.zip", "--source_url names no file; seen: https://..."),
        ("s3://bucket", "--source_url names no file; seen: s3://..."),
        ("s3://bucket/folder/", "--source_url names no file; seen: s3://..."),
    ],
)
def test_other_sources_are_refused(raw, source, message):
    assert refusal(source, raw) == f"{message}; next: give https://host/file, http://host/file or s3://bucket/key"


@pytest.mark.parametrize("target", ["s3://bucket", "s3://bucket/", "s3://bucket//", "bucket/sales/", "/home/x", ""])
def test_a_target_that_is_no_folder_in_a_bucket_is_refused(target):
    with pytest.raises(RefusedError) as caught:
        extract.run("https://host/a.zip", target, "1", "1")
    assert str(caught.value) == (
        f"--target_path is no folder in a bucket; seen: {target!r}; "
        "next: give s3://bucket/folder/; everything else in that folder is removed"
    )


@pytest.mark.parametrize("target", ["s3://b/sales", "s3://b/sales/", " s3://b/sales// "])
def test_a_target_always_ends_in_one_slash(target):
    assert extract.target_folder(target.strip(), "https://x") == ("b", "sales/")


def test_a_source_in_the_folder_that_is_replaced_is_refused(raw):
    message = refusal(f"s3://{raw}/sales/old.csv", raw)
    assert message.startswith(f"--source_url lies under --target_path; seen: s3://{raw}/sales/old.csv; ")


@pytest.mark.parametrize("option", ["max_total_bytes", "max_ratio"])
@pytest.mark.parametrize("value", ["", "0", "-1", "1.5", "many", "1e9"])
def test_a_limit_that_is_no_number_is_refused(raw, option, value):
    assert refusal("https://host/a.zip", raw, **{option: value}) == (
        f"--{option} is no limit; seen: {value!r}; next: give a whole number of 1 or more"
    )


# --- bombs -----------------------------------------------------------------------------------------------------------


def test_what_a_zip_admits_to_is_refused_before_it_is_unpacked(web, raw, capsys):
    url = web.serve("/a.zip", Page(zip_of(("a.csv", CSV * 1000), ("b.csv", CSV * 1000))))
    assert refusal(url, raw, max_total_bytes="50000", max_ratio="1000000") == (
        f"what {len(zip_of(('a.csv', CSV * 1000), ('b.csv', CSV * 1000)))} bytes unpack to is too large; "
        "seen: 56,000 bytes or more where --max_total_bytes allows 50,000; "
        "next: raise --max_total_bytes if you trust the source"
    )
    assert "unpacked" not in capsys.readouterr().out


def test_the_total_is_counted_over_real_bytes(web, s3, raw):
    url = web.serve("/a.gz", Page(gzip.compress(CSV * 1_000_000)))  # 28 MB, which a gz does not say
    assert "where --max_total_bytes allows 5,000,000" in refusal(url, raw, max_total_bytes="5000000", max_ratio="9999")
    assert table(s3, raw) == OLD


def test_the_ratio_is_counted_over_real_bytes(web, s3, raw):
    packed = gzip.compress(CSV * 1_000_000)
    message = refusal(web.serve("/a.gz", Page(packed)), raw, max_ratio="20")
    assert f"where --max_ratio allows {20 * len(packed):,}; next: raise --max_ratio if you trust the source" in message
    assert f"seen: {MIB * -(-20 * len(packed) // MIB):,} bytes or more" in message  # stopped at the next MiB
    assert table(s3, raw) == OLD


def test_members_that_share_their_bytes_count_each_time():
    packed = zip_of(("a.csv", CSV * 1000))
    budget = extract.Budget("it", (len(packed) * 30, "--max_ratio"))
    with tempfile.TemporaryFile() as archive:
        archive.write(packed)
        archive.flush()
        member = extract.find_members(archive, "")[0]
        for _ in range(budget.allowed // len(CSV * 1000)):
            list(extract.unpack(member, budget))
        with pytest.raises(RefusedError, match="where --max_ratio allows"):
            list(extract.unpack(member, budget))


@pytest.mark.parametrize(
    ("sized", "seen"), [(True, f"{len(LARGE_CSV):,}"), (False, f"{2 * MIB:,}")], ids=["announced", "counted"]
)
def test_a_download_beyond_the_limit_is_refused(web, s3, raw, *, sized, seen):
    url = web.serve("/a.csv", Page(LARGE_CSV, sized=sized))
    assert refusal(url, raw, max_total_bytes="2000000") == (
        f"the source is too large; seen: {seen} bytes or more where --max_total_bytes allows 2,000,000; "
        "next: raise --max_total_bytes if you trust the source"
    )
    assert table(s3, raw) == OLD


def test_a_download_beyond_the_disk_is_refused(web, raw, monkeypatch):
    monkeypatch.setattr(extract.shutil, "disk_usage", lambda _: SimpleNamespace(free=10))
    url = web.serve("/a.csv", Page(CSV))
    assert "seen: 28 bytes or more where the free disk allows 10;" in refusal(url, raw)


def test_a_table_of_contents_beyond_memory_is_refused(monkeypatch):
    monkeypatch.setattr(extract, "CONTENTS_BYTES", 1000)
    with pytest.raises(RefusedError, match=r"too many files in the zip; seen: 1,0\d\d bytes of names"):
        unpacked(zip_of(*((f"{number:03}.csv", CSV) for number in range(20))))


# --- all or nothing --------------------------------------------------------------------------------------------------


def user_with(policy: list[dict], monkeypatch) -> None:
    """Go on as a user who may do just that."""
    iam, name = boto3.client("iam"), f"u-{uuid.uuid4().hex}"
    iam.create_user(UserName=name)
    document = json.dumps({"Version": "2012-10-17", "Statement": policy})
    iam.put_user_policy(UserName=name, PolicyName="p", PolicyDocument=document)
    key = iam.create_access_key(UserName=name)["AccessKey"]
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", key["AccessKeyId"])
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", key["SecretAccessKey"])
    monkeypatch.setattr(boto3, "DEFAULT_SESSION", None)


def needed(raw: str, source_bucket: str) -> list[dict]:
    """The least that the job's role must be allowed."""
    objects = ["s3:PutObject", "s3:AbortMultipartUpload", "s3:DeleteObject"]
    folder = {"StringEquals": {"s3:prefix": "sales/"}}
    return [
        {"Effect": "Allow", "Action": "s3:GetObject", "Resource": f"arn:aws:s3:::{source_bucket}/a.zip"},
        {"Effect": "Allow", "Action": objects, "Resource": f"arn:aws:s3:::{raw}/sales/*"},
        {"Effect": "Allow", "Action": "s3:ListBucket", "Resource": f"arn:aws:s3:::{raw}", "Condition": folder},
    ]


@pytest.fixture
def two_files(s3, source_bucket):
    s3.put_object(Bucket=source_bucket, Key="a.zip", Body=zip_of(("a.csv", CSV), ("b.csv", CSV)))
    return f"s3://{source_bucket}/a.zip"


def test_four_s3_actions_and_the_source_are_all_it_needs(s3, raw, source_bucket, two_files, monkeypatch):
    user_with(needed(raw, source_bucket), monkeypatch)
    run(two_files, raw)
    assert table(s3, raw) == {"sales/a.csv": CSV, "sales/b.csv": CSV}


@pytest.mark.parametrize("action", ["s3:GetObject", "s3:PutObject", "s3:DeleteObject", "s3:ListBucket"])
def test_without_one_of_them_the_failure_names_it(raw, source_bucket, two_files, monkeypatch, action):
    deny = {"Effect": "Deny", "Action": action, "Resource": "*"}
    user_with([*needed(raw, source_bucket), deny], monkeypatch)
    with pytest.raises((ClientError, RefusedError), match=rf"AccessDenied.*{action}"):
        run(two_files, raw)


def test_a_failing_upload_of_the_second_file_leaves_the_folder_as_it_was(
    s3, raw, source_bucket, two_files, monkeypatch
):
    deny = {"Effect": "Deny", "Action": "s3:PutObject", "Resource": f"arn:aws:s3:::{raw}/sales/b.csv"}
    user_with([*needed(raw, source_bucket), deny], monkeypatch)
    with pytest.raises(ClientError, match="AccessDenied"):
        run(two_files, raw)
    assert table(s3, raw) == OLD
    assert s3.list_multipart_uploads(Bucket=raw).get("Uploads", []) == []


def test_a_failing_abort_does_not_hide_the_failure(s3, raw, source_bucket, monkeypatch, capsys):
    s3.put_object(Bucket=source_bucket, Key="a.zip", Body=zip_of(("a.csv", CSV), ("b.csv", b"")))
    deny = {"Effect": "Deny", "Action": "s3:AbortMultipartUpload", "Resource": "*"}
    user_with([*needed(raw, source_bucket), deny], monkeypatch)
    assert refusal(f"s3://{source_bucket}/a.zip", raw).startswith("b.csv is no CSV data; seen: an empty file;")
    assert "the unfinished upload of sales/a.csv could not be dropped: " in capsys.readouterr().out


def test_an_old_file_that_s3_will_not_delete_fails_the_job():
    # S3 answers 200 and lists such keys; the emulator refuses the whole call instead.
    client = boto3.client("s3")
    error = {"Key": "sales/old.csv", "Code": "AccessDenied", "Message": "Access Denied"}
    with Stubber(client) as stub:
        stub.add_response("list_objects_v2", {"Contents": [{"Key": "sales/a.csv"}, {"Key": "sales/old.csv"}]})
        old = {"Objects": [{"Key": "sales/old.csv"}], "Quiet": True}
        stub.add_response("delete_objects", {"Errors": [error]}, {"Bucket": "b", "Delete": old})
        with pytest.raises(RefusedError) as caught:
            extract.delete_others(client, "b", "sales/", {"sales/a.csv"})
    assert str(caught.value) == (
        f"a file of an earlier run could not be removed; seen: {error}; "
        "next: give the job's role s3:DeleteObject there and run again"
    )


def test_nothing_appears_before_the_last_member_is_read(web, s3, raw, monkeypatch):
    seen = []
    real_complete = extract.Upload.complete

    def watching(upload):
        seen.append(sorted(table(s3, raw)))
        real_complete(upload)

    monkeypatch.setattr(extract.Upload, "complete", watching)
    run(web.serve("/a.zip", Page(zip_of(("a.csv", CSV), ("b.csv", CSV)))), raw)
    assert seen == [sorted(OLD), sorted([*OLD, "sales/a.csv"])]


# --- as Glue runs it -------------------------------------------------------------------------------------------------

# Glue's Python shell runs a script by runpy in a process with old libraries. The endpoint is given to each client,
# as a botocore of 2022 does not look at AWS_ENDPOINT_URL.
AS_GLUE = """
import functools, os, resource, runpy, sys
import boto3, botocore
boto3.client = functools.partial(boto3.client, endpoint_url=os.environ["AWS_ENDPOINT_URL"])
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
print("boto3", boto3.__version__, "botocore", botocore.__version__, "peak", peak)
"""


def as_glue(arguments: list[str]) -> subprocess.CompletedProcess[str]:
    assert (OLD_LIBRARIES / "boto3").is_dir(), (
        f"the libraries of Glue's Python shell are not installed; seen: no {OLD_LIBRARIES}; "
        f"next: pip install --target {OLD_LIBRARIES} -r requirements-pythonshell.txt (./pyntw does it)"
    )
    paths = os.pathsep.join([str(OLD_LIBRARIES), str(ROOT / "local_aws" / "runtime")])
    # A shell between: a child's peak memory starts at that of the process that forked it.
    shell = ["/bin/sh", "-c", '"$@"; exit $?', "sh"]
    command = [*shell, sys.executable, "-W", "ignore", "-c", AS_GLUE, str(SCRIPT), *arguments]
    return subprocess.run(
        command, env={**os.environ, "PYTHONPATH": paths}, capture_output=True, text=True, check=False, timeout=120
    )


@pytest.fixture(scope="module")
def large_zip() -> bytes:
    """300 MiB of CSV, which pack to about a fifth."""
    rows = (f"Europe,Malta,{RANDOM.randrange(10**6)},Office Supplies,Online,H\n".encode() for _ in range(10**5))
    block = b"".join(rows)[:MIB]
    packed = io.BytesIO()
    with (
        zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as bundle,
        bundle.open("a.csv", "w") as member,
    ):
        for _ in range(300):
            member.write(block)
    return packed.getvalue()


def test_300_mib_pass_in_less_than_200_mb_of_memory_under_the_libraries_of_glue(web: Web, s3, raw, large_zip):
    url = web.serve("/large.zip", Page(large_zip))
    limits = ["--max_total_bytes", str(10**9), "--max_ratio", "100"]
    glue_adds = ["--job-bookmark-option", "job-bookmark-disable", "--job-language", "python"]
    done = as_glue([*glue_adds, "--source_url", url, "--target_path", f"s3://{raw}/sales/", *limits])
    assert (done.returncode, done.stderr) == (0, "")
    *_, boto3_version, _, botocore_version, _, peak = done.stdout.split()
    assert (boto3_version, botocore_version) == ("1.21.21", "1.24.21")
    assert s3.head_object(Bucket=raw, Key="sales/a.csv")["ContentLength"] == 300 * MIB
    assert int(peak) < 200_000_000


def test_the_old_libraries_resume_an_s3_source_too(aws, s3, raw, source_bucket, monkeypatch):
    s3.put_object(Bucket=source_bucket, Key="a.csv", Body=LARGE_CSV)
    with breaking_connection(aws, 2 * MIB + MIB // 2, on_cut=print) as way:
        monkeypatch.setenv("AWS_ENDPOINT_URL", way.address)
        limits = ["--max_total_bytes", str(10**9), "--max_ratio", "100"]
        done = as_glue(["--source_url", f"s3://{source_bucket}/a.csv", "--target_path", f"s3://{raw}/sales/", *limits])
    assert (done.returncode, done.stderr) == (0, "")
    broke_off = re.search(r"download broke off at ([\d,]+) bytes", done.stdout)[1].replace(",", "")
    assert way.ranges == [f"bytes={broke_off}-"]
    assert table(s3, raw) == {"sales/a.csv": LARGE_CSV}


def test_a_refusal_is_the_last_line_of_the_failure(raw):
    limits = ["--max_total_bytes", "1", "--max_ratio", "1"]
    done = as_glue(["--source_url", "ftp://x/y", "--target_path", f"s3://{raw}/sales/", *limits])
    assert done.returncode == 1
    assert done.stderr.splitlines()[-1].endswith(
        "RefusedError: --source_url names no file; seen: ftp://...; "
        "next: give https://host/file, http://host/file or s3://bucket/key"
    )


def test_a_missing_option_fails_with_its_name(raw):
    done = as_glue(["--source_url", "https://x/y", "--target_path", f"s3://{raw}/sales/", "--max_ratio", "1"])
    assert done.returncode == 1
    assert "the following arguments are required: --max_total_bytes" in done.stderr


def test_the_script_is_python_3_9():
    ast.parse(SCRIPT.read_text(encoding="utf-8"), feature_version=(3, 9))


def test_the_script_uses_nothing_newer_than_python_3_9():
    command = [str(Path(sys.executable).parent / "vermin"), "-t=3.9-", "--no-tips", str(SCRIPT)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_the_script_needs_only_the_standard_library_and_boto3():
    tree = ast.parse(SCRIPT.read_text(encoding="utf-8"))
    imported = {alias.name for node in ast.walk(tree) if isinstance(node, ast.Import) for alias in node.names}
    imported |= {node.module for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)}
    foreign = {name.partition(".")[0] for name in imported} - set(sys.stdlib_module_names)
    kept = {"lakejobs", "sales_schema"}  # imported with --catalog_database only, whose job gets them
    assert foreign - kept == {"boto3", "botocore", "urllib3", "awsglue"}
