"""Output of jobs and crawlers into CloudWatch Logs, while they run.

A role that may not write logs still runs its job, without logs (assumed of AWS, where the job does not fail either).
"""

from __future__ import annotations

import asyncio
import time
from collections import deque
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from local_aws import emulator
from local_aws.emulator import RoleSession, Scope
from local_aws.glue.jobs import processes, run_files
from local_aws.glue.model import JobRun

_FLUSH_EVERY_S = 0.3
_MAX_LINE_BYTES = 250_000
"""CloudWatch Logs takes 256 KB an event, 26 bytes of them its own; a longer line becomes several events."""

_LINE_COSTS_BYTES = 256
_MOST_BYTES = 64 << 20
"""A stream takes that much, each line counted with its costs in memory; AWS has no such limit."""

_LAST_LINES = 50
"""Of what a stream does not take, the end is kept: that is where a traceback stands."""

_CHUNK_BYTES = 1 << 16
_PART_BYTES = 1 << 20
CONTINUOUS_PATTERN = "%d{yy/MM/dd HH:mm:ss} %p %c{1}: %m%n"
"""Developer guide, as in `continuous_log`."""

_LEFT_OUT = "{} lines are left out here: this log has reached {} MiB, which is what the local AWS keeps of one"


def log_group(*, shell: bool, version: str | None, prefix: str | None, encrypted_by: str | None, role: str) -> str:
    """What the names of a run's log groups begin with; `/output` and `/error` follow (developer guide, "Logging").

    Args:
        shell: whether it is a Python shell job; those have no prefix of their own.
        version: the job's GlueVersion; a prefix of its own is known from 5.0 on.
        prefix: value of `--custom-logGroup-prefix`.
        encrypted_by: name of the security configuration, where it encrypts log groups with SSE-KMS. That Python shell
            forms the name as Spark jobs do is unverified.
        role: the job's role, name or ARN.
    """
    own = prefix if prefix and not shell and has_custom_logs(version) else None
    group = own or ("/aws-glue/python-jobs" if shell else "/aws-glue/jobs")
    return f"{group}/{encrypted_by}-role/{role.rpartition('/')[2]}" if encrypted_by else group


def log_stream(run_id: str, arguments: Mapping[str, str], *, shell: bool, version: str | None) -> str:
    """The name of a run's log streams: that of its driver, as there are no executors of their own here."""
    if shell:
        return run_id
    prefix = arguments.get("--custom-logStream-prefix") if has_custom_logs(version) else None
    return f"{prefix or run_id}-driver"


def has_custom_logs(version: str | None) -> bool:
    """Whether a Glue version knows `--custom-logGroup-prefix` and `--custom-logStream-prefix`."""
    return version is not None and float(version) >= 5


def continuous_log(run: JobRun) -> tuple[str, str] | None:
    """Group and stream of a run's continuous log; None where it has none.

    Glue 3.0 and 4.0 have one with `--enable-continuous-cloudwatch-log` (developer guide, "Enabling continuous logging
    for AWS Glue 4.0 and earlier jobs"). That a security configuration changes its group as it does the others is
    unverified.
    """
    enabled = run.Arguments.get("--enable-continuous-cloudwatch-log", "false").strip().lower() != "false"
    if not enabled or run.GlueVersion is None or has_custom_logs(run.GlueVersion):
        return None
    group = run.Arguments.get("--continuous-log-logGroup") or f"{run.LogGroupName}/logs-v2"
    return group, f"{run.Arguments.get('--continuous-log-logStreamPrefix') or run.Id}-driver"


def continuous_layout(run: JobRun) -> dict[str, Any] | None:
    """How a run's continuous log is written: its lines' pattern, and whether Spark's own below WARN are left out."""
    if continuous_log(run) is None:
        return None
    return {
        "pattern": run.Arguments.get("--continuous-log-conversionPattern") or CONTINUOUS_PATTERN,
        "filtered": run.Arguments.get("--enable-continuous-log-filter", "true").strip().lower() != "false",
    }


class LogStream:
    """One stream of a log group, written with a role's rights; the group names the KMS key, if one is given.

    A group that is not there yet needs logs:CreateLogGroup too, with a key logs:AssociateKmsKey (developer guide,
    "Setting up encryption"; that it is asked for as the group is made is unverified). Of one that is there the right to
    make it counts as used where the role has it: what runs first in an account needs it, and any may be the first.

    Attributes:
        last: the line that was written last.
    """

    def __init__(self, scope: Scope, role: RoleSession, group: str, stream: str, key: str | None = None) -> None:
        self._scope, self._group, self._stream, self._key = scope, group, stream, key
        self._lines: list[tuple[int, str]] = []
        self._room = _MOST_BYTES
        self._beyond: deque[tuple[int, str]] = deque(maxlen=_LAST_LINES)
        self._left_out = 0
        self.last = ""
        self._allowed = self._may_write(role)

    def _may_write(self, role: RoleSession) -> bool:
        of_group = f"arn:aws:logs:{self._scope.region}:{self._scope.account_id}:log-group:{self._group}:log-stream:"
        asked = [("CreateLogStream", of_group + self._stream), ("PutLogEvents", of_group + self._stream)]
        making = [(action, of_group) for action in ("CreateLogGroup", *(["AssociateKmsKey"] if self._key else []))]
        with self._scope.entered():
            if emulator.has_log_group(self._scope, self._group):
                with emulator.filtering():
                    for action, arn in making:
                        emulator.denial(role.access_key, f"logs:{action}", arn)
            else:
                asked = [*making, *asked]
            denied = [emulator.denial(role.access_key, f"logs:{action}", arn) for action, arn in asked]
        return not any(denied)

    def write(self, line: str) -> None:
        """Take one line; it is sent with the next `send`, in pieces where it is longer than an event."""
        self.write_bytes(line.encode("utf-8", "replace"))

    def write_bytes(self, line: bytes) -> None:
        """Take one line as a process wrote it; see `write`."""
        line = line.rstrip(b"\n")
        for start in range(0, len(line), _MAX_LINE_BYTES):
            self._take(line[start : start + _MAX_LINE_BYTES])

    def _take(self, piece: bytes) -> None:
        self.last = piece.decode("utf-8", "replace")
        line = (int(time.time() * 1000), self.last)
        self._room -= len(piece) + _LINE_COSTS_BYTES
        if self._room >= 0:
            self._lines.append(line)
            return
        self._left_out += len(self._beyond) == _LAST_LINES
        self._beyond.append((line[0], self.last[: _MAX_LINE_BYTES // _LAST_LINES]))

    def finish(self) -> None:
        """Send the rest: the end of what the stream did not take too."""
        if self._left_out:
            self._lines.append((int(time.time() * 1000), _LEFT_OUT.format(self._left_out, _MOST_BYTES >> 20)))
        self._lines += self._beyond
        self._beyond.clear()
        self.send()

    def send(self) -> None:
        """Send what was written."""
        lines, self._lines = self._lines, []
        if lines and self._allowed:
            if self._key:
                emulator.name_log_key(self._scope, self._group, self._key)
            emulator.put_log_lines(self._scope, self._group, self._stream, lines)

    async def send_regularly(self) -> None:
        """Send for as long as the task lives."""
        while True:
            await asyncio.sleep(_FLUSH_EVERY_S)
            self.send()

    async def follow_pipe(self, pipe: asyncio.StreamReader) -> None:
        """Write each line of a process's output until it closes."""
        pending = b""
        while chunk := await pipe.read(_CHUNK_BYTES):
            *lines, pending = (pending + chunk).split(b"\n")
            for line in lines:
                self.write_bytes(line)
            while len(pending) >= _MAX_LINE_BYTES:
                self.write_bytes(pending[:_MAX_LINE_BYTES])
                pending = pending[_MAX_LINE_BYTES:]
        self.write_bytes(pending)

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
        """Write the lines after `offset` (bytes), a part of the file at a time; return the new offset."""
        try:
            source = run_files.open_plain(file)
        except OSError:
            return offset
        with source:
            source.seek(offset)
            while part := source.read(_PART_BYTES):
                whole, newline, _ = part.rpartition(b"\n")
                if not newline and len(part) < _PART_BYTES:
                    break
                whole = whole if newline else part
                for line in whole.splitlines():
                    self.write_bytes(line)
                offset += len(whole) + len(newline)
                source.seek(offset)
        return offset


async def follow(process: asyncio.subprocess.Process, output: LogStream, error: LogStream) -> None:
    """Carry a process's output to log streams until it ends, or this task is cancelled and its group is ended."""
    pipes = ((process.stdout, output), (process.stderr, error))
    readers = [asyncio.create_task(log.follow_pipe(pipe)) for pipe, log in pipes if pipe is not None]
    try:
        await processes.wait(process)
    finally:
        # The group goes before its last words are read: a child that was left behind may hold the pipes open.
        await processes.end(process)
        await asyncio.wait(readers, timeout=processes.GRACE_S)
        for reader in readers:
            reader.cancel()
