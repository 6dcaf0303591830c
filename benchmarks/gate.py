"""What the front gate costs a small request: CPU time of its thread, without the server around it.

    .venv/bin/python -m benchmarks.gate

Prints the median of 20 rounds of 100 requests each, in milliseconds; the bound is 0.2.
"""

import asyncio
import statistics
import sys
import tempfile
import time
from pathlib import Path

from botocore.auth import S3SigV4Auth, SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from benchmarks import machine
from local_aws import emulator

PORT = 4566
GLUE = {"X-Amz-Target": "AWSGlue.GetJobs", "Content-Type": "application/x-amz-json-1.1"}
REQUESTS = {
    "Glue, GetJobs": (SigV4Auth, "glue", "POST", "/", GLUE, b"{}"),
    "S3, GetObject": (S3SigV4Auth, "s3", "GET", "/bucket/a/key?versionId=1", {}, b""),
    "S3, PutObject of 1 KB": (S3SigV4Auth, "s3", "PUT", "/bucket/a/key", {}, b"x" * 1024),
}


def scope_of(signer, service, method, path, headers, body):
    """The scope of a signed request, as the server makes it."""
    request = AWSRequest(method, f"http://127.0.0.1:{PORT}{path}", headers, body)
    signer(Credentials("test", "test"), service, "eu-west-1").add_auth(request)
    lines = {"host": f"127.0.0.1:{PORT}", "user-agent": "Boto3", "accept-encoding": "identity"}
    lines |= {name.lower(): value for name, value in request.prepare().headers.items()}
    raw_path, _, query = path.partition("?")
    return {
        "type": "http",
        "http_version": "1.1",
        "method": method,
        "path": raw_path,
        "raw_path": raw_path.encode(),
        "query_string": query.encode(),
        "headers": [(n.encode(), v if isinstance(v, bytes) else v.encode()) for n, v in lines.items()],
    }


async def measure(gate, scope, body):
    """Milliseconds of CPU a request."""

    async def receive():
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message):
        raise AssertionError(message)

    rounds = []
    for _ in range(21):
        started = time.thread_time()
        for _ in range(100):
            await gate(scope, receive, send)
        rounds.append((time.thread_time() - started) * 10)
    return statistics.median(rounds[1:])


async def main():
    """Print a line for each kind of request."""
    from local_aws.emulator.entrance import Gate

    async def inner(_scope, receive, _send):
        await receive()

    gate = Gate(inner, PORT, emulator.RootKey())
    for name, (*request, body) in REQUESTS.items():
        print(f"{name:24}{await measure(gate, scope_of(*request, body), body):.3f} ms")


if __name__ == "__main__":
    machine.refuse_when_busy(force="--force" in sys.argv[1:])
    with tempfile.TemporaryDirectory() as folder:
        emulator.prepare(Path(folder), PORT)
        asyncio.run(main())
