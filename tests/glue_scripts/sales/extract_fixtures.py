"""Real parts for the tests of extract.py: a web server that misbehaves on demand, S3, and a connection that breaks."""

from __future__ import annotations

import contextlib
import io
import os
import re
import socket
import subprocess
import sys
import threading
import time
import urllib.request
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

READY_SECONDS = 30


@dataclass(frozen=True)
class Page:
    """How the web server answers one request."""

    body: bytes = b""
    status: int = 200
    content_type: str = "application/zip"
    etag: str | None = '"v1"'
    modified: str | None = None
    location: str | None = None
    ranges: bool = True  # honours Range
    careless: bool = False  # honours Range though If-Range names another version
    claims: int | None = None  # Content-Length, when it is not the true one
    sized: bool = True  # sends a Content-Length
    cut: int | None = None  # drops the connection after so many bytes of this answer
    stall: float = 0.0  # seconds before the body


@dataclass
class Web:
    """A web server: what it is to answer, and what it was asked."""

    address: str
    pages: dict[str, list[Page]] = field(default_factory=dict)
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list)

    def serve(self, path: str, *pages: Page) -> str:
        """Answer requests for `path` with these pages in turn, the last one for ever; return the URL."""
        self.pages[path] = list(pages)
        return self.address + path

    def sent(self, name: str) -> list[str | None]:
        """The header `name` of each request."""
        return [headers.get(name) for _, headers in self.requests]


def answer(handler: BaseHTTPRequestHandler, page: Page) -> None:
    """Send a page as it says."""
    start, status = 0, page.status
    asked = handler.headers.get("Range")
    version = handler.headers.get("If-Range")
    if asked and page.ranges and status == 200 and (page.careless or version in {page.etag, page.modified}):
        start = int(asked.removeprefix("bytes=").removesuffix("-"))
        status = 206 if start < len(page.body) else 416
    rest = page.body[start:]
    handler.send_response(status)
    handler.send_header("Content-Type", page.content_type)
    if page.sized:
        handler.send_header("Content-Length", str(len(rest) if page.claims is None else page.claims))
    if status == 206:
        handler.send_header("Content-Range", f"bytes {start}-{len(page.body) - 1}/{len(page.body)}")
    for name, value in (("ETag", page.etag), ("Last-Modified", page.modified), ("Location", page.location)):
        if value is not None:
            handler.send_header(name, value)
    handler.end_headers()
    time.sleep(page.stall)
    handler.wfile.write(rest if page.cut is None else rest[: page.cut])


@contextlib.contextmanager
def web_server() -> Iterator[Web]:
    """Run a web server on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            path = urlsplit(self.path).path
            web.requests.append((self.path, dict(self.headers)))
            pages = web.pages.get(path, [Page(status=404, content_type="text/plain")])
            page = pages.pop(0) if len(pages) > 1 else pages[0]
            with contextlib.suppress(OSError):  # the client may have hung up
                answer(self, page)

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web = Web(f"http://127.0.0.1:{server.server_port}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


@contextlib.contextmanager
def aws_server(folder: Path) -> Iterator[str]:
    """Run an emulated AWS that enforces IAM, its state in `folder`; give its address."""
    port = free_port()
    settings = {
        "AUTH": "true",
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(folder / "s3"),
        "PERSIST_STATE": "0",
        "STATE_DIR": str(folder / "state"),
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "ATHENA_ENGINE": "duckdb",
    }
    command = [sys.executable, "-m", "hypercorn", "ministack.app:app", "--bind", f"127.0.0.1:{port}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, **settings}, stdout=log, stderr=log)
    try:
        wait_until_ready(f"http://127.0.0.1:{port}/_ministack/health", process)
        yield f"http://127.0.0.1:{port}"
    finally:
        process.terminate()
        process.wait(READY_SECONDS)


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    """Return when `url` answers."""
    end = time.monotonic() + READY_SECONDS
    while time.monotonic() < end and process.poll() is None:
        with contextlib.suppress(OSError), urllib.request.urlopen(url, timeout=1):  # noqa: S310 - our own
            return
        time.sleep(0.05)
    raise RuntimeError(f"no answer from {url}; the server's exit code is {process.poll()}")


@dataclass
class Connection:
    """A way to a server that breaks once: its own address, and the ranges that were asked for through it."""

    address: str
    ranges: list[str] = field(default_factory=list)


@contextlib.contextmanager
def breaking_connection(upstream: str, cut_at: int, on_cut: Callable[[], object]) -> Iterator[Connection]:
    """Stand before `upstream`: the first answer that reaches `cut_at` bytes is cut there, the others pass.

    Args:
        upstream: address of the real server.
        cut_at: bytes, headers included.
        on_cut: called before the connection is dropped.
    """
    listener = socket.create_server(("127.0.0.1", 0))
    cut = threading.Event()

    def carry(client: socket.socket) -> None:
        target = urlsplit(upstream)
        with client, socket.create_connection((target.hostname, target.port)) as server:
            threading.Thread(target=quietly, args=(pump, client, server, note), daemon=True).start()
            passed = 0
            while data := server.recv(65536):
                passed += len(data)
                if passed >= cut_at and not cut.is_set():
                    cut.set()
                    on_cut()
                    client.shutdown(socket.SHUT_RDWR)
                    return
                client.sendall(data)

    def note(data: bytes) -> None:
        connection.ranges += re.findall(r"\r\nrange: *(\S+)\r\n", data.decode("latin-1"), re.IGNORECASE)

    def accept() -> None:
        with contextlib.suppress(OSError):
            while True:
                threading.Thread(target=quietly, args=(carry, listener.accept()[0]), daemon=True).start()

    connection = Connection(f"http://127.0.0.1:{listener.getsockname()[1]}")
    threading.Thread(target=accept, daemon=True).start()
    try:
        yield connection
    finally:
        listener.close()


def pump(source: socket.socket, target: socket.socket, note: Callable[[bytes], None]) -> None:
    """Copy one direction of a connection until it ends."""
    while data := source.recv(65536):
        note(data)
        target.sendall(data)
    target.shutdown(socket.SHUT_WR)


def quietly(function: Callable[..., None], *arguments: object) -> None:
    """Call, and forget a connection that went away."""
    with contextlib.suppress(OSError):
        function(*arguments)


def zip_of(*members: tuple[str | zipfile.ZipInfo, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Pack members, given as name (or ZipInfo) and content."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as bundle:
        for member, content in members:
            bundle.writestr(member, content)
    return packed.getvalue()


def patched(packed: bytes, name: str, offset: int, new: bytes) -> bytes:
    """Overwrite bytes of a member's entry in the table of contents: `offset` counts from the entry's start."""
    entry = packed.rindex(b"PK\x01\x02", 0, packed.rindex(name.encode()))
    return packed[: entry + offset] + new + packed[entry + offset + len(new) :]
