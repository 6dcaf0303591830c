"""The head of an answer goes out with the first of its body; whatever an application does, it goes out."""

import asyncio

import pytest
from hypercorn.asyncio.task_group import TaskGroup
from hypercorn.asyncio.worker_context import WorkerContext
from hypercorn.config import Config
from hypercorn.events import RawData
from hypercorn.typing import ConnectionState

from local_aws.http_answers import WholeAnswers

START = {"type": "http.response.start", "status": 200, "headers": [(b"content-length", b"4")]}


async def _answer(messages):
    """What goes out, piece by piece, when an application says this."""
    sent = []

    async def application(_scope, _receive, send, *_more):
        for message in messages:
            await send(message)

    async def send(event):
        if isinstance(event, RawData) and event.data:
            sent.append(event.data)

    async with TaskGroup(asyncio.get_running_loop()) as tasks:
        protocol = WholeAnswers(
            application, Config(), WorkerContext(None), tasks, ConnectionState({}), False, None, None, send
        )
        await protocol.handle(RawData(b"GET / HTTP/1.1\r\nhost: localhost\r\n\r\n"))
    return sent


@pytest.mark.parametrize(
    ("messages", "pieces", "end"),
    [
        ([START, {"type": "http.response.body", "body": b"text"}], 1, b"\r\n\r\ntext"),
        (
            [
                START,
                {"type": "http.response.body", "body": b"te", "more_body": True},
                {"type": "http.response.body", "body": b"xt"},
            ],
            2,
            b"xt",
        ),
        ([{**START, "headers": [(b"content-length", b"0")]}, {"type": "http.response.body"}], 1, b"\r\n\r\n"),
        ([START], 1, b"\r\n\r\n"),
        ([], 1, b"\r\n\r\n"),
    ],
    ids=["whole", "in pieces", "empty", "broken off", "none"],
)
def test_a_head_goes_out_with_what_comes_after_it(messages, pieces, end):
    sent = asyncio.run(_answer(messages))
    assert len(sent) == pieces
    assert sent[0].startswith(b"HTTP/1.1 ")
    assert sent[-1].endswith(end)
