"""Bytes that are no HTTP, or too much of it, on a raw socket."""

import contextlib
import random
import socket
import time
from urllib.parse import urlsplit

import pytest

from tests.local_aws.aws_server import LocalAws

ANSWER_S = 5.0
GOOD = b"GET /_ministack/health HTTP/1.1\r\nHost: localhost\r\n\r\n"
HOST = b"Host: localhost\r\n"

CASES = {
    "no host": b"GET / HTTP/1.1\r\n\r\n",
    "no version": b"GET /\r\n\r\n",
    "http 0.9": b"GET /\n",
    "http 2 preface": b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n",
    "http 9": b"GET / HTTP/9.9\r\n" + HOST + b"\r\n",
    "not http": b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03" + bytes(200),
    "zeros": bytes(10_000),
    "a long path": b"GET /" + b"a" * 1_000_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "a long query": b"GET /?" + b"a" * 1_000_000 + b" HTTP/1.1\r\n" + HOST + b"\r\n",
    "a header of 1 MB": b"GET / HTTP/1.1\r\n" + HOST + b"X: " + b"a" * 1_000_000 + b"\r\n\r\n",
    "10,000 headers": b"GET / HTTP/1.1\r\n" + HOST + b"X: y\r\n" * 10_000 + b"\r\n",
    "a header without end": b"GET / HTTP/1.1\r\n" + b"X" * 100_000,
    "a nul in the path": b"GET /a\0b HTTP/1.1\r\n" + HOST + b"\r\n",
    "a nul in a header": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\0b\r\n\r\n",
    "a header of latin-1": b"GET / HTTP/1.1\r\n" + HOST + b"X: \xe9\xff\r\n\r\n",
    "a header without a name": b"GET / HTTP/1.1\r\n" + HOST + b": x\r\n\r\n",
    "a header without a colon": b"GET / HTTP/1.1\r\n" + HOST + b"nonsense\r\n\r\n",
    "a folded header": b"GET / HTTP/1.1\r\n" + HOST + b"X: a\r\n b\r\n\r\n",
    "two hosts": b"GET / HTTP/1.1\r\n" + HOST + b"Host: other\r\n\r\n",
    "a host that is none": b"GET / HTTP/1.1\r\nHost: \xff/:;@ [\r\n\r\n",
    "a path of bytes": b"GET /\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n",
    "a query of bytes": b"GET /?a=\xff\xfe HTTP/1.1\r\n" + HOST + b"\r\n",
    "a path with %": b"GET /%zz%ff%00%2e%2e/% HTTP/1.1\r\n" + HOST + b"\r\n",
    "an absolute address": b"GET http://other/%ff HTTP/1.1\r\n" + HOST + b"\r\n",
    "a method of its own": b"\x01\x02 / HTTP/1.1\r\n" + HOST + b"\r\n",
    "connect": b"CONNECT other:443 HTTP/1.1\r\n" + HOST + b"\r\n",
    "negative length": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: -5\r\n\r\nabcde",
    "a length that is text": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: x\r\n\r\n",
    "a huge length": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 99999999999999999999999\r\n\r\nabc",
    "two lengths": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
    "length and chunks": b"POST / HTTP/1.1\r\n"
    + HOST
    + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
    "bad chunks": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\nabc\r\n",
    "a huge chunk": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\nabc",
    "a negative chunk": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: chunked\r\n\r\n-1\r\nabc\r\n0\r\n\r\n",
    "a coding of its own": b"POST / HTTP/1.1\r\n" + HOST + b"Transfer-Encoding: nonsense\r\n\r\nabc",
    "half a request": b"POST / HTTP/1.1\r\n" + HOST + b"Content-Length: 100\r\n\r\nabc",
    "half a head": b"POST / HTT",
    "a pipeline": GOOD * 200,
    "a pipeline of nonsense": (b"GET /%ff?\xff HTTP/1.1\r\n" + HOST + b"\r\n") * 50,
    "a websocket": b"GET /\xff HTTP/1.1\r\n" + HOST + b"Upgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n\r\n\xff\xff\xff\xff",
    "an upgrade to http 2": b"GET / HTTP/1.1\r\n" + HOST + b"Connection: Upgrade, HTTP2-Settings\r\n"
    b"Upgrade: h2c\r\nHTTP2-Settings: nonsense\r\n\r\n",
    "expect": b"POST / HTTP/1.1\r\n" + HOST + b"Expect: nonsense\r\nContent-Length: 0\r\n\r\n",
    "a signature of nothing": b"GET / HTTP/1.1\r\n" + HOST + b"Authorization: AWS4-HMAC-SHA256 Credential=\r\n\r\n",
    "a signature of slashes": b"GET / HTTP/1.1\r\n"
    + HOST
    + b"Authorization: AWS4-HMAC-SHA256 Credential=////, \xff\r\n\r\n",
}


@pytest.mark.parametrize("case", CASES)
def test_a_malformed_request_is_refused_or_its_connection_closed(fuzzed_aws: LocalAws, log_of, case):
    answer = _sent(fuzzed_aws, CASES[case])
    assert not _server_errors(answer), answer[:300]
    assert b" 200" in _sent(fuzzed_aws, GOOD)
    assert "Traceback" not in log_of.read_text()


def test_random_bytes_do_no_harm(fuzzed_aws: LocalAws, log_of):
    chance = random.Random(5)  # noqa: S311 - tests are seeded, not secret
    for _ in range(300):
        sent = bytearray(chance.choice([*CASES.values()])[:4000])
        for _ in range(chance.randrange(1, 6)):
            sent[chance.randrange(len(sent))] = chance.randrange(256)
        answer = _sent(fuzzed_aws, bytes(sent), patience_s=0.05)
        assert not _server_errors(answer), bytes(sent)
    assert b" 200" in _sent(fuzzed_aws, GOOD)
    assert "Traceback" not in log_of.read_text()


def test_many_half_requests_leave_room_for_whole_ones(fuzzed_aws: LocalAws):
    port = urlsplit(fuzzed_aws.endpoint).port
    with contextlib.ExitStack() as stack:
        for _ in range(200):
            half = stack.enter_context(socket.create_connection(("127.0.0.1", port), ANSWER_S))
            half.sendall(CASES["half a request"])
        assert b" 200" in _sent(fuzzed_aws, GOOD)


def _server_errors(answer: bytes) -> list[bytes]:
    """The status lines of 5xx but those of RFC 9112 and 9110: 501 for an unknown transfer coding, 505 for a version."""
    lines = [line for line in answer.split(b"\r\n") if line.startswith(b"HTTP/1.1 5")]
    return [line for line in lines if line[9:12] not in (b"501", b"505")]


def _sent(aws: LocalAws, data: bytes, patience_s: float = 0.5) -> bytes:
    """What came back: until the connection is closed, or nothing came for a while after the last byte."""
    answer, end = b"", time.monotonic() + ANSWER_S
    with socket.create_connection(("127.0.0.1", urlsplit(aws.endpoint).port), ANSWER_S) as connection:
        with contextlib.suppress(OSError):  # it may close before all is sent
            connection.sendall(data.replace(HOST, b"Host: %s\r\n" % urlsplit(aws.endpoint).netloc.encode()))
        with contextlib.suppress(OSError):
            connection.settimeout(ANSWER_S if data is GOOD else patience_s)
            while time.monotonic() < end and (part := connection.recv(65536)):
                answer += part
                connection.settimeout(patience_s)
    return answer
