"""Output of jobs and crawlers into CloudWatch Logs, while they run.

A role that may not write logs still runs its job, without logs (assumed of AWS, where the job does not fail either).
"""

from __future__ import annotations

import asyncio
import time
from pathlib import Path

from local_aws import emulator
from local_aws.emulator import RoleSession, Scope

_FLUSH_EVERY_S = 0.3
_MAX_LINE_BYTES = 250_000
"""CloudWatch Logs takes 256 KB an event, 26 bytes of them its own."""


class LogStream:
    """One stream of a log group, written with a role's rights."""

    def __init__(self, scope: Scope, role: RoleSession, group: str, stream: str) -> None:
        self._scope, self._group, self._stream = scope, group, stream
        self._lines: list[tuple[int, str]] = []
        arn = f"arn:aws:logs:{scope.region}:{scope.account_id}:log-group:{group}:log-stream:{stream}"
        with scope.entered():
            self._allowed = emulator.denial(role.access_key, "logs:PutLogEvents", arn) is None

    def write(self, line: str) -> None:
        """Take one line; it is sent with the next `send`."""
        text = line.rstrip("\n")
        if text:
            self._lines.append((int(time.time() * 1000), text[:_MAX_LINE_BYTES]))

    def send(self) -> None:
        """Send what was written."""
        lines, self._lines = self._lines, []
        if lines and self._allowed:
            emulator.put_log_lines(self._scope, self._group, self._stream, lines)

    async def send_regularly(self) -> None:
        """Send for as long as the task lives."""
        while True:
            await asyncio.sleep(_FLUSH_EVERY_S)
            self.send()

    async def follow_pipe(self, pipe: asyncio.StreamReader) -> None:
        """Write each line of a process's output until it closes."""
        pending = b""
        while chunk := await pipe.read(1 << 16):
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                self.write(line.decode("utf-8", "replace"))
        self.write(pending.decode("utf-8", "replace"))

    async def follow_file(self, file: Path) -> None:
        """Write the whole lines that a file gains, for as long as the task lives, and what is left when it ends."""
        offset = 0
        try:
            while True:
                await asyncio.sleep(_FLUSH_EVERY_S)
                offset = self._copy_lines(file, offset)
        finally:
            self._copy_lines(file, offset)

    def _copy_lines(self, file: Path, offset: int) -> int:
        """Write the lines after `offset` (bytes); return the new offset."""
        if not file.exists():
            return offset
        with file.open("rb") as source:
            source.seek(offset)
            whole, newline, _ = source.read().rpartition(b"\n")
        for line in whole.splitlines():
            self.write(line.decode("utf-8", "replace"))
        return offset + len(whole) + len(newline)
