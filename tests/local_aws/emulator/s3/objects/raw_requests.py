"""Signed requests of one's own making, for what boto3 does not send."""

import hashlib
import socket
from urllib.parse import urlsplit

from botocore.auth import S3SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.local_aws.aws_server import REGION


class _Auth(S3SigV4Auth):
    """Signs what the header says of the body, whatever the body is."""

    said = ""

    def payload(self, _request: AWSRequest) -> str:
        return self.said


def signed_head(url: str, method: str, headers: dict[str, str]) -> bytes:
    """The head of a request of the root user, signed."""
    request = AWSRequest(method, url, headers={"host": urlsplit(url).netloc, **headers})
    signer = _Auth(Credentials("test", "test"), "s3", REGION)
    signer.said = headers["X-Amz-Content-SHA256"]
    signer.add_auth(request)
    parts = urlsplit(url)
    path = parts.path + (f"?{parts.query}" if parts.query else "")
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    return "\r\n".join([f"{method} {path} HTTP/1.1", *lines, "", ""]).encode()


def sha256(body: bytes) -> dict[str, str]:
    """The header that says what the body is."""
    return {"X-Amz-Content-SHA256": hashlib.sha256(body).hexdigest()}


def connect(url: str) -> socket.socket:
    """A connection to the server."""
    parts = urlsplit(url)
    return socket.create_connection((parts.hostname, parts.port), timeout=60)


def answer(connection: socket.socket) -> bytes:
    """All that comes until the server closes."""
    received = b""
    while piece := connection.recv(1 << 16):
        received += piece
    return received
