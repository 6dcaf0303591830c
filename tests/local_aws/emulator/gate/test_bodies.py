"""Bodies within bounds, and which requests upload objects."""

import asyncio

import pytest

from local_aws.emulator.gate import bodies
from local_aws.emulator.gate.arrivals import Arrival, RefusedError
from local_aws.emulator.gate.bodies import Body, GoneError, takes_stream


def receive_of(*messages):
    """ASGI's `receive`: these messages, then nothing for ever."""
    left = list(messages)

    async def receive():
        if not left:
            await asyncio.sleep(3600)
        return left.pop(0)

    return receive


def piece(data, *, more=True):
    return {"type": "http.request", "body": data, "more_body": more}


def test_a_body_is_put_together_and_replayed():
    async def work():
        body = Body(receive_of(piece(b"a"), piece(b"b"), piece(b"", more=False), {"type": "http.disconnect"}))
        content = await body.read()
        again = body.replayed(content)
        return content, await again(), await again()

    assert asyncio.run(work()) == (b"ab", piece(b"ab", more=False), {"type": "http.disconnect"})


def test_a_client_that_falls_silent_is_given_up(monkeypatch):
    monkeypatch.setattr(bodies, "IDLE_S", 0.05)
    with pytest.raises(RefusedError) as caught:
        asyncio.run(Body(receive_of(piece(b"a"))).read())
    assert (caught.value.status, caught.value.code) == (400, "RequestTimeout")


def test_a_whole_body_waits_for_its_client_as_long_as_it_likes(monkeypatch):
    monkeypatch.setattr(bodies, "IDLE_S", 0.05)

    async def work():
        body = Body(receive_of(piece(b"a", more=False)))
        await body.read()
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(body.receive(), 0.3)

    asyncio.run(work())


def test_a_body_over_the_limit_is_refused_when_it_passes_it():
    with pytest.raises(RefusedError) as caught:
        asyncio.run(Body(receive_of(piece(b"abc"), piece(b"def"))).read(limit=5))
    assert (caught.value.status, caught.value.code) == (413, "RequestEntityTooLarge")


def test_a_client_that_left_is_no_error_of_its_request():
    with pytest.raises(GoneError):
        asyncio.run(Body(receive_of(piece(b"a"), {"type": "http.disconnect"})).read())


@pytest.mark.parametrize(
    ("method", "path", "query", "headers", "expected"),
    [
        ("PUT", "/b/k", "", {}, True),
        ("PUT", "/b/k/", "partNumber=1&uploadId=x", {}, True),
        ("PUT", "/b/k", "X-Amz-Signature=0&x-id=PutObject", {}, True),
        ("PUT", "/b/k", "AWSAccessKeyId=a&Signature=b&Expires=1", {}, True),
        ("PUT", "/b/k", "", {"content-length": ["1048577"]}, True),
        ("PUT", "/b/k", "", {"content-length": ["1048576"]}, False),
        ("PUT", "/b", "", {}, False),
        ("PUT", "/b/k", "acl", {}, False),
        ("PUT", "/b/k", "tagging=", {}, False),
        ("PUT", "/b/k", "", {"x-amz-copy-source": ["/b/other"]}, False),
        ("POST", "/b/k", "uploads", {}, False),
        ("POST", "/b", "delete", {"content-type": ["multipart/form-data"]}, False),
        ("GET", "/b/k", "", {}, False),
    ],
)
def test_uploads_of_objects_and_parts_are_streams(method, path, query, headers, expected):
    arrival = Arrival(method, path, path, query, headers)
    scope = {"path": path, "local_aws.arrival": arrival, "local_aws.for_s3": True}
    assert takes_stream(scope) is expected
    assert takes_stream(scope | {"local_aws.for_s3": False}) is False
