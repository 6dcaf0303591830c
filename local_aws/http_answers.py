"""The head of an HTTP answer goes out together with the first of its body: one call of the system, not two."""

from __future__ import annotations

from typing import Any

import h11
import hypercorn.protocol
from hypercorn.events import RawData
from hypercorn.protocol.events import StreamClosed
from hypercorn.protocol.h11 import H11Protocol


class WholeAnswers(H11Protocol):
    """Hypercorn's protocol, which holds a head until what comes after it: a piece of the body, or its end.

    Contract: all that it sends goes through `_send_h11_event`, and `stream_send` is told when an answer breaks off.
    """

    _head = b""

    async def stream_send(self, event: Any) -> None:
        """See hypercorn's."""
        if self._head and isinstance(event, StreamClosed):
            await self._send_held(b"")
        await super().stream_send(event)

    async def _send_h11_event(self, event: Any) -> None:
        try:
            data = self.connection.send(event) or b""
        except h11.LocalProtocolError:
            if self.connection.their_state != h11.ERROR:
                raise
            return
        if isinstance(event, h11.Response):
            self._head = data
        else:
            await self._send_held(data)

    async def _send_held(self, data: bytes) -> None:
        data, self._head = self._head + data, b""
        if data:
            await self.send(RawData(data=data))


def send_heads_with_bodies() -> None:
    """Have hypercorn answer so."""
    hypercorn.protocol.H11Protocol = WholeAnswers  # type: ignore[attr-defined]
